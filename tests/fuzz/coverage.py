#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""Which lines of the decoders and state tables nothing has reached, by gcov.

usage: coverage.py BUILD_FOLDER ROOT, after the tests of a build with -Db_coverage=true
have run and the fuzzers' corpus was replayed by it.
"""
import json
import os
import subprocess
import sys

# What reads a peer's, an administrator's or a trace's bytes, and what decides by state.
FILES = """
base/bytes.c base/reader.c asn1/der.c asn1/der_walk.c asn1/negtoken.c asn1/negtoken_init.c
asn1/negtoken_resp.c asn1/oid_text.c
ntlm/authenticate.c ntlm/avpair.c ntlm/challenge.c ntlm/unverified_identity.c ntlm/client.c ntlm/envelope.c
ntlm/message.c ntlm/negotiate.c ntlm/reply.c ntlm/seal.c ntlm/seal_direction.c ntlm/server.c ntlm/session_token.c
ntlm/target_info.c ntlm/redact.c tools/print/negtoken_text.c tools/print/ntlm_text.c tools/print/ntlm_text_avpair.c
tools/print/ntlm_text_response.c tools/print/ntlm_text_value.c
ntlm/message_input.c ntlm/utf16.c ntlm/verify.c
conf/credfile.c conf/host.c conf/policy.c conf/settings_keys.c conf/settings_list.c
conf/settings.c conf/settings_file.c conf/userfile.c conf/userindex.c conf/userline.c
mech/context.c mech/cred_token.c mech/passthrough/first_token.c mech/iov.c mech/message.c mech/name_form.c
mech/passthrough/route.c
mech/option.c mech/spnego/acceptor.c mech/spnego/hints.c mech/spnego/initiator.c
mech/spnego/mic.c mech/spnego/spnego.c mech/spnego/start.c mech/spnego/tolerate.c
tools/trace_decision.c tools/trace_diagram.c tools/trace_model.c tools/trace_page.c
tools/trace_read.c tools/trace_steps.c tools/trace_token.c
""".split()
FOLDERS = ["libgss_negotiate_core.a.p", "gss-negotiate.p", "tests/fuzz/replay_trace.p"]


def data_files(build):
    found = []
    for folder in (os.path.join(build, name) for name in FOLDERS):
        names = sorted(os.listdir(folder)) if os.path.isdir(folder) else []
        found += [os.path.join(folder, name) for name in names if name.endswith(".gcda")]
    return found


def read_counts(build, root):
    """{file: {line: how often it ran}}"""
    counts = {}
    command = ["gcov", "--json-format", "--stdout", *data_files(build)]
    done = subprocess.run(command, cwd=build, capture_output=True, text=True, check=True)
    for report in done.stdout.splitlines():
        for entry in json.loads(report)["files"]:
            path = os.path.normpath(os.path.join(build, entry["file"]))
            lines = counts.setdefault(os.path.relpath(path, root), {})
            for line in entry["lines"]:
                number = line["line_number"]
                lines[number] = lines.get(number, 0) + line["count"]
    return counts


def show(root, name, lines):
    """Prints the lines that never ran; returns (reached, all)."""
    missed = [number for number in sorted(lines) if lines[number] == 0]
    reached = len(lines) - len(missed)
    print("%-32s %4d of %4d lines" % (name, reached, len(lines)))
    with open(os.path.join(root, name), encoding="utf-8") as source:
        text = source.read().split("\n")
    for number in missed:
        print("  %4d %s" % (number, text[number - 1]))
    return reached, len(lines)


def main(build, root):
    build, root = os.path.realpath(build), os.path.realpath(root)
    if not data_files(build):
        sys.exit("coverage: %s holds no gcov data" % build)
    counts = read_counts(build, root)
    total = [0, 0]
    for name in FILES:
        if name not in counts:
            if os.path.exists(os.path.join(root, name)):
                print("%-32s nothing of it ran" % name)
            continue
        reached, lines = show(root, name, counts[name])
        total = [total[0] + reached, total[1] + lines]
    print("\n%d of %d lines reached" % tuple(total))


if __name__ == "__main__":
    main(*sys.argv[1:3])
