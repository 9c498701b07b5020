# SPDX-License-Identifier: ISC
"""The libcurl of this machine, in curl and git. One that is built without NTLM forbids NTLM
inside SPNEGO, by gss_set_neg_mechs. The tests are of this module and not of that choice, so
they preload a library that takes the call away."""
import functools
import os
import shutil
import subprocess

import place


@functools.cache
def version():
    """As in 'curl 8.23.0', and whether this curl has NTLM."""
    if shutil.which('curl') is None:
        raise place.Skip('no curl on this machine')
    said = subprocess.run(['curl', '--version'], capture_output=True, text=True, timeout=60,
                          check=True).stdout
    features = [line for line in said.splitlines() if line.startswith('Features:')]
    return ' '.join(said.split()[:2]), 'NTLM' in features[0].split()


def has_ntlm():
    return version()[1]


def need_ntlm(what=''):
    """Skips the case if curl is built without NTLM; its own is --ntlm."""
    if not has_ntlm():
        raise place.Skip(f'{version()[0]} is built without NTLM{what}')


@functools.cache
def permit_ntlm():
    """A copy of the library that every user of the machine can read."""
    built = os.path.join(place.build_dir(), 'tests', 'permit_ntlm.so')
    copy = place.Place().path('permit_ntlm.so')
    shutil.copy(built, copy)
    os.chmod(copy, 0o755)
    print(f'# {version()[0]} is built without NTLM: permit_ntlm.so is preloaded')
    return copy


def permitting(env):
    """The environment env for curl or git, in which they use NTLM inside SPNEGO."""
    if shutil.which('curl') is None or has_ntlm():
        return env
    before = [env['LD_PRELOAD']] if 'LD_PRELOAD' in env else []
    return dict(env, LD_PRELOAD=':'.join([*before, permit_ntlm()]))
