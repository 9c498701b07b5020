/* SPDX-License-Identifier: ISC */
/*
 * The memory of contexts: usage memory raw|spnego. Makes CONTEXTS contexts of each side,
 * step by step, and prints the bytes of the heap that one of them takes: of an acceptor
 * and of an initiator, half open, established, and after one sealed message each way.
 * This includes what the mechglue allocates.
 */
#include "tests/bench/gss_login.h"
#include "tests/bench/loop.h"

#include <gssapi/gssapi_ext.h>
#include <malloc.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#define CONTEXTS  1000
#define MAX_TOKEN 4096

/* A login between two steps; its token is kept outside of the heap. */
struct half {
    struct gss_login login;
    char token[MAX_TOKEN];
    size_t token_len;
};

static struct half halves[CONTEXTS];
/* What one context takes, of each side. */
static double acceptor_bytes, initiator_bytes;

static void keep(struct half *half, gss_buffer_t token)
{
    OM_uint32 minor;

    half->token_len = token->length;
    if (token->length > sizeof(half->token)) {
        loop_die("a token is too long");
    }
    memcpy(half->token, token->value, token->length);
    (void)gss_release_buffer(&minor, token);
}

static void initiate(struct half *half)
{
    struct gss_login *l = &half->login;
    gss_buffer_desc in = {half->token_len, half->token}, out = GSS_C_EMPTY_BUFFER;
    OM_uint32 minor;

    l->initiator_major =
        gss_init_sec_context(&minor, l->initiator_cred, &l->initiator, l->target, l->mech,
                             GSS_C_MUTUAL_FLAG | GSS_C_INTEG_FLAG | GSS_C_CONF_FLAG, 0,
                             GSS_C_NO_CHANNEL_BINDINGS, &in, NULL, &out, NULL, NULL);
    gss_login_check("gss_init_sec_context", l->initiator_major, minor);
    keep(half, &out);
}

static void accept_token(struct half *half)
{
    struct gss_login *l = &half->login;
    gss_buffer_desc in = {half->token_len, half->token}, out = GSS_C_EMPTY_BUFFER;
    OM_uint32 minor;

    l->acceptor_major = gss_accept_sec_context(&minor, &l->acceptor, l->acceptor_cred,
                                               &in, GSS_C_NO_CHANNEL_BINDINGS, NULL, NULL,
                                               &out, NULL, NULL, NULL);
    gss_login_check("gss_accept_sec_context", l->acceptor_major, minor);
    keep(half, &out);
}

static void wrap(struct half *half, gss_ctx_id_t context)
{
    gss_buffer_desc in = {4, (void *)(uintptr_t) "text"}, out = GSS_C_EMPTY_BUFFER;
    OM_uint32 minor;
    OM_uint32 major = gss_wrap(&minor, context, 1, GSS_C_QOP_DEFAULT, &in, NULL, &out);

    gss_login_check("gss_wrap", major, minor);
    keep(half, &out);
}

static void unwrap(struct half *half, gss_ctx_id_t context)
{
    gss_buffer_desc in = {half->token_len, half->token}, out = GSS_C_EMPTY_BUFFER;
    OM_uint32 minor;
    OM_uint32 major = gss_unwrap(&minor, context, &in, &out, NULL, NULL);

    gss_login_check("gss_unwrap", major, minor);
    (void)gss_release_buffer(&minor, &out);
}

static void initiator_wraps(struct half *half)
{
    wrap(half, half->login.initiator);
}

static void acceptor_unwraps(struct half *half)
{
    unwrap(half, half->login.acceptor);
}

static void acceptor_wraps(struct half *half)
{
    wrap(half, half->login.acceptor);
}

static void initiator_unwraps(struct half *half)
{
    unwrap(half, half->login.initiator);
}

/* Does a step of all logins; it changes the memory of one side. */
static void step_all(void (*step)(struct half *half), double *side)
{
    const size_t before = mallinfo2().uordblks;

    for (size_t i = 0; i < CONTEXTS; i++) {
        step(&halves[i]);
    }
    *side += ((double)mallinfo2().uordblks - (double)before) / CONTEXTS;
}

static void print(const char *state)
{
    printf("%s %.0f %.0f\n", state, acceptor_bytes, initiator_bytes);
}

static void set_up(const char *kind)
{
    struct half first = {0};

    (void)mallopt(M_MMAP_THRESHOLD, 1 << 30); /* uordblks counts no mappings */
    gss_login_init(&first.login, kind);
    gss_login_acquire(&first.login);
    handshake(&first.login); /* the first login of a process sets libraries up */
    gss_login_delete(&first.login);
    for (size_t i = 0; i < CONTEXTS; i++) {
        halves[i].login = first.login;
    }
}

int main(int argc, char **argv)
{
    set_up(argc > 1 ? argv[1] : NULL);
    step_all(initiate, &initiator_bytes);
    step_all(accept_token, &acceptor_bytes);
    print("half_open");
    step_all(initiate, &initiator_bytes);
    step_all(accept_token, &acceptor_bytes);
    if (halves[0].login.initiator_major == GSS_S_CONTINUE_NEEDED) {
        step_all(initiate, &initiator_bytes);
    }
    print("established");
    step_all(initiator_wraps, &initiator_bytes);
    step_all(acceptor_unwraps, &acceptor_bytes);
    step_all(acceptor_wraps, &acceptor_bytes);
    step_all(initiator_unwraps, &initiator_bytes);
    print("sealed");
    return 0;
}
