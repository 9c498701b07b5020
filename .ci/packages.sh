#!/usr/bin/env bash
# SPDX-License-Identifier: ISC
# Installs the packages that a sub-command of ./dev needs: .ci/packages.sh --help.
set -euo pipefail

usage() {
    cat <<'END'
usage: .ci/packages.sh [--dry-run] build|demo|core|test|interop|interop-all|bench|fuzz|package

Installs the packages that this sub-command of ./dev needs and that are missing (core: those
of ./dev test core): on Debian and Ubuntu with apt-get, on Fedora with dnf (nobody has tested
that part). It starts no service, and unpacks into build-packages what would change the logins
to this machine. With --dry-run it prints what it would install, and changes nothing.
END
}

say() { printf '== %s\n' "$*" >&2; }
die() {
    printf 'packages.sh: %s\n' "$*" >&2
    exit 2
}

# ---- the lists -----------------------------------------------------------------------

# A name after a ? is left out where the distribution has no such package. The tests that
# need it are then skipped, and print the reason.
packages_debian() {
    echo gcc libc6-dev meson ninja-build pkg-config libkrb5-dev libssl-dev libunistring-dev
    echo '?libwbclient-dev' # its header; without it the module cannot ask winbind
    # Any of the three packages serves that bring libcurl's headers; each removes the others.
    pkg-config --exists libcurl 2>/dev/null || echo libcurl4-openssl-dev
    case $1 in
    demo) echo curl python3-gssapi ;;
    bench)
        echo check libjansson-dev valgrind '?strace' '?gss-ntlmssp'
        echo krb5-kdc krb5-admin-server krb5-user
        ;;
    core) echo check libjansson-dev mandoc binutils openssl ca-certificates ;;
    package)
        echo build-essential git debhelper fakeroot lintian rpm xz-utils
        echo check libjansson-dev libwbclient-dev
        ;;
    fuzz) echo clang '?libclang-rt-14-dev' '?libclang-rt-dev' check libjansson-dev ;;
    test | interop | interop-all)
        echo check libjansson-dev '?clang-format-14' universal-ctags mandoc binutils '?apparmor'
        echo '?clang-tidy-14' '?cppcheck' '?gcc-12' '?valgrind'
        echo apache2-bin libapache2-mod-auth-gssapi curl ca-certificates openssl git '?openssl-provider-fips'
        echo gss-ntlmssp python3-gssapi
        echo krb5-kdc krb5-admin-server krb5-user '?krb5-k5tls'
        echo '?slapd' '?ldap-utils' '?libsasl2-modules-gssapi-mit' '?krb5-gss-samples'
        echo '?winbind' '?samba' '?samba-ad-dc' '?samba-ad-provision' '?samba-dsdb-modules' '?samba-vfs-modules'
        echo '?smbclient' '?adcli' '?iproute2' '?python3-samba'
        echo '?python3-impacket' '?openssh-client' '?openssh-server' '?squid'
        echo '?libwinpr2-dev' '?libgssapi3-heimdal' '?libgssapi3t64-heimdal'
        echo '?subversion' '?libapache2-mod-svn' '?python3-requests-ntlm'
        echo '?python3-kerberos' '?python3-pyspnego' '?python3-ldap' '?libgssapi-perl'
        echo '?python3-winrm' '?python3-requests-kerberos' '?freetds-bin' '?cntlm'
        [ "$1" != interop-all ] || echo '?chromium' '?firefox-esr' '?libhttpclient-java' '?php-cli' '?php-curl'
        ;;
    esac
}

# RHEL has some of these in its repository CRB, some in EPEL, and lacks the others.
packages_fedora() {
    echo gcc meson ninja-build pkgconf-pkg-config krb5-devel openssl-devel
    echo libunistring-devel libcurl-devel libwbclient-devel
    case $1 in
    demo) echo curl python3-gssapi ;;
    bench) echo check-devel jansson-devel valgrind strace gssntlmssp krb5-server krb5-workstation ;;
    core) echo check-devel jansson-devel mandoc binutils openssl ;;
    fuzz) echo clang compiler-rt check-devel jansson-devel ;;
    test | interop | interop-all)
        echo check-devel jansson-devel ctags mandoc binutils libasan libubsan libtsan valgrind
        echo httpd mod_auth_gssapi mod_ssl curl openssl gssntlmssp python3-gssapi
        echo krb5-server krb5-workstation openldap-servers openldap-clients
        echo cyrus-sasl-gssapi samba samba-dc samba-client samba-winbind samba-winbind-clients
        echo adcli iproute python3-samba python3-impacket openssh-server
        echo git subversion mod_dav_svn python3-requests_ntlm squid
        [ "$1" != interop-all ] || echo chromium-headless firefox
        ;;
    esac
}

# Tests need files of these packages. To install them would change how this machine looks up
# its users (/etc/nsswitch.conf), or take the place of its own ssh, so their files go into
# build-packages/NAME instead.
unpacked_debian() {
    case $1 in
    test | interop | interop-all)
        echo libnss-winbind libpam-winbind openssh-client-gssapi openssh-server-gssapi
        ;;
    esac
}

# announce NAME: says what a user should know before this package is installed.
announce() {
    case $1 in
    gss-ntlmssp) say "gss-ntlmssp (a peer for the tests) enables itself in /etc/gss/mech.d" ;;
    krb5-kdc) say "krb5-kdc (for a KDC that the tests run) brings a service, which does not" \
        "start without a realm" ;;
    slapd) say "slapd (for a directory that the tests run) gets no configuration; its service" \
        "does not start without one" ;;
    winbind | squid | cntlm) say "$1 (the tests run it themselves) brings a service, which starts with" \
        "the machine from the next boot on, unless you run: systemctl disable $1" ;;
    samba | samba-ad-dc) say "$1 (the tests run it themselves) brings services, which start with the" \
        "machine from the next boot on, unless you run: systemctl disable smbd nmbd samba-ad-dc" ;;
    openssh-server) say "openssh-server (the tests run an sshd) brings a service, which starts" \
        "with the machine from the next boot on, unless you run: systemctl disable ssh" ;;
    esac
}

# ---- installing ----------------------------------------------------------------------

# as_root COMMAND...: as root, or through sudo.
as_root() {
    if [ "$(id -u)" = 0 ]; then
        "$@" </dev/null
    elif command -v sudo >/dev/null; then
        sudo "$@"
    else
        die "packages are missing and there is no sudo; as root, run: $*"
    fi
}

apt() { as_root env DEBIAN_FRONTEND=noninteractive apt-get -q "$@" >&2; }

# missing_debian NAME...: those of the packages that are not installed, with their ?.
missing_debian() {
    local installed name
    installed=$(dpkg-query -W -f='${db:Status-Status} ${Package}\n' "${@#\?}" 2>/dev/null || true)
    for name in "$@"; do
        grep -qxF "installed ${name#\?}" <<<"$installed" || echo "$name"
    done
}

apt_knows() { [ -n "$(apt-cache show --no-all-versions "$1" 2>/dev/null)" ]; }

# obtainable NAME...: the names without a ?, and those with one that apt can install.
obtainable() {
    local name
    for name in "$@"; do
        if [ "$name" = "${name#\?}" ] || apt_knows "${name#\?}"; then
            echo "${name#\?}"
        fi
    done
}

# Debian asks this file before a package starts its service; 101 forbids it. A file that the
# machine already has stays as it is.
POLICY=/usr/sbin/policy-rc.d
policy_is_ours=no

forbid_services() {
    [ ! -e $POLICY ] || return 0
    policy_is_ours=yes
    trap allow_services EXIT
    as_root sh -c "printf '#!/bin/sh\nexit 101\n' >$POLICY && chmod 755 $POLICY"
}

allow_services() {
    [ $policy_is_ours = yes ] || return 0
    as_root rm -f $POLICY
    policy_is_ours=no
    trap - EXIT
}

# apt_install NAME...: installs, and starts no service.
apt_install() {
    case " $* " in
    *" slapd "*) as_root sh -c \
        'echo slapd slapd/no_configuration boolean true | debconf-set-selections' ;;
    esac
    say "apt-get install --no-install-recommends $*"
    forbid_services
    apt install -y --no-install-recommends "$@" || return 1
    allow_services
}

# unpack_debian NAME...: without an installation; those that apt does not have are left out.
unpack_debian() {
    local name folder download
    for name in "$@"; do
        folder=$(dirname "$0")/../build-packages/$name
        if [ -d "$folder" ] || [ -z "$(missing_debian "$name")" ] || ! apt_knows "$name"; then
            continue
        fi
        say "unpacking $name into build-packages, without installing it"
        [ $dry_run = no ] || continue
        download=$(mktemp -d)
        if (cd "$download" && apt-get -q -o APT::Sandbox::User=root download "$name" >&2) &&
            dpkg-deb -x "$download"/*.deb "$download/files"; then
            mkdir -p "${folder%/*}"
            mv "$download/files" "$folder"
        fi
        rm -rf "$download"
    done
}

apt_knows_all() {
    local name
    for name in "$@"; do
        apt_knows "$name" || return 1
    done
}

apt_update() {
    say "apt-get update"
    apt update
}

# The package lists are fetched only if apt does not know a name without a ?. A machine that
# is new has none: its names with a ? become known then.
install_debian() {
    local missing names updated=no name
    mapfile -t missing < <(missing_debian "$@")
    mapfile -t names < <(obtainable ${missing[@]+"${missing[@]}"})
    [ ${#names[@]} -gt 0 ] || return 0
    say "packages are missing: ${names[*]}"
    [ $dry_run = no ] || return 0
    if ! apt_knows_all "${names[@]}"; then
        apt_update
        updated=yes
    fi
    mapfile -t names < <(obtainable "${missing[@]}")
    for name in "${names[@]}"; do
        announce "$name"
    done
    apt_install "${names[@]}" && return 0
    [ $updated = no ] || return 1
    say "that failed; the package lists may be old"
    apt_update
    apt_install "${names[@]}"
}

install_fedora() {
    local missing
    mapfile -t missing < <(rpm -q --qf '' "$@" | sed -n 's/^package \(.*\) is not installed$/\1/p')
    [ ${#missing[@]} -gt 0 ] || return 0
    say "dnf install ${missing[*]} (nobody has tested this on Fedora)"
    [ $dry_run = no ] || return 0
    # strict=False: names that this distribution lacks are left out.
    as_root dnf install -y --setopt=install_weak_deps=False --setopt=strict=False \
        "${missing[@]}" >&2
}

main() {
    local names
    dry_run=no
    if [ "${1:-}" = --dry-run ]; then
        dry_run=yes
        shift
    fi
    case ${1:-} in
    build | demo | core | test | interop | interop-all | bench | fuzz | package) ;;
    -h | --help)
        usage
        exit 0
        ;;
    *)
        usage >&2
        exit 2
        ;;
    esac
    if command -v apt-get >/dev/null; then
        mapfile -t names < <(packages_debian "$1" | tr ' ' '\n')
        install_debian "${names[@]}"
        mapfile -t names < <(unpacked_debian "$1" | tr ' ' '\n')
        unpack_debian ${names[@]+"${names[@]}"}
    elif command -v dnf >/dev/null; then
        mapfile -t names < <(packages_fedora "$1" | tr ' ' '\n')
        install_fedora "${names[@]}"
    else
        say "neither apt-get nor dnf, so nothing is installed; what Debian calls it:" \
            "$(packages_debian "$1" | tr -d '?')"
    fi
}

main "$@"
