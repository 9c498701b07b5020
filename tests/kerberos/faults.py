# SPDX-License-Identifier: ISC
"""KDCs that go wrong: one that answers every request with an error, and a KDC proxy with a
certificate that nobody trusts."""
import ssl
import subprocess
import threading
import time

import kdc


def der(tag, *parts):
    body = b''.join(parts)
    assert len(body) < 256
    size = bytes([len(body)]) if len(body) < 128 else bytes([0x81, len(body)])
    return bytes([tag]) + size + body


def integer(value):
    return der(0x02, value.to_bytes(4, 'big').lstrip(b'\0') or b'\0')


def krb_error(code, realm):
    """A KRB-ERROR (RFC 4120 5.9.1) from krbtgt of the realm."""
    now = time.strftime('%Y%m%d%H%M%SZ', time.gmtime()).encode()
    name = der(0x1b, realm.encode())
    principal = der(0x30, der(0xa0, integer(2)),
                    der(0xa1, der(0x30, der(0x1b, b'krbtgt'), name)))
    return der(0x7e, der(0x30, der(0xa0, integer(5)), der(0xa1, integer(30)),
                         der(0xa4, der(0x18, now)), der(0xa5, integer(0)),
                         der(0xa6, integer(code)), der(0xa9, name), der(0xaa, principal)))


class ErrorKdc:
    """Answers each UDP request with this error; refuses TCP."""

    def __init__(self, code, realm=kdc.REALM):
        self.code = code
        self.realm = realm
        self.udp, tcp = kdc.both_kinds()
        tcp.close()
        self.port = self.udp.getsockname()[1]
        threading.Thread(target=self._answer, daemon=True).start()

    def _answer(self):
        while True:
            who = self.udp.recvfrom(65536)[1]
            self.udp.sendto(krb_error(self.code, self.realm), who)


class Proxy:
    """A TLS server with a self-signed certificate."""

    def __init__(self, here):
        key, cert = here.path('proxy.key'), here.path('proxy.pem')
        subprocess.run(['openssl', 'req', '-x509', '-newkey', 'rsa:2048', '-nodes',
                        '-days', '1', '-subj', '/CN=localhost', '-keyout', key, '-out', cert],
                       check=True, capture_output=True, timeout=120)
        self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.context.load_cert_chain(cert, key)
        self.udp, self.tcp = kdc.both_kinds()
        self.port = self.udp.getsockname()[1]
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self):
        while True:
            client = self.tcp.accept()[0]
            try:
                with self.context.wrap_socket(client, server_side=True) as stream:
                    stream.recv(65536)
            except OSError:
                client.close()
