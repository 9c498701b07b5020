# SPDX-License-Identifier: ISC
"""gss-negotiate try: what it offers and says, without a server; logins are tested with an
Apache and a KDC (tests/interop/test_try.py)."""
import os
import socket

import cli
from cli import PASSWORD, Skip, contains, equal

NTLM_LINE = "gss_negotiate_ntlm 1.3.6.1.4.1.311.2.2.10 {}\n"
SPNEGO_LINE = "gss_negotiate_spnego 2.25.2149246659723602144 {} <interposer>\n"
KERBEROS = ("[libdefaults]\n dns_lookup_kdc = false\n dns_canonicalize_hostname = false\n"
            " dns_lookup_realm = false\n rdns = false\n")


def attempt(c, *args, given="", **env):
    path = os.path.join(c.build, "gss_negotiate.so")
    if not os.path.exists(path):
        raise Skip("the module is not built")
    env.update(GSS_MECH_CONFIG=c.write("mech", NTLM_LINE.format(path) + SPNEGO_LINE.format(path)),
               KRB5_CONFIG=c.write("krb5.conf", KERBEROS), KRB5CCNAME="FILE:" + c.path("none"))
    return c.run("try", *args, given=given, env=env)


def test_usage(c):
    for args in ((), ("a@b", "c@d"), ("nothing",), ("-x", "a@b")):
        equal(attempt(c, *args).status, 2)
    contains(attempt(c, "--help").out, "Usage: gss-negotiate try")


def test_no_credential(c):
    result = attempt(c, "HTTP@server")
    equal(result.status, 1)
    contains(result.out, "target: HTTP@server\nleg 1: 0 bytes to send")
    contains(result.out, "NTLM has none: no NTLM credential was found")
    contains(result.err, "login: SPNEGO cannot find mechanisms to negotiate\n")


def test_default_credential(c):
    c.run("login", "AD\\alice", given=PASSWORD)
    result = attempt(c, "HTTP@server")
    equal((result.status, result.err), (3, ""))
    contains(result.out, "Kerberos fails")
    contains(result.out, "No Kerberos credentials available")
    contains(result.out, "  offers NTLM\n")
    contains(result.out, "NTLM NEGOTIATE, 40 bytes")
    equal(result.out.splitlines()[-1], "offered first: NTLM")


def test_named_user(c):
    result = attempt(c, "-u", "AD\\alice", "cifs@192.0.2.1", given=PASSWORD + "\n")
    equal((result.status, result.err), (3, ""))
    contains(result.out, "target: cifs@192.0.2.1")
    contains(result.out, "Kerberos is left out: the user is named as DOMAIN\\user")
    result = attempt(c, "--user", "AD\\alice", "cifs@192.0.2.1")
    equal(result.status, 1)
    contains(result.err, "the input ended")


def test_forbidden(c):
    c.run("login", "AD\\alice", given=PASSWORD)
    with open(c.path("conf"), "a", encoding="utf-8") as f:
        f.write("    ntlm = never\n")
    result = attempt(c, "HTTP@server")
    equal(result.status, 1)
    assert "NTLMSSP" not in result.out and "NEGOTIATE" not in result.out, result.out
    contains(result.err, f"ntlm = never in {c.path('conf')}")


def test_trace_of_the_user(c):
    c.run("login", "AD\\alice", given=PASSWORD)
    result = attempt(c, "HTTP@server", GSS_NEGOTIATE_TRACE=c.path("trace"))
    equal(result.status, 3)
    contains(c.read("trace"), 'what="offers NTLM"')
    assert "offers NTLM" not in result.out


def test_no_server(c):
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        c.run("login", "AD\\alice", given=PASSWORD)
        url = f"http://somebody@127.0.0.1:{nobody.getsockname()[1]}/index.html?a@b"
        result = attempt(c, url)
    equal(result.status, 1)
    contains(result.out, "target: HTTP@127.0.0.1\n")
    assert "onnect" in result.err or "libcurl" in result.err, result.err


def test_other_urls(c):
    result = attempt(c, "file:///etc/passwd")
    equal(result.status, 1)
    assert "root" not in result.out, result.out


cli.main(globals())
