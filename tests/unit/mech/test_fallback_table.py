#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""When NTLM follows Kerberos: the code's table and the documented ones, and that every code
of the Kerberos mechanism's own is documented; usage test_fallback_table.py ROOT."""
import os
import re
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../lint"))

from sources import Tap, read  # noqa: E402

CODE = "mech/spnego/fallback.c"
PAGE = "docs/spnego.md"
MANUAL = "docs/gss_negotiate.8"
CODES = "mech/krb5_codes.h"

BODY = re.compile(r"FALLBACK_ROWS\[\] = \{(.*?)\n\};", re.S)
ROW = re.compile(r'ROW\(\s*(\w+),\s*((?:"[^"\\]*"\s*)+)\)')

MARKED = re.compile(r"<!-- fallback table: begin -->\n(.*?)<!-- fallback table: end -->", re.S)
LINE = re.compile(r"\| `(\w+)` \| (yes|no) \| (.+) \|")
HEAD = ["| error | fall back | why |", "|---|---|---|"]

OWN = re.compile(r"<!-- own codes: begin -->\n(.*?)<!-- own codes: end -->", re.S)
OWN_LINE = re.compile(r"\| (`\w+`(?: `\w+`)*) \| (yes|no) \| (.+) \|")
OWN_HEAD = ["| errors | fall back | why |", "|---|---|---|"]
ENUM = re.compile(r"^enum \w+ \{\n(.*?)^\};", re.M | re.S)
CONSTANT = re.compile(r"^    (\w+)(?: = -?\d+)?,$", re.M)

CHAPTERS = (("yes", "When NTLM follows Kerberos"), ("no", "When the error is returned"))
LIST = re.compile(r"\.Bl -tag[^\n]*\n(.*?)\.El\n", re.S)
ITEM = re.compile(r"\.It Dv (\w+)\n([^.\n][^\n]*)\n")


def part(pattern, text, name):
    found = pattern.findall(text)
    if len(found) != 1:
        raise ValueError("%s: %d tables instead of one" % (name, len(found)))
    return found[0]


def rows_of(pattern, text, name):
    """The matches of a table that has nothing else in it."""
    rest = pattern.sub("", text).replace(",", "").strip()
    if rest:
        raise ValueError("%s: no row of the table: %r" % (name, rest))
    return pattern.findall(text)


def joined(literals):
    """C's adjacent string literals as one text."""
    return "".join(re.findall(r'"([^"]*)"', literals))


def code_rows(root):
    rows = rows_of(ROW, part(BODY, read(root, CODE), CODE), CODE)
    return [(code, "yes", joined(why)) for code, why in rows]


def page_rows(root):
    lines = part(MARKED, read(root, PAGE), PAGE).splitlines()
    if lines[:2] != HEAD:
        raise ValueError("%s: the table has another head" % PAGE)
    return rows_of(LINE, "\n".join(lines[2:]), PAGE)


def manual_rows(root):
    rows = []
    for verdict, title in CHAPTERS:
        chapter = re.compile(r"^\.Ss %s\n(.*?)^\.S[sh] " % re.escape(title), re.M | re.S)
        text = part(chapter, read(root, MANUAL), "%s, %s" % (MANUAL, title))
        items = rows_of(ITEM, part(LIST, text, MANUAL), MANUAL)
        rows += [(name, verdict, why) for name, why in items]
    return rows


def own_codes(root):
    """The codes that the header names."""
    codes = [code for body in ENUM.findall(read(root, CODES)) for code in CONSTANT.findall(body)]
    if not codes:
        raise ValueError("%s: no codes" % CODES)
    return codes


def own_rows(root):
    """(code, verdict) of each code in the page's second table."""
    lines = part(OWN, read(root, PAGE), PAGE).splitlines()
    if lines[:2] != OWN_HEAD:
        raise ValueError("%s: the second table has another head" % PAGE)
    return [(code, verdict) for names, verdict, _ in rows_of(OWN_LINE, "\n".join(lines[2:]), PAGE)
            for code in re.findall(r"\w+", names)]


def check_own(root, _):
    """Every code of the mechanism's own stands in the second table once, and with yes there
    if it has a row in the code."""
    try:
        codes, rows, listed = own_codes(root), own_rows(root), [row[0] for row in code_rows(root)]
    except ValueError as error:
        return [str(error)]
    said = [code for code, _ in rows]
    problems = ["%s: %s has no verdict" % (PAGE, code) for code in codes if code not in said]
    problems += ["%s: %s is not in %s" % (PAGE, code, CODES) for code in said if code not in codes]
    problems += ["%s: %s is %s, unlike the code" % (PAGE, code, verdict)
                 for code, verdict in rows if (verdict == "yes") != (code in listed)]
    return problems + twice(PAGE, rows)


def differ(name, rows, other_name, others):
    for row in rows:
        if row not in others:
            yield "%s has a row that is not in %s: %s" % (name, other_name, " | ".join(row))


def twice(name, rows):
    names = [row[0] for row in rows]
    return ["%s: %s stands twice" % (name, n) for n in sorted(set(names)) if names.count(n) > 1]


def check(root, _):
    """Checks that the rows with yes are those of the code, and that page and manual agree."""
    try:
        code, page, manual = code_rows(root), page_rows(root), manual_rows(root)
    except ValueError as error:
        return [str(error)]
    said = [row for row in page if row[1] == "yes"]
    problems = [] if code else ["%s: no rows" % CODE]
    for name, rows, other_name, others in (
            (CODE, code, PAGE, page), (PAGE, said, CODE, code),
            (PAGE, page, MANUAL, manual), (MANUAL, manual, PAGE, page)):
        problems += differ(name, rows, other_name, others)
    return problems + twice(CODE, code) + twice(PAGE, page) + twice(MANUAL, manual)


def sample(code='ROW(K_A, "a " "b"),', page="| `K_A` | yes | a b |\n", yes="K_A\na b\n", no="K_N\nn\n"):
    """Makes a tree with one row, K_M, in all places, and with the given texts."""
    return {
        CODE: 'x FALLBACK_ROWS[] = {\n    ROW(K_M, "m"),\n    %s\n};\n' % code,
        PAGE: "x\n<!-- fallback table: begin -->\n%s\n| `K_M` | yes | m |\n%s| `K_N` | no | n |\n"
              "<!-- fallback table: end -->\n" % ("\n".join(HEAD), page),
        MANUAL: ".Ss %s\nText.\n.Bl -tag\n.It Dv K_M\nm\n%s.El\n.Ss %s\n.Bl -tag\n%s.El\n.Sh X\n" % (
            CHAPTERS[0][1], yes and ".It Dv " + yes, CHAPTERS[1][1], no and ".It Dv " + no)}


def own_sample(page="| `K_A` | yes | a |\n| `K_N` `K_O` | no | n. |\n", code="    K_N,\n    K_O,\n"):
    return {
        CODE: 'x FALLBACK_ROWS[] = {\n    ROW(K_M, "m"),\n    ROW(K_A, "a"),\n};\n',
        CODES: "enum x {\n    K_A = -12,\n%s};\n" % code,
        PAGE: "<!-- own codes: begin -->\n%s\n%s<!-- own codes: end -->\n" % ("\n".join(OWN_HEAD), page)}


def main(root):
    tap = Tap()
    tap.finds("own codes", check_own, own_sample(), [
        own_sample(page="| `K_A` | yes | a |\n| `K_N` | no | n. |\n"),
        own_sample(page="| `K_A` `K_N` | yes | a |\n| `K_O` | no | n. |\n"),
        own_sample(page="| `K_A` `K_N` `K_O` | no | n. |\n"),
        own_sample(page="| `K_A` | yes | a |\n| `K_N` `K_O` `K_O` | no | n. |\n"),
        own_sample(page="| `K_A` | yes | a |\n| K_N `K_O` | no | n. |\n"),
        own_sample(code="    K_N,\n    K_O,\n    K_P,\n"), own_sample(code="    K_N,\n"),
        {**own_sample(), CODES: ""}, {**own_sample(), PAGE: ""},
    ])
    tap.point("own codes", check_own(root, None))
    bad = [
        sample(code=""), sample(page=""), sample(yes=""), sample(no=""),
        sample(code='ROW(K_B, "a b"),'), sample(code='ROW(K_A, "a"),'), sample(code="OTHER(K_A),"),
        sample(code='ROW(K_A, "a b"), ROW(K_A, "a b"),'), sample(code='{K_A, "K_A", "a b"},'),
        sample(code='ROW(K_A, "a b"), ROW(K_N, "n"),'),
        sample(page="| `K_A` | no | a b |\n"), sample(page="| `K_A` | yes | b |\n"),
        sample(page="| `K_A` | perhaps | a b |\n"), sample(yes="K_A\nb\n"), sample(no="K_A\na b\n"),
        {**sample(), PAGE: "no table\n"}, {**sample(), MANUAL: ".Sh X\n"},
    ]
    tap.finds("fallback table", check, sample(), bad)
    tap.point("fallback table", check(root, None))
    tap.end()


if __name__ == "__main__":
    main(sys.argv[1])
