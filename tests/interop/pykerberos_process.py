# SPDX-License-Identifier: ISC
"""Sides of exchanges by pykerberos (python3-kerberos) over pipes (pipe.py)."""
import kerberos

import pipe

# The flags that login_driver names.
FLAGS = {'integrity': kerberos.GSS_C_INTEG_FLAG, 'confidentiality': kerberos.GSS_C_CONF_FLAG,
         'mutual_authentication': kerberos.GSS_C_MUTUAL_FLAG}
MECHS = {'spnego': kerberos.GSS_MECH_OID_SPNEGO, 'krb5': kerberos.GSS_MECH_OID_KRB5}


class Side:
    """One context, of a client or of a server. Only a client's wraps messages."""

    def __init__(self):
        self.context = None
        self.is_client = False

    def initiate(self, mech, target, flags, user=None, bindings=None):
        assert bindings is None, 'pykerberos has no channel bindings'
        self.is_client = True
        _, self.context = kerberos.authGSSClientInit(
            target, principal=user, gssflags=sum(FLAGS[flag] for flag in flags),
            mech_oid=MECHS[mech])
        return {}

    def accept(self, name):
        """An empty name: no credential."""
        _, self.context = kerberos.authGSSServerInit(name)
        return {}

    def step(self, token=None):
        if self.is_client:
            status = kerberos.authGSSClientStep(self.context, token or '')
            out = kerberos.authGSSClientResponse(self.context)
        else:
            status = kerberos.authGSSServerStep(self.context, token)
            out = kerberos.authGSSServerResponse(self.context)
        return {'token': out, 'done': status == kerberos.AUTH_GSS_COMPLETE}

    def info(self):
        if self.is_client:
            return {'user': kerberos.authGSSClientUserName(self.context)}
        return {'user': kerberos.authGSSServerUserName(self.context),
                'target': kerberos.authGSSServerTargetName(self.context)}

    def wrap(self, data, encrypt):
        kerberos.authGSSClientWrap(self.context, data, None, int(encrypt))
        return {'data': kerberos.authGSSClientResponse(self.context), 'encrypted': encrypt}

    def unwrap(self, data):
        kerberos.authGSSClientUnwrap(self.context, data)
        return {'data': kerberos.authGSSClientResponse(self.context) or '',
                'encrypted': bool(kerberos.authGSSClientResponseConf(self.context))}

    def wrap_iov(self, data, encrypt):
        """The header's length, little-endian, the header and the message."""
        kerberos.authGSSClientWrapIov(self.context, data, int(encrypt))
        return {'data': kerberos.authGSSClientResponse(self.context)}

    def unwrap_iov(self, data):
        kerberos.authGSSClientUnwrapIov(self.context, data)
        return {'data': kerberos.authGSSClientResponse(self.context)}


if __name__ == '__main__':
    pipe.serve(Side, kerberos.GSSError)
