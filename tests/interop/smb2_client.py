# SPDX-License-Identifier: ISC
"""A client of SMB2 that logs in with the tokens of a GSS-API context, and signs with its key.
The context is a login_driver.Peer."""
import os
import socket

import place
import smb2
import smb2_keys

PATIENCE_S = 60
# How a client logs in, {way: (mechanism, whether the server's hints are its first input)}.
WAYS = {'SPNEGO after hints': ('spnego', True), 'SPNEGO': ('spnego', False),
        'raw': ('ntlm', False)}
SPNEGO_WAYS = [way for way, (mech, _) in WAYS.items() if mech == 'spnego']
MAX_LEGS = 8


class Refused(Exception):
    """The server's status, where it is none of success."""

    def __init__(self, status):
        super().__init__(f'status {status:#010x}')
        self.status = status


class Client:
    """One connection and one session, in one dialect. tokens: what its SESSION_SETUPs
    carried, in order; key: the signing key, once it is known."""

    def __init__(self, dialect, port, host='127.0.0.1'):
        self.dialect = dialect
        self.host = host
        self.key = None
        self.hints = b''
        self.tokens = []
        self._preauth = smb2_keys.Preauth()
        self._message_id = 0
        self._session_id = 0
        self._last = b''
        self._connection = socket.create_connection((host, port), PATIENCE_S)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._connection.close()

    def _ask(self, command, body, key=None):
        """Sends a request, signed if there is a key; the bytes of it and of the response."""
        request = smb2.Message(command, body, message_id=self._message_id,
                               session_id=self._session_id).encode()
        if key is not None:
            request = smb2_keys.sign(self.dialect, key, request)
        smb2.send(self._connection, request)
        response = smb2.receive(self._connection)
        message = smb2.decode(response)
        place.check((message.command, message.message_id, message.flags & smb2.RESPONSE),
                    (command, self._message_id, smb2.RESPONSE), 'the response')
        self._message_id += 1
        return request, response

    def negotiate(self):
        """Settles the dialect, and keeps the server's hints."""
        request, response = self._ask(
            smb2.NEGOTIATE, smb2.negotiate_request(self.dialect, os.urandom(16), os.urandom(32)))
        self._preauth.add(request)
        self._preauth.add(response)
        settled = smb2.decode_negotiate_response(smb2.decode(response))
        place.check(settled.dialect, self.dialect, 'dialect')
        self.hints = settled.token
        return settled

    def _setup(self, token):
        """One SESSION_SETUP; its status and the server's token."""
        self.tokens.append(token)
        request, self._last = self._ask(smb2.SESSION_SETUP, smb2.setup_request(token))
        self._preauth.add(request)
        message = smb2.decode(self._last)
        self._session_id = message.session_id
        if message.status == smb2.MORE_PROCESSING:
            self._preauth.add(self._last)
        answer = smb2.decode_setup_response(message)
        self.tokens.append(answer)
        return message.status, answer

    def log_in(self, context, with_hints=False):
        """The context's tokens in SESSION_SETUPs until both sides are done, and the signing
        key; with_hints: the context gets the server's hints as its first input."""
        answer = context.call('step', token=self.hints if with_hints else None)
        for _ in range(MAX_LEGS):
            status, token = self._setup(answer['token'])
            if status not in (smb2.SUCCESS, smb2.MORE_PROCESSING):
                raise Refused(status)
            answer = context.call('step', token=token) if token else {**answer, 'token': None}
            if status == smb2.SUCCESS:
                break
        place.check((status, answer['done'], answer['token']), (smb2.SUCCESS, True, None),
                    'the end of the login')
        self.key = smb2_keys.signing_key(self.dialect,
                                         context.call('session_key')['data'], self._preauth)

    def verify_login(self):
        """The server signs the SESSION_SETUP that ends a login, and so proves the key
        (3.3.5.5.3)."""
        smb2_keys.verify(self.dialect, self.key, self._last)

    def _ask_signed(self, command, body, key=None):
        """A request that is signed with the session's key or with another one; its response,
        which is signed with the session's."""
        _, response = self._ask(command, body, key or self.key)
        message = smb2_keys.verify(self.dialect, self.key, response)
        if message.status != smb2.SUCCESS:
            raise Refused(message.status)
        return message

    def tree_connect(self, share='IPC$', key=None):
        """Connects to a share; its tree id."""
        path = f'\\\\{self.host}\\{share}'
        return self._ask_signed(smb2.TREE_CONNECT, smb2.tree_connect_request(path), key).tree_id

    def log_off(self):
        self._ask_signed(smb2.LOGOFF, smb2.logoff_request())


def log_in(client, process, way, target, flags=(), **who):
    """A new login of a process that has none yet or is through with one. who: the user and the
    password, where the process has no credential of its own."""
    mech, with_hints = WAYS[way]
    process.call('initiate', mech=mech, target=target, flags=list(flags), **who)
    client.log_in(process, with_hints)


def use_session(client):
    """What follows a login: each response is signed with our key, and the server verified
    each of our requests."""
    client.verify_login()
    assert client.tree_connect() != 0, 'a tree without an id'
    client.log_off()


def check_refused(status, function, *args, **more):
    """The server answers what the function asks with this status."""
    try:
        function(*args, **more)
    except Refused as reason:
        place.check(hex(reason.status), hex(status), 'status')
    else:
        raise AssertionError('the server refuses nothing')


def log_in_at(responder, process, way, target):
    """A login at a responder of ours, which has no share, but verifies and signs."""
    with Client(responder.dialect, responder.port) as client:
        client.negotiate()
        log_in(client, process, way, target, ['integrity'])
        client.verify_login()
        check_refused(smb2.BAD_NETWORK_NAME, client.tree_connect)
