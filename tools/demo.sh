#!/bin/bash
# SPDX-License-Identifier: ISC
# The demo: real curl logs in at a small web server, and every token is shown.
# usage: tools/demo.sh BUILD_DIR      (no root needed; exit status 0 if all came as expected)
set -uo pipefail

build=$(cd "${1:-build}" 2>/dev/null && pwd) || {
    echo "usage: tools/demo.sh BUILD_DIR   (the folder that meson built in)" >&2
    exit 2
}
tool=$build/gss-negotiate
[ -x "$tool" ] || tool=$build/tools/gss-negotiate
dir=$(mktemp -d) || exit 1
server=
failed=0

clean_up() {
    [ -z "$server" ] || { kill "$server" && wait "$server"; } 2>/dev/null
    rm -rf "$dir"
}
trap clean_up EXIT
trap 'exit 130' INT TERM

if [ -t 1 ]; then
    bold=$(printf '\033[1m') dim=$(printf '\033[2m') plain=$(printf '\033[0m')
else
    bold='' dim='' plain=''
fi

heading() { printf '\n%s%s%s\n' "$bold" "$1" "$plain"; }
say() { printf '  %s\n' "$1"; }
command_line() { printf '  %s$ %s%s\n' "$bold" "$1" "$plain"; }
indent() { sed "s/^/    /; s/ *\$//"; }

# expect WHAT CONDITION...: says whether a step came out as it should.
expect() {
    local what=$1
    shift
    if "$@"; then
        say "ok: $what"
        return
    fi
    say "NOT AS EXPECTED: $what"
    failed=1
}

# page_says STATUS TEXT: the answer in $dir/page, read as fixed text.
page_says() { [ "$status" = "$1" ] && grep -qF -- "$2" "$dir/page"; }

# Goes before a command: the environment of a process that uses our module and nothing of
# this machine's. Not a function: in the background, that would be a shell between us and
# the server, and stopping the shell would leave the server behind.
gss=(env -u NTLM_USER_FILE -u LM_COMPAT_LEVEL
    GSS_MECH_CONFIG="$build/gss-mech.conf" GSS_NEGOTIATE_CONFIG="$dir/negotiate.conf"
    KRB5_CONFIG="$dir/krb5.conf" KRB5CCNAME="FILE:$dir/no-tickets")

# set_password SUBCOMMAND FILE PASSWORD: the password is read from stdin, as a script does.
set_password() {
    command_line "gss-negotiate $1 -f ${2##*/} 'DEMO\\alice'"
    printf '%s\n' "$3" | "${gss[@]}" "$tool" "$1" -f "$2" 'DEMO\alice' >"$dir/said" 2>&1 || {
        failed=1
        indent <"$dir/said"
    }
}

start_server() {
    : >"$dir/log"
    "${gss[@]}" "$build/tools/demo_httpd" --tokens "$dir/tokens" >"$dir/log" 2>"$dir/errors" &
    server=$!
    for _ in $(seq 100); do
        url=$(head -n 1 "$dir/log")
        [ -z "$url" ] || return 0
        kill -0 "$server" 2>/dev/null || break
        sleep 0.05
    done
    cat "$dir/errors" >&2
    exit 1
}

# show_tokens: every token that crossed the wire since the last call, decoded.
show_tokens() {
    local direction token who start
    while read -r _ direction token; do
        who='client -> server'
        [ "$direction" = '<' ] || who='server -> client'
        start=${token:0:44}
        [ "$start" = "$token" ] || start=$start...
        printf '\n    %s%s%s  %s%s%s\n' "$bold" "$who" "$plain" "$dim" "$start" "$plain"
        printf '%s\n' "$token" | "${gss[@]}" "$tool" decode 2>&1 | indent || failed=1
    done <"$dir/tokens"
    : >"$dir/tokens"
    echo
}

# curl_as, raw_as CREDENTIAL: logs in as the user of that credential file; leaves what the
# server answers in $dir/page and its HTTP status in $status.
curl_as() {
    command_line "curl --negotiate -u : $url"
    status=$("${gss[@]}" NTLM_USER_FILE="$dir/$1" curl -s -m 20 -o "$dir/page" -w '%{http_code}' \
        --noproxy '*' --negotiate -u : "$url")
}

raw_as() {
    local host_port=${url#http://}
    host_port=${host_port%/}
    command_line "demo_get ntlm ${host_port%:*} ${host_port#*:}"
    if "${gss[@]}" NTLM_USER_FILE="$dir/$1" timeout 20 "$build/tools/demo_get" ntlm \
        "${host_port%:*}" "${host_port#*:}" >"$dir/page" 2>&1; then
        status=200
    else
        status=401
    fi
}

server_says() {
    say "what the server says:"
    indent <"$dir/page"
}

: >"$dir/krb5.conf"
printf '[negotiate]\n    user_file = %s/users\n' "$dir" >"$dir/negotiate.conf"

heading '1. A user, and the same user'"'"'s own credential'
say 'The server keeps NT hashes in a user file; the client has a file of its own. Passwords'
say 'come from stdin here; at a terminal they are asked for, without echo.'
set_password passwd "$dir/users" 'correct horse'
set_password login "$dir/credentials" 'correct horse'

heading '2. A web server that knows the GSS-API and nothing of NTLM'
command_line 'demo_httpd'
start_server
say "listens on $url"

heading '3. curl --negotiate: NTLM inside SPNEGO'
curl_as credentials
show_tokens
server_says
expect 'alice is logged in, by NTLM inside SPNEGO' page_says 200 'DEMO\alice'

heading '4. The same login with raw NTLMSSP in the Negotiate header'
raw_as credentials
show_tokens
server_says
expect 'alice is logged in, by raw NTLM' page_says 200 'DEMO\alice'

heading '5. A wrong password'
set_password login "$dir/wrong" 'battery staple'
curl_as wrong
server_says
expect 'the login is refused with 401, and with a reason' page_says 401 'Refused:'

heading 'Who was authenticated by what: the server'"'"'s own log'
tail -n +2 "$dir/log" | indent
echo
if [ "$failed" -ne 0 ]; then
    say 'The demo did not come out as expected.'
    exit 1
fi
say 'All of it came out as expected. Next: README.md, "Enable".'
