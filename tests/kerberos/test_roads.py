#!/usr/bin/python3
# SPDX-License-Identifier: ISC
"""The roads by which a rogue server gets an NTLM response although its client has a good
ticket: each is forged. By default it is open; the page docs/security.md says which settings
close it, and each of them is tried.

usage: test_roads.py PROGRAM SKEW-LIBRARY RESOLVER-LIBRARY DRY-LIBRARY SECURITY-PAGE [--slow]"""
import concurrent.futures
import itertools
import os
import re
import shutil
import subprocess
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '../interop'))

import libcurl  # noqa: E402
import place  # noqa: E402
from kdc import LIFETIME_S, USERS, Listener, free_port  # noqa: E402
from lab import Lab  # noqa: E402
from rogue import AS_REQ, Forger, Rogue  # noqa: E402
from rows import Row  # noqa: E402

PROGRAM, SKEW, RESOLVER, DRY, PAGE = (os.path.abspath(path) for path in sys.argv[1:6])
SLOW = sys.argv[6:] == ['--slow']
LINE = 'AD:alice:correct horse'
# The settings that might close a road, as the page writes them; {host}: the rogue server's.
SETTINGS = {
    'ntlm_hosts': 'ntlm_hosts = !{host} *',
    'fallback = ticketless': 'fallback = ticketless',
    'fallback = never': 'fallback = never',
    'ntlm = never': 'ntlm = never',
}
PATIENCE_S = 100
# Each KRB-ERROR that is in the table of errors after which NTLM follows (RFC 4120 7.5.9),
# and kinit's message for it.
CODES = {
    6: 'not found in Kerberos database',
    7: 'Server not found in Kerberos database',
    29: 'A service is not available',
    32: 'Ticket expired',
    37: 'Clock skew too great',
    68: 'Realm not local to KDC',
}


class World:
    """The lab, the client's NTLM credential, and folders that are each used once."""

    def __init__(self):
        self.lab = Lab(PROGRAM, SKEW)
        self.numbers = itertools.count()
        self.env = self.lab.here.env('both')  # once: it writes a file that clients read
        with open(PAGE, encoding='utf-8') as page:
            self.page = page.read()

    def write(self, name, text, mode=0o644):
        return self.lab.here.write(f'{name}-{next(self.numbers)}', text, mode)

    def settings(self, line):
        return self.write('settings', f'[negotiate]\n    audit = no\n    {line}\n')

    def krb5_conf(self, **how):
        return self.write('krb5.conf', self.lab.kdc.client_conf(**how))

    def client(self, line, conf):
        """Of a client with a good ticket-granting ticket, no ticket for a service, and an
        NTLM credential."""
        here = self.lab.here
        tickets = here.path(f'tickets-of-{next(self.numbers)}')
        shutil.copy(here.path('tickets-alice'), tickets)
        return {**self.env, 'GSS_NEGOTIATE_CONFIG': self.settings(line), 'KRB5_CONFIG': conf,
                'KRB5CCNAME': 'FILE:' + tickets,
                'NTLM_USER_FILE': self.write('own', LINE + '\n', 0o600)}

    def closed_by(self, case):
        """The settings that, by the page, close the road that this case forges."""
        rows = [row for row in self.page.splitlines() if f'`kerberos/roads:{case}`' in row]
        place.check(len(rows), 1, f'rows of {case} on the page')
        cell = rows[0].strip('|').split(' | ')[2]
        return {word for word in re.findall('`([^`]+)`', cell) if word in SETTINGS}


def curl(env, *options):
    """curl's status of the last answer."""
    env = libcurl.permitting(env)
    args = ['curl', '-q', '-sS', '-m', str(PATIENCE_S), '--noproxy', '*', '-o', '/dev/null',
            '-w', '%{http_code}', *options]
    done = subprocess.run(args, env=env, stdin=subprocess.DEVNULL, capture_output=True,
                          text=True, timeout=2 * PATIENCE_S, check=False)
    # 47: curl 8.23 asks again, up to its limit, where it may not log in after a redirect.
    assert done.returncode in (0, 47), f'curl: {done.returncode} {done.stderr}'
    return int(done.stdout)


def negotiate(env, host, port, *options):
    return curl(env, '--negotiate', '-u', ':', *options, f'http://{host}:{port}/')


def check_road(world, case, host, travel):
    """travel(line): goes the road with this line of the settings; how many NTLM responses
    the rogue server gets. By default the road is open; then the settings are tried."""
    lines = {'': ''}
    lines.update((name, line.format(host=host)) for name, line in SETTINGS.items())
    with concurrent.futures.ThreadPoolExecutor(len(lines)) as pool:
        got = dict(zip(lines, pool.map(travel, lines.values())))
    place.check(got.pop(''), 1, 'NTLM responses by default')
    closed = {name for name, n_responses in got.items() if n_responses == 0}
    place.check(closed, world.closed_by(case), 'what closes the road')


def visit(world, conf, line, host='localhost', options=(), **more):
    """Visits a new rogue server; returns the number of NTLM responses that it got."""
    with Rogue() as rogue:
        env = world.client(line, conf)
        env.update(more)
        negotiate(env, host, rogue.port, *options)
        return len(rogue.responses())


# ---- the KDC, and errors forged in its name

def no_road(world):
    """Without any of this the same client makes Kerberos' token, and a server that then
    chooses NTLM gets nothing: what brings NTLM about below is the road."""
    with Rogue() as rogue:
        negotiate(world.client('', world.lab.kdc.conf), 'localhost', rogue.port)
        place.check(len(rogue.responses()), 0, 'NTLM responses')
        place.check(rogue.got_kerberos(), True, 'a Kerberos token came')


def visit_with_ticket(world, conf):
    """The same client holds a ticket for the service as well."""
    with Rogue() as rogue:
        env = world.client('', world.lab.kdc.conf)
        world.lab.kdc.run(['kvno', 'HTTP/localhost'], KRB5CCNAME=env['KRB5CCNAME'])
        negotiate({**env, 'KRB5_CONFIG': conf}, 'localhost', rogue.port)
        place.check(rogue.got_kerberos(), True, 'a Kerberos token came')
        return len(rogue.responses())


def a_blocked_kdc(world):
    """Its port refuses."""
    refused = world.krb5_conf(kdc=f'127.0.0.1:{free_port()}')
    place.check(visit_with_ticket(world, refused), 0, 'NTLM responses beside a ticket')
    check_road(world, 'a_blocked_kdc', 'localhost', lambda line: visit(world, refused, line))


def a_blocked_kdc_and_a_client_keytab(world):
    """There is no ticket yet, because the keytab is to obtain it."""
    refused = world.krb5_conf(kdc=f'127.0.0.1:{free_port()}')
    keytab = 'FILE:' + world.lab.kdc.keytab('alice')
    check_road(world, 'a_blocked_kdc_and_a_client_keytab', 'localhost',
               lambda line: visit(world, refused, line, KRB5_CLIENT_KTNAME=keytab,
                                  KRB5CCNAME='FILE:' + world.lab.here.path('no-tickets')))


def first_token(world, line, env):
    """The first token of an initiator with a good ticket, if the KDC's port refuses."""
    port = free_port()
    conf = world.krb5_conf(kdc=f'127.0.0.1:{port}')
    ours = {'GSS_MECH_CONFIG': world.env['GSS_MECH_CONFIG'],
            'GSS_NEGOTIATE_CONFIG': world.settings(line),
            'NTLM_USER_FILE': world.write('own', LINE + '\n', 0o600)}
    row = Row('road', 'first', {}, 'alice', None,
              {'KRB5_CONFIG': conf, **env, 'DRY_PORT': str(port)})
    return world.lab.run(row, ours, {}, f'run-{next(world.numbers)}')


def descriptors_that_run_out(world):
    """With fallback = ticketless, a ticket that cannot be searched for counts as held."""
    dry = {'LD_PRELOAD': DRY, 'DRY_FILE': '{run}/alice'}
    for line, env, is_ntlm in (('', dry, True), ('fallback = ticketless', {}, False),
                               ('fallback = ticketless', dry, False)):
        lines = first_token(world, line, env)
        place.check(any('{ntlm}' in said for said in lines), is_ntlm, '\n'.join(lines))
        place.check([said for said in lines if said.startswith('E ')], [], 'how it ended')


def a_kdc_behind_a_filter(world):
    """Packets to it are dropped."""
    hole = Listener(over_tcp=False)
    dropped = world.krb5_conf(kdc=f'127.0.0.1:{hole.port}')
    check_road(world, 'a_kdc_behind_a_filter', 'localhost',
               lambda line: visit(world, dropped, line))
    assert hole.count > 0, 'nothing was dropped'


def a_forged_error(world, code):
    """In answer to a request for the service's ticket, which libkrb5 always armors."""
    def travel(line):
        forger = Forger(world.lab.kdc.port, code)
        conf = world.krb5_conf(kdc=f'127.0.0.1:{forger.port}')
        n_responses = visit(world, conf, line)
        if 'ntlm = never' not in line:
            assert forger.forged > 0, f'{line}: no error was forged'
        place.check(forger.with_fast, forger.forged, 'armored requests of those forged')
        return n_responses
    check_road(world, 'a_forged_error', 'localhost', travel)


def logins(lines):
    """How many AUTHENTICATE messages came to the acceptor of a run: it accepts each."""
    return lines.count('A leg mech = ntlm')


def exchange(world, line, folder, options, env):
    """A login at an acceptor that accepts alice by NTLM."""
    lab = world.lab
    users = world.write('users', 'AD:alice:correct horse\n:alice:' + USERS['alice'][0] + '\n',
                        0o600)
    ours = {'GSS_MECH_CONFIG': world.env['GSS_MECH_CONFIG']}
    acceptor = {**ours, 'GSS_NEGOTIATE_CONFIG': world.settings(f'user_file = {users}')}
    initiator = {**ours, 'GSS_NEGOTIATE_CONFIG': world.settings(line),
                 'NTLM_USER_FILE': world.write('own', LINE + '\n', 0o600)}
    tickets = None if 'ipass' in options else 'alice'
    row = Row('road', 'exchange', {'flags': 'mutual+integ', **options}, tickets, None, env)
    return lab.run(row, initiator, acceptor, folder)


def a_forged_error_for_a_password(world, code):
    """In answer to the request for the first ticket, when there is no ticket yet."""
    def travel(line):
        forger = Forger(world.lab.kdc.port, code, AS_REQ)
        conf = world.krb5_conf(kdc=f'127.0.0.1:{forger.port}')
        lines = exchange(world, line, f'run-{next(world.numbers)}',
                         {'iname': 'user:alice', 'ipass': USERS['alice'][0],
                          'imechs': 'spnego'}, {'I_KRB5_CONFIG': conf})
        assert forger.forged > 0, f'{line}: no error was forged'
        return logins(lines)
    check_road(world, 'a_forged_error_for_a_password', 'localhost', travel)


def armor_is_no_help(world, code):
    """libkrb5 accepts an error without armor even in answer to an armored request."""
    forger = Forger(world.lab.kdc.port, code, AS_REQ)
    conf = world.krb5_conf(kdc=f'127.0.0.1:{forger.port}')
    armor = 'FILE:' + world.lab.here.path('tickets-alice')
    env = world.lab.kdc.env(KRB5_CONFIG=conf, KRB5CCNAME='MEMORY:none')
    done = subprocess.run(['kinit', '-T', armor, 'bob'], input=USERS['bob'][0] + '\n', env=env,
                          text=True, timeout=PATIENCE_S, capture_output=True, check=False)
    place.check(done.returncode, 1, f'kinit: {done.stdout}{done.stderr}')
    assert CODES[code] in done.stderr, done.stderr
    assert forger.forged > 0, 'no error was forged'
    place.check(forger.with_fast, forger.forged, 'armored requests of those forged')


def a_moved_clock(world):
    """The clock is moved past the end of the ticket, which then has expired."""
    ahead = {'LD_PRELOAD': SKEW, 'SKEW_S': str(2 * LIFETIME_S)}
    check_road(world, 'a_moved_clock', 'localhost',
               lambda line: visit(world, world.lab.kdc.conf, line, **ahead))


# ---- names

def a_spoofed_cname(world):
    conf = world.krb5_conf(libdefaults={'dns_canonicalize_hostname': 'true'})
    lie = {'LD_PRELOAD': RESOLVER, 'LIE_HOST': 'srv.neg.test'}
    honest = visit(world, conf, '', 'srv.neg.test', **lie)
    place.check(honest, 0, 'NTLM responses without the CNAME')
    check_road(world, 'a_spoofed_cname', 'srv.neg.test',
               lambda line: visit(world, conf, line, 'srv.neg.test', **lie,
                                  LIE_CNAME='unknown.neg.test'))


def a_spoofed_ptr(world):
    conf = world.krb5_conf(libdefaults={'dns_canonicalize_hostname': 'true', 'rdns': 'true'})
    lie = {'LD_PRELOAD': RESOLVER, 'LIE_HOST': 'srv.neg.test'}
    check_road(world, 'a_spoofed_ptr', 'srv.neg.test',
               lambda line: visit(world, conf, line, 'srv.neg.test', **lie,
                                  LIE_PTR='unknown.neg.test'))


def without_dns_there_is_no_spoofed_cname(world):
    for value in ('false', 'fallback'):
        conf = world.krb5_conf(libdefaults={'dns_canonicalize_hostname': value,
                                            'rdns': 'true'})
        got = visit(world, conf, '', 'srv.neg.test', LD_PRELOAD=RESOLVER,
                    LIE_HOST='srv.neg.test', LIE_CNAME='unknown.neg.test',
                    LIE_PTR='unknown.neg.test')
        place.check(got, 0, f'NTLM responses with dns_canonicalize_hostname = {value}')


# ---- elsewhere

def redirected(world, line, host, *options, **more):
    """A trusted server redirects the client to a rogue server."""
    with Rogue() as rogue, Rogue(redirect_to=f'http://{host}:{rogue.port}/') as first:
        env = world.client(line, world.lab.kdc.conf)
        env.update(more)
        negotiate(env, 'localhost', first.port, '-L', *options)
        return len(rogue.responses())


def a_redirect_to_an_address(world):
    """curl logs in there only with --location-trusted."""
    place.check(redirected(world, '', '127.0.0.1'), 0, 'NTLM responses of a cautious curl')
    check_road(world, 'a_redirect_to_an_address', '127.0.0.1',
               lambda line: redirected(world, line, '127.0.0.1', '--location-trusted'))


def a_redirect_to_an_unknown_host(world):
    check_road(world, 'a_redirect_to_an_unknown_host', 'rogue.neg.test',
               lambda line: redirected(world, line, 'rogue.neg.test', '--location-trusted',
                                       LD_PRELOAD=RESOLVER, LIE_HOST='rogue.neg.test'))


def the_scheme_ntlm(world):
    """A program that follows it asks for NTLM by its own OID."""
    def travel(line):
        lines = exchange(world, line, f'run-{next(world.numbers)}', {'imech': 'ntlm'}, {})
        return logins(lines)
    check_road(world, 'the_scheme_ntlm', 'localhost', travel)


def the_scheme_ntlm_in_curl(world):
    """curl has an NTLM of its own, which asks nobody; without a password it sends nothing of
    the credential, and Negotiate alone is not led astray."""
    libcurl.need_ntlm()
    for options, n_wanted in ((('--anyauth', '-u', 'AD\\alice:correct horse'), 1),
                              (('--negotiate', '-u', ':'), 0)):
        with Rogue('NTLM') as rogue:
            env = world.client('ntlm = never', world.lab.kdc.conf)
            curl(env, *options, f'http://localhost:{rogue.port}/')
            place.check(len(rogue.responses()), n_wanted, f'NTLM responses of {options}')


# libkrb5 repeats its requests if the KDC is not ready or does not answer.
SLOW_CODE = 29
PLAIN = (no_road, a_blocked_kdc, a_blocked_kdc_and_a_client_keytab,
         descriptors_that_run_out, a_moved_clock, a_spoofed_cname, a_spoofed_ptr,
         without_dns_there_is_no_spoofed_cname, a_redirect_to_an_address,
         a_redirect_to_an_unknown_host, the_scheme_ntlm, the_scheme_ntlm_in_curl)
FORGING = (a_forged_error, a_forged_error_for_a_password, armor_is_no_help)


def main():
    world = World()
    for case in (a_kdc_behind_a_filter,) if SLOW else PLAIN:
        place.add_case('roads: ' + case.__name__.replace('_', ' '), case, world)
    for code, case in itertools.product(CODES, FORGING):
        if (code == SLOW_CODE) == SLOW:
            place.add_case(f'roads: {case.__name__.replace("_", " ")}: {code}', case, world,
                           code)
    place.run()


if __name__ == '__main__':
    main()
