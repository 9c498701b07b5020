#!/usr/bin/python3
# SPDX-License-Identifier: ISC
"""No secret of a login is told: makes the lab, lets the program secrets log in in every way,
collects all that was secret, and looks for it in traces, audit and status texts, and in what
gss-negotiate shows.

usage: test_secrets.py PROGRAM"""
import base64
import os
import re
import shutil
import subprocess
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '../interop'))

import leaks  # noqa: E402
import login_driver  # noqa: E402
import place  # noqa: E402
from kdc import REALM, USERS, Kdc  # noqa: E402

PATIENCE_S = 250
SERVER = os.path.join(os.path.dirname(os.path.abspath(__file__)), '../../demo/server.py')
CASE = re.compile(r'(not ok|ok) \d+ - traced_by_the_(\w+): (.*)')
PASSWORD = USERS['alice'][0]
LINE = f'AD:alice:{PASSWORD}'
# Parts of exported credentials and contexts that are not secret.
NAMES = ('alice', 'AD\\alice', 'SERVER', 'HTTP/localhost', 'http/server', f'alice@{REALM}',
         f'HTTP/localhost@{REALM}', f'krbtgt/{REALM}@{REALM}', '"HTTP/localhost')
# The OIDs of NTLM and Kerberos in DER, as lists and frames have them.
OIDS = ('300c060a2b06010401823702020a', '06092a864886f7120102020000')
RECORDED = ('trace', 'option', 'audit', 'statuses')
KINDS = {'password', 'password in UTF-16', 'NT hash', "realm's password", "keytab's key",
         'message', 'session key', 'subkey', "acceptor's subkey", 'signing key', 'sealing key',
         'ticket', "ticket's session key", 'AP-REQ', 'AP-REP', 'NT response', 'encrypted key',
         'exported context', 'exported credential',
         'part of an exported credential'}
NTLM_AUTHENTICATE = b'NTLMSSP\0\3\0\0\0'.hex()
# Text that each file must contain; otherwise the test searches the wrong file.
MARKS = {
    'trace': ('fallback verdict=tried', 'mechanisms="Kerberos, NTLM"', NTLM_AUTHENTICATE,
              'state=failed'),
    'option': ('fallback verdict=tried', 'mechanisms="Kerberos, NTLM"', NTLM_AUTHENTICATE,
              'state=failed'),
    'audit': ('the server chose NTLM', 'the client sent a token that failed: Kerberos: ',
              'result=refused'),
    'statuses': ('Decrypt integrity check failed', 'a setting is wrong',
                 'the user name or the password is wrong'),
    'picture': ('AUTHENTICATE', 'Kerberos'),
    'ASCII picture': ('AUTHENTICATE', 'Kerberos'),
    'page': ('</html>', 'AUTHENTICATE', 'Kerberos'),
    'decode': ('NTLM CHALLENGE', 'NTLM AUTHENTICATE', 'Kerberos'),
    'try, first token': ('offered first: Kerberos',),
    'try, Kerberos': ('used: Kerberos',),
    'try, a password': ('used: Kerberos',),
    'try, NTLM': ('used: NTLM', 'NTLM AUTHENTICATE'),
    'try, a wrong password': ('Decrypt integrity check failed',),
}


def read(path):
    with open(path, 'rb') as file:
        return file.read()


class Lab:
    """The KDC, the logins, and all texts that they wrote."""

    def __init__(self, program):
        self.here = place.Place()
        self.kdc = Kdc(self.here)
        self.out = self.here.path('out')
        os.mkdir(self.out, 0o700)
        self.tickets = self.kdc.kinit('tickets', 'alice')
        shutil.copy(self.here.path('tickets'), self.here.path('try'))
        done = subprocess.run([program], env=self._program_env(), check=False,
                              timeout=PATIENCE_S, stdout=subprocess.PIPE, text=True)
        self.status = done.returncode
        self.said = done.stdout
        self.texts = {name: read(os.path.join(self.out, name)) for name in RECORDED}
        self.texts['decode'] = self._decode()
        self.show(self.texts['trace'], self.texts)
        self._try()
        self.secrets = self._collect()

    def _program_env(self):
        return self.kdc.lab_env(self.tickets, LAB_OUT=self.out,
                                LAB_DELEGATED='FILE:' + self.here.path('delegated'))

    # ---- gss-negotiate

    def _tool(self, *args, text=b'', **env):
        """The output of the tool, both streams."""
        done = subprocess.run([os.path.join(place.build_dir(), 'gss-negotiate'), *args],
                              env={**self.here.initiator_env('both', LINE),
                                   'KRB5_CONFIG': self.kdc.conf, **env},
                              input=text, check=False, capture_output=True, timeout=30)
        return done.stdout + done.stderr

    def _decode(self):
        lines = read(os.path.join(self.out, 'tokens')).splitlines()
        return b''.join(self._tool('decode', line[2:].decode()) for line in set(lines))

    def show(self, trace, texts):
        """A trace as diagrams and as a page."""
        page = self.here.path('page.html')
        if os.path.exists(page):
            os.unlink(page)
        texts['picture'] = self._tool('trace', '-', text=trace, LANG='C.UTF-8')
        texts['ASCII picture'] = self._tool('trace', '--ascii', '-', text=trace)
        self._tool('trace', '--html', page, '-', text=trace)
        texts['page'] = read(page)

    def _serve(self):
        """Starts a web server that accepts both; returns its URL. Its tokens are written to a file."""
        env = self.here.acceptor_env('both', LINE + '\n')
        env.update(KRB5_CONFIG=self.kdc.conf, KRB5RCACHENAME='none:',
                   KRB5_KTNAME='FILE:' + self.kdc.keytab('services'))
        server = place.start([SERVER, os.path.join(self.out, 'http')], env=env,
                             stdout=subprocess.PIPE, text=True)
        return server, server.stdout.readline().strip().replace('127.0.0.1', 'localhost')

    def _try(self):
        server, url = self._serve()
        tickets = {'KRB5CCNAME': 'FILE:' + self.here.path('try')}
        for name, args, text, env in (
                ('first token', ['HTTP@localhost'], '', tickets),
                ('Kerberos', [url], '', tickets),
                ('a password', ['-u', 'alice', url], PASSWORD, {}),
                ('a wrong password', ['-u', 'alice', url], 'Nowhere land 8', {}),
                ('NTLM', [url], '', {})):
            self.texts['try, ' + name] = self._tool('try', *args, text=text.encode() + b'\n',
                                                    **env)
        place.stop(server)
        server.stdout.close()

    # ---- the secrets

    def _collect(self):
        """Collects all secrets from all their sources."""
        secrets = leaks.Secrets()
        for line in read(os.path.join(self.out, 'secrets')).decode().splitlines():
            kind, _, digits = line.rpartition(':')
            secrets.add(kind, bytes.fromhex(digits))
        for line in read(os.path.join(self.out, 'tokens')).decode().splitlines():
            leaks.add_token(secrets, bytes.fromhex(line[2:]))
        for line in read(os.path.join(self.out, 'http')).decode().splitlines():
            leaks.add_token(secrets, base64.b64decode(line.split(' ')[2]))
        for name in ('tickets', 'delegated', 'try'):
            leaks.add_tickets(secrets, self.here.path(name))
        for name in ('services', 'alice'):
            leaks.add_keys(secrets, self.kdc.keytab(name))
        leaks.add_exported(secrets)
        for password, _ in USERS.values():
            if len(password) >= leaks.WINDOW:
                secrets.add("realm's password", password.encode())
        for name in (*NAMES, self.kdc.conf):
            secrets.forget(name.encode())
            secrets.forget(name.encode('utf-16-le'))
        for oid in OIDS:
            secrets.forget(bytes.fromhex(oid))
        return secrets


# ---- cases

def has_marks(lab, name):
    for mark in MARKS[name]:
        assert mark.encode() in lab.texts[name], f'no "{mark}": {lab.texts[name][:2000]}'


def has_no_secret(lab, name):
    place.check(lab.secrets.found_in(lab.texts[name]), set(), f'what {name} tells')


def is_found(lab, kind, name):
    """Each form is found between two lines of the trace, and one in the whole text."""
    text = lab.texts['trace']
    middle = text.index(b'\n', len(text) // 2)
    around = text[middle - 200:middle], text[middle:middle + 200]
    forms = [form for window in lab.secrets.sample(kind)
             for form in leaks.plantings(window)]
    for form, planted in forms:
        assert lab.secrets.found_in(planted.join(around)), f'{form} is not found'
    whole = lab.texts[name]
    middle = len(whole) // 2
    form, planted = forms[len(kind) % len(forms)]
    found = lab.secrets.found_in(whole[:middle] + planted + whole[middle:])
    assert found, f'{form} is not found in {name}'


def is_shown(lab):
    """A public value of the trace is also in its diagrams, so searching them is meaningful."""
    secret = lab.secrets.sample('session key')[0].hex().encode()
    trace = lab.texts['trace'].replace(b' error="', b' error="' + secret + b' ')
    texts = {}
    lab.show(trace, texts)
    for name, text in texts.items():
        assert lab.secrets.found_in(text), f'not found in the {name}'


def told(passed, line):
    assert passed, line


def add_cases(lab):
    for play in filter(None, map(CASE.match, lab.said.splitlines())):
        ok, way, name = play.groups()
        place.add_case(f'secrets: {way}: {name}', told, ok == 'ok', name)
    place.add_case('secrets: the program ran to its end', place.check, lab.status, 0, 'status')
    place.add_case('secrets: of every kind', place.check, set(lab.secrets.kinds), KINDS,
                   'kinds of secrets')
    place.add_case('secrets: every text', place.check, set(lab.texts), set(MARKS), 'texts')
    for name in sorted(lab.texts):
        place.add_case(f'secrets: {name}: is the right text', has_marks, lab, name)
        place.add_case(f'secrets: {name}: tells no secret', has_no_secret, lab, name)
    names = sorted(lab.texts)
    for number, kind in enumerate(sorted(lab.secrets.kinds)):
        place.add_case(f'secrets: planted: {kind}', is_found, lab, kind,
                       names[number % len(names)])
    place.add_case('secrets: planted in a trace, found in its pictures', is_shown, lab)


def main():
    try:
        if not login_driver.has_gssapi():
            raise place.Skip('no python3-gssapi on this machine')
        add_cases(Lab(os.path.abspath(sys.argv[1])))
    except place.Skip as reason:
        print(f'1..0 # SKIP {reason}')
        return
    place.run()


if __name__ == '__main__':
    main()
