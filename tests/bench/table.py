#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""The table of the benchmarks: ./dev bench prints it.

usage: table.py [--build FOLDER] [--quick] [--json FILE] [--pages] [ROWS...]

ROWS selects groups of rows; --help prints their names. Everything is measured through the
public GSS-API and the mechglue of this machine, one module beside the others. --quick measures
fewer rounds, and leaves out what takes long. --pages writes the table into docs/performance.md,
and some of its rows into README.md, between two lines that mark the place.

The environment's PEER_SO may name another module for NTLM's OID, which gets a column; PEER_NAME
says in the table what it is.
"""
import argparse
import json
import os
import platform
import subprocess
import sys
import tempfile
import time

import devlog
import rows_kerberos
import rows_ntlm
import rows_process
from measure import COLUMNS, NULL, Bench, Row

GROUPS = {
    "handshake": rows_ntlm.handshake, "login": rows_ntlm.login,
    "messages": rows_ntlm.messages, "mic": rows_ntlm.mic, "bulk": rows_ntlm.bulk,
    "users": rows_ntlm.users, "memory": rows_ntlm.memory, "syscalls": rows_process.syscalls,
    "audit": rows_process.audit, "threads": rows_process.threads,
    "first_use": rows_kerberos.first_use, "kerberos": rows_kerberos.kerberos,
}
SLOW = ("bulk", "threads", "users")  # --quick leaves them out unless they are named


def number(value):
    """Three digits that count, and blanks between thousands."""
    if value >= 1000 or value == int(value):
        return "{:,.0f}".format(value).replace(",", " ")
    return "%.*f" % (2 if value < 10 else 1, value)


def quotient(values):
    text = "%.2f" % values[0]
    return text if len(values) == 1 else text + " (%.2f)" % values[1]


def markdown(rows):
    """The table; a column that no row has is left out."""
    columns = [name for name in COLUMNS if any(name in row.values for row in rows)]
    divisors = [name for name in COLUMNS if any(name in row.quotients for row in rows)]
    lines = [["figure", "unit", *columns, *("ours / " + name for name in divisors)]]
    for row in rows:
        lines.append([row.figure, row.unit,
                      *(number(row.values[name]) if name in row.values else ""
                        for name in columns),
                      *(quotient(row.quotients[name]) if name in row.quotients else ""
                        for name in divisors)])
    lines.insert(1, ["---", "---", *["---:"] * (len(lines[0]) - 2)])
    return "".join("| %s |\n" % " | ".join(cells) for cells in lines)


def version_of(*command):
    """The first line of what a command prints."""
    try:
        done = subprocess.run(command, text=True, capture_output=True, check=True)
        return done.stdout.split("\n", maxsplit=1)[0].strip()
    except (OSError, subprocess.CalledProcessError):
        return "unknown"


def processor():
    with open("/proc/cpuinfo", encoding="utf-8") as file:
        names = [line.split(":", 1)[1].strip() for line in file if line.startswith("model name")]
    return "%d x %s" % (len(names), names[0]) if names else platform.machine()


def system():
    with open("/etc/os-release", encoding="utf-8") as file:
        lines = dict(line.strip().split("=", 1) for line in file if "=" in line)
    return lines.get("PRETTY_NAME", "unknown").strip('"')


def machine():
    """What the figures depend on."""
    return {"date": time.strftime("%Y-%m-%d"), "processor": processor(), "system": system(),
            "kernel": platform.release(), "libc": " ".join(platform.libc_ver()),
            "compiler": version_of("cc", "--version"),
            "krb5": version_of("krb5-config", "--version"),
            "openssl": version_of("openssl", "version"),
            "commit": version_of("git", "describe", "--always", "--dirty"),
            "gss-ntlmssp": version_of("dpkg-query", "-W", "-f", "${Version}", "gss-ntlmssp"),
            "peer": os.environ.get("PEER_NAME") or os.environ.get("PEER_SO", "none")}


ABOUT = """Time is processor time, the median of all rounds. The quotients of times are the median of all
rounds and, in brackets, that of the quiet rounds: the quarter of the rounds in which the two
took the least time together. Instructions are those that valgrind counts.
"""


def as_text(rows, about, notes):
    """All that is printed: what the figures depend on, and the table."""
    lines = ["%s: %s" % item for item in about.items()] + list(dict.fromkeys(notes))
    return "%s\n%s\n%s" % (ABOUT, "".join("- %s\n" % line for line in lines), markdown(rows))


EXCERPT = (
    ("raw handshake", "µs"), ("SPNEGO handshake", "µs"),
    ("wrap + unwrap 1 KiB", "µs"), ("wrap + unwrap 1 MiB", "µs"),
    ("memory of a context, established, SPNEGO, acceptor", "bytes"),
    ("first use of a process: SPNEGO by NTLM", "instructions"),
    ("first use of a process: Kerberos by its own OID", "instructions"),
    ("Kerberos exchange, credential acquired: by its own OID", "instructions"),
)


def excerpt(rows, about):
    """Some rows, without quotients and without the mechglue's own cost."""
    some = [Row(row.figure, row.unit,
                {name: value for name, value in row.values.items() if name != NULL})
            for row in rows if (row.figure, row.unit) in EXCERPT]
    return "%s\nMeasured on %s: %s, %s, commit %s.\n" % (
        markdown(some), about["date"], about["processor"], about["system"], about["commit"])


BEGIN, END = ("<!-- %s of what ./dev bench --pages writes -->\n" % what
              for what in ("begin", "end"))


def replaced(page, text):
    """The page with this text in the place that is marked."""
    before, _, rest = page.partition(BEGIN)
    _, mark, after = rest.partition(END)
    if not mark:
        sys.exit("the page has no place for the table: %s" % BEGIN.strip())
    return before + BEGIN + "\n" + text + "\n" + END + after


def write(path, text):
    with open(path, encoding="utf-8") as file:
        page = replaced(file.read(), text)
    with open(path, "w", encoding="utf-8") as file:
        file.write(page)


def arguments():
    parser = argparse.ArgumentParser(prog="./dev bench")
    parser.add_argument("--quick", action="store_true", help="three minutes, with larger errors")
    parser.add_argument("--json", metavar="FILE", help="writes the figures there too")
    parser.add_argument("--pages", action="store_true",
                        help="writes the table into docs/performance.md and README.md")
    parser.add_argument("--build", default="build-test", help=argparse.SUPPRESS)
    parser.add_argument("rows", nargs="*", metavar="ROWS", help=", ".join(GROUPS))
    chosen = parser.parse_args()
    unknown = set(chosen.rows) - set(GROUPS)
    if unknown:
        parser.error("there is no '%s'; there is: %s" % (unknown.pop(), ", ".join(GROUPS)))
    return chosen


def measure(bench, names):
    rows = []
    for name in names:
        begin = time.monotonic()
        rows += GROUPS[name](bench)
        print("== %s: %.0f s" % (name, time.monotonic() - begin), file=sys.stderr, flush=True)
    return rows


def main():
    chosen = arguments()
    log = devlog.run_with_own_dev()
    names = chosen.rows or [name for name in GROUPS if not (chosen.quick and name in SLOW)]
    with tempfile.TemporaryDirectory(prefix="gssneg-bench.") as folder:
        bench = Bench(chosen.build, folder, chosen.quick, log)
        rows = measure(bench, names)
    about = machine()
    if chosen.json:
        with open(chosen.json, "w", encoding="utf-8") as file:
            json.dump({"machine": about, "notes": bench.notes,
                       "rows": [vars(row) for row in rows]}, file, indent=1)
    text = as_text(rows, about, bench.notes)
    if chosen.pages:
        write("docs/performance.md", text)
        write("README.md", excerpt(rows, about))
    print(text, end="")


if __name__ == "__main__":
    main()
