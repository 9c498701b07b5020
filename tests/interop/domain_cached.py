# SPDX-License-Identifier: ISC
"""A user who has logged in to the member by pam_winbind logs in elsewhere without a credential
of her own: winbind has her password in its cache."""
import functools
import glob
import os
import shutil
import sys

import apache
import domain
import login_driver
import place
from login_driver import Peer, SEAL, establish
from member import acceptor, env, log, member, tickets

PAM = 'security/pam_winbind.so'  # it is not installed: .ci/packages.sh unpacks it
UNPACKED = os.path.join(domain.HERE, '../../build-packages/libpam-winbind')
FROM_WINBIND = 'credentials_from = file,winbind'
TARGET = f'HTTP@{domain.MEMBER_HOST}'
NTLM_NAME, KERBEROS_NAME = f'{domain.NETBIOS}\\alice', f'alice@{domain.REALM}'
HERE = os.path.dirname(os.path.abspath(__file__))


def pam_winbind():
    """Where the PAM module is."""
    found = [os.path.join(folder, PAM) for folder in domain.LIBRARIES]
    found += glob.glob(f'{UNPACKED}/**/{PAM}', recursive=True)
    for path in found:
        if os.path.exists(path):
            return os.path.abspath(path)
    raise place.Skip('no libpam-winbind on this machine')


@functools.cache
def uid_of_alice():
    """She logs in to the member by PAM, under another spelling of her name."""
    if domain.nss_env() is None:
        raise place.Skip('no libnss-winbind on this machine')
    folder = member().place.path('pam.d')
    os.makedirs(folder, exist_ok=True)
    member().place.write('pam.d/login', f'auth required {pam_winbind()} cached_login\n')
    member().run(sys.executable, '-B', os.path.join(HERE, 'pam_login.py'), folder, 'login',
                 f'{domain.NETBIOS.lower()}\\alice', text=domain.PASSWORD + '\n')
    return int(member().run('id', '-u', NTLM_NAME))


def client(*settings, **more):
    """A process of hers."""
    uid = uid_of_alice()
    peer = Peer(env('cached', [FROM_WINBIND, *settings], **more))
    peer.call('become', uid=uid)
    return peer


def server(*settings):
    peer = Peer(acceptor(*settings))
    peer.call('accept', mechs=['ntlm', 'spnego'])
    return peer


def logs_in(mech):
    """At a server that demands the MIC and its own name, and asks winbind."""
    initiator, responder = client('audit = yes'), server('require_mic = yes', 'audit = no',
                                                         f'target_names = HTTP/{domain.MEMBER_HOST}')
    log()
    initiator.call('initiate', mech=mech, target=TARGET, flags=SEAL)
    establish(initiator, responder)
    login_driver.check_who(('both', 'both'), initiator, responder, NTLM_NAME)
    place.check(*[side.call('session_key')['data'] for side in (initiator, responder)],
                'session key')
    login_driver.protect(initiator, responder, True)
    login_driver.end(initiator, responder)
    line = log().take(1)[0]
    for part in (' user="AD\\\\alice"', ' credential=winbind ', ' mic=yes ', ' result=ok'):
        assert part in line, line


def named(spelling):
    initiator, responder = client('audit = no'), server('audit = no')
    initiator.call('acquire', mech='ntlm', user=spelling)
    initiator.call('initiate', mech='ntlm', target=TARGET, flags=[*SEAL, 'acquired'])
    establish(initiator, responder)
    place.check(responder.call('info')['user'], NTLM_NAME, 'the user')
    login_driver.end(initiator, responder)


def kerberos_first(bindings):
    """Her ticket has precedence, as it has over a credential file; and no other credential can
    be used with bindings."""
    mine = tickets('alice')
    os.chown(mine.removeprefix('FILE:'), uid_of_alice(), -1)
    initiator, responder = client('audit = no', tickets=mine), server('audit = no')
    initiator.call('initiate', mech='spnego', target=TARGET, flags=SEAL, bindings=bindings)
    establish(initiator, responder)
    place.check(responder.call('info')['user'], KERBEROS_NAME, 'the user')
    login_driver.end(initiator, responder)


def by_curl():
    """curl finds the module where she may read it."""
    uid = uid_of_alice()
    module = shutil.copy(place.module_path(), member().place.path('gss_negotiate.so'))
    os.chmod(module, 0o755)
    lines = member().place.write('mech-alice.conf', (
        f'gss_negotiate_ntlm {place.NTLM_OID} {module}\n'
        f'gss_negotiate_spnego {place.SPNEGO_LINE_OID} {module} <interposer>\n'))
    web = place.start([login_driver.PYTHON, '-B', os.path.join(HERE, '../../demo/server.py')],
                      env=acceptor('audit = no'), stdout=-1, text=True)
    url = web.stdout.readline().strip()
    mine = env('cached', [FROM_WINBIND, 'audit = no'], GSS_MECH_CONFIG=lines)
    answers, _ = apache.curl(mine, '--negotiate', '-u', ':', urls=[url], user=uid)
    place.check(answers[0].status, 200, 'the answer')
    assert f'{NTLM_NAME} by NTLM' in web.stdout.readline(), 'who logged in'


def add_cases(add):
    for mech in ('ntlm', 'spnego'):
        add(f"winbind's cache: {mech}", logs_in, mech)
    for spelling in (NTLM_NAME, 'alice', KERBEROS_NAME, 'alice@ad'):
        add(f"winbind's cache: named {spelling}", named, spelling)
    for bindings in (None, 'a channel'):
        add(f"winbind's cache: a ticket comes first, bindings: {bindings}", kerberos_first, bindings)
    add("winbind's cache: curl", by_curl)
