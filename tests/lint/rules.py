#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""Rules that read text alone: usage rules.py ROOT."""
import os
import re
import shutil
import subprocess
import sys

from sources import (PRODUCT, Sample, Tap, c_files, code_only, floor_of, line_of, list_files, read)

MAX_LINES = 400
HEAD = "/* SPDX-License-Identifier: ISC */\n"

# Each folder, and the folders that it may include from.
MECH = ("mech", "mech/spnego", "mech/passthrough", "mech/report")  # one layer: they include each other
CONF = ("conf", "conf/winbind")
BELOW = {
    "base": ("base",),
    "asn1": ("base", "asn1"),
    "ntlm": ("base", "asn1", "ntlm"),
    **{folder: ("base", "asn1", "ntlm", *CONF) for folder in CONF},
    "mech": ("base", "asn1", "ntlm", *CONF, *MECH),
    **{folder: ("base", "asn1", "ntlm", *CONF, *MECH) for folder in MECH[1:]},
    "mech/passthrough": ("base", "asn1", "ntlm", *CONF, *MECH, "mech/api"),
    "mech/api": ("base", "asn1", "ntlm", *CONF, *MECH, "mech/api"),
    "tools/print": ("base", "asn1", "ntlm", "tools/print"),
    "tools": ("base", "asn1", "ntlm", *CONF, "tools", "tools/print"),
}
CONSTANTS = ("mech/krb5_codes.h", "mech/report/trace_version.h")  # tools may include them too: they need no code of mech
GENERATED = ("tools/version.h",)  # by meson, in the build folder
INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]*(["<])([^">]+)[">]', re.M)

CALL_NEVER = r"strcpy|strcat|stpcpy|v?sprintf|gets|alloca|strtok"
CALL_PLUGIN = r"abort|_?_?exit|_Exit|quick_exit|v?printf|puts|putchar|perror|psignal"
CALL_PLUGIN += r"|setlocale|signal|sigaction|openlog|closelog|umask|chdir"
# A host under a seccomp filter dies of these.
CALL_PLUGIN += r"|pthread_create|thrd_create|v?fork|clone3?|posix_spawnp?|exec[lv]p?e?|f?execve"
CALL_PLUGIN += r"|execveat|popen|system|daemon|getaddrinfo_a|timer_create|mq_notify|aio_\w+"
# The one file that makes threads, where the administrator has configured winbind.
MAKES_THREADS = {"conf/winbind/call.c": "pthread_create"}
# In a child that was forked meanwhile, the lock that these take stays locked.
CALL_PLUGIN += r"|(?:gmtime|localtime|ctime|asctime)(?:_r)?|mktime|timegm|strftime|tzset"
# What these answer depends on the host's locale: a Turkish one has another I.
CALL_PLUGIN += r"|to(?:lower|upper)|is(?:alnum|alpha|digit|lower|print|punct|space|upper)"
CALL_PLUGIN += r"|strn?casecmp|strcoll|strtod|strerror"
# A Unicode library's case mapping is not Windows', and grows (ntlm/upper_case.h).
CALL_NEVER += r"|(?:uc|u8|u16|u32)_(?:to(?:upper|lower|title)|case\w+)"
NEVER = re.compile(r"\b(%s)\s*\(" % CALL_NEVER)
IN_PLUGIN = re.compile(r"\b(?:(?:%s)\s*\(|stdout\b|stderr\b)" % CALL_PLUGIN)
CONDITION = re.compile(r"^[ \t]*#[ \t]*(?:if|ifdef|ifndef|elif|else)\b", re.M)

# Written so that this file does not find itself.
STRANGE = re.compile(r"/wor[k]/|/hom[e]/\w|\b(?:protocol|design|style|settings)[.]md")


def matches(pattern, text, said, name):
    for found in pattern.finditer(text):
        yield "%s:%d: %s %s" % (name, line_of(text, found.start()), said, found.group(0).strip())


def check_includes(root, names):
    problems = []
    for name in c_files(names):
        folder = os.path.dirname(name)
        for quote, path in INCLUDE.findall(read(root, name)):
            problems += include_problems(root, name, folder, quote, path)
    return problems


def include_problems(root, name, folder, quote, path):
    if quote == "<":
        low = folder in ("base", "asn1", "ntlm", *CONF)
        if low and path.startswith("gssapi"):
            return ["%s: only mech and tools know <%s>" % (name, path)]
        return []
    if path not in GENERATED and not os.path.isfile(os.path.join(root, path)):
        return ['%s: "%s" is not a path from the root' % (name, path)]
    if path in CONSTANTS and folder == "tools":
        return []
    if folder in BELOW and os.path.dirname(path) not in BELOW[folder]:
        return ['%s: "%s" is not below %s/' % (name, path, folder)]
    return []


def check_calls(root, names):
    problems = []
    for name in c_files(names):
        code = code_only(read(root, name))
        problems += matches(NEVER, code, "never call", name)
        if floor_of(name) in PRODUCT:
            code = re.sub(r"\b%s\b" % MAKES_THREADS.get(name, "$"), "", code)
            problems += matches(IN_PLUGIN, code, "in other programs' processes there is no", name)
    return problems


def check_conditions(root, names):
    problems = []
    for name in names:
        if name.endswith(".c"):
            problems += matches(CONDITION, code_only(read(root, name)), "in a .c file there is no", name)
    return problems


def check_lengths(root, names):
    problems = []
    for name in c_files(names):
        lines = read(root, name).count("\n")
        if lines > MAX_LINES:
            problems.append("%s: has %d lines, more than %d" % (name, lines, MAX_LINES))
    return problems


def check_heads(root, names):
    """SPDX first in every source and script; in C, then a comment that says what it is."""
    problems = []
    for name in names:
        text = read(root, name)
        if name in c_files(names):
            fine = text.startswith(HEAD) and re.match(r"/\*(\n \*)? \S", text[len(HEAD):])
        elif name.endswith((".py", ".sh", ".map")) or text.startswith("#!"):
            fine = "SPDX-License-Identifier: ISC" in "\n".join(text.split("\n")[:2])
        else:
            continue
        if text.strip() and not fine:
            problems.append("%s: no SPDX line first, or no purpose after it" % name)
    return problems


def check_words(root, names):
    problems = []
    for name in names:
        problems += matches(STRANGE, read(root, name), "speaks of another place:", name)
    return problems


def check_generated(root, names):
    """What is generated and committed is what its generator makes."""
    problems = []
    for name in names:
        source, script = (os.path.splitext(name)[0] + end for end in (".txt", ".py"))
        if not name.endswith((".c", ".h")) or source not in names or script not in names:
            continue
        made = subprocess.run([sys.executable, "-B", os.path.join(root, script)],
                              input=read(root, source), capture_output=True, text=True)
        if made.returncode != 0 or made.stdout != read(root, name):
            problems.append("%s: is not what %s makes of %s" % (name, script, source))
    return problems


def c(text):
    return HEAD + "/* A sample. */\n" + text


def untracked_problems():
    """In a git checkout, a file that was never added is not looked at."""
    sample = Sample({"a.c": c(""), "scratch.c": "int x;\n"})
    git = ["git", "-c", "safe.directory=*", "-C", sample.root]
    for command in (["init", "-q"], ["add", "a.c"]):
        subprocess.run([*git, *command], check=True, capture_output=True)
    found = list_files(sample.root)
    return [] if found == ["a.c"] else ["finds %s" % found]


def main(root):
    tap = Tap()
    names = list_files(root)
    if shutil.which("git") is None:
        tap.skip("only tracked files", "needs git")
    else:
        tap.point("only tracked files", untracked_problems())
    a_h = {"asn1/a.h": c("")}
    cases = [
        ("includes point down", check_includes,
         {**a_h, "ntlm/n.c": c('#include "asn1/a.h"\n#include <stdio.h>\n'), "tests/t.c": c('#include "asn1/a.h"\n'),
          "mech/krb5_codes.h": c(""), "tools/t.c": c('#include "mech/krb5_codes.h"\n')},
         [{"asn1/b.c": c('#include "mech/m.h"\n'), "mech/m.h": c("")},
          {**a_h, "asn1/b.c": c('#include "a.h"\n')},
          {"mech/api/e.h": c(""), "mech/x.c": c('# include "mech/api/e.h"\n')},
          {"mech/m.h": c(""), "tools/t.c": c('#include "mech/m.h"\n')},
          {"conf/x.c": c("#include <gssapi/gssapi.h>\n")}]),
        ("forbidden calls", check_calls,
         {"conf/winbind/call.c": c("int x = pthread_create(1);\n"), "mech/a.c": c('/* printf( */\nint x = my_exit(1);\nchar s[] = "abort(";\n'), "tools/t.c": c("int x = printf(1);\n")},
         [{"tests/t.c": c("int x = strcpy(a, b);\n")}, {"ntlm/a.c": c("int x = uc_toupper(1);\n")}, {"ntlm/a.c": c("int x = printf (1);\n")},
          {"conf/a.c": c("int x = fprintf(stderr, 1);\n")}, {"asn1/a.c": c("int x = setlocale(1);\n")},
          {"mech/a.c": c("int x = pthread_create(1);\n")}, {"conf/a.c": c("int x = fork();\n")}, {"conf/winbind/call.c": c("int x = fork();\n")},
          {"mech/a.c": c("int x = gmtime_r(&a, &b);\n")}, {"conf/a.c": c("char x = tolower(c);\n")}, {"mech/a.c": c("int x = strcasecmp(a, b);\n")},
          {"mech/api/a.c": c("int x = f('\"'); int y = exit(1);\n")}]),
        ("no #if in .c files", check_conditions,
         {"asn1/a.h": c("#ifdef X\n#endif\n"), "asn1/a.c": c("/*\n#if\n*/\n")},
         [{"asn1/a.c": c("#ifdef X\n#endif\n")}, {"tests/a.c": c(" # if 1\n#endif\n")}]),
        ("file lengths", check_lengths, {"a.c": c("\n" * (MAX_LINES - 2))}, [{"tests/a.h": c("\n" * (MAX_LINES - 1))}]),
        ("SPDX line and purpose", check_heads,
         {"a.c": c(""), "a.py": "#!/x\n# SPDX-License-Identifier: ISC\n", "README": "x\n"},
         [{"a.c": "int x;\n"}, {"a.h": HEAD + "int x;\n"}, {"a.py": "x = 1\n"}, {"run": "#!/bin/sh\nx\n"}]),
        ("generated files", check_generated,
         {"a.txt": "x", "a.py": "import sys\nprint(sys.stdin.read())\n", "a.c": "x\n", "b.c": "y"},
         [{"a.txt": "x", "a.py": "import sys\nprint(sys.stdin.read())\n", "a.c": "y\n"},
          {"a.txt": "x", "a.py": "import sys\nprint(sys.stdin.read())\n", "a.h": "y\n"},
          {"a.txt": "x", "a.py": "raise SystemExit(1)\n", "a.c": ""}]),
        ("no machine's paths", check_words, {"a.c": c("/tmp/x\n")}, [{"a.md": "see /wor" "k/x\n"}, {"a.c": c("style.m" "d 3\n")}]),
    ]
    for name, check, good, bad in cases:
        tap.finds(name, check, good, bad)
        tap.point(name, check(root, names))
    tap.end()


if __name__ == "__main__":
    main(sys.argv[1])
