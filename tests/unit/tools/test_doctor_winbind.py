# SPDX-License-Identifier: ISC
"""gss-negotiate doctor about winbind, beside a standalone winbindd of the test's own: there,
not there, stopped, and without the right to its privileged pipe."""
import functools
import os
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path += [os.path.join(HERE, "../../samba"), os.path.join(HERE, "../../interop")]

import cli  # noqa: E402
import standalone  # noqa: E402
import world  # noqa: E402
from cli import contains, equal  # noqa: E402

LIMIT_S = 6  # three for winbind, and some for a busy machine
AT_ONCE_S = 3
NOBODY = ("setpriv", "--reuid", "daemon", "--regid", "daemon")


@functools.cache
def samba():
    return standalone.Standalone()


def running():
    daemon = samba().winbindd
    if daemon.child.poll() is not None:
        daemon.start()
    return daemon


class Report:
    """What doctor says with these lines in the settings. As another account than root the
    command runs with this prefix."""

    def __init__(self, c, *lines, prefix=(), users=None):
        path = users or c.path("no-users")
        os.chmod(c.dir, 0o755)
        c.write("conf", f"[negotiate]\n    user_file = {path}\n    audit = no\n"
                + "".join(f"    {line}\n" for line in lines))
        tool, c.tool = c.tool, (prefix or (c.tool,))[0]
        begun = time.monotonic()
        result = c.run(*prefix[1:], *((tool,) if prefix else ()), "doctor",
                       env={"GSS_MECH_CONFIG": "/dev/null"})
        self.taken_s = time.monotonic() - begun
        c.tool = tool
        self.out = result.out
        self.about = [line for line in result.out.splitlines() if line[6:].startswith("winbind: ")]

    def line(self, level, *parts):
        """The one line about winbind that has the first of these parts; it has them all."""
        found = [line for line in self.about if parts[0] in line]
        equal(len(found), 1)
        equal(found[0][:6].strip(), level)
        for part in parts:
            contains(found[0], part)


def winbind(c, *lines, **more):
    return Report(c, "users_from = winbind", *lines, **more)


def fault(c, *parts, limit_s=LIMIT_S, **more):
    """The one FAIL about winbind, which comes in time."""
    report = winbind(c, **more)
    equal(sum(line.startswith("FAIL") for line in report.about), 1)
    report.line("FAIL", *parts)
    assert report.taken_s < limit_s, f"{report.taken_s} s"


def after(commands):
    """A prefix: the command runs after these ones, whose mounts it alone sees."""
    return ("unshare", "--mount", "sh", "-c", commands + '; exec "$@"', "sh")


def test_without_winbindd(c):
    """Its folder is empty."""
    fault(c, "winbindd", "systemctl start winbind", limit_s=AT_ONCE_S,
          prefix=after("[ ! -d /run/samba ] || mount -t tmpfs none /run/samba"))


def test_without_library(c):
    """As on a machine that has nothing of Samba."""
    fault(c, "libwbclient", limit_s=AT_ONCE_S, prefix=after(
        'for one in /usr/lib*/libwbclient.so.0 /usr/lib/*/libwbclient.so.0; do '
        'mount --bind /dev/null "$one" 2>/dev/null; done'))


def test_a_machine_without_a_domain(c):
    running()
    report = winbind(c)
    report.line("ok", "winbindd answers", "in no domain")
    report.line("ok", "CHALLENGE", standalone.NAME)
    equal(len(report.about), 2)


def test_who_checks_logins(c):
    running()
    for value, words in (("file", "the user file alone"), ("winbind", "winbind alone"),
                         ("file,winbind", "and winbind for all others")):
        report = Report(c, f"users_from = {value}")
        contains(report.out, "logins: an acceptor has them checked by ")
        contains(report.out, words + "\n")


def test_the_file_is_the_default(c):
    """On a machine without a domain, doctor does not offer winbind."""
    running()
    equal(Report(c).about, [])


def test_a_user_file_beside_winbind(c):
    running()
    contains(Report(c, "users_from = file,winbind").out, "does not exist, so winbind checks every")
    assert "user file " not in winbind(c).out.replace("setting user_file", "")
    users = c.write("users", "AD:alice:x\n", 0o600)
    contains(Report(c, "users_from = file,winbind", users=users).out, f"{users}: 1 user")


def test_no_right_to_the_pipe(c):
    """The line names the account, the folder, the group, and what to do."""
    running()
    fault(c, "daemon has no right to the privileged pipe in " + world.PRIVILEGED_FOLDER,
          "; fix: usermod -aG winbindd_priv daemon (or", "SupplementaryGroups=winbindd_priv",
          prefix=(*NOBODY, "--clear-groups"))
    samba().allow("root")
    fault(c, "only root and the group root have",
          f"; fix: chgrp winbindd_priv {world.PRIVILEGED_FOLDER} && usermod -aG winbindd_priv daemon",
          prefix=(*NOBODY, "--clear-groups"))
    samba().allow()
    winbind(c, prefix=(*NOBODY, "--groups", world.PRIVILEGED_GROUP)).line("ok", "winbindd answers")


def test_a_folder_of_another_owner(c):
    """As in a container without root: libwbclient refuses the folder."""
    running()
    fault(c, "does not belong to root", prefix=(*NOBODY, "--clear-groups", "unshare", "--user",
                                                 "--map-root-user"))


def test_names_that_are_not_winbinds(c):
    """The line says where the name comes from, and what winbind's is."""
    running()
    for key, value, own in (("netbios_name", "OTHER", standalone.NAME),
                            ("netbios_domain", "ELSEWHERE", standalone.WORKGROUP)):
        report = winbind(c, f"{key} = {value}")
        report.line("FAIL", f"{key} = {value}", c.path("conf"), own)
        report.line("ok", "winbindd answers")
    same = winbind(c, f"netbios_name = {standalone.NAME.lower()}")
    assert "FAIL" not in "".join(same.about), same.about


def test_a_password_that_winbind_has(c):
    """doctor offers it, or says that it is used."""
    running()
    as_nobody = (*NOBODY, "--clear-groups")
    equal(Report(c, prefix=as_nobody).about, [])
    samba().run(*as_nobody, "wbinfo", f"--ccache-save={standalone.NAME}\\daemon%Passw0rd!")
    Report(c, prefix=as_nobody).line(
        "note", f"it has saved the password of {standalone.NAME}\\daemon, but",
        "'credentials_from = file,winbind'")
    used = Report(c, "credentials_from = file,winbind", prefix=as_nobody)
    equal(used.about, [])
    contains(used.out, f"logs in by NTLM as {standalone.NAME}\\daemon, with the password in winbind's")
    equal(Report(c).about, [])


def test_winbindd_that_hangs(c):
    running().pause()
    try:
        fault(c, "winbindd runs, but does not answer", "systemctl restart winbind")
        assert Report(c).taken_s < LIMIT_S
    finally:
        samba().winbindd.resume()
    winbind(c).line("ok", "winbindd answers")


def test_winbindd_that_was_stopped(c):
    running().stop()
    fault(c, "winbindd", "systemctl start winbind", limit_s=AT_ONCE_S)


def test_winbindd_that_was_killed(c):
    """Its sockets are still there."""
    running().kill()
    fault(c, "winbindd", "systemctl start winbind", limit_s=AT_ONCE_S)


def skip_all(reason):
    print(f"1..0 # SKIP {reason}")


def main():
    reason = standalone.missing("setpriv")
    if reason is not None:
        return skip_all(reason)
    if not world.is_inside():
        world.enter()
    sys.argv.remove(world.INSIDE)
    return cli.main(globals())


main()
