#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""Static analysis of all but the tests: usage analysis.py TOOL ROOT BUILD_DIR.

TOOL is clang_tidy, cppcheck or gcc_analyzer. Each is run in the one version whose findings
are known here; another is skipped. A finding is mended, or suppressed where it stands, by
NOLINT(check): reason or cppcheck-suppress check ; reason. GCC has nothing of the kind, so
its false findings are listed below.
"""
import collections
import concurrent.futures
import json
import os
import re
import shutil
import subprocess
import sys

from sources import PRODUCT, Sample, Tap, c_files, floor_of, line_of, list_files, read

Finding = collections.namedtuple("Finding", "path line text check")
LINE = re.compile(r"^(\S+?):(\d+):\d+: (?:fatal error|\w+): (.*) \[([^\]\s]+)\]$", re.M)
# A build may leave sources out because the machine has not this header of a library.
NO_HEADER = re.compile(r"^'?[\w.-]+\.h'?(?:: No such file or directory| file not found)$")
UNNAMED = re.compile(r"^(\S+?):(\d+):\d+: (?:fatal )?error: (.*[^\]\n])()$", re.M)

# Neither clang 14 nor cppcheck knows that attribute cleanup reads and frees a variable.
# Their findings about such a variable are ignored, and no others; GCC and the tests of
# allocation find such errors.
OF_OWNER = re.compile(
    r"(?:Potential leak of memory pointed to by|Value stored to|Variable|Memory leak:)"
    r" '?(\w+)[\w.]*'?(?:$| is (?:never read|assigned a value that is never used))")


def is_owner(text, line, name):
    """Whether this variable of the function around a line has a cleanup."""
    before = text.split("\n")[:line]
    starts = [i for i, s in enumerate(before) if s == "{"]
    body = "\n".join(before[starts[-1] if starts else 0:])
    return re.search(r"(?:\b[A-Z_]+_AUTO|cleanup\(\w+\)\)\))[^;]*?\W%s\b" % name, body) is not None


def is_passed_over(root, finding):
    found = OF_OWNER.search(finding.text)
    return found is not None and is_owner(read(root, finding.path), finding.line, found.group(1))


def findings_in(said, root, folder):
    """What a tool run in a folder printed, by paths from the root; each thing once."""
    found = []
    for pattern in (LINE, UNNAMED):
        for path, line, text, check in pattern.findall(said):
            path = os.path.relpath(os.path.join(folder, path), root)
            found.append(Finding(path, int(line), text, check))
    return list(dict.fromkeys(found))


def run(command, folder):
    env = {**os.environ, "LC_ALL": "C"}
    done = subprocess.run(command, cwd=folder, env=env, capture_output=True, text=True,
                          errors="replace", check=False)
    return done.returncode, done.stdout + done.stderr


def commands(root, build):
    """{source: its compiler's words} of a build folder."""
    with open(os.path.join(build, "compile_commands.json"), encoding="utf-8") as file:
        rows = json.load(file)
    real = os.path.realpath(root)
    return {os.path.relpath(os.path.realpath(os.path.join(r["directory"], r["file"])), real):
            r["command"].split() for r in rows}


def is_in_meson(root, name):
    """Whether a meson.build beside or above a source names it."""
    folder = os.path.dirname(name)
    while folder:
        build = os.path.join(folder, "meson.build")
        if os.path.exists(os.path.join(root, build)) and \
                "'%s'" % os.path.relpath(name, folder) in read(root, build):
            return True
        folder = os.path.dirname(folder)
    return False


def words_for(root, name, built):
    """The compiler's words for a source; None if no build has it. meson.build may choose
    between sources: one that this build leaves out gets the words of one beside it."""
    beside = [n for n in sorted(built) if os.path.dirname(n) == os.path.dirname(name)]
    if name in built or not beside or not is_in_meson(root, name):
        return built.get(name)
    return built[beside[0]]


def sources(names):
    floors = PRODUCT + ("tools",)
    return [n for n in c_files(names) if n.endswith(".c") and floor_of(n) in floors]


class Tool:
    """A tool: program and version, and what it says of one file."""

    known = ()

    def why_not(self):
        """'' if it is there in the version that is known."""
        if shutil.which(self.program) is None:
            return "needs " + self.program
        said = run([self.program, "--version"], "/")[1]
        found = re.search(self.version, said)
        return "" if found else "needs %s, has %s" % (self.wanted, said.strip().split("\n")[0])

    def of_file(self, root, name, words, build, is_left_out):
        status, said = run(self.command(root, name, words), build)
        found = findings_in(said, root, build)
        if is_left_out and any(NO_HEADER.match(f.text) for f in found):
            print("# %s: is left out, and not analysed: %s" % (name, found[0].text))
            return []
        if status != 0 and not found:
            found.append(Finding(name, 0, said.strip()[-500:] or "it ended with %d" % status, ""))
        return found

    def findings(self, root, names, build):
        """What is said, without what is known to be false; and what is no longer said."""
        built = commands(root, build)
        words = {n: words_for(root, n, built) for n in sources(names)}
        unbuilt = [Finding(n, 0, "is not built", "") for n, w in words.items() if w is None]
        with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
            jobs = [pool.submit(self.of_file, root, n, w, build, n not in built)
                    for n, w in words.items() if w is not None]
        said = dict.fromkeys(f for job in jobs for f in job.result())
        return unbuilt + [f for f in said if not is_passed_over(root, f)]

    def problems(self, root, names, build):
        said, gone = self.findings(root, names, build), []
        for path, check, part, _ in self.known:
            hits = [f for f in said if (f.path, f.check) == (path, check) and part in f.text]
            said = [f for f in said if f not in hits]
            gone += [] if hits else ["%s: %s is no longer said" % (path, check)]
        return ["%s:%d: %s [%s]" % f for f in said] + gone


def includes_and_macros(words):
    """meson writes the folders of some dependencies as -isystemFOLDER, others in two words."""
    two = [w for pair in zip(words, words[1:]) if pair[0] == "-isystem" for w in pair]
    return two + [w for w in words if w.startswith(("-I", "-D", "-U")) or re.match("-isystem.", w)]


class ClangTidy(Tool):
    program, version, wanted = "clang-tidy-14", r"LLVM version 14\.", "clang-tidy 14"

    def __init__(self, style_root):
        self.style_root = style_root

    def command(self, root, name, words):
        folder = "tools" if floor_of(name) == "tools" else "."
        config = os.path.join(self.style_root, folder, ".clang-tidy")
        own = ["-std=gnu11", *includes_and_macros(words)]
        # a file at a time: of several, the analyzer of clang 14 takes each va_list of the
        # second file and on for uninitialized
        options = ["--quiet", "--use-color=false", *self.config_option(root, config)]
        return [self.program, *options, os.path.join(root, name), "--", *own, "-O2"]

    def config_option(self, root, config):
        return [] if os.path.samefile(root, self.style_root) else ["--config-file=" + config]


class Cppcheck(Tool):
    program, version, wanted = "cppcheck", r"Cppcheck 2\.10\b", "cppcheck 2.10"
    # unusedStructMember: does not see the members of tables; variableScope: a variable
    # stands at the top of its function here.
    options = ("--quiet", "--inline-suppr", "--std=c11", "--library=posix", "--library=gnu",
               "--enable=warning,performance,portability,style",
               "--suppress=unusedStructMember", "--suppress=variableScope",
               "--template={file}:{line}:{column}: {severity}: {message} [{id}]")

    def command(self, root, name, words):
        own = [w for w in words if w in ("-D_GNU_SOURCE", "-DNDEBUG")]
        return [self.program, *self.options, *own, "-I" + root, os.path.join(root, name)]


class GccAnalyzer(Tool):
    program, version, wanted = "gcc-12", r"gcc-12 .*\b12\.2\.", "gcc 12.2"
    # -Wanalyzer-malloc-leak is out: it loses a pointer that was stored through a pointer or
    # whose first member's address is handed out, and each of its findings was of that kind.
    # Leaks are found by clang-tidy, by LeakSanitizer, and where each allocation fails once.
    options = ("-O1", "-fanalyzer", "-Wno-analyzer-malloc-leak", "-S", "-o", "/dev/null")
    known = (
        ("ntlm/seal.c", "-Wanalyzer-null-dereference", "text.parts",
         "a text has either plain or parts; checksum asks for the one, apply for the other"),
    )

    def command(self, root, name, words):
        # a call that went to a checking variant of glibc is none that the analyzer knows
        own = [w for w in includes_and_macros(words) if "_FORTIFY_SOURCE" not in w]
        return [self.program, "-std=gnu11", *own, *self.options, os.path.join(root, name)]


HEAD = "#include <stdlib.h>\n#include <string.h>\n"
USED_AFTER_FREE = HEAD + """char f(void)
{
    char *p = calloc(2, 1);
    if (p == NULL) {
        return 0;
    }
    free(p);
    return p[1];
}
"""
FREED_TWICE = USED_AFTER_FREE.replace("return p[1]", "free(p);\n    return 1")
NULL_READ = HEAD + """int f(int x)
{
    int *p = NULL;
    if (x > 3) {
        p = &x;
    }
    return *p + (x > 3);
}
"""
LEAK = HEAD + """int f(const char *s)
{
    OWNER char *p = strdup(s);
    if (p == NULL || strlen(s) > 3) {
        return 1;
    }
    p[0] = 'x';
    return p[0] == s[0];
}
"""
FREE = "static void drop(char **p)\n{\n    free(*p);\n}\n"
OWNER = "#define TEXT_AUTO __attribute__((cleanup(drop)))\n"
OWNED = LEAK.replace(HEAD, HEAD + FREE + OWNER).replace("OWNER", "TEXT_AUTO")
FORGOTTEN = LEAK.replace("OWNER ", "")


def sample_problems(tool, text, others=None):
    """What a tool says of one file asn1/a.c that is built in its own folder."""
    sample = Sample({"asn1/a.c": text, **(others or {})})
    row = {"directory": sample.root, "file": "asn1/a.c", "command": "cc -I. -c asn1/a.c"}
    with open(os.path.join(sample.root, "compile_commands.json"), "w", encoding="utf-8") as file:
        json.dump([row], file)
    return tool.findings(sample.root, list_files(sample.root), sample.root)


def self_tests(tap, tool, name):
    bad = {"a double free": FREED_TWICE, "a NULL read": NULL_READ,
           "what does not compile": "int f(void) { return ; x }\n"}
    bad.update({} if name == "cppcheck" else {"a use after free": USED_AFTER_FREE})
    bad.update({} if name == "gcc_analyzer" else {"a leak": FORGOTTEN})
    for what, text in bad.items():
        tap.point("%s: finds %s" % (name, what), [] if sample_problems(tool, text) else ["it is silent"])
    said = [str(f) for f in sample_problems(tool, OWNED)]
    tap.point(name + ": silent on what frees itself", said)
    left_out = {"asn1/b.c": FREED_TWICE, "asn1/meson.build": "files('a.c', 'b.c')"}
    said = [f.path for f in sample_problems(tool, OWNED, left_out)]
    tap.point(name + ": finds a double free in a source that the build leaves out",
              [] if "asn1/b.c" in said else ["it is silent"])
    no_header = {"asn1/b.c": "#include <no_such.h>\n", "asn1/meson.build": "files('a.c', 'b.c')"}
    said = [str(f) for f in sample_problems(tool, OWNED, no_header)]
    tap.point(name + ": silent on a source that is left out for want of a header", said)
    said = [f.text for f in sample_problems(tool, OWNED, {"asn1/b.c": OWNED})]
    tap.point(name + ": finds a source that no build has", [] if said == ["is not built"] else said + ["-"])


SUPPRESSED = re.compile(r"NOLINT\w*|cppcheck-suppress\S*")
WITH_REASON = re.compile(r"(?:NOLINT(?:NEXTLINE)?\([\w.,-]+\): |cppcheck-suppress \w+ ; )\w")


def check_reasons(root, names):
    """Each suppression names its check, and its reason."""
    problems = []
    for name in c_files(names):
        text = read(root, name)
        problems += ["%s:%d: a suppression without check or reason" % (name, line_of(text, m.start()))
                     for m in SUPPRESSED.finditer(text) if not WITH_REASON.match(text, m.start())]
    return problems


def main(name, root, build):
    tap = Tap()
    makers = {"clang_tidy": lambda: ClangTidy(root), "cppcheck": Cppcheck, "gcc_analyzer": GccAnalyzer}
    tool = makers[name]()
    good = {"a.c": "/* NOLINTNEXTLINE(bugprone-x): why */\n/* cppcheck-suppress x ; why */\n"}
    bad = [{"a.c": "/* NOLINT */\n"}, {"a.h": "/* NOLINT(x) */\n"}, {"a.c": "/* cppcheck-suppress x */\n"}]
    tap.finds("suppressions have reasons", check_reasons, good, bad)
    tap.point("suppressions have reasons", check_reasons(root, list_files(root)))
    if tool.why_not():
        tap.skip(name, tool.why_not())
        tap.end()
    self_tests(tap, tool, name)
    tap.point(name, tool.problems(root, list_files(root), build))
    tap.end()


if __name__ == "__main__":
    main(*sys.argv[1:])
