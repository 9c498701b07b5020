#!/usr/bin/python3
# SPDX-License-Identifier: ISC
"""Sides of GSS-API exchanges, mostly one in a process of its own: python3-gssapi over pipes
(pipe.py)."""
import os
import struct

import gssapi
import gssapi.exceptions
import gssapi.raw
from gssapi.raw import IOV, IOVBufferType

import pipe
from pipe import pack, unpack

MECHS = {'ntlm': gssapi.OID.from_int_seq('1.3.6.1.4.1.311.2.2.10'),
         'spnego': gssapi.OID.from_int_seq('1.3.6.1.5.5.2'),
         'krb5': gssapi.OID.from_int_seq('1.2.840.113554.1.2.2')}
SESSION_KEY = gssapi.OID.from_int_seq('1.2.840.113554.1.2.2.5.5')
NO_CI_FLAGS = gssapi.OID.from_int_seq('1.2.752.43.13.29')


def bindings_of(text):
    if text is None:
        return None
    return gssapi.raw.ChannelBindings(application_data=text.encode())


class Side:
    """The context of this process and the operations on it."""

    def __init__(self):
        self.context = None
        self.delegated = None
        self.acquired = None

    def become(self, uid, euid=None):
        """Another user of the machine, once the module is loaded, which only root may find
        where it was built."""
        for oid in (MECHS['ntlm'], MECHS['spnego']):
            gssapi.raw.inquire_names_for_mech(oid)
        os.setgroups([])
        os.setresgid(uid, uid, uid)
        os.setresuid(uid, uid if euid is None else euid, uid if euid is None else euid)
        return {}

    def acquire(self, mech, user=None):
        """A credential to initiate, which 'acquired' then uses: whose it is, its lifetime
        (None: no end) and its usage."""
        name = None if user is None else gssapi.Name(user, gssapi.NameType.user)
        self.acquired = gssapi.Credentials(name=name, usage='initiate', mechs=[MECHS[mech]])
        return {'user': str(self.acquired.name), 'lifetime': self.acquired.lifetime,
                'usage': self.acquired.usage}

    def move_acquired(self):
        """Replaces the credential by one that is made of its token; the token."""
        token = self.acquired.export()
        self.acquired = gssapi.Credentials(token=token)
        return {'data': pack(token), 'user': str(self.acquired.name)}

    def initiate(self, mech, target, flags, user=None, password=None, bindings=None):
        creds = None
        oid = MECHS[mech]
        if user is not None:
            name = gssapi.Name(user, gssapi.NameType.user)
            creds = gssapi.raw.acquire_cred_with_password(
                name, password.encode(), mechs=[oid], usage='initiate').creds
        if 'delegated' in flags:
            creds = self.delegated
        if 'acquired' in flags:
            creds = self.acquired
        if 'no-ci' in flags:
            creds = creds or gssapi.Credentials(usage='initiate', mechs=[oid])
            creds = gssapi.raw.set_cred_option(NO_CI_FLAGS, creds)
        wanted = [getattr(gssapi.RequirementFlag, f) for f in flags
                  if f not in ('no-ci', 'delegated', 'acquired')]
        self.context = gssapi.SecurityContext(
            name=gssapi.Name(target, gssapi.NameType.hostbased_service),
            creds=None if creds is None else gssapi.Credentials(creds), mech=oid,
            flags=sum(int(f) for f in wanted), usage='initiate',
            channel_bindings=bindings_of(bindings))
        self.context.__DEFER_STEP_ERRORS__ = False
        return {}

    def accept(self, mechs=None, bindings=None):
        creds = None
        if mechs is not None:
            creds = gssapi.Credentials(usage='accept', mechs=[MECHS[m] for m in mechs])
        self.context = gssapi.SecurityContext(creds=creds, usage='accept',
                                              channel_bindings=bindings_of(bindings))
        self.context.__DEFER_STEP_ERRORS__ = False
        return {}

    def step(self, token=None):
        out = self.context.step(unpack(token))
        return {'token': pack(out), 'done': self.context.complete}

    def info(self):
        c = self.context
        flags = [f.name for f in gssapi.RequirementFlag if f in c.actual_flags]
        return {'user': str(c.initiator_name), 'mech': c.mech.dotted_form, 'flags': flags}

    def attributes(self):
        """The attributes of the initiator's name, each with its values."""
        name = self.context.initiator_name
        return {'attributes': {
            attribute.decode(): [value.decode() for value in
                                 gssapi.raw.get_name_attribute(name, attribute).values]
            for attribute in gssapi.raw.inquire_name(name).attrs}}

    def target(self):
        """The target, which an acceptor may not know, and the lifetime of the context."""
        c = self.context
        name = c.target_name
        return {'target': None if name is None else str(name), 'lifetime': c.lifetime}

    def session_key(self):
        keys = gssapi.raw.inquire_sec_context_by_oid(self.context, SESSION_KEY)
        return {'data': pack(keys[0])}

    def probe(self, how, oid, value):
        """Sets an option or asks for a property: the statuses, and the length of the property."""
        oid = gssapi.OID.from_int_seq(oid)
        try:
            if how == 'set':
                gssapi.raw.set_sec_context_option(oid, context=self.context,
                                                  value=unpack(value))
                return {'major': 0, 'minor': 0, 'length': None}
            found = gssapi.raw.inquire_sec_context_by_oid(self.context, oid)
            return {'major': 0, 'minor': 0, 'length': len(found[0])}
        except gssapi.exceptions.GSSError as error:
            return {'major': error.maj_code, 'minor': error.min_code, 'length': None}

    def keep_delegated(self):
        """The name of the delegated credential, if there is one; 'delegated' initiates with it."""
        self.delegated = self.context.delegated_creds
        creds = self.delegated
        return {'user': None if creds is None else str(creds.name)}

    def default_cred(self):
        """SPNEGO's default credential: its lifetime in seconds (None: indefinite) and its name."""
        creds = gssapi.Credentials(usage='initiate', mechs=[MECHS['spnego']])
        return {'lifetime': creds.lifetime, 'user': str(creds.name)}

    def name_forms(self, name):
        """A name imported, displayed, compared, copied."""
        imported = gssapi.Name(name, gssapi.NameType.user)
        mine = imported.canonicalize(MECHS['ntlm'])
        again = gssapi.Name(mine.export(), gssapi.NameType.export)
        return {'display': str(mine), 'again': str(again), 'equal': again == mine,
                'other': gssapi.Name(name + 'x', gssapi.NameType.user) == imported}

    def wrap(self, data, encrypt):
        result = self.context.wrap(unpack(data), encrypt)
        return {'data': pack(result.message), 'encrypted': result.encrypted}

    def unwrap(self, data):
        result = self.context.unwrap(unpack(data))
        return {'data': pack(result.message), 'encrypted': result.encrypted}

    def wrap_iov(self, data, encrypt):
        """The header's length, little-endian, the header and the message."""
        message = IOV((IOVBufferType.header, True), (IOVBufferType.data, False, unpack(data)),
                      std_layout=False)
        gssapi.raw.wrap_iov(self.context, message, confidential=encrypt)
        header, sealed = (buffer.value for buffer in message)
        return {'data': pack(struct.pack('<I', len(header)) + header + sealed)}

    def unwrap_iov(self, data):
        data = unpack(data)
        end = 4 + struct.unpack_from('<I', data)[0]
        message = IOV((IOVBufferType.header, False, data[4:end]),
                      (IOVBufferType.data, False, data[end:]), std_layout=False)
        gssapi.raw.unwrap_iov(self.context, message)
        return {'data': pack(message[1].value)}

    def sign(self, data):
        return {'data': pack(self.context.get_signature(unpack(data)))}

    def verify(self, data, signature):
        self.context.verify_signature(unpack(data), unpack(signature))
        return {}


def describe(error):
    return {'major': error.maj_code, 'minor': error.min_code, 'text': str(error),
            'token': pack(getattr(error, 'token', None))}


if __name__ == '__main__':
    pipe.serve(Side, gssapi.exceptions.GSSError, describe)
