#!/usr/bin/python3
# SPDX-License-Identifier: ISC
"""OpenSSH's client at its server: a client that offers every mechanism of the library to
every server offers NTLM only where ntlm_hosts writes the service host."""
import functools
import os
import re
import shutil
import subprocess
import sys

import page
import place
import reasons

UNPACKED = os.path.join(os.path.dirname(os.path.abspath(__file__)), '../../build-packages')
NOBODY = 65534
LINE = 'AD:alice:correct horse'
NTLM_NEGOTIATE = 'token=4e544c4d5353500001'  # as the trace writes its bytes
SENT = 'we sent a gssapi-with-mic packet'
SERVER = 'server.example'


@functools.cache
def copies():
    return place.Place()


def of_package(package, path):
    """A program of OpenSSH. Where the usual package is built without the GSS-API, Debian has one
    with it, which .ci/packages.sh unpacks; a copy of it can be run by every user."""
    with_gssapi = os.path.join(UNPACKED, f'{package}-gssapi', path)
    if not os.path.exists(with_gssapi):
        return '/' + path
    return shutil.copy(with_gssapi, copies().dir)


SSH = of_package('openssh-client', 'usr/bin/ssh')
SSHD = of_package('openssh-server', 'usr/sbin/sshd')
PARTS = {'SshdSessionPath': 'usr/lib/openssh/sshd-session',
         'SshdAuthPath': 'usr/lib/openssh/sshd-auth'}


def parts_of_server():
    """The lines of the settings that name the server's other programs, if it was unpacked."""
    named = {key: of_package('openssh-server', path) for key, path in PARTS.items()}
    return ''.join(f'{key} {path}\n' for key, path in named.items() if path != '/' + PARTS[key])


def find_programs():
    for name in (SSH, 'ssh-keygen', SSHD, 'setpriv'):
        if shutil.which(name, path='/usr/sbin:/usr/bin:/sbin:/bin') is None:
            raise place.Skip(f'needs openssh-client and openssh-server: no {name}')


@functools.cache
def here():
    find_programs()
    made = place.Place()
    key = made.path('host-key')
    subprocess.run(['ssh-keygen', '-q', '-t', 'ed25519', '-N', '', '-f', key], check=True,
                   timeout=20, stdin=subprocess.DEVNULL)
    made.write('sshd.conf', f'HostKey {key}\nPidFile none\nUsePAM no\nStrictModes no\n'
               'GSSAPIAuthentication yes\nPasswordAuthentication no\n'
               'PubkeyAuthentication no\nKbdInteractiveAuthentication no\n'
               + parts_of_server())
    if os.getuid() == 0:
        os.chown(key, NOBODY, NOBODY)
    return made


def server_command():
    """A server for one connection, on its standard input and output; not as root, for
    which it wants a folder in /run."""
    command = f'{SSHD} -i -e -f {here().path("sshd.conf")}'
    if os.getuid() != 0:
        return command
    return f'setpriv --reuid={NOBODY} --regid={NOBODY} --clear-groups {command}'


def ssh(env):
    """What ssh said."""
    options = ['GSSAPIAuthentication=yes', 'PreferredAuthentications=gssapi-with-mic',
               'UserKnownHostsFile=/dev/null', 'StrictHostKeyChecking=no', 'BatchMode=yes',
               f'ProxyCommand={server_command()}']
    args = [part for option in options for part in ('-o', option)]
    done = subprocess.run([SSH, '-F', 'none', '-vv', *args, f'somebody@{SERVER}'], env=env,
                          stdin=subprocess.DEVNULL, capture_output=True, text=True,
                          errors='replace', timeout=60, check=False)
    if 'Unsupported option "gssapiauthentication"' in done.stderr:
        version = re.search('OpenSSH_[^, ]*', done.stderr).group()
        raise place.Skip(f'{version} is built without the GSS-API')
    assert 'Next authentication method: gssapi-with-mic' in done.stderr, done.stderr
    return done.stderr


def connect(lines, settings):
    """The output of ssh, and the trace of our module."""
    trace = here().path('trace')
    if os.path.exists(trace):
        os.remove(trace)
    conf = here().write('negotiate.conf', f'[negotiate]\n    audit = no\n{settings}')
    env = here().initiator_env(lines, LINE)
    env.update(GSS_NEGOTIATE_CONFIG=conf, GSS_NEGOTIATE_TRACE=trace)
    said = ssh(env)
    with open(trace, encoding='utf-8') as text:
        return said, text.read()


def keeps_ntlm(lines, settings):
    said, trace = connect(lines, settings)
    place.check(SENT in said, False, f'a mechanism is offered, {said}')
    assert 'target=host@' + SERVER in trace, f'NTLM was not asked for: {trace}'
    assert NTLM_NEGOTIATE not in trace, trace
    assert 'has no pattern for the service host' in trace, trace
    assert 'has no pattern for the service host' in said, said


def reasons_of_clients(lines):
    """ssh shows why each mechanism is not offered; NTLM's reason is the last."""
    for way in reasons.CLIENTS:
        env, says = reasons.client(way, lines, f'    ntlm_hosts = host/{SERVER}\n')
        said = ssh(env)
        place.check(SENT in said, False, f'a mechanism is offered, {said}')
        assert says in said, f'{way}: ssh lacks {says!r}: {said}'


def offers_ntlm(lines, settings):
    said, trace = connect(lines, settings)
    place.check(said.count(SENT), 1, f'mechanisms that are offered, {said}')
    assert NTLM_NEGOTIATE in trace, trace


def as_the_page_says(lines):
    """NTLM is offered, and OpenSSH's own server refuses it."""
    text = page.block('ssh', {'build.example.org': SERVER}).removeprefix('[negotiate]\n')
    offers_ntlm(lines, text)
    said, _ = connect(lines, text)
    assert 'Permission denied' in said, said


def add_cases():
    for lines in ('ntlm', 'both'):
        for about, settings in (('by default', ''),
                                ('everywhere', '    ntlm_hosts = *\n'),
                                ('that host', f'    ntlm_hosts = {SERVER}\n'),
                                ('another', '    ntlm_hosts = host/other.example *\n')):
            place.add_case(f'{lines}, {about}: no NTLM', keeps_ntlm, lines, settings)
        for pattern in (f'host/{SERVER}', 'host/*.example', '*/*'):
            place.add_case(f'{lines}, {pattern}: NTLM is offered', offers_ntlm, lines,
                           f'    ntlm_hosts = {pattern}\n')
        place.add_case(f'{lines}: why NTLM is not offered', reasons_of_clients, lines)
        place.add_case(f'{lines}, as docs/programs.md says: NTLM is offered', as_the_page_says,
                       lines)


if __name__ == '__main__':
    add_cases()
    sys.exit(place.run())
