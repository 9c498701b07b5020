#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""What the module exports and whom it calls: usage symbols.py MODULE CORE.a ENTRY.a
CRYPTO CC, where CRYPTO is the build option."""
import os
import re
import subprocess
import sys
import tempfile

from sources import Tap

EXPORTED = re.compile(r"^(gss|gssspi|gssi)_\w+$")
# MIT's own SPNEGO has none of these, and with them the mechglue would call us without end.
# gssi_store_cred and gssi_store_cred_into store the NTLM part; without them the mechglue reports
# success with nothing stored.
ABSENT = {
    "gssi_authorize_localname", "gssspi_authorize_localname", "gssi_inquire_saslname_for_mech",
    "gssi_inquire_mech_for_saslname", "gssi_indicate_mechs",
}


def run(*command):
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def symbols(*nm):
    """The names that nm prints; the last word of each line, without a version."""
    lines = [line.split() for line in run("nm", *nm).splitlines()]
    return {words[-1].split("@")[0] for words in lines if len(words) >= 2}


def exports(module):
    return symbols("-D", "--defined-only", module)


def export_problems(module):
    names = exports(module)
    problems = ["%s is exported" % name for name in sorted(names) if not EXPORTED.match(name)]
    problems += ["%s is exported and must not be" % name for name in sorted(names & ABSENT)]
    for name in ("gss_mech_interposer", "gss_init_sec_context", "gssi_init_sec_context"):
        if name not in names:
            problems.append("%s is not exported" % name)
    return problems


def undefined_problems(archive, names):
    """The name trap: what we export and also ask for by name could be either of two."""
    asked = symbols("--undefined-only", archive)
    return ["%s asks for %s" % (os.path.basename(archive), n) for n in sorted(asked & names)]


def relocation_problems(module, names):
    """The same in the linked file: calls from one entry to another show only here."""
    problems = []
    for line in run("readelf", "-rW", module).splitlines():
        words = line.split()
        if len(words) >= 5 and words[4].split("@")[0] in names:
            problems.append("%s: a %s of %s" % (os.path.basename(module), words[2], words[4]))
    return problems


EXIT = re.compile(r"\tjmp\s+[0-9a-f]+ <([\w.@]+)>$")  # of x86


def is_x86(cc):
    return run(*cc, "-dumpmachine").startswith("x86_64")


def jump_problems(module):
    """A function that ends in a jump to another one does not clear the registers (base/secret.h)."""
    problems, inside = [], None
    for line in run("objdump", "-d", "--no-show-raw-insn", module).splitlines():
        begins = re.match(r"[0-9a-f]+ <(\S+)>:", line)
        inside = begins.group(1) if begins else inside
        leaves = EXIT.search(line)
        if leaves and inside and re.match(r"(gss\w+|secret_wipe)$", inside) \
                and not leaves.group(1).startswith(inside):
            problems.append("%s ends in a jump to %s" % (inside, leaves.group(1)))
    return sorted(set(problems))


# Libraries that keep state for the whole process: the module must use the process's copy.
SHARED = {"libgssapi_krb5": "gss_release_buffer", "libcom_err": "error_message"}


def link_problems(module):
    dynamic = run("readelf", "-dW", module)
    undefined = symbols("-D", "--undefined-only", module)
    problems = ["%s is not one that the module takes from %s" % (name, library)
                for library, name in SHARED.items() if name not in undefined]
    if not re.search(r"NEEDED.*libgssapi_krb5\.so", dynamic):
        problems.append("libgssapi_krb5 is not among what the module needs")
    if not re.search(r"\bNODELETE\b", dynamic):
        problems.append("the module is not NODELETE")
    return problems


# What every process that loads a mechanism would have to relocate, also for Kerberos alone.
UNWANTED = re.compile(r"NEEDED.*lib(crypto|ssl|curl|wbclient|talloc)\.so")


def unwanted_problems(module, crypto):
    """Libraries that the module may not need; with -Dcrypto=openssl it needs libcrypto."""
    lines = [line for line in run("readelf", "-dW", module).splitlines() if UNWANTED.search(line)]
    return [line.strip() for line in lines if crypto != "openssl" or "libcrypto" not in line]


class Built:
    """A small module made of C text, to show that the checks find what they are for."""

    def __init__(self, compiler, text, *options):
        self.folder = tempfile.TemporaryDirectory(prefix="gssneg-lint.")
        at = self.folder.name
        self.module, self.archive = at + "/m.so", at + "/m.a"
        with open(at + "/m.c", "w", encoding="ascii") as file:
            file.write(text)
        run(*compiler, "-fPIC", "-O2", "-c", at + "/m.c", "-o", at + "/m.o")
        run("ar", "rc", self.archive, at + "/m.o")
        run(*compiler, "-shared", *options, at + "/m.o", "-o", self.module)


GOOD = "int gss_init_sec_context(void){return 1;} int gssi_init_sec_context(void){return 1;}"
GOOD += "int gss_mech_interposer(void){return 1;}"
GOOD += "int gss_release_buffer(void), error_message(void);"
GOOD += "int gss_users(void){return gss_release_buffer() + error_message();}"
OWN = GOOD + "int error_message(void){return 0;}"
CALLER = GOOD + "int gss_accept_sec_context(void){return gss_init_sec_context();}"
ASKER = "int gss_init_sec_context(void); int x(void){return gss_init_sec_context();}"
WINBIND = "int wbcPing(void); int gss_x(void){return wbcPing();}"
LINKED = ("-Wl,-z,nodelete", "-Wl,--no-as-needed", "-l:libgssapi_krb5.so.2", "-l:libcom_err.so.2")


def self_tests(tap, cc):
    good = Built(cc, GOOD, *LINKED)
    names = exports(good.module)
    quiet = export_problems(good.module) + relocation_problems(good.module, names)
    quiet += link_problems(good.module) + unwanted_problems(good.module, "own")
    tap.point("symbols: silent on a good module", quiet + undefined_problems(good.archive, names))
    strange, forbidden = Built(cc, GOOD + "int helper;"), Built(cc, GOOD + "int gssi_indicate_mechs;")
    missing, alone = Built(cc, "int gss_x;"), Built(cc, GOOD)
    winbind = Built(cc, WINBIND, *LINKED)
    jumping = Built(cc, "int other(void); int gss_x(void){return other();}", "-O2")
    asker, caller = Built(cc, ASKER), Built(cc, CALLER)
    own = Built(cc, OWN, *LINKED)
    crypto = Built(cc, GOOD, *LINKED, "-l:libcrypto.so.3")
    tap.point("symbols: silent on libcrypto that was chosen",
              unwanted_problems(crypto.module, "openssl"))
    found = {
        "a strange export": export_problems(strange.module),
        "a forbidden export": export_problems(forbidden.module),
        "a missing export": export_problems(missing.module),
        "a core that asks for an export": undefined_problems(asker.archive, names),
        "an entry that calls an entry": relocation_problems(caller.module, exports(caller.module)),
        "a module that may be unloaded, and lacks a library": link_problems(alone.module),
        "a module that is linked with libwbclient": link_problems(winbind.module),
        "a function that ends in a jump": jump_problems(jumping.module) if is_x86(cc) else ["-"],
        "a module with a libcom_err of its own": link_problems(own.module),
        "a module that needs libcrypto": unwanted_problems(crypto.module, "own"),
    }
    for what, problems in found.items():
        tap.point("symbols: finds " + what, [] if problems else ["it is silent"])


def main(module, core, entry, crypto, *cc):
    tap = Tap()
    self_tests(tap, cc)
    names = exports(module)
    tap.point("exports", export_problems(module))
    tap.point("the core asks for nothing that is exported", undefined_problems(core, names))
    tap.point("the entries ask for nothing that is exported", undefined_problems(entry, names))
    tap.point("nothing in the module binds to its own exports", relocation_problems(module, names))
    tap.point("no function that clears the registers ends in a jump", jump_problems(module))
    tap.point("needed libraries, and never unloaded", link_problems(module))
    tap.point("no library that Kerberos alone would pay for", unwanted_problems(module, crypto))
    tap.end()


if __name__ == "__main__":
    main(*sys.argv[1:])
