#!/usr/bin/python3
# SPDX-License-Identifier: ISC
"""What gss_set_neg_mechs names beside Kerberos and NTLM: a mechanism of the tests' own, one
that is made for NegoEx, IAKERB; in the order of the set, on both sides.

usage: test_named.py PROGRAM SKEW-LIBRARY PLAIN-MECHANISM NEGOEX-MECHANISM"""
import os
import re
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '../interop'))

import krb5_release  # noqa: E402
import place  # noqa: E402
from test_fallback import ALICE, FLAGS, World  # noqa: E402

PLAIN, BOTH = 'plain-mech', 'plain-mech+ntlm'
THREE = 'krb5+plain-mech+ntlm'
LACK = 'something is lacking'
# The test mechanism encrypts nothing.
MUTUAL, ONE_WAY = 'mutual+integ', 'integ'


class Named(World):
    """The set-ups of the fallback tests, with the tests' own mechanisms."""

    def __init__(self, program, skew_library, plain, negoex):
        super().__init__(program, skew_library)
        self.lines = (f'plain_mech 1.2.3.4.7 {os.path.abspath(plain)}\n'
                      f'negoex_mech 1.2.3.4.6 {os.path.abspath(negoex)}\n')
        for name in ('ours', 'server_chooses', 'mixed', 'builtin'):
            setattr(self, name, self.with_lines(name, getattr(self, name)))

    def with_lines(self, name, side):
        with open(side['GSS_MECH_CONFIG'], encoding='utf-8') as text:
            path = self.lab.here.write(f'named-{name}.conf', text.read() + self.lines)
        return dict(side, GSS_MECH_CONFIG=path)

    def named(self, initiator, acceptor=None, tickets='alice', **how):
        """Runs an exchange with these sets; acceptor None: the acceptor gives no credential."""
        how.setdefault('flags', MUTUAL)
        if acceptor is not None:
            how.update(acred='default', aneg=acceptor)
        return self.run(tickets, icred='default', ineg=initiator, **how)


def check_login(said, mech, offered):
    """Checks that both sides completed by this mechanism, after a first token with this list."""
    first = said.of('I leg token')[0]
    assert first.startswith('60{spnego a0{30{a0{30' + offered), first
    for side in 'IA':
        assert 'COMPLETE' in said.of(f'{side} leg'), '\n'.join(said.lines)
        last = said.of(f'{side} leg').index('COMPLETE')
        place.check(said.of(f'{side} leg mech')[last], mech, f'mechanism of {side}')
        assert 'integ' in said.of(f'{side} leg flags')[last].split(), f'{side}: integ'


def check_mics(said, wanted):
    for side in 'IA':
        proofs = [token for token in said.of(f'{side} leg token')
                  if re.fullmatch(r'a1\{.* ?a3\{(octets|mic\(\d+\))\}\}\}', token)]
        place.check(len(proofs), wanted, f'mechListMICs of {side}')


def check_request_mic(said, mech):
    first = said.of('A leg token')[0]
    place.check(first, 'a1{30{a0{3} a1{%s}}}' % mech, 'request-mic')
    check_mics(said, 1)


def ntlm_first(world):
    check_login(world.named('ntlm+plain-mech', BOTH), 'ntlm', '{ntlm plain-mech}')


def ntlm_before_kerberos(world):
    said = world.named('ntlm+krb5')
    check_login(said, 'ntlm', '{ntlm krb5}} a2{NTLMSSP1}')


def other_first(world):
    """The acceptor's set has another order; the initiator's order decides."""
    for acceptor in (BOTH, 'ntlm+plain-mech'):
        said = world.named(BOTH, acceptor, then='mic+inquire')
        check_login(said, PLAIN, '{plain-mech ntlm}')
        check_mics(said, 0)
        place.check(len(said.of('I leg')), 2, 'legs')
        said.check_no('NTLMSSP')


def other_in_one_leg(world):
    said = world.named(BOTH, BOTH, flags=ONE_WAY)
    check_login(said, PLAIN, '{plain-mech ntlm}')
    place.check(said.of('A leg'), ['COMPLETE'], 'legs of A')


def other_alone(world):
    """The exchange is passed through to the built-in SPNEGO."""
    said = world.named(PLAIN, PLAIN)
    check_login(said, PLAIN, '{plain-mech}')
    plain = world.named(PLAIN, PLAIN, sides=(world.builtin, world.builtin))
    place.check(said.lines, plain.lines, 'lines')


def three_with_tickets(world):
    """After Kerberos' token NTLM is not in the list, whatever is between the two."""
    said = world.named(THREE)
    check_login(said, 'krb5', '{krb5 plain-mech}')
    said.check_no('NTLMSSP')
    said = world.named(THREE, sides=chooses(world))
    check_login(said, 'krb5', '{krb5 plain-mech ntlm}')


def behind_an_untried_kerberos(world):
    """Another mechanism made the token, and Kerberos after it in the list may still be used."""
    said = world.named('plain-mech+krb5+ntlm', BOTH)
    check_login(said, PLAIN, '{plain-mech krb5}')
    said = world.named('plain-mech+krb5+ntlm', BOTH, sides=chooses(world))
    check_login(said, PLAIN, '{plain-mech krb5 ntlm}')
    said = world.named('plain-mech+ntlm+krb5', BOTH)
    check_login(said, PLAIN, '{plain-mech ntlm krb5}')


def chooses(world):
    return world.server_chooses, world.server_chooses


def three_without_tickets(world):
    said = world.named(THREE, BOTH, tickets=None)
    check_login(said, PLAIN, '{plain-mech ntlm}')


def reselected(world):
    """The acceptor's set leaves Kerberos out, so it chooses the next mechanism of the list."""
    said = world.named(THREE, BOTH, then='mic+inquire')
    krb5_release.skip_builtin_fault(said.lines)
    check_login(said, PLAIN, '{krb5 plain-mech}')
    check_request_mic(said, PLAIN)
    said.check_no('NTLMSSP')


def reselected_without_mutual(world):
    """The mechanism is done before the acceptor answers; MICs are still exchanged."""
    said = world.named(THREE, BOTH, flags=ONE_WAY)
    krb5_release.skip_builtin_fault(said.lines)
    check_login(said, PLAIN, '{krb5 plain-mech}')
    check_request_mic(said, PLAIN)


def reselected_by_key(world):
    """An acceptor whose keytab fails chooses the other mechanism and not NTLM."""
    said = world.named(THREE, THREE, keytab='host/localhost', sides=chooses(world))
    check_login(said, PLAIN, '{krb5 plain-mech ntlm}')
    check_request_mic(said, PLAIN)


def ntlm_reselected(world):
    """An acceptor without a set has only Kerberos and NTLM."""
    for acceptor in (None, 'ntlm'):
        said = world.named(BOTH, acceptor)
        check_login(said, 'ntlm', '{plain-mech ntlm}')
        check_request_mic(said, 'ntlm')


def with_builtin(world):
    """Each role of ours with the built-in SPNEGO, which has NTLM and the other mechanism too."""
    said = world.named(BOTH, BOTH, sides=(world.ours, world.mixed))
    check_login(said, PLAIN, '{plain-mech ntlm}')
    said = world.named(THREE, BOTH, sides=(world.ours, world.mixed))
    krb5_release.skip_builtin_fault(said.lines)
    check_login(said, PLAIN, '{krb5 plain-mech}')
    check_request_mic(said, PLAIN)
    said = world.named(THREE, BOTH, sides=(world.mixed, world.ours))
    check_login(said, PLAIN, '{krb5 plain-mech ntlm}')
    check_request_mic(said, PLAIN)


def without_credential(world):
    said = world.named(BOTH, BOTH, env={'I_SOMEBODY_LACKS': 'credential'})
    check_login(said, 'ntlm', '{ntlm}')
    said = world.named(BOTH, BOTH, env={'A_SOMEBODY_LACKS': 'credential'})
    check_login(said, 'ntlm', '{plain-mech ntlm}')


def cannot_name_the_target(world):
    said = world.named(BOTH, BOTH, env={'I_SOMEBODY_LACKS': 'target'})
    check_login(said, 'ntlm', '{ntlm}')


def fails(world):
    """An error after which the next mechanism is not tried."""
    said = world.named(BOTH, BOTH, env={'I_SOMEBODY_LACKS': 'key'})
    said.check_error('FAILURE', f'({LACK})')


def fails_behind_kerberos(world):
    """The first error is returned, and the other one is appended."""
    said = world.named(THREE, BOTH, tickets=None, env={'I_SOMEBODY_LACKS': 'key'})
    said.check_error('NO_CRED', f'; 1.2.3.4.7: {LACK})')
    alone = world.run(None, imech='krb5')
    place.check(said.of('I leg')[0].split(';')[0], alone.of('I leg')[0][:-1],
                'Kerberos')


def not_negotiable(world):
    """SPNEGO itself, old OIDs of Kerberos, and an unknown OID."""
    said = world.named('spnego+ms+old+unknown+ntlm')
    check_login(said, 'ntlm', '{ntlm}')


def hints(world):
    said = world.run(scenario='hints', acred='default', aneg='plain-mech+krb5+ntlm',
                     sides=(world.ours, {}))
    first = said.of('A leg token')[0] if said.of('A leg token') else said.tokens()[1]
    assert '{a0{30{plain-mech krb5 ntlm}}' in first, '\n'.join(said.lines)


def for_negoex(world):
    """NegoEx is the built-in SPNEGO's. With NTLM beside it, such a mechanism is named by its
    own OID, which those who know it by NegoEx alone do not take."""
    said = world.named('negoex-mech', 'negoex-mech', sides=(world.ours, world.mixed), flags='')
    assert said.of('I leg token')[0].startswith('60{spnego a0{30{a0{30{negoex}'), said.lines
    said = world.named('negoex-mech+ntlm', 'negoex-mech+ntlm', sides=(world.ours, world.mixed))
    krb5_release.skip_builtin_fault(said.lines)
    check_login(said, 'ntlm', '{negoex-mech ntlm}')
    check_request_mic(said, 'ntlm')


def iakerb(world):
    """The acceptor asks the KDC in place of an initiator that cannot reach it."""
    how = {'ipass': ALICE, 'iname': 'user:alice', 'flags': FLAGS}
    nowhere = {'I_KRB5_CONFIG': world.lab.here.path('refused.conf')}
    said = world.named('iakerb+ntlm', 'iakerb+ntlm', None, env=nowhere,
                       then='inquire+wrap+mic', sides=chooses(world), **how)
    check_login(said, 'iakerb', '{iakerb ntlm}} a2{60{iakerb ')
    said.check_no('NTLMSSP')
    assert "'alice@NEG.TEST' nt-principal" in said.of('A context source'), said.lines


def iakerb_reselected(world):
    how = {'ipass': ALICE, 'iname': 'user:alice', 'flags': FLAGS}
    said = world.named('ntlm+iakerb', 'iakerb+ntlm', None, **how)
    check_login(said, 'ntlm', '{ntlm iakerb}} a2{NTLMSSP1}')
    said = world.named('krb5+iakerb+ntlm', 'iakerb+ntlm', sides=chooses(world), **how)
    check_login(said, 'iakerb', '{krb5 iakerb ntlm}')
    check_request_mic(said, 'iakerb')


def iakerb_to_an_address(world):
    said = world.named('iakerb+krb5+ntlm', 'iakerb+ntlm', target='service:HTTP@127.0.0.1')
    check_login(said, 'ntlm', '{ntlm}')


CASES = (ntlm_first, ntlm_before_kerberos, other_first, other_in_one_leg, other_alone,
         three_with_tickets, behind_an_untried_kerberos, three_without_tickets, reselected, reselected_without_mutual,
         reselected_by_key, ntlm_reselected, with_builtin, without_credential,
         cannot_name_the_target, fails, fails_behind_kerberos, not_negotiable, hints,
         for_negoex, iakerb, iakerb_reselected, iakerb_to_an_address)


def main():
    world = Named(*(os.path.abspath(path) for path in sys.argv[1:5]))
    for case in CASES:
        place.add_case('named: ' + case.__name__.replace('_', ' '), case, world)
    place.run()


if __name__ == '__main__':
    main()
