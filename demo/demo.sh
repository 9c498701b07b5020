#!/bin/bash
# SPDX-License-Identifier: ISC
# The demo: curl and a client in Python log in at a small web server; every token is shown.
# A curl that is built without NTLM permits none inside SPNEGO; Python then logs in instead.
# usage: demo/demo.sh BUILD_DIR      (no root needed; exit status 0 if all came as expected)
set -uo pipefail

build=$(realpath -e "${1:-build}") || exit 2
dir=$(mktemp -d) || exit 1
cd "$(dirname "$0")/.." || exit 1
server=
failed=0

clean_up() {
    [ -z "$server" ] || { kill "$server" && wait "$server"; } 2>/dev/null
    rm -rf "$dir"
}
trap clean_up EXIT
trap 'exit 130' INT TERM

bold='' dim='' plain=''
[ ! -t 1 ] || bold=$(printf '\033[1m') dim=$(printf '\033[2m') plain=$(printf '\033[0m')

heading() { printf '\n%s%s%s\n' "$bold" "$1" "$plain"; }
say() { printf '  %s\n' "$1"; }
command_line() { printf '  %s$ %s%s\n' "$bold" "$1" "$plain"; }
indent() { sed "s/^/    /; s/ *\$//"; }

# Put before a command, this makes the command use our module and no settings of this machine.
# It is an array and not a function: a function in the background would run in a subshell, and
# killing the subshell would leave the server running.
gss=(env -u NTLM_USER_FILE -u LM_COMPAT_LEVEL CURL_HOME="$dir"
    GSS_MECH_CONFIG="$build/gss-mech.conf" GSS_NEGOTIATE_CONFIG="$dir/negotiate.conf"
    KRB5_CONFIG="$dir/krb5.conf" KRB5CCNAME="FILE:$dir/no-tickets")
: >"$dir/krb5.conf"
printf '[negotiate]\n    user_file = %s/users\n' "$dir" >"$dir/negotiate.conf"
printf 'silent\nfail-with-body\nmax-time = 20\nnoproxy = "*"\n' >"$dir/.curlrc"

# The command that logs in by SPNEGO, and its exit status for a login that is refused.
features=$(curl --version 2>"$dir/errors" | sed -n 's/^Features: //p')
spnego=(curl --negotiate -u :) refused=22
[[ " $features " == *' NTLM '* ]] || spnego=(demo/client.py --spnego) refused=1

# set_password SUBCOMMAND FILE PASSWORD: the password is read from stdin, as a script does.
set_password() {
    command_line "gss-negotiate $1 -f $2 'DEMO\\alice'"
    printf '%s\n' "$3" | "${gss[@]}" "$build/gss-negotiate" "$1" -f "$dir/$2" 'DEMO\alice' \
        >"$dir/output" 2>&1 && return
    failed=1
    indent <"$dir/output"
}

start_server() {
    "${gss[@]}" demo/server.py "$dir/tokens" >"$dir/log" 2>"$dir/errors" &
    server=$!
    until url=$(grep -s -m 1 http "$dir/log"); do
        kill -0 "$server" 2>/dev/null || { cat "$dir/errors" >&2 && exit 1; }
        sleep 0.05
    done
}

# show_tokens: every token that crossed the wire since the last call, decoded.
show_tokens() {
    local direction token who rest
    while read -r _ direction token; do
        who='client -> server'
        [ "$direction" = '<' ] || who='server -> client'
        rest=${token:44}
        printf '\n    %s%s%s  %s%s%s\n' "$bold" "$who" "$plain" "$dim" \
            "${token:0:44}${rest:+...}" "$plain"
        printf '%s\n' "$token" | "${gss[@]}" "$build/gss-negotiate" decode 2>&1 | indent || failed=1
    done <"$dir/tokens"
    : >"$dir/tokens"
    echo
}

# log_in CREDENTIAL COMMAND...: with that credential file; the page is left in $dir/page, the
# exit status in $status.
log_in() {
    local credential=$1
    shift
    command_line "$*"
    "${gss[@]}" NTLM_USER_FILE="$dir/$credential" "$@" >"$dir/page" 2>&1
    status=$?
}

# expect WHAT STATUS TEXT: shows the page, and whether exit status and page are as they should.
expect() {
    say 'what the server says:'
    indent <"$dir/page"
    if [ "$status" = "$2" ] && grep -qF -- "$3" "$dir/page"; then
        say "ok: $1"
    else
        say "NOT AS EXPECTED: $1"
        failed=1
    fi
}

heading "1. A user, and the same user's own credential"
say 'The server keeps NT hashes in a user file; the client has a file of its own. Passwords'
say 'come from stdin here; at a terminal they are asked for, without echo.'
set_password passwd users 'correct horse'
set_password login credentials 'correct horse'

heading '2. A web server that knows the GSS-API and nothing of NTLM'
command_line 'demo/server.py'
start_server
say "listens on $url"

heading "3. ${spnego[*]:0:2}: NTLM inside SPNEGO"
if [ "${spnego[0]}" != curl ]; then
    say "curl is built without NTLM ('curl --version' does not list it), and such a curl permits"
    say 'no NTLM inside SPNEGO. So a client in Python logs in instead.'
fi
log_in credentials "${spnego[@]}" "$url"
show_tokens
expect 'alice is logged in, by NTLM inside SPNEGO' 0 'DEMO\alice'

heading '4. The same login with raw NTLMSSP in the Negotiate header'
log_in credentials demo/client.py "$url"
show_tokens
expect 'alice is logged in, by raw NTLM' 0 'DEMO\alice'

heading '5. A wrong password'
set_password login wrong 'battery staple'
log_in wrong "${spnego[@]}" "$url"
expect 'the login is refused with 401, and with a reason' "$refused" 'Refused:'

heading "Who was authenticated by what: the server's own log"
tail -n +2 "$dir/log" | indent
echo
[ "$failed" = 0 ] || { say 'The demo did not come out as expected.' && exit 1; }
say 'All of it came out as expected. Next: README.md, "Enable".'
