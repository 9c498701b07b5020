/* SPDX-License-Identifier: ISC */
/* Per message calls by IOV on an established context. */
#include "tests/kerberos/after.h"

#include <gssapi/gssapi_ext.h>

#include <stdlib.h>
#include <string.h>

#define N_IOV_MAX 6

#define ALLOCATE  GSS_IOV_BUFFER_FLAG_ALLOCATE

struct message {
    gss_iov_buffer_desc iov[N_IOV_MAX];
    int n;
    char data[64];
    char extra[16];
};

static void add(struct message *message, OM_uint32 type, void *bytes, size_t len)
{
    message->iov[message->n++] = (gss_iov_buffer_desc){type, {len, bytes}};
}

/* Makes HEADER, SIGN_ONLY, DATA, PADDING and TRAILER; the mechanism allocates the buffers
 * that it fills. */
static void make(struct message *message, struct endpoint *endpoint, OM_uint32 how)
{
    memset(message, 0, sizeof(*message));
    snprintf(message->data, sizeof(message->data), "by pieces, from %c", endpoint->role);
    snprintf(message->extra, sizeof(message->extra), "signed only");
    add(message, GSS_IOV_BUFFER_TYPE_HEADER | how, NULL, 0);
    add(message, GSS_IOV_BUFFER_TYPE_SIGN_ONLY, message->extra, strlen(message->extra));
    add(message, GSS_IOV_BUFFER_TYPE_DATA, message->data, strlen(message->data));
    add(message, GSS_IOV_BUFFER_TYPE_PADDING | how, NULL, 0);
    add(message, GSS_IOV_BUFFER_TYPE_TRAILER | how, NULL, 0);
}

static void say_iov(const char *label, struct message *message)
{
    char text[160] = "";
    for (int i = 0; i < message->n; i++) {
        size_t used = strlen(text);
        snprintf(text + used, sizeof(text) - used, " %x:%zu",
                 message->iov[i].type & 0xffff, message->iov[i].buffer.length);
    }
    say(label, "%s", text);
}

/* Sends the pieces one by one, and receives as many into other, which it allocates. */
static void swap_pieces(struct message *own, struct message *other)
{
    memset(other, 0, sizeof(*other));
    for (int i = 0; i < own->n; i++) {
        gss_buffer_desc piece = endpoint_swap(&own->iov[i].buffer);
        add(other, GSS_IOV_BUFFER_TYPE(own->iov[i].type), piece.value, piece.length);
    }
}

static void free_pieces(struct message *message)
{
    for (int i = 0; i < message->n; i++) {
        free(message->iov[i].buffer.value);
    }
}

static void unwrap_pieces(struct endpoint *endpoint, struct message *message)
{
    gss_qop_t qop = 77;
    OM_uint32 minor, major;
    int conf = -1;
    major = gss_unwrap_iov(&minor, endpoint->ctx, &conf, &qop, message->iov, message->n);
    if (say_status("unwrap iov", major, minor)) {
        say("unwrap iov result", "conf %d qop %u", conf, qop);
        say_bytes("unwrap iov text", message->iov[2].buffer.value,
                  message->iov[2].buffer.length);
    }
}

static void wrap_allocated(struct endpoint *endpoint, int conf)
{
    struct message own, other;
    OM_uint32 minor, major;
    int got = -1;
    make(&own, endpoint, ALLOCATE);
    major = gss_wrap_iov(&minor, endpoint->ctx, conf, GSS_C_QOP_DEFAULT, &got, own.iov,
                         own.n);
    say_status("wrap iov", major, minor);
    say("wrap iov conf", "%d", got);
    say_iov("wrap iov sizes", &own);
    swap_pieces(&own, &other);
    major = gss_release_iov_buffer(&minor, own.iov, own.n);
    say_status("release iov", major, minor);
    unwrap_pieces(endpoint, &other);
    free_pieces(&other);
}

static void wrap_lengths(struct endpoint *endpoint, int conf)
{
    struct message own;
    OM_uint32 minor, major;
    int got = -1;
    make(&own, endpoint, 0);
    major = gss_wrap_iov_length(&minor, endpoint->ctx, conf, GSS_C_QOP_DEFAULT, &got,
                                own.iov, own.n);
    say_status("iov length", major, minor);
    say("iov length conf", "%d", got);
    say_iov("iov length sizes", &own);
}

void after_iov(struct endpoint *endpoint)
{
    for (int conf = 0; conf < 2; conf++) {
        wrap_lengths(endpoint, conf);
        wrap_allocated(endpoint, conf);
    }
}

/* Unwraps a token of gss_wrap by STREAM; DATA is allocated, or points into it. */
static void stream(struct endpoint *endpoint, OM_uint32 how)
{
    gss_buffer_desc text = buffer_of("a stream"), own = GSS_C_EMPTY_BUFFER, other;
    struct message message = {0};
    gss_qop_t qop = 77;
    OM_uint32 minor, ignored, major;
    int conf = -1;
    gss_wrap(&minor, endpoint->ctx, 1, GSS_C_QOP_DEFAULT, &text, NULL, &own);
    other = endpoint_swap(&own);
    gss_release_buffer(&ignored, &own);
    add(&message, GSS_IOV_BUFFER_TYPE_STREAM, other.value, other.length);
    add(&message, GSS_IOV_BUFFER_TYPE_DATA | how, NULL, 0);
    major = gss_unwrap_iov(&minor, endpoint->ctx, &conf, &qop, message.iov, message.n);
    if (say_status("stream", major, minor)) {
        say("stream result", "conf %d qop %u", conf, qop);
        say_bytes("stream text", message.iov[1].buffer.value,
                  message.iov[1].buffer.length);
    }
    gss_release_iov_buffer(&ignored, message.iov + 1, 1);
    free(other.value);
}

void after_stream(struct endpoint *endpoint)
{
    stream(endpoint, 0);
    stream(endpoint, ALLOCATE);
}

/* DCE style: a separate header, and data of the same length as before. */
static void dce_once(struct endpoint *endpoint, int conf)
{
    struct message own, other;
    OM_uint32 minor, ignored, major;
    make(&own, endpoint, ALLOCATE);
    own.iov[3].type = GSS_IOV_BUFFER_TYPE_EMPTY;
    own.iov[4].type = GSS_IOV_BUFFER_TYPE_EMPTY;
    snprintf(own.data, sizeof(own.data), "sixteen bytes..");
    own.iov[2].buffer.length = 16;
    major = gss_wrap_iov(&minor, endpoint->ctx, conf, GSS_C_QOP_DEFAULT, NULL, own.iov,
                         own.n);
    say_status("wrap dce", major, minor);
    say_iov("wrap dce sizes", &own);
    swap_pieces(&own, &other);
    gss_release_iov_buffer(&ignored, own.iov, own.n);
    unwrap_pieces(endpoint, &other);
    free_pieces(&other);
}

void after_dce(struct endpoint *endpoint)
{
    dce_once(endpoint, 1);
    dce_once(endpoint, 0);
}

static void verify_pieces(struct endpoint *endpoint, struct message *message)
{
    gss_qop_t qop = 77;
    OM_uint32 minor, major;
    major = gss_verify_mic_iov(&minor, endpoint->ctx, &qop, message->iov, message->n);
    say_status("verify iov", major, minor);
    ((char *)message->iov[0].buffer.value)[0] ^= 1;
    major = gss_verify_mic_iov(&minor, endpoint->ctx, &qop, message->iov, message->n);
    say_status("verify iov changed", major, minor);
}

void after_mic_iov(struct endpoint *endpoint)
{
    struct message own = {0}, other;
    OM_uint32 minor, ignored, major;
    snprintf(own.data, sizeof(own.data), "to be signed");
    add(&own, GSS_IOV_BUFFER_TYPE_DATA, own.data, strlen(own.data));
    add(&own, GSS_IOV_BUFFER_TYPE_SIGN_ONLY, own.data, 5);
    add(&own, GSS_IOV_BUFFER_TYPE_MIC_TOKEN, NULL, 0);
    major =
        gss_get_mic_iov_length(&minor, endpoint->ctx, GSS_C_QOP_DEFAULT, own.iov, own.n);
    say_status("mic iov length", major, minor);
    say_iov("mic iov sizes", &own);
    own.iov[2] =
        (gss_iov_buffer_desc){GSS_IOV_BUFFER_TYPE_MIC_TOKEN | ALLOCATE, {0, NULL}};
    major = gss_get_mic_iov(&minor, endpoint->ctx, GSS_C_QOP_DEFAULT, own.iov, own.n);
    say_status("mic iov", major, minor);
    swap_pieces(&own, &other);
    gss_release_iov_buffer(&ignored, own.iov, own.n);
    verify_pieces(endpoint, &other);
    free_pieces(&other);
}

/* Wraps without a header, with two, and with one that is too small. */
void after_iov_bad(struct endpoint *endpoint)
{
    struct message own;
    char little[4];
    OM_uint32 minor, ignored, major;
    make(&own, endpoint, ALLOCATE);
    major =
        gss_wrap_iov(&minor, endpoint->ctx, 1, GSS_C_QOP_DEFAULT, NULL, own.iov + 1, 2);
    say_status("no header", major, minor);
    own.iov[1] = own.iov[0];
    major =
        gss_wrap_iov(&minor, endpoint->ctx, 1, GSS_C_QOP_DEFAULT, NULL, own.iov, own.n);
    say_status("two headers", major, minor);
    gss_release_iov_buffer(&ignored, own.iov, own.n);
    make(&own, endpoint, ALLOCATE);
    own.iov[0] =
        (gss_iov_buffer_desc){GSS_IOV_BUFFER_TYPE_HEADER, {sizeof(little), little}};
    major =
        gss_wrap_iov(&minor, endpoint->ctx, 1, GSS_C_QOP_DEFAULT, NULL, own.iov, own.n);
    say_status("small header", major, minor);
    gss_release_iov_buffer(&ignored, own.iov, own.n);
}
