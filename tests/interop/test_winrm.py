#!/usr/bin/python3
# SPDX-License-Identifier: ISC
"""docs/programs.md: pywinrm at a server of ours that logs in and decrypts by the GSS-API."""
import os
import subprocess
import sys

import login_driver
import page
import place
import wire

HERE = os.path.dirname(os.path.abspath(__file__))
COMMAND = 'ipconfig'
NEVER = {"message_encryption='always'": "message_encryption='never'"}


class Responder:
    """A server in a process of its own."""

    def __init__(self, lines, scheme='Negotiate'):
        if not login_driver.has_gssapi():
            raise place.Skip('no python3-gssapi on this machine')
        self.place = place.Place()
        with open(self.place.path('log'), 'w', encoding='utf-8') as log:
            self.child = place.start(
                [login_driver.PYTHON, '-B', f'{HERE}/winrm_responder.py', scheme],
                env=self.place.acceptor_env(lines, page.USERS), stdout=subprocess.PIPE,
                stderr=log, text=True)
        self.port = int(self.child.stdout.readline())

    def __enter__(self):
        return self

    def __exit__(self, *_):
        place.stop(self.child)
        self.child.stdout.close()

    def log(self):
        with open(self.place.path('log'), encoding='utf-8') as log:
            return log.read()


def need_winrm():
    done = subprocess.run([login_driver.PYTHON, '-c', 'import winrm, requests_ntlm'],
                          check=False, capture_output=True, timeout=60, cwd='/')
    if done.returncode != 0:
        raise place.Skip("no python3-winrm for this machine's Python")


def client(port, names=()):
    """The program of the page, with what these names replace: its process."""
    text = page.block('python-winrm', {page.WWW + ':5985': f'127.0.0.1:{port}', **dict(names)})
    script = page.here().write('winrm-client.py', text)
    env = page.here().env('none', OPENSSL_CONF=page.here().write(
        'winrm-md4.cnf', page.block('python-md4')))
    return page.run(f'/usr/bin/python3 -B {script}', env, page.here().dir)


def shown_on_the_page(text):
    with open(page.PAGE, encoding='utf-8') as shown:
        assert text in shown.read(), f'{page.PAGE} lacks {text!r}'


def encrypts(lines, scheme):
    """Every message is sealed, both ways."""
    need_winrm()
    with Responder(lines, scheme) as server, wire.Wire(server.port) as one:
        done = client(one.port)
        place.check(done.stdout, f'0 {page.USER} {place.NTLM_OID} {COMMAND}\n',
                    f'what it prints ({done.stderr}{server.log()})')
        travelled = one.bytes()
        assert travelled.count(b'HTTP-SPNEGO-session-encrypted') >= 10, 'five calls'
        assert b'Envelope' not in travelled, 'a message travels in the clear'


def is_refused():
    need_winrm()
    with Responder('both') as server:
        said = client(server.port, {page.PASSWORD: 'wrong'}).stderr
        assert 'credentials were rejected' in said, said
        assert 'the user name or the password is wrong' in server.log(), server.log()


def plain():
    """A server that demands encryption refuses a client that does not encrypt."""
    need_winrm()
    with Responder('both') as server:
        said = client(server.port, NEVER).stderr
        assert 'Code 400' in said, said
        assert 'no message in multipart/encrypted' in server.log(), server.log()


def kerberos():
    """Debian's pykerberos cannot encrypt for WinRM; where another one can, the page is wrong."""
    need_winrm()
    with Responder('both') as server:
        said = client(server.port, {"'ntlm'": "'kerberos'"}).stderr
        if 'requests_kerberos is not installed' in said:
            raise place.Skip('no python3-requests-kerberos on this machine')
        says = ("message encryption is set to 'always' but the selected auth method kerberos "
                'does not support it')
        assert says in said, said
        shown_on_the_page(says)


if __name__ == '__main__':
    for given, word in (('both', 'Negotiate'), ('both', 'NTLM'), ('ntlm', 'Negotiate')):
        place.add_case(f'{given} lines, scheme {word}, encrypted', encrypts, given, word)
    place.add_case('a wrong password', is_refused)
    place.add_case('a client that does not encrypt', plain)
    place.add_case('the transport kerberos', kerberos)
    sys.exit(place.run())
