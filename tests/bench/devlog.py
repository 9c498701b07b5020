# SPDX-License-Identifier: ISC
"""A /dev of the benchmarks' own, with a system log that takes the lines of the audit.

Without it, the lines would reach the log of this machine, or cost more because there is none.
The network is their own too, because the length of a socket's queue is a setting of the network.
"""
import fcntl
import os
import socket
import struct
import subprocess
import sys
import threading
import time

LOG = "/dev/log"
QUEUE = "/proc/sys/net/unix/max_dgram_qlen"
QUEUE_LEN = 512  # systemd's
DRAIN_S = 0.005  # a reader that waits for each line would be woken at the program's cost
VARIABLE = "GSSNEG_BENCH_DEV"
SIOCSIFFLAGS, IFF_UP = 0x8914, 1
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
    command = ["unshare", "--mount", "--net", *([] if os.getuid() == 0 else ["--map-root-user"]),
               "sh", "-e", "-c", MAKE_DEV, "sh"]
    probe = subprocess.run([*command, "true"], check=False, stdout=subprocess.DEVNULL,
                           stderr=subprocess.DEVNULL)
    if probe.returncode != 0:
        return None
    os.environ[VARIABLE] = "yes"
    os.execvp(command[0], [*command, sys.executable, "-B", *sys.argv])


def start_loopback():
    """For the KDC of the rows of Kerberos."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
        fcntl.ioctl(any_socket, SIOCSIFFLAGS, struct.pack("16sH14x", b"lo", IFF_UP))


class Log:
    """Reads the lines, and counts them."""

    def __init__(self):
        start_loopback()
        if os.access(QUEUE, os.W_OK):
            with open(QUEUE, "w", encoding="ascii") as file:
                file.write("%d\n" % QUEUE_LEN)
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.socket.setblocking(False)
        self.socket.bind(LOG)
        self.n_lines = 0
        threading.Thread(target=self.read, daemon=True).start()

    def read(self):
        while True:
            time.sleep(DRAIN_S)
            self.drain()

    def drain(self):
        try:
            while self.socket.recv(65536):
                self.n_lines += 1
        except BlockingIOError:
            pass
