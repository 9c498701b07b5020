# SPDX-License-Identifier: ISC
"""Sides of exchanges by pyspnego (python3-pyspnego) over pipes (pipe.py)."""
import spnego
import spnego.channel_bindings
import spnego.exceptions
import spnego.iov

import pipe
from pipe import pack, unpack

FLAGS = {'integrity': spnego.ContextReq.integrity,
         'confidentiality': spnego.ContextReq.confidentiality,
         'mutual_authentication': spnego.ContextReq.mutual_auth}
# Its names for the mechanisms.
PROTOCOLS = {'ntlm': 'ntlm', 'spnego': 'negotiate', 'krb5': 'kerberos'}


def bindings_of(text):
    if text is None:
        return None
    return spnego.channel_bindings.GssChannelBindings(application_data=text.encode())


class Side:
    """One context, of a client or of a server."""

    def __init__(self):
        self.context = None

    def initiate(self, mech, target, flags, user=None, password=None, bindings=None):
        wanted = spnego.ContextReq.none
        for flag in flags:
            wanted |= FLAGS[flag]
        service, _, host = target.partition('@')
        self.context = spnego.client(
            user, password, hostname=host, service=service, protocol=PROTOCOLS[mech],
            channel_bindings=bindings_of(bindings), context_req=wanted)
        return {}

    def accept(self, mech, bindings=None):
        self.context = spnego.server(protocol=PROTOCOLS[mech],
                                     channel_bindings=bindings_of(bindings))
        return {}

    def step(self, token=None):
        out = self.context.step(unpack(token))
        return {'token': pack(out), 'done': self.context.complete}

    def info(self):
        return {'user': self.context.client_principal, 'mech': self.context.negotiated_protocol,
                'by': type(self.context).__name__}

    def session_key(self):
        return {'data': pack(self.context.session_key)}

    def wrap(self, data, encrypt):
        result = self.context.wrap(unpack(data), encrypt)
        return {'data': pack(result.data), 'encrypted': result.encrypted}

    def unwrap(self, data):
        result = self.context.unwrap(unpack(data))
        return {'data': pack(result.data), 'encrypted': result.encrypted}

    def sign(self, data):
        return {'data': pack(self.context.sign(unpack(data)))}

    def verify(self, data, signature):
        self.context.verify(unpack(data), unpack(signature))
        return {}


if __name__ == '__main__':
    pipe.serve(Side, spnego.exceptions.SpnegoError)
