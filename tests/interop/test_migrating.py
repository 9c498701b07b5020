#!/usr/bin/python3
# SPDX-License-Identifier: ISC
"""docs/migrating.md: what differs from gss-ntlmssp. Each row of the page has a case here, which
runs both."""
import os
import re
import struct
import subprocess
import sys

import place
from login_driver import ALICE, SIGN, USERS, Peer, Refused, end, establish, pair

PAGE = os.path.join(os.path.dirname(os.path.abspath(__file__)), '../../docs/migrating.md')
ROW = re.compile(r'^\| [^|]+ \| [^|]+ \| [^|]+ \| `(\w+)` \|$', re.M)
ESS, SIGNS, SEALS = 0x00080000, 0x10, 0x20
V1_LENGTH = 24


def nt_response_length(authenticate):
    return struct.unpack_from('<H', authenticate, 20)[0]


def refusal(action, *arguments, **named):
    """The sentence with which it is refused."""
    try:
        action(*arguments, **named)
    except Refused as refused:
        return str(refused)
    raise AssertionError('it is not refused')


def acquire(env):
    """The user of the default credential of NTLM."""
    process = Peer(env)
    return process.call('acquire', mech='ntlm')['user']


def accept(env):
    process = Peer(env)
    process.call('accept', mechs=['ntlm'])
    return process


def initiate(env, mech='ntlm', flags=()):
    process = Peer(env)
    process.call('initiate', mech=mech, target='HTTP@server.test', flags=list(flags))
    return process


def one_line():
    for setups in (('peer', 'ntlm'), ('ntlm', 'peer'), ('ntlm', 'ntlm'), ('peer', 'peer')):
        sides = pair(setups, 'ntlm', SIGN)
        establish(*sides)
        place.check(place.shown(setups[1], sides[1].call('info')['user']), 'AD\\alice', 'user')
        end(*sides)
        sides = pair(setups, 'ntlm', SIGN, 'AD:alice:wrong')
        refusal(establish, *sides)


def built_in_spnego():
    for setups in (('peer', 'peer'), ('peer', 'ntlm'), ('ntlm', 'peer'), ('ntlm', 'ntlm')):
        sides = pair(setups, 'spnego', SIGN)
        establish(*sides)
        end(*sides)


def file_formats():
    """The file of one is the file of the other, in both formats and both roles."""
    here = place.Place()
    hashed = here.path('hashed')
    settings = here.write('by-tool.conf', '[negotiate]\n')
    subprocess.run([os.path.join(place.build_dir(), 'gss-negotiate'), 'passwd', '-f', hashed,
                    'AD\\alice'], input='correct horse\n', text=True, check=True,
                   stdout=subprocess.DEVNULL, env=here.env('ntlm', GSS_NEGOTIATE_CONFIG=settings))
    with open(hashed, encoding='utf-8') as file:
        assert file.read().startswith('AD\\alice:65534:')
    for path in (here.write('plain', USERS, 0o600), hashed):
        for setups in (('peer', 'peer'), ('ntlm', 'ntlm'), ('peer', 'ntlm'), ('ntlm', 'peer')):
            sides = [initiate(here.env(setups[0], NTLM_USER_FILE=path), flags=SIGN),
                     accept(here.env(setups[1], NTLM_USER_FILE=path))]
            establish(*sides)
            end(*sides)


def file_rights():
    here = place.Place()
    path = here.write('open', USERS, 0o644)
    acquire(here.env('peer', NTLM_USER_FILE=path))
    for action in (acquire, accept):
        said = refusal(action, here.env('ntlm', NTLM_USER_FILE=path))
        assert 'chmod 06' in said and path in said, said


def own_file():
    here = place.Place()
    mine = here.write('mine', ALICE + '\n', 0o600)
    settings = here.write('own.conf', f'[negotiate]\n    credential_file = {mine}\n')
    place.check(acquire(here.env('ntlm', GSS_NEGOTIATE_CONFIG=settings)), 'AD\\alice', 'user')
    refusal(acquire, here.env('peer', GSS_NEGOTIATE_CONFIG=settings))


def nothing_to_offer():
    here = place.Place()
    accept(here.env('peer'))
    settings = here.write('none.conf', f'[negotiate]\n    user_file = {here.path("no-users")}\n')
    said = refusal(accept, here.env('ntlm', GSS_NEGOTIATE_CONFIG=settings))
    assert 'gss-negotiate passwd' in said and here.path('no-users') in said, said


def tokens_at_level(setups, level):
    here = place.Place()
    path = here.write('users', USERS, 0o600)
    sides = [initiate(here.env(setups[0], NTLM_USER_FILE=path, LM_COMPAT_LEVEL=level)),
             accept(here.env(setups[1], NTLM_USER_FILE=path, LM_COMPAT_LEVEL='0'))]
    return establish(*sides)


def ntlmv1_is_not_made():
    for level in ('0', '1', '2'):
        tokens = tokens_at_level(('peer', 'peer'), level)
        place.check(nt_response_length(tokens[2]), V1_LENGTH, 'NTLMv1')
        tokens = tokens_at_level(('ntlm', 'ntlm'), level)
        assert nt_response_length(tokens[2]) > V1_LENGTH, level


def ntlmv1_is_not_taken():
    """gss-ntlmssp's client itself gives up at the module's CHALLENGE; so the server gets the
    response that the client made for another one."""
    for level in ('0', '1', '2'):
        refusal(tokens_at_level, ('peer', 'ntlm'), level)
        negotiate, _, authenticate = tokens_at_level(('peer', 'peer'), level)[:3]
        here = place.Place()
        server = accept(here.acceptor_env('ntlm', USERS))
        server.call('step', token=negotiate)
        said = refusal(server.call, 'step', token=authenticate)
        assert 'NTLMv1' in said and 'Windows 11 24H2' in said, said


def wrong_level():
    here = place.Place()
    path = here.write('users', USERS, 0o600)

    def step(setup):
        initiate(here.env(setup, NTLM_USER_FILE=path, LM_COMPAT_LEVEL='9')).call('step')

    refusal(step, 'peer')
    said = refusal(step, 'ntlm')
    assert 'LM_COMPAT_LEVEL' in said, said


def challenge(setup, change=0, **env):
    """The CHALLENGE to a client that asks for everything but the flags in change."""
    here = place.Place()
    path = here.write('users', USERS, 0o600)
    token = bytearray(initiate(here.env('ntlm', NTLM_USER_FILE=path),
                               flags=['confidentiality']).call('step')['token'])
    flags = struct.unpack_from('<I', token, 12)[0]
    place.check(flags & (ESS | SEALS), ESS | SEALS, 'what the client asks for')
    struct.pack_into('<I', token, 12, flags & ~change)
    server = accept(here.env(setup, NTLM_USER_FILE=path, **env))
    return server.call('step', token=bytes(token))['token']


def no_weak_sealing():
    granted = struct.unpack_from('<I', challenge('peer', ESS), 20)[0]
    place.check(granted & (ESS | SEALS), SEALS, 'what gss-ntlmssp grants')
    granted = struct.unpack_from('<I', challenge('ntlm', ESS), 20)[0]
    place.check(granted & (ESS | SIGNS | SEALS), 0, 'what the module grants')


def netbios_names():
    for setup in ('peer', 'ntlm'):
        token = challenge(setup, NETBIOS_COMPUTER_NAME='OTHERPC', NETBIOS_DOMAIN_NAME='OTHERDOM')
        for name in ('OTHERPC', 'OTHERDOM'):
            assert name.encode('utf-16-le') in token, (setup, name)


def debug():
    here = place.Place()
    path = here.write('users', USERS, 0o600)
    for setup, made in (('peer', True), ('ntlm', False)):
        target = here.path(f'debug-{setup}')
        env = here.env(setup, NTLM_USER_FILE=path, GSSNTLMSSP_DEBUG=target)
        acquire(env)
        place.check(os.path.exists(target), made, f'{setup}: the file of GSSNTLMSSP_DEBUG')
    done = subprocess.run([os.path.join(place.build_dir(), 'gss-negotiate'), 'doctor'], env=env,
                          capture_output=True, text=True, check=False)
    assert re.search(r'^note\s+trace: GSSNTLMSSP_DEBUG is set', done.stdout, re.M), done.stdout
    trace = here.path('trace')
    acquire(here.env('ntlm', NTLM_USER_FILE=path, GSS_NEGOTIATE_TRACE=trace))
    with open(trace, encoding='utf-8') as file:
        assert 'credential verdict=found' in file.read()


def displayed_name():
    for setup, shown in (('peer', 'AD\\alice\0'), ('ntlm', 'AD\\alice')):
        sides = pair((setup, setup), 'ntlm', SIGN)
        establish(*sides)
        place.check(sides[1].call('info')['user'], shown, setup)


CASES = (one_line, built_in_spnego, file_formats, file_rights, own_file, nothing_to_offer,
         ntlmv1_is_not_made, ntlmv1_is_not_taken, wrong_level, no_weak_sealing, netbios_names,
         debug, displayed_name)


def rows_and_cases():
    """The page has a row for each case, and no other one."""
    with open(PAGE, encoding='utf-8') as page:
        place.check(ROW.findall(page.read()), [case.__name__ for case in CASES], 'rows')


if __name__ == '__main__':
    place.add_case('each row of the page has a case', rows_and_cases)
    for one in CASES:
        place.add_case(one.__name__, one)
    sys.exit(place.run())
