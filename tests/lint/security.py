#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""The tables of docs/security.md name checks and tests that exist: usage security.py ROOT."""
import os
import re
import sys

from sources import Tap, code_only, list_files, read

PAGE = "docs/security.md"
HEAD = "| against | what happens | check | test |"
ROADS_HEAD = "| road | how it goes | what closes it | check | test |"
N_CELLS = {HEAD: 4, ROADS_HEAD: 5}  # of each table; the last two are check and test
NAMED = re.compile(r"`([^`:]+):(\w+)`")


def rows(text):
    """[(line, cells, how many there should be)] of the tables that name checks and tests."""
    found = []
    n_cells = None
    for number, line in enumerate(text.splitlines(), 1):
        if line in N_CELLS:
            n_cells = N_CELLS[line]
        elif not line.startswith("|"):
            n_cells = None
        elif n_cells is not None and not line.startswith("|---"):
            cells = [cell.strip() for cell in line.strip("|").split(" | ")]
            found.append((number, cells, n_cells))
    return found


def defines(root, name, function):
    """Whether a file defines this function: after the first words of a line, or a def."""
    if not os.path.isfile(os.path.join(root, name)):
        return False
    pattern = r"^[A-Za-z_][\w \t*]*\b%s\(" % function
    if name.endswith(".py"):
        return re.search(r"^def %s\(" % function, read(root, name), re.M) is not None
    return re.search(pattern, code_only(read(root, name)), re.M) is not None


def test_source(names, program):
    """The source of a test program by the name under which meson runs it."""
    folder, _, base = program.rpartition("/")
    for name in ("tests/%s/%s.c" % (folder, base), "tests/%s/test_%s.c" % (folder, base),
                 "tests/%s/test_%s.py" % (folder, base)):
        if name in names:
            return name
    return None


def is_built(root, source):
    """Whether the folder's meson.build names the program, whole or by its last part."""
    base = os.path.splitext(os.path.basename(source))[0]
    build = os.path.join(os.path.dirname(source), "meson.build")
    if not os.path.isfile(os.path.join(root, build)):
        return False
    text = read(root, build)
    wanted = {base, base.replace("test_", "", 1), base.replace("no_memory_", "", 1)}
    return any(re.search(r"'%s(\.c|\.py)?'" % re.escape(w), text) for w in wanted)


def has_case(root, source, case):
    """The case is written: in C by a macro that registers it, in Python as a test_*, or as
    a function that is added to a list of cases."""
    text = read(root, source)
    if not source.endswith(".py"):
        return re.search(r"^TEST(_\w+)?\(%s\b" % case, code_only(text), re.M) is not None
    if re.search(r"^def test_%s\(" % case, text, re.M):
        return True
    written = re.search(r"^def %s\(" % case, text, re.M) is not None
    return written and len(re.findall(r"(?<!['\"])\b%s\b(?!['\"])" % case, text)) > 1


def cell_problems(where, kind, cell, is_there):
    named = NAMED.findall(cell)
    if not named:
        return ["%s names no %s" % (where, kind)]
    return ["%s: there is no %s %s:%s" % (where, kind, *one) for one in named if not is_there(*one)]


def check(root, names):
    if PAGE not in names:
        return ["there is no " + PAGE]

    def test_exists(program, case):
        source = test_source(names, program)
        return source is not None and is_built(root, source) and has_case(root, source, case)

    problems = []
    found = rows(read(root, PAGE))
    for number, cells, n_cells in found:
        where = "%s:%d" % (PAGE, number)
        if len(cells) != n_cells:
            problems.append("%s has %d cells, not %d" % (where, len(cells), n_cells))
            continue
        problems += cell_problems(where, "check", cells[-2],
                                  lambda name, function: defines(root, name, function))
        problems += cell_problems(where, "test", cells[-1], test_exists)
    return problems if found else ["%s has no table" % PAGE]


def sample(row, head=HEAD):
    return {
        PAGE: head + "\n" + "|---" * N_CELLS[head] + "|\n" + row + "\n",
        "ntlm/a.c": "static int f(int x)\n{\n    return g(x);\n}\n",
        "tests/t/a.c": "TEST(one)\n{\n}\nstatic void two(void)\n{\n}\n",
        "tests/t/b.c": "TEST_TIMES(one, 2)\n{\n}\n",
        "tests/t/test_c.py": "def test_one(c):\n    pass\n\n\ndef two(c):\n    pass\n",
        "tests/t/test_p.py": "def one():\n    pass\n\n\ndef two(x):\n    x('two')\n\n\nadd(one)\n",
        "tests/t/meson.build": "['a', 'c', 'test_p.py']\n",
    }


def main(root):
    tap = Tap()
    good = sample("| x | y | `ntlm/a.c:f` | `t/a:one`, `t/c:one` |")
    bad = [sample(row) for row in (
        "| x | y | `ntlm/a.c:g` | `t/a:one` |",    # called, not defined
        "| x | y | `ntlm/b.c:f` | `t/a:one` |",    # no such file
        "| x | y | `ntlm/a.c:f` | `t/a:two` |",    # not registered
        "| x | y | `ntlm/a.c:f` | `t/a:three` |",
        "| x | y | `ntlm/a.c:f` | `t/b:one` |",    # not built
        "| x | y | `ntlm/a.c:f` | `t/c:two` |",    # no test of the program
        "| x | y | `ntlm/a.c:f` | none |",
        "| x | y | - | `t/a:one` |",
        "| x | `t/a:one` |",
        "| x | y | `ntlm/a.c:f` | `t/p:two` |",    # only in quotes
        "| x | y | `ntlm/a.c:f` | `t/p:three` |",
    )]
    road = "| x | y | `z` | `ntlm/a.c:f` | `t/p:one` |"
    bad += [sample(row, ROADS_HEAD) for row in (
        "| x | y | `ntlm/a.c:f` | `t/p:one` |",
        "| x | y | `z` | `ntlm/a.c:g` | `t/p:one` |",
        "| x | y | `z` | - | `t/p:one` |",
    )]
    tap.finds("security tables", check, good, bad)
    tap.finds("tables of roads", check, sample(road, ROADS_HEAD), bad)
    tap.point("security tables", check(root, list_files(root)))
    tap.end()


if __name__ == "__main__":
    main(sys.argv[1])
