#!/usr/bin/python3
# SPDX-License-Identifier: ISC
"""docs/programs.md: FreeTDS at a server of ours that logs in by the GSS-API. With a user it has an
NTLM of its own; without one it asks the GSS-API for Kerberos."""
import functools
import shutil
import subprocess
import sys

import login_driver
import page
import place
import tds_responder
import wire
from realm import KERBEROS_USER, Realm

CONFIG = '''[global]
    tds version = 7.4
    encryption = off
    timeout = 60
[server]
    host = localhost
    port = {port}
'''


def tsql(port, env, *options):
    if shutil.which('tsql') is None:
        raise place.Skip('no tsql (FreeTDS) on this machine')
    conf = page.here().write('freetds.conf', CONFIG.format(port=port))
    done = subprocess.run(['tsql', '-S', 'server', *options], env=dict(env, FREETDSCONF=conf),
                          input='select 1\ngo\nexit\n', capture_output=True, text=True,
                          timeout=120, check=False)
    return done.returncode, done.stdout + done.stderr


def begin(env, port=0):
    """A process that accepts, and the server in front of it."""
    acceptor = login_driver.Peer(env)
    acceptor.call('accept')
    return acceptor, tds_responder.Responder(acceptor, port)


def check_in(user, status, said):
    place.check(status, 0, f'exit status of tsql, {said}')
    assert f'the user is {user}' in said, said


def with_a_user(lines):
    acceptor, server = begin(page.here().acceptor_env(lines, page.USERS))
    check_in(page.USER, *tsql(server.port, page.here().env('none'), '-U', page.USER, '-P',
                              page.PASSWORD))
    server.join()
    wire.check_ntlm(server.tokens)
    acceptor.close()


def is_refused():
    acceptor, server = begin(page.here().acceptor_env('both', page.USERS))
    status, said = tsql(server.port, page.here().env('none'), '-U', page.USER, '-P', 'wrong')
    server.join()
    assert status != 0 and 'login failed' in said, said
    assert 'the user name or the password is wrong' in server.reason, server.reason
    acceptor.close()


@functools.cache
def realm(port):
    return Realm(f'MSSQLSvc/localhost:{port}')


@functools.cache
def sql_port():
    return place.free_port()


def without_a_user(lines):
    """With a ticket it logs in by Kerberos as before, and without one by nothing."""
    if shutil.which('tsql') is None:
        raise place.Skip('no tsql (FreeTDS) on this machine')
    here = realm(sql_port())
    acceptor, server = begin(here.server(lines), sql_port())
    check_in(KERBEROS_USER, *tsql(sql_port(), here.client(lines, 'alice')))
    server.join()
    wire.check_kerberos(server.tokens)
    acceptor.close()
    acceptor, server = begin(here.server(lines))
    status, said = tsql(server.port, here.client(lines))
    server.join()
    assert status != 0, said
    place.check(server.tokens, [], 'tokens without a ticket')
    acceptor.close()


if __name__ == '__main__':
    for given in ('both', 'ntlm'):
        place.add_case(f'{given} lines, a user and a password', with_a_user, given)
        place.add_case(f'{given} lines, no user', without_a_user, given)
    place.add_case('a wrong password', is_refused)
    sys.exit(place.run())
