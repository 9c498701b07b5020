#!/usr/bin/python3
# SPDX-License-Identifier: ISC
"""A server in Java over the native GSS-API (sun.security.jgss.native), which asks a context
for its target while it is half-open: logins by NTLM under SPNEGO. (Raw NTLM does not get past
Java's own look at the first token.) And a client, which cannot log in by NTLM, because Java
reads the tokens itself."""
import base64
import functools
import os
import shutil
import subprocess

import krb5_release
import login_driver
import page
import place
import wire
from realm import KERBEROS_USER, Realm

HERE = os.path.dirname(os.path.abspath(__file__))
PROGRAMS = ('Acceptor', 'Initiator')
SPNEGO_OID = '1.3.6.1.5.5.2'
NAMED = [SPNEGO_OID, 'HTTP@server.test']
REJECT = 'a1073005a0030a0102'


def java_home():
    """The folder of the JDK whose compiler is first on the PATH."""
    compiler = shutil.which('javac')
    if compiler is None:
        raise place.Skip('no JDK on this machine (javac)')
    home = os.path.dirname(os.path.dirname(os.path.realpath(compiler)))
    if not os.path.exists(os.path.join(home, 'lib', 'libj2gss.so')):
        raise place.Skip(f'the JDK in {home} has no native GSS-API')
    return home


class Java:
    """The process of one of the programs."""

    def __init__(self, env, arguments, program='Acceptor'):
        java = f'{java_home()}/bin/java -Xshare:auto -XX:TieredStopAtLevel=1 -cp {classes()} '
        text = page.block('java-server', {'java -D': java + '-D', PROGRAMS[0]: program})
        self.child = place.start(['bash', '-c', f'exec {text.strip()} "$@"', 'java', *arguments],
                                 env=env, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                 text=True)

    def said(self, word):
        line = self.child.stdout.readline().rstrip('\n')
        kind, _, rest = line.partition(' ')
        place.check(kind, word, f'what Java says ({line})')
        return rest

    def give(self, token):
        self.child.stdin.write(base64.b64encode(token).decode() + '\n')
        self.child.stdin.flush()

    def step(self, token):
        self.give(token)
        return base64.b64decode(self.said('token'))

    def close(self):
        self.child.stdin.close()
        place.check(self.child.wait(login_driver.PATIENCE_S), 0, 'exit status of Java')
        self.child.stdout.close()


@functools.cache
def classes():
    """The folder with the programs' classes."""
    where = place.Place()
    subprocess.run([os.path.join(java_home(), 'bin', 'javac'), '-d', where.dir,
                    *(f'{HERE}/{name}.java' for name in PROGRAMS)],
                   check=True, timeout=login_driver.PATIENCE_S)
    return where.dir


def login(lines, arguments):
    krb5_release.skip_fault(lines == 'ntlm')
    here = place.Place()
    initiator = login_driver.Peer(here.initiator_env(lines, login_driver.ALICE))
    acceptor = Java(here.acceptor_env(lines, login_driver.USERS), arguments)
    initiator.call('initiate', mech='spnego', target='HTTP@server.test', flags=login_driver.SIGN,
                   bindings=None)
    answer = initiator.call('step', token=None)
    while answer['token']:
        token = acceptor.step(answer['token'])
        if not token:
            break
        answer = initiator.call('step', token=token)
    assert answer['done'], 'the client is not done'
    source, target, by = acceptor.said('done').split(' ')
    place.check((source, by), ('AD\\alice', place.NTLM_OID), 'who, by what')
    assert target not in ('', 'null'), 'no target'
    initiator.close()
    acceptor.close()


def begun(env, arguments):
    """A client's side, the server's, and the client's first token."""
    here = place.Place()
    initiator = login_driver.Peer(here.initiator_env('both', 'AD:alice:wrong'))
    initiator.call('initiate', mech='spnego', target='HTTP@server.test', flags=login_driver.SIGN,
                   bindings=None)
    return (initiator, Java(env, arguments),
            initiator.call('step', token=None)['token'])


def shown_on_the_page(text):
    with open(page.PAGE, encoding='utf-8') as shown:
        assert text in shown.read(), f'{page.PAGE} lacks {text!r}'


def refused():
    """Java has a token to send, and throws nothing."""
    initiator, acceptor, token = begun(place.Place().acceptor_env('both', login_driver.USERS), [])
    token = initiator.call('step', token=acceptor.step(token))['token']
    place.check(acceptor.step(token).hex(), REJECT, 'the token')
    acceptor.close()
    initiator.close()


def without_users(arguments, says):
    """Java's message does not have our reason, but the page says where to find it."""
    initiator, acceptor, token = begun(place.Place().env('both'), arguments)
    acceptor.give(token)
    said = acceptor.said('error')
    assert says in said, said
    shown_on_the_page(says)
    acceptor.close()
    initiator.close()


def client(lines, mech, says):
    """Java cannot read SPNEGO's second token of a client, nor NTLM's second of a server."""
    here = place.Place()
    initiator = Java(here.initiator_env(lines, login_driver.ALICE), [mech], 'Initiator')
    acceptor = login_driver.Peer(here.acceptor_env(lines, login_driver.USERS))
    acceptor.call('accept')
    initiator.give(acceptor.call('step', token=base64.b64decode(initiator.said('token')))['token'])
    said = initiator.said('error')
    assert says in said, said
    shown_on_the_page(says)
    initiator.close()
    acceptor.close()


def client_with_a_ticket():
    """Its login needs one token of each side, if any."""
    java_home()
    realm = Realm('HTTP/server.test')
    initiator = Java(realm.client('both', 'alice'), [SPNEGO_OID], 'Initiator')
    acceptor = login_driver.Peer(realm.server('both'))
    acceptor.call('accept')
    token = base64.b64decode(initiator.said('token'))
    wire.check_kerberos([token])
    initiator.give(acceptor.call('step', token=token)['token'] or b'')
    initiator.said('done')
    place.check(acceptor.call('info')['user'], KERBEROS_USER, 'who')
    initiator.close()
    acceptor.close()


def client_without_a_credential():
    """Java's exception has our reason."""
    initiator = Java(place.Place().env('both'), [SPNEGO_OID], 'Initiator')
    said = initiator.said('error')
    assert 'gss-negotiate login' in said, said
    initiator.close()


def main():
    for lines in ('both', 'ntlm'):
        place.add_case(f'{lines} lines, no credential', login, lines, [])
        place.add_case(f'{lines} lines, a credential without a name', login, lines, [SPNEGO_OID])
        place.add_case(f'{lines} lines, a credential with a name', login, lines, NAMED)
    place.add_case('a wrong password', refused)
    place.add_case('no users, no credential', without_users, [],
                   'Security context init/accept not yet called or context deleted')
    place.add_case('no users, a credential without a name', without_users, [SPNEGO_OID],
                   'is nonexistent or empty')
    place.add_case('a client, SPNEGO', client, 'both', SPNEGO_OID,
                   'GSSHeader did not find the right tag')
    place.add_case('a client, raw', client, 'ntlm', place.NTLM_OID,
                   'a field of the NTLM message lies outside of it')
    place.add_case('a client with a ticket', client_with_a_ticket)
    place.add_case('a client without a credential', client_without_a_credential)
    place.run()


if __name__ == '__main__':
    main()
