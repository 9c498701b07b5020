#!/usr/bin/python3
# SPDX-License-Identifier: ISC
"""Runs other tests with NTLM forbidden: from the beginning, only after the credentials were
acquired, and then to acceptors alone. Most of them fail, which is right; but no token of NTLM
may leave, and none may be accepted.

usage: never.py WATCH.SO PROGRAM..."""
import collections
import os
import subprocess
import sys
import tempfile

PATIENCE_S = 120
# When, and what must not be seen then.
MODES = {'early': ('sent', 'answered', 'accepted'), 'late': ('sent', 'answered', 'accepted'),
         'accept': ('answered', 'accepted')}
FORBIDDEN = '[negotiate]\n ntlm = never\n ntlm_accept = no\n'


def write(path, text):
    with open(path, 'w', encoding='utf-8') as file:
        file.write(text)
    os.chmod(path, 0o666 if not text else 0o644)  # reports come from servers' accounts, too
    return path


def run(watch, when, program, folder):
    """What the watch saw, and how often."""
    report = write(os.path.join(folder, 'report'), '')
    env = dict(os.environ, LD_PRELOAD=watch, GSSNEG_TEST_NEVER=when, GSSNEG_TEST_REPORT=report,
               GSSNEG_TEST_CONF=write(os.path.join(folder, 'conf'), FORBIDDEN))
    subprocess.run([program], env=env, check=False, timeout=PATIENCE_S,
                   stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                   stderr=subprocess.DEVNULL)
    with open(report, encoding='utf-8') as lines:
        return collections.Counter(line.strip() for line in lines)


def check(number, name, good, seen):
    counts = ', '.join(f'{seen[what]} {what}' for what in ('sent', 'answered', 'accepted', 'refused'))
    print(f'{"ok" if good else "not ok"} {number} - {name}: {counts}', flush=True)
    return good


def main():
    watch = os.path.abspath(sys.argv[1])
    cases = [(when, program) for when in MODES for program in sys.argv[2:]]
    total = collections.Counter()
    results = []
    print(f'1..{len(cases) + 1}')
    with tempfile.TemporaryDirectory(prefix='gssneg-never-') as folder:
        os.chmod(folder, 0o755)
        for when, program in cases:
            seen = run(watch, when, os.path.abspath(program), folder)
            total += seen
            results.append(check(len(results) + 1, f'{os.path.basename(program)}, {when}',
                                 not any(seen[what] for what in MODES[when]), seen))
    # the settings were in force, the watch was there, and there was something to refuse
    results.append(check(len(results) + 1, 'all', total['refused'] > 10 * len(cases) and total['sent'] > 0,
                             total))
    sys.exit(0 if all(results) else 1)


if __name__ == '__main__':
    main()
