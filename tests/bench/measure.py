# SPDX-License-Identifier: ISC
"""What every row of the table needs: the programs, the mechanisms, and ways to measure."""
import dataclasses
import os
import statistics
import subprocess
import sys
import time

import callgrind
import interleave
import mechanisms

FLOOR, NULL, MIT, OURS, DEBIAN, PEER = COLUMNS = (
    "floor", "null", "MIT", "ours", "Debian's", "peer")


# A file that was changed a moment ago is read again at each login.
SETTLE_S = 1


def idle_share(seconds):
    """How much of the processors' time nobody uses; waits so long."""
    def read():
        with open("/proc/stat", encoding="ascii") as file:
            ticks = [int(word) for word in file.readline().split()[1:9]]
        return ticks[3] + ticks[4], sum(ticks)  # idle, and waiting for a disk
    idle, total = read()
    time.sleep(seconds)
    idle_after, total_after = read()
    return (idle_after - idle) / max(1, total_after - total)


@dataclasses.dataclass
class Row:
    """figure, unit: what it is. values: {column: number}. quotients: {column: [median, quiet]}
    of ours and that column; without quiet where the rounds are not timed."""
    figure: str
    unit: str
    values: dict
    quotients: dict = dataclasses.field(default_factory=dict)

    def divide(self, *columns):
        """Adds the quotients with these columns."""
        for column in columns:
            if self.values.get(column) and OURS in self.values:
                self.quotients[column] = [self.values[OURS] / self.values[column]]
        return self


class Bench:
    """build: meson's folder. folder: for files. quick: fewer rounds, and fewer counts. log: a
    devlog.Log, or None."""

    def __init__(self, build, folder, quick, log):
        self.build, self.folder, self.quick = os.path.abspath(build), folder, quick
        self.log = log
        self.rounds, self.batch_ns = (12, 3e6) if quick else (40, 8e6)
        self.notes = []
        self.mechanisms = {}
        add = self.mechanisms.__setitem__
        add(NULL, mechanisms.null(self.path("null"), self.program("null_mechanism.so")))
        add(OURS, mechanisms.ours(self.path("ours"),
                                  os.path.join(self.build, "gss_negotiate.so")))
        plugins = {DEBIAN: mechanisms.debian_plugin(), PEER: os.environ.get("PEER_SO")}
        for name, plugin in plugins.items():
            if plugin and not os.path.exists(plugin):
                sys.exit("PEER_SO: there is no %s" % plugin)
            if plugin:
                add(name, mechanisms.peer(self.path(name.split("'")[0]), plugin))
        self.is_idle = idle_share(SETTLE_S) > 0.8
        if log is None:
            self.notes.append("no /dev/log of the benchmarks' own, because unshare may not make it")
        self.has_callgrind = callgrind.is_there()
        if not self.has_callgrind:
            self.notes.append("no instructions: there is no valgrind")

    def path(self, name):
        return os.path.join(self.folder, name)

    def program(self, name):
        return os.path.join(self.build, "tests", "bench", name)

    def others(self):
        """The columns of other modules."""
        return [name for name in (DEBIAN, PEER) if name in self.mechanisms]

    def commands(self, operation, floor=None):
        """{column: (command, environment)} of an operation of gss_operations; floor: the floor's
        operation, or None. Another module that fails is left out."""
        commands = {} if floor is None else {
            FLOOR: ([self.program("floor"), *floor], {"PATH": os.environ["PATH"]})}
        for name, mechanism in self.mechanisms.items():
            command = [self.program("gss_operations"), *operation]
            if name not in self.others() or self.works(name, command, mechanism.environment):
                commands[name] = (command, mechanism.environment)
        return commands

    def works(self, name, command, environment):
        """MIT's SPNEGO, which other modules need, cannot use NTLM in some releases."""
        return self.words_of(name, [command[0], "-n", "1", *command[1:]], environment) is not None

    def time(self, figure, commands, unit="µs"):
        """A row of processor time, and the times of the rounds."""
        workers = {name: interleave.Worker(*command) for name, command in commands.items()}
        times, _ = interleave.run(workers, self.rounds, self.batch_ns)
        for worker in workers.values():
            worker.close()
        row = Row(figure, unit, {name: statistics.median(some) / 1000
                                 for name, some in times.items()})
        for name in (FLOOR, MIT, *self.others()):
            if name in times:
                row.quotients[name] = interleave.quotient(times[OURS], times[name])
        return row, times

    def count(self, figure, commands, n=10):
        """A row of instructions of one operation, or nothing."""
        if not self.has_callgrind:
            return []
        values = {}
        for name, (command, environment) in commands.items():
            values[name] = callgrind.count([command[0], "-w", "2", "-n", str(n), *command[1:]],
                                           environment, "measured") / n
        return [Row(figure, "instructions", values).divide(FLOOR, MIT, *self.others())]

    def words_of(self, name, command, environment):
        """The words that a program prints. None, with a note, where another module fails."""
        done = subprocess.run(command, env=environment, text=True, capture_output=True,
                              check=False, timeout=300)
        if done.returncode == 0:
            return done.stdout.split()
        text = "%s: %s: %s" % (name, " ".join(command[1:]), done.stderr.strip())
        if name not in self.others():
            raise AssertionError(text)
        self.notes.append(text)
        return None

    def output(self, program, arguments, environment):
        return self.words_of(OURS, [self.program(program), *arguments], environment)
