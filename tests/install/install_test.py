#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""Install into a DESTDIR, enable, log in, disable; GSS programs work as before at each step.
Then the same by the commands enable and disable, where the DESTDIR lies over this machine's files.

usage: install_test.py MESON BUILD_DIR LOGIN MODULE TOOL EXAMPLE MAN_DIR
The last four are where the module, the tool, the example and the man pages are installed.
"""
import ctypes
import os
import re
import shutil
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../interop"))

import krb5_release  # noqa: E402

NTLM = "1.3.6.1.4.1.311.2.2.10"
SPNEGO = "1.3.6.1.5.5.2"
USER = "DEMO\\alice"
MAN_PAGE = re.compile(r"/man[1-8]/[a-z_.-]+\.[1-8]$")
FOR_PROGRAMS = ("/gssapi/gssapi_negotiate.h", "/pkgconfig/gss-negotiate.pc")


class Machine:
    """A machine on which the module is installed under a folder of its own."""

    def __init__(self, folder, login):
        self.folder, self.login = folder, login
        self.root = os.path.join(folder, "root")
        self.mech_config = self.write("mech.conf", "")
        self.write("krb5.conf", "")
        self.write("negotiate.conf", "")
        self.write("credentials", USER.replace("\\", ":") + ":correct horse\n")

    def write(self, name, text):
        path = os.path.join(self.folder, name)
        with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
            file.write(text)
        return path

    def environment(self, user_file):
        env = {"PATH": os.environ["PATH"], "HOME": self.folder, "LC_ALL": "C.UTF-8"}
        env["GSS_MECH_CONFIG"] = self.mech_config
        env["GSS_NEGOTIATE_CONFIG"] = os.path.join(self.folder, "negotiate.conf")
        env["KRB5_CONFIG"] = os.path.join(self.folder, "krb5.conf")
        env["KRB5CCNAME"] = "FILE:" + os.path.join(self.folder, "no-tickets")
        if user_file:
            env["NTLM_USER_FILE"] = os.path.join(self.folder, "credentials")
        return env

    def run(self, *command, user_file=False):
        """(exit status, output) of a command on this machine."""
        done = subprocess.run(command, env=self.environment(user_file), text=True, timeout=120,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
        return done.returncode, done.stdout

    def mechs(self):
        return set(self.run(self.login, "mechs")[1].split("\n"))

    def enable(self, example, module, *names):
        """Those lines of the installed example, with the module's place on this machine."""
        with open(self.root + example, encoding="ascii") as file:
            lines = [line for line in file if line.startswith(names)]
        path = " %s " % (self.root + module)
        self.write("mech.conf", "".join(l.replace(" gss_negotiate.so", path) for l in lines))
        return len(lines)

    def disable(self):
        self.write("mech.conf", "")


# Mounts the installed libraries over those of this machine, and a folder over /etc/gss.
AS_INSTALLED = """
mount -t overlay overlay -o "lowerdir=$1$2:$2" "$2" || exit 77
mount --bind "$3" /etc/gss || exit 77
shift 3
exec env -u GSS_MECH_CONFIG "$@"
"""


class Tap:
    def __init__(self):
        self.count = self.failed = 0

    def point(self, name, ok, *shown):
        self.count += 1
        self.failed += 0 if ok else 1
        print("%s %d - install: %s" % ("ok" if ok else "not ok", self.count, name))
        for text in shown if not ok else ():
            print("".join("#   %s\n" % line for line in str(text).splitlines()), end="")

    def end(self):
        print("1..%d" % self.count)
        sys.exit(1 if self.failed else 0)


def installed(root):
    found = []
    for folder, _, names in os.walk(root):
        found += ["/" + os.path.relpath(os.path.join(folder, n), root) for n in names]
    return sorted(found)


def mechglue_library():
    ctypes.CDLL("libgssapi_krb5.so.2")
    with open("/proc/self/maps", encoding="utf-8") as maps:
        return next(line.split()[-1] for line in maps if "libgssapi_krb5" in line)


def check_files(tap, machine, module, tool, example, man_dir):
    files = installed(machine.root)
    others = [f for f in files
              if f not in (module, tool, example) and not f.endswith(FOR_PROGRAMS)]
    strange = [f for f in others if not (f.startswith(man_dir) and MAN_PAGE.search(f))
               and not (f.startswith(os.path.dirname(example) + "/")
                        and f.endswith((".md", ".conf.example")))]
    tap.point("the module, the tool, the example", {module, tool, example} <= set(files), files)
    tap.point("beside them only the header, man pages and documents; nothing is active", not strange, strange)
    with open(mechglue_library(), "rb") as file:
        wanted = os.path.dirname(module) + "/"
        known = b"\0" + wanted.encode() + b"\0" in file.read()
    tap.point("relative paths of mech.d resolve to the module's folder", known, wanted)
    with open(machine.root + example, encoding="ascii") as file:
        lines = [line.split() for line in file if line.strip() and line[0] != "#"]
    wanted = [["gss_negotiate_ntlm", NTLM, "gss_negotiate.so"],
              ["gss_negotiate_spnego", "2.25.2149246659723602144", "gss_negotiate.so",
               "<interposer>"]]
    tap.point("the example has both lines, with a relative path", lines == wanted, lines)
    status, said = machine.run(machine.root + tool, "--version")
    tap.point("the installed tool runs", status == 0, said)


def check_drop_in(tap, machine, example):
    """systemd accepts the drop-in for a unit, and complains of a mistake in it."""
    name = "systemd accepts the drop-in for winbind's group"
    if shutil.which("systemd-analyze") is None:
        tap.point(name + " # SKIP no systemd-analyze", True)
        return
    path = machine.root + os.path.dirname(example) + "/winbind-service.conf.example"
    with open(path, encoding="ascii") as file:
        drop_in = file.read()
    os.mkdir(os.path.join(machine.folder, "web.service.d"))
    unit = machine.write("web.service", "[Service]\nUser=daemon\nExecStart=/bin/true\n")
    said = {}
    for what, text in (("good", drop_in), ("bad", drop_in.replace("Groups=", "Group="))):
        machine.write("web.service.d/winbind.conf", text)
        said[what] = machine.run("systemd-analyze", "verify", unit)
    tap.point(name, said["good"] == (0, "") and "SupplementaryGroup" in said["bad"][1], said)


def log_in(tap, machine, what, oid):
    status, said = machine.run(machine.login, "login", oid, user_file=True)
    tap.point(what, status == 0 and "logged in: %s\n" % USER in said, said)


def check_steps(tap, machine, module, example):
    def as_before(when):
        now = machine.run(machine.login, "krb5")
        tap.point(when + ": Kerberos programs are told what they were told", now == krb5, now)

    mechs, krb5 = machine.mechs(), machine.run(machine.login, "krb5")
    status, said = machine.run(machine.login, "login", NTLM, user_file=True)
    tap.point("installed: NTLM is not there", status != 0, said)

    lines = machine.enable(example, module, "gss_negotiate_ntlm")
    tap.point("NTLM line: is in the example", lines == 1)
    added = machine.mechs() - mechs
    tap.point("NTLM line: adds NTLM alone", added == {"{ %s }" % NTLM.replace(".", " ")}, added)
    as_before("NTLM line")
    log_in(tap, machine, "NTLM line: NTLM logs in", NTLM)
    if krb5_release.has_builtin_fault():
        tap.point("NTLM line: NTLM under MIT's SPNEGO # SKIP " + krb5_release.FAULT, True)
    else:
        log_in(tap, machine, "NTLM line: NTLM under MIT's SPNEGO logs in", SPNEGO)

    lines = machine.enable(example, module, "gss_negotiate_")
    tap.point("both lines: are in the example", lines == 2)
    as_before("both lines")
    log_in(tap, machine, "both lines: NTLM logs in", NTLM)
    log_in(tap, machine, "both lines: SPNEGO logs in", SPNEGO)

    machine.disable()
    now = machine.mechs()
    tap.point("disabled: the mechanisms are those of before", now == mechs, mechs, now)
    as_before("disabled")
    status, said = machine.run(machine.login, "login", NTLM, user_file=True)
    tap.point("disabled: NTLM is not there", status != 0, said)


def check_commands(tap, machine, module, tool):
    """README's Enable and Disable, in a mount namespace."""
    etc, lib = os.path.join(machine.folder, "gss"), os.path.dirname(os.path.dirname(module))
    os.mkdir(etc)

    def run(*command):
        return machine.run("unshare", "--mount", "sh", "-c", AS_INSTALLED, "sh", machine.root, lib,
                           etc, *command, user_file=True)

    status, said = run("true") if os.path.isdir("/etc/gss") else (77, "no /etc/gss")
    if status != 0:
        tap.point("the commands enable and disable # SKIP no mounts: " + said.strip(), True)
        return
    mechs = run(machine.login, "mechs")
    for arguments, oids in ((["--ntlm-only"], [NTLM]), ([], [NTLM, SPNEGO])):
        status, said = run(machine.root + tool, "enable", *arguments)
        tap.point("enable %s" % " ".join(arguments), status == 0 and "FAIL" not in said, said)
        for oid in oids:
            status, said = run(machine.login, "login", oid)
            tap.point("  %s logs in" % oid, status == 0 and "logged in: %s\n" % USER in said, said)
    status, said = run(machine.root + tool, "disable")
    tap.point("disable", status == 0 and os.listdir(os.path.join(etc, "mech.d")) == [], said)
    now = run(machine.login, "mechs")
    tap.point("  the mechanisms are those of before", now == mechs, mechs, now)
    status, said = run(machine.login, "login", NTLM)
    tap.point("  NTLM is not there", status == 1, said)


def main(meson, build, login, module, tool, example, man_dir):
    tap = Tap()
    with tempfile.TemporaryDirectory(prefix="gssneg-install.") as folder:
        machine = Machine(folder, login)
        command = [meson, "install", "-C", build, "--no-rebuild", "--destdir", machine.root]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        tap.point("meson install", done.returncode == 0, done.stdout, done.stderr)
        if done.returncode == 0:
            check_files(tap, machine, module, tool, example, man_dir)
            check_drop_in(tap, machine, example)
            check_steps(tap, machine, module, example)
            check_commands(tap, machine, module, tool)
    tap.end()


if __name__ == "__main__":
    main(*sys.argv[1:])
