#!/usr/bin/python3
# SPDX-License-Identifier: ISC
"""We log in at Samba's ntlm_auth, which asks a winbindd: raw as web proxies do it, and by
SPNEGO. As a client it would need none; it has no messages, and tells its key only by SPNEGO
and where sealing was asked for."""
import os
import sys

sys.path.append(os.path.join(os.path.dirname(os.path.abspath(__file__)), '../samba'))

import place
import standalone
import world
from ntlm_auth import NtlmAuth, SEAL as FEATURES
from login_driver import Peer

SERVERS = {'ntlm': 'squid-2.5-ntlmssp', 'spnego': 'gss-spnego'}
SEAL = ('integrity', 'confidentiality')
SIGN = ('integrity',)
USER = 'alice'
PASSWORD = standalone.USERS[USER]
LINE = f'{standalone.NAME}:{USER}:'
REFUSED = 'NT_STATUS_WRONG_PASSWORD', 'NT_STATUS_NO_SUCH_USER', 'NT_STATUS_LOGON_FAILURE'
MAX_LEGS = 8


def log_in(setup, mech, line, flags):
    """ntlm_auth's last word, its token and what it says; and both sides."""
    ours = Peer(place.Place().initiator_env(setup, line))
    samba = NtlmAuth(SERVERS[mech], None, features=FEATURES if flags == SEAL else None)
    ours.call('initiate', mech=mech, target='HTTP@server.test', flags=list(flags))
    word, answer, said = samba.step('YR', ours.call('step')['token'])
    for _ in range(MAX_LEGS):
        if word not in ('TT', 'KK'):
            break
        word, answer, said = samba.step('KK', ours.call('step', token=answer)['token'])
    return word, answer, said, ours, samba


def logs_in(setup, mech, flags):
    word, token, said, ours, samba = log_in(setup, mech, LINE + PASSWORD, flags)
    place.check((word, said[-1]), ('AF', f'{standalone.NAME}\\{USER}'),
                'what Samba says')
    if mech == 'spnego':
        place.check(ours.call('step', token=token)['done'], True, 'done')
    if mech == 'spnego' and flags == SEAL:
        place.check(ours.call('session_key')['data'], samba.key(), 'session key')
    info = ours.call('info')
    place.check(info['mech'], place.NTLM_OID, 'by what')
    assert set(flags) <= set(info['flags']), info['flags']
    samba.close()
    ours.close()


def refused(setup, mech, line):
    word, _, said, _, _ = log_in(setup, mech, line, SEAL)
    place.check(word, 'NA', "Samba's last word")
    assert any(status in said for status in REFUSED), said


def add_cases(add):
    for setup in ('ntlm', 'both'):
        for mech, server in SERVERS.items():
            about = f'{setup} lines, at {server}'
            for flags in (SEAL, SIGN):
                add(f'{about}: {"+".join(flags)}', logs_in, setup, mech, flags)
            add(f'{about}: wrong password', refused, setup, mech, LINE + 'wrong')
            add(f'{about}: unknown user', refused, setup, mech, f'{standalone.NAME}:eve:wrong')


def main():
    reason = standalone.missing('ntlm_auth')
    if reason is None and not world.is_inside():
        world.enter()
    world.add_cases(reason, add_cases)
    if reason is None:
        standalone.Standalone()
    place.run()


if __name__ == '__main__':
    main()
