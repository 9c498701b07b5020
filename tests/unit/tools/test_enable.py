# SPDX-License-Identifier: ISC
"""gss-negotiate enable and disable, with an /etc/gss of the test's own."""
import ctypes
import fcntl
import os
import re
import shutil
import stat
import subprocess
import sys

import cli
from cli import Skip, contains, equal

FILE = "/etc/gss/mech.d/zz-negotiate.conf"
NTLM = "1.3.6.1.4.1.311.2.2.10"
NTLM_LINE = f"gss_negotiate_ntlm {NTLM} gss_negotiate.so\n"
SPNEGO_LINE = "gss_negotiate_spnego 2.25.2149246659723602144 gss_negotiate.so <interposer>\n"
THEIR_LINE = f"gssntlmssp_v1 {NTLM} /nowhere/gssntlmssp.so\n"
# Mounts the test's folder over /etc/gss, and runs the command as a user.
SCRIPT = 'mount --bind "$1" /etc/gss && shift && umask 077 && exec "$@"'


def namespace():
    if not os.path.isdir("/etc/gss"):
        raise Skip("this machine has no /etc/gss")
    return ["unshare", "--mount"] + ([] if os.geteuid() == 0 else ["--map-root-user"])


def glue_path():
    ctypes.CDLL("libgssapi_krb5.so.2")
    with open("/proc/self/maps", encoding="utf-8") as maps:
        return next(line.split()[-1] for line in maps if "libgssapi_krb5" in line)


def glue(c, module="gss_negotiate.so"):
    """A copy of the mechglue's library, with the module beside it in gss/. The tool looks for
    the module beside the library that it has loaded."""
    folder = c.path("glue")
    if not os.path.exists(folder):
        os.makedirs(os.path.join(folder, "gss"))
        shutil.copy(glue_path(), os.path.join(folder, "libgssapi_krb5.so.2"))
        if module:
            shutil.copy(os.path.join(c.build, module), os.path.join(folder, "gss/gss_negotiate.so"))
    return folder


def run(c, *args, user=(), env=(), module="gss_negotiate.so"):
    """Runs the tool where c.path("gss") is /etc/gss."""
    os.makedirs(c.path("gss"), exist_ok=True)
    command = [*namespace(), "sh", "-c", SCRIPT, "sh", c.path("gss"), *user, c.tool, *args]
    own = {**c.env, "LD_LIBRARY_PATH": glue(c, module), **dict(env)}
    done = subprocess.run(command, env=own, capture_output=True, text=True, timeout=100,
                          stdin=subprocess.DEVNULL, check=False)
    if re.match("unshare|mount", done.stderr):
        raise Skip("no mount of its own: " + done.stderr.strip())
    result = cli.Result(done.returncode, done.stdout, done.stderr)
    cli.check_output(result)
    return result


def written(c):
    """What the file has without its comments; None without the file."""
    path = c.path("gss/mech.d/zz-negotiate.conf")
    if not os.path.exists(path):
        return None
    with open(path, encoding="ascii") as file:
        return "".join(line for line in file if line[0] != "#")


def give(c, name, text):
    os.makedirs(c.path("gss/mech.d"), exist_ok=True)
    return c.write("gss/mech.d/" + name, text)


def test_enable_writes_both_lines(c):
    result = run(c, "enable")
    equal((result.status, result.err), (0, ""))
    equal(written(c), NTLM_LINE + SPNEGO_LINE)
    module = glue(c) + "/gss/gss_negotiate.so"
    for line in (f"ok    {FILE}:2: NTLM by {module}\n",
                 f"ok    {FILE}:3: SPNEGO (gss_negotiate) by {module}, as an interposer\n",
                 f"ok    {module} loads\n", f"\n{FILE}: written\n"):
        contains(result.out, line)


def test_the_lines_are_those_of_the_example(c):
    run(c, "enable")
    with open(os.path.join(os.environ["DOCS_DIR"], "../gss-mech.conf.example"),
              encoding="ascii") as file:
        equal(written(c), "".join(line for line in file if line[0] != "#"))


def test_every_user_can_read_the_file(c):
    """Whatever the umask is and the mode of an old file was."""
    run(c, "enable")
    path = c.path("gss/mech.d/zz-negotiate.conf")
    equal(stat.S_IMODE(os.stat(c.path("gss/mech.d")).st_mode), 0o755)
    equal(stat.S_IMODE(os.stat(path).st_mode), 0o644)
    os.chmod(path, 0o600)
    run(c, "enable")
    equal(stat.S_IMODE(os.stat(path).st_mode), 0o644)
    equal(os.listdir(c.path("gss/mech.d")), ["zz-negotiate.conf"])


def test_ntlm_only(c):
    result = run(c, "enable", "--ntlm-only")
    equal((result.status, written(c)), (0, NTLM_LINE))
    contains(result.out, "note  the settings fallback and address_targets have no effect: ")
    result = run(c, "enable")
    equal((result.status, written(c)), (0, NTLM_LINE + SPNEGO_LINE))
    contains(result.out, f"{FILE}: replaced\n")
    assert "have no effect" not in result.out, result.out
    equal(run(c, "enable", "--ntlm-only").status, 0)
    equal(written(c), NTLM_LINE)


def test_ntlm_only_where_mits_spnego_cannot_use_it(c):
    """As in MIT krb5 1.21.0 to 1.22.1."""
    options = os.environ.get("ASAN_OPTIONS", "") + ":verify_asan_link_order=0"
    env = {"LD_PRELOAD": os.path.join(c.build, "tests/unit/tools/libdeaf.so"),
           "ASAN_OPTIONS": options.lstrip(":")}
    result = run(c, "enable", "--ntlm-only", user=["env", *map("=".join, env.items())])
    equal((result.status, written(c)), (0, NTLM_LINE))
    contains(result.out, "without the SPNEGO line, logins by NTLM through SPNEGO fail; fix: ")


def test_enable_a_second_time(c):
    run(c, "enable")
    result = run(c, "enable")
    equal(result.status, 0)
    contains(result.out, f"{FILE}: has these lines already\n")


def test_which_file_wins(c):
    give(c, "mech.ntlmssp.conf", THEIR_LINE)
    result = run(c, "enable")
    equal(result.status, 0)
    contains(result.out, "note  /etc/gss/mech.d/mech.ntlmssp.conf:1: NTLM by "
             f"/nowhere/gssntlmssp.so is overridden by {FILE}:2\n")
    give(c, "zzz.conf", f"last {NTLM} {glue_path()}\n")
    for arguments in (["--dry-run"], []):
        result = run(c, "enable", *arguments)
        contains(result.out, f"{FILE}:2: NTLM by {glue(c)}/gss/gss_negotiate.so is overridden "
                 "by /etc/gss/mech.d/zzz.conf:1\n")
        contains(result.out, f"WARN  NTLM is served by {glue_path()}, not by gss_negotiate.so")


def test_a_file_with_other_lines_stays(c):
    for text in (THEIR_LINE, NTLM_LINE + THEIR_LINE, NTLM_LINE + "nonsense\n",
                 NTLM_LINE + "a b /gss_negotiate.so.old\n", NTLM_LINE + "\0"):
        give(c, "zz-negotiate.conf", text)
        for arguments in (["enable"], ["enable", "-n"], ["disable"], ["disable", "-n"]):
            result = run(c, *arguments)
            equal((text, arguments, result.status), (text, arguments, 1))
            contains(result.err, f"{FILE}:{text.count(chr(10), 0, len(text) - 1) + 1}: this line "
                     "does not name gss_negotiate.so")
            equal(c.read("gss/mech.d/zz-negotiate.conf"), text)


def test_a_file_of_the_administrators_own(c):
    """The installed example, with comments, one line off and another folder."""
    give(c, "zz-negotiate.conf", "# mine\n\n \t\n# " + SPNEGO_LINE +
         NTLM_LINE.replace("gss_n", "/opt/gss_n", 2).replace("/opt/", "", 1))
    equal(run(c, "disable").status, 0)
    equal(written(c), None)


def test_no_link_is_followed(c):
    target = c.write("target", NTLM_LINE)
    os.makedirs(c.path("gss/mech.d"))
    os.symlink(target, c.path("gss/mech.d/zz-negotiate.conf"))
    for arguments in (["enable"], ["enable", "-n"], ["disable"], ["disable", "-n"]):
        result = run(c, *arguments)
        equal((arguments, result.status), (arguments, 1))
        contains(result.err, "is a symbolic link")
    equal(c.read("target"), NTLM_LINE)
    assert os.path.islink(c.path("gss/mech.d/zz-negotiate.conf"))


def test_a_folder_that_others_can_write_is_refused(c):
    os.makedirs(c.path("gss/mech.d"))
    os.chmod(c.path("gss/mech.d"), 0o777)
    result = run(c, "enable")
    equal((result.status, written(c)), (1, None))
    contains(result.err, "chmod go-w /etc/gss/mech.d/")


def test_nobody_can_hold_the_file(c):
    """Who can read a file can lock it, but root's commands do not wait for that."""
    run(c, "enable", "--ntlm-only")
    for command in ("enable", "disable"):
        with open(c.path("gss/mech.d/zz-negotiate.conf"), "rb") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            result = run(c, command)
        equal((command, result.status, result.err), (command, 0, ""))
    equal(written(c), None)


def test_dry_run_changes_nothing(c):
    result = run(c, "enable", "--dry-run")
    equal((result.status, written(c)), (0, None))
    equal(os.listdir(c.path("gss")), [])
    contains(result.out, f"{FILE}:2: NTLM by ")
    contains(result.out, f"\n{FILE}: would be written\n")
    run(c, "enable")
    contains(run(c, "enable", "-n", "--ntlm-only").out, f"\n{FILE}: would be replaced\n")
    equal(written(c), NTLM_LINE + SPNEGO_LINE)
    contains(run(c, "disable", "-n").out, f"{FILE}: would be removed\n")
    equal(written(c), NTLM_LINE + SPNEGO_LINE)


def test_only_root_changes_it(c):
    if os.geteuid() != 0:
        raise Skip("needs root to become another user")
    nobody = ["setpriv", "--reuid", "65534", "--regid", "65534", "--clear-groups"]
    os.chmod(c.dir, 0o755)
    for command in ("enable", "disable"):
        result = run(c, command, user=nobody)
        equal((result.status, written(c)), (1, None))
        contains(result.err, f"only root can change {FILE}; run sudo gss-negotiate {command}")
    result = run(c, "enable", "--dry-run", user=nobody)
    equal((result.status, result.err), (0, ""))


def test_without_the_module_nothing_is_written(c):
    result = run(c, "enable", module=None)
    equal((result.status, result.out, written(c)), (1, "", None))
    contains(result.err, "there is no " + glue(c) + "/gss/gss_negotiate.so")
    contains(result.err, "install the module first")


def test_a_module_that_does_not_load(c):
    give(c, "zz-negotiate.conf", "# nothing\n")
    result = run(c, "enable", module="tests/unit/tools/libnothing.so")
    equal((result.status, written(c)), (1, ""))
    contains(result.out, "FAIL  ")
    contains(result.err, "nothing is changed; first correct the FAIL above")


def test_disable(c):
    run(c, "enable")
    result = run(c, "disable")
    equal((result.status, result.err, written(c)), (0, "", None))
    contains(result.out, f"{FILE}: removed\n")
    contains(result.out, "No line enables NTLM; MIT krb5's own SPNEGO negotiates.\n")
    result = run(c, "disable")
    equal((result.status, result.err), (0, ""))
    contains(result.out, f"{FILE}: does not exist\n")


def test_disable_beside_another_mechanism(c):
    give(c, "mech.ntlmssp.conf", THEIR_LINE)
    run(c, "enable")
    result = run(c, "disable")
    equal((result.status, result.err, written(c)), (0, "", None))
    contains(result.out, "/etc/gss/mech.d/mech.ntlmssp.conf:1: NTLM by /nowhere/gssntlmssp.so\n")


def test_disable_beside_another_file_of_ours(c):
    run(c, "enable")
    give(c, "mine.conf", NTLM_LINE)
    result = run(c, "disable")
    equal((result.status, written(c)), (1, None))
    contains(result.err, "/etc/gss/mech.d/mine.conf:1 still enables gss_negotiate.so; remove the "
             "line by hand")


def test_the_variable_that_hides_the_file(c):
    for command in ("enable", "disable"):
        result = run(c, command, env={"GSS_MECH_CONFIG": c.write("mech", "")})
        equal(result.status, 0)
        contains(result.out, "note  GSS_MECH_CONFIG is set here: programs that have it read " +
                 c.path("mech"))


def test_control_characters_are_escaped(c):
    """In the variable, and in what a line of another file names."""
    result = run(c, "disable", env={"GSS_MECH_CONFIG": "/x\x1b[1m"})
    contains(result.out, "read /x\\x1b[1m in")
    give(c, "their.conf", f"x {NTLM} /x\x1b[1m.so\n")
    contains(run(c, "disable").out, "NTLM by /x\\x1b[1m.so\n")


HOLDER = """
import ctypes, os, sys
ctypes.CDLL("libgssapi_krb5.so.2")
with open("/proc/self/comm", "w") as comm:
    comm.write(sys.argv[1])
if sys.argv[2:]:
    os.chroot(sys.argv[2])
print(flush=True)
sys.stdin.read()
"""


class Holder:
    """A process that has loaded the mechglue, under a name of its own."""

    def __init__(self, name, *root):
        self.process = subprocess.Popen([sys.executable, "-c", HOLDER, name, *root],
                                        stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        assert self.process.stdout.readline() == b"\n"

    def __enter__(self):
        return self.process.pid

    def __exit__(self, *_):
        self.process.stdin.close()
        self.process.wait()
        self.process.stdout.close()


def test_what_must_be_restarted(c):
    name = f"held{os.getpid() % 1000000}"
    with Holder(name) as one:
        for command in ("enable", "disable"):
            out = run(c, command).out
            contains(out, "To finish, restart:\n")
            contains(out, f"\n  {name} (process {one})\n")
        with Holder(name):
            assert re.search(rf"^  {name} \(process \d+ and 1 more\)$", run(c, "disable").out, re.M)
    assert name not in run(c, "disable").out


def test_a_process_of_another_root_is_left_out(c):
    if os.geteuid() != 0:
        raise Skip("needs root for chroot")
    name = f"away{os.getpid() % 1000000}"
    with Holder(name, c.dir):
        assert name not in run(c, "disable").out


def test_a_name_with_control_characters_is_escaped(c):
    with Holder("a\x1b[1m" + str(os.getpid() % 100000)):
        contains(run(c, "disable").out, "  a\\x1b[1m")


def restart_lines(c, pid, cgroup):
    """What the command prints of a process with this line in /proc/PID/cgroup."""
    script = 'mount --bind "$1" "/proc/$2/cgroup" || exit 77; shift 2; exec "$@"'
    result = run(c, "disable", user=["sh", "-c", script, "sh", c.write("cgroup", cgroup), str(pid)])
    if result.status == 77:
        raise Skip("this kernel lets nobody mount over a file of /proc: " + result.err.strip())
    return result.out


def test_the_unit_of_a_process(c):
    """A user can name folders of cgroups of his own as he likes."""
    name = f"unit{os.getpid() % 1000000}"
    with Holder(name) as pid:
        for path, unit in (("0::/system.slice/some.service", "some.service"),
                           ("1:name=systemd:/system.slice/some@1.service", "some@1.service"),
                           ("0::/user.slice/u/x:/system.slice/some.service", None),
                           ("0::/user.slice/system.slice/some.service", None),
                           ("0::/system.slice/-Hevil@host.service", None),
                           ("0::/system.slice/so me.service", None),
                           ("0::/user.slice/" + "x" * 496 + "0::/system.slice/some.service", None),
                           ("0::/system.slice", None), ("0:", None)):
            out = restart_lines(c, pid, path + "\n")
            equal((path, f"\n  systemctl restart {unit}\n" in out), (path, unit is not None))
            equal((path, f"\n  {name} (process {pid})\n" in out), (path, unit is None))
            assert "evil" not in out, out


cli.main(globals())
