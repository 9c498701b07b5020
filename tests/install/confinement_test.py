#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""The rules for AppArmor in docs/confinement.md: AppArmor reads them, they allow what the module
opens, and a confined program logs in with them where the kernel has AppArmor.

usage: confinement_test.py PAGE LOGIN MODULE ROOT
MODULE is where the module is installed; ROOT is the folder of the sources.
"""
import os
import re
import shutil
import subprocess
import sys
import tempfile

from install_test import Tap

NTLM = "1.3.6.1.4.1.311.2.2.10"
PROFILE = """
include <tunables/global>
profile gss-negotiate-test {login} {{
    include <abstractions/base>
    include <abstractions/gss-negotiate>
{more}
}}
"""
KERNEL = "/sys/kernel/security/apparmor/profiles"
# Where each source names a file that the module opens.
NAMED = {
    "conf/settings.h": r'SETTINGS_DEFAULT_\w+ +"(/[^"]+)"',
    "conf/devlog.c": r'"(/dev/log)',
    "ntlm/fips.c": r'"(/[a-z][^"]+)"',
    "tools/mechlines.h": r'MECH_ENABLED_FILE +"(/[^"]+)"',
}


def rules_of(page):
    with open(page, encoding="utf-8") as file:
        section = file.read().split("## AppArmor")[1]
    return re.search(r"^```\n(.*?)^```$", section, re.S | re.M)[1]


def write_profile(folder, rules, login, more=""):
    os.makedirs(os.path.join(folder, "abstractions"), exist_ok=True)
    with open(os.path.join(folder, "abstractions/gss-negotiate"), "w", encoding="utf-8") as out:
        out.write(rules)
    path = os.path.join(folder, "profile")
    with open(path, "w", encoding="utf-8") as out:
        out.write(PROFILE.format(login=login, more=more))
    return path


def parser(folder, *arguments):
    """(exit status, output) of AppArmor's parser, which also reads the rules in the folder."""
    command = ["apparmor_parser", "-I", folder, "-I", "/etc/apparmor.d", *arguments]
    done = subprocess.run(command, capture_output=True, text=True, timeout=100, check=False)
    return done.returncode, done.stdout + done.stderr


def pattern(rule):
    """A path of AppArmor as a regular expression. The variables have all values that they have
    in tunables/, written as {a,b}."""
    for name, values in (("@{run}", "{/run,/var/run}"), ("@{HOME}", "/HOME/*"),
                         ("@{PROC}", "/proc"), ("@{multiarch}", "*-linux-gnu*")):
        rule = rule.replace(name, values)
    rule = re.sub(r"([.+^$()|\\])", r"\\\1", rule)
    rule = rule.replace("**", "\0").replace("*", "[^/]*").replace("\0", ".*")
    rule = re.sub(r"\{([^}]*)\}", lambda m: "(?:" + m[1].replace(",", "|") + ")", rule)
    return re.compile(rule + "$")


def allowed(rules, path, how):
    for line in rules.splitlines():
        found = re.match(r"\s*(?:owner )?([/@]\S+) (\w+),", line)
        if found and set(how) <= set(found[2]) and pattern(found[1]).match(path):
            return True
    return False


def opened(root, module):
    """What the module opens, with the rights that it needs: (path, rights)."""
    found = [("/etc/gss/mech", "r"), ("/etc/gss/mech.d/", "r"), (module, "mr"),
             ("/HOME/alice/.config/gss-negotiate/credentials", "r"),
             ("/run/systemd/journal/dev-log", "w")]
    for source, expression in NAMED.items():
        with open(os.path.join(root, source), encoding="utf-8") as file:
            paths = re.findall(expression, file.read())
        assert paths, source
        found += [(path, "w" if path == "/dev/log" else "r") for path in paths]
    with open(os.path.join(root, "conf/winbind/pipe.c"), encoding="utf-8") as file:
        folders = re.findall(r'"(/(?:run|var/run|var/lib)/samba/[^"]+)"', file.read())
    assert len(folders) >= 3, folders
    return found + [(folder + "/pipe", "rw") for folder in folders]


def check_parsing(tap, rules, login):
    name = "AppArmor reads the rules"
    if shutil.which("apparmor_parser") is None:
        tap.point(name + " # SKIP no apparmor_parser", True)
        return
    with tempfile.TemporaryDirectory(prefix="gssneg-confinement.") as folder:
        path = write_profile(folder, rules, login)
        status, said = parser(folder, "--skip-kernel-load", "--skip-cache", path)
        tap.point(name, status == 0, said)
        broken = write_profile(folder, rules.replace(" mr,", " mr"), login)
        status, said = parser(folder, "--skip-kernel-load", "--skip-cache", broken)
        tap.point("  and not without a comma", status != 0, said)


def check_paths(tap, rules, root, module):
    needed = opened(root, module)
    missing = [need for need in needed if not allowed(rules, *need)]
    tap.point("the rules allow what the module opens: %d files" % len(needed), not missing, missing)
    for part in ("negotiate.users", "samba/winbindd/pipe", "gss_negotiate.so", "fips_enabled"):
        fewer = "".join(line for line in rules.splitlines(True) if part not in line)
        tap.point("  and not without the rule for %s" % part,
                  any(not allowed(fewer, *need) for need in needed))


def check_run(tap, rules, login):
    name = "a confined program logs in"
    if not os.path.exists(KERNEL):
        tap.point(name + " # SKIP this kernel has no AppArmor", True)
        return
    if os.geteuid() != 0 or shutil.which("apparmor_parser") is None:
        tap.point(name + " # SKIP needs root and apparmor_parser", True)
        return
    with tempfile.TemporaryDirectory(prefix="gssneg-confinement.") as folder:
        copy = shutil.copy(login, os.path.join(folder, "login"))
        build = os.getcwd()  # where meson runs the tests
        more = "    %s/** mr,\n    %s/** mr,\n" % (folder, build)
        path = write_profile(folder, rules, copy, more)
        status, said = parser(folder, "--replace", "--skip-cache", path)
        tap.point("AppArmor loads the rules", status == 0, said)
        with open(os.path.join(folder, "users"), "w", encoding="ascii") as users:
            users.write("DEMO:alice:correct horse\n")
        os.chmod(users.name, 0o600)
        env = {"GSS_MECH_CONFIG": os.path.join(build, "gss-mech.conf"),
               "NTLM_USER_FILE": users.name, "KRB5CCNAME": "FILE:" + folder + "/none"}
        done = subprocess.run([copy, "login", NTLM], env=env, capture_output=True, text=True,
                              timeout=100, check=False)
        tap.point(name, done.returncode == 0, done.stdout, done.stderr)
        status, said = parser(folder, "--remove", path)
        tap.point("the rules are unloaded", status == 0, said)


def main(page, login, module, root):
    tap = Tap()
    rules = rules_of(page)
    check_parsing(tap, rules, os.path.abspath(login))
    check_paths(tap, rules, root, module)
    check_run(tap, rules, os.path.abspath(login))
    tap.end()


if __name__ == "__main__":
    main(*sys.argv[1:])
