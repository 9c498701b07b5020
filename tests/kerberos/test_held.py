#!/usr/bin/python3
# SPDX-License-Identifier: ISC
"""A credential between its acquisition and its use, with a real KDC: whose tickets it
takes, and whom a slow KDC holds up.

usage: test_held.py PROGRAM SKEW-LIBRARY HELD-CRED-PROGRAM"""
import os
import shutil
import subprocess
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '../interop'))

import place  # noqa: E402
from kdc import Listener  # noqa: E402
from test_fallback import World  # noqa: E402

PATIENCE_S = 100
HOST = 'HTTP@localhost'


class Held(World):
    """The set-ups of the fallback tests, and the program that holds a credential."""

    def __init__(self, program, skew_library, holder):
        super().__init__(program, skew_library)
        self.holder = holder

    def env(self, default, **more):
        """default: the name of the cache that the environment sets."""
        here = self.lab.here
        return {'PATH': '/usr/bin:/bin', 'LANG': 'C', 'HOME': here.dir, **self.ours,
                'NTLM_USER_FILE': self.credential['I_NTLM_USER_FILE'],
                'KRB5_CONFIG': self.lab.kdc.conf, 'KRB5RCACHENAME': 'none:',
                'KRB5CCNAME': self.cache(default),
                'KRB5_KTNAME': 'FILE:' + self.lab.kdc.keytab('services'),
                'KRB5_CLIENT_KTNAME': 'FILE:' + here.path('late-keytab'),
                'MALLOC_PERTURB_': '90', **more}

    def cache(self, kind):
        return 'FILE:' + self.lab.here.path(f'tickets-{kind}')

    def start(self, args, env):
        return Conversation(place.start([self.holder, *args], env=env, text=True, bufsize=1,
                                        stdin=subprocess.PIPE, stdout=subprocess.PIPE))


class Conversation:
    """A program that prints LABEL = VALUE, and waits after it prints ready."""

    def __init__(self, child):
        self.child = child
        self.said = {}

    def until(self, what):
        """Reads until the program prints what it is ready for, or has ended (None)."""
        for line in self.child.stdout:
            label, _, value = line.rstrip('\n').partition(' = ')
            if label == 'ready':
                place.check(value, what, 'ready')
                return
            self.said[label] = value
        place.check(None, what, 'the program ended')

    def go_on(self):
        self.child.stdin.write('\n')

    def end(self):
        self.until(None)
        place.check(self.child.wait(PATIENCE_S), 0, 'exit status')


def caches(world, default, before, after, late=None, mechs=None):
    """The results of using the credential. late: tickets that are put into the default cache."""
    world.lab.kdc.here_remove('tickets-here')
    names = [kind if kind == '-' else world.cache(kind) for kind in (before, after)]
    talk = world.start(['ccache', *names, HOST], world.env(default, **(mechs or {})))
    talk.until('acquired')
    if late is not None:
        shutil.copy(world.lab.here.path('tickets-' + late),
                    world.lab.here.path('tickets-here'))
    talk.go_on()
    talk.end()
    place.check(talk.said['acquire'], '0', 'acquire')
    chosen = after if after != '-' else before if before != '-' else default
    place.check(talk.said['chosen'], world.cache(chosen), "the thread's own choice")
    place.check(talk.said['kept'], '' if before == '-' else world.cache(default),
                'what the program was told before')
    return talk.said['login']


def chosen_after(world):
    """The program that acts for a client (S4U, delegation) chooses the client's cache
    after it acquired its own credential."""
    for default in ('bob', 'alice'):
        place.check(caches(world, default, 'alice', 'bob'), 'alice@NEG.TEST', 'login')


def as_the_builtin(world):
    """One that was acquired while the program had chosen nothing: MIT krb5 looks for its
    cache when it is used."""
    for row in (('alice', '-', 'bob'), ('alice', 'bob', '-'), ('alice', 'bob', 'alice')):
        plain = caches(world, *row, mechs=world.builtin)
        place.check(caches(world, *row), plain, 'login')


def chosen_after_none(world):
    """A credential that was acquired without tickets does not use those of another cache."""
    place.check(caches(world, 'here', '-', 'bob'), 'not Kerberos', 'login')
    place.check(caches(world, 'alice', 'here', 'bob'), 'not Kerberos', 'login')


def tickets_come_later(world):
    """Into what was the default cache: the credential stays what it was when it was
    acquired, as that of MIT krb5 for several mechanisms does."""
    place.check(caches(world, 'here', '-', '-', late='alice'), 'not Kerberos', 'login')
    place.check(caches(world, 'bob', 'here', '-', late='alice'), 'not Kerberos', 'login')


def nothing_of_ntlm(world):
    """A failed acquire call leaves the program's chosen cache unchanged."""
    world.lab.kdc.here_remove('tickets-here')
    env = world.env('bob')
    del env['NTLM_USER_FILE']
    talk = world.start(['ccache', world.cache('here'), '-', HOST], env)
    talk.until('acquired')
    talk.go_on()
    talk.end()
    place.check(talk.said['acquire'], '70000', 'acquire')
    place.check(talk.said['kept'], world.cache('bob'), 'what the program was told before')


def a_slow_kdc(world):
    """One thread asks a KDC that does not answer; another one uses the same credential
    meanwhile, and is through before."""
    hole = Listener(held=True, to_port=world.lab.kdc.port)
    conf = world.lab.here.write('slow.conf', world.lab.kdc.client_conf(
        kdc=f'127.0.0.1:{hole.port}'))
    world.lab.kdc.here_remove('late-keytab')
    world.lab.kdc.here_remove('tickets-here')
    talk = world.start(['slow', 'alice', HOST, world.cache('here'),
                        'FILE:' + world.lab.here.path('late-keytab')],
                       world.env('bob', KRB5_CONFIG=conf))
    talk.until('acquired')
    place.check(hole.count, 0, 'packets')
    shutil.copy(world.lab.kdc.keytab('alice'), world.lab.here.path('late-keytab'))
    talk.go_on()
    talk.until('asking')
    place.wait_until(lambda: hole.count > 0, 'the KDC is asked', PATIENCE_S)
    talk.go_on()
    talk.until('second')
    hole.release()
    talk.go_on()
    talk.end()
    hole.close()
    place.check(talk.said['inquire'], '0', 'inquire')
    place.check(talk.said['second'], 'not Kerberos', 'second')
    place.check(talk.said['first is through'], 'no', 'first')
    place.check(talk.said['first'], 'alice@NEG.TEST', 'first')


def main():
    world = Held(*(os.path.abspath(path) for path in sys.argv[1:4]))
    for case in (chosen_after, as_the_builtin, chosen_after_none, tickets_come_later,
                 nothing_of_ntlm, a_slow_kdc):
        place.add_case('held: ' + case.__name__.replace('_', ' '), case, world)
    place.run()


if __name__ == '__main__':
    main()
