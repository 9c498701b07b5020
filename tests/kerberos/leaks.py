# SPDX-License-Identifier: ISC
"""Secrets, and texts that must not tell them: any eight bytes in a row of a secret, as they
are, escaped, as hex digits of either case with or without something between them, or as
base64 in any alignment."""
import base64
import html
import re
import struct

WINDOW = 8
# A window with fewer different bytes is not secret: zeros, a repeated character.
LIVELY = 4
ESCAPE = re.compile(rb'\\(x[0-9a-fA-F]{2}|u\{[0-9a-fA-F]+\}|.)', re.S)
BETWEEN = re.compile(rb'(?:\\n|\\x|0x|[\s:.,;|_-])+')
LINE_END = re.compile(rb'(?:\\n|\s)+')
HEX = re.compile(rb'[0-9a-fA-F]{16,}')
BASE64 = re.compile(rb'[A-Za-z0-9+/]{11,}')
# The trace has this in place of a secret; no window of it has enough different bytes.
ZEROS = re.compile(rb'(?:00){16,}')
KRB5 = bytes.fromhex('06092a864886f712010202')


def windows(data):
    return (data[i:i + WINDOW] for i in range(len(data) - WINDOW + 1))


def unescape(text):
    """Undoes the escapes of a trace, an audit line or a C string."""
    def one(match):
        what = match.group(1)
        if what[:1] == b'x' and len(what) == 3:
            return bytes([int(what[1:], 16)])
        if what[:2] == b'u{':
            return chr(int(what[2:-1], 16)).encode()
        return b'\n' if what == b'n' else what
    return ESCAPE.sub(one, text)


def hex_runs(text):
    for run in HEX.findall(text):
        for start in (0, 1):
            digits = run[start:]
            yield bytes.fromhex(digits[:len(digits) // 2 * 2].decode())


def base64_runs(text):
    for run in BASE64.findall(text):
        for start in range(4):
            digits = run[start:]
            yield base64.b64decode(digits + b'A' * (-len(digits) % 4))


def readings(text):
    """(how, bytes) of each way to read bytes out of a text."""
    yield 'as it is', text
    yield 'escaped', unescape(text)
    for one in (text, BETWEEN.sub(b'', text)):
        for data in hex_runs(one):
            yield 'hex', data
    for one in (text, LINE_END.sub(b'', text)):
        for digits in (one, one.translate(bytes.maketrans(b'-_', b'+/'))):
            for data in base64_runs(digits):
                yield 'base64', data


class Secrets:
    """kinds: name -> all secrets of the kind."""

    def __init__(self):
        self.kinds = {}
        self._windows = {}

    def add(self, kind, secret):
        assert len(secret) >= WINDOW, f'{kind}: {secret!r}'
        self.kinds.setdefault(kind, set()).add(secret)
        for window in windows(secret):
            if len(set(window)) >= LIVELY:
                self._windows.setdefault(window, kind)

    def forget(self, public):
        """Removes the parts of a secret that are public, such as a name."""
        for window in windows(public):
            self._windows.pop(window, None)

    def sample(self, kind):
        """Eight bytes from the beginning, and eight from the end, of what is looked for of a
        secret of this kind."""
        secret = max(self.kinds[kind], key=len)
        looked_for = [window for window in windows(secret) if window in self._windows]
        return looked_for[0], looked_for[-1]

    def found_in(self, text):
        """{(kind, how)} of the secrets that a text contains."""
        found = set()
        text = ZEROS.sub(b'0' * 16, text)
        for form in (text, html.unescape(text.decode('latin-1')).encode('utf-8')):
            for how, data in readings(form):
                for window in windows(data):
                    if window in self._windows:
                        found.add((self._windows[window], how))
        return found


# ---- where they come from

def octet_strings(der):
    """The contents of the OCTET STRINGs in a DER value: in Kerberos', what is encrypted."""
    while len(der) >= 2:
        tag, size, head = der[0], der[1], 2
        if size & 0x80:
            head += size & 0x7f
            size = int.from_bytes(der[2:head], 'big')
        if tag == 0x04 and size >= 2 * WINDOW:
            yield der[head:head + size]
        if tag & 0x20:
            yield from octet_strings(der[head:head + size])
        der = der[head + size:]


class Reader:
    """Fields of a file in network order."""

    def __init__(self, data):
        self.data = data
        self.at = 0

    def take(self, n):
        assert self.at + n <= len(self.data), 'a file that ends early'
        self.at += n
        return self.data[self.at - n:self.at]

    def number(self, form):
        return struct.unpack('>' + form, self.take(struct.calcsize(form)))[0]

    def counted(self, form='I'):
        return self.take(self.number(form))

    def principal(self):
        self.number('I')
        n = self.number('I')
        return [self.counted() for _ in range(n + 1)]

    def pairs(self):
        for _ in range(self.number('I')):
            self.number('H')
            self.counted()


def read_ccache(path):
    """(session key, ticket) of each entry of a ticket file (version 4)."""
    with open(path, 'rb') as file:
        reader = Reader(file.read())
    assert reader.number('H') == 0x0504, path
    reader.counted('H')
    reader.principal()
    while reader.at < len(reader.data):
        reader.principal()
        server = reader.principal()
        reader.number('H')
        key = reader.counted()
        reader.take(4 * 4 + 1 + 4)
        reader.pairs()
        reader.pairs()
        ticket = reader.counted()
        reader.counted()
        if server[0] != b'X-CACHECONF:':
            yield key, ticket


def read_keytab(path):
    """The keys of a keytab."""
    with open(path, 'rb') as file:
        reader = Reader(file.read())
    assert reader.number('H') == 0x0502, path
    while reader.at < len(reader.data):
        entry = Reader(reader.take(reader.number('i')))
        for _ in range(entry.number('H') + 1):
            entry.counted('H')
        entry.take(4 + 4 + 1 + 2)
        yield entry.counted('H')


def ntlm_field(message, at):
    size, _, offset = struct.unpack_from('<HHI', message, at)
    return message[offset:offset + size]


def response_parts(response):
    """What is secret in a response: of NTLMv2's the NTProofStr and the client's challenge;
    the server's AV pairs and the time between them are public."""
    if len(response) <= 24:
        return (response,)
    return response[:16], response[32:40]


def add_token(secrets, token):
    """Adds the secrets of a token that was sent."""
    for kind, number in (('AP-REQ', b'\1\0'), ('AP-REP', b'\2\0')):
        at = token.find(KRB5 + number)
        if at >= 0:
            for cipher in octet_strings(token[at + len(KRB5) + 2:]):
                secrets.add(kind, cipher)
    at = token.find(b'NTLMSSP\0\3\0\0\0')
    if at < 0:
        return
    for kind, place in (('LM response', 12), ('NT response', 20), ('encrypted key', 52)):
        field = ntlm_field(token[at:], place)
        if not any(field):  # beside NTLMv2 the LM response is zeros
            continue
        for part in response_parts(field) if kind == 'NT response' else (field,):
            secrets.add(kind, part)


def add_tickets(secrets, path):
    for key, ticket in read_ccache(path):
        secrets.add("ticket's session key", key)
        for cipher in octet_strings(ticket):
            secrets.add('ticket', cipher)


def add_keys(secrets, path):
    for key in read_keytab(path):
        secrets.add("keytab's key", key)


def add_exported(secrets):
    """Kerberos exports a credential as a text, in which keys and tickets are base64."""
    for token in secrets.kinds['exported credential']:
        for text in re.findall(rb'"([A-Za-z0-9+/=]{24,})"', token):
            data = base64.b64decode(text)
            for part in octet_strings(data) if data[0] == 0x61 else (data,):
                secrets.add('part of an exported credential', part)


def plantings(window):
    """(how, text) for each form in which a text could contain eight bytes."""
    digits = window.hex()
    pairs = [digits[i:i + 2] for i in range(0, len(digits), 2)]
    yield 'as they are', window
    yield 'escaped', b''.join(b'\\x%02x' % byte for byte in window)
    yield 'hex', digits.encode()
    yield 'HEX', digits.upper().encode()
    for between in (' ', ':', ', ', '\n', '\\n', '\\x', ' 0x'):
        yield f'hex with {between!r}', between.join(pairs).encode()
        yield f'HEX with {between!r}', between.join(pairs).upper().replace('X', 'x').replace(
            'N', 'n').encode()
    for before in range(3):
        text = base64.b64encode(b'~' * before + window + b'~' * 3)
        yield f'base64 behind {before}', text
        yield f'base64 in lines behind {before}', text[:5] + b'\n' + text[5:]
        yield f'URL base64 behind {before}', text.translate(bytes.maketrans(b'+/', b'-_'))
