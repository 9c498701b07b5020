# SPDX-License-Identifier: ISC
"""What travels: a relay on loopback that keeps every byte, so that a test can say by which
mechanism a login went."""
import base64
import re
import socket
import threading

from place import free_port

NTLM = b'NTLMSSP\0'
# The mechanism of RFC 4121 as an object identifier, and that with the mark of an AP-REQ.
KRB5_OID = bytes.fromhex('06092a864886f712010202')
AP_REQ = KRB5_OID + b'\1\0'

_HTTP_TOKEN = re.compile(rb'(?:Authorization|WWW-Authenticate): Negotiate ([A-Za-z0-9+/=]+)\r')


class Wire:
    """Relays its own port to another one. sent and received are a client's view. A client that
    asks for localhost tries ::1 first: no other program listens there at the relay's port, and
    the client's own end cannot get its number."""

    def __init__(self, to_port, to_host='127.0.0.1'):
        self.to = (to_host, to_port)
        self.sent = bytearray()
        self.received = bytearray()
        self.port = free_port()
        self._socket = socket.create_server(('127.0.0.1', self.port))
        threading.Thread(target=self._serve, daemon=True).start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._socket.close()

    def _serve(self):
        try:
            while True:
                self._connect(self._socket.accept()[0])
        except OSError:
            pass

    def _connect(self, client):
        try:
            server = socket.create_connection(self.to, 60)
        except OSError as problem:
            print(f'# relay: {self.to} cannot be reached: {problem}', flush=True)
            client.close()
            return
        for ends, kept in (((client, server), self.sent), ((server, client), self.received)):
            threading.Thread(target=_carry, args=(*ends, kept), daemon=True).start()

    def bytes(self):
        """All bytes: first those that the client sent, then those that it received."""
        return bytes(self.sent + self.received)

    def http_tokens(self):
        """The tokens of the Negotiate scheme, without base64."""
        return [base64.b64decode(found) for found in _HTTP_TOKEN.findall(self.bytes())]


def _carry(source, sink, kept):
    """One direction, until its end. Without the waits of TCP, which add up for programs that
    write a message in several pieces."""
    try:
        sink.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        while data := source.recv(65536):
            source.setsockopt(socket.IPPROTO_TCP, socket.TCP_QUICKACK, 1)
            kept += data
            sink.sendall(data)
        sink.shutdown(socket.SHUT_WR)
    except OSError:
        for end in (source, sink):
            _end(end)


def _end(one):
    """Shuts the socket down, which wakes a thread that waits for it; close would not."""
    try:
        one.shutdown(socket.SHUT_RDWR)
    except OSError:
        pass


def listens(port):
    """Whether a program listens on this port; makes no connection."""
    with open('/proc/net/tcp', encoding='ascii') as table:
        rows = [line.split() for line in table]
    return any(row[1].endswith(f':{port:04X}') and row[3] == '0A' for row in rows[1:])


def check_kerberos(tokens):
    """Checks that these tokens are a login by Kerberos, without a message of NTLM."""
    whole = b''.join(tokens)
    assert AP_REQ in whole, 'no AP-REQ travelled'
    assert NTLM not in whole, 'an NTLM message travelled'


def check_ntlm(tokens):
    """Checks that these tokens are all three messages of a login by NTLM, without Kerberos."""
    whole = b''.join(tokens)
    for kind in (1, 2, 3):
        assert NTLM + bytes([kind, 0, 0, 0]) in whole, f'no NTLM message {kind} travelled'
    assert AP_REQ not in whole, 'an AP-REQ travelled'
