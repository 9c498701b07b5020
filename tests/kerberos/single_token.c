/* SPDX-License-Identifier: ISC */
/* Scenarios of one process: bad and strange tokens. */
#include "tests/kerberos/single.h"

#include "tests/kerberos/endpoint.h"
#include "tests/kerberos/handmade.h"
#include "tests/kerberos/oids.h"
#include "tests/lib/table.h"

#include <gssapi/gssapi_ext.h>

#include <string.h>

#define INIT(list, rest) "60{spnego a0{30{a0{30{" list "}}" rest "}}}"
#define RESP(fields)     "a1{30{" fields "}}"

static const char *const first_tokens[] = {
    "",
    "#60",
    "#00",
    "'garbage'",
    "'GET / HTTP/1.0'",
    "#6e00",
    "60{spnego}",
    "60{spnego a0{}}",
    "60{spnego a0{30{}}}",
    INIT("", ""),
    INIT("unknown", ""),
    INIT("krb5", ""),
    INIT("ms krb5", ""),
    INIT("unknown krb5", ""),
    INIT("spnego", ""),
    INIT("spnego krb5", ""),
    INIT("ntlm", ""),
    INIT("krb5 ntlm", ""),
    INIT("iakerb", ""),
    INIT("krb5 krb5", ""),
    INIT("krb5", "a2{04{}}"),
    INIT("krb5", "a2{04{'garbage'}}"),
    INIT("krb5", "a2{04{60{krb5 #0100 6e{30{}}}}}"),
    INIT("krb5", "a2{04{60{krb5 #0100}}}"),
    INIT("unknown krb5", "a2{04{'for the first'}}"),
    INIT("krb5 unknown", "a2{04{'garbage'}}"),
    INIT("krb5", "a1{03{#0640}}"),
    INIT("krb5", "a3{04{'a mic'}}"),
    INIT("krb5", "a3{30{a0{1b{'hint@please_ignore'}}}}"),
    INIT("krb5", "") "#00",
    RESP("a0{0a{#00}}"),
    RESP("a0{0a{#01}} a1{krb5}"),
    "60{krb5 #0100 6e{30{}}}",
    "60{krb5 #0100}",
    "60{ms #0100 6e{30{}}}",
    "60{iakerb #0501}",
    "60{unknown 'token'}",
};

static const char *const replies[] = {
    "",
    "'garbage'",
    RESP(""),
    RESP("a0{0a{#00}}"),
    RESP("a0{0a{#01}}"),
    RESP("a0{0a{#02}}"),
    RESP("a0{0a{#03}}"),
    RESP("a0{0a{#04}}"),
    RESP("a0{0a{#00}} a1{krb5}"),
    RESP("a0{0a{#01}} a1{krb5}"),
    RESP("a0{0a{#03}} a1{krb5}"),
    RESP("a0{0a{#00}} a1{ms}"),
    RESP("a0{0a{#01}} a1{unknown}"),
    RESP("a0{0a{#03}} a1{unknown}"),
    RESP("a0{0a{#01}} a1{spnego}"),
    RESP("a0{0a{#03}} a1{ntlm}"),
    RESP("a0{0a{#01}} a1{iakerb}"),
    RESP("a0{0a{#01}} a1{krb5} a2{04{}}"),
    RESP("a0{0a{#01}} a1{krb5} a2{04{'garbage'}}"),
    RESP("a0{0a{#00}} a1{krb5} a2{04{60{krb5 #0200 6f{30{}}}}}"),
    RESP("a0{0a{#00}} a1{krb5} a3{04{'a mic'}}"),
    RESP("a0{0a{#02}} a2{04{'error'}}"),
    RESP("a0{0a{#02}} a1{krb5} a2{04{60{krb5 #0300 7e{30{}}}}}"),
    RESP("a1{krb5}"),
    INIT("krb5", ""),
    "60{krb5 #0200 6f{30{}}}",
    RESP("a0{0a{#00}}") "#00",
};

void single_tokens(void)
{
    struct endpoint endpoint;
    OM_uint32 minor;
    if (!endpoint_begin(&endpoint, 'A')) {
        return;
    }
    for (size_t i = 0; i < N(first_tokens); i++) {
        gss_buffer_desc in = handmade(first_tokens[i]), out;
        say("first token", "%s", first_tokens[i]);
        endpoint_step(&endpoint, &in, &out);
        gss_release_buffer(&minor, &out);
        gss_delete_sec_context(&minor, &endpoint.ctx, GSS_C_NO_BUFFER);
    }
    endpoint_end(&endpoint);
}

/* Gives one reply to a new initiator that has sent its first token; then makes the next
 * call. */
static void reply(struct endpoint *endpoint, const char *text)
{
    gss_buffer_desc in, out;
    OM_uint32 minor;
    endpoint_step(endpoint, GSS_C_NO_BUFFER, &out);
    gss_release_buffer(&minor, &out);
    in = handmade(text);
    say("reply", "%s", text);
    endpoint_step(endpoint, &in, &out);
    gss_release_buffer(&minor, &out);
    if (endpoint->ctx != GSS_C_NO_CONTEXT) {
        say("after it", "the same once more");
        endpoint_step(endpoint, &in, &out);
        gss_release_buffer(&minor, &out);
    }
    gss_delete_sec_context(&minor, &endpoint->ctx, GSS_C_NO_BUFFER);
}

void single_replies(void)
{
    struct endpoint endpoint;
    if (!endpoint_begin(&endpoint, 'I')) {
        return;
    }
    for (size_t i = 0; i < N(replies); i++) {
        reply(&endpoint, replies[i]);
    }
    endpoint_end(&endpoint);
}

/* Makes the initiator's first token, which the caller releases; both ends have begun. */
static bool first_token(struct endpoint *initiator, struct endpoint *acceptor,
                        gss_buffer_t out)
{
    *out = (gss_buffer_desc)GSS_C_EMPTY_BUFFER;
    if (!endpoint_begin(acceptor, 'A') || !endpoint_begin(initiator, 'I')) {
        return false;
    }
    return !GSS_ERROR(endpoint_step(initiator, GSS_C_NO_BUFFER, out));
}

static void end_both(struct endpoint *initiator, struct endpoint *acceptor,
                     gss_buffer_t token)
{
    OM_uint32 minor;
    gss_release_buffer(&minor, token);
    endpoint_end(initiator);
    endpoint_end(acceptor);
}

/* Cuts the token at each byte; writes an answer only if it differs from that for one byte
 * less. */
static void cut_everywhere(struct endpoint *endpoint, gss_buffer_t token)
{
    OM_uint32 last_major = 0, last_minor = 0, minor, ignored, major;
    for (size_t n = 1; n < token->length; n++) {
        gss_buffer_desc part = {n, token->value}, out = GSS_C_EMPTY_BUFFER;
        gss_ctx_id_t ctx = GSS_C_NO_CONTEXT;
        major = gss_accept_sec_context(&minor, &ctx, endpoint->cred, &part,
                                       GSS_C_NO_CHANNEL_BINDINGS, NULL, NULL, &out, NULL,
                                       NULL, NULL);
        if (major != last_major || minor != last_minor) {
            say_status("cut", major, minor);
            say_token("cut answer", &out);
        }
        last_major = major;
        last_minor = minor;
        gss_release_buffer(&ignored, &out);
        gss_delete_sec_context(&ignored, &ctx, GSS_C_NO_BUFFER);
    }
}

void single_truncated(void)
{
    struct endpoint initiator, acceptor;
    gss_buffer_desc token;
    if (first_token(&initiator, &acceptor, &token)) {
        cut_everywhere(&acceptor, &token);
    }
    end_both(&initiator, &acceptor, &token);
}

/* The token without the frame of RFC 2743, from the AP-REQ's tag on. */
static gss_buffer_desc without_frame(gss_buffer_t token)
{
    static const char start[] = {0x01, 0x00, 0x6e};
    char *found = memmem(token->value, token->length, start, sizeof(start));
    if (found == NULL) {
        return *token;
    }
    return (gss_buffer_desc){token->length - (size_t)(found + 2 - (char *)token->value),
                             found + 2};
}

void single_raw(void)
{
    struct endpoint initiator, acceptor;
    gss_buffer_desc token, bare, out;
    OM_uint32 minor;
    if (first_token(&initiator, &acceptor, &token)) {
        bare = without_frame(&token);
        endpoint_step(&acceptor, &bare, &out);
        gss_release_buffer(&minor, &out);
    }
    end_both(&initiator, &acceptor, &token);
}

void single_replay(void)
{
    struct endpoint initiator, acceptor;
    gss_buffer_desc token, out;
    OM_uint32 minor;
    if (first_token(&initiator, &acceptor, &token)) {
        for (int i = 0; i < 2; i++) {
            endpoint_step(&acceptor, &token, &out);
            gss_release_buffer(&minor, &out);
            gss_delete_sec_context(&minor, &acceptor.ctx, GSS_C_NO_BUFFER);
        }
    }
    end_both(&initiator, &acceptor, &token);
}

/* Asks for hints, then sends first tokens on the same context; and sends hints as an
 * initiator's first input. */
void single_hints(void)
{
    struct endpoint initiator, acceptor;
    gss_buffer_desc token, empty = {0, (void *)""}, out, answer;
    OM_uint32 minor;
    if (!first_token(&initiator, &acceptor, &token)) {
        end_both(&initiator, &acceptor, &token);
        return;
    }
    endpoint_step(&acceptor, &empty, &out);
    endpoint_step(&acceptor, &token, &answer);
    gss_release_buffer(&minor, &answer);
    gss_delete_sec_context(&minor, &initiator.ctx, GSS_C_NO_BUFFER);
    say("hints to", "the initiator");
    endpoint_step(&initiator, &out, &answer);
    gss_release_buffer(&minor, &answer);
    gss_release_buffer(&minor, &out);
    gss_delete_sec_context(&minor, &acceptor.ctx, GSS_C_NO_BUFFER);
    endpoint_step(&acceptor, &empty, &out);
    gss_release_buffer(&minor, &out);
    say("hints", "twice");
    endpoint_step(&acceptor, &empty, &out);
    gss_release_buffer(&minor, &out);
    end_both(&initiator, &acceptor, &token);
}
