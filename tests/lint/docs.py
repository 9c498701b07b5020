#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""README, CONTRIBUTING and docs/architecture.md name what exists: usage docs.py ROOT."""
import os
import re
import sys

from security import defines
from sources import Tap, list_files, read

HOUSE = "docs/architecture.md"
PAGES = ("README.md", "CONTRIBUTING.md", "SECURITY.md", HOUSE)
TOP = r"(?:base|asn1|ntlm|conf|mech|tools|demo|tests|docs|\.ci)/"
PATH = re.compile(r"`(%s[\w./-]*)(?::(\w+))?`" % TOP)
LINK = re.compile(r"\]\(([^):#]+)\)")
ROW = re.compile(r"^\| `([\w/]+)/` \|", re.M)
FOLDERS = ("base", "asn1", "ntlm", "conf", "mech")  # with their sub-folders


def is_there(names, path):
    """A file, a folder, or what a header and a source have in common: asn1/negtoken."""
    return any(name == path or name.startswith((path.rstrip("/") + "/", path + "."))
               for name in names)


def check_names(root, names):
    problems = []
    for page in set(PAGES) & set(names):
        text = read(root, page)
        for path, function in PATH.findall(text):
            if "NAME" in path:  # a file that somebody is to make
                continue
            if not is_there(names, path):
                problems.append("%s: there is no %s" % (page, path))
            elif function and not defines(root, path, function):
                problems.append("%s: there is no %s in %s" % (page, function, path))
        for link in LINK.findall(text):
            if not is_there(names, os.path.normpath(os.path.join(os.path.dirname(page), link))):
                problems.append("%s: there is no %s" % (page, link))
    return problems


def check_folders(root, names):
    """The table of folders has each folder of the product, and no other one."""
    if HOUSE not in names:
        return ["there is no " + HOUSE]
    wanted = {os.path.dirname(name) for name in names
              if name.endswith(".c") and name.split("/")[0] in FOLDERS}
    told = {folder for folder in ROW.findall(read(root, HOUSE))
            if folder.split("/")[0] in FOLDERS}
    return ["%s: %s is in the table or in the project alone" % (HOUSE, folder)
            for folder in sorted(wanted ^ told)]


def main(root):
    tap = Tap()
    source = {"ntlm/a.c": "int f(void)\n{\n}\n", "docs/x.md": ""}
    page = "`ntlm/`, `ntlm/NAME.c`, `ntlm/a`, `ntlm/a.c:f`, `-Dx`, [x](x.md), [y](https://x.example/)\n"
    tap.finds("names of files and functions", check_names, {HOUSE: page, **source},
              [{HOUSE: text, **source} for text in
               ("`ntlm/b.c`", "`ntlm/b`", "`ntlm/a.c:g`", "`mech/`", "[x](y.md)")])
    tap.finds("table of folders", check_folders, {HOUSE: "| `ntlm/` | x |\n", **source},
              [{HOUSE: text, **source} for text in
               ("", "| `ntlm/` | x |\n| `mech/` | y |\n", "| `mech/` | x |\n")])
    names = list_files(root)
    tap.point("names of files and functions", check_names(root, names))
    tap.point("table of folders", check_folders(root, names))
    tap.end()


if __name__ == "__main__":
    main(sys.argv[1])
