# SPDX-License-Identifier: ISC
"""A server of TDS 7.4 ([MS-TDS]) that logs a client in with the tokens of a GSS-API context, and
has no database. The context is a login_driver.Peer that accepts.

A packet is a header of eight bytes and data:

    0  type     1  status (1: the last of a message)     2  length, big-endian
    4  SPID     6  packet id                             7  window
"""
import socket
import struct
import threading

import login_driver

PATIENCE_S = 60
PRELOGIN, LOGIN7, SSPI, BATCH, ANSWER = 0x12, 0x10, 0x11, 0x01, 0x04
_HEADER = struct.Struct('>BBHHBB')
_LAST = 1
_MAX_MESSAGE = 1 << 20

# Options of PRELOGIN, each with an offset and a length: version and encryption (2: not here).
_PRELOGIN_ANSWER = (struct.pack('>BHHBHHB', 0, 11, 6, 1, 17, 1, 0xff)
                    + bytes.fromhex('100000000000') + b'\x02')
_SSPI_OFFSET = 78  # of the offset and the length of the token in LOGIN7
_SSPI_LONG = 90


class Malformed(Exception):
    """The client sent what is no message of TDS; its text says what."""


def _text(text, count):
    return struct.pack(count, len(text)) + text.encode('utf-16-le')


def _token(kind, body):
    return struct.pack('<BH', kind, len(body)) + body


def info(text):
    """INFO, which clients print."""
    return _token(0xab, struct.pack('<iBB', 50000, 1, 1) + _text(text, '<H') + _text('tds', 'B')
                  + _text('', 'B') + struct.pack('<I', 1))


def error(text):
    """ERROR, for a login that failed."""
    return _token(0xaa, struct.pack('<iBB', 18452, 1, 14) + _text(text, '<H')
                  + _text('tds', 'B') + _text('', 'B') + struct.pack('<I', 1))


def login_ack():
    return _token(0xad, struct.pack('>BI', 1, 0x74000004) + _text('responder', 'B')
                  + bytes.fromhex('10000000'))


def done(failed=False):
    return struct.pack('<BHHQ', 0xfd, 2 if failed else 0, 0, 0)


def sspi(token):
    return _token(0xed, token)


def _receive_exactly(connection, n):
    data = b''
    while len(data) < n:
        part = connection.recv(n - len(data))
        if not part:
            raise EOFError
        data += part
    return data


def receive(connection):
    """A message, whole: its type and its data."""
    data = b''
    while True:
        kind, status, length, *_ = _HEADER.unpack(_receive_exactly(connection, _HEADER.size))
        if length < _HEADER.size or len(data) + length > _MAX_MESSAGE:
            raise Malformed(f'a packet of {length} bytes')
        data += _receive_exactly(connection, length - _HEADER.size)
        if status & _LAST:
            return kind, data


def send(connection, data):
    connection.sendall(_HEADER.pack(ANSWER, _LAST, _HEADER.size + len(data), 0, 1, 0) + data)


def token_of_login(login):
    """The token that LOGIN7 carries; empty where the user has a password of the server's."""
    if len(login) < _SSPI_LONG + 4:
        raise Malformed('LOGIN7 is too short')
    start, length = struct.unpack_from('<HH', login, _SSPI_OFFSET)
    if length == 0xffff:
        (length,) = struct.unpack_from('<I', login, _SSPI_LONG)
    if start + length > len(login):
        raise Malformed("LOGIN7's token ends behind it")
    return login[start:start + length]


class Responder:
    """Serves one client in a thread of its own. After join(): tokens are those that came and
    went; reason is why the context refused the login, or None."""

    def __init__(self, context, port=0):
        self.context = context
        self.tokens = []
        self.reason = None
        self._error = None
        self._listener = socket.create_server(('127.0.0.1', port))
        self._listener.settimeout(PATIENCE_S)
        self.port = self._listener.getsockname()[1]
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def join(self):
        """Waits for the end; raises what went wrong, if anything did."""
        self._thread.join(2 * PATIENCE_S)
        self._listener.close()
        if self._error is not None:
            raise self._error

    def _run(self):
        try:
            connection, _ = self._listener.accept()
            with connection:
                connection.settimeout(PATIENCE_S)
                self._serve(connection)
        except EOFError:
            pass  # the client has gone
        except Exception as failure:  # whatever it is, join() raises it
            self._error = failure

    def _serve(self, connection):
        kind, data = receive(connection)
        if kind == PRELOGIN:
            send(connection, _PRELOGIN_ANSWER)
            kind, data = receive(connection)
        if kind != LOGIN7:
            raise Malformed(f'type {kind:#x} in the place of LOGIN7')
        if not self._log_in(connection, token_of_login(data)):
            return
        user = self.context.call('info')['user']
        send(connection, login_ack() + info(f'the user is {user}') + done())
        while True:
            receive(connection)
            send(connection, done())

    def _log_in(self, connection, token):
        while True:
            self.tokens.append(token)
            try:
                step = self.context.call('step', token=token)
            except login_driver.Refused as reason:
                self.reason = str(reason)
                send(connection, error('login failed') + done(failed=True))
                return False
            self.tokens.append(step['token'] or b'')
            if step['done']:
                return True
            send(connection, sspi(step['token']))
            kind, token = receive(connection)
            if kind != SSPI:
                raise Malformed(f'type {kind:#x} in the place of a token')
