# SPDX-License-Identifier: ISC
"""A mail server that accepts logins by SASL's NTLM and GSSAPI, and keeps what is said."""
import base64
import socketserver
import threading

import login_driver

NO_LAYER = b'\1\0\0\0'  # RFC 4752 3.3


class Connection(socketserver.StreamRequestHandler):
    """One client."""

    def say(self, text):
        self.wfile.write(text.encode() + b'\r\n')

    def hear(self):
        return self.rfile.readline().decode().rstrip('\r\n')

    def handle(self):
        self.say('220 localhost')
        while line := self.hear():
            verb, *words = line.split(' ')
            if verb.upper() == 'EHLO':
                self.say('250-localhost\r\n250 AUTH ' + self.server.offers)
            elif verb.upper() == 'AUTH':
                self.log_in(*words)
            elif verb.upper() == 'DATA':
                self.say('354 go on')
                while self.hear() != '.':
                    pass
                self.server.n_messages += 1
                self.say('250 taken')
            else:
                self.say('250 well')

    def ask(self, token):
        """Sends the token, and waits for the client's answer."""
        self.say('334 ' + base64.b64encode(token).decode())
        return base64.b64decode(self.hear())

    def log_in(self, how, token=None):
        side = login_driver.Peer(self.server.env)
        side.call('accept', mechs=['ntlm', 'spnego'])
        token = self.ask(b'') if token is None else base64.b64decode(token)
        self.server.first_token = token
        try:
            done = False
            while not done:
                answer = side.call('step', token=token)
                done = answer['done']
                if answer['token']:
                    token = self.ask(answer['token'])
            if how.upper() == 'GSSAPI':
                wrapped = side.call('wrap', data=NO_LAYER, encrypt=False)['data']
                layer = side.call('unwrap', data=self.ask(wrapped))['data']
                assert layer[0] == 1, layer
            self.server.user = side.call('info')['user']
            self.say('235 welcome')
        except login_driver.Refused as reason:
            self.server.refused = str(reason)
            self.say('535 refused')
        side.close()


class Server(socketserver.ThreadingTCPServer):
    """Offers these mechanisms of SASL; env is the acceptor's environment."""
    daemon_threads = True

    def __init__(self, env, offers):
        super().__init__(('127.0.0.1', 0), Connection)
        self.env = env
        self.offers = offers
        self.user = self.refused = self.first_token = None
        self.n_messages = 0
        self.port = self.server_address[1]
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def __exit__(self, *_):
        self.shutdown()
        super().__exit__(*_)
