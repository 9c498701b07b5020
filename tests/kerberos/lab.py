# SPDX-License-Identifier: ISC
"""The laboratory of the parity table: one KDC, tickets of every kind, and runs of the
program 'parity' that leave nothing behind for the next."""
import os
import shutil
import subprocess
import time

import ccache
import place
from kdc import REALM, Kdc, free_port

PATIENCE_S = 100
# Without root's right to read what a file's mode forbids; for a row with MODES_COUNT.
BOUND = ('setpriv', '--bounding-set', '-dac_override,-dac_read_search', '--')
# Lifetimes are printed in steps of 300 s. The runs of one row must not cross a step, and a
# busy machine takes more than a minute for them.
TICKETS_FRESH_S = 120


class Lab:
    """program, skew_lib: the built 'parity' and clock library."""

    def __init__(self, program, skew_lib):
        self.here = place.Place()
        self.program = program
        self.kdc = Kdc(self.here, skew_lib)
        self._configurations()
        self.renew()

    def _configurations(self):
        write, conf = self.here.write, self.kdc.client_conf
        write('broken.conf', '[libdefaults\n    default_realm = NEG.TEST\n')
        whole, none = conf(), self.here.path('none')
        write('include.conf', f'{whole}include {none}/file\n')
        write('includedir.conf', f'{whole}includedir {none}\n')
        write('module.conf', 'module x\n')
        write('boolean.conf', conf({'allow_weak_crypto': 'perhaps'}))
        write('enctype.conf', conf({'permitted_enctypes': 'none'}))
        write('unreadable.conf', whole, 0)
        write('no-realm.conf', conf({'default_realm': None}))
        write('refused.conf', conf(kdc=f'127.0.0.1:{free_port()}'))

    def renew(self):
        """Makes new tickets of every kind, each in a file that each run copies."""
        self.renewed = time.monotonic()
        kinit = self.kdc.kinit
        for kind, user, how in (('alice', 'alice', ()), ('bob', 'bob', ()),
                                ('plain', 'alice', ('-F',)), ('notgs', 'notgs', ()),
                                ('s4u', 'host/s4u.neg.test', ())):
            kinit('tickets-' + kind, user, *how)
        self.kdc.expired('tickets-expired')
        for kind, contents in ccache.caches(REALM, 'alice').items():
            with open(self.here.path('tickets-' + kind), 'wb') as out:
                out.write(contents)
        self.here.write('unreadable-cache', '', 0)

    def renew_if_old(self):
        if time.monotonic() - self.renewed > TICKETS_FRESH_S:
            self.renew()

    def _fresh_run(self, folder):
        run = self.here.path(folder)
        shutil.rmtree(run, ignore_errors=True)
        os.makedirs(run + '/dir')
        for name in os.listdir(self.here.dir):
            if name.startswith('tickets-'):
                shutil.copy(self.here.path(name), f'{run}/{name[8:]}')
        for number, kind in enumerate(('alice', 'bob')):
            shutil.copy(f'{run}/{kind}', f'{run}/dir/tkt{number}')
        with open(run + '/dir/primary', 'w', encoding='utf-8') as primary:
            primary.write('tkt1\n')
        return run

    def env(self, row, run):
        keytab = self.kdc.keytab(row.keytab) if row.keytab else run + '/no-keytab'
        env = {'PATH': '/usr/bin:/bin', 'LANG': 'C', 'HOME': run,
               'KRB5_CONFIG': self.kdc.conf, 'KRB5RCACHENAME': f'file2:{run}/replays',
               'KRB5CCNAME': f'FILE:{run}/{row.tickets or "no-tickets"}',
               'KRB5_KTNAME': 'FILE:' + keytab,
               'KRB5_CLIENT_KTNAME': f'FILE:{run}/no-client-keytab',
               'A_KRB5CCNAME': f'FILE:{run}/no-tickets'}
        if row.scenario != 'exchange':
            del env['A_KRB5CCNAME']
        for name in ('ASAN_OPTIONS', 'UBSAN_OPTIONS', 'LSAN_OPTIONS'):
            if name in os.environ:
                env[name] = os.environ[name]
        env.update((name, self._text(value, run)) for name, value in row.env.items())
        if any(name.endswith('SKEW_S') for name in row.env):
            env['LD_PRELOAD'] = self.kdc.skew_lib
        return env

    def _text(self, value, run):
        return value.replace('{run}', run).replace('{conf}', self.here.dir)

    def run(self, row, initiator, acceptor, folder='run'):
        """The lines of a row; initiator, acceptor: the environment that makes a set-up;
        folder: of its own for what runs at the same time."""
        run = self._fresh_run(folder)
        env = self.env(row, run)
        env.update(('I_' + name, value) for name, value in initiator.items())
        env.update(('A_' + name, value) for name, value in acceptor.items())
        args = [f'{key}={self._text(value, run)}' for key, value in row.options.items()]
        bound = BOUND if 'MODES_COUNT' in env else ()
        done = subprocess.run([*bound, self.program, row.scenario, *args], env=env,
                              check=False, capture_output=True, timeout=PATIENCE_S)
        lines = done.stdout.decode('utf-8', 'backslashreplace').splitlines()
        for line in done.stderr.decode('utf-8', 'backslashreplace').splitlines():
            lines.append('E stderr = ' + line)
        if done.returncode != 0:
            lines.append(f'E ended = {done.returncode}')
        return lines
