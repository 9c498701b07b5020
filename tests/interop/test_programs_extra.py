#!/usr/bin/python3
# SPDX-License-Identifier: ISC
"""docs/programs.md: what is heavy to install or slow to start. Browsers, and clients in
Java and PHP."""
import glob
import os
import shutil
import subprocess
import sys

import libcurl
import page
import place
import wire

JARS = ('httpclient', 'httpcore', 'commons-logging', 'commons-codec')
PATIENCE_S = 240


def need(program):
    found = shutil.which(program)
    if found is None:
        raise place.Skip(f'no {program} on this machine')
    return found


def run(command, env, folder):
    return subprocess.run(command, env=dict(env, HOME=folder), cwd=folder, timeout=PATIENCE_S,
                          stdin=subprocess.DEVNULL, capture_output=True, text=True,
                          check=False)


def seen(one):
    """Which users the server's answers name."""
    lines = bytes(one.received).split(b'\r\n')
    return {line.partition(b': ')[2].decode() for line in lines if line.startswith(b'X-User:')}


def visit(server, command, logged_in, n_times=1):
    """What a command leads to that is told the port; at most so many times, until it has led
    to a login."""
    for _ in range(n_times):
        with wire.Wire(server.apache.port) as one:
            done = command(one.port)
            if page.USER in seen(one):
                break
    place.check(page.USER in seen(one), logged_in, f'a login, {done.stdout}{done.stderr}')
    if logged_in:
        wire.check_ntlm(one.http_tokens())


def firefox(server, settings, logged_in):
    where = place.Place()
    os.mkdir(where.path('profile'))
    where.write('profile/user.js', settings)
    visit(server, lambda port: run(
        [need('firefox-esr'), '--headless', '--no-remote', '--profile', where.path('profile'),
         '--screenshot', where.path('shot.png'), f'http://localhost:{port}/index.html'],
        page.client(), where.dir), logged_in)


@place.case('Firefox: the setting of the page')
def firefox_logs_in():
    need('firefox-esr')
    settings = page.block('firefox', {page.WWW: 'localhost'})
    with page.Server(page.block('apache')) as server:
        firefox(server, settings, True)
        firefox(server, '', False)


QUIET = ('--headless --no-sandbox --disable-gpu --no-first-run --disable-background-networking '
         '--dump-dom')


def chromium(port, folder, allowed):
    """The command of the page, without a window; allowed is in the place of its option."""
    option = '--auth-server-allowlist=' + page.WWW
    text = page.block('chromium', {
        'http://' + page.WWW: f'http://localhost:{port}', option: allowed,
        'chromium ': f'chromium {QUIET} --user-data-dir={folder}/profile '})
    return run(['bash', '-c', text], page.client(), folder)


@place.case('Chromium: the option of the page')
def chromium_logs_in():
    """The page that is opened together with a new profile is asked for too early."""
    need('chromium')
    where = place.Place()
    with page.Server(page.block('apache')) as server:
        for allowed, logged_in in (('', False), ('--auth-server-allowlist=localhost', True)):
            visit(server, lambda port: chromium(port, where.dir, allowed), logged_in, 5)


def jars():
    found = [name for jar in JARS for name in glob.glob(f'/usr/share/java/{jar}.jar')]
    if len(found) < len(JARS):
        raise place.Skip('no Apache HttpClient 4.5 on this machine')
    return ':'.join(found)


@place.case('Java: Apache HttpClient')
def java_httpclient():
    need('javac')
    where = place.Place()
    with page.Server(page.block('apache')) as server:
        where.write('Client.java', page.block('java-httpclient', server.at))
        env = dict(page.client(), PATH=os.environ['PATH'])
        done = run(['javac', '-cp', jars(), '-d', where.dir, where.path('Client.java')], env,
                   where.dir)
        place.check(done.returncode, 0, f'exit status of javac, {done.stderr}')
        done = run(['java', '-cp', f'{jars()}:{where.dir}', 'Client'], env, where.dir)
        place.check(done.stdout, '200 the page\n\n', f'what it prints, {done.stderr}')


def php_curl(names):
    """The page's script, in which these names are replaced; and with a wrong password."""
    need('php')
    where = place.Place()
    if run(['php', '-r', 'exit((int)!extension_loaded("curl"));'], page.client(),
           where.dir).returncode != 0:
        raise place.Skip('no curl for PHP on this machine')
    with page.Server(page.block('apache')) as server:
        text = page.block('php-curl', {**names, **server.at})
        for password, said in ((page.PASSWORD, '200 the page\n'), ('wrong', '401 ')):
            env = page.here().initiator_env('both', f'EXAMPLE:alice:{password}')
            path = where.write('page.php', text.replace(page.PASSWORD, password))
            done = run(['php', path], libcurl.permitting(env), where.dir)
            assert done.stdout.startswith(said), done.stdout + done.stderr


@place.case('PHP: curl')
def php_negotiate():
    php_curl({})


@place.case("PHP: curl's own NTLM")
def php_ntlm():
    libcurl.need_ntlm()
    php_curl({'CURLAUTH_NEGOTIATE': 'CURLAUTH_NTLM',
              "':'": f"'EXAMPLE\\\\alice:{page.PASSWORD}'"})


if __name__ == '__main__':
    sys.exit(place.run())
