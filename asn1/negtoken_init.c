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
 * The decoder refuses any other field. No later version of SPNEGO has added a field, and
 * the mechListMIC would not protect one.
 */

static void read_mech_types(struct der_walk *w, struct bytes field,
                            struct negtoken_init *init)
{
    struct bytes list = der_walk_whole(w, field, DER_SEQUENCE);

    if (w->err != ERR_OK) {
        return;
    }
    init->mech_types_der = field;
    if (list.n == 0) {
        der_walk_missing(w, list);
    }
    while (list.n > 0) {
        struct bytes at = list;
        struct bytes mech = der_walk_oid(w, &list);
        bool fits = init->n_mechs < NEGTOKEN_MAX_MECHS && mech.n <= NEGTOKEN_MAX_OID;

        der_walk_check(w, at, fits, ERR_TOO_LARGE);
        if (w->err != ERR_OK) {
            return;
        }
        init->mechs[init->n_mechs++] = mech;
    }
}

/* Field [3] is the mechListMIC of RFC 4178, or the NegHints of an acceptor that sends
 * NegTokenInit2: Windows, Samba, MIT krb5. */
static void read_mic_or_windows_hints(struct der_walk *w, struct bytes field,
                                      struct negtoken_init *init)
{
    struct bytes hints;
    struct bytes address;

    if (!der_next_is(field, DER_SEQUENCE)) {
        init->mic = der_walk_whole(w, field, DER_OCTET_STRING);
        init->has_mic = w->err == ERR_OK;
        return;
    }
    hints = der_walk_whole(w, field, DER_SEQUENCE);
    init->has_hints = w->err == ERR_OK;
    init->has_hint_name =
        der_walk_string(w, &hints, 0, DER_GENERAL_STRING, &init->hint_name);
    (void)der_walk_string(w, &hints, 1, DER_OCTET_STRING, &address);
    der_walk_end(w, hints);
}

static void read_init_fields(struct der_walk *w, struct bytes in,
                             struct negtoken_init *init)
{
    struct bytes field;
    struct bytes flags;
    bool has = der_walk_field(w, &in, 0, &field);

    if (!has || field.n == 0) {
        der_walk_missing(w, has ? field : in);
    }
    read_mech_types(w, field, init);
    init->has_req_flags = der_walk_string(w, &in, 1, DER_BIT_STRING, &flags);
    init->has_token = der_walk_string(w, &in, 2, DER_OCTET_STRING, &init->token);
    if (der_walk_field(w, &in, 3, &field)) {
        read_mic_or_windows_hints(w, field, init);
    }
    if (!init->has_mic) { /* [4] is the mechListMIC of NegTokenInit2 */
        init->has_mic = der_walk_string(w, &in, 4, DER_OCTET_STRING, &init->mic);
    }
    der_walk_end(w, in);
}

static enum err walk_init(struct der_walk *w, struct negtoken_init *init)
{
    struct bytes frame = der_walk_outermost(w, DER_APPLICATION_0, NEGTOKEN_MAX_LEN);
    struct bytes at = frame;
    struct bytes mech = der_walk_oid(w, &frame);
    struct bytes choice;

    *init = (struct negtoken_init){.n_mechs = 0};
    der_walk_check(w, at, bytes_equal(mech, OID_SPNEGO), ERR_NEG_TOKEN);
    if (!der_next_is(frame, DER_CONTEXT_0)) {
        der_walk_missing(w, frame); /* NegTokenResp is never framed */
    }
    choice = der_walk_whole(w, frame, DER_CONTEXT_0);
    read_init_fields(w, der_walk_whole(w, choice, DER_SEQUENCE), init);
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
        der_append(out, DER_OID, mechs[i]);
    }
    der_close(out, list);
}

static void append_init_fields(struct buf *out, const struct negtoken_init *init)
{
    size_t mech_types = der_open(out, DER_CONTEXT_0);

    if (init->mech_types_der.n == 0) {
        buf_fail(out, ERR_INTERNAL);
    }
    buf_append(out, init->mech_types_der);
    der_close(out, mech_types);
    if (init->has_token) {
        der_append_field(out, 2, DER_OCTET_STRING, init->token);
    }
    if (init->has_hints) {
        size_t field = der_open(out, DER_CONTEXT_0 + 3);
        size_t hints = der_open(out, DER_SEQUENCE);

        if (init->has_hint_name) {
            der_append_field(out, 0, DER_GENERAL_STRING, init->hint_name);
        }
        der_close(out, hints);
        der_close(out, field);
    }
    if (init->has_mic) {
        der_append_field(out, init->has_hints ? 4 : 3, DER_OCTET_STRING, init->mic);
    }
}

void negtoken_init_encode(struct buf *out, const struct negtoken_init *init)
{
    size_t start = out->n;
    size_t frame = der_open(out, DER_APPLICATION_0);
    size_t choice;
    size_t fields;

    der_append(out, DER_OID, OID_SPNEGO);
    choice = der_open(out, DER_CONTEXT_0);
    fields = der_open(out, DER_SEQUENCE);
    append_init_fields(out, init);
    der_close(out, fields);
    der_close(out, choice);
    der_close(out, frame);
    if (out->n - start > NEGTOKEN_MAX_LEN) {
        buf_fail(out, ERR_TOO_LARGE);
    }
}
