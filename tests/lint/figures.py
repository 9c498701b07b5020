#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""Prints figures of the sources, to compare with those of another commit: usage
figures.py ROOT [--one-use]. It measures and never fails.

product, tests   The C files outside of tests/, and those in it. All lines count; in
                 brackets are those that are not blank.
comment lines    Lines that hold a comment and no code, of the lines that are not blank.
structs          Definitions at the start of a line, of structs that have a name.
one-use          Static functions of at most SHORT lines that their file mentions once
                 besides the definition and prototypes. A name in a table is a mention.
                 A function that is not static is looked for in the whole product; those
                 are shown apart, because the reader meets them in a header.
length           From the line of the function's name to its closing brace.
--one-use        Lists the static one-use functions with the functions that mention them.
"""
import bisect
import collections
import json
import re
import statistics
import subprocess
import sys

from functions import is_universal_ctags
from sources import c_files, code_only, floor_of, line_of, list_files, read

SHORT = 12
THREAD_LOCAL = re.compile(r"\b(?:_Thread_local|__thread|thread_local)\b")
WRITES_FAILED = re.compile(r"\bstate\s*=(?!=)[^;]*FAILED\b")
STRUCT = re.compile(r"^struct \w+ \{", re.M)
WORD = re.compile(r"\b[A-Za-z_]\w*\b")


class Source:
    """A C file: its text, and its code without comments and without what is in quotes."""

    def __init__(self, root, name):
        self.name = name
        self.lines = read(root, name).splitlines()
        self.code = code_only("\n".join(self.lines))

    def n_written(self):
        return sum(1 for line in self.lines if line.strip())

    def n_comment(self):
        """Lines that are written and of which nothing is left without the comments."""
        return sum(1 for line, code in zip(self.lines, self.code.split("\n"))
                   if line.strip() and not code.strip())


class Function:
    def __init__(self, tag):
        self.path, self.name, self.line = tag["path"], tag["name"], tag["line"]
        self.n_lines = tag["end"] - tag["line"] + 1
        self.end = tag["end"]
        self.is_static = tag.get("file", False)
        self.mentions = []  # (path, line)

    def place(self):
        return "%s:%d" % (self.path, self.line)


def tags_of(root, names):
    command = ["ctags", "--output-format=json", "--languages=C", "--map-C=+.h"]
    command += ["--kinds-C=fp", "--fields=+neKf", "-o", "-", *names]
    done = subprocess.run(command, cwd=root, capture_output=True, text=True, check=True)
    return [json.loads(line) for line in done.stdout.splitlines()]


def functions_of(root, sources):
    """The functions, each with the places that mention it."""
    tags = tags_of(root, [s.name for s in sources])
    functions = [Function(t) for t in tags if t["kind"] == "function" and "end" in t]
    declared = {(t["path"], t["line"], t["name"]) for t in tags}
    static, shared = {}, {}
    for f in functions:
        # A static function of a header is everybody's.
        if f.is_static and not f.path.endswith(".h"):
            static[f.path, f.name] = f
        else:
            shared[f.name] = f
    for source in sources:
        for number, line in enumerate(source.code.split("\n"), 1):
            for name in WORD.findall(line):
                f = static.get((source.name, name)) or shared.get(name)
                if f is not None and (source.name, number, name) not in declared:
                    f.mentions.append((source.name, number))
    return functions


def is_one_use(function):
    return function.is_static and is_mentioned_once(function)


def is_mentioned_once(function):
    return function.n_lines <= SHORT and len(function.mentions) == 1


def percent(part, whole):
    return "%.1f %%" % (100.0 * part / whole) if whole else "-"


def count(pattern, sources):
    return sum(len(pattern.findall(s.code)) for s in sources)


def show(what, value):
    print("%-46s %s" % (what, value))


def show_lines(what, sources):
    show(what + " lines (not blank)",
         "%d (%d)" % (sum(len(s.lines) for s in sources), sum(s.n_written() for s in sources)))


def show_places(pattern, sources):
    for s in sources:
        for found in pattern.finditer(s.code):
            print("    %s:%d" % (s.name, line_of(s.code, found.start())))


def show_functions(functions):
    lengths = sorted(f.n_lines for f in functions)
    show("functions", len(functions))
    show("longest function / median",
         "%d / %g" % (lengths[-1], statistics.median(lengths)) if lengths else "-")
    over = [n for n in lengths if n > 40]
    show("functions of more than 40 lines", len(over))
    one_use = [f for f in functions if is_one_use(f)]
    show("one-use functions of at most %d lines" % SHORT,
         "%d, %s of all" % (len(one_use), percent(len(one_use), len(functions))))
    others = sum(1 for f in functions if is_mentioned_once(f)) - len(one_use)
    show("  and of those that are not static",
         "%d, %s of all" % (others, percent(others, len(functions))))


def show_folders(functions):
    """One-use functions, folder by folder."""
    all_of, one_use_of = collections.Counter(), collections.Counter()
    for f in functions:
        folder = f.path.rsplit("/", 1)[0]
        all_of[folder] += 1
        one_use_of[folder] += 1 if is_one_use(f) else 0
    for folder in sorted(all_of):
        print("    %-18s %3d of %4d, %s" % (folder, one_use_of[folder], all_of[folder],
                                            percent(one_use_of[folder], all_of[folder])))


def list_one_use(functions):
    """Each one-use function with the function that mentions it."""
    starts = collections.defaultdict(list)
    for f in sorted(functions, key=lambda f: f.line):
        starts[f.path].append(f)
    for f in sorted(filter(is_one_use, functions), key=lambda f: (f.path, f.line)):
        path, line = f.mentions[0]
        before = starts[path][:bisect.bisect_right([g.line for g in starts[path]], line)]
        user = before[-1] if before and line <= before[-1].end else None
        print("%s\t%s\t%d\t%s:%d\t%s" % (f.place(), f.name, f.n_lines, path, line,
                                       "%s (%d)" % (user.name, user.n_lines) if user else "table"))


def main(root, *options):
    names = c_files(list_files(root))
    product = [Source(root, n) for n in names if floor_of(n) != "tests"]
    tests = [Source(root, n) for n in names if floor_of(n) == "tests"]
    functions = functions_of(root, product) if is_universal_ctags() else None
    if "--one-use" in options:
        list_one_use(functions or [])
        return
    show_lines("product", product)
    show_lines("test", tests)
    n_comment = sum(s.n_comment() for s in product)
    show("comment lines of the product", "%d, %s of those not blank" % (
        n_comment, percent(n_comment, sum(s.n_written() for s in product))))
    headers = [s for s in product if s.name.endswith(".h")]
    show("structs in headers / in all", "%d / %d" % (count(STRUCT, headers), count(STRUCT, product)))
    show("thread-locals", count(THREAD_LOCAL, product))
    show_places(THREAD_LOCAL, product)
    show("places that write FAILED into a state", count(WRITES_FAILED, product))
    show_places(WRITES_FAILED, product)
    if functions is None:
        show("functions", "not measured: needs universal-ctags")
        return
    show_functions(functions)
    show_folders(functions)


if __name__ == "__main__":
    main(*sys.argv[1:])
