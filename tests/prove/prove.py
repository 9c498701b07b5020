#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""Proves the harnesses of this folder with CBMC: ./dev prove [--mutants] [NAME].

Without NAME all of them, with 64-bit and with 32-bit pointers. --mutants: breaks a copy of the
product as mutants.txt says, and passes if CBMC finds each fault. CBMC 6 of this machine serves,
or else that of Debian 13 in a chroot (tests/platforms/chroot.sh). Exit status: 0; 1 if a claim
does not hold; 77 if there is no CBMC, with the reason.
"""
import concurrent.futures
import glob
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
FOLDER = "tests/prove"
PARTS = ("base", "asn1", "ntlm", FOLDER)  # of the project that CBMC reads
HARNESS = re.compile(r"^PROVE\((\w+), (\d+)\)", re.M)
FLAGS = ["-D_GNU_SOURCE", "-I.", "--pointer-overflow-check", "--unsigned-overflow-check"]
LIMIT = 1800  # seconds of one run; on a machine that is not busy the longest takes less than 20
INSTALL = """command -v cbmc >/dev/null && exit
apt-get -q update && DEBIAN_FRONTEND=noninteractive apt-get -q -o DPkg::Lock::Timeout=300 \
    install -y --no-install-recommends cbmc gcc libc6-dev"""


def harnesses(root):
    """{name: (source, unwind)} of all PROVE(name, unwind)."""
    found = {}
    for path in sorted(glob.glob(os.path.join(root, FOLDER, "*.c"))):
        with open(path, encoding="utf-8") as file:
            for name, unwind in HARNESS.findall(file.read()):
                found[name] = (os.path.relpath(path, root), unwind)
    return found


def mutants(root):
    """[(harness, file, sed expression)] of mutants.txt."""
    with open(os.path.join(root, FOLDER, "mutants.txt"), encoding="utf-8") as file:
        lines = [line.rstrip("\n") for line in file]
    return [tuple(line.split(None, 2)) for line in lines if line and not line.startswith("#")]


def mutate(root, path, expression):
    """Applies a sed expression to a file; whether it changed something."""
    with open(os.path.join(root, path), encoding="utf-8") as file:
        before = file.read()
    done = subprocess.run(["sed", "-e", expression], input=before, capture_output=True,
                          text=True, check=True)
    with open(os.path.join(root, path), "w", encoding="utf-8") as file:
        file.write(done.stdout)
    return done.stdout != before


class Skip(Exception):
    pass


class Cbmc:
    """CBMC of this machine, or of a chroot."""

    def __init__(self):
        self.chroot = None if self.is_here() else os.path.join(ROOT, "tests/platforms/chroot.sh")
        if self.chroot is not None:
            done = subprocess.run([self.chroot, "trixie", "sh", "-c", INSTALL],
                                  stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
            if done.returncode != 0:
                reason = (done.stderr.strip().splitlines() or ["apt-get failed"])[-1]
                raise Skip("no CBMC 6 here, and none in a chroot of Debian 13: " + reason)
        self.multiarch = self.run(ROOT, ["gcc", "-print-multiarch"])[0].strip()

    @staticmethod
    def is_here():
        if shutil.which("cbmc") is None:
            return False
        done = subprocess.run(["cbmc", "--version"], capture_output=True, text=True)
        return int(done.stdout.split(".")[0]) >= 6

    def run(self, folder, command):
        """(output, exit status) of a command in this folder of the machine."""
        environment = dict(os.environ)
        if self.chroot is not None:
            environment["BIND"] = folder + ":/tmp/source"
            command = [self.chroot, "trixie", "env", "-C", "/tmp/source", *command]
        try:
            done = subprocess.run(command, cwd=folder, env=environment, stdout=subprocess.PIPE,
                                  stderr=subprocess.STDOUT, text=True, timeout=LIMIT)
        except subprocess.TimeoutExpired:
            return "it did not end in %d seconds" % LIMIT, 1
        return done.stdout, done.returncode

    def prove(self, folder, name, bits, *more):
        """(whether CBMC has decided, whether it holds, output) of a harness."""
        source, unwind = harnesses(folder)[name]
        command = ["cbmc", *FLAGS, source, "--function", "prove_" + name, "--unwind", unwind]
        if bits == 32:
            # Debian keeps most headers of i386 where those of amd64 are.
            command += ["--arch", "i386", "-Iinclude32", "-I/usr/include/" + self.multiarch]
        output, status = self.run(folder, [*command, *more])
        decided = re.search(r"^VERIFICATION (?:SUCCESSFUL|FAILED)$", output, re.M) is not None
        return decided, decided and status == 0, output


def copy(to):
    for part in PARTS:
        shutil.copytree(os.path.join(ROOT, part), os.path.join(to, part))
    os.makedirs(os.path.join(to, "include32/gnu"))
    with open(os.path.join(to, "include32/gnu/stubs-32.h"), "w", encoding="utf-8"):
        pass  # the one header of i386 that is not there: which functions of libc are stubs
    return to


def keep(name, bits, output):
    """Writes what CBMC printed to build-prove; returns its path."""
    path = os.path.join("build-prove", "%s-%d.log" % (name, bits))
    os.makedirs(os.path.join(ROOT, "build-prove"), exist_ok=True)
    with open(os.path.join(ROOT, path), "w", encoding="utf-8") as file:
        file.write(output)
    return path


def prove_one(cbmc, folder, name, bits):
    """[problem]: the claims that do not hold."""
    decided, holds, output = cbmc.prove(folder, name, bits, "--trace")
    if holds:
        return []
    found = re.findall(r"^\[.*: FAILURE$", output, re.M) if decided else output.splitlines()[-5:]
    return [*found, "CBMC's output, with the values: " + keep(name, bits, output)]


def mutant_one(cbmc, name, path, expression):
    with tempfile.TemporaryDirectory(prefix="gssneg-mutant.") as folder:
        if not mutate(copy(folder), path, expression):
            return ["the expression changes nothing"]
        decided, holds, output = cbmc.prove(folder, name, 32)
    if decided and not holds:
        return []
    return ["CBMC does not find it" if holds else output.splitlines()[-1]]


def run(jobs):
    """Runs [(title, function)]; prints a line for each when it ends; returns how many failed."""
    failed = 0

    def timed(job):
        start = time.monotonic()
        return job[0], job[1](), time.monotonic() - start

    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        done = [pool.submit(timed, job) for job in jobs]
        for number, each in enumerate(concurrent.futures.as_completed(done), 1):
            title, problems, seconds = each.result()
            failed += 1 if problems else 0
            print("%s %d - %s (%.1f s)" % ("not ok" if problems else "ok", number, title, seconds))
            for problem in problems:
                print("#   " + problem)
            sys.stdout.flush()
    return failed


def chosen(arguments):
    """([name of a harness], whether mutants are wanted)"""
    names = list(harnesses(ROOT))
    wanted = [a for a in arguments if a != "--mutants"]
    for name in wanted:
        if name not in names:
            sys.exit("prove: there is no '%s'; there is: %s" % (name, " ".join(names)))
    return wanted or names, "--mutants" in arguments


def skip(reason):
    print("1..0 # SKIP %s\n\n0 passed, 0 failed, 1 skipped" % reason)
    sys.exit(77)


def main(arguments):
    names, wants_mutants = chosen(arguments)
    try:
        cbmc = Cbmc()
    except Skip as reason:
        skip(reason)
    all_bits = (64, 32) if cbmc.multiarch == "x86_64-linux-gnu" else (64,)
    if wants_mutants and len(all_bits) == 1:
        skip("the mutants are tried with 32-bit pointers, which only x86 has")
    with tempfile.TemporaryDirectory(prefix="gssneg-prove.") as folder:
        copy(folder)
        if wants_mutants:
            jobs = [("%s finds %s in %s" % (name, expression, path),
                     lambda m=(name, path, expression): mutant_one(cbmc, *m))
                    for name, path, expression in mutants(ROOT) if name in names]
        else:
            jobs = [("%s, %d-bit" % (name, bits),
                     lambda h=(name, bits): prove_one(cbmc, folder, *h))
                    for name in names for bits in all_bits]
        failed = run(jobs)
    skipped = 0 if len(all_bits) == 2 else len(names)
    if skipped:
        print("# SKIP 32-bit: 32-bit pointers are tried on x86 only")
    print("\n%d passed, %d failed, %d skipped" % (len(jobs) - failed, failed, skipped))
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main(sys.argv[1:])
