# SPDX-License-Identifier: ISC
"""The rows of the audit and of threads."""
import os
import socket
import statistics
import threading

import interleave
from measure import DEBIAN, FLOOR, NULL, OURS, PEER, Row
from rows_ntlm import KINDS, LABELS

LOG = "/dev/log"
# A login writes two lines, and a process writes 200 at once before it begins to leave out.
AUDIT_LOGINS = 80


class Log:
    """A system log that counts its lines."""

    def __init__(self):
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.socket.bind(LOG)
        self.n_lines = 0
        threading.Thread(target=self.read, daemon=True).start()

    def read(self):
        while self.socket.recv(65536):
            self.n_lines += 1

    def close(self):
        os.remove(LOG)


def audit(bench):
    """A process for each measurement, because the module limits the lines of a process."""
    if os.path.exists(LOG) or not bench.has_own_dev:
        bench.notes.append("audit: not measured, because this needs a /dev of its own")
        return
    log = Log()
    try:
        for kind in KINDS:
            yield audited(bench, kind)
    finally:
        log.close()
    if log.n_lines < AUDIT_LOGINS * bench.rounds:
        bench.notes.append("audit: only %d lines came" % log.n_lines)


def audited(bench, kind):
    ours = bench.mechanisms[OURS]
    silent = dict(ours.environment,
                  GSS_NEGOTIATE_CONFIG=ours.write_settings("silent", "audit = no"))
    costs = []
    for _ in range(bench.rounds):
        took = []
        for environment in (ours.environment, silent):
            worker = interleave.Worker([bench.program("gss_operations"), "handshake", kind],
                                       environment)
            took.append(worker.ask(AUDIT_LOGINS)[1] / AUDIT_LOGINS)
            worker.close()
        costs.append(took[0] - took[1])
    return Row("two audit lines of a %s login, with /dev/log" % LABELS[kind], "µs",
               {OURS: statistics.median(costs) / 1000})


THREADS = (2, 4)
THREADED = {
    "raw handshake": (["handshake", "raw"], ["handshake"]),
    "SPNEGO handshake": (["handshake", "spnego"], None),
    "wrap + unwrap 64 B": (["wrap", "64"], ["wrap", "64"]),
    "wrap + unwrap 16 KiB": (["wrap", "16384"], ["wrap", "16384"]),
}


def threads(bench):
    """How much more several threads do than one, each with contexts of its own. Time on the wall:
    one round after another, and the best round of each, because other programs take processors."""
    for figure, (operation, floor) in THREADED.items():
        commands = bench.commands(operation, floor)
        rates = {}
        for name, (command, environment) in commands.items():
            if name in (DEBIAN, PEER) and bench.quick:
                continue
            workers = {n: interleave.Worker([command[0], "-t", str(n), *command[1:]], environment)
                       for n in (1, *THREADS)}
            times = interleave.run(workers, bench.rounds // 2, bench.batch_ns, clock=0)
            for worker in workers.values():
                worker.close()
            rates[name] = {n: n / min(some) for n, some in times.items()}
        for n in THREADS:
            yield Row("%s: %d threads, of one" % (figure, n), "times as much",
                      {name: rate[n] / rate[1] for name, rate in rates.items()})
