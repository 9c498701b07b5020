#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""The proofs still fit the product, without running CBMC: usage prove.py ROOT CC..."""
import os
import re
import shutil
import subprocess
import sys
import tempfile

from sources import Tap, read

sys.path.insert(0, os.path.join(sys.argv[1], "tests/prove"))
from prove import PARTS, harnesses, mutants, mutate  # noqa: E402

PAGE = "docs/security.md"
# What goes wrong when a function that a harness calls or replaces has changed.
FAULTS = ["implicit-function-declaration", "incompatible-pointer-types", "int-conversion",
          "missing-field-initializers", "unused-function"]
OPTIONS = ["-fsyntax-only", "-std=gnu11", "-D_GNU_SOURCE", "-I."]
OPTIONS += ["-Werror=" + fault for fault in FAULTS]


def compile_problems(cc, root, source):
    done = subprocess.run([*cc, *OPTIONS, source], cwd=root, capture_output=True, text=True)
    return [line for line in done.stderr.splitlines() if "error" in line] if done.returncode else []


def mutant_problems(cc, root):
    """Each mutant changes its file, and what it makes still compiles. The file is put back."""
    problems = []
    sources = harnesses(root)
    for name, path, expression in mutants(root):
        where = "mutants.txt: %s %s" % (name, expression)
        if name not in sources:
            problems.append(where + ": there is no such harness")
            continue
        before = read(root, path)
        if not mutate(root, path, expression):
            problems.append("%s: changes nothing in %s" % (where, path))
        problems += ["%s: %s" % (where, p) for p in compile_problems(cc, root, sources[name][0])]
        with open(os.path.join(root, path), "w", encoding="utf-8") as file:
            file.write(before)
    return problems


def table_problems(root, names):
    """Each harness has a mutant, and docs/security.md names its source."""
    tried = {name for name, _, _ in mutants(root)}
    page = read(root, PAGE)
    return ["%s has no line in mutants.txt" % name for name in names if name not in tried] + \
        ["%s does not name %s" % (PAGE, source) for source in {s for s, _ in names.values()}
         if "`%s`" % source not in page]


def main(root, cc):
    tap = Tap()
    with tempfile.TemporaryDirectory(prefix="gssneg-lint.") as folder:
        for part in (*PARTS, "docs"):
            shutil.copytree(os.path.join(root, part), os.path.join(folder, part))
        found = harnesses(folder)
        for source in sorted({source for source, _ in found.values()}):
            tap.point("compiles: " + source, compile_problems(cc, folder, source))
        broken = [p for source, _ in found.values() for p in compile_problems(cc, folder, source)]
        tap.point("mutants", mutant_problems(cc, folder) if found and not broken
                  else ["there is no harness, or one that does not compile"])
        tap.point("tables", table_problems(folder, found))
        with open(os.path.join(folder, "tests/prove/mutants.txt"), "w", encoding="utf-8") as file:
            file.write("bytes_slice base/bytes.c s/no such text//\nno_such base/bytes.c s/a/b/\n")
        wrong = [] if len(mutant_problems(cc, folder)) == 2 else ["accepts broken mutants"]
        wrong += [] if table_problems(folder, found) else ["accepts harnesses without mutants"]
        mutate(folder, "ntlm/avpair.c", "s/read_pair/next_pair/")
        wrong += [] if compile_problems(cc, folder, "tests/prove/avpair.c") else \
            ["accepts a harness that does not compile"]
        tap.point("finds what it is for", wrong)
    tap.end()


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:])
