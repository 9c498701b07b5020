#!/usr/bin/python3
# SPDX-License-Identifier: ISC
"""Clients of SMB2 log in at a responder of ours, which demands signatures: Samba's smbclient,
which has NTLM and SPNEGO of its own, and our client. The responder verifies the first request
after the login, and the client that of the responder, which has no share."""
import functools
import sys

import krb5_release
import place
import smb2
import smbclient
from login_driver import Peer
from realm import ALICE, KERBEROS_USER, NTLM_USER, USERS, Realm
from smb2_client import WAYS, log_in_at
from smb2_responder import check_login, check_refusal, respond
from smbclient import ADDRESS, NO_SHARE, REFUSED, as_user

TARGET = 'cifs@localhost'
HINTS = {'hints': True, 'no hints': False}
# What the acceptor's credential is for; None: it has none of its own.
CREDENTIALS = {'no credential': None, 'a credential': ['ntlm', 'spnego']}
PASSWORD = as_user(NTLM_USER, 'correct horse')
REFUSALS = {'wrong password': as_user(NTLM_USER, 'wrong'),
            'unknown user': as_user('AD\\eve', 'wrong')}
PROTECTIONS = {'as the server wants': (), 'signed': ('--client-protection=sign',)}
# smbclient where there is Kerberos: {how: (its words, the address, who logs in)}. Samba never
# uses Kerberos for an IP address.
HOST = 'srv.neg.test'
PRINCIPAL = as_user(KERBEROS_USER, 'Wonderland 1')
REQUIRED, DESIRED, OFF = (f'--use-kerberos={how}' for how in ('required', 'desired', 'off'))
KERBEROS = {
    'required, a ticket': ((REQUIRED,), HOST, KERBEROS_USER),
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


# ---- smbclient

def smbclient_logs_in(setup, dialect, hints, mechs, options):
    process = acceptor(setup)
    responder = respond(process, dialect, hints, mechs)
    said = smbclient.said(responder, dialect, PASSWORD, *options)
    krb5_release.skip_fault(setup == 'ntlm' and 'failed to verify mechListMIC' in said)
    place.check(said, NO_SHARE, 'what it says')
    check_login(process, responder, NTLM_USER)


def smbclient_is_refused(setup, dialect, hints, who):
    responder = respond(acceptor(setup), dialect, hints)
    place.check(smbclient.said(responder, dialect, who), REFUSED, 'what it says')
    check_refusal(responder)


def smbclient_in_a_realm(options, host, user):
    process = kerberos_acceptor()
    responder = respond(process, '3.1.1', True)
    said = smbclient.said(responder, '3.1.1', *options, host=host, env=realm().client('both', 'alice'))
    place.check(said, NO_SHARE, 'what it says')
    check_login(process, responder, user)


# ---- our client

def we_log_in(dialect, hints, way):
    process = acceptor('both')
    responder = respond(process, dialect, hints)
    log_in_at(responder, initiator(), way, TARGET)
    check_login(process, responder, NTLM_USER)


def we_log_in_with_a_ticket(dialect, hints, way):
    process = kerberos_acceptor()
    responder = respond(process, dialect, hints)
    log_in_at(responder, ticket_holder(), way, TARGET)
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
