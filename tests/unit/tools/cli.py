# SPDX-License-Identifier: ISC
"""What the tests of gss-negotiate share: running it, terminals, TAP.

A test is a function whose name begins with test_; it gets a Cli with a fresh folder.
"""
import os
import pty
import re
import select
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import traceback

PASSWORD = "Password"
PASSWORD_HASH = "a4f49c406510bdcab6824ee7c30fd852"  # [MS-NLMP] 4.2.2.1.2
OTHER_PASSWORD = "0ther-Secret"


class Skip(Exception):
    pass


class Result:
    """The result of one run of gss-negotiate; text is stdout and stderr together."""

    def __init__(self, status, out, err):
        self.status = status
        self.out = out
        self.err = err
        self.text = out + err


class Cli:
    """gss-negotiate with settings, user file and credential file of its own folder."""

    def __init__(self, tool, build):
        self.tool = tool
        self.build = build
        self.dir = tempfile.mkdtemp(prefix="gssneg-cli.")
        self.users = self.path("users")
        self.credentials = self.path("config/gss-negotiate/credentials")
        self.env = {"PATH": os.environ["PATH"], "GSS_NEGOTIATE_CONFIG": self.path("conf")}
        for name in ("ASAN_OPTIONS", "UBSAN_OPTIONS", "LSAN_OPTIONS"):
            if name in os.environ:
                self.env[name] = os.environ[name]
        self.write("conf", f"[negotiate]\n    user_file = {self.users}\n"
                   f"    credential_file = {self.credentials}\n")

    def path(self, name):
        return os.path.join(self.dir, name)

    def write(self, name, contents, mode=0o644):
        with open(self.path(name), "wb") as f:
            f.write(contents if isinstance(contents, bytes) else contents.encode())
        os.chmod(self.path(name), mode)
        return self.path(name)

    def read(self, name):
        with open(self.path(name), "rb") as f:
            return f.read().decode(errors="surrogateescape")

    def run(self, *args, given="", env=None):
        """Runs with stdin from given (text or bytes); never with a terminal."""
        given = given if isinstance(given, bytes) else given.encode()
        done = subprocess.run([self.tool, *args], input=given, capture_output=True,
                              env={**self.env, **(env or {})}, timeout=120, check=False,
                              start_new_session=True)
        err = done.stderr.decode(errors="surrogateescape")
        if "GSSNEG_EMULATOR" in os.environ:  # it announces each crash itself
            err = re.sub(r"(?m)^qemu: uncaught target signal .*\n", "", err)
        result = Result(done.returncode, done.stdout.decode(errors="surrogateescape"), err)
        check_output(result)
        return result

    def start(self, *args, given):
        """Starts a run whose stdin is already written, for several runs at the same time."""
        process = subprocess.Popen([self.tool, *args], stdin=subprocess.PIPE, env=self.env,
                                   stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        process.stdin.write(given.encode())
        process.stdin.close()
        process.stdin = None
        return process

    def terminal(self, *args):
        return Terminal(self.tool, args, self.env)

    def remove(self):
        shutil.rmtree(self.dir, ignore_errors=True)


def reset_signals():
    """Makes the child react to signals even if the tests run under nohup or with a &."""
    for number in (signal.SIGHUP, signal.SIGINT, signal.SIGQUIT, signal.SIGTERM):
        signal.signal(number, signal.SIG_DFL)


class Terminal:
    """gss-negotiate on a pseudo terminal, which is its controlling one."""

    def __init__(self, tool, args, env):
        self.shown = ""
        self.child, self.fd = pty.fork()
        if self.child == 0:
            reset_signals()
            os.execve(tool, [tool, *args], env)

    def _read(self, limit_s):
        if not select.select([self.fd], [], [], limit_s)[0]:
            raise AssertionError(f"nothing more came after: {self.shown!r}")
        try:
            return os.read(self.fd, 4096)
        except OSError:  # the other end is closed
            return b""

    def expect(self, text):
        """Waits until the screen shows this text, after the text that was expected before."""
        seen = len(self.shown)
        while text not in self.shown[seen:]:
            data = self._read(100)
            assert data, f"ended before {text!r}: {self.shown!r}"
            self.shown += data.decode(errors="surrogateescape")

    def type(self, text):
        os.write(self.fd, text.encode())

    def finish(self):
        """Waits for the end of the program; returns its exit status as waitpid does."""
        while True:
            data = self._read(100)
            if not data:
                break
            self.shown += data.decode(errors="surrogateescape")
        status = os.waitpid(self.child, 0)[1]
        os.close(self.fd)
        return status


def check_output(result):
    """Checks every run: no crash, no secret, and no control sequence for a terminal."""
    assert result.status in (0, 1, 2, 3), f"status {result.status}: {result.text}"
    check_no_secret(result.text)
    for char in result.text:
        assert char == "\n" or ord(char) >= 0x20, f"control character: {result.text!r}"
    if result.status == 1 and result.err:
        assert result.err.startswith("gss-negotiate: "), result.err


def check_no_secret(text):
    for secret in (PASSWORD_HASH, PASSWORD, OTHER_PASSWORD):
        assert secret not in text.replace("Password for", ""), f"a secret: {text!r}"
        assert secret.upper() not in text, f"a secret: {text!r}"


def equal(got, want):
    assert got == want, f"{got!r}, not {want!r}"


def contains(text, part):
    assert part in text, f"{part!r} is not in {text!r}"


def wait_for(condition):
    deadline = time.monotonic() + 100
    while not condition():
        assert time.monotonic() < deadline, "it did not come to pass"
        time.sleep(0.02)


def run_one(number, name, test, args):
    cli = Cli(*args)
    try:
        test(cli)
        print(f"ok {number} - {name}")
        return True
    except Skip as reason:
        print(f"ok {number} - {name} # SKIP {reason}")
        return True
    except Exception:  # any fault is the test's result
        print(f"not ok {number} - {name}")
        print("".join(f"# {line}\n" for line in traceback.format_exc().splitlines()))
        return False
    finally:
        sys.stdout.flush()
        cli.remove()


def main(tests):
    """main(globals()): runs all tests of a module; argv is TOOL BUILD-FOLDER."""
    found = [(n[5:], t) for n, t in tests.items() if n.startswith("test_")]
    print(f"1..{len(found)}")
    good = [run_one(i + 1, n, t, sys.argv[1:3]) for i, (n, t) in enumerate(found)]
    sys.exit(0 if all(good) else 1)
