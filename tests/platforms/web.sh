# SPDX-License-Identifier: ISC
# An Apache and a curl for tests of the installed package; to be sourced. They use the GSS
# configuration of the machine.

web_port=8642

say() { printf '== %s\n' "$*"; }
die() {
    printf 'failed: %s\n' "$*" >&2
    [ ! -s "$web/error.log" ] || tail -n 5 "$web/error.log" >&2
    exit 1
}

# web_make: the server's folder $web, a user for it, and the same user's own credential.
web_make() {
    web=$(mktemp -d)
    trap 'web_stop; rm -rf "$web"' EXIT
    chmod 755 "$web"
    mkdir "$web/htdocs"
    echo hello >"$web/htdocs/index.html"
    modules=/usr/lib/apache2/modules
    cat >"$web/apache.conf" <<END
ServerRoot $web
ServerName localhost
DefaultRuntimeDir $web
Mutex file:$web
PidFile $web/apache.pid
ErrorLog $web/error.log
Listen 127.0.0.1:$web_port
User www-data
Group www-data
LoadModule mpm_event_module $modules/mod_mpm_event.so
LoadModule authn_core_module $modules/mod_authn_core.so
LoadModule authz_core_module $modules/mod_authz_core.so
LoadModule authz_user_module $modules/mod_authz_user.so
LoadModule auth_gssapi_module $modules/mod_auth_gssapi.so
StartServers 1
ServerLimit 1
ThreadsPerChild 4
ThreadLimit 4
MaxRequestWorkers 4
DocumentRoot $web/htdocs
<Location />
    AuthType GSSAPI
    AuthName test
    GssapiConnectionBound On
    Require valid-user
</Location>
END
    # No KDC and no ticket: only NTLM can log in.
    export KRB5CCNAME="FILE:$web/no-tickets"
}

web_add_user() {
    echo 'correct horse' | gss-negotiate passwd 'TEST\alice'
    chgrp www-data /etc/gss/negotiate.users
    chmod 640 /etc/gss/negotiate.users
    echo 'correct horse' | gss-negotiate login -f "$web/credentials" 'TEST\alice'
}

# web_try TIMES COMMAND...: until the command succeeds, ten times a second.
web_try() {
    times=$1
    shift
    while ! "$@" >/dev/null 2>&1; do
        times=$((times - 1))
        [ "$times" -gt 0 ] || return 1
        sleep 0.1
    done
}

web_answers() { curl -s -o /dev/null --max-time 10 "http://localhost:$web_port/"; }

web_start() {
    env -u KRB5CCNAME apache2 -f "$web/apache.conf" -k start
    web_try 300 web_answers || die "Apache does not start"
}

web_gone() { [ ! -e "$web/apache.pid" ]; }

web_stop() {
    web_gone || apache2 -f "$web/apache.conf" -k stop >/dev/null 2>&1 || true
    web_try 300 web_gone || true
}

# web_page WANTED [CURL-OPTION...]: the status of a request with the stored credential.
web_page() {
    wanted=$1
    shift
    status=$(NTLM_USER_FILE=$web/credentials curl -s -o /dev/null -w '%{http_code}' --max-time 60 -u : "${@:---negotiate}" \
        "http://localhost:$web_port/index.html") || true
    [ "$status" = "$wanted" ] || die "curl gets $status, not $wanted"
    echo "curl gets $status"
}

# web_keep: saves the module, so that a client has it when the package is gone.
# web_page_kept WANTED: a request of that client.
web_keep() {
    cp "$(dpkg -L gss-negotiate | grep '/gss_negotiate\.so$')" "$web/"
    sed -n "s|^\(gss_[^#]* \)\(gss_negotiate.so\)|\1$web/\2|p" \
        /usr/share/doc/gss-negotiate/gss-mech.conf.example >"$web/kept.conf"
}
web_page_kept() (
    export GSS_MECH_CONFIG="$web/kept.conf"
    web_page "$1"
)

# web_maps TEXT: whether a process of this Apache has mapped the module, and maps says so with
# this text.
web_maps() {
    for pid in $(cat "$web/apache.pid") $(pgrep -P "$(cat "$web/apache.pid")"); do
        ! grep -q "/gss_negotiate\.so$1\$" "/proc/$pid/maps" || return 0
    done
    return 1
}
