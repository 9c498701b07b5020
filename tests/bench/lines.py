#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""Whether threads that log in and send messages write memory in common.

usage: lines.py PROGRAM

PROGRAM logs in in two threads, with the same credentials. Valgrind's lackey prints each
address that they read and write. A cache line is shared if one thread writes it and the other
one uses it: a lock, a counter, or two things that lie side by side. The test fails if code of
the module uses such a line, whichever code writes it, or if the line lies in the module's static
data: threads would wait for each other there. Lines that only libraries use are theirs, such as the
mechglue's mutex.
"""
import bisect
import collections
import os
import re
import shutil
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.append(os.path.join(HERE, "..", "interop"))

import mechanisms  # noqa: E402
import place  # noqa: E402

MARKS = 0x200000000  # of two_threads.c
LINE = 64  # bytes
N_THREADS = 2


class Trace:
    """What each thread does with each cache line: {line: {address of an instruction}}."""

    def __init__(self):
        self.reads = [collections.defaultdict(set) for _ in range(N_THREADS)]
        self.writes = [collections.defaultdict(set) for _ in range(N_THREADS)]

    def read(self, stream):
        """Reads lackey's lines: I, then what the instruction loads (L), stores (S) or
        modifies (M)."""
        marks = {f" S {MARKS + 64 * i + 8 * end:08x},8\n": (i, end)
                 for i in range(N_THREADS) for end in (0, 1)}
        thread = instruction = None
        ended = 0
        for text in stream:
            if text in marks:
                thread, is_end = marks[text]
                if is_end:
                    thread, ended = None, ended + 1
            elif thread is not None:
                if text[0] == "I":
                    instruction = text[3:text.index(",")]
                elif text[0] == " ":
                    self.add(thread, text[1], text[3:], instruction)
        place.check(ended, N_THREADS, "threads that are traced to their end")

    def add(self, thread, kind, what, instruction):
        address, size = what.split(",")
        begin = int(address, 16)
        for line in range(begin // LINE, (begin + int(size) - 1) // LINE + 1):
            if kind in "LM":
                self.reads[thread][line].add(instruction)
            if kind in "SM":
                self.writes[thread][line].add(instruction)

    def users(self, line):
        return {int(at, 16) for each in (*self.reads, *self.writes) for at in each.get(line, ())}

    def shared(self):
        """The lines that a thread writes and the other one uses."""
        found = set()
        for one, other in ((0, 1), (1, 0)):
            found |= self.writes[one].keys() & (self.writes[other].keys() |
                                                self.reads[other].keys())
        return sorted(found)


class Module:
    """The module's segments and functions, by their addresses in the process."""

    def __init__(self, path, base):
        self.segments = []
        for line in tool("readelf", "-lW", path):
            found = re.match(r"\s+LOAD\s+\S+ (0x\w+) \S+ \S+ (0x\w+) (...)", line)
            if found:
                begin, size = (int(found.group(i), 16) for i in (1, 2))
                self.segments.append((base + begin, base + begin + size, found.group(3)))
        rows = [line.split() for line in tool("nm", "-n", "--defined-only", path)]
        self.symbols = [(base + int(row[0], 16), row[2]) for row in rows if len(row) == 3]

    def has(self, address, right):
        return any(begin <= address < end and right in rights
                   for begin, end, rights in self.segments)

    def name(self, address):
        """The function or variable at an address."""
        return self.symbols[bisect.bisect_right(self.symbols, (address, "~")) - 1][1]


def tool(*command):
    return subprocess.run(command, capture_output=True, text=True, timeout=60,
                          check=True).stdout.splitlines()


def trace(program, env):
    """The trace, and where the module is."""
    result = Trace()
    with subprocess.Popen(["valgrind", "-q", "--tool=lackey", "--trace-mem=yes", program],
                          env=env, text=True, stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE) as child:
        result.read(child.stderr)
        said = child.stdout.read()
    place.check(child.returncode, 0, "exit status")
    return result, int(said, 16)


def problems(module, found, allowed):
    """A text for each shared line that our code uses, or that is ours. allowed: names of static
    variables."""
    for line in found.shared():
        address = line * LINE
        ours = {module.name(at) for at in found.users(line) if module.has(at, "E")}
        is_static = module.has(address, "W") or module.has(address + LINE - 1, "W")
        variable = module.name(address + LINE - 1) if is_static else "no static variable"
        if (ours or is_static) and variable not in allowed:
            yield "%s at %#x, used by %s" % (variable, address,
                                             ", ".join(sorted(ours)) or "libraries")


def check_logins(program, settings, allowed, **variables):
    env = mechanisms.ours(place.Place().path("ours"), place.module_path()).environment
    with open(env["GSS_NEGOTIATE_CONFIG"], "a", encoding="utf-8") as file:
        file.write(settings)
    found, base = trace(program, {**env, **variables})
    module = Module(place.module_path(), base)
    for thread in range(N_THREADS):
        lines = found.writes[thread]
        assert any(module.has(int(at, 16), "E") for each in lines.values() for at in each), \
            f"thread {thread} did not run the module"
    place.check(list(problems(module, found, allowed)), [], "lines that both threads use")


if __name__ == "__main__":
    if sys.maxsize < MARKS:
        print("1..0 # SKIP needs addresses of 64 bits")
        sys.exit(0)
    if shutil.which("valgrind") is None:
        print("1..0 # SKIP needs valgrind")
        sys.exit(0)
    # In a process that has libcrypto, as web servers have: each login asks for its FIPS state.
    place.add_case("logins and messages", lambda: check_logins(
        sys.argv[1], " audit = no\n", (), LD_PRELOAD="libcrypto.so.3"))
    # The limit of audit lines is one for the process.
    place.add_case("logins with an audit share its limits alone", check_logins, sys.argv[1], "",
                   ("limits",))
    place.run()
