# SPDX-License-Identifier: ISC
"""The messages of SMB2 that a login needs ([MS-SMB2] 2.2): NEGOTIATE, SESSION_SETUP,
TREE_CONNECT and LOGOFF. A message is a header of 64 bytes and a body:

    0    protocol id \\xfeSMB       4  size 64       6  credit charge
    8    status                   12  command      14  credits
    16   flags                    20  next         24  message id
    32   reserved                 36  tree id      40  session id
    48   signature (16)           64  the body

On TCP four bytes of length, big-endian, stand before each message (2.1)."""
import dataclasses
import struct

SMB_2_1, SMB_3_0_2, SMB_3_1_1 = 0x0210, 0x0302, 0x0311
DIALECTS = {'2.1': SMB_2_1, '3.0.2': SMB_3_0_2, '3.1.1': SMB_3_1_1}

NEGOTIATE, SESSION_SETUP, LOGOFF, TREE_CONNECT = 0, 1, 2, 3
RESPONSE, SIGNED = 1, 8  # flags of a header
SIGNING_ENABLED, SIGNING_REQUIRED = 1, 2  # security modes

SUCCESS = 0
MORE_PROCESSING = 0xc0000016
ACCESS_DENIED = 0xc0000022
INVALID_PARAMETER = 0xc000000d
LOGON_FAILURE = 0xc000006d
BAD_NETWORK_NAME = 0xc00000cc

# Types of negotiate contexts, and the one algorithm of each that is used here.
PREAUTH_INTEGRITY, SIGNING = 1, 8
SHA_512, AES_CMAC = 1, 1

_HEADER = struct.Struct('<4sHHIHHIIQIIQ16s')
_CONTEXT = struct.Struct('<HHI')
_PROTOCOL = b'\xfeSMB'
MAX_MESSAGE = 1 << 20


class Malformed(Exception):
    """A peer sent what is no message of SMB2; its text says what."""


@dataclasses.dataclass
class Message:
    """One message, with the fields of its header that a login uses."""
    command: int
    body: bytes
    status: int = 0
    flags: int = 0
    message_id: int = 0
    tree_id: int = 0
    session_id: int = 0
    signature: bytes = bytes(16)

    def encode(self):
        return _HEADER.pack(_PROTOCOL, _HEADER.size, 1, self.status, self.command, 31,
                            self.flags, 0, self.message_id, 0, self.tree_id, self.session_id,
                            self.signature) + self.body


def decode(data):
    """The message in these bytes."""
    if len(data) < _HEADER.size:
        raise Malformed(f'a message of {len(data)} bytes')
    (protocol, size, _, status, command, _, flags, following, message_id, _, tree_id,
     session_id, signature) = _HEADER.unpack_from(data)
    if (protocol, size, following) != (_PROTOCOL, _HEADER.size, 0):
        raise Malformed(f'no header of one SMB2 message: {data[:24].hex()}')
    return Message(command, data[_HEADER.size:], status, flags, message_id, tree_id, session_id,
                   signature)


# ---- on TCP

def _receive_exactly(connection, n):
    data = b''
    while len(data) < n:
        more = connection.recv(n - len(data))
        if not more:
            raise ConnectionError('the peer closed the connection')
        data += more
    return data


def receive(connection):
    """The bytes of the next message."""
    length = int.from_bytes(_receive_exactly(connection, 4), 'big')
    if length > MAX_MESSAGE:
        raise Malformed(f'a message of {length} bytes')
    return _receive_exactly(connection, length)


def send(connection, data):
    connection.sendall(len(data).to_bytes(4, 'big') + data)


# ---- bodies

def _buffer(message, offset, length):
    """What a body points to; offsets count from the header."""
    data = message.body[offset - _HEADER.size:][:length]
    if offset < _HEADER.size or len(data) != length:
        raise Malformed(f'{length} bytes at {offset} are not in the message')
    return data


def _fields(layout, message):
    try:
        return struct.unpack_from(layout, message.body)
    except struct.error as error:
        raise Malformed(f'a body of {len(message.body)} bytes: {error}') from error


def _padded(data):
    return data + bytes(-len(data) % 8)


def _contexts(*typed):
    """Negotiate contexts: (type, data) each, the last without padding."""
    found = [_CONTEXT.pack(kind, len(data), 0) + data for kind, data in typed]
    return b''.join(map(_padded, found[:-1])) + found[-1]


def _decode_contexts(data, count):
    """The negotiate contexts by their types."""
    found = {}
    for _ in range(count):
        if len(data) < _CONTEXT.size:
            raise Malformed('a negotiate context is cut off')
        kind, length, _ = _CONTEXT.unpack_from(data)
        found[kind] = data[_CONTEXT.size:][:length]
        data = data[_CONTEXT.size + length + -length % 8:]
    return found


def _login_contexts(salt):
    """SHA-512 for the hash of the messages before a login, AES-CMAC for the signatures."""
    return _contexts((PREAUTH_INTEGRITY, struct.pack('<HHH', 1, len(salt), SHA_512) + salt),
                     (SIGNING, struct.pack('<HH', 1, AES_CMAC)))


def negotiate_request(dialect, guid, salt):
    """A client that speaks this dialect alone (2.2.3)."""
    dialects = struct.pack('<H', dialect)
    fixed = 36
    contexts, where = b'', bytes(8)
    if dialect == SMB_3_1_1:
        end = _HEADER.size + fixed + len(dialects)
        offset = end + -end % 8
        contexts = bytes(offset - end) + _login_contexts(salt)
        where = struct.pack('<IHH', offset, 2, 0)
    return struct.pack('<HHHHI16s8s', fixed, 1, SIGNING_ENABLED, 0, 0, guid, where) \
        + dialects + contexts


def decode_negotiate_request(message):
    """The dialects that a client speaks."""
    size, count = _fields('<HH', message)
    if size != 36:
        raise Malformed(f'a NEGOTIATE of {size} bytes')
    return list(_fields(f'<36x{count}H', message))


def negotiate_response(dialect, guid, token, salt):
    """A server that demands signatures (2.2.4); token: its hints."""
    fixed, size = 64, 65
    offset = _HEADER.size + fixed
    count, contexts, where = 0, b'', 0
    buffer = token
    if dialect == SMB_3_1_1:
        buffer = _padded(token)
        count, contexts, where = 2, _login_contexts(salt), offset + len(buffer)
    return struct.pack('<HHHH16sIIIIQQHHI', size, SIGNING_ENABLED | SIGNING_REQUIRED, dialect,
                       count, guid, 0, 1 << 16, 1 << 16, 1 << 16, 0, 0, offset, len(token),
                       where) + buffer + contexts


@dataclasses.dataclass
class Negotiated:
    """What a server's NEGOTIATE says."""
    mode: int
    dialect: int
    token: bytes
    contexts: dict


def decode_negotiate_response(message):
    _, mode, dialect, count, offset, length, where = _fields('<HHHH48xHHI', message)
    contexts = {}
    if dialect == SMB_3_1_1:
        contexts = _decode_contexts(_buffer(message, where, len(message.body) + _HEADER.size
                                            - where), count)
    return Negotiated(mode, dialect, _buffer(message, offset, length), contexts)


def setup_request(token):
    fixed, size = 24, 25
    return struct.pack('<HBBIIHHQ', size, 0, SIGNING_ENABLED, 0, 0, _HEADER.size + fixed,
                       len(token), 0) + token


def decode_setup_request(message):
    """The client's token."""
    return _buffer(message, *_fields('<12xHH', message))


def setup_response(token):
    fixed, size = 8, 9
    return struct.pack('<HHHH', size, 0, _HEADER.size + fixed, len(token)) + token


def decode_setup_response(message):
    """The server's token; empty where it has none or refuses."""
    if message.status not in (SUCCESS, MORE_PROCESSING):
        return b''
    return _buffer(message, *_fields('<4xHH', message))


def tree_connect_request(path):
    fixed, size = 8, 9
    name = path.encode('utf-16le')
    return struct.pack('<HHHH', size, 0, _HEADER.size + fixed, len(name)) + name


def logoff_request():
    return struct.pack('<HH', 4, 0)


def error_response():
    """The body that goes with a status of failure (2.2.2)."""
    return struct.pack('<HBBIB', 9, 0, 0, 0, 0)
