#!/usr/bin/env bash
# SPDX-License-Identifier: ISC
# Runs the demo and the tests on other platforms: tests/platforms/platforms.sh --help.
set -euo pipefail

usage() {
    cat <<'END_OF_USAGE'
usage: ./dev platforms [--quick] [NAME]...
       ./dev platforms --list

Clones the commit HEAD of this checkout into a chroot of each platform (default: all), and runs
./dev demo and ./dev test there; --quick runs './dev test quick'. It prints one line for each
platform: versions, counts of tests, minutes. The output is in build-platforms/NAME/. The chroots
stay for the next run (tests/platforms/chroot.sh --help says where); each run brings their
packages up to date. It needs root, debootstrap and a mirror of Debian. Without them a platform
is skipped, with the reason. Exit status: 0 if something passed and nothing failed, otherwise 1.
END_OF_USAGE
}

here=$(realpath "$(dirname "${BASH_SOURCE[0]}")")
checkout=${here%/tests/platforms}
test_arguments=()

say() { printf '== %s\n' "$*" >&2; }
die() {
    printf 'platforms: %s\n' "$*" >&2
    exit 2
}

# ---- the table -----------------------------------------------------------------------

# NAME, and the function that runs it. The function gets NAME; it ends with exactly one call
# of passed, failed or skipped.
platforms='
bookworm debian
trixie   debian
sid      debian
'

# debian NAME: Debian on this machine's architecture.
debian() {
    prepare "$1" && run_dev demo && run_dev test ${test_arguments[@]+"${test_arguments[@]}"} &&
        passed "$(counts test)"
}

# ---- what the functions of the table call -------------------------------------------------

# The platform that runs now: its name, the folder of its output, its chroot.
name='' logs='' root=''

finish() { # finish RESULT TEXT: prints the line of this platform
    local minutes=$(((SECONDS - started + 59) / 60))
    printf '%s\n' "$1" >"$logs/result"
    printf '%-8s %-7s %s; %s min\n' "$name" "$1" "$(facts)$2" "$minutes"
}
passed() { finish passed "$1"; }
failed() {
    finish FAILED "$1 (output in build-platforms/$name)"
    return 1
}
skipped() {
    finish skipped "$1"
    return 1
}

# inside LOG COMMAND...: in the clone in the chroot; the output goes to the file.
inside() {
    local log=$logs/$1.log
    shift
    "$here/chroot.sh" "$name" env -C /srv/gss-negotiate "$@" >"$log" 2>&1 </dev/null
}

# script LOG TEXT: the same with a script of the shell.
script() { inside "$1" sh -euc "$2"; }

# prepare NAME: a chroot that is up to date, with a fresh clone in /srv/gss-negotiate, where
# every user of the chroot can read it.
prepare() {
    if ! "$here/chroot.sh" "$1" mkdir -p /srv/gss-negotiate >"$logs/chroot.log" 2>&1; then
        skipped "$(tail -n 1 "$logs/chroot.log")"
        return 1
    fi
    root=$("$here/chroot.sh" --path "$1")
    exec 8>"$root.run" # two runs at once would disturb each other
    flock 8
    if ! script update 'apt-get -q -o APT::Update::Error-Mode=any update
        DEBIAN_FRONTEND=noninteractive apt-get -qy --no-install-recommends dist-upgrade'; then
        skipped "apt-get cannot fetch the packages: $(grep -m 1 '^[EW]:' "$logs/update.log")"
        return 1
    fi
    rm -rf "$root/srv/gss-negotiate"
    git clone -q --no-hardlinks "$checkout" "$root/srv/gss-negotiate"
}

# run_dev SUBCOMMAND [ARGUMENT]...: runs ./dev in the chroot.
run_dev() {
    say "$name: ./dev $*"
    inside "$1" timeout 6h ./dev "$@" || failed "./dev $1 failed: $(counts "$1")"
}

# counts SUBCOMMAND: the last line of its output.
counts() { tail -n 1 "$logs/$1.log"; }

# facts: the versions in the chroot, as the start of the platform's line.
facts() {
    [ -d "$root/srv/gss-negotiate/.git" ] || return 0
    script facts '
        version() { dpkg-query -W -f "\${Version}" "$1" 2>/dev/null | sed "s/^.*://; s/[-+].*//"; }
        printf "Debian %s, krb5 %s, OpenSSL %s, gcc %s, curl %s: " "$(cat /etc/debian_version)" \
            "$(version libgssapi-krb5-2)" "$(version openssl)" "$(gcc -dumpfullversion)" \
            "$(version curl)"' || true
    cat "$logs/facts.log"
}

# ---- running -------------------------------------------------------------------------

function_of() { awk -v name="$1" '$1 == name { print $2 }' <<<"$platforms"; }

# run NAME: prints the platform's line. Its functions run in a shell of their own.
run() {
    name=$1
    logs=$checkout/build-platforms/$name
    rm -rf "$logs"
    mkdir -p "$logs"
    (
        started=$SECONDS
        "$(function_of "$name")" "$name" || [ -f "$logs/result" ] || failed 'no result'
    ) || true
}

main() {
    local names=() results
    while [ $# -gt 0 ]; do
        case $1 in
        -h | --help)
            usage
            exit 0
            ;;
        --list)
            awk 'NF { print $1 }' <<<"$platforms"
            exit 0
            ;;
        --quick) test_arguments=(quick) ;;
        -*) die "unknown option '$1'" ;;
        *)
            [ -n "$(function_of "$1")" ] || die "there is no '$1'; ./dev platforms --list"
            names+=("$1")
            ;;
        esac
        shift
    done
    [ ${#names[@]} -gt 0 ] || mapfile -t names < <(awk 'NF { print $1 }' <<<"$platforms")
    [ -z "$(git -C "$checkout" status --porcelain)" ] ||
        say "this checkout has changes that are not committed, and that are not tested"
    for name in "${names[@]}"; do
        run "$name"
    done
    results=$(cd "$checkout/build-platforms" && cat "${names[@]/%//result}")
    grep -qx passed <<<"$results" && ! grep -qx FAILED <<<"$results"
}

main "$@"
