#!/usr/bin/python3
# SPDX-License-Identifier: ISC
"""A web server that logs in by Negotiate over TLS and binds each login to its certificate
(RFC 5929 4): what Windows calls extended protection.

usage: https_acceptor.py CERTIFICATE [WRONG]; prints its port. CERTIFICATE has the key, too;
with WRONG it binds to another certificate, as behind a proxy that ends TLS.
"""
import base64
import hashlib
import http.server
import ssl
import sys

import gssapi
import gssapi.raw


def bindings(certificate, wrong):
    with open(certificate, encoding='ascii') as text:
        pem = text.read()
    pem = pem[pem.index('-----BEGIN CERTIFICATE'):]
    digest = hashlib.sha256(ssl.PEM_cert_to_DER_cert(pem) + wrong.encode()).digest()
    return gssapi.raw.ChannelBindings(application_data=b'tls-server-end-point:' + digest)


class Handler(http.server.BaseHTTPRequestHandler):
    """A login for each connection."""
    protocol_version = 'HTTP/1.1'
    bound_to = None
    context = None

    def answer(self, status, *headers):
        self.send_response(status)
        for name, value in headers:
            self.send_header(name, value)
        self.send_header('Content-Length', '0')
        self.end_headers()

    def do_GET(self):
        scheme, _, token = self.headers.get('Authorization', '').partition(' ')
        if scheme != 'Negotiate':
            self.answer(401, ('WWW-Authenticate', 'Negotiate'))
            return
        if self.context is None:
            self.context = gssapi.SecurityContext(usage='accept',
                                                  channel_bindings=self.bound_to)
        try:
            reply = self.context.step(base64.b64decode(token)) or b''
            complete = self.context.complete  # raises what step has put off
        except gssapi.exceptions.GSSError as error:
            print(error, file=sys.stderr, flush=True)
            self.context = None
            self.answer(401, ('WWW-Authenticate', 'Negotiate'))
            return
        challenge = 'Negotiate ' + base64.b64encode(reply).decode()
        self.answer(200 if complete else 401,
                    ('WWW-Authenticate', challenge.strip()))

    def log_message(self, *_):
        pass


def main():
    Handler.bound_to = bindings(sys.argv[1], ''.join(sys.argv[2:]))
    server = http.server.ThreadingHTTPServer(('127.0.0.1', 0), Handler)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(sys.argv[1])
    server.socket = context.wrap_socket(server.socket, server_side=True)
    print(server.server_port, flush=True)
    server.serve_forever()


main()
