#!/usr/bin/python3
# SPDX-License-Identifier: ISC
"""One process of a load: logs users in at itself, one after the other, until N logins are done
or its input ends. It prints the number of logins so far now and then; 'back' and the time
when a login succeeds after others have failed; at its end, as JSON, how they went and what
the process holds.

usage: load_process.py N HOW [NAME PASSWORD WHO]...
HOW: 'held' if all logins use one acceptor's credential, 'acquired' if each has its own;
'attacked' if 100 threads log in the first user once, while the others log in."""
import collections
import json
import os
import select
import sys
import threading
import time

import gssapi
import gssapi.raw

MECH = gssapi.OID.from_int_seq('1.3.6.1.4.1.311.2.2.10')
SESSION_KEY = gssapi.OID.from_int_seq('1.2.840.113554.1.2.2.5.5')
TARGET = gssapi.Name('HTTP@server.test', gssapi.NameType.hostbased_service)
STEP = 50  # logins between two lines
N_ATTACKERS = 100
AFTER_FAILURE_S = 0.05  # a client does not come again at once
SETTLED = 500  # the number of logins after which nothing grows


def acquire(usage, **more):
    return gssapi.Credentials(usage=usage, mechs=[MECH], **more)


def client_credential(name, password):
    found = gssapi.raw.acquire_cred_with_password(
        gssapi.Name(name, gssapi.NameType.user), password.encode(), mechs=[MECH],
        usage='initiate')
    return gssapi.Credentials(found.creds)


def key_of(context):
    return gssapi.raw.inquire_sec_context_by_oid(context, SESSION_KEY)[0]


def log_in(client, server):
    """The name that the acceptor has; both sides have one key."""
    ours = gssapi.SecurityContext(name=TARGET, creds=client, mech=MECH, usage='initiate')
    theirs = gssapi.SecurityContext(creds=server, usage='accept')
    for context in (ours, theirs):
        context.__DEFER_STEP_ERRORS__ = False
    theirs.step(ours.step(theirs.step(ours.step())))
    if key_of(ours) != key_of(theirs):
        return 'another key'
    return str(theirs.initiator_name)


def held():
    """Pages of memory, descriptors, threads."""
    with open('/proc/self/statm', encoding='ascii') as statm:
        return {'pages': int(statm.read().split()[1]),
                'descriptors': len(os.listdir('/proc/self/fd')),
                'threads': len(os.listdir('/proc/self/task'))}


class Load:
    """users: (credential, who must be in) of each. outcomes: 'in', 'another', or the minor
    status of a failure, and how often; failed_last: how many of the last ones failed."""

    def __init__(self, users, credential):
        self.users = users
        self.credential = credential
        self.outcomes = collections.Counter()
        self.longest_s = 0.0
        self.failed_last = 0

    def login(self, number):
        client, want = self.users[number % len(self.users)]
        begun = time.monotonic()
        try:
            server = self.credential or acquire('accept')
            outcome = 'in' if log_in(client, server) == want else 'another'
            if self.failed_last:
                print('back', time.monotonic(), flush=True)
            self.failed_last = 0
        except gssapi.exceptions.GSSError as error:
            outcome = str(error.min_code)
            self.failed_last += 1
        self.longest_s = max(self.longest_s, time.monotonic() - begun)
        self.outcomes[outcome] += 1
        if self.failed_last:
            time.sleep(AFTER_FAILURE_S)

    def run(self, n_logins):
        """What the process held when it had settled."""
        settled = None
        for number in range(n_logins):
            self.login(number)
            if settled is None and number >= SETTLED:
                settled = held()
            if number % STEP == STEP - 1:
                print(number + 1, flush=True)
            if select.select([sys.stdin], [], [], 0)[0]:
                break
        return settled or held()

    def report(self):
        return {'outcomes': self.outcomes, 'longest_s': self.longest_s,
                'failed_last': self.failed_last}


class Attack:
    """N_ATTACKERS threads that log in a user once, each with an outcome of its own."""

    def __init__(self, user, credential):
        self.loads = [Load([user], credential) for _ in range(N_ATTACKERS)]
        self.threads = [threading.Thread(target=load.login, args=(0,)) for load in self.loads]
        for thread in self.threads:
            thread.start()

    def report(self):
        for thread in self.threads:
            thread.join()
        outcomes = collections.Counter()
        for load in self.loads:
            outcomes.update(load.outcomes)
        return {'outcomes': outcomes, 'longest_s': max(one.longest_s for one in self.loads)}


def wait_for_threads(patience_s=90):
    """Calls that were given up end when winbindd does."""
    end = time.monotonic() + patience_s
    while held()['threads'] > threading.active_count() and time.monotonic() < end:
        time.sleep(0.1)


def main():
    n_logins, how, words = int(sys.argv[1]), sys.argv[2], sys.argv[3:]
    users = [(client_credential(*words[i:i + 2]), words[i + 2])
             for i in range(0, len(words), 3)]
    credential = None if how == 'acquired' else acquire('accept')
    attack = Attack(users.pop(0), credential) if how == 'attacked' else None
    load = Load(users, credential)
    settled = load.run(n_logins)
    attacked = attack.report() if attack is not None else None
    wait_for_threads()
    print(json.dumps({**load.report(), 'attack': attacked, 'settled': settled, 'end': held()}),
          flush=True)


if __name__ == '__main__':
    main()
