#!/usr/bin/env bash
# SPDX-License-Identifier: ISC
# Builds the Debian package in releases of Debian, and runs its life there in a chroot that is
# new: package_test.sh [RELEASE]... (default: bookworm trixie). One line a release says the result.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

# The chroots of the life have nothing but the base system.
pristine=$(dirname "$(tests/platforms/chroot.sh --path x)")/pristine

# in_release RELEASE FOLDER: what this script does there; its status is that of the last command.
in_release() {
    export BIND="$2:/package"
    source=$(cd "$2" && echo gss-negotiate-*/debian)
    source=${source%/debian}
    tests/platforms/chroot.sh "$1" "/package/$source/.ci/packages.sh" package &&
        tests/platforms/chroot.sh "$1" "/package/$source/.ci/package.sh" deb /package &&
        GSS_NEGOTIATE_PLATFORMS=$pristine DISCARD=yes tests/platforms/chroot.sh "$1" \
            "/package/$source/tests/platforms/package_life.sh" /package
}

failed=0
[ $# -gt 0 ] || set -- bookworm trixie
for release in "$@"; do
    folder=$PWD/build-package/$release
    .ci/package.sh export "$folder"
    status=0
    (in_release "$release" "$folder") >"$folder/test.log" 2>&1 || status=$?
    case $status in
    0) echo "$release: passed" ;;
    77) echo "$release: skipped: $(tail -n 1 "$folder/test.log")" ;;
    *)
        tail -n 20 "$folder/test.log" >&2
        echo "$release: failed; the output is in $folder/test.log"
        failed=1
        ;;
    esac
done
exit $failed
