#!/usr/bin/python3
# SPDX-License-Identifier: ISC
"""What programs ask of a context to find out whether NTLM is there and what it can, as old
versions of pyspnego do: our answers beside those of the existing plugin, in every state."""
import struct
import sys

import login_driver
import place

RESET_CRYPTO = '1.3.6.1.4.1.7165.655.1.3'
SET_SEQUENCE = '1.3.6.1.4.1.7165.655.1.1'
SESSION_KEY = '1.2.840.113554.1.2.2.5.5'
REQUIRE_MIC = '1.3.6.1.4.1.7165.655.1.2'
SSF = '1.2.840.113554.1.2.2.5.15'
UNKNOWN = '1.3.6.1.4.1.7165.655.1.99'

COMPLETE = 0
UNAVAILABLE = 16 << 16
NOT_AVAILABLE = 1314127894  # the existing plugin's ERR_NOTAVAIL, which programs look for

PROBES = {
    'reset sending': ('set', RESET_CRYPTO, struct.pack('=I', 0)),
    'reset receiving': ('set', RESET_CRYPTO, struct.pack('=I', 1)),
    'reset by another number': ('set', RESET_CRYPTO, struct.pack('=I', 2)),
    'reset by too few bytes': ('set', RESET_CRYPTO, b'\0'),
    'sequence': ('set', SET_SEQUENCE, struct.pack('=I', 3)),
    'unknown option': ('set', UNKNOWN, b'\0' * 4),
    'session key': ('inquire', SESSION_KEY, None),
    'require mic': ('inquire', REQUIRE_MIC, None),
    'ssf': ('inquire', SSF, None),
    'unknown property': ('inquire', UNKNOWN, None),
}


def probe(side, name):
    """(major, the length of the property; the minor for the session key)."""
    how, oid, value = PROBES[name]
    answer = side.call('probe', how=how, oid=oid, value=value)
    return answer['major'], answer['minor'], answer['length']


def states(setup, mech, flags):
    """Each state and the side that is in it, for logins of this set-up with itself."""
    initiator, acceptor = login_driver.pair((setup, setup), mech, flags)
    first = initiator.call('step', token=None)['token']
    yield 'initiator, half-open', initiator
    challenge = acceptor.call('step', token=first)['token']
    yield 'acceptor, half-open', acceptor
    last = initiator.call('step', token=challenge)['token']
    yield 'initiator, last token sent', initiator
    more = acceptor.call('step', token=last)['token']
    if more:
        initiator.call('step', token=more)
        yield 'initiator, established', initiator
    yield 'acceptor, established', acceptor
    login_driver.end(initiator, acceptor)


def table(setup, mech, flags):
    return {(state, name): probe(side, name)
            for state, side in states(setup, mech, flags) for name in PROBES}


# {state, probe, mechanism (if only for one)} -> why our answer differs.
DIFFERENCES = {
    ('half-open', 'sequence'): 'an exchange that goes on has no messages to number',
    ('last token sent', 'session key', 'spnego'):
        'the choice of the mechanism is not proven before the last token',
    ('last token sent', 'sequence', 'spnego'): 'as half-open',
}


def reason(state, name, mech):
    for where, what, *only in DIFFERENCES:
        if where in state and what == name and (not only or only == [mech]):
            return DIFFERENCES[(where, what, *only)]
    return None


def compared(setup, mech, flags):
    """Each major and length is the other's, but for what has a reason; a difference that is
    none any more fails as well."""
    theirs, ours = table('peer', mech, flags), table(setup, mech, flags)
    for (state, name), (major, _, length) in theirs.items():
        same = (major, length) == (ours[state, name][0], ours[state, name][2])
        why = reason(state, name, mech)
        assert same == (why is None), f'{state}, {name}: {ours[state, name]}, not ' \
            f'{theirs[state, name]} ({why})'


def every_failure_has_a_minor(setup):
    for mech, flags in (('ntlm', []), ('ntlm', login_driver.SIGN), ('spnego', login_driver.SIGN)):
        for key, (major, minor, _) in table(setup, mech, flags).items():
            assert (major == COMPLETE) == (minor == 0), f'{key}: {major:#x}, minor {minor:#x}'


def pyspnego(setup):
    """The calls by which old versions find NTLM, on a context that was begun."""
    here = place.Place()
    side = login_driver.Peer(here.initiator_env(setup, login_driver.ALICE))
    side.call('initiate', mech='ntlm', target='HTTP@server.test', flags=[], bindings=None)
    side.call('step', token=None)
    place.check(probe(side, 'reset sending')[0], COMPLETE, 'the option')
    place.check(probe(side, 'session key')[:2], (UNAVAILABLE, NOT_AVAILABLE), 'the key')
    side.close()


def main():
    for setup in ('ntlm', 'both'):
        place.add_case(f'{setup}: as pyspnego asks', pyspnego, setup)
        place.add_case(f'{setup}: minors', every_failure_has_a_minor, setup)
        for mech, flags in (('ntlm', []), ('ntlm', login_driver.SIGN), ('spnego', login_driver.SIGN)):
            if setup == 'ntlm' and mech == 'spnego':
                continue  # MIT's SPNEGO leads each call to NTLM's own
            place.add_case(f'{setup}: {mech}, {"sign" if flags else "no protection"}',
                           compared, setup, mech, flags)
    place.add_case('the other plugin: as pyspnego asks', pyspnego, 'peer')
    sys.exit(place.run())


if __name__ == '__main__':
    main()
