#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""Fails when a login, a message or the first use of a process needs more instructions than
recorded.

usage: guard.py KIND BUILD RECORD PROGRAM... [--record]

KIND ntlm counts the instructions of this module, and in the same run those of the floor: the
same cryptography and nothing else. KIND kerberos counts those of exchanges with a Kerberos
ticket, with this module and with MIT krb5 alone. The quotients are compared with those in
the file RECORD. They hold for one compiler, libc and so on: those in the section's name, to
which BUILD adds how the module was built. Another machine skips, and prints its section.
With --record the file gets this run's quotients.
"""
import argparse
import ctypes
import os
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
for name in ("interop", "kerberos"):
    sys.path.append(os.path.join(HERE, "..", name))

import callgrind  # noqa: E402
import krb5_release  # noqa: E402
import mechanisms  # noqa: E402
import place  # noqa: E402
from kdc import Kdc  # noqa: E402
from record import Record, as_text, section_text  # noqa: E402

SKIPPED = 77
# The first repetitions of a process, in which libraries set themselves up, are not counted.
FEW, MANY = 2, 10
GROWTH = 1.05  # what fails
FALL = 0.85  # what is reported, but does not fail
ADVICE = """Make it cheaper again: callgrind_annotate shows where the instructions are. Or, if what it does
now is worth them, record it with './dev bench --record', and say in the commit why."""


def skip(reason):
    print(reason)
    sys.exit(SKIPPED)


def each(program, env):
    """The instructions of one repetition of an operation."""
    few, many = (callgrind.count([program[0], "-n", str(n), *program[1:]], env, "measured")
                 for n in (FEW, MANY))
    return (many - few) // (MANY - FEW)


def ntlm_figures(gss, floor):
    """Yields (name, the module's instructions, the floor's)."""
    folder = place.Place().path("ours")
    ours = mechanisms.ours(folder, place.module_path()).environment
    plain = {"PATH": os.environ["PATH"]}
    handshake = each([floor, "handshake"], plain)
    yield "raw-handshake", each([gss, "handshake", "raw"], ours), handshake
    yield "spnego-handshake", each([gss, "handshake", "spnego"], ours), handshake
    yield "wrap-64-bytes", each([gss, "wrap", "64"], ours), each([floor, "wrap", "64"], plain)


class Realm:
    """A KDC, a user's ticket for the service HTTP/localhost, and its keytab."""

    def __init__(self):
        self.here = place.Place()
        self.kdc = Kdc(self.here)
        self.tickets = self.kdc.kinit("tickets", "alice")
        self.kdc.run(["kvno", "HTTP/localhost"], KRB5CCNAME=self.tickets)
        self.users = self.here.write("users", mechanisms.USERS, 0o600)

    def env(self, setup, **more):
        """setup: none (MIT alone) or both (both lines, and nothing of NTLM is set)."""
        return self.here.env(setup, KRB5_CONFIG=self.kdc.conf, KRB5CCNAME=self.tickets,
                             KRB5_KTNAME="FILE:" + self.kdc.keytab("HTTP/localhost"),
                             KRB5RCACHENAME="none:", **more)


def kerberos_figures(tickets):
    """Yields (name, the instructions with the module, those of MIT alone)."""
    realm = Realm()
    alone, handed_on = realm.env("none"), realm.env("both")
    beside_ntlm = realm.env("both", NTLM_USER_FILE=realm.users)
    for mech in ("krb5", "spnego"):
        yield ("first-use-" + mech, *(callgrind.count([tickets, "-n", "1", "first", mech], env)
                                      for env in (handed_on, alone)))
    yield ("exchange-default",
           *(each([tickets, "default", "spnego"], env) for env in (handed_on, alone)))
    acquired, beside, base = (each([tickets, "acquired", "spnego"], env)
                              for env in (handed_on, beside_ntlm, alone))
    yield "exchange-acquired", acquired, base
    yield "exchange-beside-ntlm", beside, base


KINDS = {"ntlm": ntlm_figures, "kerberos": kerberos_figures}


def openssl_release():
    library = ctypes.CDLL("libcrypto.so.3")
    library.OpenSSL_version.restype = ctypes.c_char_p
    return library.OpenSSL_version(0).decode().split()[1]


def key_of(build):
    """All that the quotients depend on beside this repository."""
    libc = os.confstr("CS_GNU_LIBC_VERSION") or "libc"
    valgrind = subprocess.run(["valgrind", "--version"], capture_output=True, text=True,
                              timeout=60, check=True).stdout.strip()
    return " ".join([build, libc.replace(" ", "-"), "krb5-" + krb5_release.loaded()[1],
                     "openssl-" + openssl_release(), valgrind, os.uname().machine])


def judge(name, ours, base, then):
    """Prints a figure beside the recorded one. Returns by how many percent it has grown."""
    now = ours / base
    growth = (now / then - 1) * 100
    print("%s: %d instructions, %.3f times %d; recorded: %.3f times; %+.1f %%"
          % (name, ours, now, base, then, growth))
    if now < then * FALL:
        print("    It needs far less than recorded: run './dev bench --record'.")
    return growth


def compare(figures, recorded):
    """Exits as a test does."""
    growth = {name: judge(name, ours, base, recorded[name]) for name, ours, base in figures}
    grown = ["%s needs %.1f %% more" % (name, percent)
             for name, percent in growth.items() if percent > (GROWTH - 1) * 100]
    if grown:
        sys.exit("%s than recorded.\n%s" % (", ".join(grown), ADVICE))


def main(asked):
    if asked.unmeasurable is not None:
        skip(asked.unmeasurable)
    if not callgrind.is_there():
        skip("needs valgrind")
    try:
        figures = list(KINDS[asked.kind](*asked.program))
    except place.Skip as reason:
        skip(str(reason))
    key, record = key_of(asked.build), Record(asked.record)
    quotients = {name: ours / base for name, ours, base in figures}
    if asked.is_recorded:
        record.write(key, quotients)
    elif quotients.keys() <= record.of(key).keys():
        compare(figures, record.of(key))
    else:
        print(section_text(key, as_text(quotients)))
        skip("nothing is recorded for %s; './dev bench --record' records it" % key)


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("kind", choices=KINDS)
    for argument in ("build", "record"):
        parser.add_argument(argument)
    parser.add_argument("program", nargs="*")
    parser.add_argument("--unmeasurable", help="why this build cannot be measured")
    parser.add_argument("--record", action="store_true", dest="is_recorded")
    main(parser.parse_args())
