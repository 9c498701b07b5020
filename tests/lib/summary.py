#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""Counts what meson's test logs say, subtest by subtest, and prints it for a reader.

summary.py NAME=LOG.json:STATUS...   NAME is the build's name, STATUS the exit status of
'meson test'. Prints the ten slowest programs, what was skipped (a line per program
and reason), everything failed with its output, and as last line 'N passed, N failed, N skipped'.
Exit status 0 if something passed and nothing failed.

A TAP program counts by its subtests. One that died, timed out, left its plan incomplete or
failed otherwise without a failed subtest counts as one failed more. A program without TAP
counts as one. A log that is missing, or a run that failed without a failed test, likewise.
"""
import json
import os
import re
import sys

PLAN = re.compile(r"^1\.\.(\d+)\s*(?:#\s*skip\b\S*\s*(.*))?$", re.I)
POINT = re.compile(r"^(not ok|ok)\b\s*(\d+)?\s*(?:-\s*)?(.*)$")
SKIP = re.compile(r"^(.*?)\s*#\s*skip\b\S*\s*(.*)$", re.I)


class Totals:
    def __init__(self):
        self.passed = 0
        self.failed = []  # (name, output, how many)
        self.skipped = []  # (program, case or "", reason)
        self.slowest = []  # (seconds, name)

    def fail(self, name, output="", count=1):
        self.failed.append((name, output, count))

    def n_failed(self):
        return sum(count for _, _, count in self.failed)


class Tap:
    """One program's TAP output."""

    def __init__(self, text):
        self.passed = 0
        self.failed = 0
        self.skipped = []
        self.planned = None
        self.bailed = False
        for line in text.splitlines():
            self.read_line(line)

    def read_line(self, line):
        plan = PLAN.match(line)
        point = POINT.match(line)
        if plan:
            self.planned = int(plan.group(1))
            if self.planned == 0 and plan.group(2) is not None:
                self.skipped.append(("", plan.group(2)))
        elif line.startswith("Bail out!"):
            self.bailed = True
        elif point:
            self.read_point(point.group(1) == "ok", point.group(3))

    def read_point(self, ok, name):
        skip = SKIP.match(name)
        if not ok:
            self.failed += 1
        elif skip:
            self.skipped.append((skip.group(1), skip.group(2)))
        else:
            self.passed += 1

    def points(self):
        return self.passed + self.failed + len(self.skipped)

    def complete(self):
        n = self.points()
        whole = self.planned == n or (self.planned == 0 and len(self.skipped) == 1)
        return whole and not self.bailed


def is_tap(tap):
    return tap.planned is not None or tap.points() > 0


def output_of(entry):
    text = entry.get("stdout", "") + entry.get("stderr", "")
    lines = [l for l in text.splitlines() if not re.match(r"^ok\b", l)]
    return "\n".join(lines[-200:])


def count_plain(totals, name, entry):
    result = entry["result"]
    if result == "SKIP" and entry.get("returncode") == 0:
        result = "ended well without a word of TAP"
    if result in ("OK", "EXPECTEDFAIL"):
        totals.passed += 1
    elif result == "SKIP":
        reason = output_of(entry).strip().splitlines()
        totals.skipped.append((name, "", reason[-1] if reason else "it says no reason"))
    else:
        totals.fail(name, result + "\n" + output_of(entry))


def count_tap(totals, name, entry, tap):
    totals.passed += tap.passed
    totals.skipped += [(name, case, why) for case, why in tap.skipped]
    wrong = []
    if tap.failed:
        wrong.append("%d of %d failed" % (tap.failed, tap.points()))
    if not tap.complete():
        plan = "?" if tap.planned is None else tap.planned
        wrong.append("ended after %d of %s, %s" % (tap.points(), plan, entry["result"]))
    elif not tap.failed and entry["result"] not in ("OK", "SKIP"):
        wrong.append(entry["result"])
    if wrong:
        count = tap.failed + len(wrong) - (1 if tap.failed else 0)
        totals.fail(name + ": " + ", ".join(wrong), output_of(entry), count)


def count_entry(totals, build, entry):
    name = build + " " + entry["name"].split(":", 1)[-1].strip()
    tap = Tap(entry.get("stdout", ""))
    totals.slowest.append((entry.get("duration") or 0.0, name))
    if is_tap(tap):
        count_tap(totals, name, entry, tap)
    else:
        count_plain(totals, name, entry)


def count_log(totals, argument):
    build, rest = argument.split("=", 1)
    path, status = rest.rsplit(":", 1)
    before = len(totals.failed)
    if not os.path.exists(path):
        totals.fail(build + ": no test log", "expected in " + path)
        return
    with open(path, encoding="utf-8") as log:
        for line in log:
            count_entry(totals, build, json.loads(line))
    if status != "0" and len(totals.failed) == before:
        totals.fail(build + ": the test run itself ended with " + status)


def skipped_lines(skipped):
    """A line per program and reason: 'program: case: reason', or how many cases."""
    cases = {}
    for program, case, reason in skipped:
        cases.setdefault((program, reason), []).append(case)
    for (program, reason), names in cases.items():
        what = names[0] if len(names) == 1 else "%d cases" % len(names)
        yield ": ".join(part for part in (program, what, reason) if part)


def report(totals):
    print("\nSlowest:")
    for seconds, name in sorted(totals.slowest, reverse=True)[:10]:
        print("  %7.2f s  %s" % (seconds, name))
    if totals.skipped:
        print("\nSkipped:")
    for line in skipped_lines(totals.skipped):
        print("  " + line)
    if totals.failed:
        print("\nFailed:")
    for name, output, _ in totals.failed:
        print("  " + name)
        for line in output.splitlines():
            print("    | " + line)
    counts = (totals.passed, totals.n_failed(), len(totals.skipped))
    print("\n%d passed, %d failed, %d skipped" % counts)


def main(arguments):
    totals = Totals()
    for argument in arguments:
        count_log(totals, argument)
    report(totals)
    return 0 if totals.passed > 0 and not totals.failed else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
