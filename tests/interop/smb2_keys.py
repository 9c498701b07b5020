# SPDX-License-Identifier: ISC
"""What SMB2 makes of a GSS-API context's session key ([MS-SMB2] 3.1.4.1, 3.1.4.2, 3.1.4.4.1):
the key that signs, the hash of the messages before it, and the signatures."""
import ctypes
import ctypes.util
import functools
import hashlib
import hmac
import struct

import smb2

KEY_LEN = 16
FLAGS_AT, SIGNATURE_AT, SIGNATURE_LEN = 16, 48, 16


class WrongSignature(Exception):
    """A message that ought to be signed with our key is not."""


class Preauth:
    """The hash over all messages of 3.1.1 up to a client's last SESSION_SETUP (3.1.4.4.1)."""

    def __init__(self):
        self.value = bytes(64)

    def add(self, data):
        self.value = hashlib.sha512(self.value + data).digest()


def _derive(key, label, context):
    """SP800-108's KDF in counter mode with HMAC-SHA256, for a key of 128 bits (3.1.4.2)."""
    text = struct.pack('>I', 1) + label + b'\0' + context + struct.pack('>I', 8 * KEY_LEN)
    return hmac.digest(key, text, 'sha256')[:KEY_LEN]


def signing_key(dialect, session_key, preauth):
    """session_key: what GSS_C_INQ_SSPI_SESSION_KEY says; Kerberos' is longer than SMB2's."""
    key = session_key[:KEY_LEN]
    if dialect == smb2.SMB_2_1:
        return key
    if dialect == smb2.SMB_3_0_2:
        return _derive(key, b'SMB2AESCMAC\0', b'SmbSign\0')
    return _derive(key, b'SMBSigningKey\0', preauth.value)


@functools.cache
def _libcrypto():
    """OpenSSL's library, which has the one algorithm that Python lacks."""
    library = ctypes.CDLL(ctypes.util.find_library('crypto'))
    library.EVP_Q_mac.restype = ctypes.c_void_p
    return library


def aes_cmac(key, data):
    """AES-128-CMAC (RFC 4493)."""
    out = ctypes.create_string_buffer(SIGNATURE_LEN)
    n = ctypes.c_size_t()
    done = _libcrypto().EVP_Q_mac(
        None, b'CMAC', None, b'AES-128-CBC', None, key, ctypes.c_size_t(len(key)),
        data, ctypes.c_size_t(len(data)), out, ctypes.c_size_t(len(out)), ctypes.byref(n))
    assert done and n.value == SIGNATURE_LEN, 'libcrypto makes no AES-CMAC'
    return out.raw


def _signature(dialect, key, data):
    """Over the message with zeros in the place of the signature (3.1.4.1)."""
    data = data[:SIGNATURE_AT] + bytes(SIGNATURE_LEN) + data[SIGNATURE_AT + SIGNATURE_LEN:]
    if dialect == smb2.SMB_2_1:
        return hmac.digest(key, data, 'sha256')[:SIGNATURE_LEN]
    return aes_cmac(key, data)


def sign(dialect, key, data):
    """The message with the flag and the signature in its header."""
    flags, = struct.unpack_from('<I', data, FLAGS_AT)
    data = data[:FLAGS_AT] + struct.pack('<I', flags | smb2.SIGNED) + data[FLAGS_AT + 4:]
    return data[:SIGNATURE_AT] + _signature(dialect, key, data) \
        + data[SIGNATURE_AT + SIGNATURE_LEN:]


def verify(dialect, key, data):
    """The message, which its signer signed with our key."""
    message = smb2.decode(data)
    if not message.flags & smb2.SIGNED:
        raise WrongSignature(f'no signature; status {message.status:#x}')
    if not hmac.compare_digest(message.signature, _signature(dialect, key, data)):
        raise WrongSignature(f'another signature; status {message.status:#x}')
    return message
