#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""The installed gssapi_negotiate.h: a program for gss-ntlmssp's header compiles with it, as C and
C++, and works with the module; pkg-config finds it.

usage: header_test.py MESON BUILD_DIR PROGRAM.c MODULE_DIR PKGCONFIG_DIR CC...
"""
import os
import shutil
import subprocess
import sys
import tempfile

from install_test import Machine, Tap

ITS_HEADER, OUR_HEADER = "gssapi/gssapi_ntlmssp.h", "gssapi/gssapi_negotiate.h"
STRICT = ["-Wall", "-Wextra", "-Wpedantic", "-Werror", "-Wno-write-strings"]


def pkg_config(tap, machine, folder):
    """The folder of headers that pkg-config names; None if it fails."""
    if shutil.which("pkg-config") is None:
        tap.point("pkg-config finds the header # SKIP no pkg-config", True)
        return os.path.join(machine.root, "usr/include")
    env = dict(os.environ, PKG_CONFIG_PATH=machine.root + folder)
    said = {}
    for option in ("--variable=includedir", "--print-requires", "--modversion"):
        done = subprocess.run(["pkg-config", "--define-prefix", option, "gss-negotiate"], env=env,
                              capture_output=True, text=True, check=False)
        said[option] = (done.stdout + done.stderr).strip()
    includes = said["--variable=includedir"]
    tap.point("pkg-config finds the header", os.path.exists(os.path.join(includes, OUR_HEADER))
              and said["--print-requires"] == "mit-krb5-gssapi", said)
    return includes


def compile_program(machine, text, includes, compiler, language):
    """(whether it compiles, what the compiler says)"""
    path = machine.write("program.c", text)
    command = [*compiler, *STRICT, *language, "-isystem", "/usr/include/mit-krb5",
               "-I" + includes, path, "-o", os.path.join(machine.folder, "program"),
               "-Wl,--no-as-needed", "-l:libgssapi_krb5.so.2"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return done.returncode == 0, done.stderr


def check_program(tap, machine, text, includes, compiler, language):
    name = "the program compiles as %s" % language[-1]
    if compiler[0] is None:
        tap.point(name + " # SKIP no compiler of C++", True)
        return
    is_made, said = compile_program(machine, text, includes, compiler, language)
    tap.point(name, is_made, said)
    trace = os.path.join(machine.folder, "trace")
    status, said = machine.run(os.path.join(machine.folder, "program"), trace,
                               os.path.join(machine.folder, "credentials"))
    tap.point("  and begins a login, with a trace", status == 0 and os.path.exists(trace), said)
    if os.path.exists(trace):
        os.remove(trace)
    bad = text.replace("GSS_NTLMSSP_CS_PASSWORD", "GSS_NTLMSSP_CS_PASS")
    tap.point("  and does not if it names a key that no header has",
              not compile_program(machine, bad, includes, compiler, language)[0])


def main(meson, build, program, module_dir, pkgconfig_dir, *cc):
    tap = Tap()
    with open(program, encoding="ascii") as file:
        text = file.read().replace(ITS_HEADER, OUR_HEADER)
    with tempfile.TemporaryDirectory(prefix="gssneg-install.") as folder:
        machine = Machine(folder, None)
        command = [meson, "install", "-C", build, "--no-rebuild", "--destdir", machine.root]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        tap.point("meson install", done.returncode == 0, done.stdout, done.stderr)
        module = machine.root + module_dir + "/gss_negotiate.so"
        machine.write("mech.conf", "gss_negotiate_ntlm 1.3.6.1.4.1.311.2.2.10 %s\n" % module)
        includes = pkg_config(tap, machine, pkgconfig_dir)
        cxx = shutil.which("c++") or shutil.which("g++") or shutil.which("clang++")
        check_program(tap, machine, text, includes, cc, ["-std=c99"])
        check_program(tap, machine, text, includes, [cxx], ["-x", "c++", "-std=c++11"])
    tap.end()


if __name__ == "__main__":
    main(*sys.argv[1:])
