# SPDX-License-Identifier: ISC
"""Users of a domain log in by SMB2 at the smbd of the member and of the domain controller,
which demand signatures: by ticket, and by NTLM where there is none."""
import functools

import domain
import place
import smb2
import wire
from login_driver import Peer
from member import client, member, tickets
from smb2_client import SPNEGO_WAYS, WAYS, Client, Refused, log_in, use_session

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
    try:
        tokens_of(peer(), server, dialect, way, user=NTLM_NAME, password='wrong')
    except Refused as reason:
        place.check(hex(reason.status), hex(smb2.LOGON_FAILURE), 'status')
    else:
        raise AssertionError('the login succeeded')


ALL_DIALECTS = {'by ticket': (by_ticket, SPNEGO_WAYS), 'without a ticket': (without_ticket, WAYS),
                'wrong password': (refused, ['raw'])}
ONE_DIALECT = {'by IP address': (by_address, WAYS),
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
