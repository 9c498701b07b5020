# SPDX-License-Identifier: ISC
"""A realm with a KDC, and users of NTLM, at once: who logs in as alice@NEG.TEST came by
Kerberos, who logs in as AD\\alice came by NTLM."""
import os
import shutil
import sys

import place

sys.path.append(os.path.join(os.path.dirname(os.path.abspath(__file__)), '../kerberos'))

from kdc import REALM, Kdc, Listener, free_port  # noqa: E402, F401

KERBEROS_USER = 'alice@' + REALM
NTLM_USER = 'AD\\alice'
USERS = 'AD:alice:correct horse\nAD:bob:staple\n'
ALICE = 'AD:alice:correct horse'
WRONG = 'AD:alice:wrong'
KRB5_OID = '1.2.840.113554.1.2.2'


class Realm:
    """services: principals that are made besides the KDC's own, such as 'ldap/localhost'.
    Tickets are 'alice' (forwardable), 'plain' (not so) and 'expired'."""

    def __init__(self, *services):
        self.here = place.Place()
        skew = os.path.join(place.build_dir(), 'tests/kerberos/skew.so')
        self.kdc = Kdc(self.here, skew)
        keytab = self.kdc.keytab('services')
        for service in services:
            self.kdc.admin([f'addprinc -randkey {service}',
                            f'ktadd -k {keytab} -norandkey {service}'])
        self.kdc.kinit('tickets-alice', 'alice')
        self.kdc.kinit('tickets-plain', 'alice', '-F')
        self.kdc.expired('tickets-expired')

    def keytab(self, group=None):
        """All services' keys, for a server that works in that group."""
        path = self.here.path(f'keytab-{group}')
        shutil.copy(self.kdc.keytab('services'), path)
        if group is not None:
            shutil.chown(path, group=group)
        os.chmod(path, 0o600 if group is None else 0o640)
        return path

    def server(self, setup, group=None, users=USERS):
        """A server's environment, with keys and, unless its set-up is 'none', with users."""
        env = self.here.acceptor_env(setup, users, group) if setup != 'none' else \
            self.here.env(setup)
        env.update(KRB5_KTNAME='FILE:' + self.keytab(group), KRB5RCACHENAME='none:')
        return env

    def client(self, setup, tickets=None, line=ALICE):
        """A client's environment: with these tickets or none, and with this line as its NTLM
        credential, or none."""
        env = self.here.env(setup) if line is None else self.here.initiator_env(setup, line)
        if tickets is not None:
            env['KRB5CCNAME'] = self.copy('tickets-' + tickets)
        return env

    def copy(self, tickets):
        """Copies the tickets to another file, so that no login changes those of the next."""
        path = self.here.path(f'{tickets}-copy')
        shutil.copy(self.here.path(tickets), path)
        return 'FILE:' + path
