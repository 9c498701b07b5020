#!/usr/bin/python3
# SPDX-License-Identifier: ISC
"""A server in Java over the native GSS-API (sun.security.jgss.native), which asks a context
for its target while it is half-open: logins by NTLM under SPNEGO. (Raw NTLM does not get past
Java's own look at the first token.)"""
import base64
import functools
import os
import shutil
import subprocess

import login_driver
import page
import place

PROGRAM = os.path.join(os.path.dirname(os.path.abspath(__file__)), 'Acceptor.java')
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


class Acceptor:
    """The server's process."""

    def __init__(self, env, arguments):
        program = (f'{java_home()}/bin/java -Xshare:auto -XX:TieredStopAtLevel=1 '
                   f'-cp {classes()} ')
        text = page.block('java-server', {'java -D': program + '-D'}).rstrip('\n')
        self.child = place.start(['bash', '-c', f'exec {text} "$@"', 'server', *arguments],
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
    """The folder with the server's class."""
    where = place.Place()
    subprocess.run([os.path.join(java_home(), 'bin', 'javac'), '-d', where.dir, PROGRAM],
                   check=True, timeout=login_driver.PATIENCE_S)
    return where.dir


def login(lines, arguments):
    here = place.Place()
    initiator = login_driver.Peer(here.initiator_env(lines, login_driver.ALICE))
    acceptor = Acceptor(here.acceptor_env(lines, login_driver.USERS), arguments)
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
    return (initiator, Acceptor(env, arguments),
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
    place.run()


if __name__ == '__main__':
    main()
