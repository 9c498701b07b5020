#!/usr/bin/python3
# SPDX-License-Identifier: ISC
"""We log in at Samba's ntlm_auth, which asks a winbindd: raw as web proxies do it, and by
SPNEGO. As a client it would need none; it has no messages, and tells its key only by SPNEGO
and where sealing was asked for."""
import sys

import place
import winbind
from ntlm_auth import NtlmAuth, SEAL as FEATURES
from login_driver import Peer

SERVERS = {'ntlm': 'squid-2.5-ntlmssp', 'spnego': 'gss-spnego'}
SEAL = ('integrity', 'confidentiality')
SIGN = ('integrity',)
LINE = f'{winbind.DOMAIN}:{winbind.USER}:'
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
    word, token, said, ours, samba = log_in(setup, mech, LINE + winbind.PASSWORD, flags)
    place.check((word, said[-1]), ('AF', f'{winbind.DOMAIN}\\{winbind.USER}'),
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


def skipped(reason):
    raise place.Skip(reason)


def add_cases(reason):
    def add(name, function, *args):
        if reason is not None:
            function, args = skipped, (reason,)
        place.add_case(name, function, *args)

    for setup in ('ntlm', 'both'):
        for mech, server in SERVERS.items():
            about = f'{setup} lines, at {server}'
            for flags in (SEAL, SIGN):
                add(f'{about}: {"+".join(flags)}', logs_in, setup, mech, flags)
            add(f'{about}: wrong password', refused, setup, mech, LINE + 'wrong')
            add(f'{about}: unknown user', refused, setup, mech, f'{winbind.DOMAIN}:eve:wrong')


def main():
    reason = winbind.missing()
    inside = '--inside' in sys.argv
    if reason is None and not inside:
        winbind.run_inside()
    add_cases(reason)
    if inside:
        winbind.start()
    place.run()


if __name__ == '__main__':
    main()
