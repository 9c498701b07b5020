# SPDX-License-Identifier: ISC
"""What the lint checks share: the files of the project, C without comments, TAP."""
import os
import re
import subprocess
import sys
import tempfile

PRODUCT = ("base", "asn1", "ntlm", "conf", "mech")  # what is loaded into other programs


def from_git(root):
    """The tracked files, since those that are not added are no part yet; None if this is no
    git checkout."""
    command = ["git", "-c", "safe.directory=*", "-C", root, "ls-files", "-z", "--cached"]
    try:
        done = subprocess.run(command, capture_output=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        return None
    return [name for name in done.stdout.decode().split("\0") if name]


def from_walk(root):
    found = []
    for folder, subfolders, names in os.walk(root):
        subfolders[:] = [s for s in subfolders if s != ".git" and not s.startswith("build")]
        found += [os.path.relpath(os.path.join(folder, name), root) for name in names]
    return found


def list_files(root):
    """Every regular file of the project, by its path from the root."""
    names = from_git(root) if os.path.exists(os.path.join(root, ".git")) else None
    if names is None:
        names = from_walk(root)
    return sorted(n for n in set(names) if os.path.isfile(os.path.join(root, n)))


def c_files(names):
    return [name for name in names if name.endswith((".c", ".h"))]


def floor_of(name):
    """The first folder of a path: a layer of the product (BELOW in rules.py), tests, or tools."""
    return name.split("/", 1)[0]


def read(root, name):
    with open(os.path.join(root, name), encoding="utf-8", errors="replace") as file:
        return file.read()


CODE = re.compile(r'/\*.*?\*/|//[^\n]*|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])*\'', re.S)


def code_only(text):
    """C without comments and without what is in quotes; lines stay where they are."""

    def blank(match):
        lines = "\n" * match.group(0).count("\n")
        return lines if match.group(0).startswith("/") else match.group(0)[0] * 2

    return CODE.sub(blank, text)


def line_of(text, offset):
    return text.count("\n", 0, offset) + 1


class Sample:
    """A folder of made-up files, to show that a check finds what it is for."""

    def __init__(self, files):
        self.folder = tempfile.TemporaryDirectory(prefix="gssneg-lint.")
        self.root = self.folder.name
        for name, text in files.items():
            path = os.path.join(self.root, name)
            os.makedirs(os.path.dirname(path), exist_ok=True)
            with open(path, "w", encoding="utf-8") as file:
                file.write(text)

    def problems(self, check):
        return check(self.root, list_files(self.root))


class Tap:
    """Counts and prints test points; the plan comes last."""

    def __init__(self):
        self.count = 0
        self.failed = 0

    def point(self, name, problems):
        """One test: it passes if there is no problem; all problems are shown."""
        self.count += 1
        self.failed += 1 if problems else 0
        print("%s %d - %s" % ("not ok" if problems else "ok", self.count, name))
        for problem in problems:
            print("#   " + problem)

    def skip(self, name, reason):
        self.count += 1
        print("ok %d - %s # SKIP %s" % (self.count, name, reason))

    def finds(self, name, check, good, bad):
        """Self-test: the check finds no problem in the good sample and one in each bad one."""
        wrong = ["says this of a good sample: " + p for p in Sample(good).problems(check)]
        for sample in bad:
            if not Sample(sample).problems(check):
                wrong.append("is silent on a bad sample: %r" % sample)
        self.point(name + ": finds what it is for", wrong)

    def end(self):
        print("1..%d" % self.count)
        sys.exit(1 if self.failed else 0)
