/* SPDX-License-Identifier: ISC */
/* Protection of messages with extended session security. */
#include "ntlm/seal.h"

#include "base/reader.h"
#include "base/secret.h"
#include "ntlm/kdf.h"

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

/*
 * One direction. Both signing and sealing advance the RC4 state stream. Each message uses
 * a copy of the stream, which replaces the stream if nothing has failed. The keys are
 * made for the first message. The stream is larger than all else: there is none until a
 * message needs it, and none in a connectionless context.
 */
struct direction {
    bool has_keys;
    uint32_t sequence;
    struct kdf_seal_key seal_key;
    struct crypto_hmac hmac;
    struct crypto_rc4 *stream; /* NULL: at its beginning */
};

static void stream_free(struct crypto_rc4 *stream)
{
    secret_wipe(stream, sizeof(*stream));
    free(stream);
}

static void stream_wipe(struct crypto_rc4 *stream)
{
    secret_wipe(stream, sizeof(*stream));
}
#define STREAM_AUTO __attribute__((cleanup(stream_wipe))) struct crypto_rc4

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
    stream_free(s->directions[MESSAGE_SENT].stream);
    stream_free(s->directions[MESSAGE_RECEIVED].stream);
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

static enum err direction_set_up(struct direction *d, const struct seal *s,
                                 enum gss_role producer)
{
    KEY_AUTO sign_key;
    enum err e = kdf_sign_key(producer, &s->exported, &sign_key);

    if (e == ERR_OK) {
        e = kdf_seal_key(producer, s->flags, &s->exported, &d->seal_key);
    }
    if (e == ERR_OK) {
        e = crypto_hmac_key(&d->hmac, &sign_key);
    }
    return e;
}

/* Gives the direction, and makes its keys on first use. */
static enum err find_direction(struct seal *s, enum message_direction side,
                               struct direction **out)
{
    struct direction *d = &s->directions[side];
    enum gss_role peer = s->role == ROLE_INITIATOR ? ROLE_ACCEPTOR : ROLE_INITIATOR;
    enum err e;

    *out = d;
    if (d->has_keys) {
        return ERR_OK;
    }
    e = direction_set_up(d, s, side == MESSAGE_SENT ? s->role : peer);
    d->has_keys = e == ERR_OK;
    return e;
}

static void append_u32le(uint8_t out[4], uint32_t value)
{
    for (size_t i = 0; i < 4; i++) {
        out[i] = (uint8_t)(value >> (8 * i));
    }
}

/* Makes the direction's stream, at its beginning. */
static enum err begin_stream(struct direction *d)
{
    struct crypto_rc4 *stream = malloc(sizeof(*stream));
    enum err e;

    if (stream == NULL) {
        return ERR_NO_MEMORY;
    }
    e = crypto_rc4_key(stream, d->seal_key.key.b, d->seal_key.len);
    if (e != ERR_OK) {
        stream_free(stream);
        return e;
    }
    d->stream = stream;
    return ERR_OK;
}

/*
 * The stream of the next message: the direction's own, or in a connectionless context
 * (3.4.3) another one for each message, whose key is MD5(SealKey || SeqNum).
 */
static enum err stream_of_message(const struct seal *s, struct direction *d,
                                  struct crypto_rc4 *out)
{
    KEY_AUTO key;
    uint8_t sequence[4];
    const struct bytes parts[] = {bytes_of(d->seal_key.key.b, d->seal_key.len),
                                  bytes_of(sequence, sizeof(sequence))};
    enum err e = ERR_OK;

    if (has(s, NTLM_DATAGRAM)) {
        append_u32le(sequence, d->sequence);
        e = crypto_md5(parts, 2, &key);
        return e != ERR_OK ? e : crypto_rc4_key(out, key.b, sizeof(key.b));
    }
    if (d->stream == NULL) {
        e = begin_stream(d);
    }
    if (e == ERR_OK) {
        *out = *d->stream;
    }
    return e;
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
    enum err e = stream_of_message(s, d, &stream);

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
        *d->stream = *stream;
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

    if (e != ERR_OK || (e = stream_of_message(s, d, &stream)) != ERR_OK) {
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
        (e = stream_of_message(s, d, &stream)) != ERR_OK) {
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
    struct direction *d = &s->directions[side];

    stream_free(d->stream);
    d->stream = NULL;
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

    *out = (struct seal_position){.sequence = d->sequence, .moved = d->stream != NULL};
    if (out->moved) {
        out->stream = *d->stream;
    }
}

enum err seal_continue(struct seal *s, enum message_direction side,
                       const struct seal_position *position)
{
    struct direction *d = &s->directions[side];
    enum err e = ERR_OK;

    if (position->moved && (e = find_direction(s, side, &d)) == ERR_OK &&
        d->stream == NULL) {
        e = begin_stream(d);
    }
    if (e != ERR_OK) {
        return e;
    }
    if (position->moved) {
        *d->stream = position->stream;
    }
    d->sequence = position->sequence;
    return ERR_OK;
}
