/* SPDX-License-Identifier: ISC */
/* Two sides with one session key, and messages between them. */
#include "tests/unit/ntlm/seal_pair.h"

#include <string.h>

static const struct ntlm_key session_key = {
    {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 0}};

void pair_cleanup(struct pair *pair)
{
    seal_free(pair->client);
    seal_free(pair->server);
}

struct pair make_pair(uint32_t flags)
{
    struct pair pair;

    ck_ok(seal_new(ROLE_INITIATOR, flags, &session_key, &pair.client));
    ck_ok(seal_new(ROLE_ACCEPTOR, flags, &session_key, &pair.server));
    return pair;
}

struct bytes data_of(const struct message *m)
{
    return bytes_of(m->data, m->n);
}

struct bytes signature_of(const struct message *m)
{
    return bytes_of(m->signature, sizeof(m->signature));
}

struct message text_message(const char *text)
{
    struct message m = {.n = strlen(text)};

    ck_assert_uint_le(m.n, sizeof(m.data));
    memcpy(m.data, text, m.n);
    return m;
}

struct message sealed(struct seal *from, const char *text)
{
    struct message m = text_message(text);
    struct message_part part = {m.data, m.n, true};

    ck_ok(seal_seal(from, &part, 1, m.signature));
    return m;
}

struct message signed_text(struct seal *from, const char *text)
{
    struct message m = text_message(text);
    struct bytes part = data_of(&m);

    ck_ok(seal_sign(from, &part, 1, m.signature));
    return m;
}

enum err unseal(struct seal *to, struct message *m)
{
    struct message_part part = {m->data, m->n, true};

    return seal_unseal(to, &part, 1, signature_of(m));
}

enum err verify(struct seal *to, const struct message *m)
{
    struct bytes part = data_of(m);

    return seal_verify(to, &part, 1, signature_of(m));
}

void expect_sealed(struct seal *to, struct message m, const char *text)
{
    ck_ok(unseal(to, &m));
    ck_bytes(data_of(&m), bytes_str(text));
}

uint32_t nth_flags(int i)
{
    static const uint32_t strengths[] = {NTLM_128, NTLM_56, 0};
    static const uint32_t services[] = {NTLM_SIGN, NTLM_SEAL, NTLM_SIGN | NTLM_SEAL};
    uint32_t flags = NTLM_ESS | strengths[i % 3] | services[i / 3 % 3];

    flags |= i / 9 % 2 == 1 ? (uint32_t)NTLM_KEY_EXCH : 0;
    return flags | (i / 18 == 1 ? (uint32_t)NTLM_DATAGRAM : 0);
}

uint32_t some_flags(int i)
{
    return nth_flags(i * 10);
}

void expect_refused(struct seal *to, const struct message *bad)
{
    struct message m = *bad;
    enum err e = unseal(to, &m);

    ck_assert(e == ERR_SIGNATURE || e == ERR_SEQUENCE);
    ck_bytes(data_of(&m), data_of(bad));
}
