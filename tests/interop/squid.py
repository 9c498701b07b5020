# SPDX-License-Identifier: ISC
"""A squid of the test's own, a web server behind it, and curl to log in at it."""
import http.server
import os
import pwd
import re
import shutil
import socket
import subprocess
import threading

import apache
import place
import wire

PROGRAM = '/usr/sbin/squid'
HELPERS = ('/usr/lib/squid', '/usr/lib64/squid')

CONFIG = '''
http_port 127.0.0.1:{port}
{login}
acl users proxy_auth REQUIRED
http_access allow users
http_access deny all
request_header_add X-User "%un" all
cache deny all
cache_mem 4 MB
memory_cache_shared off
pinger_enable off
netdb_filename none
shutdown_lifetime 0 seconds
visible_hostname localhost
pid_filename {dir}/squid.pid
coredump_dir {dir}
dns_nameservers 127.0.0.1
logformat users %>Hs %un
access_log stdio:{dir}/access.log logformat=users
cache_log {dir}/cache.log
'''


def account():
    """The account of a squid that root starts; None: the account of the test."""
    if os.geteuid() != 0:
        return None
    for name in ('proxy', 'squid'):
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    raise place.Skip('no account for squid to work as')


def group():
    """The group that must be able to read the user file; None: only this account reads it."""
    return None if account() is None else account().pw_gid


def helper(name):
    """A program that comes with squid."""
    for folder in HELPERS:
        if os.path.exists(f'{folder}/{name}'):
            return f'{folder}/{name}'
    raise place.Skip(f'squid comes without {name}')


class _Page(http.server.BaseHTTPRequestHandler):
    """Answers with the user that squid names."""
    protocol_version = 'HTTP/1.1'

    def do_GET(self):
        self.send_response(200)
        self.send_header('X-User', self.headers.get('X-User', ''))
        self.send_header('Content-Length', '0')
        self.end_headers()

    def log_message(self, *_):
        pass


class Squid:
    """One running proxy. env is the whole environment of its processes, login are the lines
    of squid.conf that say how users log in."""

    def __init__(self, env, login):
        if not os.path.exists(PROGRAM):
            raise place.Skip('no squid on this machine')
        self.place = place.Place()
        self.port = place.free_port()
        self.dir = self.place.path('squid')
        os.mkdir(self.dir)
        if account() is not None:
            shutil.chown(self.dir, account().pw_uid)
        config = self.place.write('squid.conf', CONFIG.format(
            port=self.port, dir=self.dir, login='\n'.join(login)))
        self.origin = http.server.ThreadingHTTPServer(('127.0.0.1', 0), _Page)
        threading.Thread(target=self.origin.serve_forever, daemon=True).start()
        self.child = place.start([PROGRAM, '-N', '-f', config], env=env,
                                 stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        place.wait_until(self._connects, 'squid listens')

    def stop(self):
        """Ends the proxy at once, and checks its exit status."""
        self.child.send_signal(place.signal.SIGINT)
        place.wait_until(lambda: self.child.poll() is not None, 'squid ends')
        self.origin.shutdown()
        self.origin.server_close()
        place.check(self.child.poll(), 0, 'exit status of squid')
        assert not re.search('FATAL|assertion|exited', self.log()), self.log()

    def show_log(self):
        """For a case that failed."""
        for line in self.log().splitlines()[-20:]:
            print('# cache.log: ' + line)

    def _connects(self):
        assert self.child.poll() is None, 'squid ended:\n' + self.log()
        with socket.create_connection(('127.0.0.1', self.port), 2):
            return True

    def log(self):
        """The log of squid and its helpers."""
        path = f'{self.dir}/cache.log'
        if not os.path.exists(path):
            return ''
        with open(path, encoding='utf-8', errors='replace') as log:
            return log.read()

    def users(self):
        """The user that the access log names for each request that was allowed."""
        with open(f'{self.dir}/access.log', encoding='utf-8') as log:
            return [line.rstrip('\n')[4:] for line in log if line.startswith('200 ')]

    def visit(self, env, *options, n_times=1):
        """curl's last answers through this proxy, and the bytes between curl and the proxy."""
        with wire.Wire(self.port) as one:
            url = f'http://127.0.0.1:{self.origin.server_port}/'
            answers, n_connections = apache.curl(
                env, '-4', '--noproxy', '', '-x', f'http://localhost:{one.port}', *options,
                urls=[url] * n_times)
            place.check(n_connections, 1, 'connections')
            return answers, one.bytes()
