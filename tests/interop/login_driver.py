# SPDX-License-Identifier: ISC
"""Logins by python3-gssapi: the test's end of login_process.py, and whole exchanges between
two such processes, each with mechanisms of its own."""
import base64
import functools
import json
import os
import select
import subprocess

import krb5_release
import place

HERE = os.path.dirname(os.path.abspath(__file__))
PYTHON = '/usr/bin/python3'
PATIENCE_S = 120
MAX_LEGS = 8
USERS = 'AD:alice:correct horse\nAD:bob:staple\n'
ALICE = 'AD:alice:correct horse'
DEFECTIVE_TOKEN = 9 << 16
MIC = b'\xa3\x12\x04\x10'  # mechListMIC [3], an OCTET STRING of 16 bytes
SIGN = ['integrity']
SEAL = ['integrity', 'confidentiality']


class Refused(Exception):
    """A GSS-API call failed; holds its statuses and sentence."""

    def __init__(self, answer):
        super().__init__(answer['text'])
        self.said = answer.get('said')  # .NET alone: its diagnostics
        self.major = answer['major']
        self.minor = answer['minor']
        self.token = answer['token'] and base64.b64decode(answer['token'])


@functools.cache
def has_gssapi():
    return subprocess.run([PYTHON, '-c', 'import gssapi'], check=False,
                          stderr=subprocess.DEVNULL).returncode == 0


class Peer:
    """A process that holds one context. within is a command that runs the process. program
    is the command of another program that does what login_process.py does."""

    def __init__(self, env, within=(), program=None):
        if program is None:
            if not has_gssapi():
                raise place.Skip('no python3-gssapi on this machine')
            program = (PYTHON, '-B', os.path.join(HERE, 'login_process.py'))
        self.child = place.start([*within, *program], env=env, stdin=subprocess.PIPE,
                                 stdout=subprocess.PIPE, text=True)
        self._answer()

    def _answer(self):
        if not select.select([self.child.stdout], [], [], PATIENCE_S)[0]:
            raise AssertionError(f'no answer within {PATIENCE_S} s')
        line = self.child.stdout.readline()
        if line == '':
            raise AssertionError(f'the process ended: {self.child.wait(PATIENCE_S)}')
        return json.loads(line)

    def call(self, op, **arguments):
        for name, value in arguments.items():
            if isinstance(value, bytes):
                arguments[name] = base64.b64encode(value).decode()
        self.child.stdin.write(json.dumps(dict(arguments, op=op)) + '\n')
        self.child.stdin.flush()
        answer = self._answer()
        if not answer['ok']:
            krb5_release.skip_fault(op == 'step' and answer['major'] == DEFECTIVE_TOKEN
                                    and answer['text'].endswith(': Unknown error'))
            raise Refused(answer)
        for name in ('token', 'data'):
            if answer.get(name) is not None:
                answer[name] = base64.b64decode(answer[name])
        return answer

    def other_side(self):
        """A second context in the same process, with the same calls."""
        return OtherSide(self)

    def close(self):
        """Ends the process and checks its exit status, which its destructors can change."""
        self.child.stdin.close()
        place.check(self.child.wait(PATIENCE_S), 0, 'exit status of a GSS-API process')
        self.child.stdout.close()


class OtherSide:
    """Another context in a process that holds one."""

    def __init__(self, process):
        self.process = process

    def call(self, op, **arguments):
        return self.process.call(op, side='other', **arguments)


def establish(initiator, acceptor):
    """Carries tokens until both contexts are established; returns the tokens in their order."""
    tokens = []
    token = None
    done = {initiator: False, acceptor: False}
    sides = [initiator, acceptor]
    for _ in range(MAX_LEGS):
        answer = sides[0].call('step', token=token)
        done[sides[0]] = answer['done']
        token = answer['token']
        if token is None:
            break
        tokens.append(token)
        if all(done.values()):
            raise AssertionError('a token is left over after both sides are done')
        sides.reverse()
    assert all(done.values()), f'not established after {len(tokens)} tokens'
    return tokens


def _one_way(sender, receiver, text, encrypt):
    sealed = sender.call('wrap', data=text, encrypt=encrypt)
    opened = receiver.call('unwrap', data=sealed['data'])
    place.check(opened['data'], text, 'unwrapped')
    place.check(opened['encrypted'], sealed['encrypted'], 'conf_state of both sides')
    signature = sender.call('sign', data=text)['data']
    receiver.call('verify', data=text, signature=signature)
    return sealed


def protect(one, other, seal, strict=True):
    """Messages both ways: sealed or not, signed, and one that was tampered with; strict:
    empty ones too, and a failed one leaves the context as it was."""
    texts = [b'hello', bytes(range(256)) * 40] + [b''] * strict + [b'last']
    for text in texts:
        for sender, receiver in ((one, other), (other, one)):
            sealed = _one_way(sender, receiver, text, seal)
            if seal and text:
                place.check(sealed['encrypted'], True, 'sealed')
                assert text not in sealed['data'], 'the text travels in the clear'
    good = one.call('sign', data=b'true')['data']
    refused = None
    try:
        other.call('verify', data=b'false', signature=good)
    except Refused as reason:
        refused = reason
    assert refused is not None, 'the signature of another text was taken'
    if strict:
        other.call('verify', data=b'true', signature=good)


def pair(setups, mech, flags, credential=ALICE, bindings=(None, None), **who):
    """Two processes with their contexts begun: (initiator, acceptor)."""
    here = place.Place()
    initiator = Peer(here.initiator_env(setups[0], credential))
    acceptor = Peer(here.acceptor_env(setups[1], USERS))
    acceptor.call('accept', mechs=['ntlm', 'spnego'], bindings=bindings[1])
    initiator.call('initiate', mech=mech, target='HTTP@server.test', flags=flags,
                   bindings=bindings[0], **who)
    return initiator, acceptor


def protect_pair(setups, initiator, acceptor, flags):
    """Messages both ways; the peer plugin makes and takes no empty ones, and loses its
    sequence by a bad one."""
    strict = 'peer' not in setups and not place.is_stand_in()
    protect(initiator, acceptor, 'confidentiality' in flags, strict)


def end(initiator, acceptor):
    initiator.close()
    acceptor.close()


def check_who(setups, initiator, acceptor, user):
    """Checks that both sides name the user, and NTLM as the mechanism."""
    for setup, side in zip(setups, (initiator, acceptor)):
        info = side.call('info')
        place.check((place.shown(setup, info['user']), info['mech']), (user, place.NTLM_OID),
                    'who, by what')


def skip_unanswered_mic(tokens):
    """Skips a login at the built-in SPNEGO that did not see the initiator's MIC. Such a login is
    complete, but the numbers of the messages after it differ by that of the MIC."""
    krb5_release.skip_fault([MIC in token for token in tokens][-2:] == [True, False])


def login(setups, mech, flags):
    initiator, acceptor = pair(setups, mech, flags)
    tokens = establish(initiator, acceptor)
    raw = tokens[0].startswith(b'NTLMSSP\0')
    place.check(raw, mech == 'ntlm', 'the first token is raw NTLM')
    if mech == 'spnego':
        skip_unanswered_mic(tokens)
        place.check([MIC in token for token in tokens], [False, False, True, True],
                    'tokens with a mechListMIC')
    check_who(setups, initiator, acceptor, 'AD\\alice')
    for flag in flags:
        for side in (initiator, acceptor):
            assert flag in side.call('info')['flags'], f'{flag} is missing'
    place.check(*[side.call('session_key')['data'] for side in (initiator, acceptor)],
                'session key')
    protect_pair(setups, initiator, acceptor, flags)
    end(initiator, acceptor)


def refused(setups, mech, credential):
    """A wrong password and an unknown user look the same."""
    initiator, acceptor = pair(setups, mech, SIGN, credential)
    try:
        establish(initiator, acceptor)
    except Refused as reason:
        place.check(reason.major & 0xffff0000, 13 << 16, 'GSS_S_FAILURE')
        assert reason.minor != 0 and str(reason), 'a failure without a reason'
    else:
        raise AssertionError('the login succeeded')
    end(initiator, acceptor)
