#!/bin/bash
# SPDX-License-Identifier: ISC
# The demo comes out as expected, leaves nothing behind, and its server takes bad requests.
set -u
build=${GSSNEG_BUILD:?the build folder}
source=$(cd "$(dirname "$0")/../.." && pwd)
dir=$(mktemp -d) || exit 1
server=
# shellcheck disable=SC2317  # called by the trap
clean_up() {
    [ -z "$server" ] || kill "$server" 2>/dev/null
    rm -rf "$dir"
}
trap clean_up EXIT
trap 'exit 1' INT TERM

echo 1..4
skip=
/usr/bin/python3 -c 'import gssapi' 2>/dev/null || skip='no python3-gssapi on this machine'
if [ -n "$skip" ]; then
    for n in 1 2 3 4; do
        echo "ok $n # SKIP $skip"
    done
    exit 0
fi
number=0
failed=0
report() { # report STATUS NAME FILE: a TAP line; the file is shown if it failed
    number=$((number + 1))
    if [ "$1" -eq 0 ]; then
        echo "ok $number $2"
        return
    fi
    sed 's/^/# /' "$3"
    echo "not ok $number $2"
    failed=1
}

mkdir "$dir/tmp"
TMPDIR=$dir/tmp timeout 120 "$source/demo/demo.sh" "$build" >"$dir/demo" 2>&1
report $? 'the demo comes out as expected' "$dir/demo"
ls -A "$dir/tmp" >"$dir/left"
port=$(sed -n 's|^  listens on http://127.0.0.1:\([0-9]*\)/$|\1|p' "$dir/demo")
if [ -z "$port" ] || (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; then
    echo "its server still listens on port '$port'" >>"$dir/left"
fi
[ ! -s "$dir/left" ]
report $? 'the demo leaves nothing behind' "$dir/left"

# A curl without NTLM, which must not be used.
mkdir "$dir/bin"
cat >"$dir/bin/curl" <<'END'
#!/bin/sh
[ "$*" = --version ] || exit 99
echo 'curl 0.0 (none) libcurl/0.0'
echo 'Features: GSS-API HSTS Kerberos SPNEGO'
END
chmod 755 "$dir/bin/curl"
PATH="$dir/bin:$PATH" timeout 120 "$source/demo/demo.sh" "$build" >"$dir/demo" 2>&1 &&
    grep -q "client.py --spnego http" "$dir/demo" && ! grep -q 'curl --negotiate' "$dir/demo"
report $? 'the demo needs no curl with NTLM' "$dir/demo"

# Hostile requests, each on a connection of its own; then an ordinary one is answered.
printf 'U:alice:secret\n' >"$dir/users"
chmod 600 "$dir/users"
: >"$dir/log"
env -u NTLM_USER_FILE GSS_MECH_CONFIG="$build/gss-mech.conf" KRB5_CONFIG=/dev/null \
    GSS_NEGOTIATE_CONFIG="$dir/none.conf" NTLM_USER_FILE="$dir/users" \
    "$source/demo/server.py" >"$dir/log" 2>&1 &
server=$!
for _ in $(seq 1000); do
    grep -q http "$dir/log" && break
    sleep 0.05
done
port=$(sed -n '1s/.*:\([0-9]*\)\/$/\1/p' "$dir/log")
ask() { # ask TEXT: sends printf's TEXT; the answer's first line
    exec 3<>"/dev/tcp/127.0.0.1/$port" || return
    # shellcheck disable=SC2059
    printf "$1" >&3
    timeout 60 head -n 1 <&3
    exec 3>&-
}
{
    ask 'GET / HTTP/1.1\r\nAuthorization: Negotiate AAA\r\n\r\n'
    ask 'GET / HTTP/1.1\r\nAuthorization: Negotiate\r\n\r\n'
    ask 'GET / HTTP/1.1\r\nAuthorization: Negotiate TlRMTVNTUAADAAAA\r\n\r\n'
    ask 'POST / HTTP/1.1\r\nContent-Length: 99999999999999999999\r\n\r\n'
    ask 'GET \0 HTTP/1.1\r\n\r\n'
    ask 'GET / HTTP/1.1\r\n\r\n'
} 2>&1 | tr -d '\r' >"$dir/answers"
cat >"$dir/wanted" <<'END'
HTTP/1.1 400 Bad Request
HTTP/1.1 401 Unauthorized
HTTP/1.1 401 Unauthorized
HTTP/1.1 501 Unsupported method ('POST')
HTTP/1.1 401 Unauthorized
HTTP/1.1 401 Unauthorized
END
diff "$dir/wanted" "$dir/answers" >"$dir/difference"
report $? "the demo's server takes bad requests" "$dir/difference"
exit $failed
