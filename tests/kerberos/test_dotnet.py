#!/usr/bin/python3
# SPDX-License-Identifier: ISC
"""What .NET does with a password on Linux, call by call: acquire by the OID of SPNEGO or of
NTLM without asking for a lifetime, forbid flags that were not asked for
(GSS_KRB5_CRED_NO_CI_FLAGS_X), make a context; and where each name ends. The table is that of
docs/spnego.md.

usage: test_dotnet.py PROGRAM SKEW-LIBRARY [--print]"""
import os
import re
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '../interop'))

import place  # noqa: E402
from kdc import USERS, free_port  # noqa: E402
from test_fallback import World  # noqa: E402

DOCS = os.path.join(os.path.dirname(os.path.abspath(__file__)), '../../docs/spnego.md')
ALICE = USERS['alice'][0]
USERS_FILE = f':alice:{ALICE}\n:alice@dom.example:{ALICE}\n'
HEAD = ('| OID | user | acquiring | no flags | `INTEG` | `CONF` |', '|---|---|---|---|---|---|')
FLAGS = ('', 'integ', 'conf')
NAMES = {'krb5': 'Kerberos', 'ntlm': 'NTLM'}


class Dotnet(World):
    """The set-ups of the fallback tests with other users, who have no credential file."""

    def __init__(self, program, skew_library):
        super().__init__(program, skew_library)
        users = self.lab.here.write('dotnet-users', USERS_FILE, 0o600)
        conf = self.lab.here.write('dotnet.conf', f'[negotiate]\n    user_file = {users}\n')
        self.ours = dict(self.ours, GSS_NEGOTIATE_CONFIG=conf)
        self.refused = self.lab.here.write('refused.conf', self.lab.kdc.client_conf(
            kdc=f'127.0.0.1:{free_port()}'))

    def calls(self, mech, user, flags, password=ALICE, kdc=True, keytab='services'):
        env = {'I_NTLM_USER_FILE': '{run}/none'}
        if not kdc:
            env['I_KRB5_CONFIG'] = self.refused
        return self.run(None, keytab, env, imechs=mech, imech=mech, iname='user:' + user,
                        ipass=password, iplain='1', inoci='1', flags=flags)


# (OID, the user as the docs write it, user, further options)
ROWS = [
    ('spnego', '`alice`, a user of the default realm', 'alice', {}),
    ('spnego', '`alice`, but the password is not that of the realm', 'alice',
     {'password': 'of the NAS'}),
    ('spnego', '`alice`, and no KDC answers', 'alice', {'kdc': False}),
    ('spnego', '`alice`, and the server has no keys', 'alice', {'keytab': None}),
    ('spnego', '`alice@dom.example`, of a realm that has a KDC', 'alice@NEG.TEST', {}),
    ('spnego', '`alice@dom.example`, of no realm', 'alice@dom.example', {}),
    ('spnego', '`alice@DOMAIN`, which krb5.conf does not name', 'alice@DOMAIN', {}),
    ('spnego', '`NAS\\alice`', 'NAS\\alice', {}),
    ('ntlm', '`alice`', 'alice', {}),
    ('ntlm', '`alice@dom.example`', 'alice@dom.example', {}),
    ('ntlm', '`alice@DOMAIN`', 'alice@DOMAIN', {}),
]


def offered(said):
    """The names of the first token's list; for raw NTLM, which has no list, its own name."""
    listed = re.match(r'60\{spnego a0\{30\{a0\{30\{([a-z0-9 ]+)\}', said.of('I leg token')[0])
    return ', '.join(NAMES[word] for word in listed[1].split()) if listed else 'raw NTLM'


def cell(said):
    """The outcome of an exchange: what was offered, what was chosen, and the protection."""
    if not said.of('I leg'):
        return '-'
    ends = [said.of(f'{side} leg')[-1] for side in 'IA' if said.of(f'{side} leg')]
    if ends != ['COMPLETE', 'COMPLETE']:
        failed = next(end for end in ends if not end.startswith('COMPLETE'))
        return f'{offered(said)}: `GSS_S_{failed.split()[0]}`'
    got = said.of('I leg flags')[-1].split()
    protects = [flag for flag in ('integ', 'conf') if flag in got]
    return (f"{offered(said)}: {NAMES[said.of('I leg mech')[-1]]}, "
            f"{' and '.join(protects) or 'unprotected'}")


def render(world, mech, about, user, how):
    said = [world.calls(mech, user, flags, **how) for flags in FLAGS]
    acquired = {one.of('I acquire')[0] for one in said}
    assert len(acquired) == 1, acquired
    status, _, sentence = acquired.pop().partition(' (')
    text = 'succeeds' if status == 'COMPLETE' else f'`GSS_S_{status}`: {sentence[:-1]}'
    cells = ' | '.join(cell(one) for one in said)
    return f'| {mech.upper()} | {about} | {text} | {cells} |'


def documented():
    with open(DOCS, encoding='utf-8') as text:
        table = text.read().split('<!-- .NET table: begin -->\n')[1]
    return table.split('<!-- .NET table: end -->')[0].splitlines()


def check_row(world, number):
    place.check(render(world, *ROWS[number]), documented()[len(HEAD) + number], 'row')


def check_size():
    place.check(documented()[:len(HEAD)], list(HEAD), 'head')
    place.check(len(documented()), len(HEAD) + len(ROWS), 'rows')


def main():
    world = Dotnet(os.path.abspath(sys.argv[1]), os.path.abspath(sys.argv[2]))
    if '--print' in sys.argv:
        print('\n'.join([*HEAD, *(render(world, *row) for row in ROWS)]))
        return
    for number, row in enumerate(ROWS):
        place.add_case(f'.NET: {row[0]}, {row[1]}', check_row, world, number)
    place.add_case('.NET: the table is whole', check_size)
    place.run()


if __name__ == '__main__':
    main()
