#!/usr/bin/python3
# SPDX-License-Identifier: ISC
"""OpenSSL with its real FIPS provider, and without its legacy provider: who may use NTLM."""
import os
import subprocess
import sys

import login_driver
import place

FIPS = '''config_diagnostics = 1
openssl_conf = all
.include {module}
[all]
providers = providers
alg_section = algorithms
[providers]
fips = fips_sect
base = base
[base]
activate = 1
[algorithms]
default_properties = fips=yes
'''


def openssl(*args, **env):
    return subprocess.run(['openssl', *args], env={'PATH': os.environ['PATH'], **env},
                          stdin=subprocess.DEVNULL, capture_output=True, text=True,
                          timeout=60, check=False)


def fips_conf(here):
    """A configuration that puts every program with OpenSSL into FIPS mode."""
    module = os.path.join(openssl('version', '-m').stdout.split('"')[1], 'fips.so')
    if not os.path.exists(module):
        raise place.Skip(f'no {module} (package openssl-provider-fips)')
    made = openssl('fipsinstall', '-out', here.path('module.cnf'), '-module', module)
    place.check(made.returncode, 0, f'openssl fipsinstall: {made.stderr}')
    conf = here.write('fips.cnf', FIPS.format(module=here.path('module.cnf')))
    assert openssl('md5', '/dev/null').returncode == 0, 'there is no MD5 without FIPS mode'
    assert openssl('md5', '/dev/null', OPENSSL_CONF=conf).returncode != 0, 'this is no FIPS mode'
    return conf


def login(mech, initiator_has, acceptor_has):
    """A login between processes that have these variables more."""
    here = place.Place()
    initiator = login_driver.Peer({**here.initiator_env('both', login_driver.ALICE),
                                   **initiator_has})
    acceptor = login_driver.Peer({**here.acceptor_env('both', login_driver.USERS), **acceptor_has})
    try:
        acceptor.call('accept', mechs=['ntlm', 'spnego'], bindings=None)
        initiator.call('initiate', mech=mech, target='HTTP@server.test',
                       flags=login_driver.SEAL, bindings=None)
        login_driver.establish(initiator, acceptor)
    finally:
        login_driver.end(initiator, acceptor)


def refused_in_fips_mode(side):
    has = [{}, {}]
    has[side] = {'OPENSSL_CONF': fips_conf(place.Place())}
    try:
        login('ntlm', *has)
    except login_driver.Refused as reason:
        assert 'FIPS' in str(reason), f'refused: {reason}'
    else:
        raise AssertionError('NTLM was used in FIPS mode')


def needs_no_legacy_provider(mech):
    """The module computes MD4 and RC4 itself, unless it was built with -Dcrypto=openssl."""
    nothing = {'OPENSSL_MODULES': '/nonexistent'}
    try:
        login(mech, nothing, nothing)
    except login_driver.Refused as reason:
        if 'legacy.so' not in str(reason):
            raise
        raise place.Skip('built with -Dcrypto=openssl, which needs the legacy provider') from None


def add_cases():
    place.add_case('FIPS mode: the initiator', refused_in_fips_mode, 0)
    place.add_case('FIPS mode: the acceptor', refused_in_fips_mode, 1)
    for mech in ('ntlm', 'spnego'):
        place.add_case(f'no legacy provider: {mech}', needs_no_legacy_provider, mech)


if __name__ == '__main__':
    add_cases()
    sys.exit(place.run())
