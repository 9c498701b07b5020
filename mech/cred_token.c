/* SPDX-License-Identifier: ISC */
/*
 * A credential with an NTLM part as a token.
 *
 *   magic "GSSNEGCR"   version u8   usage u8   options u8   offered_flags u32
 *   name: kind u8, user, domain, spelling
 *   n_users u32, that many users: patterns of the targets (empty: every target), user,
 *   domain, cached u8, NT hash (16 bytes; zeros if it is cached)
 *   user_file
 *   n_neg_mechs u8 (255: no restriction), that many OIDs
 *   the mechglue's tokens in the order of enum glue_cred_kind; an empty one is not there
 *   checksum
 *
 * options: 1 no_ci_flags, 2 is_given. cached: 1 if the credential is in winbind's cache.
 * Integers are big-endian. Texts, OIDs and tokens are fields. ntlm/envelope.h has the
 * form of a field and of the checksum.
 */
#include "mech/cred_token.h"

#include "conf/credsection.h"
#include "mech/oid.h"
#include "ntlm/envelope.h"
#include "ntlm/message.h"

#include <stdlib.h>

#define MAGIC          "GSSNEGCR"
#define MAGIC_LEN      (sizeof(MAGIC) - 1)
#define VERSION        2
#define NO_RESTRICTION 255

#define OPTION_CI      1u /* no_ci_flags */
#define OPTION_GIVEN   2u /* is_given */

/* Where an imported user comes from, for the trace. */
static const struct bytes imported = {(const uint8_t *)"an imported credential", 22};

bool cred_token_is(struct bytes token)
{
    return bytes_has_prefix(token, bytes_of(MAGIC, MAGIC_LEN));
}

static void append_text(struct buf *out, const struct buf *text)
{
    envelope_append_field(out, buf_bytes(text));
}

static void append_neg_mechs(struct buf *out, gss_OID_set mechs)
{
    if (mechs == GSS_C_NO_OID_SET) {
        buf_append_u8(out, NO_RESTRICTION);
        return;
    }
    if (mechs->count >= NO_RESTRICTION) {
        buf_fail(out, ERR_TOO_LARGE);
        return;
    }
    buf_append_u8(out, (uint8_t)mechs->count);
    for (size_t i = 0; i < mechs->count; i++) {
        envelope_append_field(
            out, bytes_of(mechs->elements[i].elements, mechs->elements[i].length));
    }
}

static void append_users(struct buf *out, const struct credential_list *users)
{
    buf_append_u32be(out, (uint32_t)users->n);
    for (size_t i = 0; i < users->n; i++) {
        const struct credential *user = &users->choices[i].credential;

        append_text(out, &users->choices[i].patterns);
        append_text(out, &user->user);
        append_text(out, &user->domain);
        buf_append_u8(out, user->cached ? 1 : 0);
        buf_append(out, bytes_of(user->nt_hash.b, sizeof(user->nt_hash.b)));
    }
}

enum err cred_token_encode(const struct mech_cred *cred,
                           const struct cred_glue_tokens *glue_tokens, struct buf *out)
{
    buf_append(out, bytes_of(MAGIC, MAGIC_LEN));
    buf_append_u8(out, VERSION);
    buf_append_u8(out, (uint8_t)cred->usage);
    buf_append_u8(out, (uint8_t)((cred->no_ci_flags ? OPTION_CI : 0) |
                                 (cred->is_given ? OPTION_GIVEN : 0)));
    buf_append_u32be(out, cred->offered_flags);
    buf_append_u8(out, (uint8_t)cred->name->kind);
    append_text(out, &cred->name->user);
    append_text(out, &cred->name->domain);
    append_text(out, &cred->name->spelling);
    append_users(out, &cred->users);
    append_text(out, &cred->user_file);
    append_neg_mechs(out, cred->neg_mechs);
    for (size_t i = 0; i < GLUE_CRED_KINDS; i++) {
        envelope_append_field(out, glue_tokens->of[i]);
    }
    return envelope_close(out);
}

/* struct parsed: what is read of a token before a credential is made; views into it. */
struct parsed {
    gss_cred_usage_t usage;
    uint8_t options;
    uint32_t offered_flags;
    uint8_t name_kind;
    struct bytes name_user;
    struct bytes name_domain;
    struct bytes name_spelling;
    size_t n_users;
    struct reader users; /* before the first user */
    struct bytes user_file;
    uint8_t n_neg_mechs; /* or NO_RESTRICTION */
    gss_OID_desc neg_mechs[NO_RESTRICTION];
    struct cred_glue_tokens glue_tokens;
};

/* Reads one user, and adds it to users unless that is NULL. */
static enum err read_user(struct reader *r, struct credential_list *users)
{
    const struct bytes patterns = envelope_field(r);
    const struct bytes user = envelope_field(r);
    const struct bytes domain = envelope_field(r);
    const uint8_t cached = reader_u8(r);
    CREDENTIAL_AUTO credential = CREDENTIAL_INIT;
    enum err e;

    reader_copy(r, credential.nt_hash.b, sizeof(credential.nt_hash.b));
    reader_check(r, cached <= 1, ERR_EXPORTED);
    if (reader_status(r) == ERR_OK && patterns.n > 0) {
        e = credsection_patterns_check(patterns);
        reader_fail(r, e == ERR_FILE_SYNTAX ? ERR_EXPORTED : e);
    }
    if ((e = reader_status(r)) != ERR_OK || users == NULL) {
        return e;
    }
    credential.cached = cached != 0;
    if ((e = buf_dup(&credential.user, user)) != ERR_OK ||
        (e = buf_dup(&credential.domain, domain)) != ERR_OK) {
        return e;
    }
    return credential_list_add(users, patterns, imported, &credential);
}

static void read_users(struct reader *r, struct parsed *out)
{
    out->n_users = reader_u32be(r);
    out->users = *r;
    reader_check(r, out->n_users <= CREDENTIAL_LIST_MAX, ERR_EXPORTED);
    for (size_t i = 0; reader_status(r) == ERR_OK && i < out->n_users; i++) {
        (void)!read_user(r, NULL);
    }
}

static void read_neg_mechs(struct reader *r, struct parsed *out)
{
    size_t n;

    out->n_neg_mechs = reader_u8(r);
    n = out->n_neg_mechs == NO_RESTRICTION ? 0 : out->n_neg_mechs;
    for (size_t i = 0; i < n; i++) {
        struct bytes oid = envelope_field(r);

        reader_check(r, oid.n > 0, ERR_EXPORTED);
        out->neg_mechs[i] = (gss_OID_desc){(OM_uint32)oid.n, (void *)(uintptr_t)oid.p};
    }
}

static enum err read_token(struct bytes token, struct parsed *out)
{
    struct reader r = envelope_open(token);
    bool is_ours = cred_token_is(reader_consume(&r, MAGIC_LEN));
    uint8_t version = reader_u8(&r);

    out->usage = reader_u8(&r);
    out->options = reader_u8(&r);
    out->offered_flags = reader_u32be(&r);
    out->name_kind = reader_u8(&r);
    reader_check(&r, is_ours && version == VERSION && out->usage <= GSS_C_ACCEPT,
                 ERR_EXPORTED);
    reader_check(&r,
                 out->name_kind <= NAME_FOREIGN &&
                     (out->options & ~(OPTION_CI | OPTION_GIVEN)) == 0,
                 ERR_EXPORTED);
    out->name_user = envelope_field(&r);
    out->name_domain = envelope_field(&r);
    reader_fail(&r, message_name_check(out->name_user));
    reader_fail(&r, message_name_check(out->name_domain));
    out->name_spelling = envelope_field(&r);
    read_users(&r, out);
    out->user_file = envelope_field(&r);
    read_neg_mechs(&r, out);
    for (size_t i = 0; i < GLUE_CRED_KINDS; i++) {
        out->glue_tokens.of[i] = envelope_field(&r);
    }
    return reader_end(&r, ERR_EXPORTED);
}

static enum err restore(const struct parsed *parsed, struct mech_cred *cred)
{
    gss_OID_set_desc neg_mechs = {parsed->n_neg_mechs,
                                  (gss_OID)(uintptr_t)parsed->neg_mechs};
    struct reader users = parsed->users;
    enum err e = ERR_OK;

    cred->usage = parsed->usage;
    cred->no_ci_flags = (parsed->options & OPTION_CI) != 0;
    cred->is_given = (parsed->options & OPTION_GIVEN) != 0;
    cred->offered_flags = parsed->offered_flags;
    for (size_t i = 0; e == ERR_OK && i < parsed->n_users; i++) {
        e = read_user(&users, &cred->users);
    }
    if (e != ERR_OK ||
        (e = name_new((enum mech_name_kind)parsed->name_kind, parsed->name_user,
                      parsed->name_domain, &cred->name)) != ERR_OK ||
        (e = buf_dup(&cred->name->spelling, parsed->name_spelling)) != ERR_OK ||
        (e = buf_dup(&cred->user_file, parsed->user_file)) != ERR_OK) {
        return e;
    }
    return parsed->n_neg_mechs == NO_RESTRICTION ? ERR_OK
                                                 : cred_set_neg_mechs(cred, &neg_mechs);
}

enum err cred_token_decode(struct bytes token, struct mech_cred **out,
                           struct cred_glue_tokens *out_glue_tokens)
{
    CRED_AUTO *cred = NULL;
    struct parsed parsed;
    enum err e = read_token(token, &parsed);

    *out = NULL;
    *out_glue_tokens = (struct cred_glue_tokens){0};
    if (e == ERR_OK) {
        cred = calloc(1, sizeof(*cred));
        e = cred == NULL ? ERR_NO_MEMORY : restore(&parsed, cred);
    }
    if (e != ERR_OK) {
        return e == ERR_TRUNCATED ? ERR_EXPORTED : e;
    }
    *out_glue_tokens = parsed.glue_tokens;
    *out = cred;
    cred = NULL;
    return ERR_OK;
}
