# SPDX-License-Identifier: ISC
"""gss-negotiate login and logout, help, version and the overall usage."""
import os
import stat

import cli
from cli import OTHER_PASSWORD, PASSWORD, PASSWORD_HASH, Skip, contains, equal

CREDENTIALS = "config/gss-negotiate/credentials"
COMMANDS = ("enable", "disable", "passwd", "login", "logout", "decode", "doctor", "trace", "try")


def mode(path):
    return stat.S_IMODE(os.stat(path).st_mode)


def test_login_makes_file_and_folders_private(c):
    old = os.umask(0)
    result = c.run("login", "AD\\alice", given=PASSWORD)
    os.umask(old)
    equal(result.status, 0)
    contains(result.out, c.credentials)
    equal(mode(c.credentials), 0o600)
    equal(mode(c.path("config/gss-negotiate")), 0o700)
    equal(mode(c.path("config")), 0o700)
    contains(c.read(CREDENTIALS).lower(), PASSWORD_HASH)
    assert PASSWORD not in c.read(CREDENTIALS)


def users_in_file(c):
    return [line.split(":")[0] for line in c.read(CREDENTIALS).splitlines()]


def test_latest_login_comes_first(c):
    for name in ("alice", "AD\\bob", "carol", "ALICE"):
        equal(c.run("login", name, given=PASSWORD).status, 0)
    found = users_in_file(c)
    equal(len(found), 3)
    equal(found[0].lower(), "alice")


def test_logout_of_one_and_of_all(c):
    for name in ("alice", "AD\\bob", "carol"):
        c.run("login", name, given=PASSWORD)
    equal(c.run("logout", "ad\\BOB").status, 0)
    equal(users_in_file(c), ["carol", "alice"])
    result = c.run("logout", "ad\\bob")
    equal(result.status, 1)
    contains(result.err, "there is no credential of")
    equal(c.run("logout").status, 0)
    assert not os.path.exists(c.credentials)
    result = c.run("logout")
    equal(result.status, 0)
    contains(result.out, "there is no credential")


def sections(c):
    """The file's lines without what follows the names."""
    return [line.split(":")[0] for line in c.read(CREDENTIALS).splitlines()]


def test_hosts(c):
    """What is stored for a server, and the order of the sections."""
    for arguments in (["alice"], ["--host", "*.example.com", "bob"],
                      ["--host", "http/one.example.com", "carol"], ["-H", "*.EXAMPLE.com", "dave"]):
        result = c.run("login", *arguments, given=PASSWORD)
        equal((arguments, result.status, result.err), (arguments, 0, ""))
    contains(result.out, "for *.EXAMPLE.com")
    equal(sections(c), ["alice", "[http/one.example.com]", "carol", "[*.example.com]", "dave", "bob"])
    equal(mode(c.credentials), 0o600)
    result = c.run("logout", "--host", "*.example.com", "carol")
    equal(result.status, 1)
    contains(result.err, "there is no credential of user carol without a domain for *.example.com")
    contains(result.err, "login --list")
    equal(c.run("logout", "--host", "http/one.example.com", "carol").status, 0)
    equal(sections(c), ["alice", "[*.example.com]", "dave", "bob"])
    equal(c.run("logout", "bob").status, 1)
    result = c.run("logout", "--host", "*.example.com")
    equal(result.status, 0)
    contains(result.out, "removed every credential for *.example.com")
    equal(sections(c), ["alice"])
    equal(c.run("logout", "--host", "*.example.com").status, 1)
    equal(c.run("logout").status, 0)
    assert not os.path.exists(c.credentials)


def test_a_host_that_is_no_pattern(c):
    for host in ("", "a/b/c", "x]", "http/", "a;b", "a\nb", "\u00e4"):
        for command in ("login", "logout"):
            result = c.run(command, "--host", host, "alice", given=PASSWORD)
            equal((command, host, result.status, result.out), (command, host, 2, ""))
            contains(result.err, "is no list of patterns")
    assert not os.path.exists(c.path("config"))


def test_list(c):
    equal(c.run("login", "--list").out, f"{c.credentials}: there is no credential\n")
    c.run("login", "AD\\alice", given=PASSWORD)
    equal(c.run("login", "--list").out, "for every server:\n  AD\\alice\n")
    c.run("login", "--host", "ldap/srv *.example.com", "bob", given=PASSWORD)
    with open(c.credentials, "a", encoding="utf-8") as file:
        file.write(f"off:0:{'X' * 32}:{PASSWORD_HASH}:[DU]:LCT-0:\nno:0:{'X' * 32}:{'X' * 32}:[U]:LCT-0:\n"
                   "# nobody\n[empty]\n# nobody\n[two]\nAD:x:y\n")
    result = c.run("login", "-l")
    equal((result.status, result.err), (0, ""))
    equal(result.out.splitlines(),
          ["for [ldap/srv *.example.com]:", "  bob", "  off (disabled, not used)",
           "  no (without a password, not used)", "for [two]:", "  AD\\x", "for every other server:",
           "  AD\\alice"])
    assert PASSWORD_HASH not in result.out.lower()


def test_list_names_broken_lines(c):
    c.write("mine", ":a:1\nbroken\n[srv\n:b:2\n[x]\nbroken\n:c:3\n", 0o600)
    result = c.run("login", "-f", c.path("mine"), "--list")
    equal((result.status, result.out), (1, "for [x]:\n  c\nfor every other server:\n  a\n"))
    for number in (2, 3, 6):
        contains(result.err, f"{c.path('mine')}:{number}: ")
    os.chmod(c.path("mine"), 0o644)
    result = c.run("login", "-f", c.path("mine"), "--list")
    equal((result.status, result.out), (1, ""))
    contains(result.err, "chmod 0600")


def test_list_and_host_exclude_each_other(c):
    for arguments in (["--list", "--host", "x"], ["--list", "alice"]):
        equal(c.run("login", *arguments).status, 2)
    equal(c.run("logout", "--list").status, 2)


def test_file_option(c):
    path = c.path("mine")
    equal(c.run("login", "-f", path, "alice", given=PASSWORD).status, 0)
    equal(mode(path), 0o600)
    assert not os.path.exists(c.path("config"))
    equal(c.run("logout", "--file", path).status, 0)
    assert not os.path.exists(path)


def test_logout_follows_no_link_of_another_user(c):
    """A link in /tmp could lead to any file of root's."""
    if os.geteuid() != 0:
        raise Skip("needs root to give a link away")
    os.mkdir(c.path("shared"))
    os.chmod(c.path("shared"), 0o1777)
    victim, link = c.write("victim", "x"), c.path("shared/link")
    os.symlink(victim, link)
    os.chown(link, 65534, 65534, follow_symlinks=False)
    for arguments in ((), ("alice",)):
        result = c.run("logout", "-f", link, *arguments)
        equal(result.status, 1)
        contains(result.err, "belongs to user id 65534")
    equal(c.read("victim"), "x")


def test_logout_removes_what_a_symlink_leads_to(c):
    c.write("real", "AD:alice:x\n", 0o600)
    os.symlink(c.path("real"), c.path("link"))
    equal(c.run("logout", "-f", c.path("link")).status, 0)
    assert not os.path.exists(c.path("real"))


def test_script_must_name_the_user(c):
    result = c.run("login", given="alice\n" + PASSWORD + "\n")
    equal(result.status, 1)
    contains(result.err, "no terminal")
    assert not os.path.exists(c.path("config"))


def test_terminal_asks_for_user_and_password(c):
    t = c.terminal("login")
    t.expect("User, or DOMAIN\\user: ")
    t.type("AD\\alice\n")
    t.expect("Password for ")
    t.type(OTHER_PASSWORD + "\n")
    equal(t.finish(), 0)
    cli.check_no_secret(t.shown)
    equal(users_in_file(c), ["AD\\alice"])


def test_terminal_asks_for_the_password_once(c):
    t = c.terminal("login", "alice")
    t.expect("Password for alice: ")
    t.type(OTHER_PASSWORD + "\n")
    equal(t.finish(), 0)
    cli.check_no_secret(t.shown)
    assert "Again" not in t.shown


def test_nothing_is_stored_without_an_answer(c):
    for given in ("", "\n"):
        equal(c.run("login", "alice", given=given).status, 1)
    assert not os.path.exists(c.path("config"))


def test_help(c):
    result = c.run("--help")
    equal((result.status, result.err), (0, ""))
    for command in COMMANDS:
        contains(result.out, f"  {command} ")
        for option in ("-h", "--help"):
            help_text = c.run(command, option)
            equal((help_text.status, help_text.err), (0, ""))
            contains(help_text.out, f"Usage: gss-negotiate {command}")
            assert max(len(line) for line in help_text.out.splitlines()) <= 80, command


def test_version(c):
    result = c.run("--version")
    equal(result.status, 0)
    name, version = result.out.split()
    equal(name, "gss-negotiate")
    assert version[0].isdigit(), version


def test_complaints_about_options_name_the_command(c):
    for command in COMMANDS:
        for option in ("-x", "--nonsense", "--file", "--user", "--html", "-f", "-u"):
            result = c.run(command, option)
            equal((command, option, result.status, result.out), (command, option, 2, ""))
            first, last = result.err.splitlines()
            assert first.startswith(f"gss-negotiate {command}: "), result.err
            equal(last, f"Try 'gss-negotiate {command} --help'.")


def test_options_of_other_commands_are_refused(c):
    for args in (["login", "--user", c.path("alice")], ["logout", "--user", c.path("alice")],
                 ["passwd", "--user", "alice"], ["passwd", "-l", "--user", "alice"], ["passwd", "--host", "x"],
                 ["decode", "--user", "/dev/null"], ["try", "--file", "x", "a@b"]):
        result = c.run(*args, given=PASSWORD)
        equal((args, result.status), (args, 2))
        contains(result.err, f"gss-negotiate {args[0]}: unrecognized option")
    equal(os.listdir(c.dir), ["conf"])


def test_usage(c):
    for args in ([], ["nothing"], ["login", "a", "b"], ["logout", "a", "b"], ["login", "-x"],
                 ["doctor", "x"], ["doctor", "-f", "x"], ["decode", "-f", "x", "y"]):
        result = c.run(*args, given=PASSWORD)
        equal((args, result.status, result.out), (args, 2, ""))
        contains(result.err, "--help")


cli.main(globals())
