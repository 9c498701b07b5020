# SPDX-License-Identifier: ISC
"""Logins between two python3-gssapi processes, each with mechanisms of its own."""
import peer
import place

NTLM = place.NTLM_OID
USERS = 'AD:alice:correct horse\nAD:bob:staple\n'
ALICE = 'AD:alice:correct horse'
MIC = b'\xa3\x12\x04\x10'  # mechListMIC [3], an OCTET STRING of 16 bytes
SIGN = ['integrity']
SEAL = ['integrity', 'confidentiality']


def pair(setups, mech, flags, credential=ALICE, bindings=(None, None), **who):
    """Two processes with their contexts begun: (initiator, acceptor)."""
    here = place.Place()
    initiator = peer.Peer(here.initiator_env(setups[0], credential))
    acceptor = peer.Peer(here.acceptor_env(setups[1], USERS))
    acceptor.call('accept', mechs=['ntlm', 'spnego'], bindings=bindings[1])
    initiator.call('initiate', mech=mech, target='HTTP@server.test', flags=flags,
                   bindings=bindings[0], **who)
    return initiator, acceptor


def protect(setups, initiator, acceptor, flags):
    """Messages both ways; the peer plugin makes and takes no empty ones, and loses its
    sequence by a bad one."""
    strict = 'peer' not in setups and not place.is_stand_in()
    peer.protect(initiator, acceptor, 'confidentiality' in flags, strict)


def end(initiator, acceptor):
    initiator.close()
    acceptor.close()


def check_who(setups, initiator, acceptor, user):
    """Both sides say who logged in, and that it was by NTLM."""
    for setup, side in zip(setups, (initiator, acceptor)):
        info = side.call('info')
        place.check((place.shown(setup, info['user']), info['mech']), (user, NTLM),
                    'who, by what')


def login(setups, mech, flags):
    initiator, acceptor = pair(setups, mech, flags)
    tokens = peer.establish(initiator, acceptor)
    raw = tokens[0].startswith(b'NTLMSSP\0')
    place.check(raw, mech == 'ntlm', 'the first token is raw NTLM')
    if mech == 'spnego':
        place.check([MIC in token for token in tokens], [False, False, True, True],
                    'tokens with a mechListMIC')
    check_who(setups, initiator, acceptor, 'AD\\alice')
    for flag in flags:
        for side in (initiator, acceptor):
            assert flag in side.call('info')['flags'], f'{flag} is missing'
    place.check(*[side.call('session_key')['data'] for side in (initiator, acceptor)],
                'session key')
    protect(setups, initiator, acceptor, flags)
    end(initiator, acceptor)


def refused(setups, mech, credential):
    """A wrong password and an unknown user look the same."""
    initiator, acceptor = pair(setups, mech, SIGN, credential)
    try:
        peer.establish(initiator, acceptor)
    except peer.Refused as reason:
        place.check(reason.major & 0xffff0000, 13 << 16, 'GSS_S_FAILURE')
        assert reason.minor != 0 and str(reason), 'a failure without a reason'
    else:
        raise AssertionError('the login succeeded')
    end(initiator, acceptor)
