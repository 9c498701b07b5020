#!/usr/bin/python3
# SPDX-License-Identifier: ISC
"""python3-gssapi on both sides: logins, names, signing and sealing, raw and SPNEGO."""
import sys

import login_driver
import place
from login_driver import SEAL, SIGN, check_who, end, login, pair, protect_pair, refused


def with_password(setups, mech):
    """gss_acquire_cred_with_password; the own credential file names another."""
    initiator, acceptor = pair(setups, mech, SEAL, 'AD:nobody:none', user='AD\\bob',
                               password='staple')
    login_driver.establish(initiator, acceptor)
    check_who(setups, initiator, acceptor, 'AD\\bob')
    protect_pair(setups, initiator, acceptor, SEAL)
    end(initiator, acceptor)


def bound(setups, mech, bindings, well):
    initiator, acceptor = pair(setups, mech, SIGN, bindings=bindings)
    try:
        login_driver.establish(initiator, acceptor)
    except login_driver.Refused as reason:
        assert not well, f'refused: {reason}'
        place.check(reason.major & 0xffff0000, 4 << 16, 'GSS_S_BAD_BINDINGS')
    else:
        assert well, 'bindings of another channel were taken'
    end(initiator, acceptor)


def inquired(setup):
    """What an acceptor answers about a target that it does not know, and lifetimes."""
    initiator, acceptor = pair((setup, setup), 'ntlm', SIGN)
    login_driver.establish(initiator, acceptor)
    target = initiator.call('target')['target']
    assert target.startswith('HTTP') and 'server.test' in target, f'the target: {target}'
    acceptor.call('target')
    end(initiator, acceptor)


def without_integrity(setups):
    """SPNEGO without a mechListMIC, because the credential says so. (Without any flag,
    python3-gssapi asks for some that need integrity.)"""
    initiator, acceptor = pair(setups, 'spnego', ['no-ci', 'mutual_authentication'])
    tokens = login_driver.establish(initiator, acceptor)
    check_who(setups, initiator, acceptor, 'AD\\alice')
    assert not any(login_driver.MIC in token for token in tokens), 'a MIC without integrity'
    end(initiator, acceptor)


def names(setup):
    here = place.Place()
    one = login_driver.Peer(here.initiator_env(setup, login_driver.ALICE))
    forms = one.call('name_forms', name='AD\\alice')
    place.check(forms['display'], 'AD\\alice', 'display')
    place.check(forms['again'], 'AD\\alice', 'export and import')
    place.check((forms['equal'], forms['other']), (True, False), 'comparisons')
    one.close()


def add_cases():
    for setup in ('ntlm', 'both'):
        both = (setup, setup)
        place.add_case(f'{setup} lines: names', names, setup)
        place.add_case(f'{setup} lines: inquiries', inquired, setup)
        place.add_case(f'{setup} lines: SPNEGO, no integrity', without_integrity, both)
        for mech in ('ntlm', 'spnego'):
            about = f'{setup} lines, {mech}'
            place.add_case(f'{about}: sign', login, both, mech, SIGN)
            place.add_case(f'{about}: seal', login, both, mech, SEAL)
            place.add_case(f'{about}: password', with_password, both, mech)
            place.add_case(f'{about}: wrong password', refused, both, mech, 'AD:alice:no')
            place.add_case(f'{about}: unknown user', refused, both, mech, 'AD:eve:no')
            for bindings, well in ((('a', 'a'), True), (('a', 'b'), False),
                                   ((None, 'b'), True), (('a', None), True)):
                place.add_case(f'{about}: bindings {bindings[0]} and {bindings[1]}', bound,
                               both, mech, bindings, well)


if __name__ == '__main__':
    add_cases()
    sys.exit(place.run())
