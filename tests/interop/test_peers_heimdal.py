#!/usr/bin/python3
# SPDX-License-Identifier: ISC
"""Heimdal as a peer. Its GSS-API answers every CHALLENGE without NTLMv2, so its logins end with
a refusal; its libheimntlm knows NTLMv2, as client and as server, but neither a MIC nor
messages. SPNEGO it offers only for Kerberos."""
import os
import sys

import place
from heimdal import Initiator, Ntlm
from login_driver import Peer, Refused
from winpr import rc4

PASSWORD = 'correct horse'
NTLM_USER = 'AD\\alice'
SEAL = ['integrity', 'confidentiality']
UNAUTHORIZED, FAILURE = 15 << 16, 13 << 16
# UNICODE, SIGN, SEAL, NTLM, a domain, extended session security, KEY_EXCH
ITS_FLAGS = 0x40081231
FLAGS = ITS_FLAGS | 0x20000004  # REQUEST_TARGET, 128
TARGET_INFO, SERVER = 0x00800000, 0x00020000
# Heimdal's 38 bytes: no workstation, and a domain that is said to be at 24, and is at 32.
NEGOTIATE = (b'NTLMSSP\0' + (1).to_bytes(4, 'little') + ITS_FLAGS.to_bytes(4, 'little') +
             bytes([6, 0, 6, 0, 24, 0, 0, 0]) + bytes(8) + 'SRV'.encode('utf-16le'))
SERVER_CHALLENGE = bytes(range(1, 9))


def av(kind, text):
    value = text.encode('utf-16le')
    return kind.to_bytes(2, 'little') + len(value).to_bytes(2, 'little') + value


def acceptor_of(setup):
    one = Peer(place.Place().acceptor_env(setup, f'AD:alice:{PASSWORD}\n'))
    one.call('accept', mechs=['ntlm', 'spnego'])
    return one


def initiator_of(setup, password):
    one = Peer(place.Place().initiator_env(setup, f'AD:alice:{password}'))
    one.call('initiate', mech='ntlm', target='HTTP@server.test', flags=SEAL)
    return one


def refused(major, word, call, **given):
    try:
        call('step', **given)
    except Refused as reason:
        place.check(reason.major & 0xffff0000, major, 'major')
        assert word in str(reason), str(reason)
    else:
        raise AssertionError('the login succeeded')


def its_gssapi(setup):
    """Heimdal's own tokens: the 38 bytes, and an answer that is no NTLMv2."""
    theirs, ours = Initiator('HTTP@srv', f'AD:alice:{PASSWORD}'), acceptor_of(setup)
    token = theirs.step()['token']
    place.check(token, NEGOTIATE, "Heimdal's NEGOTIATE")
    answer = theirs.step(ours.call('step', token=token)['token'])
    place.check(answer['done'], True, 'Heimdal is done')
    refused(UNAUTHORIZED, 'NTLMv1', ours.call, token=answer['token'])
    theirs.close()
    ours.close()


def log_in(setup, negotiate, password):
    """libheimntlm as client: our side, its last token and its session key."""
    theirs, ours = Ntlm(password.encode()), acceptor_of(setup)
    token = theirs.negotiate(FLAGS, b'SRV') if negotiate is None else negotiate
    place.check(len(token), 38, 'length of NEGOTIATE')
    challenge = theirs.read_challenge(ours.call('step', token=token)['token'])
    response = theirs.respond(b'alice', b'AD', challenge)
    key = os.urandom(16)
    sent = rc4(theirs.key_exchange_key(response), key)
    return ours, theirs.authenticate(challenge.flags, b'alice', b'AD', response, sent), key


def it_logs_in(setup, negotiate):
    ours, token, key = log_in(setup, negotiate, PASSWORD)
    place.check(ours.call('step', token=token)['done'], True, 'done')
    info = ours.call('info')
    place.check((info['user'], info['mech']), (NTLM_USER, place.NTLM_OID), 'who, by what')
    assert set(SEAL) <= set(info['flags']), info['flags']
    place.check(ours.call('session_key')['data'], key, 'session key')
    ours.close()


def it_is_refused(setup, negotiate):
    ours, token, _ = log_in(setup, negotiate, 'wrong')
    refused(FAILURE, 'wrong', ours.call, token=token)
    ours.close()


def begin_at(setup, password):
    """libheimntlm as server: both sides, and what ours answers to its CHALLENGE."""
    theirs, ours = Ntlm(PASSWORD.encode()), initiator_of(setup, password)
    flags = theirs.read_negotiate(ours.call('step')['token'])
    info = av(2, 'AD') + av(1, 'SRV') + bytes(4)
    challenge = theirs.challenge(flags | TARGET_INFO | SERVER, b'AD', info, SERVER_CHALLENGE)
    answer = theirs.read_authenticate(ours.call('step', token=challenge)['token'])
    place.check((answer.username, answer.targetname), (b'alice', b'AD'), 'who')
    return theirs, ours, answer


def we_log_in(setup):
    theirs, ours, answer = begin_at(setup, PASSWORD)
    pairs = theirs.verify(answer, SERVER_CHALLENGE)
    assert av(2, 'AD') in pairs and av(9, 'HTTP/server.test') in pairs, pairs
    key = rc4(theirs.key_exchange_key(answer.ntlm.bytes()), answer.sessionkey.bytes())
    place.check(ours.call('session_key')['data'], key, 'session key')
    ours.close()


def we_are_refused(setup):
    theirs, ours, answer = begin_at(setup, 'wrong')
    try:
        theirs.verify(answer, SERVER_CHALLENGE)
    except Refused:
        ours.close()
        return
    raise AssertionError('the login succeeded')


def add_cases():
    for setup in ('ntlm', 'both'):
        place.add_case(f"{setup} lines: Heimdal's GSS-API", its_gssapi, setup)
        for name, negotiate in (('a NEGOTIATE of libheimntlm', None), ('38 bytes', NEGOTIATE)):
            place.add_case(f'{setup} lines: it logs in, {name}', it_logs_in, setup, negotiate)
            place.add_case(f'{setup} lines: wrong password, {name}', it_is_refused, setup,
                           negotiate)
        place.add_case(f'{setup} lines: we log in', we_log_in, setup)
        place.add_case(f'{setup} lines: we are refused', we_are_refused, setup)


if __name__ == '__main__':
    add_cases()
    sys.exit(place.run())
