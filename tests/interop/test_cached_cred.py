#!/usr/bin/python3
# SPDX-License-Identifier: ISC
"""An initiator without a credential of its own logs in with the password that winbind has in
its cache: at our acceptor and at ntlm_auth, raw and by SPNEGO; and who may not."""
import os
import shutil
import subprocess
import sys
import time

sys.path.append(os.path.join(os.path.dirname(os.path.abspath(__file__)), '../samba'))

import login_driver
import place
import standalone
import world
from ntlm_auth import NtlmAuth, SEAL as FEATURES
from login_driver import Peer, Refused, SEAL, SIGN, establish

NAME = standalone.NAME
UIDS = {'alice': 20001, 'bob': 20002}  # of standalone.add_unix_users
FROM_WINBIND = 'credentials_from = file,winbind\n'
USERS = ''.join(f'{NAME}:{name}:{password}\n' for name, password in standalone.USERS.items())
OWN_TARGET = 'require_mic = yes\ntarget_names = HTTP/server.test\n'
SERVERS = {'ntlm': 'squid-2.5-ntlmssp', 'spnego': 'gss-spnego'}
MECHS = ('ntlm', 'spnego')
NO_CRED, FAILURE = 7 << 16, 13 << 16
HAS_NONE = "winbind's cache has no password of "
NOT_BOUND = "which winbind's cached credential cannot do"
_samba = None


def samba():
    """The one winbindd of this test, which runs and has alice's password."""
    global _samba
    if _samba is None:
        _samba = standalone.Standalone()
    if _samba.winbindd.child.poll() is not None:
        _samba.winbindd.start()
    save('alice')
    return _samba


def save(name, password=None):
    """A user of the machine saves the password of an account of the same name."""
    password = standalone.USERS[name] if password is None else password
    _samba.save_password(UIDS[name], f'{NAME}\\{name}', password)


def client(uid=UIDS['alice'], settings=FROM_WINBIND, euid=None, env=None):
    """An initiator that runs as this user."""
    here = place.Place()
    conf = here.write('own.conf', '[negotiate]\n' + settings)
    peer = Peer(here.env('both', GSS_NEGOTIATE_CONFIG=conf, **(env or {})))
    if uid != 0:
        peer.call('become', uid=uid, euid=euid)
    return peer


def server(settings='', bindings=None):
    """An acceptor of ours with a file of users."""
    here = place.Place()
    users = here.write('users', USERS, 0o600)
    conf = here.write('server.conf', f'[negotiate]\n    user_file = {users}\n{settings}')
    peer = Peer(here.env('both', GSS_NEGOTIATE_CONFIG=conf))
    peer.call('accept', mechs=list(MECHS), bindings=bindings)
    return peer


def initiate(peer, mech, flags=(), **more):
    peer.call('initiate', mech=mech, target='HTTP@server.test', flags=list(flags), **more)


def refusal(peer, op='step', **arguments):
    try:
        answer = peer.call(op, **arguments)
    except Refused as reason:
        return reason
    raise AssertionError(f'not refused: {answer}')


def check_refused(reason, major, *texts):
    place.check(reason.major & 0xff0000, major, f'major of: {reason}')
    for text in texts:
        assert text in str(reason), f'{text!r} is not in: {reason}'


def check_pair(initiator, acceptor, user='alice'):
    login_driver.check_who(('both', 'both'), initiator, acceptor, f'{NAME}\\{user}')
    place.check(*[side.call('session_key')['data'] for side in (initiator, acceptor)],
                'session key')


# ---- logins

def logs_in(mech, flags, settings):
    samba()
    initiator, acceptor = client(), server(settings)
    initiate(initiator, mech, flags)
    tokens = establish(initiator, acceptor)
    check_pair(initiator, acceptor)
    if mech == 'spnego' and flags:
        place.check([login_driver.MIC in token for token in tokens],
                    [False, False, True, True], 'tokens with a mechListMIC')
    for side in (initiator, acceptor):
        assert set(flags) <= set(side.call('info')['flags']), side.call('info')
    if flags:
        login_driver.protect(initiator, acceptor, 'confidentiality' in flags)
    login_driver.end(initiator, acceptor)


def logs_in_at_samba(mech, flags):
    samba()
    ours = client()
    peer = NtlmAuth(SERVERS[mech], None, features=FEATURES if flags == SEAL else None)
    initiate(ours, mech, flags)
    word, answer, said = peer.step('YR', ours.call('step')['token'])
    while word == 'TT':
        word, answer, said = peer.step('KK', ours.call('step', token=answer)['token'])
    place.check((word, said[-1]), ('AF', f'{NAME}\\alice'), 'what Samba says')
    if mech == 'spnego':
        place.check(ours.call('step', token=answer)['done'], True, 'done')
    if mech == 'spnego' and flags == SEAL:
        place.check(ours.call('session_key')['data'], peer.key(), 'session key')
    peer.close()
    ours.close()


def named(spelling, name):
    """A program names the user; the credential has no end and only initiates."""
    samba()
    for mech in MECHS:
        initiator, acceptor = client(), server()
        got = initiator.call('acquire', mech=mech, user=spelling)
        place.check((got['lifetime'], got['usage']), (None, 'initiate'), 'the credential')
        initiate(initiator, mech, [*SEAL, 'acquired'])
        establish(initiator, acceptor)
        place.check(acceptor.call('info')['user'], f'{NAME}\\alice', 'the user')
        place.check(initiator.call('info')['user'], name, "the client's name of the user")
        login_driver.end(initiator, acceptor)


def default_credential():
    samba()
    for mech in MECHS:
        peer = client()
        place.check(peer.call('acquire', mech=mech),
                    {'user': f'{NAME}\\alice', 'lifetime': None, 'usage': 'initiate',
                     'ok': True}, 'the default credential')
        peer.close()


def exported(mech):
    """A token has no password, and is of use only to the same user of the machine."""
    samba()
    initiator, acceptor = client(), server()
    initiator.call('acquire', mech=mech)
    moved = initiator.call('move_acquired')
    place.check(moved['user'], f'{NAME}\\alice', 'the credential of the token')
    assert b'\0' * 16 in moved['data'], 'the token has a hash'
    initiate(initiator, mech, [*SIGN, 'acquired'])
    establish(initiator, acceptor)
    check_pair(initiator, acceptor)
    login_driver.end(initiator, acceptor)


def own_file_first(mech):
    samba()
    here = place.Place()
    own = here.write('own', f'{NAME}:bob:{standalone.USERS["bob"]}\n', 0o600)
    os.chown(own, UIDS['alice'], UIDS['alice'])
    initiator, acceptor = client(env={'NTLM_USER_FILE': own}), server()
    initiate(initiator, mech, SIGN)
    establish(initiator, acceptor)
    check_pair(initiator, acceptor, 'bob')
    login_driver.end(initiator, acceptor)


# ---- who may not, and when

def no_credential(mech, text, uid=UIDS['alice'], settings=FROM_WINBIND, euid=None, user=None):
    samba()
    peer = client(uid, settings, euid)
    reason = refusal(peer, 'acquire', mech=mech, user=user)
    if mech == 'ntlm':
        check_refused(reason, NO_CRED, text)
    else:
        assert text in str(reason), f'{text!r} is not in: {reason}'
    peer.close()


def not_asked(mech):
    """Without the setting nobody asks winbind, or says anything of it."""
    samba()
    peer = client(settings='')
    assert 'winbind' not in str(refusal(peer, 'acquire', mech=mech))
    peer.close()


def with_bindings(mech):
    """Refused before a token of NTLM leaves."""
    samba()
    initiator, acceptor = client(), server('channel_bindings = require\n', 'a channel')
    initiate(initiator, mech, SIGN, bindings='a channel')
    reason = refusal(initiator)
    assert NOT_BOUND in str(reason), reason
    assert 'gss-negotiate login' in str(reason), reason
    assert not reason.token or b'NTLMSSP' not in reason.token, reason.token
    initiator.close()
    acceptor.close()


def server_with_bindings(demands):
    """winbind's answer says that there are no bindings."""
    samba()
    settings = f'channel_bindings = {"require" if demands else "accept"}\n'
    initiator, acceptor = client(), server(settings, 'a channel')
    initiate(initiator, 'ntlm', SIGN)
    try:
        establish(initiator, acceptor)
    except Refused as reason:
        assert demands and 'the client sent no channel bindings' in str(reason), reason
    else:
        assert not demands
        for side in (initiator, acceptor):
            assert 'channel_bound' not in side.call('info')['flags'], 'bound'
    login_driver.end(initiator, acceptor)


def wrong_password_saved():
    """Nobody checks what is saved, so the server refuses it."""
    samba()
    save('alice', 'wrong')
    initiator, acceptor = client(), server()
    initiate(initiator, 'ntlm', SIGN)
    try:
        establish(initiator, acceptor)
    except Refused as reason:
        check_refused(reason, FAILURE, 'user name or the password is wrong')
    else:
        raise AssertionError('the login succeeded')
    login_driver.end(initiator, acceptor)


def half_way(settings=FROM_WINBIND):
    """An initiator that has sent NEGOTIATE, and the CHALLENGE for it."""
    initiator, acceptor = client(settings=settings), server()
    initiate(initiator, 'ntlm', SIGN)
    challenge = acceptor.call('step', token=initiator.call('step')['token'])['token']
    return initiator, acceptor, challenge


def gone_after_acquire(mend, text):
    """winbindd ends between two tokens, and may come back without its cache."""
    winbindd = samba().winbindd
    initiator, acceptor, challenge = half_way()
    winbindd.stop()
    if mend:
        winbindd.start()
    start = time.monotonic()
    check_refused(refusal(initiator, token=challenge), NO_CRED if mend else FAILURE, text)
    assert time.monotonic() - start < 11, 'longer than winbind_timeout'
    login_driver.end(initiator, acceptor)


def frozen():
    """winbindd does not answer: no call takes longer than it may."""
    winbindd = samba().winbindd
    initiator, acceptor, challenge = half_way(FROM_WINBIND + 'winbind_timeout = 1\n')
    late = client()
    winbindd.pause()
    try:
        start = time.monotonic()
        check_refused(refusal(initiator, token=challenge), FAILURE)
        place.check(time.monotonic() - start < 8, True, 'the login is bounded')
        start = time.monotonic()
        check_refused(refusal(late, 'acquire', mech='ntlm'), NO_CRED, "winbind's cache: ")
        place.check(time.monotonic() - start < 9, True, 'the acquire call is bounded')
    finally:
        winbindd.resume()
    late.close()
    login_driver.end(initiator, acceptor)


def policy(settings, text, mech='ntlm'):
    """The settings that forbid NTLM forbid it with this credential too."""
    samba()
    peer = client(settings=FROM_WINBIND + settings)
    try:
        initiate(peer, mech, [])
        reason = refusal(peer)
    except Refused as early:
        reason = early
    assert text in str(reason), f'{text!r} is not in: {reason}'
    peer.close()


def setting_taken_back():
    """A credential that was acquired before the administrator forbade it."""
    samba()
    here = place.Place()
    conf = here.write('own.conf', '[negotiate]\n' + FROM_WINBIND)
    peer = Peer(here.env('both', GSS_NEGOTIATE_CONFIG=conf))
    peer.call('become', uid=UIDS['alice'])
    peer.call('acquire', mech='ntlm')
    here.write('own.conf', '[negotiate]\ncredentials_from = file\n')
    initiate(peer, 'ntlm', ['acquired'])
    assert 'credentials_from = file in' in str(refusal(peer))
    peer.close()


def least_protection():
    samba()
    initiator, acceptor = client(settings=FROM_WINBIND + 'min_protection = seal\n'), server()
    initiate(initiator, 'spnego')
    establish(initiator, acceptor)
    assert 'confidentiality' in initiator.call('info')['flags']
    login_driver.end(initiator, acceptor)


def traced():
    samba()
    here = place.Place()
    os.chmod(here.dir, 0o777)
    trace = here.path('trace')
    initiator, acceptor = client(env={'GSS_NEGOTIATE_TRACE': trace}), server()
    initiate(initiator, 'spnego', SIGN)
    establish(initiator, acceptor)
    login_driver.end(initiator, acceptor)
    with open(trace, encoding='utf-8') as file:
        text = file.read()
    assert ('credential verdict=found role=initiator user="SRV\\\\alice" '
            'from="winbind\\\'s cache"') in text, text


def doctor():
    """It says whose password winbind has for whom it runs as."""
    samba()
    here = place.Place()
    tool = shutil.copy(os.path.join(place.build_dir(), 'gss-negotiate'), here.path('tool'))
    os.chmod(tool, 0o755)
    for settings, says in (
            (FROM_WINBIND, f"logs in by NTLM as {NAME}\\alice, with the password in winbind's "
                           'cache'), ('', 'credential: you have none')):
        conf = here.write('own.conf', '[negotiate]\n' + settings)
        env = here.env('none', GSS_NEGOTIATE_CONFIG=conf)
        done = subprocess.run([tool, 'doctor'], env=env, user=UIDS['alice'], check=False,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        assert says in done.stdout, done.stdout


def add_cases(add):
    for mech in MECHS:
        for flags in ([], SIGN, SEAL):
            for settings in ('', OWN_TARGET):
                add(f'{mech}: {"+".join(flags) or "nothing"}, {settings.split()}', logs_in,
                    mech, flags, settings)
        for flags in (SIGN, SEAL):
            add(f'{mech}: at ntlm_auth, {"+".join(flags)}', logs_in_at_samba, mech, flags)
        add(f'{mech}: exported', exported, mech)
        add(f'{mech}: own file first', own_file_first, mech)
        add(f'{mech}: another user', no_credential, mech, HAS_NONE + f'{NAME}\\bob',
            UIDS['bob'])
        add(f'{mech}: root', no_credential, mech, 'not for root', 0)
        add(f'{mech}: set-id', no_credential, mech, 'not for set-id', UIDS['alice'],
            FROM_WINBIND, UIDS['bob'])
        add(f'{mech}: not asked', not_asked, mech)
        add(f'{mech}: with bindings', with_bindings, mech)
    for spelling in (f'{NAME}\\alice', 'srv\\ALICE', 'alice'):
        add(f'named {spelling}', named, spelling,
            spelling if '\\' in spelling else f'{NAME}\\alice')
    for spelling, text in ((f'{NAME}\\bob', HAS_NONE + f'{NAME}\\bob'),
                           ('AD\\alice', HAS_NONE + 'AD\\alice'),
                           ('alice@ad.test', 'as DOMAIN\\user only')):
        add(f'named {spelling}', no_credential, 'ntlm', text, UIDS['alice'], FROM_WINBIND,
            None, spelling)
    add('default credential', default_credential)
    for demands in (False, True):
        add(f'the server {"demands" if demands else "has"} bindings', server_with_bindings,
            demands)
    add('wrong password saved', wrong_password_saved)
    add('winbindd ends after acquire', gone_after_acquire, False, 'winbind')
    add('winbindd restarts after acquire', gone_after_acquire, True, HAS_NONE)
    add('winbindd is frozen', frozen)
    add('ntlm = never', policy, 'ntlm = never\n', 'ntlm = never in')
    add('ntlm_hosts', policy, 'ntlm_hosts = !server.test *\n', 'ntlm_hosts = !server.test in')
    add('fallback', policy, 'fallback = never\n', 'fallback = never in', 'spnego')
    add('setting taken back', setting_taken_back)
    add('min_protection', least_protection)
    add('trace', traced)
    add('doctor', doctor)


def main():
    reason = standalone.missing('ntlm_auth', 'setpriv')
    if reason is None and not world.is_inside():
        world.enter()
    world.add_cases(reason, add_cases)
    place.run()


if __name__ == '__main__':
    main()
