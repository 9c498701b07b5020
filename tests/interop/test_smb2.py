#!/usr/bin/python3
# SPDX-License-Identifier: ISC
"""We log in by SMB2 at Samba's smbd, which demands signatures: raw, and by SPNEGO with the
server's NegTokenInit2 as the first input or without it. A wrong session key would show in the
first message that is signed. With a ticket that smbd cannot use, SPNEGO falls back to NTLM.
smbd's users also log in at a responder of ours, whose acceptor asks the winbindd beside smbd."""
import functools
import os
import pwd
import sys

sys.path.append(os.path.join(os.path.dirname(os.path.abspath(__file__)), '../samba'))

import place
import smb2
import smbclient
import standalone
import wire
import world
from login_driver import MIC, Peer
from realm import Realm
from smb2_client import (SPNEGO_WAYS, WAYS, Client, check_refused, log_in, log_in_at,
                         use_session)
from smb2_responder import check_login, check_refusal, respond

TARGET = 'cifs@localhost'
USER = 'alice'
CANONICAL = f'{standalone.NAME}\\{USER}'
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
    """The Samba of this test, once it is there."""
    samba = None


@functools.cache
def initiator(line):
    """A process with this credential, whose logins follow one another."""
    return Peer(place.Place().initiator_env('both', line))


def own():
    """One with the user's password in its file."""
    return initiator(GOOD)


@functools.cache
def cached():
    """A process of a user whose password winbind has in its cache, without one of its own."""
    uid = pwd.getpwnam(USER).pw_uid
    Server.samba.save_password(uid, CANONICAL, standalone.USERS[USER])
    here = place.Place()
    settings = here.write('negotiate.conf', '[negotiate]\n    credentials_from = file,winbind\n')
    process = Peer(here.env('both', GSS_NEGOTIATE_CONFIG=settings))
    process.call('become', uid=uid)
    return process


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
    client = Client(smb2.DIALECTS[dialect], Server.samba.port)
    settled = client.negotiate()
    assert settled.mode & smb2.SIGNING_REQUIRED, 'the server demands no signatures'
    assert client.hints, 'the server sends no hints'
    return client


def logs_in(process_of, dialect, way, flags):
    with connect(dialect) as client:
        log_in(client, process_of(), way, TARGET, flags)
        wire.check_ntlm(client.tokens)
        use_session(client)


def refused(dialect, way, line):
    with connect(dialect) as client:
        check_refused(smb2.LOGON_FAILURE, log_in, client, initiator(line), way, TARGET)
        wire.check_ntlm(client.tokens)


def another_key(dialect, way):
    """The server verifies what we sign."""
    with connect(dialect) as client:
        log_in(client, own(), way, TARGET)
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


# ---- the users of winbindd

@functools.cache
def acceptor():
    """A process whose users are winbindd's."""
    here = place.Place()
    settings = here.write('negotiate.conf', '[negotiate]\n    users_from = winbind\n')
    return Peer(here.env('both', GSS_NEGOTIATE_CONFIG=settings))


def smbclient_logs_in(dialect, hints):
    responder = respond(acceptor(), dialect, hints)
    who = smbclient.as_user(CANONICAL, standalone.USERS[USER])
    place.check(smbclient.said(responder, dialect, who), smbclient.NO_SHARE, 'what it says')
    check_login(acceptor(), responder, CANONICAL)


def smbclient_is_refused(dialect, hints, user):
    responder = respond(acceptor(), dialect, hints)
    who = smbclient.as_user(f'{standalone.NAME}\\{user}', 'wrong')
    place.check(smbclient.said(responder, dialect, who), smbclient.REFUSED, 'what it says')
    check_refusal(responder)


def we_log_in(dialect, hints, way):
    responder = respond(acceptor(), dialect, hints)
    log_in_at(responder, own(), way, TARGET)
    check_login(acceptor(), responder, CANONICAL)


def add_winbind(add, dialect):
    for hints in (True, False):
        about = f'{dialect}, {"hints" if hints else "no hints"}, users from winbind'
        add(f'{about}: smbclient', smbclient_logs_in, dialect, hints)
        for user, how in ((USER, 'wrong password'), ('eve', 'unknown user')):
            add(f'{about}: smbclient, {how}', smbclient_is_refused, dialect, hints, user)
        for way, (_, with_hints) in WAYS.items():
            if hints or not with_hints:
                add(f'{about}: our client, {way}', we_log_in, dialect, hints, way)


def add_cases(add):
    for dialect in smb2.DIALECTS:
        for way in WAYS:
            about = f'{dialect}, {way}'
            for how, flags in FLAGS.items():
                add(f'{about}, {how}', logs_in, own, dialect, way, flags)
                add(f'{about}, {how}, by the cache of winbind', logs_in, cached, dialect, way,
                    flags)
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
        add_winbind(add, dialect)


def main():
    reason = standalone.missing('smbd')
    if reason is None and not world.is_inside():
        world.enter()
    world.add_cases(reason, add_cases)
    if reason is None:
        Server.samba = standalone.Standalone(more=SIGNING, smbd=True)
    place.run()


if __name__ == '__main__':
    main()
