# SPDX-License-Identifier: ISC
"""Heimdal as a peer, in this process: its GSS-API as an initiator, whose NTLM knows no NTLMv2
(and whose acceptor has its KDC check the password); and the library under it, which does."""
import ctypes
import hmac
import os
import time
from ctypes import byref, c_char_p, c_size_t, c_ubyte, c_uint32, c_void_p

import place
from login_driver import Refused

CONTINUE = 1
USAGE_INITIATE = 1
NTLM = bytes.fromhex('2b06010401823702020a')
HOSTBASED = bytes.fromhex('2a864886f71201020104')


def library(name):
    try:
        return ctypes.CDLL(name)
    except OSError as error:
        raise place.Skip(f'no Heimdal (libgssapi3-heimdal): {error}') from error


class Blob(ctypes.Structure):
    """gss_buffer_desc and struct ntlm_buf, with our bytes or with those that Heimdal allocates."""
    _fields_ = [('length', c_size_t), ('value', c_void_p)]

    @classmethod
    def of(cls, data):
        return cls(len(data), ctypes.cast(ctypes.create_string_buffer(data, len(data) or 1),
                                          c_void_p))

    def bytes(self):
        return ctypes.string_at(self.value, self.length) if self.length else b''


class Oid(ctypes.Structure):
    _fields_ = [('length', c_uint32), ('elements', c_char_p)]


def oid(text):
    return Oid(len(text), text)


# ---- the GSS-API

class Initiator:
    """A context of Heimdal's NTLM, whose credential is this line DOMAIN:user:password."""

    def __init__(self, target, line):
        self.lib = library('libgssapi.so.3')
        here = place.Place()
        os.environ['NTLM_USER_FILE'] = here.write('heimdal', line + '\n', 0o600)
        os.environ['KRB5_CONFIG'] = here.path('krb5.conf')
        self.minor = c_uint32()
        self.mech = oid(NTLM)
        self.context, self.cred, self.target = c_void_p(), c_void_p(), c_void_p()
        self._acquire()
        self._do('gss_import_name', byref(Blob.of(target.encode())), byref(oid(HOSTBASED)),
                 byref(self.target))

    def _do(self, name, *args):
        major = getattr(self.lib, name)(byref(self.minor), *args) & 0xffffffff
        if major & 0xffff0000:
            raise Refused({'text': f'{name}: {major:08x} {self.minor.value}', 'major': major,
                           'minor': self.minor.value, 'token': None})
        return major

    def _acquire(self):
        mechs = c_void_p()
        self._do('gss_create_empty_oid_set', byref(mechs))
        self._do('gss_add_oid_set_member', byref(self.mech), byref(mechs))
        self._do('gss_acquire_cred', None, c_uint32(0), mechs, USAGE_INITIATE, byref(self.cred),
                 None, None)
        self._do('gss_release_oid_set', byref(mechs))

    def step(self, token=b''):
        out, flags = Blob(), c_uint32()
        major = self._do('gss_init_sec_context', self.cred, byref(self.context), self.target,
                         byref(self.mech), c_uint32(0x30), c_uint32(0), None,
                         byref(Blob.of(token)), None, byref(out), byref(flags), None)
        data = out.bytes()
        self._do('gss_release_buffer', byref(out))
        return {'done': major != CONTINUE, 'token': data}

    def close(self):
        self._do('gss_delete_sec_context', byref(self.context), None)
        self._do('gss_release_cred', byref(self.cred))
        self._do('gss_release_name', byref(self.target))


# ---- libheimntlm: its four structures, and a client and a server made of its functions

class Type1(ctypes.Structure):
    _fields_ = [('flags', c_uint32), ('domain', c_char_p), ('hostname', c_char_p),
                ('os', c_uint32 * 2)]


class Type2(ctypes.Structure):
    _fields_ = [('flags', c_uint32), ('targetname', c_char_p), ('targetinfo', Blob),
                ('challenge', c_ubyte * 8), ('context', c_uint32 * 2), ('os', c_uint32 * 2)]


class Type3(ctypes.Structure):
    _fields_ = [('flags', c_uint32), ('username', c_char_p), ('targetname', c_char_p),
                ('lm', Blob), ('ntlm', Blob), ('sessionkey', Blob), ('ws', c_char_p),
                ('os', c_uint32 * 2), ('mic_offset', c_size_t), ('mic', c_ubyte * 16)]


class Ntlm:
    """A client or a server with this password, as bytes."""

    def __init__(self, password):
        self.lib = library('libheimntlm.so.0')
        self.nt_key = Blob()
        self.ntowf_v2 = (c_ubyte * 16)()
        self._do('heim_ntlm_nt_key', password, byref(self.nt_key))

    def _do(self, name, *args):
        error = getattr(self.lib, name)(*args)
        if error != 0:
            raise Refused({'text': f'{name}: {error}', 'major': error, 'minor': 0, 'token': None})

    def key_exchange_key(self, response):
        """The session base key of the last response that was made or verified."""
        return hmac.digest(bytes(self.ntowf_v2), response[:16], 'md5')

    def negotiate(self, flags, domain):
        out, size = Blob(), c_size_t()
        one = Type1(flags=flags, domain=domain)
        self._do('heim_ntlm_encode_type1', byref(one), byref(out), byref(size))
        return out.bytes()

    def read_negotiate(self, message):
        one = Type1()
        self._do('heim_ntlm_decode_type1', byref(Blob.of(message)), byref(one))
        return one.flags

    def challenge(self, flags, name, target_info, challenge):
        out = Blob()
        two = Type2(flags=flags, targetname=name, targetinfo=Blob.of(target_info),
                    challenge=(c_ubyte * 8)(*challenge))
        self._do('heim_ntlm_encode_type2', byref(two), byref(out))
        return out.bytes()

    def read_challenge(self, message):
        two = Type2()
        self._do('heim_ntlm_decode_type2', byref(Blob.of(message)), byref(two))
        return two

    def respond(self, user, domain, two):
        """The NTLMv2 response to a CHALLENGE."""
        out = Blob()
        self._do('heim_ntlm_calculate_ntlm2', c_void_p(self.nt_key.value),
                 c_size_t(self.nt_key.length), user, domain, two.challenge,
                 byref(two.targetinfo), self.ntowf_v2, byref(out))
        return out.bytes()

    def authenticate(self, flags, user, domain, response, sent_key):
        out, mic_at = Blob(), c_size_t()
        three = Type3(flags=flags, username=user, targetname=domain, ws=b'WS',
                      lm=Blob.of(bytes(24)), ntlm=Blob.of(response),
                      sessionkey=Blob.of(sent_key))
        self._do('heim_ntlm_encode_type3', byref(three), byref(out), byref(mic_at))
        return out.bytes()

    def read_authenticate(self, message):
        three = Type3()
        self._do('heim_ntlm_decode_type3', byref(Blob.of(message)), 1, byref(three))
        return three

    def verify(self, three, challenge):
        """Demands the right NTLMv2 response; the AV pairs in it."""
        info = Blob()
        self._do('heim_ntlm_verify_ntlm2', c_void_p(self.nt_key.value),
                 c_size_t(self.nt_key.length), three.username, three.targetname,
                 ctypes.c_long(int(time.time())), (c_ubyte * 8)(*challenge), byref(three.ntlm), byref(info),
                 self.ntowf_v2)
        return info.bytes()
