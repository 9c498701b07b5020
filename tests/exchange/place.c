/* SPDX-License-Identifier: ISC */
/* The files for a handshake: mechglue lines, settings and users, in a temporary
 * folder. */
#include "tests/exchange/place.h"

#include "base/text.h"
#include "ntlm/kdf.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Kerberos is configured and fails at once: it has no realm and no DNS. */
#define KERBEROS                                                                         \
    "[libdefaults]\n dns_canonicalize_hostname = false\n dns_lookup_kdc = false\n"       \
    " dns_lookup_realm = false\n rdns = false\n dns_uri_lookup = false\n"

static const char *module_path(void)
{
    const char *path = getenv("GSSNEG_MODULE");

    ck_assert_msg(path != NULL, "GSSNEG_MODULE does not name the module");
    return path;
}

const char *place_path(const char *name)
{
    BUF_AUTO path = BUF_INIT;
    BUF_AUTO digits = BUF_INIT;

    buf_printf(&path, "%s/%s", temp_dir(), name);
    buf_append_u8(&path, 0);
    ck_ok(buf_status(&path));
    text_hex(&digits, buf_bytes(&path));
    return (const char *)hex(buf_cstr(&digits)).p;
}

const char *place_users_path(void)
{
    return place_path("users");
}

const char *place_credential_path(void)
{
    return place_path("credential");
}

static enum lines lines_written;

enum lines place_lines(void)
{
    return lines_written;
}

static void write_lines(enum lines lines)
{
    BUF_AUTO text = BUF_INIT;

    lines_written = lines;
    buf_printf(&text, "gss_negotiate_ntlm 1.3.6.1.4.1.311.2.2.10 %s\n", module_path());
    if (lines == LINES_BOTH) {
        buf_printf(&text,
                   "gss_negotiate_spnego 2.25.2149246659723602144 %s <interposer>\n",
                   module_path());
    }
    setenv("GSS_MECH_CONFIG", write_file("mech.conf", buf_cstr(&text), 0600), 1);
}

void place_settings(const char *settings)
{
    BUF_AUTO text = BUF_INIT;

    buf_printf(&text,
               "[negotiate]\n user_file = %s\n credential_file = %s\n"
               " netbios_name = SERVER\n%s",
               place_users_path(), place_credential_path(), settings);
    setenv("GSS_NEGOTIATE_CONFIG", write_file("negotiate.conf", buf_cstr(&text), 0600),
           1);
}

void place_users(const char *contents, unsigned mode)
{
    (void)write_file("users", contents, mode);
}

void place_credential(const char *contents, unsigned mode)
{
    (void)write_file("credential", contents, mode);
}

/* Writes the usual users. One is disabled, which needs the smbpasswd format. */
static void write_usual_users(void)
{
    BUF_AUTO text = BUF_INIT;
    struct ntlm_key hash;

    ck_ok(kdf_nt_hash(bytes_str(CAROL_PASSWORD), &hash));
    buf_append_text(&text, USERS CAROL ":1001:XXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXX:");
    text_hex(&text, bytes_of(hash.b, sizeof(hash.b)));
    buf_append_text(&text, ":[DU         ]:LCT-00000000:\n");
    place_users(buf_cstr(&text), 0600);
}

void place_begin(enum lines lines, const char *settings)
{
    unsetenv("NTLM_USER_FILE");
    unsetenv("LM_COMPAT_LEVEL");
    unsetenv("NETBIOS_COMPUTER_NAME");
    unsetenv("NETBIOS_DOMAIN_NAME");
    setenv("KRB5_CONFIG", write_file("krb5.conf", KERBEROS, 0644), 1);
    setenv("KRB5CCNAME", "FILE:/nonexistent", 1);
    setenv("KRB5_KTNAME", "FILE:/nonexistent", 1);
    (void)unlink(place_credential_path());
    write_lines(lines);
    place_settings(settings);
    write_usual_users();
}

const char *place_local(const char *text)
{
    static char out[512];
    const char *at = text == NULL ? NULL : strstr(text, "LOCAL");
    char host[HOST_NAME_MAX + 1];

    if (at == NULL) {
        return text;
    }
    ck_assert_int_eq(gethostname(host, sizeof(host)), 0);
    (void)snprintf(out, sizeof(out), "%.*s%s%s", (int)(at - text), text, host,
                   at + strlen("LOCAL"));
    return out;
}

void place_usual_path(struct buf *out, const char *lines)
{
    const char *path = place_path("negotiate.conf");
    const char *at;

    while ((at = strstr(lines, path)) != NULL) {
        buf_append(out, bytes_of(lines, (size_t)(at - lines)));
        buf_append_text(out, "/etc/gss/negotiate.conf");
        lines = at + strlen(path);
    }
    buf_append_text(out, lines);
}
