/* SPDX-License-Identifier: ISC */
/* Protection of messages with extended session security. */
#include "ntlm/seal.h"

#include "base/reader.h"
#include "base/secret.h"
#include "ntlm/seal_direction.h"

#include <stdlib.h>
#include <string.h>

/*
 * NTLMSSP_MESSAGE_SIGNATURE with extended session security (2.2.2.9.2), little-endian:
 *   0  4  Version, 1
 *   4  8  Checksum = HMAC_MD5(SignKey, SeqNum || message)[0..7]; with KEY_EXCH RC4ed
 *  12  4  SeqNum
 */
#define VERSION_1    1
#define CHECKSUM_AT  4
#define CHECKSUM_LEN 8
#define SEQUENCE_AT  12

/* The signature with ALWAYS_SIGN alone is constant and protects nothing. */
static const uint8_t dummy_signature[MESSAGE_SIGNATURE_LEN] = {VERSION_1};

struct seal {
    enum gss_role role;
    uint32_t flags;
    struct ntlm_key exported;
    struct direction directions[2]; /* by enum message_direction */
};

enum err seal_new(enum gss_role role, uint32_t flags, const struct ntlm_key *exported,
                  struct seal **out)
{
    struct seal *s;

    *out = NULL;
    if ((flags & NTLM_ESS) == 0) {
        return ERR_NTLM_FLAGS;
    }
    s = malloc(sizeof(*s));
    if (s == NULL) {
        return ERR_NO_MEMORY;
    }
    *s = (struct seal){.role = role, .flags = flags, .exported = *exported};
    *out = s;
    return ERR_OK;
}

void seal_free(struct seal *s)
{
    if (s == NULL) {
        return;
    }
    direction_reset(&s->directions[MESSAGE_SENT]);
    direction_reset(&s->directions[MESSAGE_RECEIVED]);
    secret_wipe(s, sizeof(*s));
    free(s);
}

static bool has(const struct seal *s, uint32_t flag)
{
    return (s->flags & flag) != 0;
}

bool seal_can_sign(const struct seal *s)
{
    return has(s, NTLM_SIGN | NTLM_SEAL);
}

/* Gives the direction, and makes its keys on first use. */
static enum err find_direction(struct seal *s, enum message_direction side,
                               struct direction **out)
{
    enum gss_role peer = s->role == ROLE_INITIATOR ? ROLE_ACCEPTOR : ROLE_INITIATOR;

    *out = &s->directions[side];
    return direction_make_keys(*out, side == MESSAGE_SENT ? s->role : peer, s->flags,
                               &s->exported);
}

static void append_u32le(uint8_t out[4], uint32_t value)
{
    for (size_t i = 0; i < 4; i++) {
        out[i] = (uint8_t)(value >> (8 * i));
    }
}

/* A message's text is either struct bytes (only signed) or struct message_part. */
struct text {
    const struct bytes *plain;
    const struct message_part *parts;
    size_t n;
};

static void apply(struct crypto_rc4 *rc4, const struct text *text)
{
    for (size_t i = 0; text->parts != NULL && i < text->n; i++) {
        if (text->parts[i].sealed) {
            crypto_rc4_apply(rc4, text->parts[i].p, text->parts[i].p, text->parts[i].n);
        }
    }
}

/*
 * The checksum of the plain text, and in the same pass the text encrypted or decrypted in
 * place. The stream encrypts the checksum after the data (3.4.4.2). The stream has moved
 * also after an error.
 */
static enum err checksum(const struct seal *s, const struct direction *d,
                         enum message_direction side, const struct text *text,
                         struct crypto_rc4 *stream, struct ntlm_key *out)
{
    struct crypto_mac mac;
    uint8_t sequence[4];
    enum err e;

    append_u32le(sequence, d->sequence);
    crypto_mac_begin(&mac, &d->hmac);
    crypto_mac_add(&mac, bytes_of(sequence, sizeof(sequence)));
    for (size_t i = 0; i < text->n; i++) {
        if (text->plain != NULL) {
            crypto_mac_add(&mac, text->plain[i]);
        } else if (!text->parts[i].sealed) {
            crypto_mac_add(&mac, bytes_of(text->parts[i].p, text->parts[i].n));
        } else if (side == MESSAGE_SENT) {
            crypto_mac_add_seal(&mac, stream, text->parts[i].p, text->parts[i].n);
        } else {
            crypto_mac_add_unseal(&mac, stream, text->parts[i].p, text->parts[i].n);
        }
    }
    e = crypto_mac_end(&mac, out);
    if (e == ERR_OK && has(s, NTLM_KEY_EXCH)) {
        crypto_rc4_apply(stream, out->b, out->b, CHECKSUM_LEN);
    }
    return e;
}

/* Applies the stream of the message once more to the whole text, which turns it back into
 * what it was. If that fails, wipes what is sealed: unverified plain text must not stay
 * in the buffer. */
static void restore(const struct seal *s, struct direction *d, const struct text *text)
{
    STREAM_AUTO stream;
    enum err e = direction_copy_stream(d, s->flags, &stream);

    if (e == ERR_OK) {
        apply(&stream, text);
    }
    for (size_t i = 0; e != ERR_OK && text->parts != NULL && i < text->n; i++) {
        if (text->parts[i].sealed) {
            secret_wipe(text->parts[i].p, text->parts[i].n);
        }
    }
}

/* The next message of the direction has been made or verified. */
static void advance(const struct seal *s, struct direction *d,
                    const struct crypto_rc4 *stream)
{
    if (!has(s, NTLM_DATAGRAM)) {
        direction_set_stream(d, stream);
    }
    d->sequence++;
}

static enum err protect(struct seal *s, const struct text *text,
                        uint8_t out_signature[MESSAGE_SIGNATURE_LEN])
{
    STREAM_AUTO stream;
    struct direction *d;
    struct ntlm_key sum;
    enum err e = find_direction(s, MESSAGE_SENT, &d);

    if (e != ERR_OK || (e = direction_copy_stream(d, s->flags, &stream)) != ERR_OK) {
        return e;
    }
    e = checksum(s, d, MESSAGE_SENT, text, &stream, &sum);
    if (e != ERR_OK) {
        restore(s, d, text);
        return e;
    }
    append_u32le(out_signature, VERSION_1);
    memcpy(out_signature + CHECKSUM_AT, sum.b, CHECKSUM_LEN);
    append_u32le(out_signature + SEQUENCE_AT, d->sequence);
    advance(s, d, &stream);
    return ERR_OK;
}

/* Checks what needs no key. */
static enum err check_form(const struct direction *d, struct bytes signature,
                           struct bytes *out_checksum)
{
    struct reader r = reader_of(signature);
    uint32_t version = reader_u32le(&r);
    uint32_t sequence;

    *out_checksum = reader_consume(&r, CHECKSUM_LEN);
    sequence = reader_u32le(&r);
    if (reader_end(&r, ERR_SIGNATURE_LEN) != ERR_OK) {
        return ERR_SIGNATURE_LEN;
    }
    if (version != VERSION_1) {
        return ERR_SIGNATURE;
    }
    return sequence == d->sequence ? ERR_OK : ERR_SEQUENCE;
}

static enum err unprotect(struct seal *s, const struct text *text, struct bytes signature)
{
    STREAM_AUTO stream;
    struct direction *d;
    struct ntlm_key sum;
    struct bytes wanted;
    enum err e = find_direction(s, MESSAGE_RECEIVED, &d);

    if (e != ERR_OK || (e = check_form(d, signature, &wanted)) != ERR_OK ||
        (e = direction_copy_stream(d, s->flags, &stream)) != ERR_OK) {
        return e;
    }
    e = checksum(s, d, MESSAGE_RECEIVED, text, &stream, &sum);
    if (e == ERR_OK && !secret_equal(sum.b, wanted.p, CHECKSUM_LEN)) {
        e = ERR_SIGNATURE;
    }
    if (e != ERR_OK) {
        restore(s, d, text);
        return e;
    }
    advance(s, d, &stream);
    return ERR_OK;
}

enum err seal_sign(struct seal *s, const struct bytes *parts, size_t n_parts,
                   uint8_t out_signature[MESSAGE_SIGNATURE_LEN])
{
    const struct text text = {parts, NULL, n_parts};

    memset(out_signature, 0, MESSAGE_SIGNATURE_LEN);
    if (seal_can_sign(s)) {
        return protect(s, &text, out_signature);
    }
    if (!has(s, NTLM_ALWAYS_SIGN)) {
        return ERR_NO_PROTECTION;
    }
    memcpy(out_signature, dummy_signature, sizeof(dummy_signature));
    return ERR_OK;
}

enum err seal_verify(struct seal *s, const struct bytes *parts, size_t n_parts,
                     struct bytes signature)
{
    const struct text text = {parts, NULL, n_parts};

    if (seal_can_sign(s)) {
        return unprotect(s, &text, signature);
    }
    if (!has(s, NTLM_ALWAYS_SIGN)) {
        return ERR_NO_PROTECTION;
    }
    if (signature.n != sizeof(dummy_signature)) {
        return ERR_SIGNATURE_LEN;
    }
    return memcmp(signature.p, dummy_signature, signature.n) == 0 ? ERR_OK
                                                                  : ERR_SIGNATURE;
}

enum err seal_seal(struct seal *s, const struct message_part *parts, size_t n_parts,
                   uint8_t out_signature[MESSAGE_SIGNATURE_LEN])
{
    const struct text text = {NULL, parts, n_parts};

    memset(out_signature, 0, MESSAGE_SIGNATURE_LEN);
    return seal_can_sign(s) ? protect(s, &text, out_signature) : ERR_NO_PROTECTION;
}

enum err seal_unseal(struct seal *s, const struct message_part *parts, size_t n_parts,
                     struct bytes signature)
{
    const struct text text = {NULL, parts, n_parts};

    return seal_can_sign(s) ? unprotect(s, &text, signature) : ERR_NO_PROTECTION;
}

void seal_reset(struct seal *s, enum message_direction side)
{
    direction_reset(&s->directions[side]);
}

void seal_set_sequence(struct seal *s, uint32_t sequence)
{
    s->directions[MESSAGE_SENT].sequence = sequence;
    s->directions[MESSAGE_RECEIVED].sequence = sequence;
}

void seal_where(const struct seal *s, enum message_direction side,
                struct seal_position *out)
{
    const struct direction *d = &s->directions[side];

    *out = (struct seal_position){.sequence = d->sequence};
    if (d->stream != NULL) {
        out->moved = true;
        out->stream = *d->stream;
    }
}

enum err seal_continue(struct seal *s, enum message_direction side,
                       const struct seal_position *position)
{
    struct direction *d = &s->directions[side];
    enum err e;

    if (position->moved) {
        if ((e = find_direction(s, side, &d)) != ERR_OK ||
            (e = direction_begin_stream(d)) != ERR_OK) {
            return e;
        }
        direction_set_stream(d, &position->stream);
    }
    d->sequence = position->sequence;
    return ERR_OK;
}
