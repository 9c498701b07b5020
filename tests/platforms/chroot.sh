#!/usr/bin/env bash
# SPDX-License-Identifier: ISC
# Runs a command in another release of Debian: tests/platforms/chroot.sh --help.
set -euo pipefail

usage() {
    cat <<'END'
usage: tests/platforms/chroot.sh RELEASE[-ARCHITECTURE] [COMMAND [ARGUMENT]...]

Runs COMMAND (default: a shell) as root in a chroot with this release of Debian (bookworm,
trixie, sid, ...), which debootstrap makes the first time. The command has mounts and processes
of its own: whatever it mounts is gone and whatever it started is killed when it ends. The
environment is empty but for PATH, HOME, LANG and TERM. BIND="OUTSIDE:/INSIDE ..." shows folders
of this machine inside the chroot. With DISCARD=yes, whatever the command changes in the chroot is
lost when it ends. --path RELEASE prints the chroot's folder.

The chroots are kept in $GSS_NEGOTIATE_PLATFORMS, by default
/var/cache/gss-negotiate/platforms. To remove one, remove its folder. Exit status: that of the
command; 77 if this machine cannot make or enter the chroot, with the reason.
END
}

skip() {
    printf 'chroot.sh: %s\n' "$*" >&2
    exit 77
}

# make ROOT RELEASE ARCHITECTURE: a chroot that is not whole never gets the name ROOT.
make() {
    local root=$1 release=$2 architecture=$3 log=$1.log
    command -v debootstrap >/dev/null || skip "debootstrap is not installed"
    printf '== debootstrap %s %s\n' "$release" "$architecture" >&2
    rm -rf "$root.new"
    mkdir -p "${root%/*}"
    if ! debootstrap --variant=minbase --arch="$architecture" "$release" "$root.new" \
        >"$log" 2>&1; then
        tail -n 5 "$log" >&2
        skip "debootstrap cannot make $release for $architecture; its output is in $log"
    fi
    # Debian's packages ask this file whether they may start a service: never.
    printf '#!/bin/sh\nexit 101\n' >"$root.new/usr/sbin/policy-rc.d"
    chmod 755 "$root.new/usr/sbin/policy-rc.d"
    mv "$root.new" "$root"
}

# What runs inside the namespaces, with the root as $1: the mounts, then the command. The folder
# becomes the root of the mount namespace (pivot_root), because a process in a plain chroot can
# make neither mounts nor user namespaces of its own.
enter='
root=$1
shift
if [ "$DISCARD" = yes ]; then
    mount -t tmpfs tmpfs "$root.discard"
    mkdir "$root.discard/upper" "$root.discard/work"
    mount -t overlay overlay \
        -o "lowerdir=$root,upperdir=$root.discard/upper,workdir=$root.discard/work" "$root"
else
    mount --bind "$root" "$root"
fi
mount --rbind /dev "$root/dev"
mount -t proc proc "$root/proc"
mount -t sysfs sysfs "$root/sys"
mount -t tmpfs -o mode=1777 tmpfs "$root/tmp"
mount -t tmpfs -o mode=755 tmpfs "$root/run"
mkdir "$root/run/lock"
for mount in $BIND; do
    mkdir -p "$root/${mount#*:}"
    mount --bind "${mount%%:*}" "$root/${mount#*:}"
done
cd "$root"
pivot_root . . # the old root is then above the new one
umount -l .
# The shell is process 1: some commands, as timeout of coreutils 9.10, refuse to be that.
exec env -i PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin \
    HOME=/root LANG=C.UTF-8 TERM="${TERM:-dumb}" chroot . sh -c "\"\$@\"; exit \$?" sh "$@"
'

# configure_apt ROOT: copies of packages would only fill the disk. A mirror may serve a state of
# sid that is older than sid's lists are valid; their signature is checked all the same.
configure_apt() {
    cat >"$1/etc/apt/apt.conf.d/90platforms" <<'END'
APT::Keep-Downloaded-Packages "false";
Acquire::Check-Valid-Until "false";
END
}

main() {
    local name=${1:-} release architecture root
    case $name in
    -h | --help)
        usage
        exit 0
        ;;
    --path)
        echo "${GSS_NEGOTIATE_PLATFORMS:-/var/cache/gss-negotiate/platforms}/$2"
        exit 0
        ;;
    '' | [-.]* | */*)
        usage >&2
        exit 2
        ;;
    esac
    shift
    [ "$(id -u)" = 0 ] || skip "a chroot needs root"
    release=${name%%-*}
    architecture=$(dpkg --print-architecture)
    [ "$release" = "$name" ] || architecture=${name#*-}
    root=$("$0" --path "$name")
    exec 9>"$(mkdir -p "${root%/*}" && echo "$root.lock")"
    flock 9 # two runs at once would make the same chroot
    [ -d "$root" ] || make "$root" "$release" "$architecture"
    exec 9>&-
    configure_apt "$root"
    # hosts has the name of this machine. A link in the chroot would lead to a file outside.
    cp -L --remove-destination /etc/resolv.conf /etc/hosts "$root/etc"
    [ "${DISCARD:-}" != yes ] || mkdir -p "$root.discard"
    [ $# -gt 0 ] || set -- bash -l
    exec unshare --mount --propagation private --uts --ipc --pid --fork --kill-child \
        env BIND="${BIND:-}" DISCARD="${DISCARD:-}" sh -euc "$enter" enter "$root" "$@"
}

main "$@"
