# SPDX-License-Identifier: ISC
"""WinPR's SSPI (the library of FreeRDP 2) as a peer, with the calls of a Peer: a process that
holds one context of its NTLM.

Of what is signed only, EncryptMessage makes the signature, and the text stays in the clear;
of what is sealed, WinPR has no signatures of their own: MakeSignature is not there.
"""
import hmac
import os
import select
import subprocess

import place
from login_driver import Refused

PATIENCE_S = 120
# The flags that a client asks for, and those that a server needs too (ISC_REQ, ASC_REQ).
SIGN = {'client': 0x10008, 'server': 0x20008}
SEAL = {'client': 0x10018, 'server': 0x20018}
SIGNATURE_LEN = 16
RANDKEY = 1105  # a context's EncryptedRandomSessionKey; it tells no other key


def program():
    path = os.path.join(place.build_dir(), 'tests/interop/winpr_peer')
    if not os.path.exists(path):
        raise place.Skip('built without WinPR 2 (libwinpr2-dev); WinPR 3 takes users by another call')
    return path


def hashes(user, domain, password):
    """NTOWFv1 and NTOWFv2, as WinPR computes them."""
    done = subprocess.run([program(), 'hashes', user, domain, password], check=True,
                          capture_output=True, text=True, timeout=PATIENCE_S)
    return [bytes.fromhex(line) for line in done.stdout.split()]


def rc4(key, data):
    state = list(range(256))
    j = 0
    for i in range(256):
        j = (j + state[i] + key[i % len(key)]) & 255
        state[i], state[j] = state[j], state[i]
    out = bytearray()
    i = j = 0
    for byte in data:
        i = (i + 1) & 255
        j = (j + state[i]) & 255
        state[i], state[j] = state[j], state[i]
        out.append(byte ^ state[(state[i] + state[j]) & 255])
    return bytes(out)


def field(message, header_at):
    """A payload field of an NTLM message."""
    length = int.from_bytes(message[header_at:header_at + 2], 'little')
    offset = int.from_bytes(message[header_at + 4:header_at + 8], 'little')
    return message[offset:offset + length]


def session_key(ntowf_v2, authenticate, encrypted):
    """[MS-NLMP] 3.4.5: decrypts a session key with the key that follows from the proof."""
    proof = field(authenticate, 20)[:16]
    return rc4(hmac.digest(ntowf_v2, proof, 'md5'), encrypted)


class Winpr:
    """role: 'client' with target, user, domain, password; 'server' with the file of its
    users: User:Domain:LMHash:NTHash::: lines. package: 'NTLM' or 'Negotiate'."""

    def __init__(self, role, package, seals, *rest):
        env = {'PATH': '/usr/bin:/bin', 'LANG': 'C', 'WLOG_LEVEL': 'OFF'}
        flags = (SEAL if seals else SIGN)[role]
        self.child = place.start([program(), role, package, f'{flags:x}', *rest], env=env,
                                 stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                 stderr=subprocess.DEVNULL, text=True)
        self._answer()

    def _answer(self):
        if not select.select([self.child.stdout], [], [], PATIENCE_S)[0]:
            raise AssertionError(f'no answer within {PATIENCE_S} s')
        line = self.child.stdout.readline()
        if line == '':
            raise AssertionError(f'WinPR ended: {self.child.wait(PATIENCE_S)}')
        word, *rest = line.split()
        if word != 'ok':
            raise Refused({'text': ' '.join(rest), 'major': int(rest[0], 16), 'minor': 0,
                           'token': None})
        return rest

    def ask(self, op, *parts):
        words = [op] + [part.hex() or '-' if isinstance(part, bytes) else str(part)
                        for part in parts]
        self.child.stdin.write(' '.join(words) + '\n')
        self.child.stdin.flush()
        return self._answer()

    def data(self, op, *parts):
        rest = self.ask(op, *parts)
        return bytes.fromhex(rest[0]) if rest else b''

    def call(self, op, **given):
        return getattr(self, op)(**given)

    def step(self, token=None):
        word, *rest = self.ask('step', *([] if token is None else [token]))
        return {'done': word == 'done', 'token': bytes.fromhex(rest[0]) if rest else None}

    def wrap(self, data, encrypt):
        return {'data': self.data('seal', data), 'encrypted': encrypt}

    def unwrap(self, data):
        return {'data': self.data('open', data), 'encrypted': True}

    def sign(self, data):
        return {'data': self.data('seal', data)[:SIGNATURE_LEN]}

    def verify(self, data, signature):
        self.data('open', signature + data)

    def close(self):
        """Ends the process and checks its exit status."""
        self.child.stdin.close()
        place.check(self.child.wait(PATIENCE_S), 0, 'exit status of WinPR')
        self.child.stdout.close()
