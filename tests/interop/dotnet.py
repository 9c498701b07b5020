# SPDX-License-Identifier: ISC
"""Programs of .NET: their compilation without any registry, and one of them, Login.cs, as a
side of a login."""
import functools
import glob
import json
import os
import shutil
import subprocess
import sys

import login_driver
import place

HERE = os.path.dirname(os.path.abspath(__file__))
PATIENCE_S = 240
OLDEST = 9  # NegotiateAuthentication.VerifyIntegrityCheck is of .NET 9
KNOWN = 10  # the faults of .NET that the tests expect are those of its release 10.0
PACK = 'packs/{framework}.Ref/*/ref/net{major}.0/*.dll'
CORE, WEB = 'Microsoft.NETCore.App', 'Microsoft.AspNetCore.App'


def quiet(env):
    """The environment, in which .NET leaves the user's own folders alone."""
    return dict(env, PATH=os.environ['PATH'], DOTNET_CLI_TELEMETRY_OPTOUT='1',
                DOTNET_NOLOGO='1', DOTNET_CLI_HOME=env['HOME'], DOTNET_EnableDiagnostics='0',
                KRB5_TRACE='/dev/null')


@functools.cache
def here():
    return place.Place()


@functools.cache
def sdk():
    """The newest SDK: (root of .NET, version)."""
    if shutil.which('dotnet') is None:
        raise place.Skip('no .NET SDK on this machine (dotnet)')
    listed = subprocess.run(['dotnet', '--list-sdks'], env=quiet(here().env('none')),
                            capture_output=True, text=True, timeout=PATIENCE_S, check=False)
    if not listed.stdout.strip():
        raise place.Skip('dotnet has a runtime here, but no SDK')
    version, _, folder = listed.stdout.splitlines()[-1].partition(' ')
    if int(version.split('.')[0]) < OLDEST:
        raise place.Skip(f'.NET SDK {version}: the test needs .NET {OLDEST}')
    return os.path.dirname(folder.strip('[]')), version


def is_known():
    """Whether this .NET has the faults that the tests expect."""
    return int(sdk()[1].split('.')[0]) == KNOWN


def need_known():
    """Skips a case that is about a fault of .NET, if this is another release."""
    if not is_known():
        raise place.Skip(f'a fault of .NET {KNOWN}.0; this is {sdk()[1]}')


def _references(root, major, frameworks):
    found = []
    for framework in frameworks:
        pack = glob.glob(os.path.join(root, PACK.format(framework=framework, major=major)))
        if not pack:
            raise place.Skip(f'the .NET SDK in {root} has no {framework}')
        found += [f'-r:{name}' for name in pack]
    return found


def build(name, sources, web=False):
    """Compiles source files by the SDK's own compiler: the path of the program."""
    root, version = sdk()
    major = version.split('.', maxsplit=1)[0]
    compiler = os.path.join(root, 'sdk', version, 'Roslyn/bincore/csc.dll')
    if not os.path.exists(compiler):
        raise place.Skip(f'the .NET SDK {version} has no compiler at {compiler}')
    frameworks = [CORE, WEB] if web else [CORE]
    program = here().path(name + '.dll')
    done = subprocess.run(
        ['dotnet', compiler, '-nologo', '-warnaserror+', '-optimize+', f'-out:{program}',
         *_references(root, major, frameworks), *sources], env=quiet(here().env('none')),
        cwd=here().dir, capture_output=True, text=True, timeout=PATIENCE_S, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    options = {'tfm': f'net{major}.0', 'frameworks': [
        {'name': framework, 'version': f'{major}.0.0'} for framework in frameworks],
        'configProperties': {'System.Globalization.Invariant': True}}
    here().write(name + '.runtimeconfig.json', json.dumps({'runtimeOptions': options}))
    return program


def source(name):
    return os.path.join(HERE, name)


@functools.cache
def login_program():
    return build('login', [source(name) for name in ('Login.cs', 'Streams.cs', 'Web.cs',
                                                     'Mail.cs')])


class Peer(login_driver.Peer):
    """A process of Login.cs. managed: .NET's own NTLM and SPNEGO are its client."""

    def __init__(self, env, managed=False):
        self.child = place.start(
            ['dotnet', login_program(), *(['managed'] if managed else [])], env=quiet(env),
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self._answer()


def establish(client, server):
    """Carries tokens until nobody has one left; all of them in their order. A client of
    .NET's own SPNEGO says that it is done before it has the server's last token."""
    tokens = []
    token = None
    done = False
    for _ in range(login_driver.MAX_LEGS):
        token = client.call('step', token=token)['token']
        if token is None:
            break
        tokens.append(token)
        answer = server.call('step', token=token)
        done, token = answer['done'], answer['token']
        if token is None:
            break
        tokens.append(token)
    assert done, f'the server is not done after {len(tokens)} tokens'
    return tokens


def run():
    """Runs the cases; skips them all at once where .NET is missing."""
    try:
        login_program()
    except place.Skip as reason:
        print(f'1..0 # SKIP {reason}')
        sys.exit(0)
    place.run()
