# SPDX-License-Identifier: ISC
"""Counts the instructions of a program with valgrind's callgrind."""
import os
import shutil
import subprocess
import tempfile


def is_there():
    return shutil.which('valgrind') is not None


def count(command, env, function=None):
    """The instructions that a process executes, or those of the calls of one function of it,
    with all that these calls execute in libraries."""
    with tempfile.TemporaryDirectory(prefix='gssneg-callgrind.') as folder:
        path = os.path.join(folder, 'out')
        options = [] if function is None else ['--toggle-collect=' + function]
        done = subprocess.run(['valgrind', '-q', '--tool=callgrind', *options,
                               '--callgrind-out-file=' + path, *command],
                              env=env, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
                              text=True, check=False, timeout=120)
        if done.returncode != 0:
            raise AssertionError(f'{command}: exit status {done.returncode}: {done.stderr}')
        return total(path)


def total(path):
    """The sum that stands at the end of callgrind's file."""
    with open(path, encoding='utf-8') as file:
        for line in file:
            if line.startswith(('totals:', 'summary:')):
                return int(line.split()[1])
    raise AssertionError(f'{path}: there is no sum in it')
