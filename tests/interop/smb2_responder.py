# SPDX-License-Identifier: ISC
"""A server of SMB2 that logs a client in with the tokens of a GSS-API context, and ends after
the client's next request, which it verifies. The context is a login_driver.Peer that
accepts."""
import os
import socket
import threading

import login_driver
import place
import smb2
import smb2_keys
import wire

PATIENCE_S = 60
SESSION_ID = 0x1234567


class Responder:
    """Serves one client in one dialect, in a thread of its own. offers_hints: its NEGOTIATE
    has the context's NegTokenInit2; otherwise it has no token, and the context starts with
    the client's. port: 0 for any.

    After join(): tokens are those that came and went; reason is why the context refused the
    login, or None; request is the client's first request after the login, signed with our
    key, or None."""

    def __init__(self, dialect, context, offers_hints, port=0):
        self.dialect = dialect
        self.context = context
        self.offers_hints = offers_hints
        self.tokens = []
        self.reason = None
        self.request = None
        self._error = None
        self._preauth = smb2_keys.Preauth()
        self._listener = socket.create_server(('127.0.0.1', port))
        self._listener.settimeout(PATIENCE_S)
        self.port = self._listener.getsockname()[1]
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def join(self):
        """Waits for the end; raises what went wrong, if anything did."""
        self._thread.join(2 * PATIENCE_S)
        self._listener.close()
        if self._error is not None:
            raise self._error

    def drop(self):
        """The end of an exchange that the client gives up: raises nothing."""
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._thread.join(2 * PATIENCE_S)

    def _run(self):
        try:
            connection, _ = self._listener.accept()
            with connection:
                connection.settimeout(PATIENCE_S)
                self._serve(connection)
        except Exception as error:  # whatever it is, join() raises it
            self._error = error

    def _receive(self, connection, command):
        """The next request, which is this one: as it travelled, and decoded."""
        data = smb2.receive(connection)
        message = smb2.decode(data)
        if message.command != command:
            raise smb2.Malformed(f'command {message.command}, not {command}')
        return data, message

    def _answer(self, request, status, body, session_id=0, key=None):
        """The bytes of the response to a request."""
        data = smb2.Message(request.command, body, status, smb2.RESPONSE, request.message_id,
                            request.tree_id, session_id).encode()
        return data if key is None else smb2_keys.sign(self.dialect, key, data)

    def _serve(self, connection):
        self._negotiate(connection)
        key = self._log_in(connection)
        if key is None:
            return
        data, _ = self._receive(connection, smb2.TREE_CONNECT)
        request = smb2_keys.verify(self.dialect, key, data)
        smb2.send(connection, self._answer(request, smb2.BAD_NETWORK_NAME,
                                           smb2.error_response(), SESSION_ID, key))
        self.request = request

    def _negotiate(self, connection):
        data, request = self._receive(connection, smb2.NEGOTIATE)
        if self.dialect not in smb2.decode_negotiate_request(request):
            raise smb2.Malformed(f'the client does not speak {self.dialect:#x}')
        hints = self.context.call('step')['token'] if self.offers_hints else b''
        answer = self._answer(request, smb2.SUCCESS, smb2.negotiate_response(
            self.dialect, os.urandom(16), hints, os.urandom(32)))
        self._preauth.add(data)
        self._preauth.add(answer)
        smb2.send(connection, answer)

    def _log_in(self, connection):
        """The client's SESSION_SETUPs until the context is done; the signing key, with which
        the last response is signed. None: the context refused."""
        while True:
            data, request = self._receive(connection, smb2.SESSION_SETUP)
            self._preauth.add(data)
            token = smb2.decode_setup_request(request)
            self.tokens.append(token)
            try:
                step = self.context.call('step', token=token)
            except login_driver.Refused as reason:
                self.reason = reason
                smb2.send(connection, self._answer(request, smb2.LOGON_FAILURE,
                                                   smb2.error_response(), SESSION_ID))
                return None
            self.tokens.append(step['token'] or b'')
            body = smb2.setup_response(step['token'] or b'')
            if step['done']:
                break
            answer = self._answer(request, smb2.MORE_PROCESSING, body, SESSION_ID)
            self._preauth.add(answer)
            smb2.send(connection, answer)
        key = smb2_keys.signing_key(self.dialect, self.context.call('session_key')['data'],
                                    self._preauth)
        smb2.send(connection, self._answer(request, smb2.SUCCESS, body, SESSION_ID, key))
        return key


def respond(process, dialect, offers_hints, mechs=None, port=0):
    """A responder with a new context of a process, for one client; mechs: what the acceptor's
    credential is for; None: it has none of its own."""
    process.call('accept', mechs=mechs)
    return Responder(smb2.DIALECTS[dialect], process, offers_hints, port)


def check_login(process, responder, user):
    """The login went so, by NTLM or by Kerberos as the user's name has it, and a request
    followed that was signed with its key."""
    responder.join()
    assert responder.reason is None, responder.reason
    ntlm = '\\' in user
    (wire.check_ntlm if ntlm else wire.check_kerberos)(responder.tokens)
    info = process.call('info')
    place.check((info['user'], info['mech'] == place.NTLM_OID), (user, ntlm), 'who, by what')
    assert responder.request is not None, 'no request followed the login'


def check_refusal(responder, why='wrong'):
    """The context says why: by default that the user's name or the password is wrong."""
    responder.join()
    assert why in str(responder.reason), responder.reason
    assert responder.request is None, 'a request followed a refusal'
