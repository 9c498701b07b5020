#!/usr/bin/python3
# SPDX-License-Identifier: ISC
"""Runs the program no_memory_kerberos with a KDC, tickets, keytabs and users.

usage: no_memory_kerberos.py PROGRAM"""
import os
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, '../interop'))
sys.path.insert(0, os.path.join(HERE, '../kerberos'))

import place  # noqa: E402
from kdc import Kdc, find_programs  # noqa: E402

SANITIZERS = ('ASAN_OPTIONS', 'UBSAN_OPTIONS', 'LSAN_OPTIONS', 'CK_TIMEOUT_MULTIPLIER')


def environment(here, kdc):
    """Both mechanism lines, and the files that the program chooses from."""
    users = here.write('users', 'AD:alice:Wonderland 1\n', 0o600)
    settings = '[negotiate]\n    user_file = {}\n    credential_file = {}\n'
    none = here.path('none')
    env = {name: os.environ[name] for name in SANITIZERS if name in os.environ}
    env.update(kdc.env(), GSS_MECH_CONFIG=here.mechs('both'), USERS_FILE=users,
               TICKETS=kdc.kinit('tickets', 'alice'), NO_TICKETS='FILE:' + none,
               KEYTAB='FILE:' + kdc.keytab('services'),
               NO_KEYTAB='FILE:' + kdc.keytab('host/localhost'),
               WITH_NTLM=here.write('with.conf', settings.format(users, none)),
               SERVER_CHOOSES=here.write('server.conf', settings.format(users, none)
                                         + '    fallback = server\n'),
               WITHOUT_NTLM=here.write('without.conf', settings.format(none, none)))
    return env


def main():
    program = os.path.abspath(sys.argv[1])
    try:
        find_programs()
    except place.Skip as reason:
        print(f'1..0 # SKIP {reason}')
        return 0
    here = place.Place()
    env = environment(here, Kdc(here))
    return subprocess.run([program], env=env, check=False).returncode


if __name__ == '__main__':
    sys.exit(main())
