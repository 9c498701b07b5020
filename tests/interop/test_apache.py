#!/usr/bin/python3
# SPDX-License-Identifier: ISC
"""curl logs in at Apache's mod_auth_gssapi, our module on both sides or on one."""
import base64
import http.client
import sys

import apache
import peer
import place

USERS = 'AD:alice:correct horse\nAD:bob:staple\n'
ALICE = 'AD:alice:correct horse'
BOB = 'AD:bob:staple'
ROWS = [('ntlm', 'ntlm'), ('both', 'both'), ('ntlm', 'both'), ('both', 'ntlm'),
        ('peer', 'ntlm'), ('peer', 'both'), ('ntlm', 'peer'), ('both', 'peer')]


class Site:
    """An Apache with our users, and who may log in there."""

    def __init__(self, setup, mpm='prefork'):
        self.place = place.Place()
        self.setup = setup
        env = self.place.acceptor_env(setup, USERS, apache.group())
        self.server = apache.Apache(self.place, env, mpm)

    def __enter__(self):
        return self

    def __exit__(self, kind, error, trace):
        if kind is None:
            self.server.stop()
            return
        place.stop(self.server.child, 20)
        if kind is not place.Skip:
            for line in self.server.log().splitlines()[-20:]:
                print('# error.log: ' + line)

    def client(self, setup, line):
        return self.place.initiator_env(setup, line)

    def check_in(self, answer, user):
        """200, and the server knows who this is and by what."""
        place.check(answer.status, 200, 'status')
        place.check(answer.user, user, 'REMOTE_USER')
        assert 'ntlm' in answer.mech.lower() or place.NTLM_OID in answer.mech, answer.mech

    def check_out(self, answers):
        place.check([a.status for a in answers], [401] * len(answers), 'status')
        place.check(answers[-1].user in ('', '(null)'), True, 'nobody is logged in')


    def check_reason(self):
        """The log says why, in a sentence, for each login that was refused."""
        if self.setup == 'peer' or place.is_stand_in():
            return
        lines = [line for line in self.server.log().splitlines() if '() failed:' in line]
        assert lines, 'the log says nothing of the refused logins'
        for line in lines:
            assert 'Unknown' not in line and '()]' not in line, line


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
    """The login holds for the connection: no second one is asked for."""
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
    """A client whose legs the test drives one by one: one connection, one context."""

    def __init__(self, env, port):
        self.gss = peer.Peer(env)
        self.gss.call('initiate', mech='spnego', target='HTTP@127.0.0.1', flags=[])
        self.connection = http.client.HTTPConnection('127.0.0.1', port, timeout=20)

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
        """Gives the server's token to our side, and ours to the server."""
        token = None
        if answer is not None:
            token = answer.header('WWW-Authenticate').split(' ')[1]
            token = base64.b64decode(token)
        return self.get(self.gss.call('step', token=token)['token'])

    def close(self):
        self.connection.close()
        self.gss.close()


def interleaved(site, client):
    """Two users' logins leg by leg in turn; each connection stays its user's."""
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


def at_site(scenario, client, server, mpm='prefork'):
    with Site(server, mpm) as site:
        scenario(site, client)


def add_cases():
    for client, server in ROWS:
        for scenario in (logs_in, refuses, one_connection):
            place.add_case(f'{client} at {server}: {scenario.__name__}', at_site, scenario,
                           client, server)
    for setup in ('ntlm', 'both'):
        for mpm in ('prefork', 'event'):
            for scenario in (after_graceful, interleaved, swapped):
                place.add_case(f'{setup}, {mpm}: {scenario.__name__}', at_site, scenario,
                               setup, setup, mpm)
        place.add_case(f'{setup}: curl --ntlm', at_site, curl_own_ntlm, setup, setup)


if __name__ == '__main__':
    add_cases()
    sys.exit(place.run())
