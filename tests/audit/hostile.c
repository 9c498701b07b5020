/* SPDX-License-Identifier: ISC */
/* Names that try to imitate other output, and secrets, which no line may have. */
#include "base/text.h"
#include "mech/oid.h"
#include "mech/report/audit.h"
#include "ntlm/authenticate.h"
#include "ntlm/kdf.h"
#include "tests/audit/log.h"
#include "tests/hostile/forged_client.h"

#include <ctype.h>
#include <string.h>
#include <sys/socket.h>

/* {a text as it is sent, the text as it is shown}; shown NULL: a text that is malformed
 * is not shown. */
static const struct {
    const char *utf16;
    const char *shown;
} texts[] = {
    {"2200 2000 7200 6500 7300 3d00 2200", "\\\" res=\\\""},
    {"4100 0a00 3c00 3800 3500 3e00", "A\\x0a<85>"},
    {"4100 0d00 0a00", "A\\x0d\\x0a"},
    {"1b00 5b00 3300 3100 6d00", "\\x1b[31m"},
    {"5c00 5c00", "\\\\\\\\"},
    {"7f00", "\\x7f"},
    {"8500 9b00", "\\u{0085}\\u{009b}"},
    {"2e20 6100", "\\u{202e}a"},
    {"2820", "\\u{2028}"},
    {"6100 0b20 6c00", "a\\u{200b}l"},
    {"6500 0103", "e\\u{0301}"},
    {"e900", "\xc3\xa9"},
    {"2700", "\\'"},
    {"3dd8 00de", "\xf0\x9f\x98\x80"},
    {"00d8", NULL},
    {"41", NULL},
    {"4100 0000", NULL},
};

static void answer(enum form form, struct login *l, struct forged_client *h)
{
    forged_prove(h);
    forged_write(h);
    form_answer(form, l, h);
    forged_end(h);
    login_end(l);
}

/* Checks that a line is printable and begins and ends as every line does. */
static void check_shape(const char *line)
{
    static const char begin[] = "gss-negotiate: ntlm dir=accept ";

    ck_assert_msg(strncmp(line, begin, strlen(begin)) == 0, "%s", line);
    for (const char *at = line; *at != '\0'; at++) {
        ck_assert_msg((unsigned char)*at >= ' ' && *at != 0x7f, "%s", line);
    }
    ck_assert_msg(strstr(line, "result=") != NULL, "%s", line);
    ck_assert_str_eq(log_next(), "");
}

static void check_shown(const char *line, const char *key, const char *shown)
{
    BUF_AUTO field = BUF_INIT;

    if (shown == NULL) {
        buf_printf(&field, " %s=", key);
        ck_assert_msg(strstr(line, buf_cstr(&field)) == NULL, "%s", line);
        return;
    }
    buf_printf(&field, " %s=\"%s\" ", key, shown);
    ck_assert_msg(strstr(line, buf_cstr(&field)) != NULL, "%s lacks %s", line,
                  buf_cstr(&field));
}

static void begin(enum form form, struct login *l, struct forged_client *h)
{
    place_begin(LINES_BOTH, "");
    form_begin(form, l, h);
    forged_set(&h->domain, NOTHING);
}

TEST_TABLE(user, texts)
{
    struct login l;
    struct forged_client h;

    log_begin();
    log_listen(SOCK_DGRAM);
    begin(FORM_RAW, &l, &h);
    forged_set(&h.user, hex(row->utf16));
    answer(FORM_RAW, &l, &h);
    const char *line = log_next();
    check_shown(line, "claimed", row->shown);
    check_shape(line);
}

TEST_TABLE(workstation, texts)
{
    struct login l;
    struct forged_client h;

    log_begin();
    log_listen(SOCK_DGRAM);
    begin(FORM_SPNEGO, &l, &h);
    forged_text(&h.user, "mallory");
    forged_set(&h.workstation, hex(row->utf16));
    answer(FORM_SPNEGO, &l, &h);
    const char *line = log_next();
    check_shown(line, "peer", row->shown);
    check_shown(line, "claimed", "mallory");
    check_shape(line);
}

TEST_TABLE(target, texts)
{
    struct login l;
    struct forged_client h;

    log_begin();
    log_listen(SOCK_DGRAM);
    begin(FORM_RAW, &l, &h);
    forged_text(&h.user, "mallory");
    h.target_info.n -= 4;
    avpair_append(&h.target_info, AV_TARGET_NAME, hex(row->utf16));
    avpair_append_eol(&h.target_info);
    answer(FORM_RAW, &l, &h);
    const char *line = log_next();
    check_shown(line, "target", row->shown);
    check_shape(line);
}

/* Every text has its greatest length and consists of characters that need the most
 * escaping. Each text keeps its own 256 bytes, and the line keeps its end. */
TEST_TIMES(long_texts, 3)
{
    BUF_AUTO text = BUF_INIT;
    struct login l;
    struct forged_client h;
    const char *line;

    log_begin();
    log_listen(SOCK_DGRAM);
    place_begin(LINES_BOTH, "");
    form_begin(FORM_RAW, &l, &h);
    for (int i = 0; i < 256; i++) {
        buf_append_u16le(&text, _i == 0 ? 0x202e : _i == 1 ? 'x' : 1);
    }
    forged_set(&h.user, buf_bytes(&text));
    forged_set(&h.domain, buf_bytes(&text));
    forged_set(&h.workstation, buf_bytes(&text));
    h.target_info.n -= 4;
    avpair_append(&h.target_info, AV_TARGET_NAME, buf_bytes(&text));
    avpair_append_eol(&h.target_info);
    answer(FORM_RAW, &l, &h);
    line = log_next();
    ck_assert_uint_gt(strlen(line), 4 * 240);
    ck_assert_uint_lt(strlen(line), SYSLOG_LINE_MAX);
    ck_assert_msg(line[strlen(line) - 1] == '"', "%s", line);
    ck_assert_ptr_nonnull(strstr(line, "result=refused reason=\""));
    check_shape(line);
}

/* The secrets of a run, in every form in which a line could show them. */
static struct buf secrets[16];
static int n_secrets;

static void keep_secret(struct bytes secret)
{
    ck_assert_int_lt(n_secrets + 1, N(secrets));
    ck_ok(buf_dup(&secrets[n_secrets++], secret));
    text_hex(&secrets[n_secrets++], secret);
}

static void keep_session_key(struct peer *p)
{
    gss_OID_desc oid = {(OM_uint32)OPTION_SESSION_KEY.n,
                        (void *)(uintptr_t)OPTION_SESSION_KEY.p};
    gss_buffer_set_t set = GSS_C_NO_BUFFER_SET;
    OM_uint32 minor;

    ck_complete(gss_inquire_sec_context_by_oid(&minor, p->context, &oid, &set));
    keep_secret(bytes_of(set->elements[0].value, set->elements[0].length));
    (void)gss_release_buffer_set(&minor, &set);
}

/* Saves the responses and keys of the AUTHENTICATE that is sent, the hash and the session
 * key. */
static void keep_secrets(struct login *l)
{
    struct ntlm_authenticate read;
    struct ntlm_key hash;

    login_begin(l, NTLM, ALICE, ALICE_PASSWORD, SEAL_FLAGS);
    peer_initiate(&l->initiator, NOTHING);
    peer_accept(&l->acceptor, buf_bytes(&l->initiator.token));
    peer_initiate(&l->initiator, buf_bytes(&l->acceptor.token));
    ck_ok(authenticate_decode(buf_bytes(&l->initiator.token), &read));
    keep_secret(bytes_of(read.nt_response.p, 16));
    keep_secret(bytes_of(read.session_key.p, read.session_key.n));
    ck_ok(kdf_nt_hash(bytes_str(ALICE_PASSWORD), &hash));
    keep_secret(bytes_of(hash.b, sizeof(hash.b)));
    keep_secret(bytes_str(ALICE_PASSWORD));
    keep_secret(bytes_str("WrongSecret"));
    peer_accept(&l->acceptor, buf_bytes(&l->initiator.token));
    ck_major(&l->acceptor, GSS_S_COMPLETE);
    keep_session_key(&l->acceptor);
    login_end(l);
}

/* Looks for hex in either case. */
static void check_no_secret(const char *text)
{
    for (int i = 0; i < n_secrets; i++) {
        for (const char *at = text; *at != '\0'; at++) {
            size_t n = 0;

            while (n < secrets[i].n &&
                   tolower((unsigned char)at[n]) == tolower(secrets[i].p[n])) {
                n++;
            }
            ck_assert_msg(n < secrets[i].n, "a secret in: %s", text);
        }
    }
}

/* Damages a good login at every byte of its AUTHENTICATE, and checks what the audit
 * says. */
static void damage_each(struct login *l)
{
    for (size_t i = 0; i < 400; i += 3) {
        login_begin(l, NTLM, ALICE, i % 2 == 0 ? ALICE_PASSWORD : "WrongSecret",
                    SEAL_FLAGS);
        peer_initiate(&l->initiator, NOTHING);
        peer_accept(&l->acceptor, buf_bytes(&l->initiator.token));
        peer_initiate(&l->initiator, buf_bytes(&l->acceptor.token));
        l->initiator.token.p[i % l->initiator.token.n] ^= 0x41;
        peer_accept(&l->acceptor, buf_bytes(&l->initiator.token));
        check_no_secret(l->acceptor.sentence);
        (void)log_count();
        login_end(l);
    }
}

TEST(no_secret_is_written)
{
    struct login l;

    log_begin();
    log_listen(SOCK_DGRAM);
    place_begin(LINES_BOTH, "");
    keep_secrets(&l);
    damage_each(&l);
    ck_assert_uint_gt(strlen(log_all()), 10000);
    check_no_secret(log_all());
    for (int i = 0; i < n_secrets; i++) {
        buf_cleanup(&secrets[i]);
    }
}
