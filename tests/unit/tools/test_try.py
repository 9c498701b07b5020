# SPDX-License-Identifier: ISC
"""gss-negotiate try: what it offers and says, without a server; logins are tested with an
Apache and a KDC (tests/interop/test_try.py)."""
import os
import socket
import ssl
import subprocess
import threading

import cli
from cli import PASSWORD, Skip, contains, equal

NTLM_LINE = "gss_negotiate_ntlm 1.3.6.1.4.1.311.2.2.10 {}\n"
SPNEGO_LINE = "gss_negotiate_spnego 2.25.2149246659723602144 {} <interposer>\n"
KERBEROS = ("[libdefaults]\n dns_lookup_kdc = false\n dns_canonicalize_hostname = false\n"
            " dns_lookup_realm = false\n rdns = false\n")


WITHOUT_CURL = "this gss-negotiate is built without libcurl and cannot try a URL"


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
    contains(attempt(c, "HTTP/server").err, "name a service, as in HTTP@www.example.org, or a URL")
    equal(attempt(c, "-u", "", "HTTP@server").status, 2)
    contains(attempt(c, "--help").out, "Usage: gss-negotiate try")


def test_no_credential(c):
    result = attempt(c, "HTTP@server")
    equal(result.status, 1)
    contains(result.out, "target: HTTP@server\nstep 1: 0 bytes to send")
    contains(result.out, "NTLM has none: no NTLM credential was found")
    contains(result.err, "login: SPNEGO cannot find mechanisms to negotiate; NTLM: no NTLM "
             "credential was found; store one with 'gss-negotiate login', ")
    contains(result.err, f"({c.credentials}: No such file or directory)\n")


def test_names_and_sentences_are_shown_as_they_are(c):
    result = attempt(c, "-u", "O'Neill", "HTTP@o'neill", given=PASSWORD + "\n")
    contains(result.out, "target: HTTP@o'neill\n")
    with open(c.path("conf"), "a", encoding="utf-8") as f:
        f.write("    ntlm = 'never\n")
    result = attempt(c, "-u", "AD\\alice", "HTTP@server", given=PASSWORD + "\n")
    equal(result.status, 1)
    contains(result.err, "ntlm = 'never")
    assert "\\'" not in result.err, result.err


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
    contains(c.read("trace"), "offer verdict=offers mechanisms=NTLM")
    assert "offers NTLM" not in result.out


class Server:
    """Answers each request in turn, the last answer to all that follow; over TLS with a
    certificate."""

    def __init__(self, *answers, certificate=None):
        self.answers = list(answers)
        self.requests = []
        self.context = None
        if certificate is not None:
            self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            self.context.load_cert_chain(certificate)
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.port = self.socket.getsockname()[1]
        threading.Thread(target=self.serve, daemon=True).start()

    def serve(self):
        while True:
            try:
                peer = self.socket.accept()[0]
                peer.settimeout(10)
                if self.context is not None:
                    peer = self.context.wrap_socket(peer, server_side=True)
                self.talk(peer)
            except OSError:
                continue

    def talk(self, peer):
        while True:
            request = b""
            while b"\r\n\r\n" not in request:
                more = peer.recv(65536)
                if not more:
                    return
                request += more
                if request[0] == 0x16:  # TLS, to one who does not speak it
                    peer.sendall(b"HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n")
                    return
            self.requests.append(request.decode())
            answer = self.answers[min(len(self.requests), len(self.answers)) - 1]
            peer.sendall(answer.encode() + b"Content-Length: 0\r\n\r\n")

    def url(self, scheme="http"):
        return f"{scheme}://localhost:{self.port}/index.html"


def answer(status, *headers):
    return f"HTTP/1.1 {status} Text\r\n" + "".join(f"{header}\r\n" for header in headers)


def offer(*challenges):
    return answer(401, *(f"WWW-Authenticate: {one}" for one in challenges))


def fails(c, url, says, shown="", **env):
    """Checks that there is no login at this URL, the message, and that no NTLM token is sent."""
    c.run("login", "AD\\alice", given=PASSWORD)
    result = attempt(c, url, **env)
    equal(result.status, 1)
    if WITHOUT_CURL in result.err:
        raise Skip("gss-negotiate is built without libcurl")
    contains(result.err, says)
    contains(result.out, shown)
    return result


# {name: (the server's answer, what is shown of it, the error message)}
ANSWERS = {
    "no login": (answer(200), "request: status 200, the server offers no login, after ",
                 "the server asks for no login here: status 200"),
    "not found": (answer(404), "status 404", "asks for no login here: status 404"),
    "moved": (answer(302, "Location: https://www.example.org/x"), "status 302",
              "redirects to another URL (status 302); try https://www.example.org/x"),
    "a hostile place": (answer(301, "Location: http://x/\x1b[2J"), "status 301", "try http://"),
    "Basic": (offer('Basic realm="a, Negotiate"'), "the server offers Basic, after ",
              "the server does not offer Negotiate"),
    "NTLM alone": (offer("NTLM", 'Basic realm="x"'), "the server offers NTLM, Basic, after ",
                   "the server does not offer Negotiate"),
    "several": (offer('Digest realm="x", nonce="y", Bearer'), "the server offers Digest, Bearer,",
                "the server does not offer Negotiate"),
    "a hostile scheme": (offer("\x1b[2J x"), "status 401", "the server does not offer Negotiate"),
}


def test_answers_without_negotiate(c):
    for name, (said, shown, complaint) in ANSWERS.items():
        server = Server(said)
        result = fails(c, server.url(), complaint, shown)
        equal((name, len(server.requests)), (name, 1))
        assert "NTLM NEGOTIATE" not in result.out, name


def test_offer_among_others(c):
    server = Server(offer('Basic realm="x", negotiate'), offer("Negotiate"))
    result = fails(c, server.url(), "the server refuses the login: status 401; its log tells why",
                   "the server offers Basic, negotiate, after ")
    contains(server.requests[1], "Authorization: Negotiate ")
    assert "Authorization" not in server.requests[0], server.requests[0]
    contains(result.out, "NTLM NEGOTIATE")


def test_server_that_ends_it_halfway(c):
    server = Server(offer("Negotiate"), answer(500))
    fails(c, server.url(), "the server ended the login halfway: status 500",
          "answer: status 500, 0 bytes of a token, after ")


def test_no_server(c):
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        port = nobody.getsockname()[1]
        result = fails(c, f"http://somebody@127.0.0.1:{port}/index.html?a@b", str(port),
                       "target: HTTP@127.0.0.1\n")
    contains(result.err, "(Connection refused)\n")


def test_unknown_host(c):
    fails(c, "http://nowhere.invalid/", "resolve host: nowhere.invalid")


def test_no_proxy(c):
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        fails(c, "http://www.example.org/", "127.0.0.1",
              http_proxy=f"http://127.0.0.1:{nobody.getsockname()[1]}")


def certificate(c, *how):
    """Key and certificate of localhost in one file."""
    path = c.path("tls.pem")
    done = subprocess.run(["openssl", "req", "-x509", "-nodes", "-days", "2", "-subj",
                           "/CN=localhost", "-addext", "subjectAltName=DNS:localhost", "-keyout",
                           path, "-out", c.path("cert.pem"), *how], capture_output=True, check=False)
    equal((done.returncode, done.stderr if done.returncode else b""), (0, b""))
    with open(path, "a", encoding="ascii") as both:
        both.write(c.read("cert.pem"))
    return path


RSA, EC = ("-newkey", "rsa:2048"), ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256")
# How a certificate is signed -> the hash of the bindings (RFC 5929 4.1).
BOUND = (
    (RSA + ("-sha256",), "tls-server-end-point, SHA256 of the server's certificate"),
    (RSA + ("-sha384",), "tls-server-end-point, SHA384 of the server's certificate"),
    (RSA + ("-sha1",), "tls-server-end-point, SHA256 of the server's certificate"),
    (EC + ("-sha512",), "tls-server-end-point, SHA512 of the server's certificate"),
    (("-newkey", "ed25519"), "none, there is no hash for the server's certificate"),
)


def test_channel_bindings(c):
    for how, bound in BOUND:
        path = certificate(c, *how)
        server = Server(offer("Basic"), certificate=path)
        fails(c, server.url("https"), "the server does not offer Negotiate",
              f"\nchannel bindings: {bound}\n", SSL_CERT_FILE=c.path("cert.pem"))


def test_no_bindings_without_tls(c):
    result = fails(c, Server(offer("Basic")).url(), "does not offer Negotiate")
    assert "channel bindings" not in result.out, result.out


def test_certificate_of_an_unknown_authority(c):
    path = certificate(c, *EC)
    server = Server(offer("Negotiate"), certificate=path)
    result = fails(c, server.url("https"), "certificate")
    assert "request" not in result.out, result.out
    url = server.url("https").replace("localhost", "127.0.0.1")
    fails(c, url, "127.0.0.1", CURL_CA_BUNDLE=c.path("cert.pem"))


def test_server_without_tls(c):
    fails(c, Server(offer("Negotiate")).url("https"), "SSL")


def test_other_urls(c):
    for url in ("file:///etc/passwd", "httpx://localhost/", "://localhost/"):
        result = fails(c, url, "the URL begins with neither http:// nor https://")
        equal(result.out, "")


def test_built_without_libcurl(c):
    c.tool = os.path.join(c.build, "tests/unit/tools/gss-negotiate-without-curl")
    result = attempt(c, "http://localhost/")
    equal((result.status, result.out), (1, ""))
    contains(result.err, WITHOUT_CURL)
    contains(attempt(c, "HTTP@server").out, "target: HTTP@server\nstep 1: 0 bytes to send")


cli.main(globals())
