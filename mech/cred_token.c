/* SPDX-License-Identifier: ISC */
/*
 * A credential with an NTLM part as a token.
 *
 *   magic "GSSNEGCR"   version u8   usage u8   no_ci_flags u8   offered_flags u32
 *   name: kind u8, user, domain, spelling
 *   credential: user, domain, NT hash (16 bytes)   user_file
 *   n_neg_mechs u8 (255: no restriction), that many OIDs
 *   the glue's tokens in the order of enum glue_cred_kind, empty: not there
 *   checksum
 *
 * Integers are big-endian; texts, OIDs and tokens are fields, and the checksum is that of
 * ntlm/envelope.h.
 */
#include "mech/cred_token.h"

#include "mech/oid.h"
#include "ntlm/envelope.h"

#include <stdlib.h>

#define MAGIC          "GSSNEGCR"
#define MAGIC_LEN      (sizeof(MAGIC) - 1)
#define VERSION        1
#define NO_RESTRICTION 255

bool cred_token_is(struct bytes token)
{
    return bytes_has_prefix(token, bytes_of(MAGIC, MAGIC_LEN));
}

static void put_text(struct buf *out, const struct buf *text)
{
    envelope_put_field(out, buf_bytes(text));
}

static void put_name(struct buf *out, const struct mech_name *name)
{
    buf_put_u8(out, (uint8_t)name->kind);
    put_text(out, &name->user);
    put_text(out, &name->domain);
    put_text(out, &name->spelling);
}

static void put_neg_mechs(struct buf *out, gss_OID_set mechs)
{
    if (mechs == GSS_C_NO_OID_SET) {
        buf_put_u8(out, NO_RESTRICTION);
        return;
    }
    if (mechs->count >= NO_RESTRICTION) {
        buf_fail(out, ERR_TOO_LARGE);
        return;
    }
    buf_put_u8(out, (uint8_t)mechs->count);
    for (size_t i = 0; i < mechs->count; i++) {
        envelope_put_field(
            out, bytes_of(mechs->elements[i].elements, mechs->elements[i].length));
    }
}

static void put_body(struct buf *out, const struct mech_cred *cred,
                     const struct cred_glue_tokens *glue_tokens)
{
    buf_put(out, bytes_of(MAGIC, MAGIC_LEN));
    buf_put_u8(out, VERSION);
    buf_put_u8(out, (uint8_t)cred->usage);
    buf_put_u8(out, cred->no_ci_flags ? 1 : 0);
    buf_put_u32be(out, cred->offered_flags);
    put_name(out, cred->name);
    put_text(out, &cred->user.user);
    put_text(out, &cred->user.domain);
    buf_put(out, bytes_of(cred->user.nt_hash.b, sizeof(cred->user.nt_hash.b)));
    put_text(out, &cred->user_file);
    put_neg_mechs(out, cred->neg_mechs);
    for (size_t i = 0; i < GLUE_CRED_KINDS; i++) {
        envelope_put_field(out, glue_tokens->of[i]);
    }
}

enum err cred_token_encode(const struct mech_cred *cred,
                           const struct cred_glue_tokens *glue_tokens, struct buf *out)
{
    put_body(out, cred, glue_tokens);
    return envelope_close(out);
}

static enum err get_text(struct bytes *in, struct buf *out)
{
    struct bytes field;
    enum err e = envelope_get_field(in, &field);

    return e != ERR_OK ? e : buf_dup(out, field);
}

static enum err get_name(struct bytes *in, struct mech_name **out)
{
    struct bytes user;
    struct bytes domain;
    uint8_t kind;
    enum err e;

    if ((e = bytes_get_u8(in, &kind)) != ERR_OK ||
        (e = envelope_get_field(in, &user)) != ERR_OK ||
        (e = envelope_get_field(in, &domain)) != ERR_OK) {
        return e;
    }
    if (kind > NAME_FOREIGN) {
        return ERR_EXPORTED;
    }
    e = name_new((enum mech_name_kind)kind, user, domain, out);
    return e != ERR_OK ? e : get_text(in, &(*out)->spelling);
}

static enum err get_neg_mechs(struct bytes *in, struct mech_cred *cred)
{
    gss_OID_desc mechs[NO_RESTRICTION];
    gss_OID_set_desc set = {0, mechs};
    struct bytes oid;
    uint8_t count;
    enum err e = bytes_get_u8(in, &count);

    if (e != ERR_OK || count == NO_RESTRICTION) {
        return e;
    }
    for (; set.count < count; set.count++) {
        if ((e = envelope_get_field(in, &oid)) != ERR_OK) {
            return e;
        }
        if (oid.n == 0) {
            return ERR_EXPORTED;
        }
        /* cppcheck-suppress unreadVariable ; it is read as set.elements */
        mechs[set.count] = (gss_OID_desc){(OM_uint32)oid.n, (void *)(uintptr_t)oid.p};
    }
    return cred_set_neg_mechs(cred, &set);
}

static enum err get_head(struct bytes *in, struct mech_cred *cred)
{
    struct bytes magic;
    uint8_t version;
    uint8_t usage;
    uint8_t no_ci_flags;
    enum err e;

    if ((e = bytes_take(in, MAGIC_LEN, &magic)) != ERR_OK ||
        (e = bytes_get_u8(in, &version)) != ERR_OK ||
        (e = bytes_get_u8(in, &usage)) != ERR_OK ||
        (e = bytes_get_u8(in, &no_ci_flags)) != ERR_OK ||
        (e = bytes_get_u32be(in, &cred->offered_flags)) != ERR_OK) {
        return e;
    }
    if (!cred_token_is(magic) || version != VERSION || usage > GSS_C_ACCEPT) {
        return ERR_EXPORTED;
    }
    cred->usage = usage;
    cred->no_ci_flags = no_ci_flags != 0;
    return ERR_OK;
}

static enum err get_body(struct bytes *in, struct mech_cred *cred,
                         struct cred_glue_tokens *glue_tokens)
{
    enum err e;

    if ((e = get_head(in, cred)) != ERR_OK || (e = get_name(in, &cred->name)) != ERR_OK ||
        (e = get_text(in, &cred->user.user)) != ERR_OK ||
        (e = get_text(in, &cred->user.domain)) != ERR_OK ||
        (e = bytes_copy(in, cred->user.nt_hash.b, sizeof(cred->user.nt_hash.b))) !=
            ERR_OK ||
        (e = get_text(in, &cred->user_file)) != ERR_OK ||
        (e = get_neg_mechs(in, cred)) != ERR_OK) {
        return e;
    }
    for (size_t i = 0; e == ERR_OK && i < GLUE_CRED_KINDS; i++) {
        e = envelope_get_field(in, &glue_tokens->of[i]);
    }
    return e != ERR_OK || in->n == 0 ? e : ERR_EXPORTED;
}

enum err cred_token_decode(struct bytes token, struct mech_cred **out,
                           struct cred_glue_tokens *out_glue_tokens)
{
    CRED_AUTO *cred = calloc(1, sizeof(*cred));
    struct bytes body;
    enum err e;

    *out = NULL;
    *out_glue_tokens = (struct cred_glue_tokens){0};
    if (cred == NULL) {
        return ERR_NO_MEMORY;
    }
    if ((e = envelope_open(token, &body)) != ERR_OK ||
        (e = get_body(&body, cred, out_glue_tokens)) != ERR_OK) {
        *out_glue_tokens = (struct cred_glue_tokens){0};
        return e == ERR_TRUNCATED ? ERR_EXPORTED : e;
    }
    *out = cred;
    cred = NULL;
    return ERR_OK;
}
