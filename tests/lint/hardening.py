#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""Whether the installed files have the compiler's and the linker's defences.

usage: hardening.py MESON BUILD_DIR CORE.a ENTRY.a MODULE TOOL CC...
MODULE and TOOL are the installed files. Builds with sanitizers and for fuzzing are not
checked: they have no _FORTIFY_SOURCE, because the sanitizers see less of a call that goes to
one of glibc's checking variants, and nobody installs them.
"""
import os
import re
import subprocess
import sys
import tempfile

from sources import Tap

STACK, FORTIFIED = r"\b__stack_chk_fail\b", r"\b__(?!stack)\w+_chk\b"
CET = r"x86 feature: IBT, SHSTK"


def run(*command):
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def readelf(option, path):
    return run("readelf", option, path)


def segment_problems(path):
    headers = readelf("-lW", path)
    problems = [] if "GNU_RELRO" in headers else ["no RELRO segment"]
    flags = [(line.split()[0], line.split("0x")[-2]) for line in headers.splitlines()
             if re.match(r"\s+[A-Z_]+ +0x", line)]
    if not re.search(r"GNU_STACK", headers):
        problems.append("nothing is said of the stack, which may then be executable")
    for kind, rest in flags:
        if "W" in rest and "E" in rest:
            problems.append("%s is writable and executable" % kind)
    return problems


def dynamic_problems(path):
    dynamic = readelf("-dW", path)
    problems = [] if re.search(r"BIND_NOW|\bNOW\b", dynamic) else ["not BIND_NOW"]
    for tag in ("TEXTREL", "RPATH", "RUNPATH"):
        if re.search(r"\b%s\b" % tag, dynamic):
            problems.append("has a " + tag)
    return problems


def import_problems(path):
    """A file that was compiled with both defences calls functions of both."""
    imports = run("nm", "-D", "--undefined-only", path)
    calls = {"a protected stack": STACK, "_FORTIFY_SOURCE": FORTIFIED}
    return ["calls nothing of " + what for what, name in calls.items()
            if not re.search(name, imports)]


def all_problems(path):
    return segment_problems(path) + dynamic_problems(path) + import_problems(path)


def pie_problems(path):
    return [] if "PIE" in readelf("-dW", path) else ["not position-independent"]


def cet_problems(archive):
    """Every object needs the note of IBT and SHSTK; else the linker leaves it out of the file."""
    notes = readelf("-nW", archive)
    objects = re.split(r"^File: ", notes, flags=re.M)[1:]
    lacking = [o.split("\n", 1)[0].rstrip(":") for o in objects if not re.search(CET, o)]
    return ["no CET note in " + name for name in lacking] + ([] if objects else ["no objects"])


SAMPLE = """
#include <stdio.h>
#include <string.h>
int f(const char *s, size_t n) { char b[64]; memcpy(b, s, n); return printf("%s", b); }
"""
MAIN = "int main(int n, char **a) { return f(a[0], (size_t)n); }\n"
HARD = ("-fstack-protector-strong", "-U_FORTIFY_SOURCE", "-D_FORTIFY_SOURCE=2", "-fPIC", "-O2")
LINK = ("-Wl,-z,relro", "-Wl,-z,now", "-Wl,-z,noexecstack")


class Samples:
    """Self-test: small files that are compiled with and without each defence."""

    def __init__(self, cc):
        self.cc, self.folder = cc, tempfile.TemporaryDirectory(prefix="gssneg-lint.")
        self.count = 0

    def build(self, *options, text=SAMPLE):
        self.count += 1
        at = "%s/%d" % (self.folder.name, self.count)
        with open(at + ".c", "w", encoding="ascii") as file:
            file.write(text)
        run(*self.cc, *options, at + ".c", "-o", at)
        return at

    def shared(self, *options):
        return self.build(*HARD, *LINK, "-shared", *options)

    def can(self, *options):
        try:
            return self.build(*options)
        except subprocess.CalledProcessError:
            return None


def self_tests(tap, samples):
    tap.point("hardening: silent on a good file", all_problems(samples.shared()))
    defects = {
        "without RELRO": ("-Wl,-z,norelro",),
        "bound lazily": ("-Wl,-z,lazy",),
        "with an executable stack": ("-Wl,-z,execstack",),
        "with a run path": ("-Wl,-rpath,/nowhere",),
        "without a protected stack": ("-fno-stack-protector",),
        "without _FORTIFY_SOURCE": ("-U_FORTIFY_SOURCE",),
    }
    for what, options in defects.items():
        found = len(all_problems(samples.shared(*options)))
        tap.point("hardening: finds a file " + what, [] if found == 1 else ["finds %d" % found])
    fixed = samples.build(*HARD, *LINK, "-no-pie", text=SAMPLE + MAIN)
    movable = samples.build(*HARD, *LINK, "-pie", text=SAMPLE + MAIN)
    found = bool(pie_problems(fixed)) and not pie_problems(movable)
    tap.point("hardening: finds a program at a fixed place", [] if found else ["it does not"])


def check_cet(tap, samples, archives, installed):
    """Checks every object for control-flow protection, if this toolchain can make it."""
    plain = samples.can("-c", "-fcf-protection=none")
    noted = samples.can("-c", "-fcf-protection")
    if noted is None or not re.search(CET, readelf("-nW", noted)):
        tap.skip("control-flow protection", "the compiler does not make it for this machine")
        return
    for path in (plain, noted):
        run("ar", "rc", path + ".a", path)
    found = bool(cet_problems(plain + ".a")) and not cet_problems(noted + ".a")
    tap.point("hardening: finds an object without CET", [] if found else ["it does not"])
    for archive in archives:
        name = os.path.basename(archive)
        tap.point("control-flow protection in " + name, cet_problems(archive))
    linked = samples.shared("-fcf-protection")
    if not re.search(CET, readelf("-nW", linked)):
        tap.skip("control-flow protection of the linked files",
                 "this machine's start files have none, so the linker drops the note")
        return
    for path in installed:
        problems = [] if re.search(CET, readelf("-nW", path)) else ["no CET note"]
        tap.point("control-flow protection of " + os.path.basename(path), problems)


def main(meson, build, core, entry, module, tool, *cc):
    tap = Tap()
    samples = Samples(cc)
    self_tests(tap, samples)
    with tempfile.TemporaryDirectory(prefix="gssneg-lint.") as root:
        run(meson, "install", "-C", build, "--no-rebuild", "--destdir", root)
        module, tool = root + module, root + tool
        tap.point("the module", all_problems(module))
        tap.point("the tool", all_problems(tool) + pie_problems(tool))
        check_cet(tap, samples, (core, entry), (module, tool))
    tap.end()


if __name__ == "__main__":
    main(*sys.argv[1:])
