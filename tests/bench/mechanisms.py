# SPDX-License-Identifier: ISC
"""The mechanisms that the benchmarks compare, each with the environment that selects it.

A program that runs in one of these environments has the user DEMO\\alice in the acceptor's
user file, which serves as the initiator's credential file too, and no Kerberos.
"""
import glob
import os

NTLM_OID = "1.3.6.1.4.1.311.2.2.10"
OUR_LINES = """gss_negotiate_ntlm 1.3.6.1.4.1.311.2.2.10 %s
gss_negotiate_spnego 2.25.2149246659723602144 %s <interposer>
"""
PEER_LINE = "gssntlmssp_v1 1.3.6.1.4.1.311.2.2.10 %s\n"
NULL_LINES = """null_ntlm 1.3.6.1.4.1.311.2.2.10 %s
null_spnego 1.3.6.1.4.1.32473.1 %s <interposer>
"""
KRB5 = """[libdefaults]
 dns_canonicalize_hostname = false
 dns_lookup_kdc = false
 dns_lookup_realm = false
 dns_uri_lookup = false
 rdns = false
"""
SETTINGS = """[negotiate]
 user_file = %s
 credential_file = %s
 netbios_name = SERVER
"""
USERS = "DEMO:alice:correct horse\n"
PLUGIN_PATTERNS = ("/usr/lib/*/gssntlmssp/gssntlmssp.so", "/usr/lib64/gssntlmssp/gssntlmssp.so")


def debian_plugin():
    """The path of the installed gss-ntlmssp, or None."""
    found = [path for pattern in PLUGIN_PATTERNS for path in glob.glob(pattern)]
    return found[0] if found else None


class Mechanism:
    """folder: of its own, empty. lines: its mech file, where %s stands for the path of the shared
    object. variables: those of the environment that name the user file for this module."""

    def __init__(self, folder, lines, path, variables=()):
        self.folder, self.path = folder, os.path.abspath(path)
        os.makedirs(folder, exist_ok=True)
        users = self.write("users", USERS)
        self.environment = {
            "PATH": os.environ["PATH"], "HOME": folder, "LC_ALL": "C.UTF-8",
            "GSS_MECH_CONFIG": self.write("mech.conf", lines.replace("%s", self.path)),
            "GSS_NEGOTIATE_CONFIG": self.write_settings("negotiate", users=users),
            "KRB5_CONFIG": self.write("krb5.conf", KRB5),
            "KRB5CCNAME": "FILE:" + os.path.join(folder, "no-tickets"),
            "KRB5_KTNAME": "FILE:" + os.path.join(folder, "no-keytab"),
            **{name: users for name in variables},
        }

    def write_settings(self, name, *lines, users=None, credential=None):
        """Settings with these lines too, and with another user file or credential file."""
        own = os.path.join(self.folder, "users")
        text = SETTINGS % (users or own, credential or own)
        return self.write(name + ".conf", text + "".join(" %s\n" % line for line in lines))

    def write(self, name, text):
        path = os.path.join(self.folder, name)
        with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
            file.write(text)
        return path


def ours(folder, module):
    return Mechanism(folder, OUR_LINES, module)


def null(folder, module):
    return Mechanism(folder, NULL_LINES, module)


def peer(folder, plugin):
    return Mechanism(folder, PEER_LINE, plugin, ["NTLM_USER_FILE"])
