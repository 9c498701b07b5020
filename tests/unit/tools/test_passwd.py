# SPDX-License-Identifier: ISC
"""gss-negotiate passwd: adding, changing and deleting users; no line and no right is lost."""
import os
import shutil
import signal
import stat
import struct
import subprocess
import termios

import cli
from cli import OTHER_PASSWORD, PASSWORD, PASSWORD_HASH, Skip, contains, equal, wait_for


def mode(path):
    return stat.S_IMODE(os.stat(path).st_mode)


def names(c):
    """The names that 'passwd -l' prints."""
    result = c.run("passwd", "-l")
    equal(result.status, 0)
    return [line.split("  ")[-1].strip() if "#" not in line else
            line.split("  #")[0].split("  ")[-1] for line in result.out.splitlines()]


def test_creates_a_file_for_its_owner_alone(c):
    result = c.run("passwd", "alice", given=PASSWORD + "\n")
    equal(result.status, 0)
    equal(mode(c.users), 0o600)
    contains(result.out, f"{c.users}: added user alice without a domain\n")
    contains(result.out, f"chgrp www-data '{c.users}' && chmod 0640 '{c.users}'")
    contains(c.read("users").lower(), ":" + PASSWORD_HASH + ":")
    assert PASSWORD not in c.read("users")


def test_file_option_names_another_file(c):
    for option in (["-f", c.path("x")], ["--file", c.path("y")], ["--file=" + c.path("z")]):
        equal(c.run("passwd", *option, "alice", given=PASSWORD).status, 0)
    equal(sorted(os.listdir(c.dir)), ["conf", "x", "y", "z"])


def test_changes_one_user_and_keeps_all_else(c):
    before = "# the wiki's users\nAD:carol:plain one\n\nbroken\n"
    c.write("users", before, 0o640)
    equal(c.run("passwd", "alice", given=PASSWORD).status, 0)
    first = c.read("users")
    assert first.startswith(before), first
    result = c.run("passwd", "ALICE", given=OTHER_PASSWORD)
    equal(result.status, 0)
    contains(result.out, "changed the password of user ALICE without a domain, whose line spelled the name alice")
    assert "chmod" not in result.out, result.out
    second = c.read("users")
    equal(len(second.splitlines()), len(first.splitlines()))
    assert second.startswith(before) and PASSWORD_HASH not in second.lower(), second
    equal(mode(c.users), 0o640)


def test_replaces_no_other_users_line_by_a_rule_of_case(c):
    """For Windows dotless i, final sigma and digraphs in title case have no upper case."""
    others = ("ışık", "IŞIK", "γιώργος", "ΓΙΏΡΓΟΣ", "ǅon", "ǆon", "straße", "STRASSE")
    for name in others:
        contains(c.run("passwd", name, given=PASSWORD).out, f"added user {name} without a domain\n")
    equal(names(c), list(others))
    same = c.run("passwd", "ǄON", given=PASSWORD)
    contains(same.out, "changed the password of user ǄON without a domain, whose line spelled the name ǆon")
    equal(len(names(c)), len(others))


def test_reports_a_user_with_two_lines(c):
    c.write("users", "AD:Élise:one two\nAD:elise:three\nad:éLISE:four\n:élise:five\n", 0o600)
    listed = c.run("passwd", "-l")
    equal(listed.status, 1)
    contains(listed.err, "line 3: an earlier line names the same user")
    contains(listed.err, "(line 1)")
    equal(len(listed.err.splitlines()), 1)
    contains(c.run("doctor", env={"GSS_MECH_CONFIG": "/dev/null"}).out,
             "an earlier line names the same user")


def test_what_windows_puts_around_a_line_is_no_part_of_the_password(c):
    bom = b"\xef\xbb\xbf"
    password = PASSWORD.encode()
    for given in (password, password + b"\n", password + b"\r\n", password + b"\r",
                  bom + password + b"\r\n", bom + password):
        equal((given, c.run("passwd", "alice", given=given).status), (given, 0))
        contains(c.read("users").lower(), ":" + PASSWORD_HASH + ":")
    c.run("login", "-f", c.path("own"), "alice", given=bom + password + b"\r\n")
    contains(c.read("own").lower(), ":" + PASSWORD_HASH + ":")
    for given in (bom, bom + b"\r\n", b"\r\n"):
        contains(c.run("passwd", "bob", given=given).err, "the answer is empty")
    contains(c.run("passwd", "bob", given=PASSWORD.encode("utf-16")).err, "the answer is UTF-16")


def test_a_byte_order_mark_is_no_part_of_a_file(c):
    for end in ("\n", "\r\n"):
        c.write("users", f"\ufeffAD:alice:one{end}AD:bob:two{end}", 0o600)
        listed = c.run("passwd", "-l")
        equal((listed.status, listed.err), (0, ""))
        contains(listed.out, "     1  AD\\alice")
        equal(c.run("passwd", "AD\\alice", given=PASSWORD).status, 0)
        equal(c.run("passwd", "-l").out.count("alice"), 1)
    with open(c.users, "wb") as users:
        users.write("AD:alice:one\n".encode("utf-16"))
    contains(c.run("passwd", "-l").err, "is UTF-16; save it as UTF-8")


def test_a_user_whom_an_acl_lets_read_the_file(c):
    c.write("users", "AD:alice:one\n", 0o600)
    try:
        os.setxattr(c.users, "system.posix_acl_access", struct.pack(
            "<I" + 5 * "HHI", 2, 1, 6, 2**32 - 1, 2, 4, 12345, 4, 0, 2**32 - 1,
            16, 4, 2**32 - 1, 32, 0, 2**32 - 1))
    except OSError as error:
        raise Skip(f"no ACLs on this file system: {error}") from error
    listed = c.run("passwd", "-l")
    equal((listed.status, listed.err), (0, ""))
    contains(listed.out, "AD\\alice")


def test_keeps_owner_and_group(c):
    if os.geteuid() != 0:
        raise Skip("only root can give a file to another user")
    c.write("users", "", 0o640)
    os.chown(c.users, 1, 2)
    equal(c.run("passwd", "alice", given=PASSWORD).status, 0)
    found = os.stat(c.users)
    equal((found.st_uid, found.st_gid, mode(c.users)), (1, 2, 0o640))


def test_edits_what_a_symlink_leads_to(c):
    c.write("real", "", 0o600)
    os.symlink(c.path("real"), c.users)
    equal(c.run("passwd", "alice", given=PASSWORD).status, 0)
    assert os.path.islink(c.users)
    contains(c.read("real"), "alice")


def test_domains_are_distinguished(c):
    for name in ("alice", "AD\\alice", "OTHER\\alice"):
        equal(c.run("passwd", name, given=PASSWORD).status, 0)
    equal(names(c), ["alice", "AD\\alice", "OTHER\\alice"])
    equal(c.run("passwd", "-d", "ad\\ALICE").status, 0)
    equal(names(c), ["alice", "OTHER\\alice"])


def test_delete(c):
    c.run("passwd", "alice", given=PASSWORD)
    result = c.run("passwd", "-d", "bob")
    equal(result.status, 1)
    contains(result.err, "there is no user bob without a domain; ")
    equal(c.run("passwd", "-d", "alice").status, 0)
    equal(c.read("users"), "")


def test_delete_without_a_file(c):
    result = c.run("passwd", "-d", "alice")
    equal(result.status, 1)
    contains(result.err, c.users)
    assert not os.path.exists(c.users)


def test_list_shows_states_and_broken_lines(c):
    hash_line = "{}:0:" + "X" * 32 + ":" + PASSWORD_HASH + ":[{}          ]:LCT-00000000:\n"
    c.write("users", "# comment\n" + hash_line.format("alice", "U") + "no colons here\n" +
            hash_line.format("AD\\bob", "D") + "AD:carol:" + PASSWORD + "\n" +
            "dave:0:" + "X" * 32 + ":" + "X" * 32 + ":[U          ]:LCT-00000000:\n", 0o600)
    result = c.run("passwd", "-l")
    equal(result.status, 1)
    contains(result.err, f"{c.users}: line 3: ")
    assert "no colons here" not in result.text
    lines = [line.split() for line in result.out.splitlines()]
    equal(lines[0], ["2", "alice"])
    equal(lines[1], ["4", "AD\\bob", "#", "disabled"])
    equal(lines[2], ["5", "AD\\carol", "#", "plain-text", "password"])
    equal(lines[3][:3], ["6", "dave", "#"])
    equal(len(lines), 4)


def test_list_of_nothing(c):
    result = c.run("passwd", "-l")
    equal(result.status, 1)
    contains(result.err, c.users)
    c.write("users", "", 0o600)
    result = c.run("passwd", "-l")
    equal((result.status, result.text), (0, ""))


def test_list_reports_rights_that_are_too_wide(c):
    c.run("passwd", "alice", given=PASSWORD)
    for wide in (0o644, 0o660, 0o666):
        os.chmod(c.users, wide)
        result = c.run("passwd", "-l")
        equal((wide, result.status), (wide, 1))
        contains(result.err, "chmod 0640 " + c.users)


def test_hostile_names_are_refused(c):
    hostile = ["", "\\", "@x", "x\\", "x@y\\@z", "a:b", "D:X\\u", "a\nb", "a\rb", "\x1b[31mred", "#x",
               b"\xff\xfe", "x" * 5000, "a\u2028b" + "\x7f"]
    for name in hostile:
        result = c.run("passwd", "--", name, given=PASSWORD)
        equal((name, result.status), (name, 1))
        assert not os.path.exists(c.users), name


def test_unusual_names_are_taken(c):
    unusual = ["-l", "J\u00fcrgen M\u00fcller", "DOM\u00c4NE\\\u738b", "a'b\"c", "%s%n", "$HOME"]
    for name in unusual:
        equal((name, c.run("passwd", "--", name, given=PASSWORD).status), (name, 0))
    equal(len(names(c)), len(unusual))
    for name in unusual:
        equal((name, c.run("passwd", "-d", "--", name).status), (name, 0))
    equal(c.read("users"), "")


def test_names_are_shown_as_they_are(c):
    for name, shown in (("O'Neill", "user O'Neill without a domain"),
                        ("AD\\D'Arcy \"x\"", "user D'Arcy \"x\" of domain AD")):
        contains(c.run("passwd", name, given=PASSWORD).out, f"added {shown}\n")
        contains(c.run("passwd", "-l").out, f"  {name}\n")


def test_a_backslash_that_the_shell_removed(c):
    c.run("passwd", "EXAMPLE\\bob", given=PASSWORD)
    with open(c.path("conf"), "a", encoding="utf-8") as f:
        f.write("    netbios_domain = OWN\n")
    for name, meant in (("EXAMPLEalice", "EXAMPLE\\alice"), ("OWNalice", "OWN\\alice")):
        advice = f"if you mean {meant}, put it in quotes"
        for command, option in (("passwd", "-d"), ("logout", "-f")):
            result = c.run(command, option, *([c.users] if option == "-f" else []), name)
            equal((name, result.status), (name, 1))
            contains(result.err, advice)
        for command in ("passwd", "login"):
            result = c.run(command, "-f", c.users, name, given=PASSWORD)
            equal((name, result.status), (name, 0))
            contains(result.err, f"{advice}, because the shell removes the backslash: "
                     f"gss-negotiate {command} '{meant}'\n")
            contains(result.out, f" user {name} without a domain\n")
            equal(c.run(command, "-f", c.users, name, given=PASSWORD).err, "")
            equal(c.run("passwd", "-d", name).status, 0)
    for name in ("EXAMPLE", "EXAMPLE\\alice", "example", "OWN", "Ownalice", "alice"):
        equal((name, c.run("passwd", name, given=PASSWORD).err), (name, ""))


def test_every_form_of_a_name_means_what_the_table_says(c):
    """docs/names.md; the same rows are GSS names in exchange/user_names."""
    with open(os.path.join(os.path.dirname(__file__), "../../../docs/names.md"),
              encoding="utf-8") as f:
        table = f.read().split("<!-- forms of a name: begin -->\n")[1].split("<!--")[0]
    rows = [[cell.strip().strip("`") for cell in line.split("|")[1:-1]]
            for line in table.splitlines()[2:]]
    equal(len(rows), 9)
    for name, user, domain in rows:
        shown = f"user {user} " + (f"of domain {domain}" if domain else "without a domain")
        for command in ("passwd", "login"):
            result = c.run(command, "-f", c.users, name, given=PASSWORD)
            equal((name, result.status, result.err), (name, 0, ""))
            contains(result.out, f" {shown}\n")
            equal(c.read("users").split(":")[0], (domain + "\\" if domain else "") + user)
            contains(c.run("logout", "-f", c.users, name).out, f" {shown}\n")
            equal(c.read("users"), "")


def test_a_upn_and_the_user_of_its_domain_are_one_account(c):
    """passwd keeps the form of the line, on which logins depend; login does not."""
    for before, name in (("EXAMPLE.COM\\alice", "alice@example.com"), ("a@X", "X\\a"),
                         ("a@x", "A@X")):
        c.write("users", f"{before}:0:{'X' * 32}:{PASSWORD_HASH}:[U          ]:LCT-0:\n", 0o600)
        result = c.run("passwd", name, given=OTHER_PASSWORD)
        equal((result.status, len(names(c))), (0, 1))
        contains(result.out, f", whose line spelled the name {before}\n")
        assert PASSWORD_HASH not in c.read("users").lower()
        equal(names(c), [before])
        equal(c.run("passwd", "-d", name).status, 0)
        equal(names(c), [])
    for name in ("EXAMPLE.COM\\alice", "alice@example.com"):
        equal(c.run("login", "-f", c.users, name, given=PASSWORD).status, 0)
        equal(names(c), [name])


def test_names_that_no_message_can_carry(c):
    for name in ("x" * 257, "AD\\" + "x" * 257, "x" * 257 + "\\alice", "\u00e9" * 257,
                 "\U0001f41f" * 129):
        for command in ("passwd", "login"):
            result = c.run(command, "-f", c.users, name, given=PASSWORD)
            equal((name, result.status), (name, 1))
            contains(result.err, "at most 256 characters")
            assert not os.path.exists(c.users), name
    for name in ("x" * 256, "\u00e9" * 256, "\U0001f41f" * 128 + "\\" + "x" * 256):
        equal((name, c.run("passwd", name, given=PASSWORD).status), (name, 0))
    long = "x" * 257 + ":0:" + "X" * 32 + ":" + PASSWORD_HASH + ":[U          ]:LCT-00000000:\n"
    c.write("users", long, 0o600)
    result = c.run("passwd", "-l")
    equal(result.status, 1)
    contains(result.err, "line 1: ")
    contains(result.err, "at most 256 characters")
    equal(c.run("passwd", "-d", "x" * 257).status, 0)
    equal(c.read("users"), "")


def test_an_empty_password_is_refused_in_every_form(c):
    empty = "31d6cfe0d16ae931b73c59d7e0c089c0"
    for line in ("AD:alice:\n", f"alice:0:{'X' * 32}:{empty}:[U          ]:LCT-00000000:\n",
                 f"alice:0:{'X' * 32}:{empty.upper()}:[U          ]:LCT-00000000:\n"):
        c.write("users", line, 0o600)
        result = c.run("passwd", "-l")
        equal((line, result.status), (line, 1))
        contains(result.err, "the password is empty, and a login needs a password")


def test_complaints_name_the_forms_that_are_taken(c):
    for command in ("passwd", "login", "logout"):
        for name in ("", "\\", "AD\\"):
            result = c.run(command, name, given=PASSWORD)
            equal((command, name, result.status), (command, name, 1))
            contains(result.err, "write it as user, DOMAIN\\user or user@domain, in quotes (the ")
            assert "service" not in result.err, result.err


def test_bad_passwords_are_refused(c):
    for given, why in [("", "ended"), ("\n", "empty"), ("x" * 1025, "longer"),
                       (b"\xff\xfe\n", "UTF-8"), (b"a\0b\n", "UTF-8")]:
        result = c.run("passwd", "alice", given=given)
        equal((given, result.status), (given, 1))
        contains(result.err, why)
        assert not os.path.exists(c.users), given


def test_one_line_of_a_script_is_the_password(c):
    hashes = set()
    for given in (PASSWORD, PASSWORD + "\n", PASSWORD + "\nnext line\n"):
        equal(c.run("passwd", "alice", given=given).status, 0)
        hashes.add(c.read("users").split(":")[3].lower())
    equal(hashes, {PASSWORD_HASH})


def test_paths_that_are_no_user_files(c):
    os.mkdir(c.path("folder"))
    os.mkfifo(c.path("fifo"))
    for path in ("folder", "fifo", "missing/users"):
        result = c.run("passwd", "-f", c.path(path), "alice", given=PASSWORD)
        equal((path, result.status), (path, 1))
        contains(result.err, c.path(path.split("/", maxsplit=1)[0]))
    equal(os.listdir(c.path("folder")), [])


def test_a_folder_that_cannot_be_written(c):
    if os.geteuid() == 0:
        raise Skip("root may write everywhere")
    os.mkdir(c.path("folder"), 0o500)
    result = c.run("passwd", "-f", c.path("folder/users"), "alice", given=PASSWORD)
    equal(result.status, 1)
    contains(result.err, c.path("folder/users"))


def test_other_users_are_told_to_run_as_root(c):
    if os.geteuid() != 0:
        raise Skip("only root can be somebody else")
    os.chmod(c.dir, 0o755)
    c.run("passwd", "alice", given=PASSWORD)
    for args in (["bob"], ["-d", "alice"], ["-l"]):
        try:
            done = subprocess.run([os.path.abspath(c.tool), "passwd", *args], env=c.env,
                                  input=PASSWORD.encode(), capture_output=True, user=65534,
                                  group=65534, extra_groups=[], timeout=100, check=False)
        except PermissionError as error:
            raise Skip("somebody else cannot run the tool in this folder") from error
        equal((args, done.returncode), (args, 1))
        contains(done.stderr.decode(), "run this as root, as in sudo gss-negotiate passwd\n")
    assert "run this as root" not in c.run("passwd", "-f", c.path("no/file"), "-l").err


ATTACKER = 65534
RIGHTS = (0o755, 0o777, 0o1777)


def read_as_attacker(path):
    """The file's contents, if that user may read them."""
    pid = os.fork()
    if pid == 0:
        os.setgroups([])
        os.setgid(ATTACKER)
        os.setuid(ATTACKER)
        try:
            with open(path, "rb") as file:
                os._exit(b"$6$" in file.read())
        except OSError:
            os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 1


def swap_for_ever(folder, secret):
    """Again and again replaces a file of its own by a link to root's file, and back."""
    os.setgid(ATTACKER)
    os.setuid(ATTACKER)
    os.chdir(folder)
    while True:
        with open("mine", "wb") as file:
            file.write(b":eve:x\n")
        os.replace("mine", "users")
        os.symlink(secret, "link")
        os.replace("link", "users")


def test_roots_files_cannot_be_read_by_exchanging_them(c):
    """passwd locks the attacker's file, and then finds a link to root's file in its place."""
    if os.geteuid() != 0:
        raise Skip("needs root to be attacked")
    secret = c.write("shadow", "root:$6$secret\n", 0o600)
    os.chmod(c.dir, 0o755)
    for number, rights in enumerate(RIGHTS):
        folder = c.path(f"theirs{number}")
        os.mkdir(folder)
        os.chown(folder, ATTACKER if rights == 0o755 else 0, -1)
        os.chmod(folder, rights)
        attacker = os.fork()
        if attacker == 0:
            try:
                swap_for_ever(folder, secret)
            finally:
                os._exit(1)
        try:
            wait_for(lambda: os.path.lexists(folder + "/users"))
            for _ in range(30):
                result = c.run("passwd", "-f", folder + "/users", "alice", given=PASSWORD)
                equal(result.status, 1)
                assert not read_as_attacker(folder + "/users"), "the attacker has the secret"
        finally:
            os.kill(attacker, signal.SIGKILL)
            os.waitpid(attacker, 0)
    equal(c.read("shadow"), "root:$6$secret\n")


def test_a_folder_that_others_may_change(c):
    os.mkdir(c.path("open"))
    os.chmod(c.path("open"), 0o777)
    result = c.run("passwd", "-f", c.path("open/users"), "alice", given=PASSWORD)
    equal(result.status, 1)
    contains(result.err, f"chmod go-w {c.path('open')}/")
    equal(os.listdir(c.path("open")), [])


def add_beside_each_other(c):
    wanted = [f"user{i}" for i in range(24)]
    running = [c.start("passwd", name, given=PASSWORD) for name in wanted]
    for process in running:
        process.communicate(timeout=120)
        equal(process.returncode, 0)
    equal(sorted(names(c)), sorted(wanted))
    equal(sorted(os.listdir(c.dir)), ["conf", "users"])  # no temporary file is left


def test_edits_beside_each_other_lose_nothing(c):
    c.write("users", "", 0o640)
    add_beside_each_other(c)
    equal(mode(c.users), 0o640)


def test_creating_beside_each_other_loses_nothing(c):
    add_beside_each_other(c)
    equal(mode(c.users), 0o600)


def test_deleting_beside_adding(c):
    add_beside_each_other(c)
    running = [c.start("passwd", "-d", f"user{i}", given="") for i in range(24)]
    running += [c.start("passwd", f"new{i}", given=PASSWORD) for i in range(12)]
    for process in running:
        process.communicate(timeout=120)
        equal(process.returncode, 0)
    equal(sorted(names(c)), sorted(f"new{i}" for i in range(12)))


def test_bad_settings_are_reported(c):
    c.write("conf", "[negotiate]\n    user_fiel = /x\n")
    result = c.run("passwd", "alice", given=PASSWORD)
    equal(result.status, 1)
    contains(result.err, "user_fiel")


def test_default_file_by_environment(c):
    equal(c.run("passwd", "alice", given=PASSWORD,
                env={"NTLM_USER_FILE": c.path("by-env")}).status, 0)
    assert os.path.exists(c.path("by-env")) and not os.path.exists(c.users)


def test_terminal_asks_twice_without_echo(c):
    t = c.terminal("passwd", "AD\\alice")
    t.expect("New password for AD\\alice: ")
    t.type(PASSWORD + "\n")
    t.expect("Again: ")
    t.type(PASSWORD + "\n")
    equal(t.finish(), 0)
    cli.check_no_secret(t.shown)
    contains(c.read("users").lower(), PASSWORD_HASH)


def test_terminal_takes_what_is_typed_ahead(c):
    t = c.terminal("passwd", "alice")
    t.expect("alice: ")
    t.type(f"{PASSWORD}\n{PASSWORD}\n")
    equal(t.finish(), 0)
    contains(t.shown, "alice: \r\nAgain: \r\n")
    cli.check_no_secret(t.shown)
    contains(c.read("users").lower(), PASSWORD_HASH)


def test_terminal_stopped_at_the_second_question(c):
    t = c.terminal("passwd", "alice")
    t.expect("alice: ")
    t.type(OTHER_PASSWORD + "\n")
    t.expect("Again: ")
    t.type("\x1a")
    for question in ("alice: ", "Again: "):
        t.expect(question)
        t.type(PASSWORD + "\n")
    equal(t.finish(), 0)
    contains(c.read("users").lower(), PASSWORD_HASH)


def test_terminal_refuses_two_that_differ(c):
    t = c.terminal("passwd", "alice")
    t.expect("alice: ")
    t.type(PASSWORD + "\n")
    t.expect("Again: ")
    t.type(OTHER_PASSWORD + "\n")
    equal(os.waitstatus_to_exitcode(t.finish()), 1)
    contains(t.shown, "differ")
    cli.check_no_secret(t.shown)
    assert not os.path.exists(c.users)


def echo_is_on(t):
    return bool(termios.tcgetattr(t.fd)[3] & termios.ECHO)


def test_terminal_is_put_right_after_a_signal(c):
    for typed, number in (("\x03", signal.SIGINT), ("\x1c", signal.SIGQUIT),
                          (None, signal.SIGTERM), (None, signal.SIGHUP)):
        t = c.terminal("passwd", "alice")
        t.expect("alice: ")
        cli.wait_for(lambda: not echo_is_on(t))
        t.type("half")
        if typed is not None:
            t.type(typed)
        else:
            os.kill(t.child, number)
        cli.wait_for(lambda: echo_is_on(t))
        equal(os.WTERMSIG(t.finish()), number)
        assert "half" not in t.shown, t.shown
        assert not os.path.exists(c.users)


def test_terminal_asks_again_after_a_stop(c):
    t = c.terminal("passwd", "alice")
    t.expect("alice: ")
    t.type("half\x1a")  # nobody could continue us: the system leaves us running
    t.expect("alice: ")
    for _ in range(2):
        t.type(PASSWORD + "\n")
        t.expect("\n")
    equal(t.finish(), 0)
    cli.check_no_secret(t.shown)
    contains(c.read("users").lower(), PASSWORD_HASH)


def test_terminal_at_its_end(c):
    t = c.terminal("passwd", "alice")
    t.expect("alice: ")
    t.type("\x04")
    equal(os.waitstatus_to_exitcode(t.finish()), 1)
    contains(t.shown, "ended before an answer")


def test_usage(c):
    for args in (["passwd"], ["passwd", "a", "b"], ["passwd", "-l", "a"], ["passwd", "-d"],
                 ["passwd", "-d", "-l"], ["passwd", "-x"], ["passwd", "-f"]):
        result = c.run(*args, given=PASSWORD)
        equal((args, result.status, result.out), (args, 2, ""))
        contains(result.err, "--help")


def test_output_that_cannot_be_written_is_a_failure(c):
    if not os.path.exists("/dev/full") or shutil.which("sh") is None:
        raise Skip("no /dev/full or no sh")
    c.write("users", "AD:carol:x\n", 0o600)
    status = os.system(f"GSS_NEGOTIATE_CONFIG='{c.path('conf')}' '{c.tool}' passwd -l "
                       "> /dev/full 2> /dev/null")
    equal(os.waitstatus_to_exitcode(status), 1)


cli.main(globals())
