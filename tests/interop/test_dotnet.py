#!/usr/bin/python3
# SPDX-License-Identifier: ISC
"""Logins by .NET's NegotiateAuthentication, client and server, through the real GSS-API
library, with both lines and with the NTLM line alone. A client is .NET's over the GSS-API, or
.NET's own NTLM and SPNEGO (System.Net.Security.UseManagedNtlm), which is a peer independent of
us; .NET has no server of its own. No KDC is there: each login is NTLM's. interop/dotnet_kerberos
has a KDC, and kerberos/dotnet makes .NET's calls one by one."""
import functools
import hashlib

import dotnet
import login_driver
import place
import reasons
from login_driver import Refused

USERS = ('DOMAIN:alice:Wonderland 1\n:carol@dom.example:tea\nDOMAIN:\u00e9lo\u00efse \u03c9:'
         'p\u00e4ss \u2603\n:dave:tea\n')
OWN = 'DOMAIN:alice:Wonderland 1\n'
ALICE = {'user': 'alice', 'domain': 'DOMAIN', 'password': 'Wonderland 1'}
USER = 'DOMAIN\\alice'
LINES = ('both', 'ntlm')
LOGIN = 'the user name or the password is wrong; check both (user "'
BOUND = 'tls-server-end-point:this'
# What keeps .NET 10.0's own SPNEGO from NTLM: it asks Kerberos first, with the password, and
# goes on only after an error that says that Kerberos is missing altogether. So it works where
# krb5.conf names no realm and the user has none.
NO_REALM = {'user': 'alice', 'password': 'Wonderland 1'}

# .NET asks for the flags of the level alone; SPNEGO adds integrity for its mechListMIC.
LEVELS = {('Negotiate', 'None'): 'Sign', ('Negotiate', 'Sign'): 'Sign',
          ('Negotiate', 'EncryptAndSign'): 'EncryptAndSign', ('NTLM', 'None'): 'None',
          ('NTLM', 'Sign'): 'Sign', ('NTLM', 'EncryptAndSign'): 'EncryptAndSign'}


@functools.cache
def here():
    return place.Place()


@functools.cache
def env(lines, settings=''):
    """Both sides' environment: users, and the client's own credential."""
    name = f'{lines}-{len(settings)}'
    text = (f'[negotiate]\n    user_file = {here().write("users", USERS, 0o600)}\n'
            f'    credential_file = {here().write("own", OWN, 0o600)}\n{settings}')
    return here().env(lines, GSS_NEGOTIATE_CONFIG=here().write(f'{name}.conf', text))


@functools.cache
def process(lines, managed=False):
    """One process for all cases of a set-up: starting one takes longer than a login."""
    return dotnet.Peer(env(lines), managed)


def begin(lines, managed, package, who, level='Sign', **options):
    """(client, server), both of .NET, before their first token."""
    client = process(lines, managed)
    server = client.other_side()
    client.call('initiate', package=package, level=level, target='HTTP/server.test', **who,
                **options)
    server.call('accept', package=package)
    return client, server


def refusal(client, server):
    """How the login is refused."""
    try:
        dotnet.establish(client, server)
    except Refused as refused:
        return refused
    raise AssertionError('the login succeeded')


def check_ends(client, server, levels, user=USER):
    """Checks what both ends say of a login: their levels of protection, and the user."""
    ends = [side.call('info') for side in (client, server)]
    place.check([end['level'] for end in ends], list(levels), 'levels')
    place.check([end['package'] for end in ends], ['NTLM', 'NTLM'], 'packages')
    place.check(ends[1]['user'], user, 'who')


def unprotected(side):
    """Without protection there are no messages."""
    for call in (lambda: side.call('wrap', data=b'x', encrypt=True),
                 lambda: side.call('sign', data=b'x')):
        try:
            call()
        except Refused:
            continue
        raise AssertionError('a message without protection')


def logs_in(lines, managed, package, level):
    """.NET's own client signs always, and with level None says that it does not."""
    who = NO_REALM if managed and package == 'Negotiate' else ALICE
    client, server = begin(lines, managed, package, who, level)
    tokens = dotnet.establish(client, server)
    place.check(tokens[0].startswith(b'NTLMSSP\0'), package == 'NTLM', 'the first token is raw')
    got = LEVELS[package, level]
    if managed:
        check_ends(client, server, (level, 'Sign' if level == 'None' else level))
    else:
        check_ends(client, server, (got, got))
    if not managed and got == 'None':
        unprotected(client)
        unprotected(server)
        return
    # .NET's own client counts a signature that it refuses
    login_driver.protect(client, server, level == 'EncryptAndSign', strict=not managed)
    wrapped = server.call('wrap', data=b'in place', encrypt=True)['data']
    place.check(client.call('unwrap_in_place', data=wrapped)['data'], b'in place', 'unwrapped')


def keys_agree(lines, package, level):
    """The keys of .NET's own client follow from our acceptor's session key ([MS-NLMP] 3.4.5)."""
    client = process(lines, True)
    server = login_driver.Peer(env(lines))
    client.call('initiate', package=package, level=level, target='HTTP/server.test', **NO_REALM)
    server.call('accept', mechs=['ntlm', 'spnego'])
    dotnet.establish(client, server)
    keys = client.call('keys')
    if keys['_clientSigningKey'] is None:
        raise place.Skip('this .NET keeps its keys elsewhere')
    exported = server.call('session_key')['data']
    for use in ('signing', 'sealing'):
        for way, name in (('client-to-server', '_client'), ('server-to-client', '_server')):
            text = f'session key to {way} {use} key magic constant\0'.encode()
            place.check(keys[f'{name}{use.capitalize()}Key'],
                        hashlib.md5(exported + text).hexdigest(), f'{name} {use}')
    login_driver.protect(client, server, level == 'EncryptAndSign', strict=False)
    server.close()


# How a program names the user -> whom the server names; None: nobody logs in.
NAMES = [
    ({'user': 'alice', 'domain': 'DOMAIN'}, USER),
    ({'user': 'ALICE', 'domain': 'domain'}, USER),
    ({'user': 'alice', 'domain': ''}, USER),
    ({'user': 'DOMAIN\\alice', 'domain': ''}, USER),
    ({'user': 'alice@DOMAIN', 'domain': ''}, USER),
    ({'user': 'alice', 'domain': 'OTHER'}, None),
    ({'user': 'DOMAIN\\alice', 'domain': 'OTHER'}, None),
    ({'user': 'carol@dom.example', 'domain': '', 'password': 'tea'}, 'carol@dom.example'),
    ({'user': 'carol', 'domain': 'dom.example', 'password': 'tea'}, 'carol@dom.example'),
    ({'user': 'dave', 'domain': '', 'password': 'tea'}, 'dave'),
    ({'user': 'dave', 'domain': 'ANY', 'password': 'tea'}, 'dave'),
    ({'user': '\u00e9lo\u00efse \u03c9', 'domain': 'DOMAIN', 'password': 'p\u00e4ss \u2603'},
     'DOMAIN\\\u00e9lo\u00efse \u03c9'),
    ({'user': '\u00c9LO\u00cfSE \u03a9', 'domain': 'DOMAIN', 'password': 'p\u00e4ss \u2603'},
     'DOMAIN\\\u00e9lo\u00efse \u03c9'),
]
# .NET 10.0's own client does not take the domain out of the user's name.
MANAGED_NAMES = [(who, None if '\\' in who['user'] else user) for who, user in NAMES]


def is_named(lines, managed, package, who, user):
    if managed and '\\' in who['user']:
        dotnet.need_known()
    client, server = begin(lines, managed, package, dict(ALICE, **who))
    if user is None:
        refused = refusal(client, server)
        place.check(str(refused), 'GenericFailure', 'status')
        assert LOGIN in refused.said, refused.said
        return
    dotnet.establish(client, server)
    check_ends(client, server, ('Sign', 'Sign'), user)


def first_refusal(lines, package):
    """.NET asks for the mechanisms before it asks for the sentence of its first failure. The
    sentence has its details nevertheless."""
    client = dotnet.Peer(env(lines))
    client.call('initiate', package=package, target='HTTP/server.test',
                **dict(ALICE, password='wrong'))
    client.other_side().call('accept', package=package)
    refused = refusal(client, client.other_side())
    assert LOGIN + 'alice", domain "DOMAIN")' in refused.said, refused.said
    client.close()


def default_credentials(lines):
    """Negotiate uses the user's own credential. .NET 10.0 refuses to do so for NTLM."""
    for who in ({}, dict(ALICE, password='')):
        client, server = begin(lines, False, 'Negotiate', who)
        dotnet.establish(client, server)
        check_ends(client, server, ('Sign', 'Sign'))
        if not dotnet.is_known():
            continue
        client, server = begin(lines, False, 'NTLM', who)
        refused = refusal(client, server)
        place.check(str(refused), 'UnknownCredentials', 'status')
        assert 'NTLM authentication is not possible with default credentials' in refused.said, \
            refused.said


def server_demands(lines, package):
    """A server that demands sealing refuses a login that only signs, and takes one that seals."""
    for level, refused in (('Sign', 'SecurityQosFailed'), ('EncryptAndSign', None)):
        client, server = begin(lines, False, package, ALICE, level)
        server.call('accept', package=package, level='EncryptAndSign')
        if refused is None:
            dotnet.establish(client, server)
            check_ends(client, server, (level, level))
        else:
            place.check(str(refusal(client, server)), refused, 'status')


def asks_for_more(lines, package):
    """Delegation and mutual authentication, which NTLM does not have, end no login."""
    for more in ({'impersonation': 'Delegation'}, {'impersonation': 'Identification'},
                 {'mutual': True}):
        client, server = begin(lines, False, package, ALICE, **more)
        dotnet.establish(client, server)
        check_ends(client, server, ('Sign', 'Sign'))
        place.check(server.call('info')['impersonation'] == 'Delegation', False, 'delegation')


def managed_with_a_realm(lines):
    """.NET 10.0's own SPNEGO ends when Kerberos finds no KDC, or no ticket."""
    dotnet.need_known()
    for who, says in ((ALICE, 'Cannot find KDC for realm "DOMAIN"'),
                      ({}, 'No Kerberos credentials available')):
        refused = refusal(*begin(lines, True, 'Negotiate', who))
        place.check(str(refused), 'UnknownCredentials', 'status')
        assert says in refused.said, refused.said


REQUIRE = '    channel_bindings = require\n'
# (the client's bindings, the server's, settings) -> None, or what the refusal says.
BINDINGS = [(BOUND, BOUND, '', None), (BOUND, 'another', '', 'Incorrect channel bindings'),
            (None, BOUND, '', None), (BOUND, None, '', None), (BOUND, BOUND, REQUIRE, None),
            (None, BOUND, REQUIRE, 'channel_bindings = require')]


def bound(lines, managed, package, ours, theirs, settings, says):
    """.NET's client gives us the bindings. (.NET 10.0's server does not: it ignores its own.)"""
    client = process(lines, managed)
    server = login_driver.Peer(env(lines, settings))
    client.call('initiate', package=package, level='Sign', target='HTTP/server.test',
                bindings=ours, **NO_REALM)
    server.call('accept', mechs=['ntlm', 'spnego'], bindings=theirs)
    if says is None:
        dotnet.establish(client, server)
        place.check(server.call('info')['user'], USER, 'who')
    else:
        assert says in str(refusal(client, server))
    server.close()


def server_ignores_bindings(lines):
    """So a server in .NET on Linux has no extended protection."""
    dotnet.need_known()
    client = process(lines)
    server = client.other_side()
    client.call('initiate', package='NTLM', target='HTTP/server.test', bindings=BOUND, **ALICE)
    server.call('accept', package='NTLM', bindings='another')
    dotnet.establish(client, server)


def reason_of_a_client(way, package, who):
    """Why NTLM cannot log in is in .NET's diagnostics."""
    where, says = reasons.client(way)
    client = dotnet.Peer(where)
    client.call('initiate', package=package, target='HTTP/localhost', **who)
    try:
        client.call('step', token=None)
    except Refused as refused:
        assert says in refused.said, refused.said
    else:
        raise AssertionError('a token left')
    client.close()


def server_without_users(lines):
    """.NET asks for all mechanisms at once, of which MIT krb5 reports the first alone."""
    client = dotnet.Peer(here().env(lines))
    client.call('initiate', package='Negotiate', target='HTTP/server.test', **ALICE)
    client.other_side().call('accept', package='Negotiate')
    refused = refusal(client, client.other_side())
    assert 'nonexistent or empty' in refused.said, refused.said
    client.close()


def empty_reply(package):
    """HttpClient passes on the empty token of a 401 that ends a login."""
    client, _ = begin('both', False, package, ALICE)
    client.call('step', token=None)
    try:
        client.call('step', token=None)
    except Refused as refused:
        place.check(str(refused), 'InvalidToken', 'status')
        assert 'the server answered without a token' in refused.said, refused.said
    else:
        raise AssertionError('another token left')


def add_set_up(lines, managed):
    about = f'{lines}, {"managed" if managed else "GSS-API"}'
    for package, level in LEVELS:
        place.add_case(f'{about}: {package}, {level}', logs_in, lines, managed, package, level)
    for who, user in MANAGED_NAMES if managed else NAMES:
        for package in ('NTLM',) if managed else ('NTLM', 'Negotiate'):
            place.add_case(f'{about}: {package}, {who["user"]} of "{who["domain"]}"', is_named,
                           lines, managed, package, who, user)
    for package in ('NTLM', 'Negotiate'):
        for ours, theirs, settings, says in BINDINGS:
            place.add_case(f'{about}: {package}, bindings {ours} at {theirs} {settings.strip()}',
                           bound, lines, managed, package, ours, theirs, settings, says)


def add_cases():
    for lines in LINES:
        for package in ('NTLM', 'Negotiate'):
            place.add_case(f'{lines}: {package}, the first refusal', first_refusal, lines,
                           package)
            for case in (server_demands, asks_for_more):
                place.add_case(f'{lines}: {package}, {case.__name__.replace("_", " ")}', case,
                               lines, package)
            for level in ('Sign', 'EncryptAndSign'):
                place.add_case(f'{lines}: {package}, {level}: keys', keys_agree, lines, package,
                               level)
        for managed in (False, True):
            add_set_up(lines, managed)
        for case in (default_credentials, managed_with_a_realm, server_ignores_bindings,
                     server_without_users):
            place.add_case(f'{lines}: {case.__name__.replace("_", " ")}', case, lines)
    for way in reasons.CLIENTS:
        place.add_case(f'default credentials: {way}', reason_of_a_client, way, 'Negotiate', {})
    for way in ('NTLM is forbidden', 'a setting that does not exist'):
        for package in ('NTLM', 'Negotiate'):
            place.add_case(f'{package}, a password: {way}', reason_of_a_client, way, package,
                           ALICE)
    for package in ('NTLM', 'Negotiate'):
        place.add_case(f'{package}: a reply without a token', empty_reply, package)


add_cases()
if __name__ == '__main__':
    dotnet.run()
