#!/usr/bin/python3
# SPDX-License-Identifier: ISC
"""curl logs in at an Apache that has both a keytab and users of NTLM."""
import functools
import os
import shutil
import sys

import apache
import place
import wire
from realm import ALICE, KERBEROS_USER, KRB5_OID, NTLM_USER, WRONG, Listener, Realm

BOTH = ('GssapiAllowedMech krb5', 'GssapiAllowedMech ntlmssp')
STORE = BOTH + ('GssapiCredStore keytab:{keytab}',)
DELEGATES = BOTH + ('GssapiDelegCcacheDir {delegated}',)
# The ways to configure the server: by its environment, by mod_auth_gssapi's settings.
SERVERS = {'keytab by default': BOTH, 'keytab from a store': STORE, 'any mechanism': ()}


@functools.cache
def realm():
    return Realm()


class Site(apache.Running):
    """An Apache with keys and users, and the folder for delegated credentials."""

    def __init__(self, how, mpm):
        env = realm().server('both', apache.group())
        keytab = realm().keytab(apache.group())
        if how == STORE:
            env['KRB5_KTNAME'] = 'FILE:' + realm().here.path('no-keytab')
        here = place.Place()
        self.delegated = here.path('delegated')
        os.mkdir(self.delegated)
        if apache.worker() is not None:
            shutil.chown(self.delegated, apache.worker()[0])
        self.server = apache.Apache(here, env, mpm, [
            line.format(keytab=keytab, delegated=self.delegated) for line in how])

    def visit(self, env, *options, host='localhost', n_times=1):
        """Runs curl in this environment; returns the last answer and the tokens that were sent."""
        with wire.Wire(self.server.port) as one:
            url = f'http://{host}:{one.port}/index.html'
            answers, n_connections = apache.curl(env, '-4', '--negotiate', '-u', ':',
                                                 *options, urls=[url] * n_times)
            place.check(n_connections, 1, 'connections')
            return answers[-1], one.http_tokens()


def check_kerberos(answer, tokens):
    place.check((answer.status, answer.user), (200, KERBEROS_USER), 'status, REMOTE_USER')
    assert KRB5_OID in answer.mech or 'krb5' in answer.mech, answer.mech
    wire.check_kerberos(tokens)


def check_ntlm(answer, tokens):
    place.check((answer.status, answer.user), (200, NTLM_USER), 'status, REMOTE_USER')
    assert place.NTLM_OID in answer.mech or 'ntlm' in answer.mech.lower(), answer.mech
    wire.check_ntlm(tokens)


def check_refused(answer):
    place.check(answer.status, 401, 'status')
    assert answer.user in ('', '(null)'), f'{answer.user} is logged in'


def kerberos(site, setup='both'):
    """With tickets; NTLM is there too, with the credential of the same user. It takes one
    round trip."""
    for line in (ALICE, None):
        answer, tokens = site.visit(realm().client(setup, 'alice', line))
        check_kerberos(answer, tokens)
        place.check(len(tokens), 2, 'tokens')
    check_kerberos(*site.visit(realm().client(setup, 'alice'), n_times=2))


def ntlm(site, setup='both'):
    check_ntlm(*site.visit(realm().client(setup)))
    check_ntlm(*site.visit(realm().client(setup), n_times=2))


def expired(site):
    check_ntlm(*site.visit(realm().client('both', 'expired')))


def address(site):
    """The KDC is not asked for the service of an address, whatever tickets there are."""
    listener = Listener(realm().kdc.port)
    env = realm().client('both', 'alice')
    env['KRB5_CONFIG'] = realm().here.write('address.conf', realm().kdc.client_conf(
        kdc=f'127.0.0.1:{listener.port}'))
    check_ntlm(*site.visit(env, host='127.0.0.1'))
    place.check(listener.count, 0, 'packets to the KDC')
    check_kerberos(*site.visit(env))
    assert listener.count > 0, 'the listener does not count'
    listener.close()


def wrong_password(site):
    for line in (WRONG, 'AD:eve:wrong'):
        answer, tokens = site.visit(realm().client('both', None, line))
        check_refused(answer)
        wire.check_ntlm(tokens)
    check_kerberos(*site.visit(realm().client('both', 'alice', WRONG)))


def nothing(site):
    """Neither tickets nor a password: no token at all."""
    for setup in ('both', 'none'):
        answer, tokens = site.visit(realm().client(setup, None, None))
        check_refused(answer)
        place.check(tokens, [], 'tokens')


def other_keytab(site):
    """Keys of another service: the ticket cannot be read. NTLM is not offered behind it,
    unless the client's settings let the server choose."""
    with open(realm().kdc.keytab('host/localhost'), 'rb') as other:
        with open(realm().keytab(apache.group()), 'wb') as keytab:
            keytab.write(other.read())
    answer, tokens = site.visit(realm().client('both', 'alice'))
    check_refused(answer)
    wire.check_kerberos(tokens)
    env = realm().client('both', 'alice')
    env['GSS_NEGOTIATE_CONFIG'] = realm().here.write(
        'server.conf', '[negotiate]\n    fallback = server\n')
    answer, tokens = site.visit(env)
    place.check((answer.status, answer.user), (200, NTLM_USER), 'status, REMOTE_USER')
    assert wire.AP_REQ in tokens[0], 'no AP-REQ came first'
    wire.check_ntlm(tokens[1:])


def delegation(site):
    """The server stores delegated tickets, and only those."""
    check_kerberos(*site.visit(realm().client('both', 'alice'), '--delegation', 'always'))
    kept = os.path.join(site.delegated, KERBEROS_USER)
    said = realm().kdc.run(['klist', '-f', kept])
    assert KERBEROS_USER in said and 'krbtgt/' in said, said
    os.remove(kept)
    check_kerberos(*site.visit(realm().client('both', 'plain'), '--delegation', 'always'))
    check_kerberos(*site.visit(realm().client('both', 'alice')))
    check_ntlm(*site.visit(realm().client('both'), '--delegation', 'always'))
    place.check(os.listdir(site.delegated), [], 'what was delegated')


def builtin(site):
    """A client without the module."""
    check_kerberos(*site.visit(realm().client('none', 'alice', None)))
    check_refused(site.visit(realm().client('none', None, ALICE))[0])
    check_refused(site.visit(realm().client('none', 'expired', ALICE))[0])


def alternately(site):
    """Each process of the server serves logins of all kinds, one after the other."""
    for _ in range(3):
        kerberos(site)
        ntlm(site)
        wrong_password(site)
        builtin(site)


def at_site(scenario, how, mpm='prefork', **more):
    with Site(how, mpm) as site:
        scenario(site, **more)


def add_cases():
    for name, how in SERVERS.items():
        for scenario in (kerberos, ntlm, expired, address, wrong_password, nothing, builtin,
                         alternately):
            place.add_case(f'{name}: {scenario.__name__}', at_site, scenario, how)
    place.add_case('keys of another service', at_site, other_keytab, BOTH)
    place.add_case('threads: alternately', at_site, alternately, BOTH, 'event')
    place.add_case('delegation', at_site, delegation, DELEGATES)
    for client in ('ntlm', 'peer'):
        for scenario in (kerberos, ntlm):
            place.add_case(f"the built-in SPNEGO's client with '{client}': {scenario.__name__}",
                           functools.partial(at_site, scenario, BOTH, setup=client))


if __name__ == '__main__':
    add_cases()
    sys.exit(place.run())
