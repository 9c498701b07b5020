/* SPDX-License-Identifier: ISC */
/* Proofs of ntlm/seal: what a message changes, and that a refused one changes nothing. */
/*
 * Bounds: a message of N_PARTS parts, each of any length (any_bytes), so that a part may
 * be empty; signatures of any length; any flags, sequence numbers and streams. The
 * cryptography is replaced (tests/prove/crypto.h).
 */
#include "tests/prove/crypto.h"

#include "base/bytes.c"
#include "base/reader.c"
#include "base/secret.c"

/* The number of a message wraps to 0 as in the protocol. */
#pragma CPROVER check push
#pragma CPROVER check disable "unsigned-overflow"
#include "ntlm/seal.c"
#include "ntlm/seal_direction.c"
#pragma CPROVER check pop

#define N_PARTS 2

/* The streams that any_seal made. */
static struct crypto_rc4 stream_before[2];

/* Any context: each direction has its keys and perhaps a stream, or has had no message
 * yet. */
static struct seal any_seal(void)
{
    struct seal s;

    given(s.role == ROLE_INITIATOR || s.role == ROLE_ACCEPTOR);
    for (size_t i = 0; i < 2; i++) {
        s.directions[i].has_keys = nondet_bool();
        given(s.directions[i].seal_key.len == 8 || s.directions[i].seal_key.len == 16);
        s.directions[i].stream = NULL;
        if (s.directions[i].has_keys && nondet_bool()) {
            s.directions[i].stream = malloc(sizeof(struct crypto_rc4));
            given(s.directions[i].stream != NULL);
            stream_before[i] = *s.directions[i].stream;
        }
    }
    crypto_at = nondet_size();
    return s;
}

static bool is_same_stream(const struct crypto_rc4 *a, const struct crypto_rc4 *b)
{
    size_t at = any_size_below(sizeof(a->s)); /* any byte of the state */

    return a->s[at] == b->s[at] && a->i == b->i && a->j == b->j;
}

/* Whether the stream of a side is what any_seal made; if there was none, then one at its
 * beginning counts as the same. */
static bool is_stream_unmoved(const struct direction *old, const struct direction *d,
                              enum message_direction side)
{
    struct crypto_rc4 first;

    if (old->stream != NULL) {
        return d->stream == old->stream &&
               is_same_stream(d->stream, &stream_before[side]);
    }
    first.s[0] =
        __CPROVER_uninterpreted_rc4_key(d->seal_key.key.b[0], d->seal_key.len, 0);
    first.i = __CPROVER_uninterpreted_rc4_key(d->seal_key.key.b[0], d->seal_key.len, 1);
    first.j = __CPROVER_uninterpreted_rc4_key(d->seal_key.key.b[0], d->seal_key.len, 2);
    return d->stream == NULL || (d->stream->s[0] == first.s[0] &&
                                 d->stream->i == first.i && d->stream->j == first.j);
}

static bool is_same_key(const struct direction *a, const struct direction *b)
{
    size_t at = any_size_below(sizeof(a->seal_key.key.b)); /* any byte of the keys */

    return a->seal_key.key.b[at] == b->seal_key.key.b[at] &&
           a->hmac.inner.b[at] == b->hmac.inner.b[at] &&
           a->hmac.outer.b[at] == b->hmac.outer.b[at] &&
           a->seal_key.len == b->seal_key.len && a->has_keys == b->has_keys;
}

/*
 * What holds after any call: the other direction is as it was. After an error the number
 * of the next message is as it was; after success it is the next one. A direction that
 * has keys still has them, and after an error its stream is as it was.
 */
static void prove_state(const struct seal *before, const struct seal *s,
                        enum message_direction side, enum err e)
{
    const struct direction *d = &s->directions[side];
    const struct direction *old = &before->directions[side];
    const struct direction *other = &s->directions[1 - side];
    const struct direction *old_other = &before->directions[1 - side];

    prove(!crypto_mac_is_open);
    prove(s->role == before->role && s->flags == before->flags);
    prove(other->sequence == old_other->sequence && is_same_key(other, old_other) &&
          other->stream == old_other->stream &&
          is_stream_unmoved(old_other, other, 1 - side));
    prove(d->sequence == (uint32_t)((uint64_t)old->sequence + (e == ERR_OK ? 1 : 0)));
    prove((e == ERR_OK && !has(s, NTLM_DATAGRAM)) || is_stream_unmoved(old, d, side));
    if (old->has_keys) {
        prove(is_same_key(d, old));
    } else {
        prove(e != ERR_OK || d->has_keys);
    }
}

/* The parts of a message, and any byte of each. */
struct message {
    struct bytes plain[N_PARTS];
    struct message_part parts[N_PARTS];
    uint8_t byte[N_PARTS]; /* at crypto_at, if the part is so long */
};

static void any_message(struct message *m)
{
    for (size_t i = 0; i < N_PARTS; i++) {
        struct bytes part = any_bytes();
        uint8_t *p = (uint8_t *)part.p;

        m->plain[i] = part;
        m->parts[i] = (struct message_part){p, part.n, nondet_bool()};
        m->byte[i] = crypto_at < part.n ? p[crypto_at] : 0;
    }
}

/* Whether this byte of a part is as it was before the call. */
static bool is_unchanged(const struct message *m, size_t part)
{
    return crypto_at >= m->plain[part].n || m->plain[part].p[crypto_at] == m->byte[part];
}

/* The signature that a call made: the version, a checksum, the number of the message. RC4
 * may have changed one byte of the checksum. */
static void prove_signature(const struct seal *before, const uint8_t *signature)
{
    uint32_t sequence = before->directions[MESSAGE_SENT].sequence;
    size_t i = any_size_below(CHECKSUM_LEN); /* any byte of the checksum */

    prove(signature[0] == 1 && (signature[1] | signature[2] | signature[3]) == 0);
    prove(i == crypto_at || signature[CHECKSUM_AT + i] == crypto_sum.b[i]);
    i = any_size_below(4);
    prove(signature[SEQUENCE_AT + i] == (uint8_t)(sequence >> (8 * i)));
}

/* A signature that a call has accepted has 16 bytes, the version, the checksum of this
 * message, and its number. */
static void prove_accepted(const struct seal *before, struct bytes signature)
{
    uint32_t sequence = before->directions[MESSAGE_RECEIVED].sequence;
    size_t i = any_size_below(CHECKSUM_LEN); /* any byte of the checksum */

    prove(signature.n == MESSAGE_SIGNATURE_LEN);
    prove(signature.p[0] == 1);
    prove(i == crypto_at || signature.p[CHECKSUM_AT + i] == crypto_sum.b[i]);
    i = any_size_below(4);
    prove(signature.p[SEQUENCE_AT + i] == (uint8_t)(sequence >> (8 * i)));
}

PROVE(seal_sign, 9)
{
    struct seal s = any_seal();
    const struct seal before = s;
    struct message m;
    uint8_t signature[MESSAGE_SIGNATURE_LEN];
    enum err e;

    any_message(&m);
    given(seal_can_sign(&s));
    e = seal_sign(&s, m.plain, N_PARTS, signature);
    prove_state(&before, &s, MESSAGE_SENT, e);
    prove(is_unchanged(&m, 0) && is_unchanged(&m, 1));
    if (e == ERR_OK) {
        prove_signature(&before, signature);
    }
}

/* What holds of a part after an error: it is as it was, or wiped where the stream of a
 * datagram could not be made a second time. A part that is not sealed never changes. */
static void prove_part(const struct seal *s, const struct message *m, enum err e)
{
    size_t i = any_size_below(N_PARTS); /* any part */

    if (!m->parts[i].sealed) {
        prove(is_unchanged(m, i));
    } else if (e != ERR_OK) {
        prove(is_unchanged(m, i) ||
              (has(s, NTLM_DATAGRAM) && m->plain[i].p[crypto_at] == 0));
    }
}

PROVE(seal_seal, 9)
{
    struct seal s = any_seal();
    const struct seal before = s;
    struct message m;
    uint8_t signature[MESSAGE_SIGNATURE_LEN];
    enum err e;

    any_message(&m);
    e = seal_seal(&s, m.parts, N_PARTS, signature);
    if (!seal_can_sign(&before)) {
        prove(e == ERR_NO_PROTECTION);
    }
    prove_state(&before, &s, MESSAGE_SENT, e);
    prove_part(&s, &m, e);
    if (e == ERR_OK) {
        prove_signature(&before, signature);
    }
}

PROVE(seal_verify, 9)
{
    struct seal s = any_seal();
    const struct seal before = s;
    struct message m;
    struct bytes signature = any_bytes();
    enum err e;

    any_message(&m);
    given(seal_can_sign(&s));
    e = seal_verify(&s, m.plain, N_PARTS, signature);
    prove_state(&before, &s, MESSAGE_RECEIVED, e);
    prove(is_unchanged(&m, 0) && is_unchanged(&m, 1));
    if (e == ERR_OK) {
        prove_accepted(&before, signature);
    }
}

PROVE(seal_unseal, 9)
{
    struct seal s = any_seal();
    const struct seal before = s;
    struct message m;
    struct bytes signature = any_bytes();
    enum err e;

    any_message(&m);
    e = seal_unseal(&s, m.parts, N_PARTS, signature);
    if (!seal_can_sign(&before)) {
        prove(e == ERR_NO_PROTECTION);
    }
    prove_state(&before, &s, MESSAGE_RECEIVED, e);
    prove_part(&s, &m, e);
    if (e == ERR_OK) {
        prove_accepted(&before, signature);
    }
}

/* Without SIGN and SEAL: the dummy signature, or none at all; no key is made. */
PROVE(seal_dummy, 17)
{
    struct seal s = any_seal();
    const struct seal before = s;
    struct bytes signature = any_bytes();
    uint8_t made[MESSAGE_SIGNATURE_LEN];
    size_t i = any_size_below(MESSAGE_SIGNATURE_LEN); /* any byte of the signature */
    enum err e;

    given(!seal_can_sign(&s));
    e = seal_sign(&s, NULL, 0, made);
    prove(e == (has(&s, NTLM_ALWAYS_SIGN) ? ERR_OK : ERR_NO_PROTECTION));
    prove(made[i] == (e == ERR_OK && i == 0 ? 1 : 0));
    e = seal_verify(&s, NULL, 0, signature);
    prove(e != ERR_OK ||
          (has(&s, NTLM_ALWAYS_SIGN) && signature.n == MESSAGE_SIGNATURE_LEN &&
           signature.p[i] == (i == 0 ? 1 : 0)));
    for (size_t side = 0; side < 2; side++) {
        prove(s.directions[side].sequence == before.directions[side].sequence);
        prove(is_same_key(&s.directions[side], &before.directions[side]));
    }
}
