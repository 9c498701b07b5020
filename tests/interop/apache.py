# SPDX-License-Identifier: ISC
"""An Apache of the test's own, with mod_auth_gssapi, and curl to talk to it."""
import os
import pwd
import socket
import subprocess

import libcurl
import place

MODULE_DIRS = ('/usr/lib/apache2/modules', '/usr/lib64/httpd/modules')
PROGRAMS = ('/usr/sbin/apache2', '/usr/sbin/httpd')
MODULES = ('authn_core', 'authz_core', 'authz_user', 'headers', 'env', 'auth_gssapi')

USERS = 'AD:alice:correct horse\nAD:bob:staple\n'

CONFIG = '''
ServerRoot {dir}
ServerName 127.0.0.1
Listen 127.0.0.1:{port}
PidFile {dir}/httpd.pid
DefaultRuntimeDir {dir}
Mutex file:{dir}
ErrorLog {dir}/error.log
LogLevel info
{modules}
{user}
StartServers 2
ServerLimit 4
{mpm}
KeepAlive On
KeepAliveTimeout 20
GracefulShutdownTimeout 5
DocumentRoot {dir}/htdocs
Header always set X-User "expr=%{{REMOTE_USER}}"
{section}
'''
SECTION = '''<Location />
    AuthType GSSAPI
    AuthName "interop"
    GssapiConnectionBound On
{how}
    GssapiPublishErrors On
    GssapiPublishMech On
    Require {require}
    Header always set X-Mech "%{{GSS_MECH}}e"
</Location>
'''
MPM = {
    'prefork': 'MaxRequestWorkers 4\nMinSpareServers 1\nMaxSpareServers 2',
    'event': 'ThreadsPerChild 4\nThreadLimit 4\nMaxRequestWorkers 8',
}


ONLY_NTLM = ('GssapiAllowedMech ntlmssp',)


def _first(paths, what):
    for path in paths:
        if os.path.exists(path):
            return path
    raise place.Skip(f'no {what} on this machine')


def module_dir():
    """The folder of Apache's modules."""
    return _first(MODULE_DIRS, 'Apache modules')


def worker():
    """The account that an Apache started by root works as: (user, group), or None."""
    if os.geteuid() != 0:
        return None
    for name in ('www-data', 'apache', 'nobody'):
        try:
            account = pwd.getpwnam(name)
        except KeyError:
            continue
        return name, account.pw_gid
    raise place.Skip('no account for Apache to work as')


def group():
    """The group that must be able to read the user file; None: only this account reads it."""
    account = worker()
    return None if account is None else account[1]


class Apache:
    """One running server. env is the whole environment of its processes. how are lines of
    configuration for mod_auth_gssapi, in a section for the whole server, which lets in whom
    require says; section is
    configuration in the place of it, which needs also these modules. within is a command
    that runs the server's."""

    def __init__(self, where, env, mpm='prefork', how=ONLY_NTLM, within=(), section=None,
                 modules=(), require='valid-user'):
        self.place = where
        self.modules = (f'mpm_{mpm}', 'unixd') + MODULES + tuple(modules)
        self.port = place.free_port()
        self.url = f'http://127.0.0.1:{self.port}/index.html'
        program = _first(PROGRAMS, 'Apache')
        if section is None:
            section = SECTION.format(require=require,
                                     how='\n'.join('    ' + line for line in how))
        config = where.write('httpd.conf', self._config(mpm, section))
        os.makedirs(where.path('htdocs'), exist_ok=True)
        where.write('htdocs/index.html', 'the page\n')
        self.child = place.start([*within, program, '-f', config, '-DFOREGROUND'], env=env,
                                 stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self.wait_ready()

    def _config(self, mpm, section):
        folder = module_dir()
        _first([f'{folder}/mod_auth_gssapi.so'], 'mod_auth_gssapi')
        modules = '\n'.join(f'LoadModule {name}_module {folder}/mod_{name}.so'
                            for name in self.modules
                            if os.path.exists(f'{folder}/mod_{name}.so'))
        account = worker()
        user = '' if account is None else f'User {account[0]}\nGroup #{account[1]}'
        return CONFIG.format(dir=self.place.dir, port=self.port, modules=modules, user=user,
                             mpm=MPM[mpm], section=section)

    def _connects(self):
        assert self.child.poll() is None, 'Apache ended:\n' + self.log()
        with socket.create_connection(('127.0.0.1', self.port), 2):
            return True

    def wait_ready(self):
        place.wait_until(self._connects, 'Apache listens')

    def log(self):
        """The server's log, for the message of a failure."""
        path = self.place.path('error.log')
        if not os.path.exists(path):
            return ''
        with open(path, encoding='utf-8', errors='replace') as log:
            return log.read()

    def graceful(self):
        """A graceful restart; returns when new children serve."""
        before = self.log().count('resuming normal operations')
        self.child.send_signal(place.signal.SIGUSR1)
        place.wait_until(lambda: self.log().count('resuming normal operations') > before,
                         'graceful restart')
        self.wait_ready()

    def stop(self):
        """Ends the server and demands that no process of it died of a signal. It is asked to
        finish first (SIGWINCH): at SIGTERM a child exits within the signal's handler, in the
        middle of what it does and beside its threads, and crashes then by itself."""
        self.child.send_signal(place.signal.SIGWINCH)
        place.wait_until(lambda: self.child.poll() is not None, 'graceful stop')
        place.check(place.stop(self.child), 0, 'exit status of Apache')
        for word in ('Segmentation', 'exit signal', 'AddressSanitizer', 'corrupt'):
            assert word not in self.log(), self.log()


class Answer:
    """One HTTP answer: status, headers (lower-case names to lists of values)."""

    def __init__(self, text):
        lines = text.split('\r\n')
        self.status = int(lines[0].split()[1])
        self.headers = {}
        for line in lines[1:]:
            name, _, value = line.partition(':')
            self.headers.setdefault(name.lower(), []).append(value.strip())

    def header(self, name):
        return self.headers.get(name.lower(), [''])[0]

    @property
    def user(self):
        return self.header('X-User')

    @property
    def mech(self):
        return self.header('X-Mech')


def curl(env, *options, urls, user=None):
    """Runs curl once for all urls, as this user of the machine; its last answer to each, and
    how many connections it made."""
    if '--ntlm' in options or '--proxy-ntlm' in options:
        libcurl.need_ntlm()
    env = libcurl.permitting(env)
    outputs = [part for _ in urls for part in ('-o', '/dev/null')]
    args = ['curl', '-q', '-sS', '-m', '100', '--noproxy', '*', '-D', '-', *outputs,
            '-w', '\r\nEND %{num_connects}\r\n\r\n', *options, *urls]
    done = subprocess.run(args, env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                          timeout=300, check=False, user=user)
    output = done.stdout.decode('utf-8', 'replace')
    answers = []
    connections = 0
    last = None
    for block in output.split('\r\n\r\n'):
        block = block.strip()
        if block.startswith('HTTP/'):
            last = Answer(block)
        elif block.startswith('END'):
            connections += int(block.split()[1])
            answers.append(last)
            last = None
    assert len(answers) == len(urls) and None not in answers, \
        f'curl: {done.returncode} {done.stderr!r} {output}'
    return answers, connections


def curl_negotiate(env, *urls):
    return curl(env, '--negotiate', '-u', ':', urls=urls)


class Running:
    """A site whose Apache, self.server, ends with the block. After a failure the end of its log
    is printed."""

    def __enter__(self):
        return self

    def __exit__(self, kind, error, trace):
        if kind is None:
            self.server.stop()
            return
        place.stop(self.server.child, 20)
        if kind is not place.Skip:
            for line in self.server.log().splitlines()[-20:]:
                print('# error.log: ' + line)


class Site(Running):
    """An Apache with our users."""

    def __init__(self, setup, mpm='prefork'):
        self.place = place.Place()
        self.setup = setup
        self.users = self.place.path(f'users-{setup}')
        env = self.place.acceptor_env(setup, USERS, group())
        self.server = Apache(self.place, env, mpm)

    def client(self, setup, line):
        return self.place.initiator_env(setup, line)

    def check_in(self, answer, user):
        """Checks for status 200, the user, and the mechanism that the server names."""
        place.check(answer.status, 200, 'status')
        place.check(answer.user, user, 'REMOTE_USER')
        assert 'ntlm' in answer.mech.lower() or place.NTLM_OID in answer.mech, answer.mech

    def check_out(self, answers):
        place.check([a.status for a in answers], [401] * len(answers), 'status')
        place.check(answers[-1].user in ('', '(null)'), True, 'nobody is logged in')


    def check_reason(self):
        """Checks that the log has a sentence with the reason for each refused login."""
        if self.setup == 'peer' or place.is_stand_in():
            return
        lines = [line for line in self.server.log().splitlines() if '() failed:' in line]
        assert lines, 'the log says nothing of the refused logins'
        for line in lines:
            assert 'Unknown' not in line and '()]' not in line, line
