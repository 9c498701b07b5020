#!/usr/bin/python3
# SPDX-License-Identifier: ISC
"""SPNEGO's sequences with a real KDC: makes the lab, runs the program, and tells of each of
its cases.

usage: test_sequences.py PROGRAM"""
import os
import re
import subprocess
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '../interop'))

import place  # noqa: E402
from kdc import Kdc, Listener  # noqa: E402

PATIENCE_S = 900
SKIPPED = ' # SKIP '
CASE = re.compile(r'(not ok|ok) \d+ - (.*)')


def make_lab():
    """The environment of the program: a KDC, tickets, keytabs; and a KDC that never answers."""
    here = place.Place()
    kdc = Kdc(here)
    hole = Listener()
    silent = here.write('silent.conf', kdc.client_conf(kdc=f'127.0.0.1:{hole.port}'))
    tickets = kdc.kinit('tickets', 'alice')
    # Tickets without the service's, for which the silent KDC would be asked.
    without = kdc.kinit('tickets-tgt', 'alice')
    env = kdc.lab_env(tickets, LAB_SILENT_CONFIG=silent, LAB_TGT=without,
                      LAB_CLIENT_KEYTAB='FILE:' + kdc.keytab('alice'))
    return env, hole


def told(passed, line):
    assert passed, line
    if SKIPPED in line:
        raise place.Skip(line.split(SKIPPED, 1)[1])


def add_cases(program):
    env, hole = make_lab()
    done = subprocess.run([program], env=env, check=False, timeout=PATIENCE_S,
                          stdout=subprocess.PIPE, text=True)
    for line in done.stdout.splitlines():
        found = CASE.match(line)
        if found:
            name = found.group(2)
            place.add_case(name, told, found.group(1) == 'ok', line)
    place.add_case('silent KDC: not one packet', place.check, hole.count, 0, 'packets')
    place.add_case('the program ran to its end', place.check, done.returncode, 0, 'exit status')


def main():
    try:
        add_cases(os.path.abspath(sys.argv[1]))
    except place.Skip as reason:
        print(f'1..0 # SKIP {reason}')
        return
    place.run()


if __name__ == '__main__':
    main()
