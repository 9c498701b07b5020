#!/usr/bin/python3
# SPDX-License-Identifier: ISC
"""docs/programs.md: Apache, curl, git, Subversion and Python, set up and called as the page
says."""
import functools
import grp
import os
import re
import shutil
import subprocess
import sys

import apache
import page
import place

HERE = os.path.dirname(os.path.abspath(__file__))
GIT_BACKEND = '/usr/lib/git-core/git-http-backend'
LOGIN = ('--negotiate', '-u', ':')
OWN_NTLM = ('--ntlm', '-u', f'{page.USER}:{page.PASSWORD}')
BIG = 1500000  # curl asks for 100-continue by itself above a MiB


@functools.cache
def here():
    return place.Place()


@functools.cache
def client():
    """An environment with the user's credential."""
    return here().initiator_env('both', page.LINE)


class Server:
    """An Apache with a section from the page, or with a text made from it."""

    def __init__(self, section, modules=(), mpm='prefork', users=page.USERS):
        where = place.Place()
        self.users = where.path('users-both')
        self.env = where.acceptor_env('both', users, apache.group())
        self.apache = apache.Apache(where, self.env, mpm, section=section,
                                    modules=('dir', *modules))
        self.host = f'127.0.0.1:{self.apache.port}'
        self.at = {page.WWW: self.host}

    def __enter__(self):
        return self

    def __exit__(self, kind, error, trace):
        place.stop(self.apache.child)
        if kind is not None:
            for line in self.apache.log().splitlines()[-20:]:
                print('# error.log: ' + line)

    def ask_all(self, *logins, env=None):
        """What one curl gets for each of these options: (status, user, HTTP version,
        connections), and curl's exit status."""
        report = '%{http_code}\t%header{x-user}\t%{http_version}\t%{num_connects}\x1e'
        args = ['curl', '-q']
        for options in logins:
            args += ['-sS', '-m', '60', '-o', '/dev/null', '-w', report, *options,
                     f'http://{self.host}/index.html', '--next']
        done = subprocess.run(args[:-1], env=env or client(), capture_output=True, text=True,
                              timeout=120, check=False)
        rows = [row.split('\t') for row in done.stdout.split('\x1e')[:-1]]
        return [(int(row[0]), row[1].strip(), row[2], int(row[3]))
                for row in rows], done.returncode

    def ask(self, *options, env=None):
        return self.ask_all(options, env=env)[0][0]


def section():
    return page.block('apache')


def check_user(server, *options):
    place.check(server.ask(*options)[:2], (200, page.USER), f'status, user by {options}')


# ---- Apache ----------------------------------------------------------------------------

@place.case('Apache: the settings of the page')
def apache_settings():
    with Server(section()) as server:
        for options in (LOGIN, OWN_NTLM):
            check_user(server, *options)
        place.check(server.ask()[0], 401, 'status without a login')
        place.check(server.ask(*LOGIN, env=here().env('both'))[0], 401,
                    'status without a credential')


@place.case('Apache: a user and the rights of the file')
def apache_users():
    with Server(section(), users='') as server:
        os.remove(server.users)
        place.check(server.ask(*LOGIN)[0], 401, 'status without users')
        group = grp.getgrgid(os.getgid() if apache.group() is None else apache.group())
        text = page.block('apache-users', {'/etc/gss/negotiate.users': server.users,
                                           'www-data': group.gr_name})
        page.succeed(text, server.env, here().dir, page.PASSWORD + '\n')
        check_user(server, *LOGIN)


@place.case('Apache: Basic')
def apache_basic():
    text = section().replace('    Require', page.block('apache-basic') + '    Require')
    with Server(text) as server:
        for user in (page.USER, 'alice'):
            check_user(server, '--basic', '-u', f'{user}:{page.PASSWORD}')
        place.check(server.ask('--basic', '-u', f'{page.USER}:wrong')[0], 401, 'status')
        check_user(server, *LOGIN)


def requires(line):
    return section().replace('    Require valid-user\n', line)


@place.case('Apache: Require user')
def apache_require():
    for line, status in ((page.block('apache-require'), 200),
                         ('    Require user "EXAMPLE\\alice"\n', 401),
                         ('    Require user EXAMPLE\\alice\n', 401)):
        with Server(requires(line)) as server:
            place.check(server.ask(*LOGIN)[0], status, f'status with {line!r}')
            place.check(server.ask(*LOGIN, env=here().initiator_env(
                'both', 'EXAMPLE:bob:staple'))[0], 401, "bob's status")


@place.case('Apache: krb5 alone keeps Negotiate to Kerberos, and not the scheme NTLM')
def apache_krb5_alone():
    with Server(section().replace('    GssapiAllowedMech ntlmssp\n', '')) as server:
        place.check(server.ask(*LOGIN)[0], 401, 'status by Negotiate')
        check_user(server, *OWN_NTLM)
        settings = server.env['GSS_NEGOTIATE_CONFIG']
        with open(settings, 'a', encoding='utf-8') as conf:
            conf.write(page.block('apache-no-ntlm').removeprefix('[negotiate]\n'))
        place.check(server.ask(*OWN_NTLM)[0], 401, 'status with ntlm_accept = no')
        assert f'ntlm_accept = no in {settings}' in server.apache.log(), server.apache.log()


@place.case("Apache: whose reason the log has")
def apache_reasons():
    """The first mechanism's: that is ours if the mechanisms are named."""
    named = section()
    for text, ours in ((named, True), (re.sub('.*GssapiAllowedMech.*\n', '', named), False)):
        with Server(text) as server:
            os.chmod(server.users, 0o644)
            place.check(server.ask(*LOGIN)[0], 401, 'status')
            log = server.apache.log()
            place.check(f'chmod 0640 {server.users}' in log, ours, f'our reason in {log}')
            place.check('Keytab' in log, not ours, f"Kerberos' reason in {log}")
            said = page.run(page.block('apache-doctor', {'sudo -u www-data ': ''}), server.env,
                            here().dir).stdout
            assert f'chmod 0640 {server.users}' in said, said


@place.case('Apache: a refused login stays with its connection')
def apache_poisoned():
    """The next login of the same connection is refused, that of another is not."""
    wrong = ('--ntlm', '-u', f'{page.USER}:wrong')
    with Server(section()) as server:
        rows, _ = server.ask_all(wrong, OWN_NTLM)
        place.check([row[0] for row in rows], [401, 401], 'status, twice on one connection')
        place.check(rows[1][3], 0, 'connections of the second')
        assert 'the authentication failed earlier' in server.apache.log(), server.apache.log()
        check_user(server, *OWN_NTLM)


# ---- curl ------------------------------------------------------------------------------

@place.case('curl: as the page says')
def curl_login():
    with Server(section()) as server:
        conf = here().write('login.conf', '[negotiate]\n    credential_file = '
                            f'{here().path("credentials")}\n')
        env = here().env('both', GSS_NEGOTIATE_CONFIG=conf)
        said = page.succeed(page.block('curl', server.at), env, here().dir,
                            page.PASSWORD + '\n')
        assert 'the page' in said, said


@place.case('curl: uploads')
def curl_uploads():
    """With Expect: 100-continue, curl comes anew with every answer, without an end."""
    here().write('report.pdf', 'x' * BIG)
    body = ('--data-binary', '@' + here().path('report.pdf'))
    with Server(section()) as server:
        rows, ended = server.ask_all((*LOGIN, *body))
        place.check((rows[0][0], ended), (401, 47), "status, curl's exit status")
        check_user(server, *OWN_NTLM, *body)
        said = page.succeed(page.block('curl-upload', server.at), client(), here().dir)
        assert 'the page' in said, said


@place.case('curl: HTTP/2')
def curl_http2():
    text = 'Protocols h2c http/1.1\n' + section()
    with Server(text, ['http2'], 'event') as server:
        status, _, version, _ = server.ask('--http2', *LOGIN)
        place.check((status, version), (401, '2'), 'status, version')
        said = page.succeed(page.block('curl-http1', dict(
            server.at, **{'https://': 'http://'})), client(), here().dir)
        assert 'the page' in said, said


# ---- git and Subversion ----------------------------------------------------------------

def served_by_apache(folder):
    """What Apache's worker may write."""
    account = apache.worker()
    if account is not None:
        subprocess.run(['chown', '-R', account[0], folder], check=True, timeout=60)


def need(*paths):
    for path in paths:
        if shutil.which(path) is None and not os.path.exists(path):
            raise place.Skip(f'no {path} on this machine')


@functools.cache
def git_root():
    need('git', GIT_BACKEND)
    where = place.Place()
    os.mkdir(where.path('srv'))
    page.succeed(page.block('git-init', {'/srv/git': where.path('srv')}), client(), where.dir)
    served_by_apache(where.path('srv'))
    return where.path('srv')


def git_server():
    text = page.block('git-server', {'/srv/git': git_root()})
    return Server(text, ('cgi', 'alias'))


@place.case('git: clone, push and pull')
def git_works():
    with git_server() as server:
        where = place.Place()
        page.succeed(page.block('git-clone', server.at), client(), where.dir)
        where.write('project/large', os.urandom(BIG).hex())
        page.succeed('git add large && git -c user.name=alice -c user.email=alice@example.org '
                     'commit -q -m one && ' + page.block('git-push'),
                     client(), where.path('project'))
        other = place.Place()
        page.succeed(page.block('git-clone', server.at), client(), other.dir)
        assert os.path.exists(other.path('project/large')), 'nothing was pushed'


@place.case('git: without the empty user, and with the setting in its place')
def git_empty_auth():
    with git_server() as server:
        where = place.Place()
        plain = page.block('git-clone', server.at).replace('://:@', '://')
        done = page.run(plain, client(), where.dir)
        assert done.returncode != 0 and 'could not read Username' in done.stderr, done.stderr
        page.succeed(page.block('git-config', {'http://' + page.WWW: f'http://{server.host}'})
                     + plain, client(), where.dir)


@functools.cache
def svn_root():
    need('svn', 'svnadmin', f'{apache.module_dir()}/mod_dav_svn.so')
    where = place.Place()
    os.mkdir(where.path('srv'))
    page.succeed(page.block('svn-init', {'/srv/svn': where.path('srv')}), client(), where.dir)
    served_by_apache(where.path('srv'))
    return where.path('srv')


@place.case('Subversion: checkout, commit and log')
def svn_works():
    with Server(page.block('svn-server', {'/srv/svn': svn_root()}),
                ('dav', 'dav_svn')) as server:
        where = place.Place()
        page.succeed(page.block('svn-checkout', server.at), client(), where.dir)
        where.write('project/large', os.urandom(BIG).hex())
        said = page.succeed('svn add -q large; ' + page.block('svn-commit'), client(),
                            where.path('project'))
        place.check(said.count(page.USER), 1, f'commits of the user in {said}')


# ---- Python ----------------------------------------------------------------------------

def has_python(module):
    done = subprocess.run(['/usr/bin/python3', '-c', f'import {module}'], check=False,
                          capture_output=True, timeout=60, cwd=here().dir)
    if done.returncode != 0:
        raise place.Skip(f"no module {module} for this machine's Python")


def python(server, label, **more):
    script = here().write(label + '.py', page.block(label, server.at))
    return page.succeed(f'/usr/bin/python3 -B {script}', {**client(), **more}, here().dir)


@place.case('Python: gssapi')
def python_gssapi():
    has_python('gssapi')
    with Server(section()) as server:
        place.check(python(server, 'python-gssapi'), '200 the page\n', 'what it prints')


@place.case('Python: requests-ntlm')
def python_requests_ntlm():
    has_python('requests_ntlm')
    with Server(section()) as server:
        said = python(server, 'python-requests-ntlm',
                      OPENSSL_CONF=here().write('md4.cnf', page.block('python-md4')))
        place.check(said, '200 the page\n\n', 'what it prints')


# ---- the page itself -------------------------------------------------------------------

@place.case('every block of the page is run by a test')
def all_blocks():
    used = set()
    for name in os.listdir(HERE):
        if name.endswith('.py'):
            with open(os.path.join(HERE, name), encoding='utf-8') as text:
                used |= set(re.findall(r"(?:page\.block|python)\((?:server, )?'([\w-]+)'",
                                       text.read()))
    place.check(set(page.blocks()) - used, set(), 'blocks that no test runs')


if __name__ == '__main__':
    sys.exit(place.run())
