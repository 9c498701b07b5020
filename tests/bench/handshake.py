# SPDX-License-Identifier: ISC
"""Runs bench_handshake, the same everywhere: its mechanisms, settings, users, without Kerberos."""
import os
import subprocess

KINDS = ("raw", "spnego")

KRB5 = """[libdefaults]
 dns_canonicalize_hostname = false
 dns_lookup_kdc = false
 dns_lookup_realm = false
 dns_uri_lookup = false
 rdns = false
"""
MECHS = """gss_negotiate_ntlm 1.3.6.1.4.1.311.2.2.10 %(module)s
gss_negotiate_spnego 2.25.2149246659723602144 %(module)s <interposer>
"""
SETTINGS = """[negotiate]
 user_file = %(folder)s/users
 netbios_name = SERVER
"""
USERS = "DEMO:alice:correct horse\n"


class Handshakes:
    """A folder in which handshakes run with this module."""

    def __init__(self, folder, program, module):
        self.folder, self.program = folder, program
        values = {"folder": folder, "module": module}
        self.environment = {"PATH": os.environ["PATH"], "HOME": folder, "LC_ALL": "C.UTF-8"}
        self.environment["GSS_MECH_CONFIG"] = self.write("mech.conf", MECHS % values)
        self.environment["GSS_NEGOTIATE_CONFIG"] = self.write("negotiate.conf", SETTINGS % values)
        self.environment["KRB5_CONFIG"] = self.write("krb5.conf", KRB5)
        self.environment["KRB5CCNAME"] = self.environment["KRB5_KTNAME"] = "FILE:/nonexistent"
        self.write("users", USERS)

    def write(self, name, text):
        path = os.path.join(self.folder, name)
        with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
            file.write(text)
        return path

    def run(self, kind, n, before=(), **variables):
        """The NTProofStr of each of n handshakes; before is a command that runs the program."""
        done = subprocess.run([*before, self.program, kind, str(n)], check=True, text=True,
                              env={**self.environment, **variables}, stdout=subprocess.PIPE)
        return done.stdout.split()
