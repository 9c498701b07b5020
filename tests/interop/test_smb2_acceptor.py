#!/usr/bin/python3
# SPDX-License-Identifier: ISC
"""Clients of SMB2 log in at a responder of ours, which demands signatures: Samba's smbclient,
which has NTLM and SPNEGO of its own, and our client. The responder verifies the first request
after the login, and the client that of the responder, which has no share."""
import functools
import shutil
import subprocess
import sys

import place
import smb2
import wire
from login_driver import Peer
from ntlm_auth import smb_conf
from realm import ALICE, KERBEROS_USER, KRB5_OID, NTLM_USER, USERS, Realm
from smb2_client import WAYS, Client, Refused, log_in
from smb2_responder import Responder

PROTOCOLS = {'2.1': 'SMB2_10', '3.0.2': 'SMB3_02', '3.1.1': 'SMB3_11'}
HINTS = {'hints': True, 'no hints': False}
# What the acceptor's credential is for; None: it has none of its own.
CREDENTIALS = {'no credential': None, 'a credential': ['ntlm', 'spnego']}
NO_SHARE = 'tree connect failed: NT_STATUS_BAD_NETWORK_NAME'
REFUSED = 'session setup failed: NT_STATUS_LOGON_FAILURE'
PASSWORD = '--user=AD\\alice%correct horse'
REFUSALS = {'wrong password': '--user=AD\\alice%wrong', 'unknown user': '--user=AD\\eve%wrong'}
PROTECTIONS = {'as the server wants': (), 'signed': ('--client-protection=sign',)}
# smbclient where there is Kerberos: {how: (its words, the address, who logs in)}. Samba never
# uses Kerberos for an IP address.
HOST, ADDRESS = 'srv.neg.test', '127.0.0.1'
PRINCIPAL = f'--user={KERBEROS_USER}%Wonderland 1'
REQUIRED, DESIRED, OFF = (f'--use-kerberos={how}' for how in ('required', 'desired', 'off'))
KERBEROS = {
    'required, a ticket': ((REQUIRED, '--no-pass'), HOST, KERBEROS_USER),
    'required, a password of the realm': ((REQUIRED, PRINCIPAL), HOST, KERBEROS_USER),
    'desired, a password of the realm': ((DESIRED, PRINCIPAL), HOST, KERBEROS_USER),
    'desired, a password of NTLM': ((DESIRED, PASSWORD), HOST, NTLM_USER),
    'desired, an IP address': ((DESIRED, PASSWORD), ADDRESS, NTLM_USER),
    'off': ((OFF, PASSWORD), HOST, NTLM_USER),
    'off, an IP address': ((OFF, PASSWORD), ADDRESS, NTLM_USER),
}


@functools.cache
def realm():
    return Realm('cifs/localhost', 'cifs/' + HOST)


@functools.cache
def acceptor(setup):
    """A process with users of NTLM, whose logins follow one another."""
    return Peer(place.Place().acceptor_env(setup, USERS))


@functools.cache
def kerberos_acceptor():
    """One with a keytab too."""
    return Peer(realm().server('both'))


@functools.cache
def initiator():
    return Peer(place.Place().initiator_env('both', ALICE))


@functools.cache
def ticket_holder():
    return Peer(realm().client('both', 'alice'))


def respond(process, dialect, hints, mechs=None):
    process.call('accept', mechs=mechs)
    return Responder(smb2.DIALECTS[dialect], process, hints)


def check_login(process, responder, user=NTLM_USER):
    """The login went so, and a request followed that was signed with its key."""
    responder.join()
    assert responder.reason is None, responder.reason
    ntlm = user == NTLM_USER
    (wire.check_ntlm if ntlm else wire.check_kerberos)(responder.tokens)
    info = process.call('info')
    place.check((info['user'], info['mech']), (user, place.NTLM_OID if ntlm else KRB5_OID),
                'who, by what')
    assert responder.request is not None, 'no request followed the login'


def check_refusal(responder):
    responder.join()
    assert 'wrong' in str(responder.reason), responder.reason
    assert responder.request is None, 'a request followed a refusal'


# ---- smbclient

def smbclient(responder, dialect, *options, host=ADDRESS, env=None):
    """What smbclient says, which never gets as far as a share."""
    if shutil.which('smbclient') is None:
        raise place.Skip('no smbclient on this machine')
    here = place.Place()
    done = subprocess.run(
        ['smbclient', f'//{host}/share', f'--ip-address={ADDRESS}', f'--port={responder.port}',
         f'--configfile={smb_conf(here)}', f'--max-protocol={PROTOCOLS[dialect]}',
         '--command=exit', *options],
        env=env or here.env('none'), text=True, check=False, timeout=120,
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    return done.stdout.strip()


def smbclient_logs_in(setup, dialect, hints, mechs, options):
    process = acceptor(setup)
    responder = respond(process, dialect, hints, mechs)
    place.check(smbclient(responder, dialect, PASSWORD, *options), NO_SHARE, 'what it says')
    check_login(process, responder)


def smbclient_is_refused(setup, dialect, hints, who):
    responder = respond(acceptor(setup), dialect, hints)
    place.check(smbclient(responder, dialect, who), REFUSED, 'what it says')
    check_refusal(responder)


def smbclient_in_a_realm(options, host, user):
    process = kerberos_acceptor()
    responder = respond(process, '3.1.1', True)
    said = smbclient(responder, '3.1.1', *options, host=host, env=realm().client('both', 'alice'))
    place.check(said, NO_SHARE, 'what it says')
    check_login(process, responder, user)


# ---- our client

def our_client(responder, process, way, dialect):
    """Its login and its first request after that, both ends of it verified."""
    with Client(smb2.DIALECTS[dialect], responder.port) as client:
        client.negotiate()
        log_in(client, process, way, 'cifs@localhost', ['integrity'])
        client.verify_login()
        try:
            client.tree_connect()
        except Refused as reason:
            place.check(hex(reason.status), hex(smb2.BAD_NETWORK_NAME), 'status')
        else:
            raise AssertionError('the responder has a share')


def we_log_in(dialect, hints, way):
    process = acceptor('both')
    responder = respond(process, dialect, hints)
    our_client(responder, initiator(), way, dialect)
    check_login(process, responder)


def we_log_in_with_a_ticket(dialect, hints, way):
    process = kerberos_acceptor()
    responder = respond(process, dialect, hints)
    our_client(responder, ticket_holder(), way, dialect)
    check_login(process, responder, KERBEROS_USER)


def add_smbclient(setup, dialect, hints):
    about = f'{setup} lines, {dialect}, {hints}: smbclient'
    for whose, mechs in CREDENTIALS.items():
        for how, options in PROTECTIONS.items():
            place.add_case(f'{about}, {whose}, {how}', smbclient_logs_in, setup, dialect,
                           HINTS[hints], mechs, options)
    for how, who in REFUSALS.items():
        place.add_case(f'{about}, {how}', smbclient_is_refused, setup, dialect, HINTS[hints],
                       who)


def add_our_client(dialect, hints):
    for way, (mech, with_hints) in WAYS.items():
        if with_hints and not HINTS[hints]:
            continue
        about = f'{dialect}, {hints}: our client, {way}'
        place.add_case(about, we_log_in, dialect, HINTS[hints], way)
        if mech == 'spnego':
            place.add_case(about + ', a ticket', we_log_in_with_a_ticket, dialect, HINTS[hints],
                           way)


def add_cases():
    for dialect in smb2.DIALECTS:
        for hints in HINTS:
            for setup in ('ntlm', 'both'):
                add_smbclient(setup, dialect, hints)
            add_our_client(dialect, hints)
    for how, row in KERBEROS.items():
        place.add_case(f'smbclient, Kerberos {how}', smbclient_in_a_realm, *row)


if __name__ == '__main__':
    add_cases()
    sys.exit(place.run())
