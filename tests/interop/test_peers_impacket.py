#!/usr/bin/python3
# SPDX-License-Identifier: ISC
"""impacket as a peer, raw and by SPNEGO, as client and as server: it sends and checks no MIC
of any kind, but signs and seals."""
import logging
import sys
from importlib import metadata

import place
from login_driver import Peer, Refused, protect

try:
    from Cryptodome.Cipher import ARC4
    from impacket import ntlm, smbserver
    from impacket.spnego import SPNEGO_NegTokenInit, SPNEGO_NegTokenResp, TypesMech
except ImportError:
    ntlm = None

PASSWORD = 'correct horse'
USERS = f'AD:alice:{PASSWORD}\n'
NTLM_USER = 'AD\\alice'
NTLM_MECH = 'NTLMSSP - Microsoft NTLM Security Support Provider'
SIGN = ['integrity']
SEAL = SIGN + ['confidentiality']
CHALLENGE_LEN = 56  # what stands before the target name
SERVER_CHALLENGE = bytes(range(8))


def need_impacket():
    if ntlm is None:
        raise place.Skip('no python3-impacket on this machine')
    logging.disable(logging.CRITICAL)


class Direction:
    """The keys, keystream and sequence of one way."""

    def __init__(self, flags, key, sender):
        self.flags = flags
        self.sign_key = ntlm.SIGNKEY(flags, key, sender)
        self.stream = ARC4.new(ntlm.SEALKEY(flags, key, sender)).encrypt
        self.sequence = 0

    def mac(self, text):
        mac = ntlm.SIGN(self.flags, self.sign_key, text, self.sequence, self.stream)
        self.sequence += 1
        return mac.getData()


class Session:
    """What both sides have after a login, with the calls of a Peer."""

    def __init__(self, flags, key, is_client):
        self.key = key
        names = ('Client', 'Server') if is_client else ('Server', 'Client')
        self.mine, self.theirs = (Direction(flags, key, name) for name in names)

    def call(self, op, **given):
        return getattr(self, op)(**given)

    def wrap(self, data, encrypt):
        sealed = self.mine.stream(data)
        return {'data': self.mine.mac(data) + sealed, 'encrypted': encrypt}

    def unwrap(self, data):
        text = self.theirs.stream(data[16:])
        self._compare(self.theirs.mac(text), data[:16])
        return {'data': text, 'encrypted': True}

    def sign(self, data):
        return {'data': self.mine.mac(data)}

    def verify(self, data, signature):
        self._compare(self.theirs.mac(data), signature)

    @staticmethod
    def _compare(mine, other):
        if mine != other:
            raise Refused({'text': 'another signature', 'major': 0, 'minor': 0, 'token': None})


# ---- impacket as client

def authenticate(negotiate, challenge, password):
    """AUTHENTICATE and the key. impacket 0.13 makes MsvAvTargetName of MsvAvDnsComputerName,
    which a server need not send ([MS-NLMP] 2.2.2.1), and fails without it."""
    try:
        return ntlm.getNTLMSSPType3(negotiate, challenge, 'alice', password, 'AD',
                                    use_ntlmv2=True)
    except TypeError as error:
        if "'NoneType' object is not subscriptable" not in str(error):
            raise
        raise place.Skip(f'impacket {metadata.version("impacket")} fails without '
                         'MsvAvDnsComputerName') from error


class Client:
    """Makes a NEGOTIATE and answers a CHALLENGE."""

    def __init__(self, spnego, password, wanted):
        need_impacket()
        self.spnego = spnego
        self.password = password
        self.negotiate = ntlm.getNTLMSSPType1('WS', 'AD', bool(wanted), True)
        if wanted == SIGN:
            self.negotiate['flags'] &= ~ntlm.NTLMSSP_NEGOTIATE_SEAL

    def first(self):
        if not self.spnego:
            return self.negotiate.getData()
        init = SPNEGO_NegTokenInit()
        init['MechTypes'] = [TypesMech[NTLM_MECH]]
        init['MechToken'] = self.negotiate.getData()
        return init.getData()

    def answer(self, token):
        """The last token, and what follows from it."""
        if self.spnego:
            token = SPNEGO_NegTokenResp(token)['ResponseToken']
        message, key = authenticate(self.negotiate, token, self.password)
        session = Session(message['flags'], key, True)
        if not self.spnego:
            return message.getData(), session
        answer = SPNEGO_NegTokenResp()
        answer['ResponseToken'] = message.getData()
        return answer.getData(), session


def acceptor_of(setup):
    ours = Peer(place.Place().acceptor_env(setup, USERS))
    ours.call('accept', mechs=['ntlm', 'spnego'])
    return ours


def it_logs_in(setup, spnego, wanted):
    """What is wrapped is sealed also where only signing was negotiated."""
    client, ours = Client(spnego, PASSWORD, wanted), acceptor_of(setup)
    challenge = ours.call('step', token=client.first())['token']
    token, session = client.answer(challenge)
    done = ours.call('step', token=token)
    place.check(done['done'], True, 'done')
    if spnego:
        place.check(SPNEGO_NegTokenResp(done['token'])['NegState'], b'\0', 'accept-completed')
    info = ours.call('info')
    place.check((info['user'], info['mech']), (NTLM_USER, place.NTLM_OID), 'who, by what')
    place.check([flag for flag in SEAL if flag in info['flags']], wanted, 'flags')
    if wanted:
        place.check(ours.call('session_key')['data'], session.key, 'session key')
        protect(session, ours, True)
    ours.close()


def it_is_refused(setup, spnego):
    client, ours = Client(spnego, 'wrong', SEAL), acceptor_of(setup)
    token, _ = client.answer(ours.call('step', token=client.first())['token'])
    try:
        ours.call('step', token=token)
    except Refused as reason:
        place.check(reason.major & 0xffff0000, 13 << 16, 'GSS_S_FAILURE')
        assert 'wrong' in str(reason), str(reason)
    else:
        raise AssertionError('the login succeeded')


# ---- impacket as server

class Server:
    """Makes a CHALLENGE and checks the answer to it, as impacket's SMB server does."""

    def __init__(self, spnego, dated):
        need_impacket()
        self.spnego = spnego
        self.dated = dated
        self.negotiate = ntlm.NTLMAuthNegotiate()
        self.challenge = ntlm.NTLMAuthChallenge()

    def _target_info(self):
        pairs = ntlm.AV_PAIRS()
        name = 'SRV'.encode('utf-16le')
        for kind in (ntlm.NTLMSSP_AV_HOSTNAME, ntlm.NTLMSSP_AV_DOMAINNAME,
                     ntlm.NTLMSSP_AV_DNS_HOSTNAME, ntlm.NTLMSSP_AV_DNS_DOMAINNAME):
            pairs[kind] = name
        if self.dated:
            pairs[ntlm.NTLMSSP_AV_TIME] = (133000000000000000).to_bytes(8, 'little')
        return pairs.getData()

    def answer(self, token):
        """The CHALLENGE to a first token."""
        if self.spnego:
            token = SPNEGO_NegTokenInit(token)['MechToken']
        self.negotiate.fromString(token)
        info, name = self._target_info(), 'AD'.encode('utf-16le')
        fields = {'flags': self.negotiate['flags'] | ntlm.NTLMSSP_NEGOTIATE_TARGET_INFO |
                  ntlm.NTLMSSP_TARGET_TYPE_SERVER | ntlm.NTLMSSP_NEGOTIATE_VERSION,
                  'domain_len': len(name), 'domain_max_len': len(name),
                  'domain_offset': CHALLENGE_LEN, 'domain_name': name,
                  'challenge': SERVER_CHALLENGE, 'TargetInfoFields_len': len(info),
                  'TargetInfoFields_max_len': len(info), 'TargetInfoFields': info,
                  'TargetInfoFields_offset': CHALLENGE_LEN + len(name),
                  'Version': b'\xff' * 8, 'VersionLen': 8}
        for key, value in fields.items():
            self.challenge[key] = value
        return self._framed(self.challenge.getData())

    def _framed(self, token):
        if not self.spnego:
            return token
        answer = SPNEGO_NegTokenResp()
        answer['NegState'] = b'\x01'
        answer['SupportedMech'] = TypesMech[NTLM_MECH]
        answer['ResponseToken'] = token
        return answer.getData()

    def check(self, token):
        """Whether it is the right password, and what follows from it."""
        if self.spnego:
            token = SPNEGO_NegTokenResp(token)['ResponseToken']
        message = ntlm.NTLMAuthChallengeResponse()
        message.fromString(token)
        place.check([message[name].decode('utf-16le') for name in ('domain_name', 'user_name')],
                    ['AD', 'alice'], 'the user')
        status, key = smbserver.computeNTLMv2('alice', '', ntlm.compute_nthash(PASSWORD),
                                              SERVER_CHALLENGE, message, self.challenge,
                                              self.negotiate)
        return status == smbserver.STATUS_SUCCESS, Session(message['flags'], key, False)

    @staticmethod
    def last():
        """Accept-completed, without a mechListMIC."""
        answer = SPNEGO_NegTokenResp()
        answer['NegState'] = b'\x00'
        return answer.getData()


def begin_at(server, setup, password=PASSWORD, flags=SEAL):
    ours = Peer(place.Place().initiator_env(setup, f'AD:alice:{password}'))
    ours.call('initiate', mech='spnego' if server.spnego else 'ntlm', target='HTTP@server.test',
              flags=list(flags))
    challenge = server.answer(ours.call('step')['token'])
    return ours, ours.call('step', token=challenge)


def we_log_in(setup, spnego, dated, flags):
    """A dated CHALLENGE is answered with a MIC, and in SPNEGO with a mechListMIC beside it,
    which impacket does not read; see we_want_no_mic."""
    server = Server(spnego, dated)
    ours, answer = begin_at(server, setup, flags=flags)
    well, session = server.check(answer['token'])
    assert well, 'impacket refuses our answer'
    if spnego:
        place.check(ours.call('step', token=server.last())['done'], True, 'done')
    info = ours.call('info')
    place.check([flag for flag in SEAL if flag in info['flags']], flags, 'flags')
    place.check(ours.call('session_key')['data'], session.key, 'session key')
    protect(session, ours, True)
    ours.close()


def we_want_no_mic(setup):
    """impacket took our first mechanism and said no request-mic: that it sends no mechListMIC
    of its own leaves no choice unproven (RFC 4178 5)."""
    server = Server(True, True)
    ours, answer = begin_at(server, setup)
    well, session = server.check(answer['token'])
    assert well, 'impacket refuses our answer'
    place.check(ours.call('step', token=server.last())['done'], True, 'done')
    place.check(ours.call('session_key')['data'], session.key, 'session key')


def we_are_refused(setup, spnego):
    server = Server(spnego, True)
    _, answer = begin_at(server, setup, 'wrong')
    place.check(server.check(answer['token'])[0], False, 'what impacket says')


def add_cases():
    for setup in ('ntlm', 'both'):
        for spnego in (False, True):
            about = f'{setup} lines, {"SPNEGO" if spnego else "raw"}'
            for wanted in (SEAL, SIGN, []):
                place.add_case(f'{about}: impacket logs in, {"+".join(wanted) or "plain"}',
                               it_logs_in, setup, spnego, wanted)
            place.add_case(f'{about}: impacket, wrong password', it_is_refused, setup, spnego)
            for dated, flags in ((False, SEAL), (False, SIGN), (True, SEAL), (True, SIGN)):
                if not (spnego and dated):
                    place.add_case(f'{about}: we log in at impacket, dated {dated}, '
                                   + '+'.join(flags), we_log_in, setup, spnego, dated, flags)
            place.add_case(f'{about}: at impacket, wrong password', we_are_refused, setup,
                           spnego)
    place.add_case('both lines, SPNEGO: impacket sends no mechListMIC', we_want_no_mic, 'both')


if __name__ == '__main__':
    add_cases()
    sys.exit(place.run())
