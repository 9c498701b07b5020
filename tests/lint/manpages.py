#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""Man pages by mandoc's own lint: usage manpages.py ROOT."""
import re
import shutil
import subprocess
import sys

from sources import Tap, list_files


def check(root, names):
    pages = [name for name in names if re.match(r"docs/[^/]+\.[1-8]$", name)]
    if not pages:
        return ["there are no man pages"]
    command = ["mandoc", "-T", "lint", "-W", "warning", *pages]
    done = subprocess.run(command, cwd=root, capture_output=True, text=True, check=False)
    return (done.stdout + done.stderr).splitlines()


def page(body):
    head = '.\\" A sample.\n.Dd November 1, 2026\n.Dt A 1\n.Os\n.Sh NAME\n.Nm a\n.Nd b\n'
    return {"docs/a.1": head + body}


def main(root):
    tap = Tap()
    if shutil.which("mandoc") is None:
        tap.skip("man pages", "needs mandoc")
        tap.end()
    good = page(".Sh DESCRIPTION\nText.\n")
    tap.finds("man pages", check, good, [page(".Sh DESCRIPTION\n.Xx\n"), {"docs/a.md": "x\n"}])
    tap.point("man pages", check(root, list_files(root)))
    tap.end()


if __name__ == "__main__":
    main(sys.argv[1])
