/* SPDX-License-Identifier: ISC */
/* Seeds for user files, settings, names, and exported objects. */
#include "conf/settings_keys.h"
#include "conf/userline.h"
#include "mech/cred_token.h"
#include "ntlm/session_token.h"
#include "tests/fuzz/fuzz.h"
#include "tests/fuzz/seeds.h"
#include "tests/lib/table.h"

#include <stdio.h>

static const char *const LINES[] = {
    "alice:1000:XXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXX:878D8014606CDA29677A44EFA1353FC7:"
    "[U          ]:LCT-5F000000:",
    "AD\\bob:0:NO PASSWORDXXXXXXXXXXXXXXXXXXXXX:NO PASSWORDXXXXXXXXXXXXXXXXXXXXX:"
    "[DU]:LCT-00000000:extra",
    "host$:1:XXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXX:878d8014606cda29677a44efa1353fc7:[WL]:"
    "LCT-00000000:",
    "AD:carol:Secret:1",
    ":dave:",
    "AD:gr\xc3\xb6\xc3\x9f:p\xc3\xa4ss",
    "# a comment",
    "   ",
    "no colon at all",
    "AD:\x01:x",
    "::::",
    "#:not:a comment:",
};

static void user_lines(void)
{
    static const struct ntlm_key hash = {{1, 2, 3}};
    char name[40];
    struct buf b = BUF_INIT;

    for (size_t i = 0; i < N(LINES); i++) {
        (void)snprintf(name, sizeof(name), "line-%02zu", i);
        seeds_write("userline", name, bytes_str(LINES[i]));
    }
    userline_encode(&b, bytes_str("AD"), bytes_str("erin"), &hash, true);
    b.n--; /* without its end and with a fixed time */
    buf_set(&b, b.n - 9, bytes_str("5F000000:"));
    seeds_write_buf("userline", "ours", &b);
}

static void user_files(void)
{
    struct buf b = BUF_INIT;

    for (size_t i = 0; i < N(LINES); i++) {
        buf_printf(&b, "%s%s", LINES[i], i % 3 == 0 ? "\r\n" : "\n");
    }
    seeds_write_buf("userfile", "all", &b);
    buf_append_text(&b, "AD:alice:x\nalice:1:2\nOTHER:Alice:y\n.:ALICE:z");
    seeds_write_buf("userfile", "same-user", &b);
    seeds_write("userfile", "empty", bytes_str(""));
    seeds_write("userfile", "sections",
                bytes_str(":a:1\n[http/srv !ldap/x]\n# x\nAD:alice:2\n"
                          " [ *.example.com,::1 ] \r\nAD:bob:3\n[]\n"));
    for (size_t i = 0; i < 64; i++) {
        buf_printf(&b, "D%zu:user%zu:%zu\n", i % 5, i % 20, i);
    }
    seeds_write_buf("userfile", "many", &b);
    buf_append_zeros(&b, USERLINE_MAX + 1);
    seeds_write_buf("userfile", "long-line", &b);
}

static const char *const SETTINGS[] = {
    "",
    "[negotiate]\n",
    "# c\n; c\n[negotiate]\n user_file = /etc/users\n credential_file = ~/c\n"
    " ntlm_level = 3\n anonymous = yes\n guest = yes\n require_mic = yes\n",
    "[negotiate]\nchannel_bindings = require\ntarget_names = HTTP/www, cifs/files\n"
    "netbios_name = www\nnetbios_domain = AD\nchallenge_lifetime = 60\n",
    "[negotiate]\n\ttarget_names = own\r\n\tguest = \"no\"\n",
    "[negotiate]\nguest = yes\nguest = no\n",
    "[negotiate]\nguest = maybe\n",
    "[negotiate]\nuser_file = relative\n",
    "[negotiate]\nnetbios_name = a very long name with blanks\n",
    "[negotiate]\nchallenge_lifetime = 0\n",
    "[negotiate]\ntarget_names = a/b/c\n",
    "[negotiate]\nsub = {\n guest = yes\n}\n",
    "[negotiate]\nno_such_key = 1\n",
    "guest = yes\n",
    "[libdefaults]\nguest = yes\n",
    "include /etc/krb5.conf\n",
    "[negotiate]\nguest\n",
    "[negotiate]\nguest =\n",
    "[negotiate]\nuser_file = \"/a\\tb\\\"c\"\n",
    "[negotiate]*\nguest* = no\n",
    "[negotiate]\nntlm = only\nntlm_accept = no\nntlm_hosts = !bad.example.com "
    "*.example.com\n"
    "fallback = never\naddress_targets = kerberos\nmin_protection = seal\naudit = "
    "no\nusers_from = file,winbind\n",
    "[negotiate]\nntlm = never\nntlm_hosts = *.*.a !* b.\n",
};

/* A settings file with every key and its default. */
static void all_settings(void)
{
    const struct environment environment = {.host = "seed"};
    struct setting_value values[SETTING_COUNT] = {0};
    struct buf file = BUF_INIT;
    char netbios_name[] = "SEED";

    values[SETTING_NETBIOS_NAME].text = netbios_name;
    buf_append_text(&file, "[negotiate]\n");
    for (enum setting key = 0; key < SETTING_COUNT; key++) {
        BUF_AUTO text = BUF_INIT;

        setting_append_default(&text, key, &environment, values);
        buf_printf(&file, "%s = %s\n", setting_name(key), buf_cstr(&text));
    }
    seeds_write_buf("settings", "all-keys", &file);
}

static void settings(void)
{
    char name[40];

    all_settings();

    for (size_t i = 0; i < N(SETTINGS); i++) {
        (void)snprintf(name, sizeof(name), "settings-%02zu", i);
        seeds_write("settings", name, bytes_str(SETTINGS[i]));
    }
}

/* The first byte is the type's number in fuzz_name.c; 3 is an exported name. */
static const char *const NAMES[] = {
    "\x01"
    "foo",
    "\x01"
    "BAR\\foo",
    "\x01"
    "foo@BAR",
    "\x01"
    "foo\\@upn",
    "\x01"
    "foo\\@upn@BAR",
    "\x01"
    "\\foo@upn",
    "\x01"
    "BAR\\foo@upn",
    "\x01"
    "@",
    "\x01"
    "gr\xc3\xb6\xc3\x9f\xf0\x9f\x99\x82",
    "\x01"
    "\xff",
    "\x02"
    "HTTP@www.example.com",
    "\x02"
    "HTTP@[::1%1]:80",
    "\x02"
    "HTTP",
    "\x02"
    "@host",
    "\x04"
    "anybody",
    "\x05"
    "HTTP/www.example.com@EXAMPLE.COM",
    "\x05"
    "alice@EXAMPLE.COM",
    "\x05"
    "a/b/c\\@d@R",
    "\x06"
    "1000",
    "127.0.0.1:80",
    "[fe80::1%eth0]",
};

static void write_exported(const char *file, enum mech_name_kind kind, const char *user,
                           const char *domain)
{
    NAME_AUTO *name = NULL;
    struct buf b = BUF_INIT;

    FUZZ_MUST(name_new(kind, bytes_str(user), bytes_str(domain), &name) == ERR_OK);
    buf_append_u8(&b, 3);
    name_export(name, &b);
    seeds_write_buf("name", file, &b);
}

static void names(void)
{
    char name[40];

    for (size_t i = 0; i < N(NAMES); i++) {
        (void)snprintf(name, sizeof(name), "name-%02zu", i);
        seeds_write("name", name, bytes_str(NAMES[i]));
    }
    seeds_write("name", "no-type", bytes_of("\0foo", 4));
    write_exported("exported-user", NAME_USER, "alice", "AD");
    write_exported("exported-service", NAME_SERVICE, "HTTP", "www");
    write_exported("exported-nobody", NAME_ANONYMOUS, "", "");
}

#define CHECKSUM_LEN 16

/* The first byte is that of fuzz_exported.c, which appends the checksum. */
static void write_token(const char *file, uint8_t kind, struct buf *token)
{
    struct buf b = BUF_INIT;

    FUZZ_MUST(token->n > CHECKSUM_LEN);
    buf_append_u8(&b, kind);
    buf_append(&b, bytes_of(token->p, token->n - CHECKSUM_LEN));
    seeds_write_buf("exported", file, &b);
    buf_cleanup(token);
}

static void write_session(const char *file, uint32_t flags, bool used)
{
    struct ntlm_session session = {.role = ROLE_ACCEPTOR, .flags = flags};
    struct session_parts parts = {.session = &session, .target = bytes_str("target")};
    const struct bytes text = bytes_str("text");
    uint8_t signature[MESSAGE_SIGNATURE_LEN];
    struct seal *seal = NULL;
    struct buf token = BUF_INIT;

    buf_append_text(&session.user, "alice");
    buf_append_text(&session.sids, "S-1-5-21-1\n");
    if (ntlm_session_protects(&session)) {
        FUZZ_MUST(seal_new(session.role, flags, &session.exported_session_key, &seal) ==
                  ERR_OK);
        parts.seal = seal;
    }
    if (used) {
        FUZZ_MUST(seal_sign(seal, &text, 1, signature) == ERR_OK);
    }
    FUZZ_MUST(session_token_encode(&token, &parts) == ERR_OK);
    write_token(file, 0, &token);
    seal_free(seal);
    ntlm_session_cleanup(&session);
}

static void add_user(struct mech_cred *cred, const char *patterns, const char *user)
{
    CREDENTIAL_AUTO added = CREDENTIAL_INIT;

    buf_append_text(&added.user, user);
    FUZZ_MUST(credential_list_add(&cred->users, bytes_str(patterns), bytes_of(NULL, 0),
                                  &added) == ERR_OK);
}

static void write_cred(const char *file, gss_OID_set mechs)
{
    CRED_AUTO *cred = calloc(1, sizeof(*cred));
    struct cred_glue_tokens others = {.of = {bytes_str("a token of the glue")}};
    struct buf token = BUF_INIT;

    FUZZ_MUST(cred != NULL &&
              name_new_user(bytes_str("alice"), bytes_str("AD"), &cred->name) == ERR_OK);
    if (mechs != GSS_C_NO_OID_SET) {
        add_user(cred, "http/srv *.example.com", "bob");
    }
    add_user(cred, "", "alice");
    buf_append_text(&cred->user_file, "/etc/users");
    FUZZ_MUST(mechs == GSS_C_NO_OID_SET || cred_set_neg_mechs(cred, mechs) == ERR_OK);
    FUZZ_MUST(cred_token_encode(cred, &others, &token) == ERR_OK);
    write_token(file, 1, &token);
}

static void exported(void)
{
    gss_OID_set_desc mechs = {1, GSS_C_NT_USER_NAME};

    write_session("context", NTLM_ESS, false);
    write_session("context-sealed", NTLM_ESS | NTLM_SEAL | NTLM_128, false);
    write_session("context-used", NTLM_ESS | NTLM_SEAL | NTLM_128, true);
    write_cred("credential", GSS_C_NO_OID_SET);
    write_cred("credential-one-mechanism", &mechs);
}

void seeds_texts(void)
{
    exported();
    user_lines();
    user_files();
    settings();
    names();
}
