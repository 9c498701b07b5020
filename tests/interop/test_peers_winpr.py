#!/usr/bin/python3
# SPDX-License-Identifier: ISC
"""WinPR (FreeRDP 2) as a peer, in both directions, signed and sealed. Its package Negotiate is
NTLM without SPNEGO's framing; in that its NTLM is put here, with the mechListMIC that it
signs. After those it cannot go on: it does not wind its keystream back."""
import sys

import place
from login_driver import Peer, Refused, establish
from winpr import RANDKEY, Winpr, hashes, session_key

PASSWORD = 'correct horse'
NTLM_USER = 'AD\\alice'
TARGET = 'HTTP/server.test'
SEAL = ['integrity', 'confidentiality']
TEXTS = (b'hello', bytes(range(256)) * 12, b'x', b'last')
MIC_PROVIDED = bytes.fromhex('0600040002000000')  # MsvAvFlags
FLAGS_AT = 12
UNICODE_AND_OEM = 3
MESSAGE_ALTERED = 0x8009030f
LOGON_DENIED = 0x8009030c
BAD_SIG, BAD_BINDINGS, FAILURE = 6 << 16, 4 << 16, 13 << 16
NTLM_OID = bytes.fromhex('060a2b06010401823702020a')


def winpr_client(seals, password=PASSWORD, package='NTLM', user='alice'):
    return Winpr('client', package, seals, TARGET, user, 'AD', password)


def winpr_server(seals, package='NTLM'):
    here = place.Place()
    nt_hash = hashes('alice', 'AD', PASSWORD)[0].hex()
    return Winpr('server', package, seals, here.write('SAM', f'alice:AD::{nt_hash}:::\n'))


def acceptor_of(setup, bindings=None):
    one = Peer(place.Place().acceptor_env(setup, f'AD:alice:{PASSWORD}\n'))
    one.call('accept', mechs=['ntlm', 'spnego'], bindings=bindings)
    return one


def initiator_of(setup, seals, password=PASSWORD, mech='ntlm'):
    one = Peer(place.Place().initiator_env(setup, f'AD:alice:{password}'))
    one.call('initiate', mech=mech, target='HTTP@server.test', flags=SEAL[:1 + seals])
    return one


def check_ours(ours, seals):
    info = ours.call('info')
    place.check((info['user'], info['mech']), (NTLM_USER, place.NTLM_OID), 'who, by what')
    place.check([flag in info['flags'] for flag in SEAL], [True, seals], 'flags')


def check_keys(ours, winpr, authenticate):
    """Checks that the key that WinPR sent or received is ours."""
    encrypted = winpr.data('query', RANDKEY)
    ntowf_v2 = hashes('alice', 'AD', PASSWORD)[1]
    place.check(session_key(ntowf_v2, authenticate, encrypted),
                ours.call('session_key')['data'], 'session key')


def refuses(reader, op, **given):
    try:
        reader.call(op, **given)
    except Refused as reason:
        return reason.major & 0xffffffff
    raise AssertionError('what was changed on the way was taken')


def protect_sealed(ours, winpr):
    for text in TEXTS:
        for sender, receiver in ((ours, winpr), (winpr, ours)):
            sealed = sender.call('wrap', data=text, encrypt=True)['data']
            assert len(text) < 2 or text not in sealed, 'the text travels in the clear'
            place.check(receiver.call('unwrap', data=sealed)['data'], text, 'unwrapped')
    sealed = winpr.call('wrap', data=b'true', encrypt=True)['data']
    place.check(refuses(ours, 'unwrap', data=sealed[:-1] + bytes([sealed[-1] ^ 1])), BAD_SIG,
                'GSS_S_BAD_SIG')
    place.check(ours.call('unwrap', data=sealed)['data'], b'true', 'unwrapped after that')
    sealed = ours.call('wrap', data=b'true', encrypt=True)['data']
    place.check(refuses(winpr, 'unwrap', data=sealed[:-1] + bytes([sealed[-1] ^ 1])),
                MESSAGE_ALTERED, 'SEC_E_MESSAGE_ALTERED')


def protect_signed(ours, winpr):
    for text in TEXTS:
        for sender, receiver in ((ours, winpr), (winpr, ours)):
            signature = sender.call('sign', data=text)['data']
            receiver.call('verify', data=text, signature=signature)
    signature = winpr.call('sign', data=b'true')['data']
    place.check(refuses(ours, 'verify', data=b'false', signature=signature), BAD_SIG,
                'GSS_S_BAD_SIG')
    ours.call('verify', data=b'true', signature=signature)
    signature = ours.call('sign', data=b'true')['data']
    place.check(refuses(winpr, 'verify', data=b'false', signature=signature), MESSAGE_ALTERED,
                'SEC_E_MESSAGE_ALTERED')


def protect(ours, winpr, seals):
    (protect_sealed if seals else protect_signed)(ours, winpr)


def end(*sides):
    for side in sides:
        side.close()


# ---- raw NTLM

def it_logs_in(setup, package, seals):
    winpr, ours = winpr_client(seals, package=package), acceptor_of(setup)
    tokens = establish(winpr, ours)
    place.check([token[:8] for token in tokens], [b'NTLMSSP\0'] * 3, 'tokens')
    assert MIC_PROVIDED in tokens[2], 'WinPR sends no MIC'
    check_ours(ours, seals)
    check_keys(ours, winpr, tokens[2])
    protect(ours, winpr, seals)
    end(winpr, ours)


def it_is_refused(setup, package, user, password):
    winpr, ours = winpr_client(True, password, package, user), acceptor_of(setup)
    try:
        establish(winpr, ours)
    except Refused as reason:
        place.check(reason.major & 0xffff0000, FAILURE, 'GSS_S_FAILURE')
        assert 'wrong' in str(reason), str(reason)
    else:
        raise AssertionError('the login succeeded')
    end(winpr, ours)


def its_mic_is_changed(setup):
    """A bit of WinPR's MIC, which stands behind its Version."""
    winpr, ours = winpr_client(True), acceptor_of(setup)
    challenge = ours.call('step', token=winpr.step()['token'])['token']
    token = bytearray(winpr.step(challenge)['token'])
    token[72] ^= 1
    assert refuses(ours, 'step', token=bytes(token)) != 0
    end(winpr, ours)


def it_is_bound(setup, bindings, major):
    """Logins with WinPR's channel bindings, equal to ours and different ones."""
    winpr, ours = winpr_client(True), acceptor_of(setup, 'tls-server-end-point:one')
    winpr.ask('bind', bindings)
    challenge = ours.call('step', token=winpr.step()['token'])['token']
    token = winpr.step(challenge)['token']
    if major:
        place.check(refuses(ours, 'step', token=token) & 0xffff0000, major, 'major')
    else:
        place.check(ours.call('step', token=token)['done'], True, 'done')
        protect(ours, winpr, True)
    end(winpr, ours)


def we_log_in(setup, package, seals):
    winpr, ours = winpr_server(seals, package), initiator_of(setup, seals)
    tokens = establish(ours, winpr)
    place.check([token[:8] for token in tokens], [b'NTLMSSP\0'] * 3, 'tokens')
    check_ours(ours, seals)
    check_keys(ours, winpr, tokens[2])
    protect(ours, winpr, seals)
    end(winpr, ours)


def we_are_refused(setup, package):
    """WinPR notices a wrong password by the MIC."""
    winpr, ours = winpr_server(True, package), initiator_of(setup, True, 'wrong')
    try:
        establish(ours, winpr)
    except Refused as reason:
        assert reason.major in (MESSAGE_ALTERED, LOGON_DENIED), str(reason)
    else:
        raise AssertionError('the login succeeded')
    end(winpr, ours)


def unicode_and_oem(setup):
    """WinPR's CHALLENGE has both character sets, where its client names both. We name one: the
    other is put in on the way, and WinPR's MIC is over what we sent."""
    winpr, ours = winpr_server(True), initiator_of(setup, True)
    sent = ours.call('step')['token']
    changed = bytearray(sent)
    changed[FLAGS_AT] |= UNICODE_AND_OEM
    challenge = winpr.step(bytes(changed))['token']
    place.check(challenge[20] & UNICODE_AND_OEM, UNICODE_AND_OEM, 'character sets of CHALLENGE')
    winpr.ask('negotiate', sent)
    answer = ours.call('step', token=challenge)['token']
    place.check(answer[60] & UNICODE_AND_OEM, 1, 'character set of AUTHENTICATE')
    place.check(winpr.step(answer)['done'], True, 'done')
    check_ours(ours, True)
    protect(ours, winpr, True)
    end(winpr, ours)


# ---- in SPNEGO (RFC 4178 4.2), whose framing WinPR 2 does not have

def der(tag, *parts):
    body = b''.join(parts)
    length = len(body).to_bytes((len(body).bit_length() + 7) // 8, 'big')
    form = b'' if len(body) < 128 else bytes([0x80 | len(length)])
    return bytes([tag]) + form + length + body


MECHS = der(0x30, NTLM_OID)


def init_token(token):
    inner = der(0xa0, der(0x30, der(0xa0, MECHS), der(0xa2, der(4, token))))
    return der(0x60, bytes.fromhex('06062b0601050502'), inner)


def response(state, mech=b'', token=None, mic=None):
    """state: None from a client."""
    fields = b'' if state is None else der(0xa0, der(10, bytes([state])))
    fields += mech and der(0xa1, mech)
    fields += b'' if token is None else der(0xa2, der(4, token))
    fields += b'' if mic is None else der(0xa3, der(4, mic))
    return der(0xa1, der(0x30, fields))


def cut(token):
    """The NTLM message in a token, by its own lengths, and the mechListMIC behind it."""
    message = token[token.index(b'NTLMSSP\0'):]
    mic_at = message.rfind(b'\xa3\x12\x04\x10')
    return (message, None) if mic_at < 0 else (message[:mic_at], message[mic_at + 4:])


def it_logs_in_by_spnego(setup):
    winpr, ours = winpr_client(False), acceptor_of(setup)
    challenge, _ = cut(ours.call('step', token=init_token(winpr.step()['token']))['token'])
    message = winpr.step(challenge)['token']
    mic = winpr.call('sign', data=MECHS)['data']
    done = ours.call('step', token=response(None, token=message, mic=mic))
    place.check(done['done'], True, 'done')
    place.check(done['token'][-20:-16], b'\xa3\x12\x04\x10', 'our mechListMIC')
    winpr.call('verify', data=MECHS, signature=done['token'][-16:])
    check_ours(ours, False)
    check_keys(ours, winpr, message)
    end(winpr, ours)


def it_is_refused_by_spnego(setup):
    winpr, ours = winpr_client(False, 'wrong'), acceptor_of(setup)
    challenge, _ = cut(ours.call('step', token=init_token(winpr.step()['token']))['token'])
    message = winpr.step(challenge)['token']
    mic = winpr.call('sign', data=MECHS)['data']
    place.check(refuses(ours, 'step', token=response(None, token=message, mic=mic)) & 0xffff0000,
                FAILURE, 'GSS_S_FAILURE')
    end(winpr, ours)


def its_list_is_changed(setup):
    """WinPR signs another list than the one that came."""
    winpr, ours = winpr_client(False), acceptor_of(setup)
    challenge, _ = cut(ours.call('step', token=init_token(winpr.step()['token']))['token'])
    message = winpr.step(challenge)['token']
    mic = winpr.call('sign', data=MECHS + b'\0')['data']
    assert refuses(ours, 'step', token=response(None, token=message, mic=mic)) != 0
    end(winpr, ours)


def we_log_in_by_spnego(setup):
    winpr, ours = winpr_server(False), initiator_of(setup, False, mech='spnego')
    challenge = winpr.step(cut(ours.call('step')['token'])[0])['token']
    token = ours.call('step', token=response(1, NTLM_OID, challenge))['token']
    message, mic = cut(token)
    place.check(winpr.step(message)['done'], True, 'done')
    winpr.call('verify', data=MECHS, signature=mic)
    mine = winpr.call('sign', data=MECHS)['data']
    place.check(ours.call('step', token=response(0, mic=mine))['done'], True, 'done')
    check_ours(ours, False)
    check_keys(ours, winpr, message)
    end(winpr, ours)


def we_are_refused_by_spnego(setup):
    winpr = winpr_server(False)
    ours = initiator_of(setup, False, 'wrong', mech='spnego')
    challenge = winpr.step(cut(ours.call('step')['token'])[0])['token']
    message, _ = cut(ours.call('step', token=response(1, NTLM_OID, challenge))['token'])
    assert refuses(winpr, 'step', token=message) in (MESSAGE_ALTERED, LOGON_DENIED)
    end(winpr, ours)


def add_raw(setup):
    for package in ('NTLM', 'Negotiate'):
        about = f'{setup} lines, WinPR {package}'
        for seals in (True, False):
            how = 'sealed' if seals else 'signed'
            place.add_case(f'{about}: it logs in, {how}', it_logs_in, setup, package, seals)
            place.add_case(f'{about}: we log in, {how}', we_log_in, setup, package, seals)
        for user, password in (('alice', 'wrong'), ('eve', PASSWORD)):
            place.add_case(f'{about}: it is refused, {user} {password}', it_is_refused, setup,
                           package, user, password)
        place.add_case(f'{about}: we are refused', we_are_refused, setup, package)


def add_cases():
    for setup in ('ntlm', 'both'):
        add_raw(setup)
        place.add_case(f'{setup} lines: its MIC is changed', its_mic_is_changed, setup)
        place.add_case(f'{setup} lines: a channel', it_is_bound, setup,
                       b'tls-server-end-point:one', 0)
        place.add_case(f'{setup} lines: another channel', it_is_bound, setup,
                       b'tls-server-end-point:two', BAD_BINDINGS)
        place.add_case(f'{setup} lines: UNICODE and OEM', unicode_and_oem, setup)
        for scenario in (it_logs_in_by_spnego, it_is_refused_by_spnego, its_list_is_changed,
                         we_log_in_by_spnego, we_are_refused_by_spnego):
            place.add_case(f'{setup} lines: {scenario.__name__}', scenario, setup)


if __name__ == '__main__':
    add_cases()
    sys.exit(place.run())
