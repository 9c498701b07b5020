#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""Layout by clang-format 14, the only version that decides: usage format.py ROOT."""
import os
import re
import shutil
import subprocess
import sys

from sources import Sample, Tap, c_files, list_files

VERSION = "14"


def find_clang_format():
    """(program, '') or (None, why not)"""
    seen = []
    for name in ("clang-format-" + VERSION, "clang-format"):
        if shutil.which(name) is None:
            continue
        said = subprocess.run([name, "--version"], capture_output=True, text=True, check=False)
        found = re.search(r"version (\d+)", said.stdout)
        if found and found.group(1) == VERSION:
            return name, ""
        seen.append(said.stdout.strip())
    return None, "needs clang-format %s, has %s" % (VERSION, ", ".join(seen) or "none")


def checker(program, style_root):
    """A check by that program with the .clang-format of style_root."""
    style = "--style=file:" + os.path.join(os.path.abspath(style_root), ".clang-format")

    def check(root, names):
        sources = c_files(names)
        if not sources:
            return ["there are no sources"]
        command = [program, style, "--dry-run", "--Werror", *sources]
        done = subprocess.run(command, cwd=root, capture_output=True, text=True, check=False)
        places = re.findall(r"^(\S+?:\d+):\d+: error", done.stderr, re.M)
        if done.returncode != 0 and not places:
            return [done.stderr.strip() or "%s ended with %d" % (program, done.returncode)]
        return ["%s: clang-format would change this" % place for place in dict.fromkeys(places)]

    return check


def main(root):
    tap = Tap()
    program, reason = find_clang_format()
    if program is None:
        tap.skip("layout", reason)
        tap.end()
    check = checker(program, root)
    good = {"a.c": "int f(int *p)\n{\n    return *p;\n}\n"}
    bad = [{"a.c": "int f(int *p) {\n  return *p;\n}\n"}, {"a.h": "int *f (int* p);\n"}]
    tap.finds("layout", check, good, bad)
    tap.point("layout", check(root, list_files(root)))
    tap.end()


if __name__ == "__main__":
    main(sys.argv[1])
