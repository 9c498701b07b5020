/* SPDX-License-Identifier: ISC */
/*
 * The protection of messages: two sides with the same key. The first byte chooses the
 * flags, then records {operation, n, m} follow. A genuine message is accepted, whatever
 * was refused before it.
 */
#include "base/reader.h"
#include "ntlm/seal.h"
#include "tests/fuzz/fuzz.h"
#include "tests/lib/table.h"

#include <string.h>

#define MAX_PARTS 4

/* struct pair: send is the initiator's side, receive the acceptor's; n and m come from
 * the record. */
struct pair {
    struct seal *send;
    struct seal *receive;
    bool protects;
    uint8_t n;
    uint8_t m;
};

static uint32_t read_flags(uint8_t bits)
{
    static const uint32_t flags[] = {NTLM_SIGN, NTLM_SEAL, NTLM_KEY_EXCH,   NTLM_DATAGRAM,
                                     NTLM_128,  NTLM_56,   NTLM_ALWAYS_SIGN};
    uint32_t wanted = NTLM_ESS;

    for (size_t i = 0; i < N(flags); i++) {
        wanted |= (bits >> i & 1) != 0 ? flags[i] : 0;
    }
    return wanted;
}

/* A signature with a changed byte is refused, and the unchanged one is accepted. */
static void sign(struct pair *pair)
{
    uint8_t text[256] = "a text that is signed";
    struct bytes data = bytes_of(text, pair->n);
    uint8_t signature[MESSAGE_SIGNATURE_LEN];
    uint8_t wrong[MESSAGE_SIGNATURE_LEN];

    if (seal_sign(pair->send, &data, 1, signature) != ERR_OK) {
        return;
    }
    memcpy(wrong, signature, sizeof(wrong));
    wrong[pair->m % sizeof(wrong)] ^= (uint8_t)(1 + pair->n / 2);
    FUZZ_MUST(seal_verify(pair->receive, &data, 1, bytes_of(wrong, sizeof(wrong))) !=
              ERR_OK);
    FUZZ_MUST(seal_verify(pair->receive, &data, 1,
                          bytes_of(signature, sizeof(signature))) == ERR_OK);
}

/* Divides n bytes into parts; the bits of m say which are sealed. */
static size_t cut(uint8_t *text, const struct pair *pair, struct message_part *parts)
{
    size_t n_parts = 1 + pair->m % MAX_PARTS;
    size_t at = 0;

    for (size_t i = 0; i < n_parts; i++) {
        size_t n = i + 1 == n_parts ? pair->n - at : pair->n / n_parts;

        parts[i] = (struct message_part){text + at, n, (pair->m >> (2 + i) & 1) != 0};
        at += n;
    }
    return n_parts;
}

static void seal(struct pair *pair)
{
    uint8_t plain[256] = "a text that is sealed";
    uint8_t text[256];
    uint8_t came[256];
    uint8_t signature[MESSAGE_SIGNATURE_LEN];
    struct message_part parts[MAX_PARTS];
    size_t n_parts = cut(text, pair, parts);

    memcpy(text, plain, sizeof(text));
    if (seal_seal(pair->send, parts, n_parts, signature) != ERR_OK) {
        FUZZ_MUST(!pair->protects);
        return;
    }
    memcpy(came, text, sizeof(came));
    signature[pair->m % sizeof(signature)] ^= 0x80;
    FUZZ_MUST(seal_unseal(pair->receive, parts, n_parts,
                          bytes_of(signature, sizeof(signature))) != ERR_OK);
    FUZZ_MUST(memcmp(text, came, sizeof(text)) == 0);
    signature[pair->m % sizeof(signature)] ^= 0x80;
    FUZZ_MUST(seal_unseal(pair->receive, parts, n_parts,
                          bytes_of(signature, sizeof(signature))) == ERR_OK);
    FUZZ_MUST(memcmp(text, plain, sizeof(text)) == 0);
}

/* Feeds bytes of any length that no side has made. */
static void hostile(struct pair *pair)
{
    uint8_t bytes[256] = {1};
    struct message_part part = {bytes, pair->m, true};
    struct bytes data = bytes_of(bytes, pair->m);
    struct bytes signature = bytes_of(bytes, pair->n);

    FUZZ_MUST(seal_unseal(pair->receive, &part, 1, signature) != ERR_OK);
    FUZZ_MUST(!pair->protects ||
              seal_verify(pair->receive, &data, 1, signature) != ERR_OK);
}

static void reset(struct pair *pair)
{
    seal_reset(pair->send, MESSAGE_SENT);
    seal_reset(pair->receive, MESSAGE_RECEIVED);
}

static void set_sequence(struct pair *pair)
{
    uint32_t sequence = UINT32_MAX - pair->n;

    seal_set_sequence(pair->send, sequence);
    seal_set_sequence(pair->receive, sequence);
}

static bool next_record(struct reader *in, uint8_t *op, struct pair *pair)
{
    *op = reader_u8(in);
    pair->n = reader_u8(in);
    pair->m = reader_u8(in);
    return reader_status(in) == ERR_OK;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static void (*const run[])(struct pair * pair) = {sign, seal, hostile, reset,
                                                      set_sequence};
    static const struct ntlm_key key = {{1, 2, 3}};
    struct reader in = reader_of(bytes_of(data, size));
    struct pair pair = {0};
    const uint8_t bits = size == 0 ? 0 : reader_u8(&in);
    uint8_t op;

    pair.protects = (read_flags(bits) & (NTLM_SIGN | NTLM_SEAL)) != 0;
    FUZZ_MUST(seal_new(ROLE_INITIATOR, read_flags(bits), &key, &pair.send) == ERR_OK);
    FUZZ_MUST(seal_new(ROLE_ACCEPTOR, read_flags(bits), &key, &pair.receive) == ERR_OK);
    while (next_record(&in, &op, &pair)) {
        run[op % N(run)](&pair);
    }
    seal_free(pair.send);
    seal_free(pair.receive);
    return 0;
}
