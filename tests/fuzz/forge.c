/* SPDX-License-Identifier: ISC */
/* Makes an AUTHENTICATE of an attacker who knows the password. */
#include "tests/fuzz/forge.h"
#include "base/reader.h"

#include "ntlm/authenticate.h"
#include "ntlm/avpair.h"
#include "ntlm/challenge.h"
#include "ntlm/kdf.h"
#include "ntlm/mic.h"
#include "ntlm/utf16.h"
#include "tests/fuzz/fuzz.h"
#include "tests/fuzz/token_edit.h"

/* The choices of the input, and the message that is being made. */
struct forgery {
    uint8_t bits;
    struct bytes negotiate;
    struct bytes challenge_bytes;
    struct ntlm_challenge challenge;
    struct buf avs;
    struct buf user;
    struct buf domain;
    struct buf response;
    struct buf message;
    struct ntlm_key base_key;
};

static void cleanup(struct forgery *f)
{
    buf_cleanup(&f->avs);
    buf_cleanup(&f->user);
    buf_cleanup(&f->domain);
    buf_cleanup(&f->response);
    buf_cleanup(&f->message);
}

static void append_avs(struct forgery *f, struct bytes avs)
{
    struct bytes offered = f->challenge.target_info;

    if ((f->bits & FORGE_OFFERED) != 0 && offered.n >= 4) {
        buf_append(&f->avs, bytes_of(offered.p, offered.n - 4));
    }
    buf_append(&f->avs, avs);
}

static void append_response(struct forgery *f)
{
    static const uint8_t client_challenge[NTLM_CHALLENGE_LEN] = {7};
    struct ntlm_key hash = exchange_nt_hash();
    struct ntlm_key ntowfv2;
    struct ntlm_key proof;
    BUF_AUTO blob = BUF_INIT;

    if ((f->bits & FORGE_NTLMV1) != 0) {
        buf_append_zeros(&f->response, NTLM_V1_RESPONSE_LEN);
        return;
    }
    kdf_ntlmv2_blob(&blob, 1, client_challenge, buf_bytes(&f->avs));
    FUZZ_MUST(kdf_ntowfv2(&hash, buf_bytes(&f->user), buf_bytes(&f->domain), &ntowfv2) ==
                  ERR_OK &&
              kdf_nt_proof(&ntowfv2, f->challenge.server_challenge, buf_bytes(&blob),
                           &proof, &f->base_key) == ERR_OK);
    buf_append(&f->response, bytes_of(proof.b, sizeof(proof.b)));
    buf_append(&f->response, buf_bytes(&blob));
}

static void append_mic(struct forgery *f)
{
    struct ntlm_key zero = {{0}};
    struct ntlm_key exported = f->base_key;
    struct ntlm_key mic;

    if ((f->bits & FORGE_KEY) != 0) {
        FUZZ_MUST(kdf_rc4(&f->base_key, &zero, &exported) == ERR_OK);
    }
    FUZZ_MUST(mic_compute(&exported, f->negotiate, f->challenge_bytes,
                          buf_bytes(&f->message), AUTHENTICATE_MIC_AT, &mic) == ERR_OK);
    buf_set(&f->message, AUTHENTICATE_MIC_AT, bytes_of(mic.b, sizeof(mic.b)));
}

static void append_message(struct forgery *f, uint32_t changed_flags)
{
    static const uint8_t zeros[NTLM_V1_RESPONSE_LEN];
    struct ntlm_authenticate message = {
        .lm_response = bytes_of(zeros, sizeof(zeros)),
        .nt_response = buf_bytes(&f->response),
        .domain = buf_bytes(&f->domain),
        .user = buf_bytes(&f->user),
        .session_key = bytes_of(zeros, (f->bits & FORGE_KEY) != 0 ? 16 : 0),
        .flags = f->challenge.flags ^ changed_flags,
    };

    authenticate_encode(&f->message, &message);
    if (buf_status(&f->message) == ERR_OK && (f->bits & FORGE_MIC) != 0) {
        append_mic(f);
    }
}

/* The last NEGOTIATE that the peer has sent. */
static struct bytes find_negotiate(const struct exchange *x)
{
    struct bytes found = {NULL, 0};

    for (size_t i = 0; i < x->n_history; i++) {
        struct bytes message = token_ntlm(buf_bytes(&x->history[i]));

        if (message_type(message) == NTLM_NEGOTIATE) {
            found = message;
        }
    }
    return found;
}

static void feed(struct exchange *x, struct bytes message)
{
    BUF_AUTO framed = BUF_INIT;
    struct negtoken_resp resp = {.has_token = true, .token = message};

    x->forged = true;
    if (x->sides[x->tested]->framing == FRAMING_SPNEGO) {
        negtoken_resp_encode(&framed, &resp);
    } else {
        buf_append(&framed, message);
    }
    exchange_feed(x, buf_bytes(&framed));
}

void forge_authenticate(struct exchange *x, struct bytes payload)
{
    __attribute__((cleanup(cleanup))) struct forgery f = {
        .negotiate = find_negotiate(x),
        .challenge_bytes = token_ntlm(buf_bytes(&x->last[x->tested])),
    };
    struct reader r = reader_of(payload);
    uint32_t changed_flags;

    f.bits = reader_u8(&r);
    changed_flags = reader_u32le(&r);
    if (reader_status(&r) != ERR_OK ||
        challenge_decode(f.challenge_bytes, &f.challenge) != ERR_OK) {
        return;
    }
    const char *user = (f.bits & FORGE_NO_USER) != 0 ? "" : "alice";
    FUZZ_MUST(utf16_from_utf8(&f.user, bytes_str(user)) == ERR_OK &&
              utf16_from_utf8(&f.domain, bytes_str("AD")) == ERR_OK);
    append_avs(&f, payload);
    append_response(&f);
    append_message(&f, changed_flags);
    if (buf_status(&f.message) == ERR_OK) {
        feed(x, buf_bytes(&f.message));
    }
}
