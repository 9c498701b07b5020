#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""The summary of ./dev test must never count a broken run as a good one."""
import contextlib
import io
import json
import os
import sys
import tempfile

from sources import Tap

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))
import summary  # noqa: E402  (its folder had to be named first)

# What a program printed, its exit status, meson's result, and the summary's last line.
CASES = [
    ("all pass", "1..2\nok 1 - a\nok 2 - b\n", 0, "OK", "2 passed, 0 failed, 0 skipped"),
    ("plan last", "ok 1 - a\n1..1\n", 0, "OK", "1 passed, 0 failed, 0 skipped"),
    ("one fails", "1..2\nok 1 - a\nnot ok 2 - b\n", 1, "FAIL", "1 passed, 1 failed, 0 skipped"),
    ("two fail", "1..2\nnot ok 1 - a\nnot ok 2 - b\n", 1, "FAIL", "0 passed, 2 failed, 0 skipped"),
    ("fails and dies", "1..3\nnot ok 1 - a\nok 2 - b\n", -6, "ERROR", "1 passed, 2 failed, 0 skipped"),
    ("one skipped", "1..2\nok 1 - a\nok 2 - b # SKIP c\n", 0, "OK", "1 passed, 0 failed, 1 skipped"),
    ("all skipped", "1..0 # SKIP none here\n", 0, "SKIP", "0 passed, 0 failed, 1 skipped"),
    ("dies in the middle", "1..3\nok 1 - a\n", -11, "ERROR", "1 passed, 1 failed, 0 skipped"),
    ("plan not reached", "1..3\nok 1 - a\n", 0, "ERROR", "1 passed, 1 failed, 0 skipped"),
    ("no plan", "ok 1 - a\n", 0, "ERROR", "1 passed, 1 failed, 0 skipped"),
    ("bails out", "1..1\nok 1 - a\nBail out! x\n", 0, "ERROR", "1 passed, 1 failed, 0 skipped"),
    ("all pass, bad exit", "1..1\nok 1 - a\n", 1, "ERROR", "1 passed, 1 failed, 0 skipped"),
    ("dies silently", "", -6, "ERROR", "0 passed, 1 failed, 0 skipped"),
    ("says nothing", "", 0, "SKIP", "0 passed, 1 failed, 0 skipped"),
    ("too slow", "", -15, "TIMEOUT", "0 passed, 1 failed, 0 skipped"),
    ("plain, passes", "words\n", 0, "OK", "1 passed, 0 failed, 0 skipped"),
    ("plain, fails", "words\n", 1, "FAIL", "0 passed, 1 failed, 0 skipped"),
    ("plain, skipped", "no such thing here\n", 77, "SKIP", "0 passed, 0 failed, 1 skipped"),
]


# Cases that are skipped for the same reason are one line, and each of them counts.
SKIPPED = "1..4\nok 1 - a[0] # SKIP x\nok 2 - b # SKIP y\nok 3 - a[1] # SKIP x\nok 4 - c\n"
SKIPPED_LINES = ["Skipped:", "  b unit / x: 2 cases: x", "  b unit / x: b: y", "",
                 "1 passed, 0 failed, 3 skipped"]


def summarize_all(*arguments):
    """(exit status, lines)"""
    said = io.StringIO()
    with contextlib.redirect_stdout(said):
        status = summary.main(arguments)
    return status, said.getvalue().rstrip("\n").split("\n")


def summarize(*arguments):
    """(exit status, last line)"""
    status, lines = summarize_all(*arguments)
    return status, lines[-1]


def write_log(folder, entries):
    path = os.path.join(folder, "log.json")
    with open(path, "w", encoding="utf-8") as log:
        for stdout, code, result in entries:
            entry = {"name": "p:unit / x", "stdout": stdout, "returncode": code}
            log.write(json.dumps({**entry, "result": result, "duration": 0.1}) + "\n")
    return path


def differs(got, want_line):
    want = (0 if want_line.split()[0] != "0" and ", 0 failed" in want_line else 1, want_line)
    return [] if got == want else ["says %s, not %s" % (got, want)]


def main():
    tap = Tap()
    with tempfile.TemporaryDirectory(prefix="gssneg-lint.") as folder:
        for name, stdout, code, result, want in CASES:
            status = 0 if result in ("OK", "SKIP") else 1
            path = write_log(folder, [(stdout, code, result)])
            tap.point("summary: " + name, differs(summarize("b=%s:%d" % (path, status)), want))
        _, lines = summarize_all("b=%s:0" % write_log(folder, [(SKIPPED, 0, "OK")]))
        tap.point("summary: skipped lines",
                  [] if lines[-len(SKIPPED_LINES):] == SKIPPED_LINES else lines)
        path = write_log(folder, [("1..1\nok 1 - a\n", 0, "OK")] * 2)
        both = summarize("a=%s:0" % path, "b=%s:0" % path)
        tap.point("summary: two logs", differs(both, "4 passed, 0 failed, 0 skipped"))
        ended = summarize("a=%s:1" % path)
        tap.point("summary: the run failed", differs(ended, "2 passed, 1 failed, 0 skipped"))
        gone = summarize("a=%s:0" % path, "b=%s/none.json:0" % folder)
        tap.point("summary: a log is missing", differs(gone, "2 passed, 1 failed, 0 skipped"))
    tap.end()


if __name__ == "__main__":
    main()
