# SPDX-License-Identifier: ISC
"""A /dev of the benchmarks' own, with a system log that takes the lines of the audit.

Without it, the lines would reach the log of this machine, or cost more because there is none.
"""
import os
import socket
import subprocess
import sys
import threading

LOG = "/dev/log"
VARIABLE = "GSSNEG_BENCH_DEV"
MAKE_DEV = """mount -t tmpfs -o mode=755 dev /mnt
for name in null zero random urandom; do
    : >/mnt/$name
    mount --bind /dev/$name /mnt/$name
done
mkdir /mnt/shm && mount -t tmpfs shm /mnt/shm
mount --rbind /mnt /dev
exec "$@"
"""


def run_with_own_dev():
    """Runs this program again where /dev is its own. Returns there, with a Log; where it may not
    have its own /dev, it goes on and returns None."""
    if VARIABLE in os.environ:
        return Log()
    command = ["unshare", "--mount", *([] if os.getuid() == 0 else ["--map-root-user"]),
               "sh", "-e", "-c", MAKE_DEV, "sh"]
    probe = subprocess.run([*command, "true"], check=False, stdout=subprocess.DEVNULL,
                           stderr=subprocess.DEVNULL)
    if probe.returncode != 0:
        return None
    os.environ[VARIABLE] = "yes"
    os.execvp(command[0], [*command, sys.executable, "-B", *sys.argv])


class Log:
    """Reads the lines, and counts them."""

    def __init__(self):
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.socket.bind(LOG)
        self.n_lines = 0
        threading.Thread(target=self.read, daemon=True).start()

    def read(self):
        while self.socket.recv(65536):
            self.n_lines += 1
