#!/usr/bin/python3
# SPDX-License-Identifier: ISC
"""Many logins by winbind while winbindd and the domain controller come and go: each of them
succeeds, or fails because winbind is not available, within the bound; nothing grows."""
import collections
import functools
import json
import os
import sys
import threading
import time

sys.path.append(os.path.join(os.path.dirname(os.path.abspath(__file__)), '../samba'))

import domain
import errors
import place
import world
from login_driver import HERE, PYTHON
from member import acceptor, member

N_LOGINS = 20000
N_PROCESSES = 8
TIMEOUT_S = 3
BUSY_S = 20  # for a machine that is busy with something else
SHORT_S = 5  # for a login of a millisecond, on such a machine
RECOVERY_S = 5
TEMPORARY = ('ERR_AUTHORITY_UNAVAILABLE', 'ERR_NO_AUTHORITY')
USERS = (('AD\\alice', domain.PASSWORD), ('AD\\bob', domain.BOBS_PASSWORD),
         ('MEMBER\\loc', domain.LOCAL_USERS['loc']))
# A process without winbind has four. Each connection to winbindd has up to three; the pool
# keeps those of all calls that ran at once: four that were given up, and one more.
DESCRIPTORS_MAX = 4 + 3 * 5
MEMORY_GROWTH = 1.1


@functools.cache
def env():
    return acceptor(f'winbind_timeout = {TIMEOUT_S}', 'audit = no')


class Process:
    """One load_process.py; the thread that reads it keeps how far it is, and when a login
    last succeeded after others had failed."""

    def __init__(self, env, n_logins, how, users):
        self.n_done = 0
        self.back = 0.0
        self.report = None
        words = [word for name, password in users for word in (name, password, name)]
        self.child = place.start(
            [PYTHON, '-B', os.path.join(HERE, 'load_process.py'), str(n_logins), how, *words],
            env=env, stdin=place.subprocess.PIPE, stdout=place.subprocess.PIPE, text=True)
        self.reader = threading.Thread(target=self._read, daemon=True)
        self.reader.start()

    def _read(self):
        for line in self.child.stdout:
            if line.startswith('{'):
                self.report = json.loads(line)
            elif line.startswith('back '):
                self.back = float(line.split()[1])
            else:
                self.n_done = int(line)

    def end(self, patience_s=900):
        """Lets it do all its logins; how they went."""
        self.reader.join(patience_s)
        assert self.report is not None, f'{self.n_done} logins, and then nothing'
        place.check(self.child.wait(60), 0, 'exit status')
        return self.report

    def stop(self):
        """Lets it do no more logins."""
        self.child.stdin.write('stop\n')
        self.child.stdin.flush()
        return self.end(200)


class Load:
    """Processes that log in, half of which acquire a credential for each login."""

    def __init__(self, n_logins):
        self.n_logins = n_logins
        self.processes = [Process(env(), n_logins // N_PROCESSES, 'held' if i % 2 else 'acquired',
                                  USERS[i % 3:] + USERS[:i % 3]) for i in range(N_PROCESSES)]

    def wait_for(self, part, patience_s=900):
        """Until this part of all logins is done."""
        place.wait_until(lambda: sum(one.n_done for one in self.processes) >=
                         part * self.n_logins, f'{part:.0%} of the logins', patience_s)

    def end(self):
        return [one.end() for one in self.processes]


def interrupt(load):
    """winbindd is stopped and killed three times each, the controller stopped once."""
    winbindd, controller = member().winbindd, member().controller.daemon
    for number, how in enumerate(('stop', 'kill', 'stop', None, 'kill', 'stop', 'kill'), 1):
        load.wait_for(number / 8)
        if how is None:
            controller.stop()
            time.sleep(2 * TIMEOUT_S)
            controller.start()
        else:
            getattr(winbindd, how)()
            winbindd.start()


def named(reports):
    """How often each outcome was, by name."""
    outcomes = collections.Counter()
    for report in reports:
        outcomes.update(report['outcomes'])
    return {word if word in ('in', 'another') else errors.name_of(int(word)): n
             for word, n in outcomes.items()}


def check_outcomes(reports):
    outcomes = named(reports)
    longest_s = max(report['longest_s'] for report in reports)
    print(f'# {outcomes}, the longest {longest_s:.1f} s', flush=True)
    place.check(sorted(set(outcomes) - {'in', *TEMPORARY}), [], 'other outcomes')
    assert outcomes['in'] > 0.8 * N_LOGINS, f'only {outcomes["in"]} logins succeeded'
    assert longest_s < 2 * TIMEOUT_S + BUSY_S, f'a login took {longest_s:.1f} s'
    place.check([report['failed_last'] for report in reports], [0] * len(reports),
                'failures at the end')


def check_growth(report):
    settled, end = report['settled'], report['end']
    print(f'# {settled} -> {end}', flush=True)
    assert end['pages'] < MEMORY_GROWTH * settled['pages'], f'memory: {settled}, {end}'
    place.check(end['threads'], 1, 'threads')
    assert end['descriptors'] <= DESCRIPTORS_MAX, f'descriptors: {settled}, {end}'


def many_logins():
    begun = time.monotonic()
    load = Load(N_LOGINS)
    interrupt(load)
    reports = load.end()
    print(f'# {N_LOGINS} logins in {time.monotonic() - begun:.0f} s', flush=True)
    check_outcomes(reports)
    for report in reports:
        check_growth(report)


def hanging_domain():
    """A client names the domain, so it can name one whose controller hangs: 100 logins there
    wait, and those of the member's own users do not."""
    controller = member().controller.daemon
    controller.pause()
    try:
        report = Process(env(), 300, 'attacked', (USERS[0], USERS[2])).end()
    finally:
        controller.resume()
    print(f'# {report["longest_s"]:.2f} s; {report["attack"]}', flush=True)
    place.check(named([report]), {'in': 300}, 'logins of the own users')
    assert report['longest_s'] < SHORT_S, f'one of them took {report["longest_s"]:.1f} s'
    place.check(named([report['attack']]), {'ERR_AUTHORITY_UNAVAILABLE': 100}, 'the others')
    place.check(report['end']['threads'], 1, 'threads')
    longest_s = report['attack']['longest_s']
    assert longest_s < TIMEOUT_S + BUSY_S, f'one of the others took {longest_s:.1f} s'


def is_back():
    return member().succeeds('timeout', '5', 'wbinfo', '-a', f'AD\\alice%{domain.PASSWORD}')


def outages():
    """Again and again the controller is away, in each of the ways. Processes that logged users
    in meanwhile do so again within 5 s, counted from when winbindd can."""
    member().wait_for_controller()
    processes = [Process(env(), 10 ** 9, how, USERS[:1]) for how in ('held', 'acquired')]
    late = []
    for who, cut, mend in OUTAGES * 3:
        place.wait_until(lambda: all(one.n_done > 0 for one in processes), 'logins')
        getattr(who(), cut)()
        time.sleep(3 * TIMEOUT_S)
        begun = time.monotonic()
        getattr(who(), mend)()
        place.wait_until(is_back, 'winbindd serves the domain')
        could = time.monotonic()
        place.wait_until(lambda: all(one.back > begun for one in processes), 'logins are back')
        late += [one.back - could for one in processes]
    reports = [one.stop() for one in processes]
    print(f'# seconds after winbindd: {", ".join(f"{one:.1f}" for one in late)}', flush=True)
    place.check(set(named(reports)), {'in', 'ERR_AUTHORITY_UNAVAILABLE'}, 'outcomes')
    assert max(late) < RECOVERY_S, f'{max(late):.1f} s until the logins were back'
    for report in reports:
        check_growth(report)


OUTAGES = (
    (lambda: member().controller.daemon, 'pause', 'resume'),
    (lambda: member().controller.daemon, 'stop', 'start'),
    (lambda: member().controller, 'cut_network', 'join_network'))


def add_cases(add):
    add('a domain whose controller hangs', hanging_domain)
    add('outages of the controller', outages)
    add(f'{N_LOGINS} logins by {N_PROCESSES} processes', many_logins)


def main():
    reason = domain.missing('kinit')
    if reason is None and not world.is_inside():
        domain.enter()
    world.add_cases(reason, add_cases)
    if reason is None:
        member()
    place.run()


if __name__ == '__main__':
    main()
