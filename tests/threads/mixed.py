#!/usr/bin/python3
# SPDX-License-Identifier: ISC
"""Logins of all kinds in several threads, with a real KDC, a trace and an audit, while the
users and the settings change; with --watched the programs are built with ThreadSanitizer, and one report of it fails the test: nothing is suppressed. (The
libraries beneath are not instrumented; their locks and the C library's calls are seen.)

usage: mixed.py MIXED RACE [--watched]"""
import argparse
import os
import re
import socket
import subprocess
import sys
import threading

HERE = os.path.dirname(os.path.abspath(__file__))
for folder in ('../interop', '../kerberos'):
    sys.path.insert(0, os.path.join(HERE, folder))

import place  # noqa: E402
from kdc import Kdc  # noqa: E402

ALICE = 'AD:alice:Wonderland 1\n'
REPORT = 'WARNING: ThreadSanitizer'
PATIENCE_S = 240
# (threads, handshakes), with and without the watcher.
# The forms of a line of either.
TRACED = re.compile(r'gss-negotiate trace version=\d+|\d{4}-\d\d-\d\dT[\d:.]+Z \d+\.\d+ ctx=\d+ [a-z-]+'
                    r'( [a-z-]+=("([^"\\]|\\.)*"|[^" ]+))*')
AUDITED = re.compile(r'<85>\S+\[\d+\]: gss-negotiate: ntlm dir=(accept|initiate) .*')
SIZES = {True: ((2, 6000), (8, 1600)), False: ((2, 2000), (8, 2000))}


class Log:
    """A socket in place of /dev/log, and the lines that came there."""

    def __init__(self, path):
        self.path = path
        self.lines = []
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.socket.bind(path)
        threading.Thread(target=self.listen, daemon=True).start()

    def listen(self):
        while True:
            self.lines.append(self.socket.recv(65536).decode())


class Mix:
    """The folder, the KDC, and the programs."""

    def __init__(self, asked):
        self.here = place.Place()
        self.kdc = Kdc(self.here)
        self.mixed = os.path.abspath(asked.mixed)
        self.race = os.path.abspath(asked.race)
        self.watched = asked.watched
        self.users = self.here.write('users', ALICE, 0o600)
        self.own = self.here.write('own', ALICE, 0o600)
        self.tickets = self.kdc.kinit('tickets', 'alice')
        self.trace = os.path.join(self.here.dir, 'trace')
        self.log = Log(os.path.join(self.here.dir, 'log'))
        self.prefix = []

    def begin(self):
        """The settings as they are before the program changes them, and no trace."""
        self.here.write('negotiate.conf', f'''[negotiate]
    user_file = {self.users}
    credential_file = {self.own}
    fallback = server
''')
        self.here.write('trace', '', 0o600)
        self.log.lines.clear()

    def env(self):
        return self.here.env(
            'both', KRB5_CONFIG=self.kdc.conf, KRB5CCNAME=self.tickets,
            KRB5_KTNAME='FILE:' + self.kdc.keytab('services'), KRB5RCACHENAME='none:',
            THREADS_KEYFILE=self.own, THREADS_LOG=self.log.path,
            GSS_NEGOTIATE_TRACE=self.trace,
            TSAN_OPTIONS='exitcode=66:second_deadlock_stack=1:history_size=4')

    def run(self, *args):
        """What a program says, as (exit status, stdout, stderr)."""
        done = subprocess.run([*self.prefix, *args], env=self.env(), check=False, text=True,
                              capture_output=True, timeout=PATIENCE_S, errors='replace')
        return done.returncode, done.stdout, done.stderr


def finds_a_race(mix):
    """The watcher works here, if need be with addresses that are always the same."""
    if not mix.watched:
        raise place.Skip('built without ThreadSanitizer')
    for mix.prefix in ([], ['setarch', '-R']):
        status, _, said = mix.run(mix.race)
        if 'unexpected memory mapping' not in said:
            found = status == 66 and f'{REPORT}: data race' in said
            assert found, f'the race that is meant to be is not found: {said[:2000]}'
            return
    mix.prefix = ['false']
    raise place.Skip('ThreadSanitizer cannot live with the addresses that this kernel gives')


def mixed(mix, threads, handshakes):
    if mix.prefix == ['false']:
        raise place.Skip('ThreadSanitizer does not run here')
    mix.begin()
    status, said, watched = mix.run(mix.mixed, mix.users, str(threads), str(handshakes))
    for line in said.splitlines():
        print('# ' + line)
    assert REPORT not in watched, f'{watched.count(REPORT)} reports:\n{watched[:8000]}'
    assert status == 0, f'ended with {status}: {watched[:5000]}'
    with open(mix.trace, encoding='utf-8') as trace:
        whole(trace.read().splitlines(), TRACED)
    whole(mix.log.lines, AUDITED)


def whole(lines, form):
    """There are some, and none is a part of one, or of two."""
    bad = [line for line in lines if not form.fullmatch(line)]
    assert lines and not bad, f'{len(bad)} of {len(lines)}: {bad[:3]}'
    print(f'# {len(lines)} lines are whole: {lines[0][:60]}...')


def main():
    parser = argparse.ArgumentParser(description=__doc__.split('\n', maxsplit=1)[0])
    parser.add_argument('mixed')
    parser.add_argument('race')
    parser.add_argument('--watched', action='store_true')
    try:
        mix = Mix(parser.parse_args())
    except place.Skip as reason:
        print(f'1..0 # SKIP {reason}')
        return
    place.add_case('threads: the watcher finds a race', finds_a_race, mix)
    for threads, handshakes in SIZES[mix.watched]:
        place.add_case(f'threads: {handshakes} handshakes in {threads} threads', mixed, mix,
                       threads, handshakes)
    place.run()


if __name__ == '__main__':
    main()
