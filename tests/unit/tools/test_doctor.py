# SPDX-License-Identifier: ISC
"""gss-negotiate doctor: the set-ups that go wrong, each with its line and its fix."""
import os
import socket
import subprocess
import sys

for folder in ("kerberos", "interop"):
    sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../..", folder))

import ccache  # noqa: E402
import cli  # noqa: E402
import krb5_release  # noqa: E402
from cli import PASSWORD, Skip, contains, equal  # noqa: E402

NTLM = "1.3.6.1.4.1.311.2.2.10"
SPNEGO = "2.25.2149246659723602144"
NTLM_LINE = "gss_negotiate_ntlm " + NTLM + " {}\n"
SPNEGO_LINE = "gss_negotiate_spnego " + SPNEGO + " {} <interposer>\n"


def module(c):
    path = os.path.join(c.build, "gss_negotiate.so")
    if not os.path.exists(path):
        raise Skip("the module is not built")
    return path


def log_is_read():
    """Whether this machine has a system log, on which one line of the output depends."""
    for kind in (socket.SOCK_DGRAM, socket.SOCK_STREAM):
        with socket.socket(socket.AF_UNIX, kind) as log:
            try:
                log.connect("/dev/log")
                return True
            except OSError:
                pass
    return False


def check_audit(out):
    """The output without the line about the machine's own log, which is checked."""
    lines = out.splitlines(keepends=True)
    found = [line for line in lines if line[6:].startswith("audit: ")]
    wanted = ("ok    audit: a system log reads /dev/log" if log_is_read()
              else "WARN  audit: no line reaches the system log from here: ")
    for line in found:
        contains(line, wanted)
    return "".join(line for line in lines if line not in found), len(found)


def doctor(c, mech=None, **env):
    """Runs it with these mech lines; checks the form of each line of the output, and
    returns it without the one about the machine's log."""
    if mech is not None:
        env["GSS_MECH_CONFIG"] = c.write("mech", mech)
    result = c.run("doctor", env=env)
    lines = result.out.splitlines()
    for line in lines[:-1]:
        assert line[:6] in ("ok    ", "note  ", "WARN  ", "FAIL  "), line
    counts = [sum(line.startswith(level) for line in lines[:-1])
              for level in ("ok", "note", "WARN", "FAIL")]
    words = ["ok", *(word + ("" if n == 1 else "s")
                     for word, n in zip(("note", "warning", "failure"), counts[1:]))]
    equal(lines[-1], ", ".join(f"{n} {word}" for n, word in zip(counts, words)))
    equal(result.status, 1 if counts[-1] else 0)
    equal(result.err, "")
    return check_audit(result.out)[0]


def in_own_dev(c, prepare):
    """Runs it with a /dev that has only what this shell command makes."""
    script = 'mount -t tmpfs none /dev && ' + prepare + ' && exec "$0" doctor'
    done = subprocess.run(["unshare", "--mount", "sh", "-c", script, c.tool], env=c.env,
                          capture_output=True, text=True, timeout=60, check=False)
    if done.returncode != 0 and "unshare" in done.stderr or "mount:" in done.stderr:
        raise Skip("no /dev of its own: " + done.stderr.strip())
    return done.stdout


def test_a_log_that_is_not_there(c):
    out = in_own_dev(c, "true")
    line_with(out, "WARN", "audit: no line reaches the system log from here: there is no /dev/log",
              "; fix: ", "audit.md")


def test_a_log_that_no_program_reads(c):
    log = c.path("log")
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as reader:
        reader.bind(log)
    line_with(in_own_dev(c, f"ln -s {log} /dev/log"), "WARN", "audit: ", "no program reads /dev/log")


def test_a_log_that_is_read(c):
    log = c.path("log")
    for kind in (socket.SOCK_DGRAM, socket.SOCK_STREAM):
        with socket.socket(socket.AF_UNIX, kind) as reader:
            reader.bind(log)
            if kind == socket.SOCK_STREAM:
                reader.listen(8)
            line_with(in_own_dev(c, f"ln -s {log} /dev/log"), "ok", "audit: a system log reads /dev/log")
        os.unlink(log)


def test_control_characters_are_escaped(c):
    result = c.run("doctor", env={"GSS_MECH_CONFIG": "/x\x1b[1m"})
    contains(result.out, "FAIL  /x\\x1b[1m cannot be read: ")


def test_without_audit_the_log_is_not_checked(c):
    c.write("conf", "[negotiate]\n    audit = no\n")
    result = c.run("doctor", env={"GSS_MECH_CONFIG": "/dev/null"})
    equal(check_audit(result.out)[1], 0)


def line_with(out, level, *parts):
    for line in out.splitlines():
        if line.startswith(level) and all(part in line for part in parts):
            return line
    raise AssertionError(f"no {level} line with {parts} in:\n{out}")


def no_level(out, level):
    found = [line for line in out.splitlines() if line.startswith(level)]
    equal(found, [])


def test_both_lines(c):
    path = module(c)
    out = doctor(c, NTLM_LINE.format(path) + SPNEGO_LINE.format(path))
    line_with(out, "ok", "mech:1", "NTLM", path)
    line_with(out, "ok", "mech:2", "SPNEGO", path, "interposer")
    line_with(out, "ok", path + " loads")
    line_with(out, "ok", "cryptography")
    line_with(out, "note", "an acceptor by NTLM", "not possible now")
    no_level(out, "FAIL")
    no_level(out, "WARN")


def test_only_the_ntlm_line(c):
    out = doctor(c, NTLM_LINE.format(module(c)))
    line_with(out, "note", "no SPNEGO line")
    if krb5_release.has_builtin_fault():
        line_with(out, "WARN", "logins by NTLM through SPNEGO fail")
        out = "".join(line for line in out.splitlines(True) if "logins by NTLM" not in line)
    no_level(out, "WARN")
    no_level(out, "FAIL")


def test_only_the_spnego_line(c):
    out = doctor(c, SPNEGO_LINE.format(module(c)))
    line = line_with(out, "WARN", "without an NTLM line", "cannot use NTLM")
    contains(line, "fix: add the line 'gss_negotiate_ntlm " + NTLM)
    no_level(out, "FAIL")


def test_no_lines(c):
    line_with(doctor(c, "# nothing\n\n"), "WARN", "no line enables NTLM", "fix: ")


def test_configuration_that_is_missing(c):
    out = doctor(c, GSS_MECH_CONFIG=c.path("missing"))
    line_with(out, "FAIL", c.path("missing"), "No such file", "fix: ")


def test_module_that_is_missing(c):
    out = doctor(c, NTLM_LINE.format("/nowhere/gss_negotiate.so"))
    line_with(out, "FAIL", "does not load", "/nowhere/gss_negotiate.so", "fix: ")


def test_module_that_is_none(c):
    path = c.write("gss_negotiate.so", "no module")
    line_with(doctor(c, NTLM_LINE.format(path)), "FAIL", "does not load", path)


def test_library_that_is_no_mechanism(c):
    path = os.path.join(c.build, "tests/unit/tools/libnothing.so")
    out = doctor(c, NTLM_LINE.format(path))
    line_with(out, "FAIL", "does not have the function gss_init_sec_context")


def test_module_that_crashes(c):
    path = os.path.join(c.build, "tests/unit/tools/libcrashing.so")
    out = doctor(c, NTLM_LINE.format(path))
    line_with(out, "FAIL", path + ": crashed")
    line_with(out, "FAIL", "an initiator by NTLM: crashed")
    line_with(out, "FAIL", "an acceptor by SPNEGO: crashed")


def test_relative_path_is_beside_the_mechglue(c):
    out = doctor(c, NTLM_LINE.format("no-such-module.so"))
    line = line_with(out, "FAIL", "does not load")
    contains(line, "/gss/no-such-module.so")


def test_last_line_of_an_oid_wins(c):
    path = module(c)
    out = doctor(c, NTLM_LINE.format("/other/ntlm.so") + NTLM_LINE.format(path))
    line_with(out, "note", "mech:1", "/other/ntlm.so is overridden by", "mech:2")
    no_level(out, "FAIL")
    out = doctor(c, NTLM_LINE.format(path) + NTLM_LINE.format("/other/ntlm.so"))
    line_with(out, "note", "mech:1", "is overridden by", "mech:2")
    line_with(out, "WARN", "NTLM is served by /other/ntlm.so", "zz-negotiate.conf")
    line_with(doctor(c, NTLM_LINE.format("/other/ntlm.so")), "WARN",
              "NTLM is served by /other/ntlm.so", "; fix: run 'gss-negotiate enable' as root")


def test_lines_without_effect(c):
    out = doctor(c, "us 1.3.6.1.5.5.2 gss_negotiate.so\n " + NTLM_LINE.format("/x.so"))
    line_with(out, "WARN", "mech:1", "ignored", "<interposer>")
    line_with(out, "WARN", "mech:2", "ignored")
    line_with(out, "WARN", "no line enables NTLM")


def test_spnego_line_without_its_mark(c):
    path = module(c)
    out = doctor(c, NTLM_LINE.format(path) + f"gss_negotiate_spnego {SPNEGO} {path}\n")
    line_with(out, "FAIL", "mech:2", "lacks <interposer>", "fix: ")


def preload(c, name):
    """An environment that preloads this library of ours."""
    options = os.environ.get("ASAN_OPTIONS", "") + ":verify_asan_link_order=0"
    return {"LD_PRELOAD": os.path.join(c.build, "tests/unit/tools", name),
            "ASAN_OPTIONS": options.lstrip(":")}


def test_which_krb5(c):
    """Its release is printed whatever the lines are, and whether its SPNEGO can use NTLM."""
    path, release = krb5_release.loaded()
    if krb5_release.has_builtin_fault():
        line_with(doctor(c, "# nothing\n"), "WARN", f"MIT krb5 {release}: ", "the wrong tag; ")
        line_with(doctor(c, NTLM_LINE.format(module(c))), "WARN", f"MIT krb5 {release}: ", "fail")
        line_with(doctor(c, both_lines(c)), "note", f"MIT krb5 {release}: ", "replaces it")
        return
    line_with(doctor(c, "# nothing\n"), "ok", f"MIT krb5 {release} (")
    for lines in (NTLM_LINE.format(module(c)), both_lines(c)):
        line = line_with(doctor(c, lines), "ok", f"MIT krb5 {release} (")
        contains(line, os.path.basename(path).split(".so")[0])
        contains(line, "its own SPNEGO can use NTLM")


def test_krb5_whose_spnego_sees_no_mic(c):
    """The probe decides, whether the release is one of 1.21.0 to 1.22.1 or not."""
    env = preload(c, "libdeaf.so")
    release = krb5_release.loaded()[1]
    line = line_with(doctor(c, NTLM_LINE.format(module(c)), **env), "WARN", f"MIT krb5 {release}")
    contains(line, "without the SPNEGO line, logins by NTLM through SPNEGO fail; fix: ")
    contains(line, "enable the SPNEGO line")
    out = doctor(c, both_lines(c), **env)
    line_with(out, "note", f"MIT krb5 {release}", "cannot use NTLM; gss_negotiate's SPNEGO replaces it")
    no_level(out, "WARN")


def test_krb5_that_cannot_be_tried(c):
    """Without a result of the probe, the release decides."""
    env = preload(c, "libkrb5.so.0")
    line_with(doctor(c, "# nothing\n", **env), "WARN", "MIT krb5 1.22.1: ", "; fix: ")
    level, says = "ok", "can use NTLM"
    if krb5_release.has_builtin_fault():
        level, says = "WARN", "logins by NTLM through SPNEGO fail"
    line_with(doctor(c, NTLM_LINE.format(module(c)), **env), level, "MIT krb5 1.22.1", says)


def test_trying_krb5_leaves_no_trace(c):
    """The probe writes no log and no file, and does not use the user's credential."""
    c.run("login", "AD\\alice", given=PASSWORD)
    trace = c.path("trace")
    out = doctor(c, NTLM_LINE.format(module(c)), GSS_NEGOTIATE_TRACE=trace)
    if krb5_release.has_builtin_fault():
        line_with(out, "WARN", "logins by NTLM through SPNEGO fail")
    else:
        line_with(out, "ok", "its own SPNEGO can use NTLM")
    if os.path.exists(trace):
        assert "PROBE" not in c.read("trace")


def test_settings_and_their_sources(c):
    c.write("conf", f"[negotiate]\n    user_file = {c.users}\n    require_mic = yes\n")
    out = doctor(c, "", LM_COMPAT_LEVEL="3")
    line_with(out, "ok", "settings: " + c.path("conf"))
    line_with(out, "ok", "setting user_file = " + c.users, c.path("conf"))
    line_with(out, "ok", f"setting user_file = {c.users} ({c.path('conf')}:2)")
    line_with(out, "ok", f"setting require_mic = yes ({c.path('conf')}:3)")
    line_with(out, "ok", "setting ntlm_level = 3", "LM_COMPAT_LEVEL")
    line_with(out, "ok", "setting challenge_lifetime = 120", "default")
    line_with(out, "ok", "setting users_from = file", "default")
    line_with(out, "ok", "setting winbind_timeout = 10", "default")
    line_with(out, "ok", "setting credentials_from = file", "default")


def settings(c, *lines, mech=""):
    """The doctor's output with these lines after [negotiate] and user_file."""
    c.write("conf", f"[negotiate]\n    user_file = {c.users}\n"
            + "".join(f"    {line}\n" for line in lines))
    return doctor(c, mech)


def both_lines(c):
    path = module(c)
    return NTLM_LINE.format(path) + SPNEGO_LINE.format(path)


WEAK = (
    ("fallback = any", "gets NTLM", "fallback = listed"),
    ("fallback = server", "a server, or an attacker on the way to it", "fallback = listed"),
    ("ntlm = only", "Kerberos is not tried", "ntlm = fallback"),
    ("ntlm_level = 0", "broken", "ntlm_level = 5"),
    ("ntlm_level = 2", "broken", "ntlm_level = 5"),
    ("anonymous = yes", "anyone", "anonymous = no"),
    ("guest = yes", "guest", "guest = no"),
    ("channel_bindings = ignore", "can relay a login", "channel_bindings = accept"),
    ("audit = no", "does not show", "audit = yes"),
)


def test_each_weak_setting(c):
    both = both_lines(c)
    warned = len([line for line in settings(c, mech=both).splitlines() if line.startswith("WARN")])
    for weak, why, fix in WEAK:
        out = settings(c, "", "# why", weak, mech=both)
        line_with(out, "WARN", f"setting {weak} ({c.path('conf')}:5): ", why, "; fix: " + fix)
        equal(len([line for line in out.splitlines() if line.startswith("WARN")]), warned + 1)


def test_strong_settings(c):
    both = both_lines(c)
    warned = len([line for line in settings(c, mech=both).splitlines() if line.startswith("WARN")])
    out = settings(c, "fallback = never", "ntlm_level = 3", "audit = yes",
                   "channel_bindings = require", "min_protection = seal", "require_mic = yes",
                   "target_names = own", mech=both)
    equal(len([line for line in out.splitlines() if line.startswith("WARN")]), warned)
    line_with(out, "ok", "setting min_protection = seal")


def test_weak_environment(c):
    out = doctor(c, "", LM_COMPAT_LEVEL="1")
    line_with(out, "WARN", "setting ntlm_level = 1 (environment LM_COMPAT_LEVEL): ")


def test_policy_in_words(c):
    out = settings(c)
    line_with(out, "note", "setting min_protection = none (default)", "each program decides")
    line_with(out, "ok", "policy: an initiator uses NTLM where Kerberos cannot be used",
              ", but not for the service host (ssh)")
    line_with(out, "ok", "policy: an acceptor accepts NTLM if it has users")
    out = settings(c, "ntlm = never", "ntlm_accept = no", "ntlm_hosts = *.example.org")
    line_with(out, "ok", "policy: an initiator never uses NTLM")
    line_with(out, "ok", "policy: an acceptor does not accept NTLM")
    out = settings(c, "ntlm_hosts = *.example.org")
    line_with(out, "ok", "policy: ", "and only for the targets in ntlm_hosts")


def test_ssh_gets_ntlm(c):
    """A pattern with which ssh offers NTLM to every server that it connects to."""
    for value, warns in (("*", False), ("*.example.org", False), ("host/nas.example.org *", False),
                         ("host/*.example.org", False), ("!host/* */*", False),
                         ("host/*", True), ("!nas.example.org */*", True), ("*/*", True)):
        out = settings(c, "ntlm_hosts = " + value)
        found = "ssh offers every mechanism" in out
        equal((value, found), (value, warns))
        if warns:
            line_with(out, "WARN", "policy: ntlm_hosts", "; fix: name the hosts in ntlm_hosts")


FALLBACKS = {
    "listed": "where Kerberos cannot be used (gss_negotiate(8) says when)",
    "any": "where Kerberos cannot be used or fails for any reason, or where the server chooses NTLM",
    "server": "where Kerberos cannot be used, or where the server chooses NTLM",
    "ticketless": "where Kerberos cannot be used and the user has no ticket-granting ticket",
    "never": "where Kerberos cannot be used, but not after Kerberos has failed",
}


def test_fallback_in_words(c):
    for value, words in FALLBACKS.items():
        out = settings(c, "fallback = " + value, mech=both_lines(c))
        contains(out, f"ok    policy: an initiator uses NTLM {words}, but not for the "
                 "service host (ssh)\n")


def test_fallback_without_effect(c):
    """MIT krb5's own SPNEGO does not know the setting."""
    for value in FALLBACKS:
        out = settings(c, "fallback = " + value, mech=NTLM_LINE.format(module(c)))
        line_with(out, "WARN", f"setting fallback = {value} ({c.path('conf')}:3)",
                  "no effect", "; fix: add the SPNEGO line")
        line_with(settings(c, "fallback = " + value, mech=SPNEGO_LINE.format(module(c))), "WARN",
                  "no effect")
    line_with(settings(c, mech=NTLM_LINE.format(module(c))), "note",
              "setting fallback = listed (default): no effect", "; fix: add the SPNEGO line")


def test_addresses_in_words(c):
    line = "policy: for an IP address, SPNEGO "
    both = both_lines(c)
    line_with(settings(c, mech=both), "ok", line + "uses NTLM at once")
    line_with(settings(c, "address_targets = kerberos", mech=both), "ok", line + "tries Kerberos first")
    for setting in ("ntlm = never", "ntlm = only"):
        assert line not in settings(c, setting, mech=both), setting
    alone = NTLM_LINE.format(module(c))
    line_with(settings(c, "address_targets = ntlm", mech=alone), "WARN",
              "setting address_targets = ntlm", "no effect", "tries Kerberos for every")
    assert line not in settings(c, mech=alone)


def test_kerberos(c):
    """The reason why there is no credential of Kerberos."""
    out = doctor(c, both_lines(c), KRB5CCNAME="FILE:" + c.path("tickets"),
                 KRB5_KTNAME="FILE:" + c.path("keytab"))
    line_with(out, "note", "an initiator by Kerberos: not possible now: ", c.path("tickets"))
    line_with(out, "note", "an acceptor by Kerberos: not possible now: ", c.path("keytab"))


def test_ticket_cache_without_tickets(c):
    """Acquiring the credential succeeds, and only its use would fail."""
    for kind, contents in ccache.caches("NEG.TEST", "alice").items():
        if kind == "zero":
            continue  # libkrb5 1.20 may crash, alone
        with open(c.path(kind), "wb") as out:
            out.write(contents)
        env = {"KRB5CCNAME": "FILE:" + c.path(kind)}
        for lines in (both_lines(c), "# nothing\n"):
            out = doctor(c, lines, **env)
            if kind == "headless":
                line_with(out, "note", "an initiator by Kerberos: not possible now: ")
            else:
                line_with(out, "WARN", "an initiator by Kerberos: not possible now: the ticket cache "
                          "holds no tickets", "; fix: kinit")
            assert "initiator by SPNEGO: possible" not in out, out
            assert "initiator by Kerberos: possible" not in out, out


def test_krb5_conf_that_cannot_be_used(c):
    for name, text in (("malformed", "[libdefaults\n"),
                       ("include", f"include {c.path('none')}\n")):
        conf = c.write(name, text)
        out = doctor(c, both_lines(c), KRB5_CONFIG=conf)
        line_with(out, "WARN", "an initiator by Kerberos: not possible now: ", "SPNEGO does not use NTLM either",
                  "; fix: correct krb5.conf")


def test_fips_mode(c):
    conf = c.write("openssl.cnf", "openssl_conf = all\n[all]\nalg_section = algs\n[algs]\n"
                   "default_properties = fips=yes\n")
    c.run("passwd", "alice", given=PASSWORD)
    out = doctor(c, both_lines(c), OPENSSL_CONF=conf)
    line_with(out, "FAIL", "cryptography", "FIPS mode")
    line_with(out, "note", "policy: NTLM is off in FIPS mode; Kerberos still works")
    line_with(out, "WARN", "an acceptor by NTLM: not possible now", "FIPS mode")
    assert "an initiator uses NTLM" not in out, out


def test_settings_with_a_fault(c):
    c.write("conf", "[negotiate]\n    require_mic = perhaps\n")
    line = line_with(doctor(c, ""), "FAIL", "settings: ")
    contains(line, "require_mic")


def test_settings_that_are_missing(c):
    os.unlink(c.path("conf"))
    line_with(doctor(c, ""), "ok", "settings: ", "does not exist, so the defaults apply")


def test_environment_with_a_fault(c):
    line_with(doctor(c, "", LM_COMPAT_LEVEL="high"), "FAIL", "LM_COMPAT_LEVEL")


def test_user_file_that_is_missing(c):
    line_with(doctor(c, ""), "note", c.users, "does not exist", "gss-negotiate passwd")


def test_user_file(c):
    c.run("passwd", "alice", given=PASSWORD)
    c.run("passwd", "bob", given=PASSWORD)
    out = doctor(c, "")
    line_with(out, "ok", c.users + ": 2 users")
    line_with(out, "note", c.users, "chmod 0640")


def test_user_file_with_a_broken_line(c):
    c.write("users", "AD:alice:x\nnonsense-line\n", 0o600)
    out = doctor(c, "")
    line_with(out, "WARN", c.users + ":2")
    line_with(out, "ok", c.users + ": 1 user")
    assert "nonsense-line" not in out


def test_user_file_with_wide_rights(c):
    c.write("users", "AD:alice:x\n", 0o644)
    line_with(doctor(c, ""), "FAIL", c.users, "chmod")


def test_credential(c):
    line_with(doctor(c, ""), "note", "credential: you have none", "gss-negotiate login")
    c.run("login", "AD\\alice", given=PASSWORD)
    line_with(doctor(c, ""), "ok", "credential: a program that names no user logs in by NTLM as ", "AD\\alice")
    os.chmod(c.credentials, 0o644)
    line_with(doctor(c, ""), "FAIL", "credential", c.credentials, "chmod")


def test_what_programs_get(c):
    path = module(c)
    c.run("login", "AD\\alice", given=PASSWORD)
    c.run("passwd", "bob", given=PASSWORD)
    out = doctor(c, NTLM_LINE.format(path) + SPNEGO_LINE.format(path))
    line_with(out, "ok", "an initiator by NTLM: acts as ", "alice")
    line_with(out, "ok", "an acceptor by NTLM: acts as ")
    line_with(out, "ok", "an initiator by SPNEGO: acts as ", "alice")
    line_with(out, "ok", "an acceptor by SPNEGO")


def test_trace_that_is_on(c):
    """The environment turns it on; the file may exist already, or not yet."""
    path = c.path("trace")
    for _ in range(2):
        out = doctor(c, both_lines(c), GSS_NEGOTIATE_TRACE=path)
        line_with(out, "note", "trace: GSS_NEGOTIATE_TRACE is set", f"is written to {path}")
        no_level(out, "WARN")
        contains(c.read("trace"), "gss-negotiate trace version=")
    out = doctor(c, both_lines(c), GSS_NEGOTIATE_TRACE=path, GSS_NEGOTIATE_TRACE_RAW="1")
    line_with(out, "WARN", "trace: GSS_NEGOTIATE_TRACE_RAW is 1", "guess passwords",
              "; fix: unset GSS_NEGOTIATE_TRACE_RAW")


def test_trace_that_cannot_be_written(c):
    own = c.write("own", "")
    os.symlink(own, c.path("symlink"))
    os.link(own, c.path("second"))
    for name, why in (("symlink", "not a regular file"), ("second", "a hard link"),
                      (".", "not a regular file"), ("own/x", "Not a directory"),
                      ("none/x", "No such file")):
        out = doctor(c, both_lines(c), GSS_NEGOTIATE_TRACE=c.path(name),
                     GSS_NEGOTIATE_TRACE_RAW="1")
        line_with(out, "WARN", f"nothing is written to {c.path(name)}: ", why, "; fix: name a file")
        line_with(out, "note", "GSS_NEGOTIATE_TRACE_RAW is 1, which has no effect")
        equal(c.read("own"), "")


def test_trace_that_is_off(c):
    for env in ({}, {"GSS_NEGOTIATE_TRACE": ""}, {"GSS_NEGOTIATE_TRACE_RAW": "0"}):
        assert "trace: " not in doctor(c, both_lines(c), **env)


def test_openssl_without_its_legacy_provider(c):
    out = doctor(c, "", OPENSSL_MODULES=c.dir)
    if "by the module itself" in doctor(c, ""):
        line_with(out, "ok", "cryptography", "by the module itself")
    else:
        line_with(out, "FAIL", "cryptography", "legacy")


cli.main(globals())
