# SPDX-License-Identifier: ISC
"""Runs handshake.c with a module."""
import os
import subprocess

import mechanisms

KINDS = ("raw", "spnego")


class Handshakes:
    """A folder in which handshakes run with this module."""

    def __init__(self, folder, program, module):
        self.folder, self.program = folder, program
        self.environment = mechanisms.ours(os.path.join(folder, "ours"), module).environment

    def run(self, kind, n, before=(), **variables):
        """The NTProofStr of each of n handshakes; before is a command that runs the program."""
        done = subprocess.run([*before, self.program, kind, str(n)], check=True, text=True,
                              env={**self.environment, **variables}, stdout=subprocess.PIPE)
        return done.stdout.split()
