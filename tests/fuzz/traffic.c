/* SPDX-License-Identifier: ISC */
/* Messages on the contexts of an exchange. */
#include "tests/fuzz/traffic.h"
#include "base/reader.h"

#include "mech/message.h"
#include "mech/oid.h"
#include "mech/option.h"
#include "tests/fuzz/fuzz.h"
#include "tests/fuzz/token_edit.h"
#include "tests/lib/table.h"

static bool is_established(const struct mech_context *context)
{
    return context->state == CONTEXT_ESTABLISHED;
}

static bool is_ntlm(const struct mech_context *context)
{
    return oid_equal(context_mechanism(context)->ops->mech, &MECH_OID_NTLM);
}

static void hostile_verify(struct exchange *x, struct bytes data)
{
    struct mech_context *context = x->sides[x->tested];
    enum err e = message_verify(context, bytes_str("text"), data);

    FUZZ_MUST(e != ERR_OK || (is_established(context) && !is_ntlm(context)));
}

static void hostile_unwrap(struct exchange *x, struct bytes data)
{
    struct mech_context *context = x->sides[x->tested];
    BUF_AUTO out = BUF_INIT;
    uint8_t *place = buf_reserve(&out, data.n);
    bool sealed;
    enum err e;

    FUZZ_MUST(place != NULL);
    e = message_unwrap(context, bytes_str("header"), data, place, &sealed);
    FUZZ_MUST(e != ERR_OK || (is_established(context) && !is_ntlm(context)));
}

static void own_sign(struct exchange *x, struct bytes data)
{
    uint8_t signature[MESSAGE_SIGNATURE_LEN];

    (void)!message_sign(x->sides[x->tested], data, signature);
}

static void own_wrap(struct exchange *x, struct bytes data)
{
    const size_t n = data.n + MESSAGE_OVERHEAD;
    BUF_AUTO out = BUF_INIT;
    uint8_t *place = buf_reserve(&out, n);
    size_t max = 0;

    FUZZ_MUST(place != NULL);
    if (message_wrap(x->sides[x->tested], bytes_str("header"), data, place) == ERR_OK) {
        FUZZ_MUST(message_size_limit(x->sides[x->tested], n, &max) == ERR_OK &&
                  max == data.n);
    }
}

static void options(struct exchange *x, struct bytes data)
{
    const struct bytes all[] = {OPTION_SET_SEQUENCE, OPTION_SPNEGO_REQUIRE_MIC,
                                OPTION_RESET_CRYPTO, OPTION_NEG_FLAGS,
                                OPTION_SESSION_KEY,  OPTION_SASL_SSF};
    struct mech_context *context = x->sides[x->tested];

    for (size_t i = 0; i < N(all); i++) {
        BUF_AUTO out = BUF_INIT;

        (void)!option_inquire(context, all[i], &out);
        if (data.n > 1 && data.p[0] % 8 == i &&
            option_set(context, all[i], bytes_of(data.p + 1, data.n - 1)) == ERR_OK) {
            x->forged = true; /* the peer does not have the new key, so no message will be
                                 accepted */
        }
    }
}

static void names(struct exchange *x, struct bytes data)
{
    struct mech_context *context = x->sides[x->tested];
    struct mechanism *mechanism = context_mechanism(context);
    NAME_AUTO *source = NULL;
    NAME_AUTO *target = NULL;

    (void)data;
    (void)context_flags(context);
    if (is_established(context)) {
        FUZZ_MUST(mechanism->ops->source_name(mechanism, &source) == ERR_OK &&
                  source != NULL);
        FUZZ_MUST(mechanism->ops->target_name(mechanism, &target) == ERR_OK);
    }
}

void traffic_hostile(struct exchange *x, struct bytes payload)
{
    static void (*const verbs[])(struct exchange * x, struct bytes data) = {
        hostile_verify, hostile_unwrap, own_sign, own_wrap, options, names};
    struct reader r = reader_of(payload);
    const uint8_t verb = reader_u8(&r);

    verbs[verb % N(verbs)](x, r.rest);
}

/* One message of n bytes on its way: a signature of it, or the wrapped message. */
struct message {
    bool wrapped;
    struct bytes data;
    struct buf token;
};

static enum err produce(struct mech_context *context, struct message *message)
{
    const size_t n = MESSAGE_SIGNATURE_LEN + (message->wrapped ? message->data.n : 0);
    uint8_t *place = buf_reserve(&message->token, n);
    enum err e;

    FUZZ_MUST(place != NULL);
    e = message->wrapped
            ? message_wrap(context, bytes_str("header"), message->data, place)
            : message_sign(context, message->data, place);
    if (e == ERR_OK) {
        buf_append_written(&message->token, n);
    }
    return e;
}

static enum err consume(struct mech_context *context, const struct message *message,
                        struct bytes token)
{
    BUF_AUTO out = BUF_INIT;
    uint8_t *place = buf_reserve(&out, token.n);
    bool sealed;
    enum err e;

    FUZZ_MUST(place != NULL);
    if (!message->wrapped) {
        return message_verify(context, message->data, token);
    }
    e = message_unwrap(context, bytes_str("header"), token, place, &sealed);
    if (e == ERR_OK) {
        buf_append_written(&out, token.n - MESSAGE_SIGNATURE_LEN);
    }
    FUZZ_MUST(e != ERR_OK || bytes_equal(buf_bytes(&out), message->data));
    return e;
}

void traffic_genuine(struct exchange *x, struct bytes payload)
{
    static const uint8_t data[256] = "a message of the peer";
    struct message message = {0};
    BUF_AUTO edited = BUF_INIT;
    struct reader r = reader_of(payload);
    const uint8_t verb = reader_u8(&r);
    const uint8_t n = reader_u8(&r);

    message.wrapped = (verb & 1) != 0;
    message.data = bytes_of(data, n);
    if (!is_established(x->sides[0]) || !is_established(x->sides[1]) || x->forged ||
        x->lost_mic || x->setup.user == 3 ||
        produce(x->sides[x->peer], &message) != ERR_OK) {
        buf_cleanup(&message.token);
        return;
    }
    token_edit(&edited, buf_bytes(&message.token), r.rest);
    if (!bytes_equal(buf_bytes(&edited), buf_bytes(&message.token))) {
        FUZZ_MUST(consume(x->sides[x->tested], &message, buf_bytes(&edited)) != ERR_OK);
    }
    FUZZ_MUST(consume(x->sides[x->tested], &message, buf_bytes(&message.token)) ==
              ERR_OK);
    buf_cleanup(&message.token);
}

void traffic_move(struct exchange *x, struct bytes payload)
{
    struct mech_context **side = &x->sides[x->tested];
    struct mech_context *moved;
    BUF_AUTO token = BUF_INIT;
    enum err e = context_export(*side, &token);

    (void)payload;
    FUZZ_MUST((e == ERR_OK) == (is_established(*side) && is_ntlm(*side)));
    if (e != ERR_OK) {
        return;
    }
    FUZZ_MUST(context_import(buf_bytes(&token), &moved) == ERR_OK);
    FUZZ_MUST(context_flags(moved) == context_flags(*side));
    context_free(*side);
    *side = moved;
}
