#!/usr/bin/python3
# SPDX-License-Identifier: ISC
"""python3-gssapi by SPNEGO, where Kerberos and NTLM are there: which is taken, messages both
ways, and what is delegated."""
import functools
import sys

import login_driver
import place
import wire
from realm import KERBEROS_USER, KRB5_OID, NTLM_USER, WRONG, Realm

SEAL = ('integrity', 'confidentiality')
SIGN = ('integrity',)
MUTUAL = SEAL + ('mutual_authentication', 'replay_detection', 'out_of_sequence_detection')
FLAGS = {'all': MUTUAL, 'sign': SIGN, 'seal': SEAL}
# (initiator, acceptor): our SPNEGO on both sides, on one, or on none.
SETUPS = [('both', 'both'), ('both', 'ntlm'), ('ntlm', 'both')]
LIFETIME_S = 36000


@functools.cache
def realm():
    return Realm()


def begin(setups=('both', 'both'), tickets=None, flags=MUTUAL, target='HTTP@localhost', line='',
          **who):
    """Two processes: the first one logs in at the second."""
    env = realm().client(setups[0], tickets, *([line] if line != '' else []))
    initiator = login_driver.Peer(env)
    acceptor = login_driver.Peer(realm().server(setups[1]))
    acceptor.call('accept')
    initiator.call('initiate', mech='spnego', target=target, flags=list(flags), **who)
    return initiator, acceptor


def check_who(sides, mech, user):
    """Checks that both sides name the user and the mechanism."""
    for side in sides:
        info = side.call('info')
        place.check((info['user'], info['mech']), (user, mech), 'who, by what')


def finish(sides, tokens, user, flags=MUTUAL):
    """Checks the login at both ends and on the wire, sends messages, and ends the processes."""
    if user == NTLM_USER:
        wire.check_ntlm(tokens)
        login_driver.skip_unanswered_mic(tokens)
        check_who(sides, place.NTLM_OID, user)
    else:
        wire.check_kerberos(tokens)
        check_who(sides, KRB5_OID, user)
        lifetime = sides[0].call('target')['lifetime']
        assert LIFETIME_S - 600 < lifetime <= LIFETIME_S, f'lifetime {lifetime}'
    for side in sides:
        granted = side.call('info')['flags']
        assert set(SIGN) <= set(granted), granted
        place.check('mutual_authentication' in granted,
                    user != NTLM_USER and 'mutual_authentication' in flags, 'mutual')
    login_driver.protect(*sides, 'confidentiality' in flags)


def logs_in(setups, tickets, seen, flags=MUTUAL, **more):
    sides = begin(setups, tickets, flags, **more)
    tokens = login_driver.establish(*sides)
    finish(sides, tokens, seen, flags)
    for side in sides:
        side.close()
    return tokens


def one_round_trip(setups):
    """Kerberos takes no more tokens than without NTLM."""
    for flags in (MUTUAL, SEAL):
        place.check(len(logs_in(setups, 'alice', KERBEROS_USER, flags)), 2, 'tokens')


def refused(setups):
    """A wrong password without tickets is refused; with tickets it is not used."""
    for line in (WRONG, 'AD:eve:wrong'):
        sides = begin(setups, line=line)
        try:
            login_driver.establish(*sides)
        except login_driver.Refused as reason:
            place.check(reason.major & 0xffff0000, 13 << 16, 'GSS_S_FAILURE')
            assert 'wrong' in str(reason), str(reason)
        else:
            raise AssertionError('the login succeeded')
    logs_in(setups, 'alice', KERBEROS_USER, line=WRONG)


def with_password(setups):
    """The form of the name decides the mechanism for the password."""
    for tickets in (None, 'alice'):
        logs_in(setups, tickets, NTLM_USER, line=None, user='AD\\alice',
                password='correct horse')
        logs_in(setups, tickets, KERBEROS_USER, line=None, user='alice',
                password='Wonderland 1')


def delegation(setups):
    """A delegated credential logs in elsewhere, as the user who delegated it."""
    flags = MUTUAL + ('delegate_to_peer',)
    sides = begin(setups, 'alice', flags)
    tokens = login_driver.establish(*sides)
    finish(sides, tokens, KERBEROS_USER)
    place.check(sides[1].call('keep_delegated')['user'], KERBEROS_USER, 'whose is it')
    third = login_driver.Peer(realm().server('both'))
    third.call('accept')
    sides[1].call('initiate', mech='krb5', target='HTTP@localhost',
                  flags=['delegated', *MUTUAL])
    finish((sides[1], third), login_driver.establish(sides[1], third), KERBEROS_USER)


def not_delegated(setups):
    """Tickets that may not be forwarded; NTLM, which has nothing to delegate."""
    flags = MUTUAL + ('delegate_to_peer',)
    for tickets, user in (('plain', KERBEROS_USER), (None, NTLM_USER)):
        sides = begin(setups, tickets, flags)
        finish(sides, login_driver.establish(*sides), user)
        assert 'delegate_to_peer' not in sides[0].call('info')['flags'], 'the flag'
        place.check(sides[1].call('keep_delegated')['user'], None, 'whose is it')


def one_process(setup, tickets, user):
    """Client and server in one script; again and again."""
    env = realm().server(setup)
    client = realm().client(setup, tickets)
    for name in ('KRB5CCNAME', 'NTLM_USER_FILE'):
        env[name] = client[name]
    both = login_driver.Peer(env)
    for flags in (MUTUAL, SIGN, SEAL):
        sides = (both, both.other_side())
        sides[1].call('accept')
        sides[0].call('initiate', mech='spnego', target='HTTP@localhost', flags=list(flags))
        finish(sides, login_driver.establish(*sides), user, flags)
    both.close()


def credential(tickets, user):
    """The lifetime of SPNEGO's credential; with expired tickets it is that of the NTLM part."""
    side = login_driver.Peer(realm().client('both', tickets))
    told = side.call('default_cred')
    place.check(told['user'], user, 'whose is it')
    assert told['lifetime'] is None if user == NTLM_USER else told['lifetime'] > 0, told
    side.close()


def add_cases():
    for tickets, user in (('alice', KERBEROS_USER), ('expired', NTLM_USER), (None, NTLM_USER)):
        place.add_case(f'the credential with tickets {tickets}', credential, tickets, user)
    for setups in SETUPS:
        about = f'{setups[0]} at {setups[1]}'
        for tickets, user in (('alice', KERBEROS_USER), ('plain', KERBEROS_USER),
                              ('expired', NTLM_USER), (None, NTLM_USER)):
            for name, flags in FLAGS.items():
                if name == 'all' or setups == ('both', 'both'):
                    place.add_case(f'{about}: tickets {tickets}, {name}', logs_in, setups,
                                   tickets, user, flags)
        for case in (one_round_trip, refused, with_password, delegation, not_delegated):
            place.add_case(f'{about}: {case.__name__.replace("_", " ")}', case, setups)
    for target in ('HTTP@127.0.0.1', 'HTTP@unknown.neg.test', 'HTTP@elsewhere.example'):
        place.add_case(f'tickets, but to {target}', functools.partial(
            logs_in, ('both', 'both'), 'alice', NTLM_USER, target=target))
    for setups in (('none', 'both'), ('both', 'none'), ('none', 'none')):
        place.add_case(f'{setups[0]} at {setups[1]}: tickets', one_round_trip, setups)
    for setup in ('both', 'ntlm'):
        for tickets, user in (('alice', KERBEROS_USER), (None, NTLM_USER)):
            place.add_case(f'{setup}, one process: tickets {tickets}', one_process, setup,
                           tickets, user)


if __name__ == '__main__':
    add_cases()
    sys.exit(place.run())
