# SPDX-License-Identifier: ISC
"""Times the same operation of several programs side by side.

Each program (loop.h) runs all the time. A round asks each of them in turn to do the
operation for some milliseconds, so that whatever else the machine does in a round disturbs
all of them. Only quotients of the same round are compared.
"""
import statistics
import subprocess


WARM_UP = 3


class Worker:
    """A program of loop.h that waits for numbers."""

    def __init__(self, command, environment, namespace=()):
        self.process = subprocess.Popen([*namespace, *command], env=environment, text=True,
                                        stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self.command = command

    def ask(self, n):
        """Does the operation n times: (nanoseconds that passed, nanoseconds of processor time)."""
        self.process.stdin.write("%d\n" % n)
        self.process.stdin.flush()
        answer = self.process.stdout.readline().split()
        if len(answer) != 2:
            raise AssertionError("%s: ended" % " ".join(self.command))
        return int(answer[0]), int(answer[1])

    def choose_n(self, batch_ns):
        """How often it does the operation in this time, once libraries have set themselves up."""
        self.ask(WARM_UP)
        n, cpu = 1, self.ask(1)[1]
        while cpu < batch_ns / 4:
            n *= 2
            cpu = self.ask(n)[1]
        return max(1, round(n * batch_ns / cpu))

    def close(self):
        self.process.stdin.close()
        self.process.stdout.close()
        self.process.wait()


def run(workers, rounds, batch_ns):
    """Two of {name: [nanoseconds of one operation in each round]}: the processor time, which other
    programs disturb less, and the time that passed."""
    chosen = {name: worker.choose_n(batch_ns) for name, worker in workers.items()}
    passed = {name: [] for name in workers}
    used = {name: [] for name in workers}
    for _ in range(rounds):
        for name, worker in workers.items():
            wall_ns, cpu_ns = worker.ask(chosen[name])
            passed[name].append(wall_ns / chosen[name])
            used[name].append(cpu_ns / chosen[name])
    return used, passed


def quotient(ours, others):
    """The median of the quotients of all rounds, and that of the quiet rounds: the quarter of
    the rounds in which the two took the least time together."""
    rounds = sorted(zip(ours, others), key=sum)
    quiet = rounds[:max(1, len(rounds) // 4)]
    return [statistics.median(a / b for a, b in some) for some in (rounds, quiet)]


def worst(ours, others):
    """The greatest quotient of a round."""
    return max(a / b for a, b in zip(ours, others))
