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
 * One direction. Both signing and sealing advance the RC4 state stream. A received
 * message is decrypted with a copy of the stream. If its signature is right, the copy
 * replaces the stream. hmac is NULL before the first message.
 */
struct direction {
    struct kdf_seal_key seal_key;
    struct crypto_hmac *hmac;
    struct crypto_rc4 stream;
    struct crypto_rc4 copy;
    uint32_t sequence;
};

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

static void direction_cleanup(struct direction *d)
{
    crypto_hmac_free(d->hmac);
    secret_wipe(d, sizeof(*d));
}

void seal_free(struct seal *s)
{
    if (s == NULL) {
        return;
    }
    direction_cleanup(&s->directions[MESSAGE_SENT]);
    direction_cleanup(&s->directions[MESSAGE_RECEIVED]);
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
        e = crypto_rc4_key(&d->stream, d->seal_key.key.b, d->seal_key.len);
    }
    if (e == ERR_OK) {
        e = crypto_hmac_new(&sign_key, &d->hmac);
    }
    return e;
}

/* Gives the direction, and makes its keys on first use. */
static enum err find_direction(struct seal *s, enum message_direction side,
                               struct direction **out)
{
    struct direction *d = &s->directions[side];
    struct direction made = {.sequence = d->sequence};
    enum gss_role peer = s->role == ROLE_INITIATOR ? ROLE_ACCEPTOR : ROLE_INITIATOR;
    enum err e;

    *out = d;
    if (d->hmac != NULL) {
        return ERR_OK;
    }
    e = direction_set_up(&made, s, side == MESSAGE_SENT ? s->role : peer);
    if (e != ERR_OK) {
        direction_cleanup(&made);
        return e;
    }
    *d = made;
    secret_wipe(&made, sizeof(made));
    return ERR_OK;
}

static void append_u32le(uint8_t out[4], uint32_t value)
{
    for (size_t i = 0; i < 4; i++) {
        out[i] = (uint8_t)(value >> (8 * i));
    }
}

/* A connectionless context (3.4.3) uses another stream for each message. Its key is
 * MD5(SealKey || SeqNum). */
static enum err rekey_for_message(struct direction *d, struct crypto_rc4 *rc4)
{
    KEY_AUTO key;
    uint8_t sequence[4];
    const struct bytes parts[] = {bytes_of(d->seal_key.key.b, d->seal_key.len),
                                  bytes_of(sequence, sizeof(sequence))};
    enum err e;

    append_u32le(sequence, d->sequence);
    e = crypto_md5(parts, 2, &key);
    return e != ERR_OK ? e : crypto_rc4_key(rc4, key.b, sizeof(key.b));
}

/* Makes d->copy the stream that decrypts the next received message. */
static enum err receiving_stream(const struct seal *s, struct direction *d)
{
    if (has(s, NTLM_DATAGRAM)) {
        return rekey_for_message(d, &d->copy);
    }
    d->copy = d->stream;
    return ERR_OK;
}

/* A message's text is either struct bytes (only signed) or struct message_part. */
struct text {
    const struct bytes *plain;
    const struct message_part *parts;
    size_t n;
};

static enum err checksum(struct direction *d, const struct text *text,
                         struct ntlm_key *out)
{
    uint8_t sequence[4];

    append_u32le(sequence, d->sequence);
    crypto_hmac_start(d->hmac);
    crypto_hmac_add(d->hmac, bytes_of(sequence, sizeof(sequence)));
    for (size_t i = 0; i < text->n; i++) {
        crypto_hmac_add(d->hmac, text->plain != NULL
                                     ? text->plain[i]
                                     : bytes_of(text->parts[i].p, text->parts[i].n));
    }
    return crypto_hmac_end(d->hmac, out);
}

static void apply(struct crypto_rc4 *rc4, const struct text *text)
{
    for (size_t i = 0; text->parts != NULL && i < text->n; i++) {
        if (text->parts[i].sealed) {
            crypto_rc4_apply(rc4, text->parts[i].p, text->parts[i].p, text->parts[i].n);
        }
    }
}

static void apply_checksum(const struct seal *s, struct crypto_rc4 *rc4,
                           struct ntlm_key *sum)
{
    if (has(s, NTLM_KEY_EXCH)) {
        crypto_rc4_apply(rc4, sum->b, sum->b, CHECKSUM_LEN);
    }
}

/* The data come before the checksum: one stream encrypts both (3.4.4.2). */
static enum err protect(struct seal *s, const struct text *text,
                        uint8_t out_signature[MESSAGE_SIGNATURE_LEN])
{
    struct direction *d;
    struct ntlm_key sum;
    enum err e = find_direction(s, MESSAGE_SENT, &d);

    if (e == ERR_OK && has(s, NTLM_DATAGRAM)) {
        e = rekey_for_message(d, &d->stream);
    }
    if (e == ERR_OK) {
        e = checksum(d, text, &sum);
    }
    if (e != ERR_OK) {
        return e;
    }
    apply(&d->stream, text);
    apply_checksum(s, &d->stream, &sum);
    append_u32le(out_signature, VERSION_1);
    memcpy(out_signature + CHECKSUM_AT, sum.b, CHECKSUM_LEN);
    append_u32le(out_signature + SEQUENCE_AT, d->sequence++);
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

static enum err check_text(const struct seal *s, struct direction *d,
                           const struct text *text, struct bytes wanted)
{
    struct ntlm_key sum;
    enum err e = checksum(d, text, &sum);

    if (e != ERR_OK) {
        return e;
    }
    apply_checksum(s, &d->copy, &sum);
    return secret_equal(sum.b, wanted.p, CHECKSUM_LEN) ? ERR_OK : ERR_SIGNATURE;
}

/* Encrypts the text again after a failed verification. If that fails, wipes it, because
 * unverified plain text must not stay in the buffer. */
static void restore(const struct seal *s, struct direction *d, const struct text *text)
{
    enum err e = receiving_stream(s, d);

    if (e == ERR_OK) {
        apply(&d->copy, text);
    }
    for (size_t i = 0; e != ERR_OK && text->parts != NULL && i < text->n; i++) {
        if (text->parts[i].sealed) {
            secret_wipe(text->parts[i].p, text->parts[i].n);
        }
    }
}

static enum err unprotect(struct seal *s, const struct text *text, struct bytes signature)
{
    struct direction *d;
    struct bytes wanted;
    enum err e = find_direction(s, MESSAGE_RECEIVED, &d);

    if (e == ERR_OK) {
        e = check_form(d, signature, &wanted);
    }
    if (e == ERR_OK) {
        e = receiving_stream(s, d);
    }
    if (e != ERR_OK) {
        return e;
    }
    apply(&d->copy, text);
    e = check_text(s, d, text, wanted);
    if (e != ERR_OK) {
        restore(s, d, text);
        return e;
    }
    d->stream = d->copy;
    d->sequence++;
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

enum err seal_reset(struct seal *s, enum message_direction side)
{
    struct direction *d = &s->directions[side];

    if (d->hmac == NULL) {
        return ERR_OK; /* no message has advanced it */
    }
    return crypto_rc4_key(&d->stream, d->seal_key.key.b, d->seal_key.len);
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
    bool moved = d->hmac != NULL && !has(s, NTLM_DATAGRAM);

    *out = (struct seal_position){d->sequence, moved, d->stream};
}

enum err seal_continue(struct seal *s, enum message_direction side,
                       const struct seal_position *position)
{
    struct direction *d = &s->directions[side];
    enum err e;

    if (position->moved && (e = find_direction(s, side, &d)) != ERR_OK) {
        return e;
    }
    if (position->moved) {
        d->stream = position->stream;
    }
    d->sequence = position->sequence;
    return ERR_OK;
}
