#!/usr/bin/env bash
# SPDX-License-Identifier: ISC
# Runs the demo and the tests on other platforms: tests/platforms/platforms.sh --help.
set -euo pipefail

usage() {
    cat <<'END_OF_USAGE'
usage: ./dev platforms [--quick] [NAME]...
       ./dev platforms --list

Clones the commit HEAD of this checkout into a chroot of each platform (default: all), and runs
./dev demo and ./dev test there; --quick runs './dev test quick'. On other architectures, which
qemu-user emulates, it runs './dev test core'; the names of their programs' formats stay
registered in binfmt_misc. With musl it compiles and links. It prints one line for each platform: versions, counts of tests, minutes. The output is in build-platforms/NAME/. The chroots
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
i386     same_processor
arm64    emulated
s390x    emulated
musl     musl
'

# debian NAME: Debian on this machine's architecture.
debian() {
    prepare "$1" && run_dev demo && run_dev test ${test_arguments[@]+"${test_arguments[@]}"} &&
        passed "$(counts test)"
}

# same_processor NAME: another architecture of Debian 12 that this machine's processor runs.
same_processor() {
    prepare "bookworm-$1" && run_dev test core && passed "$(counts test)"
}

# emulated NAME: another architecture of Debian 12, which qemu-user emulates.
emulated() {
    emulate "$1" && prepare "bookworm-$1" && use_cross_compiler && run_dev test core &&
        passed "$(counts test)"
}

# musl: the module and the tool, compiled and linked with the C library musl.
musl() {
    prepare bookworm || return
    say "$name: tests/platforms/musl.sh"
    if script musl '.ci/packages.sh build
        DEBIAN_FRONTEND=noninteractive apt-get -qy --no-install-recommends install musl-tools
        tests/platforms/musl.sh'; then
        passed "$(counts musl)"
    else
        failed "$(counts musl)"
    fi
}

# ---- what the functions of the table call -------------------------------------------------

# The platform that runs now: its name, the folder of its output, its chroot's name and folder,
# the emulator.
name='' logs='' chroot='' root='' emulator=''

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
    "$here/chroot.sh" "$chroot" env -C /srv/gss-negotiate \
        ${emulator:+GSSNEG_EMULATOR="$emulator" CK_TIMEOUT_MULTIPLIER=10} "$@" \
        >"$log" 2>&1 </dev/null
}

# script LOG TEXT: the same with a script of the shell.
script() { inside "$1" sh -euc "$2"; }

# prepare CHROOT: this chroot is up to date, with a fresh clone in /srv/gss-negotiate, where
# every user of the chroot can read it.
prepare() {
    chroot=$1
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

# processor NAME: what the kernel calls this architecture.
processor() { [ "$1" = arm64 ] && echo aarch64 || echo "$1"; }

# emulate NAME: qemu-user runs programs for this architecture, in every chroot (flag F).
emulate() {
    local format
    format=/proc/sys/fs/binfmt_misc/qemu-$(processor "$1")
    [ "$(dpkg --print-architecture)" != "$1" ] || return 0
    if [ ! -e "$format" ]; then
        mount -t binfmt_misc binfmt_misc "${format%/*}" 2>/dev/null || true
        update-binfmts --enable "${format##*/}" >/dev/null 2>&1 || true
    fi
    grep -qs '^flags:.*F' "$format" || skipped "no qemu-user here runs programs for $1 \
(packages qemu-user-static and binfmt-support)" || return
    emulator=$(qemu_version "qemu-$(processor "$1")")
}

# qemu_version PROGRAM: its version, as "qemu 7.2.22".
qemu_version() {
    { "$1-static" --version || "$1" --version; } 2>/dev/null |
        sed -n '1s/.*version \([0-9.]*\).*/qemu \1/p'
}

# use_cross_compiler: an emulated gcc takes too long, so cc, ninja and binutils are links to
# those of the chroot bookworm, which is /native inside. The chroot has what these programs load.
use_cross_compiler() {
    local native triplet program
    [ "$(dpkg --print-architecture)" = amd64 ] || return 0
    native=$("$here/chroot.sh" --path bookworm)
    triplet=$(processor "$name")-linux-gnu
    if ! "$here/chroot.sh" bookworm sh -euc 'export DEBIAN_FRONTEND=noninteractive
        apt-get -q -o DPkg::Lock::Timeout=600 update
        apt-get -qy -o DPkg::Lock::Timeout=600 --no-install-recommends install "gcc-$1" ninja-build
        ' sh "$triplet" >"$logs/compiler.log" 2>&1; then
        failed "the cross compiler cannot be installed: $(counts compiler)"
        return
    fi
    mkdir -p "$root/lib64"
    ln -sfn /native/lib64/ld-linux-x86-64.so.2 "$root/lib64/ld-linux-x86-64.so.2"
    ln -sfn /native/usr/lib/x86_64-linux-gnu "$root/usr/lib/x86_64-linux-gnu"
    ln -sfn "/native/usr/$triplet" "$root/usr/$triplet"
    for program in gcc ar ld nm objcopy objdump ranlib readelf strip; do
        ln -sfn "/native/usr/bin/$triplet-$program" "$root/usr/local/bin/$program"
    done
    ln -sfn gcc "$root/usr/local/bin/cc"
    ln -sfn /native/usr/bin/ninja "$root/usr/local/bin/ninja"
    export BIND="$native:/native"
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
        curl=$(version curl)
        printf "Debian %s %s, krb5 %s, OpenSSL %s, gcc %s%s" "$(cat /etc/debian_version)" \
            "$(dpkg --print-architecture)" "$(version libgssapi-krb5-2)" "$(version libssl3*)" \
            "$(gcc -dumpfullversion)" "${curl:+, curl $curl}"' || true
    cat "$logs/facts.log"
    printf '%s: ' "${emulator:+, $emulator}"
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
