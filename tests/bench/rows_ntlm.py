# SPDX-License-Identifier: ISC
"""The rows of NTLM's logins and messages, their memory and system calls."""
import os
import time

import interleave
from measure import FLOOR, OURS, SETTLE_S, Row

SIZES = {64: "64 B", 1024: "1 KiB", 16384: "16 KiB", 1048576: "1 MiB"}
BULK = (16384, 1048576)
BULK_ROUNDS = 20
KINDS = ("raw", "spnego")
LABELS = {"raw": "raw", "spnego": "SPNEGO"}


def handshake(bench):
    yield from logins(bench, "handshake", "%s handshake")


def login(bench):
    figure = "%s handshake, credentials acquired each time"
    yield from logins(bench, "login", figure + " with a password")
    yield from logins(bench, "login_default", figure + " from a file")


def logins(bench, operation, figure):
    for kind in KINDS:
        commands = bench.commands([operation, kind], ["handshake"])
        yield bench.time(figure % LABELS[kind], commands)[0]
        yield from bench.count(figure % LABELS[kind], commands, n=4)


def messages(bench):
    for size, label in SIZES.items():
        yield from pair(bench, "wrap", size, "wrap + unwrap " + label)


def mic(bench):
    yield from pair(bench, "mic", 64, "get_mic + verify_mic 64 B")


def pair(bench, operation, size, figure):
    arguments = [operation, str(size)]
    commands = bench.commands(arguments, arguments)
    yield bench.time(figure, commands)[0]
    if size <= 16384 or not bench.quick:
        yield from bench.count(figure, commands, n=10 if size <= 1024 else 2)


def bulk(bench):
    """The worst of some rounds, because the speed of RC4 changes on a virtual machine."""
    for size in BULK:
        arguments = ["wrap", str(size)]
        workers = {name: interleave.Worker(*command) for name, command
                   in bench.commands(arguments, arguments).items() if name != "null"}
        times, _ = interleave.run(workers, BULK_ROUNDS, bench.batch_ns)
        row = Row("wrap + unwrap %s, worst of %d rounds" % (SIZES[size], BULK_ROUNDS),
                  "quotient", {})
        for name in times.keys() & {FLOOR, *bench.others()}:
            row.quotients[name] = [interleave.worst(times[OURS], times[name])]
        for worker in workers.values():
            worker.close()
        yield row


def memory(bench):
    states = {}
    for kind in KINDS:
        for name, (_, environment) in bench.commands(["handshake", kind]).items():
            words = bench.words_of(name, [bench.program("memory"), kind], environment) or []
            for state, *sides in zip(words[0::3], words[1::3], words[2::3]):
                for side, size in zip(("acceptor", "initiator"), sides):
                    states.setdefault((state, kind, side), {})[name] = int(size)
    for (state, kind, side), values in states.items():
        yield Row("memory of a context, %s, %s, %s" % (state.replace("_", " "), LABELS[kind], side),
                  "bytes", values).divide(*bench.others())


def users(bench):
    """Among many users, the one that logs in is the last of the file."""
    yield from among(bench)
    n_users = 100000 if bench.quick else 1000000
    for label, line in FORMATS.items():
        words = loaded(bench, label, line, n_users)
        figure = "%d users, %s: " % (n_users, label)
        yield Row(figure + "the file", "bytes a user", {OURS: len(line % 0)})
        names = ("credentials and first login, which load the file", "login after a changed line",
                 "the next login")
        for name, word in zip(names, words):
            yield Row(figure + name, "ms", {OURS: float(word)})
        for name, word in zip(("memory", "peak of memory"), words[3:]):
            yield Row(figure + name, "bytes a user", {OURS: int(word) / n_users})
    n_users = 100000
    for label, line in FORMATS.items():
        yield Row("%d users, %s: login after a changed line" % (n_users, label), "ms",
                  {OURS: float(loaded(bench, label, line, n_users)[1])})


FORMATS = {
    "plain": "AD:user%07d:Password\n",
    "as passwd writes it": "AD\\user%07d:65534:XXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXX:"
                           "A4F49C406510BDCAB6824EE7C30FD852:[U          ]:LCT-00000000:\n",
}


def user_environment(bench, line, n_users):
    text = "".join(line % i for i in range(n_users)) + "DEMO:alice:correct horse\n"
    ours = bench.mechanisms[OURS]
    path = ours.write("users-%d" % n_users, text)
    settings = ours.write_settings("many-%d" % n_users, users=path)
    time.sleep(SETTLE_S)
    return path, {**ours.environment, "GSS_NEGOTIATE_CONFIG": settings}


def loaded(bench, label, line, n_users):
    path, environment = user_environment(bench, line, n_users)
    words = bench.output("users", [path], environment)
    os.remove(path)
    return words


def among(bench):
    """The columns cannot show two user files of ours, so the quotient is in the figure."""
    program = bench.program("gss_operations")
    n_users = 100000 if bench.quick else 1000000
    for kind in KINDS:
        workers = {}
        for n in (10, n_users):
            _, environment = user_environment(bench, FORMATS["as passwd writes it"], n)
            workers[n] = interleave.Worker([program, "handshake", kind], environment)
        times, _ = interleave.run(workers, bench.rounds, bench.batch_ns)
        for worker in workers.values():
            worker.close()
        median, quiet = interleave.quotient(times[n_users], times[10])
        yield Row("%s login among %d users, of that among 10" % (LABELS[kind], n_users),
                  "quotient", {OURS: median})
