#!/usr/bin/python3
# SPDX-License-Identifier: ISC
"""gss-negotiate try logs in at an Apache that has both a keytab and users of NTLM."""
import functools
import http.server
import os
import re
import shutil
import subprocess
import sys
import threading

import apache
import libcurl
import place
from realm import ALICE, WRONG, Realm

KERBEROS, FAILED, NTLM = 0, 1, 3


@functools.cache
def realm():
    return Realm()


@functools.cache
def server():
    return apache.Apache(place.Place(), realm().server('both', apache.group()), 'prefork',
                         ('GssapiAllowedMech krb5', 'GssapiAllowedMech ntlmssp'))


def attempt(env, *args, text=''):
    done = subprocess.run([os.path.join(place.build_dir(), 'gss-negotiate'), 'try', *args],
                          env=env, input=text, capture_output=True, text=True, timeout=120,
                          check=False)
    if 'built without libcurl' in done.stderr:
        raise place.Skip('gss-negotiate is built without libcurl')
    assert not re.search(r'correct horse|[^\n -~]', done.stdout + done.stderr), done.stdout
    return done


def check_end(done, status, last):
    place.check((done.returncode, done.stdout.splitlines()[-1]), (status, last),
                f'exit status and last line: {done.stdout}{done.stderr}')


def url(host='localhost'):
    return f'http://{host}:{server().port}/index.html'


@place.case('Kerberos')
def kerberos():
    done = attempt(realm().client('both', 'alice'), url())
    check_end(done, KERBEROS, 'used: Kerberos')
    assert 'target: HTTP@localhost\n' in done.stdout and 'offers Kerberos' in done.stdout
    assert 'answer: status 200, ' in done.stdout, done.stdout
    assert re.search(r'^step 2: 0 bytes to send, after \d+\.\d ms$', done.stdout, re.M)


@place.case('NTLM, for want of tickets')
def ntlm():
    done = attempt(realm().client('both'), url())
    check_end(done, NTLM, 'used: NTLM')
    for part in ('No Kerberos credentials available', 'offers NTLM', 'NTLM CHALLENGE',
                 'NTLM AUTHENTICATE', 'answer: status 401, ', 'answer: status 200, '):
        assert part in done.stdout, f'{part}: {done.stdout}'


@place.case('NTLM, to an address')
def address():
    done = attempt(realm().client('both', 'alice'), url('127.0.0.1'))
    check_end(done, NTLM, 'used: NTLM')
    assert 'Kerberos is left out' in done.stdout, done.stdout


@place.case('NTLM, as a user that is named')
def named():
    done = attempt(realm().client('both', None, None), '-u', 'AD\\alice', url(),
                   text='correct horse\n')
    check_end(done, NTLM, 'used: NTLM')


@place.case('a wrong password')
def wrong():
    done = attempt(realm().client('both', None, WRONG), url())
    place.check(done.returncode, FAILED, 'exit status')
    assert 'NTLM AUTHENTICATE' in done.stdout and done.stderr, done.stdout


@place.case('NTLM forbidden, tickets')
def forbidden():
    env = realm().client('both', 'alice')
    env['GSS_NEGOTIATE_CONFIG'] = realm().here.write('never.conf',
                                                     '[negotiate]\n ntlm = never\n')
    check_end(attempt(env, url()), KERBEROS, 'used: Kerberos')
    del env['KRB5CCNAME']
    env['KRB5CCNAME'] = 'FILE:' + realm().here.path('no-tickets')
    done = attempt(env, url())
    place.check(done.returncode, FAILED, 'exit status')
    assert 'ntlm = never in ' in done.stderr, done.stderr


@functools.cache
def keyless():
    """A server with the keys of another service: it accepts NTLM, and cannot use a ticket."""
    env = realm().server('both', apache.group())
    path = realm().here.path('other.keytab')
    shutil.copy(realm().kdc.keytab('host/localhost'), path)
    shutil.chown(path, group=apache.group())
    os.chmod(path, 0o640)
    return apache.Apache(place.Place(), dict(env, KRB5_KTNAME='FILE:' + path), 'prefork',
                         ('GssapiAllowedMech krb5', 'GssapiAllowedMech ntlmssp'))


class Refusing(http.server.BaseHTTPRequestHandler):
    """A server without Kerberos: it offers Negotiate, and answers each token without one."""

    def do_GET(self):
        self.send_response(401)
        self.send_header('WWW-Authenticate', 'Negotiate')
        self.send_header('Content-Length', '0')
        self.end_headers()

    def log_message(self, *_):
        pass


def check_withheld(port, how_it_ends):
    env = realm().client('both', 'alice')
    done = attempt(env, f'http://localhost:{port}/index.html')
    place.check(done.returncode, FAILED, 'exit status')
    assert 'NTLM NEGOTIATE' not in done.stdout, done.stdout
    setting = 'fallback = listed by default, not set in ' + env['GSS_NEGOTIATE_CONFIG']
    said = [line for line in done.stdout.splitlines() if setting in line]
    place.check([line.strip()[:16] for line in said], ['NTLM is withheld', how_it_ends],
                'lines with the setting')


@place.case('NTLM is withheld, and the server refuses the ticket')
def withheld():
    check_withheld(keyless().port, 'the exchange fai')


@place.case('NTLM is withheld, and the server answers without a token')
def withheld_without_an_answer():
    with http.server.ThreadingHTTPServer(('127.0.0.1', 0), Refusing) as refusing:
        threading.Thread(target=refusing.serve_forever, daemon=True).start()
        check_withheld(refusing.server_port, 'the program ends')
        refusing.shutdown()


@functools.cache
def certificate():
    """A certificate of localhost, and the environment of a client that trusts it."""
    both, alone = realm().here.path('tls.pem'), realm().here.path('tls-ca.pem')
    subprocess.run(['openssl', 'req', '-x509', '-nodes', '-days', '2', '-newkey', 'ec', '-pkeyopt',
                    'ec_paramgen_curve:P-256', '-sha256', '-subj', '/CN=localhost', '-addext',
                    'subjectAltName=DNS:localhost,IP:127.0.0.1', '-keyout', both, '-out', alone],
                   check=True, capture_output=True, timeout=120)
    with open(alone, encoding='ascii') as text, open(both, 'a', encoding='ascii') as file:
        file.write(text.read())
    return both, alone


@functools.cache
def secure(*how):
    """The port of a TLS server that demands bindings to its certificate, or to another one."""
    env = realm().server('both')
    conf = realm().here.write('require.conf', open(env['GSS_NEGOTIATE_CONFIG']).read()
                              + '    channel_bindings = require\n')
    script = os.path.join(os.path.dirname(os.path.abspath(__file__)), 'https_acceptor.py')
    child = place.start([sys.executable, '-B', script, certificate()[0], *how],
                        env=dict(env, GSS_NEGOTIATE_CONFIG=conf), stdout=subprocess.PIPE,
                        stderr=open(realm().here.path('acceptor.log'), 'a', encoding='utf-8'))
    return int(child.stdout.readline())


def attempt_secure(tickets, host, *how):
    env = realm().client('both', tickets)
    env['SSL_CERT_FILE'] = certificate()[1]
    return attempt(env, f'https://{host}:{secure(*how)}/')


BOUND = "channel bindings: tls-server-end-point, SHA256 of the server's certificate\n"


@place.case('https: bound by NTLM and by Kerberos')
def bound():
    done = attempt_secure(None, '127.0.0.1')
    check_end(done, NTLM, 'used: NTLM')
    assert BOUND in done.stdout, done.stdout
    check_end(attempt_secure('alice', 'localhost'), KERBEROS, 'used: Kerberos')


@place.case('https: another certificate than the server has')
def bound_elsewhere():
    for tickets, host in ((None, '127.0.0.1'), ('alice', 'localhost')):
        done = attempt_secure(tickets, host, 'WRONG')
        place.check(done.returncode, FAILED, f'exit status: {done.stdout}')
        assert BOUND in done.stdout and 'status 401' in done.stderr, done.stderr
    with open(realm().here.path('acceptor.log'), encoding='utf-8') as log:
        place.check(log.read().count('Incorrect channel bindings'), 2, 'refusals')


@place.case('FIPS mode: Kerberos goes on, NTLM does not')
def fips_mode():
    conf = realm().here.write('fips.cnf', 'openssl_conf = all\n[all]\nalg_section = algs\n'
                              '[algs]\ndefault_properties = fips=yes\n')
    says = 'NTLM cannot be used in FIPS mode; use Kerberos ('  # who says so depends on libcurl
    done = attempt(dict(realm().client('both', 'alice'), OPENSSL_CONF=conf), url())
    if 'libcurl does not start' in done.stderr:
        raise place.Skip(f'{libcurl.version()[0]} does not start without a FIPS provider')
    check_end(done, KERBEROS, 'used: Kerberos')
    assert says in done.stdout, done.stdout
    done = attempt(dict(realm().client('both'), OPENSSL_CONF=conf), url())
    place.check(done.returncode, FAILED, 'exit status')
    assert says in done.stderr and 'NTLM NEGOTIATE' not in done.stdout, done.stderr


@place.case('doctor: tickets, and such as have expired')
def tickets():
    for kind, line in (('alice', 'ok    an initiator by Kerberos: acts as alice@NEG.TEST for '),
                       ('expired', 'WARN  an initiator by Kerberos: not possible now: the tickets '
                                   'have expired; fix: kinit\n')):
        done = subprocess.run([os.path.join(place.build_dir(), 'gss-negotiate'), 'doctor'],
                              env=realm().client('both', kind), capture_output=True, text=True,
                              timeout=120, check=False)
        assert '\n' + line in done.stdout, done.stdout + done.stderr


@place.case('the first token only')
def first_token():
    check_end(attempt(realm().client('both', 'alice'), 'HTTP@localhost'), KERBEROS,
              'offered first: Kerberos')
    check_end(attempt(realm().client('both', None, ALICE), 'HTTP@localhost'), NTLM,
              'offered first: NTLM')


place.run()
