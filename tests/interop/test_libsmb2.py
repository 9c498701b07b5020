#!/usr/bin/python3
# SPDX-License-Identifier: ISC
"""libsmb2 logs in at a responder of ours, which demands signatures. It has an NTLM of its own, raw
even after a server's hints for SPNEGO, which MIT's SPNEGO does not take. With Kerberos it uses the
GSS-API's SPNEGO, and so this module, and its session key. exchange/libsmb2 makes the same calls
where there is no libsmb2."""
import functools
import os
import subprocess
import sys

import place
import smb2
import wire
from libsmb2_login import library
from login_driver import Peer
from realm import KERBEROS_USER, NTLM_USER, USERS, Realm
from smb2_responder import check_login, check_refusal, respond

PROGRAM = os.path.join(os.path.dirname(os.path.abspath(__file__)), 'libsmb2_login.py')
NO_SHARE = 'STATUS_BAD_NETWORK_NAME'
REFUSED = 'STATUS_LOGON_FAILURE'
SAYS = {NO_SHARE: ('BAD_NETWORK_NAME', '0xc00000cc'), REFUSED: ('LOGON_FAILURE', '0xc000006d')}


def need():
    if library() is None:
        raise place.Skip('no libsmb2 on this machine')


def connect(port, security, dialect, env, password='correct horse'):
    domain, _, user = ('AD\\alice' if security == 'ntlm' else 'NEG.TEST\\alice').partition('\\')
    return subprocess.run(['/usr/bin/python3', '-B', PROGRAM, str(port), security,
                           hex(smb2.DIALECTS[dialect]), domain, user, password], env=env,
                          capture_output=True, text=True, timeout=120, check=False)


def check_said(done, status):
    assert any(text in done.stdout for text in SAYS[status]), done.stdout + done.stderr


@functools.cache
def realm():
    """libsmb2 asks for the service at the host's port."""
    port = place.free_port()
    return port, Realm(f'cifs/localhost:{port}')


def with_a_password(lines, dialect, hints):
    need()
    process = Peer(place.Place().acceptor_env(lines, USERS))
    responder = respond(process, dialect, hints)
    check_said(connect(responder.port, 'ntlm', dialect, place.Place().env('none')), NO_SHARE)
    check_login(process, responder, NTLM_USER)
    process.close()


def with_a_wrong_password():
    need()
    process = Peer(place.Place().acceptor_env('both', USERS))
    responder = respond(process, '3.1.1', True)
    check_said(connect(responder.port, 'ntlm', '3.1.1', place.Place().env('none'), 'wrong'),
               REFUSED)
    check_refusal(responder)
    process.close()


def with_a_ticket(lines, dialect):
    """By Kerberos through this module, although there is a credential for NTLM, too."""
    need()
    port, kdc = realm()
    process = Peer(kdc.server(lines))
    responder = respond(process, dialect, True, port=port)
    check_said(connect(port, 'krb5', dialect, kdc.client(lines, 'alice')), NO_SHARE)
    check_login(process, responder, KERBEROS_USER)
    process.close()


def without_a_ticket(lines):
    """It allows Kerberos alone, so that the credential for NTLM is not used."""
    need()
    port, kdc = realm()
    process = Peer(kdc.server(lines))
    responder = respond(process, '3.1.1', True, port=port)
    said = connect(port, 'krb5', '3.1.1', kdc.client(lines)).stdout
    assert 'gss_' in said, said
    assert wire.NTLM not in b''.join(responder.tokens), 'a message of NTLM'
    responder.drop()
    process.close()


if __name__ == '__main__':
    for given in ('both', 'ntlm'):
        for version in smb2.DIALECTS:
            for has_hints in (True, False) if given == 'both' else (False,):
                place.add_case(f'{given} lines, {version}, {"" if has_hints else "no "}hints: a '
                               'password', with_a_password, given, version, has_hints)
            place.add_case(f'{given} lines, {version}: a ticket', with_a_ticket, given, version)
        place.add_case(f'{given} lines: no ticket', without_a_ticket, given)
    place.add_case('a wrong password', with_a_wrong_password)
    sys.exit(place.run())
