# SPDX-License-Identifier: ISC
"""The man pages: without a complaint of mandoc, and true to the tool and the settings."""
import os
import re
import shutil
import subprocess

import cli
from cli import Skip, contains, equal

DOCS = os.environ["DOCS_DIR"]
PAGES = ("gss-negotiate.1", "negotiate.conf.5", "gss_negotiate.8")
# what depends on the machine, not on the page
MACHINE = re.compile(r"referenced manual not found|mandoc\.db|lacks .* entry")


def mandoc(*args):
    if shutil.which("mandoc") is None:
        raise Skip("mandoc is not installed")
    return subprocess.run(["mandoc", *args], capture_output=True, text=True, check=False)


def text_of(page):
    return re.sub(r".\x08", "", mandoc("-T", "utf8", os.path.join(DOCS, page)).stdout)


def test_lint(_):
    for page in PAGES:
        done = mandoc("-T", "lint", os.path.join(DOCS, page))
        found = [line for line in (done.stdout + done.stderr).splitlines()
                 if not MACHINE.search(line)]
        equal((page, found), (page, []))


def test_each_command_has_its_chapter(c):
    page = text_of("gss-negotiate.1")
    for line in c.run("--help").out.split("Commands:\n")[1].split("\n\n")[0].splitlines():
        assert re.search(rf"^\s*{line.split()[0]}$", page, re.M), line


def test_each_setting_is_described(c):
    page = text_of("negotiate.conf.5")
    out = c.run("doctor", env={"GSS_MECH_CONFIG": c.write("mech", "")}).out
    keys = re.findall(r"^(?:ok|note|WARN) +setting (\S+) =", out, re.M)
    assert len(keys) >= 10, out
    for key in keys:
        assert re.search(rf"^\s*{key} = ", page, re.M), key


def test_lines_of_the_module(_):
    page = text_of("gss_negotiate.8")
    with open(os.path.join(DOCS, "..", "gss-mech.conf.example"), encoding="utf-8") as f:
        for line in f:
            if line.strip() and not line.startswith("#"):
                contains(page, line.strip())


cli.main(globals())
