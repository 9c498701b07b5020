/* SPDX-License-Identifier: ISC */
/*
 * Exported contexts (NTLM's part of them) and credentials. The first byte chooses which,
 * and whether the rest gets a right checksum; without one hardly anything is decoded.
 */
#include "base/reader.h"
#include "mech/context.h"
#include "mech/cred_token.h"
#include "ntlm/session_token.h"
#include "tests/fuzz/fuzz.h"

#define CRED        0x01
#define NO_CHECKSUM 0x02

/* Encodes a token that can be decoded; returns whether it could. */
static bool rewrite_session(struct bytes token, struct buf *out)
{
    struct ntlm_session session = {0};
    struct session_parts parts = {.session = &session};
    struct seal *seal;

    if (session_token_decode(token, &session, &seal, &parts.target) != ERR_OK) {
        FUZZ_MUST(seal == NULL && parts.target.n == 0 && session.user.n == 0);
        return false;
    }
    FUZZ_MUST((seal != NULL) == ntlm_session_protects(&session));
    parts.seal = seal;
    FUZZ_MUST(session_token_encode(out, &parts) == ERR_OK);
    ntlm_session_cleanup(&session);
    seal_free(seal);
    return true;
}

/* A token that was encoded once is decoded and encoded to the same bytes. (A datagram
 * context does not use the cipher state that the first token may have.) */
static void feed_session(struct bytes token)
{
    BUF_AUTO again = BUF_INIT;
    BUF_AUTO twice = BUF_INIT;

    if (rewrite_session(token, &again)) {
        FUZZ_MUST(rewrite_session(buf_bytes(&again), &twice));
        FUZZ_MUST(bytes_equal(buf_bytes(&again), buf_bytes(&twice)));
    }
}

static void feed_context(struct bytes token)
{
    struct mech_context *context;
    BUF_AUTO again = BUF_INIT;

    if (context_import(token, &context) != ERR_OK) {
        FUZZ_MUST(context == NULL);
        return;
    }
    FUZZ_MUST(context_established(context) == ERR_OK &&
              context_mechanism(context) != NULL);
    FUZZ_MUST(context_export(context, &again) == ERR_OK);
    context_free(context);
}

/* A decoded credential is encoded to a token that is decoded and encoded to the same
 * bytes. */
static void feed_cred(struct bytes token)
{
    CRED_AUTO *cred = NULL;
    CRED_AUTO *same = NULL;
    struct cred_glue_tokens others;
    BUF_AUTO again = BUF_INIT;
    BUF_AUTO twice = BUF_INIT;

    if (cred_token_decode(token, &cred, &others) != ERR_OK) {
        FUZZ_MUST(cred == NULL);
        return;
    }
    FUZZ_MUST(cred_token_is(token) && cred->name != NULL);
    FUZZ_MUST(cred_token_encode(cred, &others, &again) == ERR_OK);
    FUZZ_MUST(cred_token_decode(buf_bytes(&again), &same, &others) == ERR_OK);
    FUZZ_MUST(cred_token_encode(same, &others, &twice) == ERR_OK);
    FUZZ_MUST(bytes_equal(buf_bytes(&again), buf_bytes(&twice)));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct reader r = reader_of(bytes_of(data, size));
    const uint8_t bits = reader_u8(&r);
    const struct bytes body = r.rest;
    BUF_AUTO token = BUF_INIT;
    struct ntlm_key sum;

    if (reader_status(&r) != ERR_OK) {
        return 0;
    }
    FUZZ_MUST(crypto_md5(&body, 1, &sum) == ERR_OK);
    buf_append(&token, body);
    buf_append(&token, bytes_of(sum.b, (bits & NO_CHECKSUM) != 0 ? 0 : sizeof(sum.b)));
    FUZZ_MUST(buf_status(&token) == ERR_OK);
    if ((bits & CRED) != 0) {
        feed_cred(buf_bytes(&token));
    } else {
        feed_session(buf_bytes(&token));
        feed_context(buf_bytes(&token));
    }
    return 0;
}
