# SPDX-License-Identifier: ISC
"""Secrets that are mounted into containers: which rights are enough, and which are not. Each
row is a mount namespace with real mounts, and doctor as a user of its own."""
import json
import os
import shutil
import struct
import subprocess
import sys
import tempfile

import cli
from cli import Skip, contains

USER = 12345    # has no entry in the user data base
GROUP = 23456   # its primary group
OTHERS = 34567  # a group of its own for the secret
TAKEN = "credential: a program that names no user logs in by NTLM as AD\\alice"


def acl(*entries):
    """system.posix_acl_access: entries of (tag, rights, id)."""
    packed = b"".join(struct.pack("<HHI", tag, rights, who) for tag, rights, who in entries)
    return (struct.pack("<I", 2) + packed).hex()


def acl_of(*named, group=0, mask=4):
    return acl(*sorted([(1, 4, 0xffffffff), *named, (4, group, 0xffffffff),
                        (16, mask, 0xffffffff), (32, 0, 0xffffffff)]))


# The secret: its place, owner, group, mode and more; and a part of what doctor prints.
ROWS = {
    "kubernetes": ("tmpfs", "ro", 0, OTHERS, 0o440, {"links": True}, TAKEN),
    "kubernetes_before_it_is_read_only": ("tmpfs", "rw", 0, OTHERS, 0o440, {}, TAKEN),
    "docker": ("tmpfs", "ro", 0, 0, 0o444, {}, TAKEN),
    "docker_as_root": ("tmpfs", "ro", 0, 0, 0o444, {"user": 0}, TAKEN),
    "a_read_only_bind_mount": ("disk", "ro", 0, OTHERS, 0o440, {}, TAKEN),
    "an_acl_for_this_user": ("tmpfs", "rw", 0, 0, 0o400,
                             {"acl": acl_of((2, 4, USER))}, TAKEN),
    "an_acl_for_root_too": ("tmpfs", "rw", 0, 0, 0o400,
                            {"acl": acl_of((2, 4, 0), (2, 4, USER))}, TAKEN),
    "an_acl_for_a_group_of_its_own": ("tmpfs", "rw", 0, 0, 0o400,
                                      {"acl": acl_of((8, 4, OTHERS))}, TAKEN),
    "a_closed_folder": ("disk", "rw", 0, OTHERS, 0o440, {"folder": 0o750}, TAKEN),
    "the_users_own": ("tmpfs", "rw", USER, GROUP, 0o600, {}, TAKEN),

    "on_a_disk": ("disk", "rw", 0, OTHERS, 0o440, {},
                  "neither on a read-only mount or tmpfs nor in a folder"),
    "the_primary_group": ("tmpfs", "ro", 0, GROUP, 0o440, {}, "your primary group may read it"),
    "an_acl_for_the_primary_group": ("tmpfs", "rw", 0, 0, 0o400,
                                     {"acl": acl_of((8, 4, GROUP), (2, 4, USER))},
                                     "your primary group may read it"),
    "an_acl_for_another_user": ("tmpfs", "ro", 0, 0, 0o400,
                                {"acl": acl_of((2, 4, USER), (2, 4, USER + 1))},
                                "its ACL names other users"),
    "an_acl_that_lets_write": ("tmpfs", "rw", 0, 0, 0o400,
                               {"acl": acl_of((2, 6, USER), mask=6)}, "could write it"),
    "a_group_that_may_write": ("tmpfs", "rw", 0, OTHERS, 0o460, {}, "could write it"),
    "others_may_write": ("tmpfs", "ro", 0, OTHERS, 0o446, {}, "could write it"),
    "as_root_and_writable": ("tmpfs", "rw", 0, 0, 0o444, {"user": 0}, "could write it"),
    "the_users_own_for_a_group": ("tmpfs", "ro", USER, OTHERS, 0o640, {},
                                  "where it is mounted from (here the mount is read-only)"),
    "another_users": ("tmpfs", "ro", USER + 1, OTHERS, 0o440, {},
                      f"belongs to user id {USER + 1}"),
    "a_closed_folder_and_another_name": ("disk", "rw", 0, OTHERS, 0o440,
                                         {"folder": 0o750, "link": True}, "neither on"),
    "a_folder_that_the_primary_group_enters": ("disk", "rw", 0, OTHERS, 0o440,
                                               {"folder": 0o750, "folder_group": GROUP},
                                               "neither on"),
}


def put_secret(folder, links):
    """The file, by itself or as Kubernetes lays it out: key -> ..data/key -> ..1/key."""
    if not links:
        return os.path.join(folder, "key")
    os.mkdir(os.path.join(folder, "..1"), 0o755)
    os.symlink("..1", os.path.join(folder, "..data"))
    os.symlink("..data/key", os.path.join(folder, "key"))
    return os.path.join(folder, "..1", "key")


def mount(*args):
    subprocess.run(["mount", *args], check=True)


def inside(row, tool, here):
    """In the namespace, as root: makes the files of the row, and then runs doctor."""
    kind, access, owner, group, mode, more, _ = row
    folder = os.path.join(here, "secret")
    os.mkdir(folder)
    if kind == "tmpfs":
        mount("-t", "tmpfs", "-o", "mode=0755", "none", folder)
    os.chown(folder, 0, more.get("folder_group", OTHERS))
    os.chmod(folder, more.get("folder", 0o755))
    path = put_secret(folder, more.get("links", False))
    with open(path, "w", encoding="utf-8") as file:
        file.write("AD:alice:secret\n")
    os.chmod(path, mode)
    os.chown(path, owner, group)
    if "acl" in more:
        os.setxattr(path, "system.posix_acl_access", bytes.fromhex(more["acl"]))
    if "link" in more:
        os.link(path, os.path.join(here, "again"))
    if access == "ro":
        mount("--bind", folder, folder)
        mount("-o", "remount,bind,ro", folder)
    user = more.get("user", USER)
    os.setgroups([OTHERS])
    os.setresgid(*[GROUP if user else 0] * 3)
    os.setresuid(user, user, user)
    env = {"NTLM_USER_FILE": os.path.join(folder, "key"), "GSS_MECH_CONFIG": "/dev/null",
           "PATH": os.environ["PATH"]}
    if "LD_LIBRARY_PATH" in os.environ:
        env["LD_LIBRARY_PATH"] = os.environ["LD_LIBRARY_PATH"]
    os.execve(tool, [tool, "doctor"], env)


def is_in_memory(folder):
    kind = subprocess.run(["stat", "-f", "-c", "%T", folder], capture_output=True, text=True,
                          check=True).stdout.strip()
    return kind in ("tmpfs", "ramfs")


def folder_on_a_disk():
    for folder in (tempfile.gettempdir(), "/var/tmp"):
        if not is_in_memory(folder):
            return folder
    raise Skip("/tmp and /var/tmp are in memory")


def copy_tool(c):
    """Copies the tool to where another user can run it; the build folder may be closed."""
    here = tempfile.mkdtemp(prefix="gssneg-secrets.", dir=folder_on_a_disk())
    os.chmod(here, 0o755)
    tool = os.path.join(here, "gss-negotiate")
    shutil.copy(c.tool, tool)
    return here, tool


def check_row(c, name):
    if os.geteuid() != 0:
        raise Skip("only root can lay out another's secrets")
    here, tool = copy_tool(c)
    try:
        done = subprocess.run(
            ["unshare", "--mount", "--propagation", "private", sys.executable, "-B", __file__,
             "inside", json.dumps(ROWS[name]), tool, here],
            capture_output=True, text=True, timeout=60, check=False)
        if "unshare" in done.stderr or "mount:" in done.stderr:
            raise Skip("no mounts of its own: " + done.stderr.strip())
        says = [line for line in done.stdout.splitlines() if " credential" in line]
        contains("\n".join(says) + done.stderr, ROWS[name][-1])
    finally:
        shutil.rmtree(here)


def test_an_account_without_an_entry_is_led_to_a_file(c):
    """The sentence, login and doctor name NTLM_USER_FILE."""
    if os.geteuid() != 0:
        raise Skip("only root can be another user")
    here, tool = copy_tool(c)
    try:
        for command in ("doctor", "login"):
            done = subprocess.run(
                ["setpriv", f"--reuid={USER}", f"--regid={GROUP}", "--clear-groups", tool,
                 command, *(["alice"] if command == "login" else [])],
                capture_output=True, text=True, timeout=60, check=False, input="x\n",
                env={k: v for k, v in c.env.items() if k != "NTLM_USER_FILE"} |
                {"GSS_NEGOTIATE_CONFIG": "/nonexistent", "GSS_MECH_CONFIG": "/dev/null"})
            contains(done.stdout + done.stderr,
                     f"user id {USER} has no home folder in the user data base")
            contains(done.stdout + done.stderr, "NTLM_USER_FILE")
            contains(done.stdout + done.stderr, "-f")
    finally:
        shutil.rmtree(here)


def test_on_a_disk(c):
    check_row(c, "on_a_disk")


def test_the_primary_group(c):
    check_row(c, "the_primary_group")


def test_the_users_own_for_a_group(c):
    check_row(c, "the_users_own_for_a_group")


def test_an_acl_for_another_user(c):
    check_row(c, "an_acl_for_another_user")


for _name in ROWS:
    globals().setdefault("test_" + _name, lambda c, name=_name: check_row(c, name))


if __name__ == "__main__":
    if sys.argv[1] == "inside":
        inside(json.loads(sys.argv[2]), *sys.argv[3:])
    cli.main(globals())
