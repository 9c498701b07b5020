#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""Function lengths by universal-ctags: usage functions.py ROOT."""
import json
import shutil
import statistics
import subprocess
import sys

from sources import PRODUCT, Sample, Tap, c_files, floor_of, list_files

MEDIAN_MAX = 15
LONGEST_MAX = 60
# Nine in ten of the product are meant to be this short; shown, not enforced.
MOST_MAX = 40


def is_universal_ctags():
    if shutil.which("ctags") is None:
        return False
    said = subprocess.run(["ctags", "--version"], capture_output=True, text=True, check=False)
    return "Universal Ctags" in said.stdout


def lengths(root, names):
    """[(lines from the line of the name to the closing brace, file, line, function)]"""
    sources = c_files(names)
    if not sources:
        return []
    command = ["ctags", "--output-format=json", "--languages=C", "--map-C=+.h"]
    command += ["--kinds-C=f", "--fields=+ne", "-o", "-", *sources]
    done = subprocess.run(command, cwd=root, capture_output=True, text=True, check=True)
    tags = [json.loads(line) for line in done.stdout.splitlines()]
    return [(t["end"] - t["line"] + 1, t["path"], t["line"], t["name"]) for t in tags if "end" in t]


def of_product(measured):
    floors = PRODUCT + ("tools",)
    return sorted(m[0] for m in measured if floor_of(m[1]) in floors)


def check(root, names):
    measured = lengths(root, names)
    problems = [
        "%s:%d: %s has %d lines, more than %d" % (path, line, name, n, LONGEST_MAX)
        for n, path, line, name in measured
        if n > LONGEST_MAX
    ]
    product = of_product(measured)
    if not product:
        return problems + ["no function was found at all"]
    median = statistics.median(product)
    if median > MEDIAN_MAX:
        problems.append("the median function has %g lines, more than %d" % (median, MEDIAN_MAX))
    return problems


def c_function(lines):
    body = "".join("    x++;\n" for _ in range(lines - 5))
    return "void f(void)\n{\n    int x = 0;\n" + body + "    (void)x;\n}\n"


def print_lengths(root):
    product = of_product(lengths(root, list_files(root)))
    if len(product) > 1:
        tenth = statistics.quantiles(product, n=10)[-1]
        shape = (len(product), statistics.median(product), tenth, MOST_MAX, product[-1])
        print("# %d functions: median %g lines, 9 in 10 up to %g (meant: %d), longest %d" % shape)


def main(root):
    tap = Tap()
    if not is_universal_ctags():
        tap.skip("function lengths", "needs universal-ctags")
        tap.end()
    good = {"asn1/a.c": c_function(LONGEST_MAX), "asn1/b.c": c_function(6) * 3}
    bad = [{"asn1/a.c": c_function(LONGEST_MAX + 1), "asn1/b.c": c_function(6) * 3}]
    bad += [{"asn1/a.c": c_function(MEDIAN_MAX + 1)}, {"tests/a.h": "int x;\n"}]
    exact = lengths_of_sample(good)
    tap.point("function lengths: counts lines exactly", [] if exact == [6, 6, 6, 60] else [str(exact)])
    tap.finds("function lengths", check, good, bad)
    print_lengths(root)
    tap.point("function lengths", check(root, list_files(root)))
    tap.end()


def lengths_of_sample(files):
    sample = Sample(files)
    return sorted(m[0] for m in lengths(sample.root, list_files(sample.root)))


if __name__ == "__main__":
    main(sys.argv[1])
