#!/usr/bin/python3
# SPDX-License-Identifier: ISC
"""Logins of all kinds in several threads, with a real KDC; with --watched the programs are
built with ThreadSanitizer, and one report of it fails the test: nothing is suppressed. (The
libraries beneath are not instrumented; their locks and the C library's calls are seen.)

usage: mixed.py MIXED RACE [--watched]"""
import argparse
import os
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
for folder in ('../interop', '../kerberos'):
    sys.path.insert(0, os.path.join(HERE, folder))

import place  # noqa: E402
from kdc import Kdc  # noqa: E402

ALICE = 'AD:alice:Wonderland 1\n'
REPORT = 'WARNING: ThreadSanitizer'
PATIENCE_S = 240
# (threads, handshakes), with and without the watcher.
SIZES = {True: ((2, 10000), (8, 1600)), False: ((2, 2000), (8, 2000))}


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
        self.settings = self.here.write('negotiate.conf', f'''[negotiate]
    user_file = {self.users}
    credential_file = {self.own}
''')
        self.prefix = []

    def env(self):
        return self.here.env(
            'both', KRB5_CONFIG=self.kdc.conf, KRB5CCNAME=self.tickets,
            KRB5_KTNAME='FILE:' + self.kdc.keytab('services'), KRB5RCACHENAME='none:',
            THREADS_KEYFILE=self.own,
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
    status, said, watched = mix.run(mix.mixed, mix.users, str(threads), str(handshakes))
    for line in said.splitlines():
        print('# ' + line)
    assert REPORT not in watched, f'{watched.count(REPORT)} reports:\n{watched[:8000]}'
    assert status == 0, f'ended with {status}: {watched[:5000]}'


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
