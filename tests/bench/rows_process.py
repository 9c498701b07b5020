# SPDX-License-Identifier: ISC
"""The rows of the audit, of system calls and of threads."""
import re
import shutil
import statistics
import subprocess

import interleave
from measure import DEBIAN, FLOOR, NULL, OURS, PEER, Row
from rows_ntlm import KINDS, LABELS

# A login writes two lines, and a process writes 200 at once before it begins to leave out.
AUDIT_LOGINS = 80


def audit(bench):
    """A process for each measurement, because the module limits the lines of a process."""
    if bench.log is None:
        return
    n_before = bench.log.n_lines
    for kind in KINDS:
        yield audited(bench, kind)
    if bench.log.n_lines - n_before < AUDIT_LOGINS * bench.rounds:
        bench.notes.append("audit: only %d lines came" % (bench.log.n_lines - n_before))


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


def calls_of(command, environment, path, n):
    """The system calls of n operations, with those of the start of the process."""
    subprocess.run(["strace", "-f", "-qq", "-o", path, command[0], "-n", str(n), *command[1:]],
                   env=environment, check=True, timeout=300)
    with open(path, encoding="utf-8", errors="replace") as file:
        return sum(1 for line in file if re.match(r"\d+ +\w+\(", line))


FEW, MANY = 2, 82


def syscalls(bench):
    if shutil.which("strace") is None:
        bench.notes.append("no system calls: there is no strace")
        return
    quiet = dict(bench.mechanisms[OURS].environment)
    quiet["GSS_NEGOTIATE_CONFIG"] = bench.mechanisms[OURS].write_settings("quiet", "audit = no")
    rows = [("system calls of a %s handshake" % LABELS[kind], ["handshake", kind], {})
            for kind in KINDS]
    rows += [(figure + ", audit off", arguments, quiet) for figure, arguments, _ in rows]
    rows += [("system calls of wrap + unwrap", ["wrap", "64"], {}),
             ("system calls of get_mic + verify_mic", ["mic", "64"], {})]
    for figure, arguments, environment in rows:
        values = {}
        for name, (command, own) in bench.commands(arguments).items():
            if environment and name != OURS:
                continue
            counts = [calls_of(command, environment or own, bench.path("strace"), n)
                      for n in (FEW, MANY)]
            values[name] = max(0, round((counts[1] - counts[0]) / (MANY - FEW), 1))
        yield Row(figure, "calls", values)


THREADS = (2, 4)
THREADED = {
    "raw handshake": (["handshake", "raw"], ["handshake"]),
    "SPNEGO handshake": (["handshake", "spnego"], None),
    "wrap + unwrap 64 B": (["wrap", "64"], ["wrap", "64"]),
    "wrap + unwrap 16 KiB": (["wrap", "16384"], ["wrap", "16384"]),
}


def threads(bench):
    """How much more several threads do than one, each with contexts of its own: in the best round,
    because other programs take processors; and for the same processor time, in the median."""
    if not bench.is_idle:
        bench.notes.append("threads: only for the same processor time, as the machine was busy")
    for figure, (operation, floor) in THREADED.items():
        by_wall, by_cpu = {}, {}
        for name, command in bench.commands(operation, floor).items():
            if name not in (DEBIAN, PEER) or not bench.quick:
                by_wall[name], by_cpu[name] = scale(bench, *command)
        units = {"times as much per CPU second": by_cpu}
        if bench.is_idle:
            units["times as much"] = by_wall
        for unit, rates in units.items():
            for n in THREADS:
                yield Row("%s: %d threads, of one" % (figure, n), unit,
                          {name: rate[n] / rate[1] for name, rate in rates.items()})


def scale(bench, command, environment):
    """Two of {number of threads: how much they do in a nanosecond}."""
    workers = {n: interleave.Worker([command[0], "-t", str(n), *command[1:]], environment)
               for n in (1, *THREADS)}
    used, passed = interleave.run(workers, bench.rounds // 2, bench.batch_ns)
    for worker in workers.values():
        worker.close()
    return ({n: n / min(some) for n, some in passed.items()},
            {n: n / statistics.median(some) for n, some in used.items()})
