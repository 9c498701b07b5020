#!/bin/sh
# SPDX-License-Identifier: ISC
# The life of the Debian package on a new machine: package_life.sh FOLDER, in a chroot that is
# thrown away. FOLDER has the package and its source. Installs, enables, logs in, upgrades under a
# running Apache, disables, removes and purges, also beside gss-ntlmssp.
set -eu

folder=$1
source=$(echo "$folder"/gss-negotiate-*/debian)
source=${source%/debian}
cd "$source"
. tests/platforms/web.sh
web=
mech=/etc/gss/mech.d/zz-negotiate.conf
export DEBIAN_FRONTEND=noninteractive

apt() { apt-get -q -y --no-install-recommends "$@" >/tmp/apt.log 2>&1 || {
    tail -n 20 /tmp/apt.log >&2
    die "apt-get $*"
}; }

# files: every file of the machine, but for the lists and logs of apt and dpkg.
files() {
    find / -xdev \( -path /var/cache -o -path /var/log -o -path /var/lib/apt -o -path /proc \
        -o -path '/var/lib/dpkg/*-old' -o -path /package \) -prune -o -print | sort
}

# left WHAT: only these files may be there that were not there before the installation.
left() {
    files >/tmp/now
    comm -13 /tmp/before /tmp/now >/tmp/left
    [ "$(cat /tmp/left)" = "$1" ] || die "these files are left: $(cat /tmp/left)"
    [ -z "$(comm -23 /tmp/before /tmp/now)" ] || die "these are gone: $(comm -23 /tmp/before /tmp/now)"
}

# newer: the package once more, as a new version.
newer() {
    dpkg-deb -R "$1" /tmp/newer
    sed -i 's/^Version: .*/&+newer/' /tmp/newer/DEBIAN/control
    dpkg-deb -b /tmp/newer /tmp/newer.deb >/dev/null
}

deb=$(echo "$folder"/gss-negotiate_*.deb)
apt update
apt install apache2 libapache2-mod-auth-gssapi curl procps
web_make
files >/tmp/before

say "install"
apt install "$deb"
! grep -q '^The following additional' /tmp/apt.log || die "the package brings others"
[ ! -e $mech ] || die "the installation enables the module"
gss-negotiate doctor >/tmp/doctor || true
grep 'no line enables NTLM' /tmp/doctor || die "doctor does not say that nothing is enabled"

debian/tests/life
web_add_user
gss-negotiate enable >/dev/null

say "upgrade over a running Apache"
web_start
web_page 200
web_maps '' || die "no Apache has the module"
server=$(cat "$web/apache.pid")
newer "$deb"
apt install /tmp/newer.deb
dpkg -s gss-negotiate | grep '^Version.*newer' || die "no upgrade"
[ -e $mech ] || die "the upgrade disables the module"
web_maps ' (deleted)' || die "the running Apache does not have the old module"
web_page 200
[ "$server" = "$(cat "$web/apache.pid")" ] && kill -0 "$server" || die "the Apache has ended"
web_stop
web_start
web_maps '' || die "the new Apache does not have the new module"
web_page 200

say "remove, while the module is enabled and Apache runs"
web_keep
apt remove gss-negotiate
grep "$mech: removed" /tmp/apt.log || die "the removal does not disable the module: $(cat /tmp/apt.log)"
[ ! -e $mech ] || die "the removal leaves the line"
kill -0 "$(cat "$web/apache.pid")" || die "the Apache has ended"
web_page 401
web_page_kept 200
web_stop
web_start
web_page_kept 401
web_stop

say "purge"
dpkg --purge gss-negotiate # without conffiles, dpkg has forgotten it already
[ -z "$(dpkg-query -W -f '${Status}' gss-negotiate 2>/dev/null)" ] || die "dpkg still knows it"
left /etc/gss/negotiate.users
rm /etc/gss/negotiate.users

say "beside gss-ntlmssp"
apt install gss-ntlmssp
files >/tmp/before
theirs=$(grep -l ntlmssp /etc/gss/mech.d/*.conf)
apt install "$deb"
web_add_user
gss-negotiate doctor >/tmp/doctor || true
grep "NTLM is served by .*gssntlmssp.so, not by" /tmp/doctor || die "doctor does not say who wins"
gss-negotiate enable >/tmp/enable
grep "$theirs:.*is overridden by $mech" /tmp/enable || die "enable does not say who wins"
web_start
web_page 200
web_maps '' || die "Apache does not use the module"
gss-negotiate disable >/tmp/disable
grep "$theirs:.*NTLM by .*gssntlmssp.so" /tmp/disable || die "disable does not say who wins"
web_stop

say "a file that is not ours stays"
echo 'other 1.2.3 /other.so' >$mech
apt purge gss-negotiate
grep "$mech stays as it is" /tmp/apt.log || die "the removal does not say so"
left "$mech
/etc/gss/negotiate.users"
say "passed"
