#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""How many frames a login crosses in the module until its password is proved.

usage: frames.py MESON SOURCE_ROOT HANDSHAKE FRAMES_LIBRARY [--stacks]

Builds the module with -O0, and with OpenSSL as its cryptography, whose calls can be replaced.
Runs one handshake of each kind. The stacks are those of the HMAC whose value is the NTProofStr
of the AUTHENTICATE message: first where the initiator computes it, then where the acceptor
does. Counted are the function that the mechglue calls (gss_init_sec_context or
gss_accept_sec_context of the module), the one that asks for the HMAC, and all between them;
neither the mechglue nor the files that compute the HMAC (HMAC_FILES). --stacks prints
them, the innermost first. Prints and compares nothing.
"""
import os
import shutil
import subprocess
import sys
import tempfile

from handshake import KINDS, Handshakes

SKIPPED = 77
HMAC_FILES = ("crypto.c", "crypto_openssl.c", "openssl.c")
MODULE = "gss_negotiate.so"


def build(meson, source_root, folder):
    """The module without optimization, which would merge functions."""
    setup = [meson, "setup", folder, source_root, "-Dbuildtype=debug", "-Dtests=false",
             "-Dcrypto=openssl"]
    for command in (setup, ["ninja", "-C", folder, MODULE]):
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return os.path.join(folder, MODULE)


def functions_at(module, offsets):
    """[(function, file)] of these places in the module."""
    command = ["addr2line", "-f", "-e", module, *offsets]
    lines = subprocess.run(command, check=True, text=True, stdout=subprocess.PIPE).stdout.split("\n")
    files = [os.path.basename(place.rsplit(":", 1)[0]) for place in lines[1::2]]
    return list(zip(lines[0::2], files))


def frames_of(module, stack):
    """The frames that count of one line that frames.c wrote."""
    offsets = [frame.rsplit("+", 1)[1] for frame in stack.split()[1:]
               if os.path.basename(frame.rsplit("+", 1)[0]) == MODULE]
    frames = functions_at(module, offsets)
    while frames and frames[0][1] in HMAC_FILES:
        frames.pop(0)
    return frames


def stacks_of(handshakes, kind, library):
    """The two stacks at which the NTProofStr came out."""
    path = os.path.join(handshakes.folder, "stacks-" + kind)
    proof = handshakes.run(kind, 1, LD_PRELOAD=library, FRAMES_FILE=path)[0]
    with open(path, encoding="utf-8") as file:
        stacks = [line for line in file if line.startswith(proof)]
    if len(stacks) != 2:
        sys.exit("%s: the NTProofStr came out %d times, not twice" % (kind, len(stacks)))
    return stacks


def main(meson, source_root, program, library, *options):
    for tool in ("ninja", "addr2line"):
        if shutil.which(tool) is None:
            print("not measured: needs " + tool)
            sys.exit(SKIPPED)
    with tempfile.TemporaryDirectory(prefix="gssneg-frames.") as folder:
        module = build(meson, source_root, os.path.join(folder, "build"))
        handshakes = Handshakes(folder, program, module)
        for kind in KINDS:
            for role, stack in zip(("initiator", "acceptor"), stacks_of(handshakes, kind, library)):
                frames = frames_of(module, stack)
                print("frames to the NTProofStr's HMAC, %s %s: %d" % (kind, role, len(frames)))
                if "--stacks" in options:
                    for function, file in frames:
                        print("    %-24s %s" % (function, file))


if __name__ == "__main__":
    main(*sys.argv[1:])
