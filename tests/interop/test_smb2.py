#!/usr/bin/python3
# SPDX-License-Identifier: ISC
"""We log in by SMB2 at Samba's smbd, which demands signatures: raw, and by SPNEGO with the
server's NegTokenInit2 as the first input or without it. A wrong session key would show in the
first message that is signed. With a ticket that smbd cannot use, SPNEGO falls back to NTLM."""
import functools
import os
import sys

sys.path.append(os.path.join(os.path.dirname(os.path.abspath(__file__)), '../samba'))

import place
import smb2
import standalone
import wire
import world
from login_driver import MIC, Peer
from realm import Realm
from smb2_client import SPNEGO_WAYS, WAYS, Client, Refused, log_in, use_session

TARGET = 'cifs@localhost'
USER = 'alice'
LINE = f'{standalone.NAME}:{USER}:'
GOOD = LINE + standalone.USERS[USER]
REFUSALS = {'wrong password': LINE + 'wrong', 'unknown user': f'{standalone.NAME}:eve:wrong'}
FLAGS = {'no flags': [], 'integrity': ['integrity'],
         'mutual': ['integrity', 'mutual_authentication'],
         'confidentiality': ['integrity', 'confidentiality']}
SIGNING = '    server signing = mandatory'
NTLM_OID = bytes.fromhex('2b06010401823702020a')
REQUEST_MIC = bytes.fromhex('a0030a0103')  # negState [0] of a NegTokenResp


class Server:
    """The smbd of this test; port is set once it listens."""
    port = None


@functools.cache
def initiator(line):
    """A process with this credential, whose logins follow one another."""
    return Peer(place.Place().initiator_env('both', line))


@functools.cache
def realm():
    return Realm('cifs/localhost')


@functools.cache
def ticket_holder(fallback):
    """A process with a ticket for the server and with a credential of NTLM."""
    settings = realm().here.write(f'negotiate-{fallback}.conf',
                                  f'[negotiate]\n    fallback = {fallback}\n')
    return Peer(dict(realm().client('both', 'alice', GOOD), GSS_NEGOTIATE_CONFIG=settings))


def connect(dialect):
    client = Client(smb2.DIALECTS[dialect], Server.port)
    settled = client.negotiate()
    assert settled.mode & smb2.SIGNING_REQUIRED, 'the server demands no signatures'
    assert client.hints, 'the server sends no hints'
    return client


def logs_in(dialect, way, flags):
    with connect(dialect) as client:
        log_in(client, initiator(GOOD), way, TARGET, flags)
        wire.check_ntlm(client.tokens)
        use_session(client)


def check_refused(status, function, *args, **more):
    try:
        function(*args, **more)
    except Refused as reason:
        place.check(hex(reason.status), hex(status), 'status')
    else:
        raise AssertionError('it was not refused')


def refused(dialect, way, line):
    with connect(dialect) as client:
        check_refused(smb2.LOGON_FAILURE, log_in, client, initiator(line), way,
                      TARGET)
        wire.check_ntlm(client.tokens)


def another_key(dialect, way):
    """The server verifies what we sign."""
    with connect(dialect) as client:
        log_in(client, initiator(GOOD), way, TARGET)
        check_refused(smb2.ACCESS_DENIED, client.tree_connect, key=bytes(16))


def falls_back(dialect, way, flags):
    """The server chooses NTLM after it got a ticket, so both sides protect the choice
    (RFC 4178 5)."""
    with connect(dialect) as client:
        log_in(client, ticket_holder('server'), way, TARGET, flags)
        tokens = client.tokens
        place.check([wire.AP_REQ in token for token in tokens], [True] + 5 * [False],
                    'tokens with a ticket')
        place.check([kind for token in tokens for kind in (1, 2, 3)
                     if wire.NTLM + bytes([kind, 0, 0, 0]) in token], [1, 2, 3],
                    'messages of NTLM')
        assert REQUEST_MIC in tokens[1], 'no request-mic'
        place.check([MIC in token for token in tokens], 4 * [False] + 2 * [True],
                    'tokens with a mechListMIC')
        use_session(client)


def does_not_fall_back(dialect, way, fallback):
    """NTLM is not in the list from which the server may choose."""
    with connect(dialect) as client:
        check_refused(smb2.INVALID_PARAMETER, log_in, client, ticket_holder(fallback), way,
                      TARGET)
        wire.check_kerberos(client.tokens)
        assert NTLM_OID not in b''.join(client.tokens), 'NTLM was offered'


def add_cases(add):
    for dialect in smb2.DIALECTS:
        for way in WAYS:
            about = f'{dialect}, {way}'
            for how, flags in FLAGS.items():
                add(f'{about}, {how}', logs_in, dialect, way, flags)
            for how, line in REFUSALS.items():
                add(f'{about}, {how}', refused, dialect, way, line)
            add(f'{about}, signed with another key', another_key, dialect, way)
        for way in SPNEGO_WAYS:
            about = f'{dialect}, {way}, a ticket of no use'
            for how, flags in FLAGS.items():
                add(f'{about}, {how}', falls_back, dialect, way, flags)
            for fallback in ('listed', 'never'):
                add(f'{about}, fallback = {fallback}', does_not_fall_back, dialect, way,
                    fallback)


def main():
    reason = standalone.missing('smbd')
    if reason is None and not world.is_inside():
        world.enter()
    world.add_cases(reason, add_cases)
    if reason is None:
        Server.port = standalone.Standalone(more=SIGNING, smbd=True).port
    place.run()


if __name__ == '__main__':
    main()
