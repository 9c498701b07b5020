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
import libcurl
import page
import place
import reasons

HERE = os.path.dirname(os.path.abspath(__file__))
GIT_BACKEND = '/usr/lib/git-core/git-http-backend'
LOGIN = ('--negotiate', '-u', ':')
OWN_NTLM = ('--ntlm', '-u', f'{page.USER}:{page.PASSWORD}')
BIG = 1500000  # curl asks for 100-continue by itself above a MiB


def section():
    return page.block('apache')


def check_user(server, *options):
    place.check(server.ask(*options)[:2], (200, page.USER), f'status, user by {options}')


def logins():
    """The ways in which this curl can log in by NTLM."""
    return (LOGIN, OWN_NTLM) if libcurl.has_ntlm() else (LOGIN,)


# ---- Apache ----------------------------------------------------------------------------

@place.case('Apache: the settings of the page')
def apache_settings():
    with page.Server(section()) as server:
        for options in logins():
            check_user(server, *options)
        place.check(server.ask()[0], 401, 'status without a login')
        place.check(server.ask(*LOGIN, env=page.here().env('both'))[0], 401,
                    'status without a credential')


@place.case('Apache: a user and the rights of the file')
def apache_users():
    with page.Server(section(), users='') as server:
        os.remove(server.users)
        place.check(server.ask(*LOGIN)[0], 401, 'status without users')
        group = grp.getgrgid(os.getgid() if apache.group() is None else apache.group())
        text = page.block('apache-users', {'/etc/gss/negotiate.users': server.users,
                                           'www-data': group.gr_name})
        page.succeed(text, server.env, page.here().dir, page.PASSWORD + '\n')
        check_user(server, *LOGIN)


@place.case('Apache: Basic')
def apache_basic():
    text = section().replace('    Require', page.block('apache-basic') + '    Require')
    with page.Server(text) as server:
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
        with page.Server(requires(line)) as server:
            place.check(server.ask(*LOGIN)[0], status, f'status with {line!r}')
            place.check(server.ask(*LOGIN, env=page.here().initiator_env(
                'both', 'EXAMPLE:bob:staple'))[0], 401, "bob's status")


@place.case('Apache: krb5 alone keeps Negotiate to Kerberos, and not the scheme NTLM')
def apache_krb5_alone():
    with page.Server(section().replace('    GssapiAllowedMech ntlmssp\n', '')) as server:
        place.check(server.ask(*LOGIN)[0], 401, 'status by Negotiate')
        libcurl.need_ntlm()
        check_user(server, *OWN_NTLM)
        settings = server.env['GSS_NEGOTIATE_CONFIG']
        with open(settings, 'a', encoding='utf-8') as conf:
            conf.write(page.block('apache-no-ntlm').removeprefix('[negotiate]\n'))
        place.check(server.ask(*OWN_NTLM)[0], 401, 'status with ntlm_accept = no')
        assert f'ntlm_accept = no in {settings}' in server.apache.log(), server.apache.log()


@place.case("Apache: whose reason the log has")
def apache_reasons():
    """The log has the first mechanism's reason, which is ours if the mechanisms are set."""
    named = section()
    for text, ours in ((named, True), (re.sub('.*GssapiAllowedMech.*\n', '', named), False)):
        with page.Server(text) as server:
            os.chmod(server.users, 0o666)  # 0644 is right for a mounted secret, as in tmpfs
            place.check(server.ask(*LOGIN)[0], 401, 'status')
            log = server.apache.log()
            place.check(f'chmod 0640 {server.users}' in log, ours, f'our reason in {log}')
            place.check('Keytab' in log, not ours, f"Kerberos' reason in {log}")
            said = page.run(page.block('apache-doctor', {'sudo -u www-data ': ''}), server.env,
                            page.here().dir).stdout
            assert f'chmod 0640 {server.users}' in said, said


@place.case('Apache: a refused login stays with its connection')
def apache_poisoned():
    """The next login of the same connection is refused, that of another is not."""
    libcurl.need_ntlm()
    wrong = ('--ntlm', '-u', f'{page.USER}:wrong')
    with page.Server(section()) as server:
        rows, _ = server.ask_all(wrong, OWN_NTLM)
        place.check([row[0] for row in rows], [401, 401], 'status, twice on one connection')
        place.check(rows[1][3], 0, 'connections of the second')
        assert 'the authentication failed earlier' in server.apache.log(), server.apache.log()
        check_user(server, *OWN_NTLM)


@place.case('Apache: it gives no channel bindings')
def apache_bindings():
    """So requiring them refuses no client without bindings."""
    with page.Server(section()) as server:
        with open(server.env['GSS_NEGOTIATE_CONFIG'], 'a', encoding='utf-8') as conf:
            conf.write('    channel_bindings = require\n')
        for options in logins():
            check_user(server, *options)


# ---- curl ------------------------------------------------------------------------------

@place.case('curl: as the page says')
def curl_login():
    with page.Server(section()) as server:
        conf = page.here().write('login.conf', '[negotiate]\n    credential_file = '
                            f'{page.here().path("credentials")}\n')
        env = page.here().env('both', GSS_NEGOTIATE_CONFIG=conf)
        said = page.succeed(page.block('curl', server.at), env, page.here().dir,
                            page.PASSWORD + '\n')
        assert 'the page' in said, said


@place.case('curl: uploads')
def curl_uploads():
    """With Expect: 100-continue, curl begins again after every answer, without end."""
    page.here().write('report.pdf', 'x' * BIG)
    body = ('--data-binary', '@' + page.here().path('report.pdf'))
    with page.Server(section()) as server:
        rows, ended = server.ask_all((*LOGIN, *body))
        place.check((rows[0][0], ended), (401, 47), "status, curl's exit status")
        if libcurl.has_ntlm():
            check_user(server, *OWN_NTLM, *body)
        said = page.succeed(page.block('curl-upload', server.at), page.client(),
                            page.here().dir)
        assert 'the page' in said, said


def certificate():
    """One of 127.0.0.1, with its key in the same file."""
    path = page.here().path('tls.pem')
    subprocess.run(['openssl', 'req', '-x509', '-nodes', '-days', '2', '-newkey', 'ec',
                    '-pkeyopt', 'ec_paramgen_curve:P-256', '-sha256', '-subj', '/CN=localhost',
                    '-addext', 'subjectAltName=IP:127.0.0.1', '-keyout', path, '-out',
                    path + '.crt'], check=True, capture_output=True, timeout=120)
    with open(path + '.crt', encoding='ascii') as text:
        alone = text.read()
    with open(path, 'a', encoding='ascii') as both:
        both.write(alone)
    return path


@place.case('curl: HTTP/2')
def curl_http2():
    """Over TLS curl uses HTTP/2 by default, with which NTLM fails; with the option it works."""
    path = certificate()
    text = f'Protocols h2 http/1.1\nSSLEngine On\nSSLCertificateFile {path}\n' + section()
    env = dict(page.client(), CURL_CA_BUNDLE=path + '.crt')
    with page.Server(text, ['ssl', 'socache_shmcb', 'http2'], 'event') as server:
        command = page.block('curl-http1', server.at)
        done = page.run(page.fill(command, {'--http1.1 ': ''}), env, page.here().dir)
        assert 'the page' not in done.stdout, done.stdout
        assert 'auth_gssapi:error' in server.apache.log(), server.apache.log()
        said = page.succeed(command, env, page.here().dir)
        assert 'the page' in said, said


@place.case('curl: built without NTLM')
def curl_without_ntlm():
    if libcurl.has_ntlm():
        raise place.Skip(f'{libcurl.version()[0]} is built with NTLM')
    with page.Server(section()) as server:
        done = subprocess.run(['curl', '-q', '-v', *LOGIN, f'http://{server.host}/'],
                              env=page.client(), capture_output=True, text=True, timeout=120,
                              check=False)
    said = 'this program leaves NTLM out of SPNEGO'
    with open(page.PAGE, encoding='utf-8') as text:
        assert said in text.read(), f'{page.PAGE} lacks {said}'
    assert said in done.stderr, done.stderr


# ---- git and Subversion ----------------------------------------------------------------

def served_by_apache(folder):
    """Makes a folder that Apache's worker may write."""
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
    text = page.block('git-init', {'/srv/git': where.path('srv')})
    page.succeed(text, page.client(), where.dir)
    served_by_apache(where.path('srv'))
    return where.path('srv')


def git_version():
    """As in (2, 39)."""
    said = subprocess.run(['git', '--version'], capture_output=True, text=True, timeout=60,
                          check=True).stdout
    return tuple(int(part) for part in said.split()[2].split('.')[:2])


def git_server():
    text = page.block('git-server', {'/srv/git': git_root()})
    return page.Server(text, ('cgi', 'alias'))


@place.case('git: clone, push and pull')
def git_works():
    with git_server() as server:
        where = place.Place()
        page.succeed(page.block('git-clone', server.at), page.client(), where.dir)
        where.write('project/large', os.urandom(BIG).hex())
        page.succeed('git add large && git -c user.name=alice -c user.email=alice@example.org '
                     'commit -q -m one && ' + page.block('git-push'),
                     page.client(), where.path('project'))
        other = place.Place()
        page.succeed(page.block('git-clone', server.at), page.client(), other.dir)
        assert os.path.exists(other.path('project/large')), 'nothing was pushed'


@place.case('git: without the empty user, and with the setting in its place')
def git_empty_auth():
    with git_server() as server:
        where = place.Place()
        plain = page.block('git-clone', server.at).replace('://:@', '://')
        done = page.run(plain, page.client(), where.dir)
        if git_version() >= (2, 55):
            place.check(done.returncode, 0, f'exit status of {plain!r} ({done.stderr})')
            return
        assert done.returncode != 0 and 'could not read Username' in done.stderr, done.stderr
        page.succeed(page.block('git-config', {'http://' + page.WWW: f'http://{server.host}'})
                     + plain, page.client(), where.dir)


@functools.cache
def svn_root():
    need('svn', 'svnadmin', f'{apache.module_dir()}/mod_dav_svn.so')
    where = place.Place()
    os.mkdir(where.path('srv'))
    text = page.block('svn-init', {'/srv/svn': where.path('srv')})
    page.succeed(text, page.client(), where.dir)
    served_by_apache(where.path('srv'))
    return where.path('srv')


@place.case('Subversion: checkout, commit and log')
def svn_works():
    with page.Server(page.block('svn-server', {'/srv/svn': svn_root()}),
                ('dav', 'dav_svn')) as server:
        where = place.Place()
        page.succeed(page.block('svn-checkout', server.at), page.client(), where.dir)
        where.write('project/large', os.urandom(BIG).hex())
        said = page.succeed('svn add -q large; ' + page.block('svn-commit'), page.client(),
                            where.path('project'))
        place.check(said.count(page.USER), 1, f'commits of the user in {said}')


@place.case('what git, Subversion and curl say of a refused login')
def refusals():
    """The page's tables have it."""
    with open(page.PAGE, encoding='utf-8') as text:
        shown = text.read()
    wrong = page.here().initiator_env('both', 'EXAMPLE:alice:wrong')
    none = page.here().env('both')
    with page.Server(section()) as server:
        for command, env, said in (
                (f'git ls-remote http://:@{server.host}/', wrong, 'Authentication failed for'),
                (f'git ls-remote http://:@{server.host}/', none, 'Authentication failed for'),
                (f'svn ls --non-interactive http://{server.host}/', wrong, 'E120190'),
                (f'svn ls --non-interactive http://{server.host}/', none, 'E120190'),
                (f'curl -v --negotiate -u : http://{server.host}/', none,
                 'gss-negotiate login' if libcurl.has_ntlm() else 'gss_acquire_cred() failed')):
            need(command.split()[0])
            done = page.run(command, env, page.here().dir)
            assert said in shown and said in done.stderr, (command, done.stderr)


@place.case('curl and git show why NTLM cannot log in')
def reasons_of_clients():
    """The reason follows the sentence of SPNEGO, which only says that there is no credential."""
    libcurl.need_ntlm(', and shows the reason of Kerberos alone')
    verbose = page.block('git-verbose').removesuffix('git fetch\n')
    with page.Server(section()) as server:
        for way in reasons.CLIENTS:
            env, says = reasons.client(way)
            for command in (f'curl -v --negotiate -u : http://{server.host}/',
                            f'{verbose}git ls-remote http://:@{server.host}/'):
                said = page.run(command, env, page.here().dir).stderr
                assert 'SPNEGO cannot find mechanisms to negotiate; NTLM: ' in said, said
                assert says in said, f'{way}: {command!r} lacks {says!r}:\n{said}'


# ---- Python ----------------------------------------------------------------------------

def has_python(module):
    done = subprocess.run(['/usr/bin/python3', '-c', f'import {module}'], check=False,
                          capture_output=True, timeout=60, cwd=page.here().dir)
    if done.returncode != 0:
        raise place.Skip(f"no module {module} for this machine's Python")


def python(server, label, **more):
    script = page.here().write(label + '.py', page.block(label, server.at))
    return page.succeed(f'/usr/bin/python3 -B {script}', {**page.client(), **more},
                        page.here().dir)


@place.case('Python: gssapi')
def python_gssapi():
    has_python('gssapi')
    with page.Server(section()) as server:
        place.check(python(server, 'python-gssapi'), '200 the page\n', 'what it prints')


@place.case('Python: requests-ntlm')
def python_requests_ntlm():
    has_python('requests_ntlm')
    with page.Server(section()) as server:
        said = python(server, 'python-requests-ntlm',
                      OPENSSL_CONF=page.here().write('md4.cnf', page.block('python-md4')))
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
