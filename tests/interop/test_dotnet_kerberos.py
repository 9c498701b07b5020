#!/usr/bin/python3
# SPDX-License-Identifier: ISC
"""Logins by .NET's Negotiate where there is a KDC: Kerberos, and NTLM after it. The sequence of
calls is tested by kerberos/dotnet; here .NET itself makes it."""
import functools
import os
import sys

import dotnet
import place
import realm
from login_driver import Refused, protect

sys.path.append(os.path.join(os.path.dirname(os.path.abspath(__file__)), '../kerberos'))

import kdc  # noqa: E402

PASSWORD = kdc.USERS['alice'][0]
USERS = f':alice:{PASSWORD}\n{realm.REALM}:alice:{PASSWORD}\n'
OWN = f'{realm.REALM}:alice:{PASSWORD}'
KERBEROS = (realm.KERBEROS_USER, 'Kerberos', 2)
NTLM = (realm.REALM + '\\alice', 'NTLM', 4)
AFTER_KERBEROS = NTLM[:2] + (6,)  # the first token was Kerberos', for which there is no key
OWN_NAME = {'user': 'alice', 'password': PASSWORD}
IN_REALM = dict(OWN_NAME, domain=realm.REALM)
WRONG = dict(IN_REALM, password='wrong')
NO_COMMON = 'client and server have no mechanism in common'
NO_TICKETS = 'No Kerberos credentials available'
# .NET 10.0's own SPNEGO ends at a reply that names NTLM and has no token, as RFC 4178 wants it
# where the server cannot use the first mechanism's token.
FAULT = 'GenericFailure'

# (lines, .NET's own client, the server has keys, tickets, who) -> (user, package, tokens), or a
# part of the refusal. With the NTLM line alone MIT's SPNEGO offers NTLM beside Kerberos.
ROWS = [
    *[(lines, managed, True, 'alice', {}, KERBEROS)
      for lines in ('both', 'ntlm') for managed in (False, True)],
    *[(lines, managed, True, None, who, KERBEROS)
      for lines in ('both', 'ntlm') for managed in (False, True) for who in (OWN_NAME, IN_REALM)],
    *[(lines, False, keys, None, {}, NTLM) for lines in ('both', 'ntlm')
      for keys in (True, False)],
    ('both', False, True, None, WRONG, 'UnknownCredentials'),
    ('ntlm', False, True, None, WRONG, 'the user name or the password is wrong'),
    ('both', False, False, 'alice', {}, NO_COMMON),
    ('both', False, False, None, IN_REALM, NO_COMMON),
    ('server', False, False, 'alice', {}, AFTER_KERBEROS),
    ('server', False, False, None, IN_REALM, AFTER_KERBEROS),
    ('ntlm', False, False, 'alice', {}, AFTER_KERBEROS),
    ('ntlm', False, False, None, IN_REALM, AFTER_KERBEROS),
    ('both', True, False, None, IN_REALM, FAULT),
    ('ntlm', True, False, None, IN_REALM, FAULT),
    ('both', True, True, None, {}, NO_TICKETS),
]


@functools.cache
def world():
    return realm.Realm()


def client_env(lines, tickets):
    """lines: also 'server', which is both lines and the setting that lets a server choose."""
    if lines != 'server':
        return world().client(lines, tickets, OWN)
    conf = world().here.write('server.conf', '[negotiate]\n    fallback = server\n')
    return dict(world().client('both', tickets, OWN), GSS_NEGOTIATE_CONFIG=conf)


def server_env(lines, keys):
    env = world().server('ntlm' if lines == 'ntlm' else 'both', users=USERS)
    return env if keys else dict(env, KRB5_KTNAME='FILE:/nonexistent')


def login(lines, managed, keys, tickets, who, want):
    if managed and want == FAULT:
        dotnet.need_known()
    client = dotnet.Peer(client_env(lines, tickets), managed)
    server = dotnet.Peer(server_env(lines, keys))
    try:
        client.call('initiate', package='Negotiate', level='Sign', target='HTTP/localhost', **who)
        server.call('accept', package='Negotiate')
        n_tokens = len(dotnet.establish(client, server))
        end = server.call('info')
        place.check((end['user'], end['package'], n_tokens), want, 'who, by what, tokens')
        place.check(client.call('info')['package'], want[1], "the client's package")
        protect(client, server, False, strict=False)
    except Refused as refused:
        said = f'{refused} {refused.said}'
        assert isinstance(want, str) and want in said, said
    client.close()
    server.close()


def add_cases():
    for row in ROWS:
        lines, managed, keys, tickets, who, want = row
        name = ', '.join(f'{key} {value}' for key, value in who.items()) or 'own credential'
        place.add_case(f'{lines}, {"managed" if managed else "GSS-API"}, keys {keys}, tickets '
                       f'{tickets}, {name}: {want}', login, *row)


add_cases()
if __name__ == '__main__':
    dotnet.run()
