#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""docs/gss-api.md has the functions that the library looks up and those that the module exports,
and the status of each missing one as tests/exchange/missing.c gets it from the library.

usage: gss_api.py ROOT MODULE MECH_FILE GLUE_LOOKUPS KRB5_VERSION
GLUE_LOOKUPS prints what the library looks up (glue_lookups.c). A release of MIT krb5 that is older
than the tables need not look up all of their functions.
"""
import os
import re
import subprocess
import sys

from sources import Tap, read
from symbols import exports

PAGE, TESTED = "docs/gss-api.md", "tests/exchange/missing.c"
ROW = re.compile(r"^\| `((?:gss|gssspi)_\w+)` \| (.+) \| (.+) \|$", re.M)
SAYS = re.compile(r"(yes)\b|(no): \S|(not asked)$")
STATUS = re.compile(r"no: .*?`(GSS_S_\w+)`")
TEST_ROW = re.compile(r'\{"(gss\w+)",\s*&(NTLM|SPNEGO),\s*(GSS_S_\w+),')
TABLES_ARE_OF = (1, 20)  # the release whose lookups the tables have


def plain(name):
    return re.sub(r"^(gss|gssspi|gssi)_", "", name)


def cell_problems(what, cell, is_asked, is_exported):
    said = SAYS.match(cell)
    right = ("yes" if is_exported else "no") if is_asked else "not asked"
    if said is None:
        return ["%s: '%s' is neither yes, no with a reason, nor not asked" % (what, cell)]
    if right not in said.groups():
        return ["%s: the page says '%s', and '%s' is right" % (what, cell, right)]
    return []


def problems(page, looked_up, exported, is_older):
    """What the page says wrongly of these names."""
    found = []
    asked = {by: {plain(n) for n in looked_up if n.startswith("gssi_") == (by == "SPNEGO")}
             for by in ("NTLM", "SPNEGO")}
    has = {by: {plain(n) for n in exported if n.startswith("gssi_") == (by == "SPNEGO")}
           for by in ("NTLM", "SPNEGO")}
    rows = [(plain(name), ntlm, spnego) for name, ntlm, spnego in ROW.findall(page)]
    names = [row[0] for row in rows]
    known = set().union(*asked.values())
    found += ["%s has no row" % n for n in sorted(known - set(names))]
    found += ["%s has two rows" % n for n in sorted({n for n in names if names.count(n) > 1})]
    found += ["%s: the module exports it in vain" % n
              for n in sorted(exported - looked_up) if not is_older]
    for name, ntlm, spnego in rows:
        if name not in known:
            found += [] if is_older else ["%s: the library does not look it up" % name]
            continue
        for by, cell in (("NTLM", ntlm), ("SPNEGO", spnego)):
            found += cell_problems("%s, %s" % (name, by), cell, name in asked[by],
                                   name in has[by])
    return found


def status_problems(page, test):
    """The first status of each 'no', and what the test expects of that call."""
    said, tested = set(), set(TEST_ROW.findall(test))
    for name, *cells in ROW.findall(page):
        for by, status in zip(("NTLM", "SPNEGO"), map(STATUS.match, cells)):
            said |= {(name, by, status.group(1))} if status else set()
    return ["%s, %s: %s is in the page or in the test alone" % row for row in sorted(said ^ tested)]


GOOD = "| `gss_wrap` | yes | yes: x |\n| `gssspi_invoke` | yes | no: x |\n| `gss_init` | no: x | not asked |\n"
LOOKED_UP = {"gss_wrap", "gssi_wrap", "gssspi_invoke", "gssi_invoke", "gss_init"}
EXPORTED = {"gss_wrap", "gssi_wrap", "gssspi_invoke"}
BAD = {
    "a row that is missing": (GOOD.replace("gss_wrap", "gss_other"), LOOKED_UP, EXPORTED),
    "a function that is not looked up": (GOOD + GOOD.split("\n", 1)[0].replace("wrap", "unwrap")
                                         + "\n", LOOKED_UP, EXPORTED),
    "a wrong yes": (GOOD, LOOKED_UP, EXPORTED - {"gssi_wrap"}),
    "a wrong no": (GOOD, LOOKED_UP, EXPORTED | {"gssi_invoke"}),
    "a no without a reason": (GOOD.replace("no: x | not", "no | not"), LOOKED_UP, EXPORTED),
    "a function that is asked for": (GOOD, LOOKED_UP | {"gssi_init"}, EXPORTED),
    "a row that is there twice": (GOOD + GOOD, LOOKED_UP, EXPORTED),
    "an export in vain": (GOOD, LOOKED_UP, EXPORTED | {"gss_strange"}),
}
GOOD_STATUS = "| `gss_x` | no: returns `GSS_S_A` | yes: `GSS_S_B` |\n"
GOOD_TEST = '{"gss_x", &NTLM, GSS_S_A, x},'


def main(root, module, mech_file, glue_lookups, version):
    tap = Tap()
    tap.point("functions: silent on a good page", problems(GOOD, LOOKED_UP, EXPORTED, False))
    for what, sample in BAD.items():
        tap.point("functions: finds " + what, [] if problems(*sample, False) else ["it is silent"])
    tap.point("statuses: silent on a good page", status_problems(GOOD_STATUS, GOOD_TEST))
    tap.point("statuses: finds another one, and what only one of the two has",
              [] if status_problems(GOOD_STATUS, GOOD_TEST.replace("S_A", "S_B"))
              and status_problems(GOOD_STATUS, "") and status_problems("", GOOD_TEST)
              else ["it is silent"])
    tap.point("the test gets the statuses of docs/gss-api.md",
              status_problems(read(root, PAGE), read(root, TESTED)))
    env = dict(os.environ, GSS_MECH_CONFIG=mech_file)
    done = subprocess.run([glue_lookups], env=env, capture_output=True, text=True, check=True)
    looked_up = set(done.stdout.split())
    tap.point("the library looks up functions of both lines",
              [n for n in ("gss_wrap", "gssi_wrap") if n not in looked_up])
    if not looked_up:
        tap.end()
    is_older = tuple(int(n) for n in version.split(".")[:2]) < TABLES_ARE_OF
    exported = {n for n in exports(module) if re.match(r"(gss|gssspi|gssi)_", n)}
    tap.point("docs/gss-api.md has each function, and is right about it",
              problems(read(root, PAGE), looked_up, exported, is_older))
    tap.end()


if __name__ == "__main__":
    main(*sys.argv[1:])
