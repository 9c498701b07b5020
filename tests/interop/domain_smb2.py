# SPDX-License-Identifier: ISC
"""Users of a domain log in by SMB2 at the smbd of the member and of the domain controller,
which demand signatures: by ticket, and by NTLM where there is none. They log in as well at a
responder of ours on the member, whose acceptor has the member's keys and asks winbind."""
import functools
import pwd

import domain
import place
import smb2
import smbclient
import wire
from login_driver import Peer
from member import acceptor, client, env, member, tickets
from smb2_client import (SPNEGO_WAYS, WAYS, Client, check_refused, log_in, log_in_at,
                         use_session)
from smb2_responder import check_login, check_refusal, respond
from smbclient import as_user

USER = 'alice'
NTLM_NAME, KERBEROS_NAME = f'{domain.NETBIOS}\\{USER}', f'{USER}@{domain.REALM}'
# {server: (its name, its address)}.
SERVERS = {'member': (domain.MEMBER_HOST, domain.MEMBER_ADDRESS),
           'controller': (domain.DC_HOST, domain.DC_ADDRESS)}
PORT = 445


@functools.cache
def start_smbd():
    """The member's; the controller has its own."""
    member().smbd.args += ('--option=server signing=mandatory',)
    member().smbd.start()


@functools.cache
def peer(user=None, tickets_of=None, conf='krb5'):
    """A process with this user's credential of NTLM, with somebody's tickets, or with none."""
    return Peer(client(user, conf=conf, tickets=tickets_of and tickets(tickets_of)))


@functools.cache
def cached():
    """A process of the domain's user, whose password winbind has in its cache; without
    tickets and without a credential of its own."""
    uid = pwd.getpwnam(NTLM_NAME).pw_uid
    member().save_password(uid, NTLM_NAME, domain.PASSWORD)
    process = Peer(env('cached', ['audit = no', 'credentials_from = file,winbind']))
    process.call('become', uid=uid)
    return process


def tokens_of(process, server, dialect, way, host=None, **who):
    """Those of a login at a server by its name or by that host's; both ends verify the
    signatures of what follows."""
    start_smbd()
    name, address = SERVERS[server]
    with Client(smb2.DIALECTS[dialect], PORT, address) as one:
        settled = one.negotiate()
        assert settled.mode & smb2.SIGNING_REQUIRED, 'the server demands no signatures'
        log_in(one, process, way, f'cifs@{host or name}', ['integrity'], **who)
        use_session(one)
    return one.tokens


def by_ticket(server, dialect, way):
    tokens = tokens_of(peer(tickets_of=USER), server, dialect, way)
    wire.check_kerberos(tokens)
    place.check(len(tokens), 2, 'tokens')


def without_ticket(server, dialect, way):
    wire.check_ntlm(tokens_of(peer(USER), server, dialect, way))


def by_cache(server, dialect, way):
    wire.check_ntlm(tokens_of(cached(), server, dialect, way))


def by_address(server, dialect, way):
    """There is no service principal for an IP address, whatever tickets there are."""
    process = peer(USER, tickets_of=USER)
    wire.check_ntlm(tokens_of(process, server, dialect, way, host=SERVERS[server][1]))


def by_domain_and_password(server, dialect, way):
    tokens = tokens_of(peer(), server, dialect, way, user=NTLM_NAME, password=domain.PASSWORD)
    wire.check_ntlm(tokens)


def by_principal_and_password(server, dialect, way):
    """Kerberos, and NTLM where no KDC answers."""
    who = {'user': KERBEROS_NAME, 'password': domain.PASSWORD}
    wire.check_kerberos(tokens_of(peer(), server, dialect, way, **who))
    wire.check_ntlm(tokens_of(peer(conf='krb5-dead'), server, dialect, way, **who))


def refused(server, dialect, way):
    check_refused(smb2.LOGON_FAILURE, tokens_of, peer(), server, dialect, way, user=NTLM_NAME,
                  password='wrong')


# ---- at our responder

@functools.cache
def server():
    """A process on the member, whose logins follow one another."""
    return Peer(acceptor())


def smbclient_logs_in(dialect, options, user, conf='krb5'):
    responder = respond(server(), dialect, True)
    how = client(conf=conf, tickets=tickets(USER))
    said = smbclient.said(responder, dialect, *options, host=domain.MEMBER_HOST, env=how)
    place.check(said, smbclient.NO_SHARE, 'what it says')
    check_login(server(), responder, user)


def smbclient_is_refused(dialect, user, password, why):
    responder = respond(server(), dialect, True)
    said = smbclient.said(responder, dialect, as_user(f'{domain.NETBIOS}\\{user}', password))
    place.check(said, smbclient.REFUSED, 'what it says')
    check_refusal(responder, why)


def we_log_in(dialect, way):
    responder = respond(server(), dialect, True)
    log_in_at(responder, peer(USER), way, f'cifs@{domain.MEMBER_HOST}')
    check_login(server(), responder, NTLM_NAME)


BY_NTLM = '--use-kerberos=off', as_user(NTLM_NAME, domain.PASSWORD)
LOCAL_NAME = f'{domain.MEMBER}\\loc'
# {how: (smbclient's words, who logs in, which KDC there is)}.
SMBCLIENT = {
    'by NTLM': (BY_NTLM, NTLM_NAME),
    'by NTLM, a user of the member': (
        (BY_NTLM[0], as_user(LOCAL_NAME, domain.LOCAL_USERS['loc'])), LOCAL_NAME),
    'by ticket': (('--use-kerberos=required',), KERBEROS_NAME),
    'by password': (('--use-kerberos=desired', as_user(KERBEROS_NAME, domain.PASSWORD)),
                    KERBEROS_NAME),
    'by NTLM, as the KDC is gone': (
        ('--use-kerberos=desired', as_user(NTLM_NAME, domain.PASSWORD)), NTLM_NAME, 'krb5-dead'),
}
REFUSALS = {'wrong password': (USER, 'wrong', 'wrong'), 'unknown user': ('eve', 'wrong', 'wrong'),
            'a disabled account': ('disabled', domain.PASSWORD, 'disabled')}


def add_responder(add):
    for dialect in smb2.DIALECTS:
        about = f'SMB {dialect} at our responder'
        for how, row in SMBCLIENT.items():
            add(f'{about}, smbclient {how}', smbclient_logs_in, dialect, *row)
        for way in WAYS:
            add(f'{about}, without a ticket, {way}', we_log_in, dialect, way)
    for how, row in REFUSALS.items():
        add(f'SMB 3.1.1 at our responder, smbclient, {how}', smbclient_is_refused, '3.1.1', *row)


ALL_DIALECTS = {'by ticket': (by_ticket, SPNEGO_WAYS),
                'without a ticket': (without_ticket, WAYS),
                'wrong password': (refused, ['raw'])}
ONE_DIALECT = {"by winbind's cache": (by_cache, WAYS),
               'by IP address': (by_address, WAYS),
               'domain, user, password': (by_domain_and_password, WAYS),
               'principal and password': (by_principal_and_password, SPNEGO_WAYS)}


def add_cases(add):
    for server in SERVERS:
        for dialect in smb2.DIALECTS:
            rows = {**ALL_DIALECTS, **(ONE_DIALECT if dialect == '3.1.1' else {})}
            for how, (function, ways) in rows.items():
                for way in ways:
                    add(f'SMB {dialect} at the {server}, {how}, {way}', function, server,
                        dialect, way)
    add_responder(add)
