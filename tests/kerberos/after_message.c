/* SPDX-License-Identifier: ISC */
/* Per message calls on an established context. */
#include "tests/kerberos/after.h"
#include "tests/lib/table.h"

#include <gssapi/gssapi_ext.h>

#include <stdlib.h>
#include <string.h>

#define N_ORDER 4

static gss_buffer_desc message_of(struct endpoint *endpoint)
{
    return buffer_of(endpoint->role == 'I' ? "from the initiator"
                                           : "from the acceptor, longer");
}

/* Exchanges wrapped messages; returns that of the other side, which the caller frees. */
static gss_buffer_desc swap_wrapped(struct endpoint *endpoint, int conf)
{
    gss_buffer_desc text = message_of(endpoint), own = GSS_C_EMPTY_BUFFER, other;
    OM_uint32 minor, ignored, major;
    int got_conf = -1;
    major =
        gss_wrap(&minor, endpoint->ctx, conf, GSS_C_QOP_DEFAULT, &text, &got_conf, &own);
    if (say_status("wrap", major, minor)) {
        say("wrap result", "%zu bytes, conf %d", own.length, got_conf);
    }
    other = endpoint_swap(&own);
    gss_release_buffer(&ignored, &own);
    return other;
}

static void unwrap(struct endpoint *endpoint, const char *label, gss_buffer_t token)
{
    gss_buffer_desc text = GSS_C_EMPTY_BUFFER;
    gss_qop_t qop = 77;
    OM_uint32 minor, ignored, major;
    int conf = -1;
    major = gss_unwrap(&minor, endpoint->ctx, token, &text, &conf, &qop);
    if (say_status(label, major, minor)) {
        say(label, "conf %d qop %u", conf, qop);
        say_bytes(label, text.value, text.length);
    }
    gss_release_buffer(&ignored, &text);
}

void after_wrap(struct endpoint *endpoint)
{
    for (int conf = 0; conf < 2; conf++) {
        gss_buffer_desc other = swap_wrapped(endpoint, conf);
        unwrap(endpoint, "unwrap", &other);
        free(other.value);
    }
}

static gss_buffer_desc swap_mic(struct endpoint *endpoint, gss_qop_t qop)
{
    gss_buffer_desc text = buffer_of("signed by both"), own = GSS_C_EMPTY_BUFFER, other;
    OM_uint32 minor, ignored, major;
    major = gss_get_mic(&minor, endpoint->ctx, qop, &text, &own);
    if (say_status("mic", major, minor)) {
        say("mic result", "%zu bytes", own.length);
    }
    other = endpoint_swap(&own);
    gss_release_buffer(&ignored, &own);
    return other;
}

static void verify(struct endpoint *endpoint, const char *label, const char *text,
                   gss_buffer_t mic)
{
    gss_buffer_desc message = buffer_of(text);
    gss_qop_t qop = 77;
    OM_uint32 minor, major;
    major = gss_verify_mic(&minor, endpoint->ctx, &message, mic, &qop);
    if (say_status(label, major, minor)) {
        say(label, "qop %u", qop);
    }
}

void after_mic(struct endpoint *endpoint)
{
    gss_buffer_desc mic = swap_mic(endpoint, GSS_C_QOP_DEFAULT);
    verify(endpoint, "verify", "signed by both", &mic);
    free(mic.value);
    mic = swap_mic(endpoint, 99);
    free(mic.value);
}

void after_limit(struct endpoint *endpoint)
{
    static const OM_uint32 sizes[] = {0, 16, 60, 100, 1000, 65536};
    for (size_t i = 0; i < 2 * N(sizes); i++) {
        OM_uint32 limit = 0, minor, major;
        major = gss_wrap_size_limit(&minor, endpoint->ctx, i % 2, GSS_C_QOP_DEFAULT,
                                    sizes[i / 2], &limit);
        if (say_status("limit", major, minor)) {
            say("limit result", "%u", limit);
        }
    }
}

void after_order(struct endpoint *endpoint)
{
    static const int order[] = {1, 0, 1, 3, 3, 2};
    gss_buffer_desc tokens[N_ORDER];
    for (int i = 0; i < N_ORDER; i++) {
        tokens[i] = swap_wrapped(endpoint, 1);
    }
    for (size_t i = 0; i < N(order); i++) {
        unwrap(endpoint, "out of order", &tokens[order[i]]);
    }
    for (int i = 0; i < N_ORDER; i++) {
        free(tokens[i].value);
    }
}

static void damage_wrapped(struct endpoint *endpoint, gss_buffer_t token)
{
    unsigned char *bytes = token->value;
    gss_buffer_desc part = {token->length / 2, token->value}, none = GSS_C_EMPTY_BUFFER;
    if (token->length == 0) {
        return;
    }
    unwrap(endpoint, "half a token", &part);
    unwrap(endpoint, "no token", &none);
    bytes[token->length - 1] ^= 1;
    unwrap(endpoint, "last bit flipped", token);
    bytes[token->length - 1] ^= 1;
    bytes[0] ^= 0x40;
    unwrap(endpoint, "first byte flipped", token);
    bytes[0] ^= 0x40;
    unwrap(endpoint, "whole again", token);
}

static void damage_mic(struct endpoint *endpoint, gss_buffer_t mic)
{
    unsigned char *bytes = mic->value;
    gss_buffer_desc part = {mic->length / 2, mic->value};
    if (mic->length == 0) {
        return;
    }
    verify(endpoint, "half a mic", "signed by both", &part);
    verify(endpoint, "mic of another", "Signed by both", mic);
    bytes[mic->length - 1] ^= 1;
    verify(endpoint, "mic flipped", "signed by both", mic);
    bytes[mic->length - 1] ^= 1;
    unwrap(endpoint, "mic as message", mic);
    verify(endpoint, "mic whole again", "signed by both", mic);
}

void after_damage(struct endpoint *endpoint)
{
    gss_buffer_desc token = swap_wrapped(endpoint, 1);
    damage_wrapped(endpoint, &token);
    free(token.value);
    token = swap_mic(endpoint, GSS_C_QOP_DEFAULT);
    damage_mic(endpoint, &token);
    free(token.value);
}

/* Checks that both sides get the same bytes, which differ from run to run. */
static void prf(struct endpoint *endpoint, int key, ssize_t len)
{
    gss_buffer_desc seed = buffer_of("seed"), own = GSS_C_EMPTY_BUFFER, other;
    OM_uint32 minor, ignored, major;
    major = gss_pseudo_random(&minor, endpoint->ctx, key, &seed, len, &own);
    say_status("prf", major, minor);
    other = endpoint_swap(&own);
    say("prf result", "%zu bytes, %s", own.length,
        is_same(&own, &other) ? "equal" : "different");
    free(other.value);
    gss_release_buffer(&ignored, &own);
}

void after_prf(struct endpoint *endpoint)
{
    prf(endpoint, GSS_C_PRF_KEY_FULL, 40);
    prf(endpoint, GSS_C_PRF_KEY_PARTIAL, 7);
    prf(endpoint, GSS_C_PRF_KEY_FULL, 0);
    prf(endpoint, 5, 16);
}

static void aead(struct endpoint *endpoint, int conf, const char *about,
                 const char *expected)
{
    gss_buffer_desc text = message_of(endpoint), own = GSS_C_EMPTY_BUFFER, other;
    gss_buffer_desc extra = buffer_of(about), wanted = buffer_of(expected);
    gss_buffer_desc plain = GSS_C_EMPTY_BUFFER;
    OM_uint32 minor, ignored, major;
    gss_qop_t qop = 77;
    int got = -1;
    major = gss_wrap_aead(&minor, endpoint->ctx, conf, GSS_C_QOP_DEFAULT, &extra, &text,
                          &got, &own);
    say_status("wrap aead", major, minor);
    say("wrap aead result", "%zu bytes, conf %d", own.length, got);
    other = endpoint_swap(&own);
    gss_release_buffer(&ignored, &own);
    major = gss_unwrap_aead(&minor, endpoint->ctx, &other, &wanted, &plain, &got, &qop);
    if (say_status("unwrap aead", major, minor)) {
        say("unwrap aead result", "conf %d qop %u", got, qop);
        say_bytes("unwrap aead text", plain.value, plain.length);
    }
    gss_release_buffer(&ignored, &plain);
    free(other.value);
}

void after_aead(struct endpoint *endpoint)
{
    aead(endpoint, 1, "about it", "about it");
    aead(endpoint, 0, "about it", "about it");
    aead(endpoint, 1, "", "");
    aead(endpoint, 1, "about it", "about this");
}
