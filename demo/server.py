#!/usr/bin/python3
# SPDX-License-Identifier: ISC
"""The demo's web server: it knows the GSS-API (python3-gssapi), and nothing of NTLM.

usage: demo/server.py [TOKENS]
Prints its URL, then each login. Appends each token to the file TOKENS: "1 < BASE64" for one
that came on connection 1, "1 > BASE64" for one that was sent.
"""
import base64
import http.server
import itertools
import sys

import gssapi

SPNEGO = gssapi.OID.from_int_seq('1.3.6.1.5.5.2')
NTLM = gssapi.OID.from_int_seq('1.3.6.1.4.1.311.2.2.10')
PROTECTION = ('mutual_authentication', 'replay_detection', 'out_of_sequence_detection',
              'integrity', 'confidentiality')
TOKENS = open(sys.argv[1] if len(sys.argv) > 1 else '/dev/null', 'a', buffering=1)


class Connection(http.server.BaseHTTPRequestHandler):
    """One client's connection; all tokens of a login come on the same one (RFC 4559)."""
    protocol_version = 'HTTP/1.1'
    timeout = 30
    numbers = itertools.count(1)
    number = context = None

    def do_GET(self):
        self.number = self.number or next(self.numbers)
        scheme, _, text = self.headers.get('Authorization', '').partition(' ')
        if scheme.lower() != 'negotiate':
            self.answer(401, 'Log in with Negotiate.')
            return
        try:
            self.log_in(base64.b64decode(text, validate=True))
        except ValueError:
            self.answer(400, 'What follows Negotiate is not base64.')

    def log_in(self, token):
        """One step of a login. The token that it makes goes back, also if the login fails."""
        if self.context is None:
            self.context = gssapi.SecurityContext(creds=self.server.credentials, usage='accept')
        reply = b''
        self.record('<', token)
        try:
            reply = self.context.step(token) or b''
            self.record('>', reply)
            if not self.context.complete:  # raises the error of a step that made a token
                self.answer(401, 'The login goes on.', reply)
                return
            status, text = 200, describe(self.context)
        except gssapi.exceptions.GSSError as error:
            status, text = 401, explain(error)
        print(f'connection {self.number}: {text}', flush=True)
        self.answer(status, text, reply)
        self.context = None

    def record(self, direction, token):
        if token:
            print(self.number, direction, base64.b64encode(token).decode(), file=TOKENS)

    def answer(self, status, text, token=b''):
        self.send_response(status)
        if token or status == 401:
            challenge = 'Negotiate ' + base64.b64encode(token).decode()
            self.send_header('WWW-Authenticate', challenge.strip())
        self.send_header('Content-Length', str(len(text.encode()) + 1))
        self.end_headers()
        self.wfile.write(text.encode() + b'\n')

    def log_message(self, *_):
        """Prints nothing: a login is logged, a request is not."""


def describe(context):
    """Who logged in, by which mechanism, and how messages could be protected."""
    name = 'NTLM' if context.mech == NTLM else 'Kerberos'
    flags = ', '.join(flag.name for flag in context.actual_flags if flag.name in PROTECTION)
    return f'{context.initiator_name} by {name} ({context.mech.dotted_form}), {flags}'


def explain(error):
    """What the GSS-API says about it: sentences of the major status, then of the minor."""
    return '\n  '.join(['Refused:', *error.get_all_statuses(error.maj_code, True),
                        *error.get_all_statuses(error.min_code, False)])


server = http.server.ThreadingHTTPServer(('127.0.0.1', 0), Connection)
server.credentials = gssapi.Credentials(usage='accept', mechs=[SPNEGO, NTLM])
print(f'http://127.0.0.1:{server.server_port}/', flush=True)
server.serve_forever()
