#!/usr/bin/env bash
# SPDX-License-Identifier: ISC
# Runs every fuzz target; usage: tests/fuzz/run.sh BUILD_DIR SECONDS   (./dev fuzz)
# Each works on a copy of its corpus in BUILD_DIR/corpus, which grows. An input that makes a
# target fail ends this target, and is left in BUILD_DIR/findings.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
build=$1
seconds=$2
failed=0

# run_target NAME: sees none of the caller's settings.
run_target() {
    local corpus=$build/corpus/$1 TIMEFORMAT="$1: %U s of CPU, and %S s in the system"
    mkdir -p "$corpus" "$build/findings"
    cp "$here/corpus/$1"/* "$corpus/"
    printf '== %s for %s s\n' "$1" "$seconds" >&2
    time env -i PATH="$PATH" UBSAN_OPTIONS=print_stacktrace=1 \
        LSAN_OPTIONS="suppressions=$here/../lib/lsan.supp:print_suppressions=0" \
        "$build/tests/fuzz/fuzz_$1" -max_total_time="$seconds" -timeout=20 -rss_limit_mb=2048 \
        -print_final_stats=1 -artifact_prefix="$build/findings/$1-" "$corpus"
}

rm -rf "$build/findings"
for source in "$here"/fuzz_*.c; do
    name=${source##*/fuzz_}
    run_target "${name%.c}" || failed=1
done
for file in "$build"/findings/*; do
    [ -f "$file" ] || continue
    name=${file##*/}
    name=${name%%-*}
    printf '== found: %s; again with: %s/tests/fuzz/fuzz_%s %s\n' "$file" "$build" "$name" "$file"
    printf '== once it is mended, keep it: cp %s tests/fuzz/corpus/%s/\n' "$file" "$name"
done >&2
exit $failed
