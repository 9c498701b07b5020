#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""The quotients of the benchmarks, and the table that is made of them."""
import os
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.append(os.path.join(HERE, "..", "interop"))

import interleave  # noqa: E402
import place  # noqa: E402
import table  # noqa: E402
from measure import FLOOR, NULL, OURS, Row  # noqa: E402

# Ours takes twice as long as the other, and three times as long in the slow rounds.
OTHERS = [10, 10, 40, 40, 40, 40, 40, 40]
OURS_NS = [20, 20, 120, 120, 120, 120, 120, 120]


@place.case("median, and quiet rounds")
def quotients():
    place.check(interleave.quotient(OURS_NS, OTHERS), [3, 2], "quotients")
    place.check(interleave.worst(OURS_NS, OTHERS), 3, "worst quotient")


@place.case("a column that no row has is left out")
def columns():
    rows = [Row("login", "µs", {OURS: 1234.5, FLOOR: 617.25}).divide(FLOOR),
            Row("calls", "calls", {OURS: 0.25})]
    place.check(table.markdown(rows),
                "| figure | unit | floor | ours | ours / floor |\n"
                "| --- | --- | ---: | ---: | ---: |\n"
                "| login | µs | 617.2 | 1 234 | 2.00 |\n"
                "| calls | calls |  | 0.25 |  |\n", "table")


@place.case("the excerpt has some rows, without the mechglue's own cost")
def excerpt():
    rows = [Row(figure, "µs", {NULL: 1, OURS: 2}) for figure in ("raw handshake", "another")]
    about = {name: name for name in ("date", "processor", "system", "commit")}
    place.check(table.excerpt(rows, about),
                "| figure | unit | ours |\n| --- | --- | ---: |\n| raw handshake | µs | 2 |\n\n"
                "Measured on date: processor, system, commit commit.\n", "excerpt")


@place.case("only the marked place of the page changes")
def page():
    before = "a\n" + table.BEGIN + "old\n" + table.END + "b\n"
    after = "a\n" + table.BEGIN + "\nnew\n" + table.END + "b\n"
    place.check(table.replaced(before, "new"), after, "page")
    try:
        table.replaced("a\n", "new")
    except SystemExit:
        return
    raise AssertionError("a page without marks was taken")


place.run()
