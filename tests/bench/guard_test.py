#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""What the guard says of figures that have grown, have fallen, or are not recorded."""
import contextlib
import io
import os
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.append(os.path.join(HERE, "..", "interop"))

import guard  # noqa: E402
import place  # noqa: E402
from record import Record  # noqa: E402

KEY = "gcc-1.2.3 -O3 own libc-4.5"
BASE = 1000


def said(percent):
    """What the guard prints of a figure that has grown so much, and its exit status."""
    out = io.StringIO()
    status = 0
    with contextlib.redirect_stdout(out):
        try:
            guard.compare([("a-login", 2 * BASE * (100 + percent) // 100, BASE)],
                          {"a-login": 2.0})
        except SystemExit as end:
            status = end.code
    return out.getvalue(), status


@place.case("growth above the limit fails, and says what has grown, by how much, and what to do")
def _():
    status = said(6)[1]
    assert "a-login needs 6.0 % more than recorded" in status, status
    assert "./dev bench --record" in status, status


@place.case("growth below the limit passes")
def _():
    place.check(said(4)[1], 0, "exit status")


@place.case("a figure that falls by far passes, with a hint")
def _():
    out, status = said(-16)
    place.check(status, 0, "exit status")
    assert "far less than recorded" in out, out
    assert "far less" not in said(-14)[0]


@place.case("the record of another machine stays, and so do figures that were not measured")
def _():
    path = place.Place().path("record")
    Record(path).write("another", {"a-login": 3})
    Record(path).write(KEY, {"a-login": 1.5, "a-message": 2.25})
    Record(path).write(KEY, {"a-login": 1.25})
    place.check(Record(path).of("another"), {"a-login": 3}, "of another machine")
    place.check(Record(path).of(KEY), {"a-login": 1.25, "a-message": 2.25}, "of this one")
    place.check(Record(path).of("a third"), {}, "of a machine without a section")


place.run()
