#!/usr/bin/python3
# SPDX-License-Identifier: ISC
"""docs/programs.md: cntlm, a proxy with an NTLM of its own, logs in at a squid whose helper is
gss-negotiate, and at an Apache."""
import os
import subprocess
import sys

import page
import place
import test_squid
import wire

PROGRAM = '/usr/sbin/cntlm'
LISTEN = 'Listen   3128'
DOMAIN = 'Domain   EXAMPLE'
UPSTREAM = 'proxy.example.org:3128'
# Its names for what Windows calls level 1 and 2 and below; this module accepts none of them.
OLD_KINDS = ('NTLM2SR', 'NTLM', 'NT', 'LM')
TOO_OLD = 'LM and NTLMv1 responses are refused'


class Cntlm:
    """A cntlm with the settings of the page, in which these names are replaced."""

    def __init__(self, names, more=''):
        if not os.path.exists(PROGRAM):
            raise place.Skip('no cntlm on this machine')
        self.port = place.free_port()
        where = place.Place()
        text = page.block('cntlm', {LISTEN: f'Listen 127.0.0.1:{self.port}', **names})
        conf = where.write('cntlm.conf', text + more, 0o600)
        self.child = place.start([PROGRAM, '-f', '-c', conf], env=where.env('none'),
                                 stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        place.wait_until(lambda: wire.listens(self.port), 'cntlm listens')

    def ask(self, url):
        """A request through it: the status, and the user that the server names."""
        done = subprocess.run(
            ['curl', '-q', '-sS', '-m', '60', '--noproxy', '', '-x', f'127.0.0.1:{self.port}',
             '-o', '/dev/null', '-w', '%{http_code} %header{x-user}', url],
            env=page.here().env('none'), capture_output=True, text=True, timeout=120,
            check=False)
        status, _, user = done.stdout.partition(' ')
        return int(status), user

    def stop(self):
        place.stop(self.child)


def ask_once(names, url, more=''):
    one = Cntlm(names, more)
    try:
        return one.ask(url)
    finally:
        one.stop()


def at_squid(setup):
    """By NTLMv2; a wrong password and the older kinds are refused."""
    proxy = test_squid.start(setup)
    try:
        names = {UPSTREAM: f'127.0.0.1:{proxy.port}', DOMAIN: 'Domain AD'}
        url = f'http://127.0.0.1:{proxy.origin.server_port}/'
        place.check(ask_once(names, url), (200, 'AD\\alice'), 'status and user')
        place.check(ask_once(names | {page.PASSWORD: 'wrong'}, url), (407, ''), 'wrong')
        assert TOO_OLD not in proxy.log(), proxy.log()
        for kind in OLD_KINDS if setup == 'both' else ():
            place.check(ask_once(names | {'NTLMv2': kind}, url), (407, ''), kind)
        place.check(proxy.log().count(TOO_OLD), len(OLD_KINDS) if setup == 'both' else 0,
                    'refusals that name their reason')
    except Exception:
        proxy.show_log()
        raise
    finally:
        proxy.stop()


def at_apache():
    """Without a proxy between cntlm and the web server."""
    with page.Server(page.block('apache')) as server:
        place.check(ask_once({}, f'http://{server.host}/index.html', 'NoProxy *\n'),
                    (200, page.USER), 'status and user')


if __name__ == '__main__':
    for lines in ('both', 'ntlm'):
        place.add_case(f'at squid, {lines} lines', at_squid, lines)
    place.add_case('at Apache', at_apache)
    sys.exit(place.run())
