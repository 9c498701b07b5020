#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""How many instructions one handshake takes, by callgrind.

usage: instructions.py HANDSHAKE MODULE

Counts what both sides' calls of gss_init_sec_context and gss_accept_sec_context execute in
all libraries: the mechglue, the module, OpenSSL, libkrb5, libc. The first FEW handshakes of
a process, in which libraries set themselves up, are not counted: the figure is the mean of
the MANY - FEW that follow. It can be compared with one of the same machine only. Prints
and compares nothing.
"""
import collections
import os
import re
import shutil
import subprocess
import sys
import tempfile

from handshake import KINDS, Handshakes

SKIPPED = 77
FEW, MANY = 2, 12
NAMED = re.compile(r"\((\d+)\)(?: (.*))?")
COST = re.compile(r"[-+*\d]\S* (\d+)$")


def cost_by_object(path):
    """Instructions by the library or program that executed them, from callgrind's file."""
    costs, names, current, is_call = collections.Counter(), {}, "", False
    with open(path, encoding="utf-8") as file:
        for line in file:
            if line.startswith(("ob=", "cob=")):
                number, name = NAMED.match(line.split("=", 1)[1]).groups()
                names.setdefault(number, os.path.basename(name or ""))
                current = names[number] if line.startswith("ob=") else current
            found = COST.match(line)
            # The line after calls= is what the callee cost, which stands there too.
            if found and not is_call:
                costs[current] += int(found.group(1))
            is_call = line.startswith("calls=")
    return costs


def measure(handshakes, kind, n):
    path = os.path.join(handshakes.folder, "callgrind.out")
    handshakes.run(kind, n, before=["valgrind", "-q", "--tool=callgrind",
                                    "--toggle-collect=handshake", "--callgrind-out-file=" + path])
    return cost_by_object(path)


def main(program, module):
    if shutil.which("valgrind") is None:
        print("not measured: needs valgrind")
        sys.exit(SKIPPED)
    with tempfile.TemporaryDirectory(prefix="gssneg-instructions.") as folder:
        handshakes = Handshakes(folder, program, os.path.abspath(module))
        for kind in KINDS:
            few, many = measure(handshakes, kind, FEW), measure(handshakes, kind, MANY)
            each = {name: (many[name] - few[name]) // (MANY - FEW) for name in many}
            print("instructions of a handshake, %s: %d" % (kind, sum(each.values())))
            for name in sorted(each, key=each.get, reverse=True):
                print("    %9d %s" % (each[name], name))


if __name__ == "__main__":
    try:
        main(*sys.argv[1:])
    except subprocess.CalledProcessError as problem:
        sys.exit(str(problem))
