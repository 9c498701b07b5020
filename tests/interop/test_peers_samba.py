#!/usr/bin/python3
# SPDX-License-Identifier: ISC
"""Samba as a peer, raw and by SPNEGO, in both directions: ntlm_auth, which has no messages
after the login but tells its session key, and gensec, which has. gensec as a server asks a
domain controller's database, which is not here."""
import sys

import krb5_release
import place
import ntlm_auth
from ntlm_auth import NtlmAuth, smb_conf
from login_driver import Peer, Refused, protect

try:
    from samba import NTSTATUSError, credentials, gensec, param
except ImportError:
    gensec = None

USERS = 'AD:alice:correct horse\n'
ALICE = 'AD:alice:correct horse'
NTLM_USER = 'AD\\alice'
SEAL = ['integrity', 'confidentiality']
SIGN = SEAL[:1]
FEATURES = {'sealed': (ntlm_auth.SEAL, SEAL), 'signed': (ntlm_auth.SIGN, SIGN),
            'no features': (None, [])}
CLIENTS = {'ntlm': 'ntlmssp-client-1', 'spnego': 'gss-spnego-client'}
SERVERS = {'ntlm': 'squid-2.5-ntlmssp', 'spnego': 'gss-spnego'}
MAX_LEGS = 8


def acceptor_of(setup):
    one = Peer(place.Place().acceptor_env(setup, USERS))
    one.call('accept', mechs=['ntlm', 'spnego'])
    return one


def initiator_of(setup, mech, line=ALICE, flags=SEAL):
    one = Peer(place.Place().initiator_env(setup, line))
    one.call('initiate', mech=mech, target='HTTP@server.test', flags=list(flags))
    return one


def check_ours(ours, flags=SEAL):
    info = ours.call('info')
    place.check((info['user'], info['mech']), (NTLM_USER, place.NTLM_OID), 'who, by what')
    assert set(flags) <= set(info['flags']), info['flags']


def samba_client(mech, password, features=ntlm_auth.SEAL):
    return NtlmAuth(CLIENTS[mech], password, '--username=alice', '--domain=AD',
                    '--workstation=WS', features=features)


def carry_from(samba, ours, setup, mech):
    """Logs in with ntlm_auth as the client; returns whether it accepts the server's last token."""
    word, token, _ = samba.step('YR')
    for _ in range(MAX_LEGS):
        answer = ours.call('step', token=token)
        if answer['token'] is None:
            break
        word, token, _ = samba.step('TT', answer['token'])
        if answer['done']:
            break
    assert answer['done'], 'our side is not done'
    krb5_release.skip_fault(setup == 'ntlm' and mech == 'spnego' and word == 'BH')
    place.check(word, 'AF', "ntlm_auth's last word")


def logs_in_at_us(setup, mech, how):
    """Without features wanted, SPNEGO still signs."""
    features, flags = FEATURES[how]
    samba, ours = samba_client(mech, 'correct horse', features), acceptor_of(setup)
    carry_from(samba, ours, setup, mech)
    check_ours(ours, flags)
    if flags:
        place.check(ours.call('session_key')['data'], samba.key(), 'session key')
    samba.close()
    ours.close()


def is_refused_by_us(setup, mech):
    samba, ours = samba_client(mech, 'wrong'), acceptor_of(setup)
    try:
        carry_from(samba, ours, setup, mech)
    except Refused as reason:
        place.check(reason.major & 0xffff0000, 13 << 16, 'GSS_S_FAILURE')
        assert 'wrong' in str(reason), str(reason)
    else:
        raise AssertionError('the login succeeded')


def carry_to(ours, samba):
    """Logs in at ntlm_auth; returns its last word, its token and what it prints about the user."""
    token = ours.call('step')['token']
    word, answer, said = samba.step('YR', token)
    for _ in range(MAX_LEGS):
        if word not in ('TT', 'KK'):
            break
        word, answer, said = samba.step('KK', ours.call('step', token=answer)['token'])
    return word, answer, said


def we_log_in(setup, mech, flags):
    """A Samba server that demands sealing refuses others; it prints the keys only then."""
    ours = initiator_of(setup, mech, flags=flags)
    samba = NtlmAuth(SERVERS[mech], 'correct horse',
                     features=ntlm_auth.SEAL if flags == SEAL else None)
    word, token, said = carry_to(ours, samba)
    place.check((word, said[-1].replace('/', '\\')), ('AF', NTLM_USER), 'what Samba says')
    if mech == 'spnego':
        place.check(ours.call('step', token=token)['done'], True, 'done')
    if mech == 'spnego' and flags == SEAL:
        place.check(ours.call('session_key')['data'], samba.key(), 'session key')
    check_ours(ours, flags)
    samba.close()
    ours.close()


def we_are_refused(setup, mech):
    """Samba has one password for all, whatever the user's name."""
    samba = NtlmAuth(SERVERS[mech], 'correct horse')
    word, _, said = carry_to(initiator_of(setup, mech, 'AD:alice:wrong'), samba)
    place.check(word, 'NA', "Samba's last word")
    assert 'NT_STATUS_LOGON_FAILURE' in ' '.join(said), said


class Gensec:
    """Samba's client library in this process, with the calls of a Peer."""

    def __init__(self, mech, password, features):
        if gensec is None:
            raise place.Skip('no python3-samba on this machine')
        here = place.Place()
        settings = param.LoadParm()
        settings.load(smb_conf(here))
        who = credentials.Credentials()
        for name, value in (('username', 'alice'), ('domain', 'AD'), ('password', password),
                            ('workstation', 'WS')):
            getattr(who, 'set_' + name)(value)
        who.set_kerberos_state(credentials.DONT_USE_KERBEROS)
        self.side = gensec.Security.start_client({'lp_ctx': settings,
                                                 'target_hostname': 'server.test'})
        self.side.set_credentials(who)
        for feature in features:
            self.side.want_feature(feature)
        self.side.set_target_service('HTTP')
        self.side.start_mech_by_name({'ntlm': 'ntlmssp', 'spnego': 'spnego'}[mech])

    def call(self, op, **given):
        return getattr(self, op)(**given)

    def wrap(self, data, encrypt):
        return {'data': self.side.wrap(data), 'encrypted': encrypt}

    def unwrap(self, data):
        return {'data': self.side.unwrap(data), 'encrypted': True}

    def sign(self, data):
        return {'data': self.side.sign_packet(data, data)}

    def verify(self, data, signature):
        try:
            self.side.check_packet(data, data, signature)
        except NTSTATUSError as error:
            raise Refused({'text': str(error), 'major': 0, 'minor': 0, 'token': None}) from error


def carry_from_gensec(samba, ours):
    token = b''
    for _ in range(MAX_LEGS):
        done, token = samba.side.update(token)
        if done and not token:
            break
        token = ours.call('step', token=token)['token']
        if token is None:
            break


def gensec_wants_a_key_alone(setup):
    """KEY_EXCH without SIGN and SEAL: Samba sends a session key, and its MIC is made with it."""
    samba = Gensec('ntlm', 'correct horse', [gensec.FEATURE_SESSION_KEY] if gensec else [])
    ours = acceptor_of(setup)
    carry_from_gensec(samba, ours)
    check_ours(ours, [])
    place.check(ours.call('session_key')['data'], samba.side.session_key(), 'session key')
    ours.close()


def gensec_logs_in(setup, mech, seals):
    """With messages both ways. What Samba wraps where only signing was negotiated is not
    encrypted; it takes nothing else, so nothing of ours goes there."""
    krb5_release.skip_fault(setup == 'ntlm' and mech == 'spnego')
    features = [gensec.FEATURE_SESSION_KEY, gensec.FEATURE_SIGN] if gensec else []
    samba = Gensec(mech, 'correct horse', features + [gensec.FEATURE_SEAL] * seals)
    ours = acceptor_of(setup)
    carry_from_gensec(samba, ours)
    check_ours(ours, SEAL[:1 + seals])
    place.check(ours.call('session_key')['data'], samba.side.session_key(), 'session key')
    if seals:
        protect(samba, ours, True)
    else:
        wrapped_in_clear(samba, ours)
        signatures(samba, ours)
    ours.close()


def gensec_is_refused(setup, mech):
    samba, ours = Gensec(mech, 'wrong', []), acceptor_of(setup)
    token = b''
    try:
        for _ in range(MAX_LEGS):
            token = ours.call('step', token=samba.side.update(token)[1])['token']
    except Refused as reason:
        place.check(reason.major & 0xffff0000, 13 << 16, 'GSS_S_FAILURE')
        assert 'wrong' in str(reason), str(reason)
        return
    raise AssertionError('the login succeeded')


def wrapped_in_clear(samba, ours):
    """Messages that Samba wraps without sealing: we accept them, and conf_state says so."""
    text = b'in clear behind a signature'
    wrapped = samba.call('wrap', data=text, encrypt=False)['data']
    assert wrapped.endswith(text), 'Samba seals it'
    opened = ours.call('unwrap', data=wrapped)
    place.check((opened['data'], opened['encrypted']), (text, False), 'unwrapped')


def signatures(samba, ours):
    for number in range(3):
        text = b'signed %d' % number
        for signer, reader in ((samba, ours), (ours, samba)):
            signature = signer.call('sign', data=text)['data']
            reader.call('verify', data=text, signature=signature)
    refuse_changed(samba, ours)


def refuse_changed(one, other):
    """Neither accepts the signature of a message that was changed on the way."""
    for signer, reader in ((one, other), (other, one)):
        signature = signer.call('sign', data=b'true')['data']
        try:
            reader.call('verify', data=b'false', signature=signature)
        except Refused:
            continue
        raise AssertionError('the signature of another text was taken')


def add_cases():
    for setup in ('ntlm', 'both'):
        for mech in ('ntlm', 'spnego'):
            about = f'{setup} lines, {mech}'
            for how in FEATURES:
                place.add_case(f'{about}: {CLIENTS[mech]} logs in, {how}', logs_in_at_us, setup,
                               mech, how)
            place.add_case(f'{about}: {CLIENTS[mech]}, wrong password', is_refused_by_us, setup,
                           mech)
            for flags in (SEAL, SEAL[:1]):
                place.add_case(f'{about}: we log in at {SERVERS[mech]}, {"+".join(flags)}',
                               we_log_in, setup, mech, flags)
            place.add_case(f'{about}: {SERVERS[mech]}, wrong password', we_are_refused, setup,
                           mech)
            for seals in (True, False):
                place.add_case(f'{about}: gensec, {"seal" if seals else "sign"}',
                               gensec_logs_in, setup, mech, seals)
            place.add_case(f'{about}: gensec, wrong password', gensec_is_refused, setup, mech)
        place.add_case(f'{setup}: gensec wants a session key alone', gensec_wants_a_key_alone,
                       setup)


if __name__ == '__main__':
    add_cases()
    sys.exit(place.run())
