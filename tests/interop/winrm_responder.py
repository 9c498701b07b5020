#!/usr/bin/python3
# SPDX-License-Identifier: ISC
"""A server of WinRM that logs in by the GSS-API, and encrypts every message with the login's key
([MS-WSMV] 2.2.9.1): multipart/encrypted, application/HTTP-SPNEGO-session-encrypted. A message
is four bytes of length, little-endian, the signature of that length, and the sealed text.

It runs no command: the output of a command is the user, the mechanism and the command.

usage: winrm_responder.py [SCHEME]; prints its port. Without SCHEME it is Negotiate."""
import base64
import http.server
import re
import struct
import sys
import xml.etree.ElementTree
from xml.sax.saxutils import escape

import gssapi
from gssapi.raw import IOV, IOVBufferType, unwrap_iov, wrap_iov

PROTOCOL = 'application/HTTP-SPNEGO-session-encrypted'
TYPE = f'multipart/encrypted;protocol="{PROTOCOL}";boundary="Encrypted Boundary"'
SOAP = 'application/soap+xml;charset=UTF-8'
PART = re.compile(
    rb'--Encrypted Boundary\r\n'
    rb'\s*Content-Type: application/HTTP-SPNEGO-session-encrypted\r\n'
    rb'\s*OriginalContent: type=application/soap\+xml;charset=UTF-8;Length=(\d+)\r\n'
    rb'--Encrypted Boundary\r\n'
    rb'\s*Content-Type: application/octet-stream\r\n'
    rb'(.*)--Encrypted Boundary--\r\n', re.DOTALL)
MAX_BODY = 1 << 20

# What each action is answered with; {output} is base64.
ANSWERS = {
    'Create': '<Selector Name="ShellId">11111111-2222-3333-4444-555555555555</Selector>',
    'Command': '<CommandId>66666666-7777-8888-9999-000000000000</CommandId>',
    'Receive': '<Stream Name="stdout">{output}</Stream><CommandState State="CommandState/Done">'
               '<ExitCode>0</ExitCode></CommandState>',
    'Signal': '',
    'Delete': '',
}


class Malformed(Exception):
    """The client sent no encrypted message; its text says why."""


def unseal(context, body):
    """The text of an encrypted message."""
    part = PART.fullmatch(body)
    if part is None:
        raise Malformed('no message in multipart/encrypted')
    (n,) = struct.unpack_from('<I', part[2])
    message = IOV((IOVBufferType.header, False, part[2][4:4 + n]),
                  (IOVBufferType.data, False, part[2][4 + n:]), std_layout=False)
    if not unwrap_iov(context, message).encrypted:
        raise Malformed('the message is not encrypted')
    text = message[1].value
    if len(text) != int(part[1]):
        raise Malformed(f'{len(text)} bytes, not {int(part[1])}')
    return text


def seal(context, text):
    """The encrypted message of a text."""
    message = IOV((IOVBufferType.header, True), (IOVBufferType.data, False, text),
                  std_layout=False)
    wrap_iov(context, message, confidential=True)
    signature, sealed = (buffer.value for buffer in message)
    head = (f'--Encrypted Boundary\r\n\tContent-Type: {PROTOCOL}\r\n\tOriginalContent: '
            f'type={SOAP};Length={len(text)}\r\n--Encrypted Boundary\r\n'
            '\tContent-Type: application/octet-stream\r\n')
    return (head.encode() + struct.pack('<I', len(signature)) + signature + sealed
            + b'--Encrypted Boundary--\r\n')


def one(request, name):
    """The text of the element of this name, without its namespace."""
    return next(node.text for node in request.iter() if node.tag.endswith('}' + name))


class Handler(http.server.BaseHTTPRequestHandler):
    """A login and a shell for each connection."""
    protocol_version = 'HTTP/1.1'
    scheme = 'Negotiate'
    context = None
    asked = ''

    def answer(self, status, body=b'', **headers):
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace('_', '-'), value)
        self.send_header('Content-Length', str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_in(self, token):
        """One token of a login; whether the login is complete."""
        if self.context is None or self.context.complete:
            self.context = gssapi.SecurityContext(usage='accept')
        try:
            reply = self.context.step(base64.b64decode(token)) or b''
            complete = self.context.complete  # raises what step has put off
        except gssapi.exceptions.GSSError as error:
            print(error, file=sys.stderr, flush=True)
            self.context = None
            self.answer(401, WWW_Authenticate=self.scheme)
            return False
        if not complete:
            self.answer(401, WWW_Authenticate=f'{self.scheme} '
                        + base64.b64encode(reply).decode())
        return complete

    def do_POST(self):
        length = int(self.headers.get('Content-Length', '0'))
        body = self.rfile.read(min(length, MAX_BODY))
        scheme, _, token = self.headers.get('Authorization', '').partition(' ')
        if scheme == self.scheme:
            if not self.log_in(token):
                return
        elif self.context is None or not self.context.complete:
            self.answer(401, WWW_Authenticate=self.scheme)
            return
        if body == b'':
            self.answer(200)
            return
        try:
            text = unseal(self.context, body)
        except (Malformed, gssapi.exceptions.GSSError) as error:
            print(error, file=sys.stderr, flush=True)
            self.answer(400)
            return
        self.answer(200, seal(self.context, self.respond(text)), Content_Type=TYPE)

    def respond(self, text):
        request = xml.etree.ElementTree.fromstring(text)
        action = one(request, 'Action').rpartition('/')[2]
        if action == 'Command':
            self.asked = one(request, 'Command')
        output = f'{self.context.initiator_name} {self.context.mech.dotted_form} {self.asked}'
        answer = ANSWERS[action].format(output=base64.b64encode(output.encode()).decode())
        return (f'<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope" '
                f'xmlns:a="http://schemas.xmlsoap.org/ws/2004/08/addressing"><s:Header>'
                f'<a:RelatesTo>{escape(one(request, "MessageID"))}</a:RelatesTo></s:Header>'
                f'<s:Body>{answer}</s:Body></s:Envelope>').encode()

    def log_message(self, *_):
        pass


def main():
    Handler.scheme = sys.argv[1] if len(sys.argv) > 1 else 'Negotiate'
    server = http.server.ThreadingHTTPServer(('127.0.0.1', 0), Handler)
    print(server.server_port, flush=True)
    server.serve_forever()


main()
