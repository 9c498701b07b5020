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


def commands(c):
    for line in c.run("--help").out.split("Commands:\n")[1].split("\n\n")[0].splitlines():
        yield line.split()[0]


def test_each_option_is_described(c):
    """In the command's own chapter."""
    page = text_of("gss-negotiate.1")
    chapters = page[page.index("\nCOMMANDS"):page.index("\nENVIRONMENT")]
    found = 0
    for command in commands(c):
        chapter = re.split(r"^   \S", chapters.split(f"\n   {command}\n")[1], flags=re.M)[0]
        for option in set(re.findall(r"^ +(-\w), --(\w+)|^ +()--(\w+)",
                                     c.run(command, "--help").out, re.M)):
            names = [part for part in (option[0], option[1] or option[3]) if part]
            if "help" in names:
                continue
            found += 1
            assert any(re.search(rf"^\s+.*(?<!\w)-*{name.lstrip('-')}\b", chapter, re.M)
                       for name in names), (command, names)
    assert found >= 6, found


def test_each_exit_status_is_described(_):
    page = text_of("gss-negotiate.1")
    statuses = page[page.index("\nEXIT STATUS"):page.index("\nEXAMPLES")]
    with open(os.path.join(DOCS, "../tools/tool.h"), encoding="utf-8") as header:
        numbers = re.search(r"enum tool_exit \{(.*?)\}", header.read())[1]
    for number in re.findall(r"= (\d)", numbers):
        assert re.search(rf"^ +{number} ", statuses, re.M), number


def variables(*files):
    """What these sources ask the environment for."""
    for path in files:
        with open(os.path.join(DOCS, "..", path), encoding="utf-8") as source:
            for variable in re.findall(r'getenv\("(\w+)"\)|= "([A-Z_]{5,})",', source.read()):
                yield "".join(variable)


def test_each_variable_is_described(_):
    """Those of the mechanism in its settings' page or its own, those of the tool in its own."""
    tools = ["tools/" + name for name in os.listdir(os.path.join(DOCS, "../tools"))
             if name.endswith(".c")]
    found = set()
    for names, page in (
            (variables("conf/environment.c", "mech/report/trace.c"),
             text_of("negotiate.conf.5") + text_of("gss_negotiate.8")),
            (variables(*tools), text_of("gss-negotiate.1"))):
        for name in names:
            contains(page, name)
            found.add(name)
    assert {"LM_COMPAT_LEVEL", "GSS_NEGOTIATE_TRACE", "SSL_CERT_FILE", "COLUMNS"} <= found, found


def test_lines_of_the_module(_):
    page = text_of("gss_negotiate.8")
    with open(os.path.join(DOCS, "..", "gss-mech.conf.example"), encoding="utf-8") as f:
        for line in f:
            if line.strip() and not line.startswith("#"):
                contains(page, line.strip())


cli.main(globals())
