/* SPDX-License-Identifier: ISC */
/* NegTokenInit and NegTokenInit2: decoded and encoded. */
#include "asn1/negtoken.h"

/*
 *   [APPLICATION 0] {                                                RFC 2743 3.1
 *       thisMech    OBJECT IDENTIFIER (SPNEGO),
 *       [0] NegTokenInit }                                           RFC 4178 4.2
 *
 *   NegTokenInit ::= SEQUENCE {            NegTokenInit2 ::= SEQUENCE {  [MS-SPNG] 2.2.1
 *       mechTypes   [0] MechTypeList           the same (never absent here either)
 *       reqFlags    [1] BIT STRING OPTIONAL    the same
 *       mechToken   [2] OCTET STRING OPTIONAL  the same
 *       mechListMIC [3] OCTET STRING OPTIONAL  negHints [3] NegHints OPTIONAL
 *                                              mechListMIC [4] OCTET STRING OPTIONAL
 *   MechTypeList ::= SEQUENCE OF OBJECT IDENTIFIER, 1 to NEGTOKEN_MAX_MECHS, each of
 *       NEGTOKEN_MAX_OID bytes at most
 *   NegHints ::= SEQUENCE {
 *       hintName    [0] GeneralString OPTIONAL,
 *       hintAddress [1] OCTET STRING OPTIONAL }
 *
 * Fields that a later version might add are refused: none has been added, and nothing
 * would protect what is not understood.
 */

static enum err read_mech_list(struct der_walk *w, struct bytes list,
                               struct negtoken_init *init)
{
    if (list.n == 0) {
        return der_walk_missing(w, list);
    }
    while (list.n > 0) {
        struct bytes at = list;
        struct bytes mech;
        enum err e = der_walk_oid(w, &list, &mech);

        if (e != ERR_OK) {
            return e;
        }
        if (init->n_mechs == NEGTOKEN_MAX_MECHS || mech.n > NEGTOKEN_MAX_OID) {
            return der_walk_blame(w, at, ERR_TOO_LARGE);
        }
        init->mechs[init->n_mechs++] = mech;
    }
    return ERR_OK;
}

static enum err read_mech_types(struct der_walk *w, struct bytes *in,
                                struct negtoken_init *init)
{
    struct bytes field;
    struct bytes list;
    bool has;
    enum err e = der_walk_field(w, in, 0, &has, &field);

    if (e != ERR_OK) {
        return e;
    }
    if (!has || field.n == 0) {
        return der_walk_missing(w, has ? field : *in);
    }
    e = der_walk_whole(w, field, DER_SEQUENCE, &list);
    if (e != ERR_OK) {
        return e;
    }
    init->mech_types_der = field;
    return read_mech_list(w, list, init);
}

static enum err read_hints(struct der_walk *w, struct bytes field,
                           struct negtoken_init *init)
{
    struct bytes hints;
    struct bytes address;
    bool has_address;
    enum err e = der_walk_whole(w, field, DER_SEQUENCE, &hints);

    init->has_hints = e == ERR_OK;
    if (e != ERR_OK) {
        return e;
    }
    if ((e = der_walk_string(w, &hints, 0, DER_GENERAL_STRING, &init->has_hint_name,
                             &init->hint_name)) != ERR_OK) {
        return e;
    }
    if ((e = der_walk_string(w, &hints, 1, DER_OCTET_STRING, &has_address, &address)) !=
        ERR_OK) {
        return e;
    }
    return der_walk_end(w, hints);
}

/* Field [3] is RFC 4178's mechListMIC, or NegHints from the acceptors that send
 * NegTokenInit2: Windows, Samba, MIT krb5. */
static enum err read_mic_or_windows_hints(struct der_walk *w, struct bytes *in,
                                          struct negtoken_init *init)
{
    struct bytes field;
    bool has;
    enum err e = der_walk_field(w, in, 3, &has, &field);

    if (e != ERR_OK || !has) {
        return e;
    }
    if (der_next_is(field, DER_SEQUENCE)) {
        return read_hints(w, field, init);
    }
    e = der_walk_whole(w, field, DER_OCTET_STRING, &init->mic);
    init->has_mic = e == ERR_OK;
    return e;
}

/* Field [4], the mechListMIC of NegTokenInit2; not after one in [3]. */
static enum err read_windows_mic(struct der_walk *w, struct bytes *in,
                                 struct negtoken_init *init)
{
    if (init->has_mic) {
        return ERR_OK;
    }
    return der_walk_string(w, in, 4, DER_OCTET_STRING, &init->has_mic, &init->mic);
}

static enum err read_init_fields(struct der_walk *w, struct bytes in,
                                 struct negtoken_init *init)
{
    struct bytes flags;
    enum err e;

    if ((e = read_mech_types(w, &in, init)) != ERR_OK) {
        return e;
    }
    if ((e = der_walk_string(w, &in, 1, DER_BIT_STRING, &init->has_req_flags, &flags)) !=
        ERR_OK) {
        return e;
    }
    if ((e = der_walk_string(w, &in, 2, DER_OCTET_STRING, &init->has_token,
                             &init->token)) != ERR_OK) {
        return e;
    }
    if ((e = read_mic_or_windows_hints(w, &in, init)) != ERR_OK) {
        return e;
    }
    if ((e = read_windows_mic(w, &in, init)) != ERR_OK) {
        return e;
    }
    return der_walk_end(w, in);
}

/* thisMech, which must be SPNEGO, and behind it [0]: NegTokenResp is never framed. */
static enum err read_frame(struct der_walk *w, struct bytes in, struct bytes *out_choice)
{
    struct bytes at = in;
    struct bytes mech;
    enum err e = der_walk_oid(w, &in, &mech);

    *out_choice = (struct bytes){NULL, 0};
    if (e != ERR_OK) {
        return e;
    }
    if (!bytes_equal(mech, OID_SPNEGO)) {
        return der_walk_blame(w, at, ERR_NEG_TOKEN);
    }
    if (!der_next_is(in, DER_CONTEXT_0)) {
        return der_walk_missing(w, in);
    }
    return der_walk_whole(w, in, DER_CONTEXT_0, out_choice);
}

static enum err walk_init(struct der_walk *w, struct negtoken_init *init)
{
    struct bytes frame;
    struct bytes choice;
    struct bytes fields;
    enum err e;

    *init = (struct negtoken_init){.n_mechs = 0};
    if ((e = der_walk_outermost(w, DER_APPLICATION_0, NEGTOKEN_MAX_LEN, &frame)) !=
        ERR_OK) {
        return e;
    }
    if ((e = read_frame(w, frame, &choice)) != ERR_OK) {
        return e;
    }
    if ((e = der_walk_whole(w, choice, DER_SEQUENCE, &fields)) != ERR_OK) {
        return e;
    }
    if ((e = read_init_fields(w, fields, init)) != ERR_OK) {
        return e;
    }
    return der_walk_finish(w);
}

enum err negtoken_init_inspect(struct bytes in, struct negtoken_init *out_init,
                               struct der_fault *out_fault)
{
    struct der_walk w = {.whole = in, .lenient = true};
    enum err e = walk_init(&w, out_init);

    *out_fault = w.fault;
    return e;
}

enum err negtoken_init_decode(struct bytes in, struct negtoken_init *out_init)
{
    struct der_walk w = {.whole = in};
    enum err e = walk_init(&w, out_init);

    if (e != ERR_OK) {
        *out_init = (struct negtoken_init){.n_mechs = 0};
    }
    return e;
}

void negtoken_mech_types_encode(struct buf *out, const struct bytes *mechs, size_t n)
{
    size_t list = der_open(out, DER_SEQUENCE);

    if (n == 0) {
        buf_fail(out, ERR_INTERNAL);
    }
    if (n > NEGTOKEN_MAX_MECHS) {
        buf_fail(out, ERR_TOO_LARGE);
        return;
    }
    for (size_t i = 0; i < n; i++) {
        if (mechs[i].n > NEGTOKEN_MAX_OID) {
            buf_fail(out, ERR_TOO_LARGE);
        }
        der_put(out, DER_OID, mechs[i]);
    }
    der_close(out, list);
}

static void put_hints(struct buf *out, const struct negtoken_init *init)
{
    size_t field = der_open(out, DER_CONTEXT_0 + 3);
    size_t hints = der_open(out, DER_SEQUENCE);

    if (init->has_hint_name) {
        der_put_field(out, 0, DER_GENERAL_STRING, init->hint_name);
    }
    der_close(out, hints);
    der_close(out, field);
}

static void put_init_fields(struct buf *out, const struct negtoken_init *init)
{
    size_t mech_types = der_open(out, DER_CONTEXT_0);

    if (init->mech_types_der.n == 0) {
        buf_fail(out, ERR_INTERNAL);
    }
    buf_put(out, init->mech_types_der);
    der_close(out, mech_types);
    if (init->has_token) {
        der_put_field(out, 2, DER_OCTET_STRING, init->token);
    }
    if (init->has_hints) {
        put_hints(out, init);
    }
    if (init->has_mic) {
        der_put_field(out, init->has_hints ? 4 : 3, DER_OCTET_STRING, init->mic);
    }
}

void negtoken_init_encode(struct buf *out, const struct negtoken_init *init)
{
    size_t start = out->n;
    size_t frame = der_open(out, DER_APPLICATION_0);
    size_t choice;
    size_t fields;

    der_put(out, DER_OID, OID_SPNEGO);
    choice = der_open(out, DER_CONTEXT_0);
    fields = der_open(out, DER_SEQUENCE);
    put_init_fields(out, init);
    der_close(out, fields);
    der_close(out, choice);
    der_close(out, frame);
    if (out->n - start > NEGTOKEN_MAX_LEN) {
        buf_fail(out, ERR_TOO_LARGE);
    }
}
