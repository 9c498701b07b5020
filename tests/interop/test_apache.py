#!/usr/bin/python3
# SPDX-License-Identifier: ISC
"""curl logs in at Apache's mod_auth_gssapi, our module on both sides or on one."""
import base64
import concurrent.futures
import http.client
import os
import subprocess
import sys

import apache
import login_driver
import place

ALICE = 'AD:alice:correct horse'
BOB = 'AD:bob:staple'
ROWS = [('ntlm', 'ntlm'), ('both', 'both'), ('ntlm', 'both'), ('both', 'ntlm'),
        ('peer', 'ntlm'), ('peer', 'both'), ('ntlm', 'peer'), ('both', 'peer')]


def logs_in(site, client):
    answers, _ = apache.curl_negotiate(site.client(client, ALICE), site.server.url)
    site.check_in(answers[0], 'AD\\alice')


def refuses(site, client):
    for line in ('AD:alice:wrong', 'AD:eve:wrong', 'AD:alice:'):
        answers, _ = apache.curl_negotiate(site.client(client, line), site.server.url)
        site.check_out(answers)
    site.check_reason()
    answers, _ = apache.curl_negotiate(site.client(client, ALICE), site.server.url)
    site.check_in(answers[0], 'AD\\alice')


def one_connection(site, client):
    """A login is valid for its connection: the second request needs no login."""
    answers, n_connections = apache.curl_negotiate(site.client(client, ALICE),
                                                   site.server.url, site.server.url)
    place.check(n_connections, 1, 'connections')
    for answer in answers:
        site.check_in(answer, 'AD\\alice')


def after_graceful(site, client):
    """New children of the same parent, which loaded the module, log in as before."""
    logs_in(site, client)
    for _ in range(2):
        site.server.graceful()
        logs_in(site, client)
    refuses(site, client)


class Browser:
    """A client whose steps the test makes one by one: one connection, one context."""

    def __init__(self, env, port):
        self.gss = login_driver.Peer(env)
        self.gss.call('initiate', mech='spnego', target='HTTP@127.0.0.1', flags=[])
        self.connection = http.client.HTTPConnection('127.0.0.1', port, timeout=120)

    def get(self, token=None):
        headers = {}
        if token is not None:
            headers['Authorization'] = 'Negotiate ' + base64.b64encode(token).decode()
        self.connection.request('GET', '/index.html', headers=headers)
        response = self.connection.getresponse()
        response.read()
        lines = [f'HTTP/1.1 {response.status} x'] + \
            [f'{name}: {value}' for name, value in response.getheaders()]
        return apache.Answer('\r\n'.join(lines))

    def leg(self, answer=None):
        """Gives our side the server's token, and sends our token to the server."""
        token = None
        if answer is not None:
            token = answer.header('WWW-Authenticate').split(' ')[1]
            token = base64.b64decode(token)
        return self.get(self.gss.call('step', token=token)['token'])

    def close(self):
        self.connection.close()
        self.gss.close()


def interleaved(site, client):
    """The steps of two users' logins alternate; each connection keeps its user."""
    alice = Browser(site.client(client, ALICE), site.server.port)
    bob = Browser(site.client(client, BOB), site.server.port)
    challenge_a = alice.leg()
    challenge_b = bob.leg()
    site.check_in(alice.leg(challenge_a), 'AD\\alice')
    site.check_in(bob.leg(challenge_b), 'AD\\bob')
    for _ in range(2):
        site.check_in(alice.get(), 'AD\\alice')
        site.check_in(bob.get(), 'AD\\bob')
    alice.close()
    bob.close()


def swapped(site, client):
    """One connection's answer to another connection's challenge is refused."""
    alice = Browser(site.client(client, ALICE), site.server.port)
    other = Browser(site.client(client, ALICE), site.server.port)
    challenge = alice.leg()
    other.leg()
    stolen = alice.gss.call('step', token=base64.b64decode(
        challenge.header('WWW-Authenticate').split(' ')[1]))['token']
    site.check_out([other.get(stolen)])
    alice.connection.close()
    other.connection.close()


def crowd(site, client):
    """Many logins of two users at the same time: each gets its own user."""
    rows = [(site.client(client, ALICE), 'AD\\alice'), (site.client(client, BOB), 'AD\\bob'),
            (site.client(client, 'AD:bob:wrong'), None)] * 12

    def one(row):
        env, user = row
        answers, _ = apache.curl_negotiate(env, site.server.url)
        if user is None:
            site.check_out(answers)
        else:
            site.check_in(answers[0], user)

    with concurrent.futures.ThreadPoolExecutor(6) as pool:
        list(pool.map(one, rows))


def curl_own_ntlm(site, _client):
    """curl's own NTLM (a 32-byte NEGOTIATE, no MIC) and the NTLM authentication scheme."""
    env = site.client('ntlm', ALICE)
    for user, status in (('AD\\alice:correct horse', 200), ('AD\\alice:wrong', 401),
                         ('AD\\eve:wrong', 401)):
        answers, _ = apache.curl(env, '--ntlm', '-u', user, urls=[site.server.url])
        place.check(answers[0].status, status, f'status for {user}')
    answers, n_connections = apache.curl(env, '--ntlm', '-u', 'ad\\ALICE:correct horse',
                                         urls=[site.server.url] * 2)
    place.check(n_connections, 1, 'connections')
    for answer in answers:
        site.check_in(answer, 'AD\\alice')


def two_servers(client):
    """A user's own file has another user for each server, as login stores them."""
    with apache.Site('both') as one, apache.Site('both') as two:
        one.place.write('users-both', ALICE + '\n', 0o640, apache.group())
        two.place.write('users-both', BOB + '\n', 0o640, apache.group())
        mine = one.place.path('mine')
        env = one.place.env(client, GSS_NEGOTIATE_CONFIG=one.place.write(
            'own.conf', f'[negotiate]\n    credential_file = {mine}\n'))
        tool = os.path.join(place.build_dir(), 'gss-negotiate')
        for options, line in (([], ALICE), (['--host', 'HTTP/*.two.test'], BOB)):
            domain, user, password = line.split(':')
            subprocess.run([tool, 'login', '-f', mine, *options, f'{domain}\\{user}'], env=env,
                           check=True, input=password + '\n', text=True,
                           stdout=subprocess.DEVNULL)
        for host, site, user in (('www.one.test', one, 'AD\\alice'),
                                 ('www.two.test', two, 'AD\\bob'),
                                 ('www.two.test', one, None), ('two.test', two, None)):
            at = f'{host}:{site.server.port}'
            answers, _ = apache.curl(env, '--resolve', f'{at}:127.0.0.1', '--negotiate', '-u',
                                     ':', urls=[f'http://{at}/index.html'])
            if user is None:
                site.check_out(answers)
            else:
                site.check_in(answers[0], user)


def at_site(scenario, client, server, mpm='prefork'):
    with apache.Site(server, mpm) as site:
        scenario(site, client)


def add_cases():
    for client, server in ROWS:
        for scenario in (logs_in, refuses, one_connection):
            place.add_case(f'{client} at {server}: {scenario.__name__}', at_site, scenario,
                           client, server)
    for setup in ('ntlm', 'both'):
        for mpm in ('prefork', 'event'):
            for scenario in (after_graceful, interleaved, swapped, crowd):
                place.add_case(f'{setup}, {mpm}: {scenario.__name__}', at_site, scenario,
                               setup, setup, mpm)
        place.add_case(f'{setup}: two servers and two users', two_servers, setup)
        place.add_case(f'{setup}: curl --ntlm', at_site, curl_own_ntlm, setup, setup)


if __name__ == '__main__':
    add_cases()
    sys.exit(place.run())
