#!/usr/bin/python3
# SPDX-License-Identifier: ISC
"""MIT's gss-client and gss-server, by Kerberos and by NTLM, with SPNEGO and without."""
import functools
import shutil
import subprocess
import sys

import krb5_release
import place
import wire
from realm import ALICE, KERBEROS_USER, NTLM_USER, WRONG, Realm, free_port

SERVICE = 'HTTP@localhost'
TEXT = 'a message of the test'
KRB5 = '{ 1 2 840 113554 1 2 2 }'
NTLM = '{ 1 3 6 1 4 1 311 2 2 10 }'
# Further options of gss-client: quiet; no encryption; no MIC; the flags of the context.
OPTIONS = [(), ('-q',), ('-nx',), ('-nm',), ('-nw',), ('-nw', '-nm'), ('-nx', '-nm', '-q'),
           ('-seq', '-noreplay', '-nomutual'), ('-mcount', '3')]
FEW = OPTIONS[:3]
# The kinds of logins: (gss-client's options, tickets).
WAYS = {'SPNEGO, tickets': (('-spnego',), 'alice'),
        'SPNEGO, none': (('-spnego',), None),
        'SPNEGO, expired tickets': (('-spnego',), 'expired'),
        'Kerberos alone': (('-mech', KRB5), 'alice'),
        'NTLM alone': (('-mech', NTLM), 'alice')}


@functools.cache
def realm():
    for program in ('gss-client', 'gss-server', 'stdbuf'):
        if shutil.which(program) is None:
            raise place.Skip(f'no {program} on this machine')
    return Realm()


def run_client(port, env, *options):
    return subprocess.run(['gss-client', '-port', str(port), *options, 'localhost', SERVICE,
                           TEXT], env=env, capture_output=True, text=True, timeout=120,
                          check=False)


class Server:
    """A gss-server for one connection, unless it is told otherwise."""

    def __init__(self, setup, *options):
        self.port = free_port()
        self.child = place.start(
            ['stdbuf', '-oL', 'gss-server', '-port', str(self.port), *options, SERVICE],
            env=realm().server(setup), stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            text=True)
        place.wait_until(lambda: wire.listens(self.port), 'gss-server listens')

    def end(self):
        """Waits for its end after the one connection; returns its output."""
        said = self.child.communicate(timeout=120)[0]
        place.check(self.child.returncode, 0, 'exit status of gss-server, ' + said)
        return said

    def stop(self):
        place.stop(self.child)
        return self.child.communicate()[0]


def exchange(server, env, *options):
    """A whole run: gss-client's end, what gss-server said, and the bytes between them."""
    one = Server(server, '-once')
    with wire.Wire(one.port) as relay:
        client = run_client(relay.port, env, *options)
        return client, one.end(), relay.bytes()


def check_login(client, said, travelled, user, options):
    """Checks that both name the user and the mechanism, and read each other's messages."""
    place.check(client.returncode, 0, 'exit status of gss-client, ' + client.stderr)
    assert f'Accepted connection: "{user}"' in said, said
    assert f'Received message: "{TEXT}"' in said, said
    assert 'rror' not in said, said
    quiet = '-q' in options
    for line in (f'"{user}" to "', f'Mechanism {NTLM if user == NTLM_USER else KRB5} supports'):
        place.check(line in client.stdout, not quiet, f'{line}, {client.stdout}')
    proven = 'Signature verified.' in client.stdout
    place.check(proven, not quiet and '-nm' not in options, 'a MIC for the message')
    check = wire.check_ntlm if user == NTLM_USER else wire.check_kerberos
    check([travelled])
    in_clear = '-nw' in options or ('-nx' in options and user != NTLM_USER)
    place.check(TEXT.encode() in travelled, in_clear, 'the message travels in the clear')


def seen_by(way):
    """The user that both sides name."""
    how, tickets = WAYS[way]
    return KERBEROS_USER if tickets == 'alice' and NTLM not in how else NTLM_USER


def skip_fault(server, client, way):
    """Skips NTLM in the built-in SPNEGO where it has the fault."""
    krb5_release.skip_fault('ntlm' in (server, client) and '-spnego' in WAYS[way][0]
                            and seen_by(way) == NTLM_USER)


def logs_in(server, client, way, all_options=FEW):
    """If NTLM protects messages, it always encrypts what it wraps."""
    how, tickets = WAYS[way]
    skip_fault(server, client, way)
    for options in all_options:
        env = realm().client(client, tickets)
        check_login(*exchange(server, env, *how, *options), seen_by(way), options)


def with_password(server, client):
    """-user and -pass: the form of the name decides the mechanism; a ticket does not matter."""
    rows = [('alice', 'Wonderland 1', (), KERBEROS_USER),
            ('alice', 'Wonderland 1', ('-mech', KRB5), KERBEROS_USER),
            ('AD\\alice', 'correct horse', (), NTLM_USER),
            ('AD\\alice', 'correct horse', ('-mech', NTLM), NTLM_USER)]
    for user, password, mech, seen in rows:
        for tickets in (None, 'plain'):
            env = realm().client(client, tickets, None)
            krb5_release.skip_fault('ntlm' in (server, client) and seen == NTLM_USER)
            check_login(*exchange(server, env, '-spnego', *mech, '-user', user, '-pass',
                                  password), seen, ())


def wrong_password(server, client):
    """The KDC refuses, and NTLM does not follow; or the check with our user file fails."""
    env = realm().client(client, None, ALICE)
    done, _, travelled = exchange(server, env, '-spnego', '-user', 'alice', '-pass', 'wrong')
    check_no_token(done, travelled)
    assert 'Decrypt integrity check failed' in done.stderr + done.stdout, done
    for how in (('-spnego',), ('-mech', NTLM)):
        done, said, travelled = exchange(server, realm().client(client, None, WRONG), *how)
        place.check(done.returncode, 1, 'exit status')
        wire.check_ntlm([travelled])
        assert 'the user name or the password is wrong' in said, said
        assert 'Accepted connection' not in said, said


def check_no_token(client, travelled):
    """Checks that gss-client sends only its first five bytes, which have no token."""
    place.check(client.returncode, 1, 'exit status of gss-client')
    assert len(travelled) <= 5, f'{travelled} travelled'


def nothing(client):
    """Neither tickets nor a password."""
    env = realm().client(client, None, None)
    done, said, travelled = exchange('both', env, '-spnego')
    check_no_token(done, travelled)
    assert 'Accepted connection' not in said, said


def delegation():
    """The flag is set if there is a credential to delegate."""
    for tickets, user, granted in (('alice', KERBEROS_USER, True),
                                   ('plain', KERBEROS_USER, False),
                                   (None, NTLM_USER, False)):
        env = realm().client('both', tickets)
        client, said, travelled = exchange('both', env, '-spnego', '-d')
        check_login(client, said, travelled, user, ())
        for text in (client.stdout, said):
            place.check('GSS_C_DELEG_FLAG' in text, granted, f'delegated, {tickets}')


def exported(setup, way):
    """The server exports its context and imports it again, thrice."""
    how, tickets = WAYS[way]
    skip_fault(setup, 'both', way)
    server = Server(setup, '-once', '-export')
    with wire.Wire(server.port) as relay:
        client = run_client(relay.port, realm().client('both', tickets), *how, '-mcount', '3')
        check_login(client, server.end(), relay.bytes(), seen_by(way), ())


def many_connections(tickets, user):
    server = Server('both')
    done = run_client(server.port, realm().client('both', tickets), '-spnego', '-ccount', '5',
                      '-mcount', '3')
    said = server.stop()
    place.check(done.returncode, 0, 'exit status of gss-client, ' + done.stderr)
    place.check(said.count(f'Accepted connection: "{user}"'), 5, 'connections')
    place.check(said.count(f'Received message: "{TEXT}"'), 15, 'messages')


def add_cases():
    for server, client in (('both', 'both'), ('ntlm', 'both'), ('both', 'ntlm')):
        about = f'{client} at {server}'
        for way in WAYS:
            options = OPTIONS if server == client else FEW
            place.add_case(f'{about}: {way}', logs_in, server, client, way, options)
        place.add_case(f'{about}: a password', with_password, server, client)
    place.add_case('both at both: wrong password', wrong_password, 'both', 'both')
    place.add_case('both at ntlm: wrong password', wrong_password, 'ntlm', 'both')
    for server, client in (('both', 'none'), ('none', 'both'), ('none', 'none')):
        for way in ('SPNEGO, tickets', 'Kerberos alone'):
            place.add_case(f'{client} at {server}: {way}', logs_in, server, client, way)
    for client in ('both', 'none'):
        place.add_case(f'{client}: nothing', nothing, client)
    place.add_case('delegation', delegation)
    for setup in ('both', 'ntlm'):
        for way in WAYS:
            place.add_case(f'{setup}, exported: {way}', exported, setup, way)
    place.add_case('many connections: Kerberos', many_connections, 'alice', KERBEROS_USER)
    place.add_case('many connections: NTLM', many_connections, None, NTLM_USER)


if __name__ == '__main__':
    add_cases()
    sys.exit(place.run())
