#!/usr/bin/env bash
# SPDX-License-Identifier: ISC
# Prints the lines of the decoders and state tables that are not reached by the tests, nor by
# the corpus as far as fuzzing has made it grow.
# usage: tests/fuzz/coverage.sh COVERAGE_BUILD_DIR FUZZ_BUILD_DIR   (./dev fuzz --coverage)
set -euo pipefail
root=$(cd "$(dirname "$0")/../.." && pwd)
build=$1
grown=$2/corpus

find "$build" -name '*.gcda' -delete
meson test -C "$build" --no-rebuild --suite unit --suite spec --suite exchange \
    --no-suite extra >&2 || echo '== some tests failed' >&2
for source in "$root"/tests/fuzz/fuzz_*.c; do
    name=${source##*/fuzz_}
    name=${name%.c}
    if [ -d "$grown/$name" ]; then
        printf '== replaying what %s has grown\n' "$name" >&2
        "$build/tests/fuzz/replay_$name" "$grown/$name" 0 >/dev/null
    fi
done
python3 "$root/tests/fuzz/coverage.py" "$build" "$root"
