#!/usr/bin/env bash
# SPDX-License-Identifier: ISC
# Builds packages from this checkout: .ci/package.sh --help.
set -euo pipefail

usage() {
    cat <<'END'
usage: .ci/package.sh export FOLDER   the Debian source package, unpacked too, from the files
                                      that git tracks
       .ci/package.sh deb FOLDER      builds it in two different places; fails if the packages
                                      differ or lintian complains
       .ci/package.sh rpm FOLDER      builds the RPM; fails if its contents are not those of
                                      the Debian package

FOLDER holds the results. "deb" needs what "export" has made there, and "rpm" needs both.
END
}

say() { printf '== %s\n' "$*" >&2; }
die() {
    printf 'package.sh: %s\n' "$*" >&2
    exit 1
}

# From the first line of debian/changelog: "gss-negotiate (0.1.0-1) ...".
debian_version() { sed -n '1s/.*(\(.*\)).*/\1/p' debian/changelog; }

upstream_version() {
    local version
    version=$(debian_version)
    echo "${version%-*}"
}

# tar_of FOLDER NAME: the folder as a tar archive that depends on nothing but its files.
tar_of() {
    tar -C "$1" --sort=name --owner=0 --group=0 --numeric-owner --mode=go=rX,u+rw \
        --mtime="$(sed -n 's/^ -- .*>  //p' debian/changelog | head -n 1)" -c "$2" | xz -9
}

cmd_export() {
    local out=$1 name tree
    name=gss-negotiate-$(upstream_version)
    tree=$out/$name
    rm -rf "$out"
    mkdir -p "$tree"
    git -c safe.directory='*' ls-files -z | tar -c --null -T - | tar -C "$tree" -x
    grep -qF "version: '$(upstream_version)'," meson.build ||
        die "debian/changelog and meson.build have different versions"
    mv "$tree/debian" "$out/debian"
    tar_of "$out" "$name" >"$out/gss-negotiate_$(upstream_version).orig.tar.xz"
    mv "$out/debian" "$tree/debian"
}

# build FROM TO: builds the source package of the folder FROM in the folder TO, which is new.
build() {
    local from=$1 to=$2 log
    log=$to/build.log
    rm -rf "$to"
    mkdir -p "$to"
    cp -a "$from"/gss-negotiate*.orig.tar.xz "$from/gss-negotiate-$(upstream_version)" "$to"
    # The tests have commands of their own (./dev test), so they do not run twice here.
    if ! (cd "$to/gss-negotiate-$(upstream_version)" &&
        DEB_BUILD_OPTIONS="nocheck ${DEB_BUILD_OPTIONS:-}" dpkg-buildpackage -us -uc \
            >"$log" 2>&1); then
        tail -n 30 "$log" >&2
        die "dpkg-buildpackage failed; its output is in $log"
    fi
}

# What differs between the two builds must have no effect: the path and its length, the time
# zone, the locale, the umask, and the name of the user.
build_elsewhere() (
    umask 077
    export TZ=Asia/Kathmandu LC_ALL=C HOME=/nonexistent USER=somebody
    build "$1" "$2"
)

compare() {
    local first=$1 second=$2 file n=0
    for file in "$first"/*.deb "$first"/*.dsc "$first"/*.tar.xz; do
        cmp "$file" "$second/${file##*/}" || die "two builds differ in ${file##*/}"
        n=$((n + 1))
    done
    say "two builds in different places are the same: $n files"
}

cmd_deb() {
    local out scratch second
    out=$(realpath "$1")
    scratch=$(mktemp -d)
    trap 'rm -rf "${scratch:-}"' EXIT
    second=$scratch/a/folder/with/a/longer/name
    say "dpkg-buildpackage, twice"
    build "$out" "$scratch/b"
    build_elsewhere "$out" "$second"
    compare "$scratch/b" "$second"
    find "$scratch/b" -maxdepth 1 -type f -exec cp -t "$out" {} +
    say "lintian"
    # Each release's lintian asks for its own version of the policy.
    lintian --fail-on error,warning,info --info --display-info --allow-root \
        --suppress-tags newer-standards-version,out-of-date-standards-version \
        "$out"/*.changes ||
        die "lintian complains"
    dpkg-deb -c "$out"/gss-negotiate_*.deb
    say "$(echo "$out"/gss-negotiate_*.deb)"
}

# The files of either package, without those that only one system has: Debian's changelog,
# copyright, README.Debian and overrides; the RPM's licence. The man pages' .gz is left out.
deb_files() {
    dpkg-deb -c "$1"/gss-negotiate_*.deb | awk '$1 !~ /^d/ { print substr($6, 2) }' |
        grep -v -e '/copyright$' -e '/changelog' -e 'README.Debian' -e '/lintian/' |
        sed 's/\.gz$//' | sort
}

rpm_files() {
    rpm -qp --nosignature --qf '[%{FILEMODES:perms} %{FILENAMES}\n]' "$1"/gss-negotiate-[0-9]*.rpm |
        awk '$1 !~ /^d/ { print $2 }' | grep -v -e '/licenses/' -e '/\.build-id/' |
        sed 's/\.gz$//' | sort
}

cmd_rpm() {
    local out scratch log
    out=$(realpath "$1")
    scratch=$(mktemp -d)
    trap 'rm -rf "${scratch:-}"' EXIT
    log=$out/rpmbuild.log
    say "rpmbuild"
    # Debian's rpm knows no installed package, and its folder of libraries is another one.
    if ! rpmbuild -bb --nodeps --define "_topdir $scratch" --define "_sourcedir $out" \
        --define "_libdir /usr/lib/$(dpkg-architecture -qDEB_HOST_MULTIARCH)" \
        --define "_rpmdir $scratch" --define "_dbpath $scratch/db" \
        "$out/gss-negotiate-$(upstream_version)/rpm/gss-negotiate.spec" >"$log" 2>&1; then
        tail -n 30 "$log" >&2
        die "rpmbuild failed; its output is in $log"
    fi
    find "$scratch" -name '*.rpm' -exec cp -t "$out" {} +
    diff <(deb_files "$out") <(rpm_files "$out") ||
        die "the Debian package (<) and the RPM (>) have different files"
    say "$(echo "$out"/gss-negotiate-[0-9]*.rpm) has the files of the Debian package"
}

main() {
    case "${1:-} $#" in
    'export 2' | 'deb 2' | 'rpm 2') ;;
    '--help 1' | '-h 1')
        usage
        exit 0
        ;;
    *)
        usage >&2
        exit 2
        ;;
    esac
    local command=$1 folder
    folder=$(realpath -m "$2")
    cd "$(dirname "${BASH_SOURCE[0]}")/.."
    "cmd_$command" "$folder"
}

main "$@"
