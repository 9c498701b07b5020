#!/usr/bin/python3
# SPDX-License-Identifier: ISC
"""Kerberos first, then NTLM, with a real KDC: both are configured on both sides, and each
case takes something away from Kerberos.

usage: test_fallback.py PROGRAM SKEW-LIBRARY [--slow]"""
import argparse
import os
import socket
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '../interop'))

import krb5_release  # noqa: E402
import place  # noqa: E402
import scenarios  # noqa: E402
from kdc import USERS, Listener  # noqa: E402
from lab import Lab  # noqa: E402
from rows import Row  # noqa: E402

ALICE = 'Wonderland 1'
NTLM_USERS = ('AD:alice:' + ALICE, 'DOM:alice:no', 'ELSE.TEST:alice:no', 'X.TEST:alice:no',
              'OTHER.TEST:alice:no', ':alice:' + ALICE, ':bob:Builder 2', ':preauth:Careful 3',
              ':nobody:no')
NTLM_ONLY = '{ntlm}'
KRB5_ONLY = '{krb5}'
KRB5_FIRST = '{krb5 ntlm}'
# A name that NTLM cannot read as a user's name either.
NO_NAME = ('DOM\\', 'user@x@y')
# Set for the initiator only; the acceptor has the lab's.
OWN = ('KRB5_CONFIG', 'KRB5CCNAME')
FLAGS = 'mutual+integ+conf'
ADDRESSES = ('127.0.0.1', '[127.0.0.1]', '127.0.0.1:8080', '[::1]', '::1', '[::1]:8080',
             'fe80::1%eth0', '[fe80::1%eth0]', '127.1', '2130706433', '0x7f000001',
             '0177.0.0.1', '[::ffff:127.0.0.1]', '[0:0:0:0:0:0:0:1]:80')
# A service without a host, which is a service of the local host.
HOSTLESS = ('HTTP', 'HTTP@')


class World:
    """The lab, and the mechanism set-ups: ours, the built-in SPNEGO with our NTLM line, and
    the built-in SPNEGO alone."""

    def __init__(self, program, skew_library):
        self.lab = Lab(program, skew_library)
        here = self.lab.here
        users = here.write('fallback-users', '\n'.join(NTLM_USERS) + '\n', 0o600)
        conf = here.write('fallback.conf', f'[negotiate]\n    user_file = {users}\n')
        ntlm = {'GSS_NEGOTIATE_CONFIG': conf}
        self.users = users
        self.credential = {'I_NTLM_USER_FILE': users}
        self.ours = {'GSS_MECH_CONFIG': here.mechs('both'), **ntlm}
        server = here.write('server.conf', f'[negotiate]\n    user_file = {users}\n'
                            '    fallback = server\n')
        self.server_chooses = {**self.ours, 'GSS_NEGOTIATE_CONFIG': server}
        self.mixed = {'GSS_MECH_CONFIG': here.mechs('ntlm'), **ntlm}
        self.builtin = {'GSS_MECH_CONFIG': '/dev/null'}

    def configured(self, line):
        """Our set-up, with a setting."""
        conf = self.lab.here.write(f'conf-{line.split()[0]}', '[negotiate]\n'
                                   f'    user_file = {self.users}\n    {line}\n')
        return {**self.ours, 'GSS_NEGOTIATE_CONFIG': conf}

    def run(self, tickets='alice', keytab='services', env=None, sides=None, scenario='exchange',
            **options):
        """Runs an exchange; returns the lines of both sides."""
        options.setdefault('flags', FLAGS)
        row = Row('fallback', scenario, options, tickets, keytab,
                  {**self.credential, **(env or {})})
        return Said(self.lab.run(row, *(sides or (self.ours, self.ours))))


class Said:
    """The lines of a run."""

    def __init__(self, lines):
        self.lines = lines

    def of(self, label):
        """The values of the lines with this label."""
        return [value for key, _, value in (line.partition(' = ') for line in self.lines)
                if key == label]

    def tokens(self):
        return self.of('I leg token') + self.of('A leg token')

    def check_login(self, mech, offered=None):
        """Checks that both sides completed by this mechanism, after a first token with this list."""
        for side in 'IA':
            assert 'COMPLETE' in self.of(f'{side} leg'), '\n'.join(self.lines)
            last = self.of(f'{side} leg').index('COMPLETE')
            place.check(self.of(f'{side} leg mech')[last], mech, f'mechanism of {side}')
            for flag in ('integ', 'conf'):
                assert flag in self.of(f'{side} leg flags')[last].split(), f'{side}: {flag}'
        if offered is not None:
            first = self.of('I leg token')[0]
            assert first.startswith('60{spnego a0{30{a0{30' + offered), first

    def check_no(self, what):
        found = [token for token in self.tokens() if what in token]
        place.check(found, [], f'tokens with {what}')

    def check_error(self, major, sentence=''):
        """Checks that the initiator's first step fails with this error, and sends nothing."""
        said = self.of('I leg')
        place.check(len(said), 1, '\n'.join(self.lines))
        assert said[0].startswith(f'{major} ') and sentence in said[0], said[0]
        place.check(self.of('I leg token'), ['nothing'], 'tokens')


def with_tickets(world):
    said = world.run(flags=FLAGS + '+deleg', then='inquire+names+wrap+mic+deleg')
    said.check_login('krb5', KRB5_ONLY)
    said.check_no('NTLMSSP')
    assert "'alice@NEG.TEST' nt-principal" in said.of('A context source'), said.lines
    assert 'deleg' in said.of('A leg flags')[0].split(), 'no delegation'


def situation_options(world, situation):
    """The situation for krb5, with SPNEGO instead: (options, tickets, environment)."""
    options, tickets, env = situation.make(world.lab)
    named = {'name': 'iname', 'pass': 'ipass', 'mechs': 'imechs', 'store': 'istore',
             'target': 'target'}
    changed = {named[key]: value for key, value in options.items() if key in named}
    if 'imechs' in changed:
        changed['imechs'] = 'spnego'
    env = {'I_' + key if key in OWN else key: value for key, value in env.items()}
    return changed, tickets, env


def falls_back(world, situation):
    scenarios.skip_crash(world.lab, situation)
    options, tickets, env = situation_options(world, situation)
    said = world.run(tickets, env=env, then='inquire+wrap+mic', **options)
    scenarios.skip_endless(situation, said.lines)
    said.check_login('ntlm', NTLM_ONLY)


def stays(world, situation):
    """With a password acquiring the credential fails; otherwise the exchange fails."""
    options, tickets, env = situation_options(world, situation)
    said = world.run(tickets, env=env, **options)
    _, major, number, sentence, _ = scenarios.measure(world.lab, situation)
    place.check(scenarios.NAMES.get(number, str(number)), situation.code, 'what krb5 says')
    if options.get('ipass') is None:
        said.check_error(major, '(' + sentence.split(' (')[0])
        return
    acquired = said.of('I acquire')
    place.check(len(acquired), 1, '\n'.join(said.lines))
    assert acquired[0].startswith(f'{major} (' + sentence.split(' (')[0]), acquired[0]
    place.check(said.of('I leg'), [], 'legs')


def to_address(world, host):
    """No packet goes to a KDC, although there are tickets."""
    listener = Listener(world.lab.kdc.port)
    conf = world.lab.here.write('address.conf', world.lab.kdc.client_conf(
        kdc=f'127.0.0.1:{listener.port}'))
    said = world.run(target='service:HTTP@' + host, env={'I_KRB5_CONFIG': conf},
                     then='inquire+wrap')
    listener.close()
    said.check_login('ntlm', NTLM_ONLY)
    place.check(listener.count, 0, 'packets')


def to_local_host(world, target):
    """Kerberos, as the built-in SPNEGO has it. NTLM, where it follows, means the same host,
    which the acceptor demands here, and which ntlm_hosts goes by."""
    target = 'service:' + target
    said = world.run(target=target, then='inquire+wrap')
    said.check_login('krb5', '{krb5}')
    said.check_no('NTLMSSP')
    plain = world.run(target=target, then='inquire+wrap',
                      sides=(world.builtin, world.builtin))
    place.check(said.of('I context target'), plain.of('I context target'), 'target')
    never = world.configured('fallback = never')
    said = world.run(target=target, sides=(never, world.ours))
    said.check_login('krb5', '{krb5}')
    strict = world.configured(f'target_names = HTTP/{socket.gethostname()}')
    said = world.run(None, target=target, then='inquire+wrap', sides=(world.ours, strict))
    said.check_login('ntlm', NTLM_ONLY)
    forbidden = world.configured(f'ntlm_hosts = !{socket.gethostname()} *')
    said = world.run(None, target=target, sides=(forbidden, world.ours))
    said.check_error('NO_CRED', 'SPNEGO cannot find mechanisms')


def wrong_keytab(world):
    """After Kerberos' token NTLM is not in the list, so the acceptor returns Kerberos' error."""
    said = world.run(keytab='host/localhost')
    plain = world.run(keytab='host/localhost', sides=(world.builtin, world.builtin))
    place.check(said.of('A leg')[0], plain.of('A leg')[0], 'error')
    said.check_no('ntlm')
    said.check_no('NTLMSSP')


def wrong_keytab_where_the_server_may_choose(world):
    chooses = (world.server_chooses, world.server_chooses)
    said = world.run(keytab='host/localhost', then='inquire+wrap+mic', sides=chooses)
    said.check_login('ntlm', KRB5_FIRST)
    first = said.of('A leg token')[0]
    assert first.startswith('a1{30{a0{3} a1{ntlm}'), f'no request-mic: {first}'
    for side in 'IA':
        proofs = [token for token in said.of(f'{side} leg token')
                  if token.startswith('a1{') and token.endswith('a3{octets}}}')]
        place.check(len(proofs), 1, f'mechListMICs of {side}')


def wrong_keytab_without_ntlm(world):
    """An initiator that names only Kerberos gets the error of Kerberos."""
    said = world.run(keytab='host/localhost', sides=(world.builtin, world.ours))
    plain = world.run(keytab='host/localhost', sides=(world.builtin, world.builtin))
    place.check(said.of('A leg')[0], plain.of('A leg')[0], 'error')


def mixed(world, ours_is, tickets):
    sides = (world.ours, world.mixed) if ours_is == 'initiator' else (world.mixed, world.ours)
    said = world.run(tickets, sides=sides, then='inquire+wrap+mic')
    krb5_release.skip_builtin_fault(said.lines)
    said.check_login('krb5' if tickets else 'ntlm')
    if tickets:
        said.check_no('NTLMSSP')


def only_krb5(world):
    said = world.run(None, icred='default', ineg='krb5')
    said.check_no('ntlm')
    said.check_no('NTLMSSP')
    plain = world.run(None, icred='default', ineg='krb5', sides=(world.builtin, world.builtin))
    assert plain.of('I acquire')[0].startswith('NO_CRED'), plain.lines
    said.check_error('NO_CRED', 'SPNEGO cannot find mechanisms')


def only_krb5_with_tickets(world):
    said = world.run(icred='default', ineg='krb5')
    said.check_login('krb5', '{krb5}')


def only_ntlm(world):
    said = world.run(icred='default', ineg='ntlm', then='inquire+wrap')
    said.check_login('ntlm', NTLM_ONLY)
    said.check_no('krb5')


def stand_in(world, tickets, code):
    """Where the library gives Kerberos' code another number, because another mechanism had
    it first, the table still knows it."""
    said = world.run(tickets, scenario='collision', sides=(world.ours, {}), first='iakerb',
                     numbers='1')
    said_by = said.of('I by SPNEGO')
    numbers = [int(said_by[index].split(' ')[1]) for index in (0, 4)]
    place.check(numbers[0], scenarios.CODES[code], "IAKERB's minor")
    assert 100000 <= numbers[1] < 200000, f'{numbers[1]} stands in for nothing'
    place.check([said_by[1], said_by[3]], ['COMPLETE CONTINUE'] * 2, '\n'.join(said.lines))


def add_cases(world, slow):
    for one in scenarios.SITUATIONS:
        if one.slow != slow:
            continue
        if one.name in NO_NAME:
            continue
        what = falls_back if one.listed else stays
        about = 'NTLM follows' if one.listed else 'the error stays'
        place.add_case(f'fallback: {about}: {one.name}', what, world, one)
    if slow:
        return
    place.add_case('fallback: tickets', with_tickets, world)
    for host in ADDRESSES:
        place.add_case(f'fallback: to HTTP@{host}', to_address, world, host)
    for target in HOSTLESS:
        place.add_case(f'fallback: to {target}', to_local_host, world, target)
    for ours_is in ('initiator', 'acceptor'):
        for tickets in ('alice', None):
            place.add_case(f'fallback: our {ours_is}, tickets {tickets}', mixed, world, ours_is,
                           tickets)
    for case in (wrong_keytab, wrong_keytab_where_the_server_may_choose,
                 wrong_keytab_without_ntlm, only_krb5, only_krb5_with_tickets,
                 only_ntlm):
        place.add_case('fallback: ' + case.__name__.replace('_', ' '), case, world)
    for tickets, code in ((None, 'KRB5_CC_NOTFOUND'), ('empty', 'KG_EMPTY_CCACHE')):
        place.add_case(f'fallback: a number that stands in for {code}', stand_in, world,
                       tickets, code)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split('\n', maxsplit=1)[0])
    parser.add_argument('program')
    parser.add_argument('skew_library')
    parser.add_argument('--slow', action='store_true')
    asked = parser.parse_args()
    world = World(os.path.abspath(asked.program), os.path.abspath(asked.skew_library))
    add_cases(world, asked.slow)
    place.run()


if __name__ == '__main__':
    main()
