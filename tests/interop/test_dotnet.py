#!/usr/bin/python3
# SPDX-License-Identifier: ISC
"""Logins by .NET's NegotiateAuthentication, client and server, through the real GSS-API
library. No KDC is there: each of them is NTLM's. Which Kerberos .NET would ask for, and what
its sequence of calls leads to with a KDC, is tested by kerberos/dotnet."""
import functools
import os
import shutil
import subprocess

import place

PROGRAM = os.path.join(os.path.dirname(os.path.abspath(__file__)), 'Login.cs')
PROJECT = '''<Project Sdk="Microsoft.NET.Sdk">
  <PropertyGroup>
    <OutputType>Exe</OutputType>
    <TargetFramework>net{major}.0</TargetFramework>
    <InvariantGlobalization>true</InvariantGlobalization>
  </PropertyGroup>
</Project>
'''
USERS = 'DOMAIN:alice:Wonderland 1\n'
PATIENCE_S = 240

SIGNED, SEALED = ('yes', 'no'), ('yes', 'yes')
# .NET asks for the flags of the level alone; SPNEGO adds integrity for its mechListMIC.
PROTECTION = {('Negotiate', 'None'): SIGNED, ('Negotiate', 'Sign'): SIGNED,
              ('Negotiate', 'EncryptAndSign'): SEALED, ('NTLM', 'None'): ('no', 'no'),
              ('NTLM', 'Sign'): SIGNED, ('NTLM', 'EncryptAndSign'): SEALED}


def run(command, env, folder):
    return subprocess.run(command, env=env, cwd=folder, capture_output=True, text=True,
                          timeout=PATIENCE_S, check=False)


@functools.cache
def here():
    return place.Place()


@functools.cache
def quiet():
    """An environment in which .NET leaves the user's own folders alone."""
    env = here().acceptor_env('both', USERS)
    env.update(PATH=os.environ['PATH'], DOTNET_CLI_TELEMETRY_OPTOUT='1', DOTNET_NOLOGO='1',
               DOTNET_SKIP_FIRST_TIME_EXPERIENCE='1', DOTNET_CLI_HOME=here().dir,
               NUGET_PACKAGES=here().path('packages'), KRB5_TRACE='/dev/null')
    return env


@functools.cache
def program():
    """The program, built without asking any registry."""
    if shutil.which('dotnet') is None:
        raise place.Skip('no .NET SDK on this machine (dotnet)')
    version = run(['dotnet', '--version'], quiet(), here().dir)
    if version.returncode != 0:
        raise place.Skip('no .NET SDK on this machine: ' + version.stderr.strip())
    folder = here().path('login')
    os.mkdir(folder)
    shutil.copy(PROGRAM, folder)
    with open(os.path.join(folder, 'login.csproj'), 'w', encoding='utf-8') as project:
        project.write(PROJECT.format(major=version.stdout.split('.')[0]))
    built = run(['dotnet', 'build', '--source', folder, '-o', here().path('built')], quiet(),
                folder)
    assert built.returncode == 0, built.stdout + built.stderr
    return here().path('built/login.dll')


def login(package, level, domain, password='Wonderland 1'):
    done = run(['dotnet', program(), package, level, 'alice', domain, password], quiet(),
               here().dir)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout.strip()


def logs_in(package, level, domain):
    signed, encrypted = PROTECTION[package, level]
    place.check(login(package, level, domain),
                f'Completed Completed signed={signed} encrypted={encrypted} package=NTLM '
                'user=DOMAIN\\alice', 'how it ends')


def is_refused(package, domain, password):
    said = login(package, 'Sign', domain, password).split()
    place.check(len(said), 2, f'what both say ({said})')
    assert said[1] not in ('Completed', 'ContinueNeeded'), said


for name, kind in PROTECTION:
    for where in ('DOMAIN', ''):
        place.add_case(f'{name}, {kind}, alice of "{where}"', logs_in, name, kind, where)
for name in ('Negotiate', 'NTLM'):
    place.add_case(f'{name}: a wrong password', is_refused, name, 'DOMAIN', 'wrong')
    place.add_case(f'{name}: a user of another domain', is_refused, name, 'dom.example',
                   'Wonderland 1')
place.run()
