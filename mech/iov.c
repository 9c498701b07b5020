/* SPDX-License-Identifier: ISC */
/* Messages in a list of the application's buffers (gss_wrap_iov and its like). */
#include "mech/iov.h"

#include "mech/message.h"

#include <gssapi/gssapi_alloc.h>
#include <stdlib.h>
#include <string.h>

enum use { USE_WRAP, USE_UNWRAP, USE_MIC, N_USES };

/* enum place: what a call does with a buffer of some type. */
enum place {
    REFUSED,
    PASSED_OVER,
    SIGNED,
    SEALED,
    TOKEN,  /* holds the signature; exactly one */
    STREAM, /* holds the signature and the sealed data; one, instead of TOKEN */
    FILLER, /* NTLM leaves it empty; at most one of each type */
};

/* Every other type is refused. */
static const struct {
    OM_uint32 type;
    enum place places[N_USES];
} types[] = {
    {GSS_IOV_BUFFER_TYPE_EMPTY, {PASSED_OVER, PASSED_OVER, PASSED_OVER}},
    {GSS_IOV_BUFFER_TYPE_DATA, {SEALED, SEALED, SIGNED}},
    {GSS_IOV_BUFFER_TYPE_SIGN_ONLY, {SIGNED, SIGNED, SIGNED}},
    {GSS_IOV_BUFFER_TYPE_HEADER, {TOKEN, TOKEN, REFUSED}},
    {GSS_IOV_BUFFER_TYPE_STREAM, {REFUSED, STREAM, REFUSED}},
    {GSS_IOV_BUFFER_TYPE_PADDING, {FILLER, FILLER, REFUSED}},
    {GSS_IOV_BUFFER_TYPE_TRAILER, {FILLER, FILLER, REFUSED}},
    {GSS_IOV_BUFFER_TYPE_MIC_TOKEN, {REFUSED, REFUSED, TOKEN}},
};
#define N_TYPES (sizeof(types) / sizeof(types[0]))

/*
 * struct list: the application's list, sorted by what the buffers are for. The pointers
 * to buffers point into the application's list. parts is on the heap, in the order of
 * that list. data is the last buffer of type DATA, and data_part its index in parts.
 */
struct list {
    gss_iov_buffer_t token;
    gss_iov_buffer_t stream;
    gss_iov_buffer_t fillers[N_TYPES]; /* by the row of types */
    size_t n_fillers;
    gss_iov_buffer_t data;
    size_t data_part;
    size_t n_sealed;
    struct message_part *parts;
    size_t n_parts;
};

static void list_cleanup(struct list *list)
{
    free(list->parts);
}
#define LIST_AUTO __attribute__((cleanup(list_cleanup))) struct list

static enum err malformed(const char *what)
{
    return err_note(ERR_ARGUMENT, "list of buffers: %s", what);
}

static bool wants(const gss_iov_buffer_desc *buffer, OM_uint32 flag)
{
    return (buffer->type & flag) != 0;
}

static enum err append_once(gss_iov_buffer_t *place, gss_iov_buffer_t buffer)
{
    if (*place != NULL) {
        return malformed("a type occurs twice that may occur once");
    }
    *place = buffer;
    return ERR_OK;
}

static enum err append_part(struct list *list, gss_iov_buffer_t buffer, bool sealed)
{
    if (GSS_IOV_BUFFER_TYPE(buffer->type) == GSS_IOV_BUFFER_TYPE_DATA) {
        list->data = buffer;
        list->data_part = list->n_parts;
    }
    list->n_sealed += sealed;
    list->parts[list->n_parts++] =
        (struct message_part){buffer->buffer.value, buffer->buffer.length, sealed};
    return ERR_OK;
}

static enum err append_buffer(struct list *list, enum use use, gss_iov_buffer_t buffer)
{
    size_t i = 0;

    while (i < N_TYPES && types[i].type != GSS_IOV_BUFFER_TYPE(buffer->type)) {
        i++;
    }
    switch (i < N_TYPES ? types[i].places[use] : REFUSED) {
    case REFUSED:
        break;
    case PASSED_OVER:
        return ERR_OK;
    case SIGNED:
    case SEALED:
        return append_part(list, buffer, types[i].places[use] == SEALED);
    case TOKEN:
        return append_once(&list->token, buffer);
    case STREAM:
        return append_once(&list->stream, buffer);
    case FILLER:
        list->n_fillers++;
        return append_once(&list->fillers[i], buffer);
    }
    return malformed("a type has no meaning in this call");
}

/* Sorts the list and checks which buffers it has. */
static enum err read_list(enum use use, gss_iov_buffer_desc *iov, int n,
                          struct list *list)
{
    enum err e = ERR_OK;

    *list = (struct list){0};
    if (iov == NULL || n <= 0) {
        return malformed("there is no buffer");
    }
    list->parts = calloc((size_t)n, sizeof(*list->parts));
    if (list->parts == NULL) {
        return ERR_NO_MEMORY;
    }
    for (int i = 0; e == ERR_OK && i < n; i++) {
        e = append_buffer(list, use, &iov[i]);
    }
    if (e != ERR_OK) {
        return e;
    }
    if ((list->token == NULL) == (list->stream == NULL)) {
        return malformed("the buffer for the signature is missing, or there are two");
    }
    if (list->stream != NULL && (list->n_sealed != 1 || list->n_fillers > 0)) {
        return malformed("STREAM needs one DATA, and allows only SIGN_ONLY too");
    }
    return ERR_OK;
}

/* Checks that each part with a length has an address. The DATA beside a STREAM has none
 * yet. */
static enum err check_parts(const struct list *list)
{
    for (size_t i = 0; i < list->n_parts; i++) {
        bool known = list->stream == NULL || i != list->data_part;

        if (known && list->parts[i].p == NULL && list->parts[i].n > 0) {
            return malformed("a buffer has a length and no address");
        }
    }
    return ERR_OK;
}

/* struct reserved: memory for a buffer with the flag ALLOCATE; NULL for any other. It is
 * freed unless move_to_buffer passes it to the application. */
struct reserved {
    uint8_t *p;
};

static void reserved_cleanup(struct reserved *reserved)
{
    gssalloc_free(reserved->p);
}
#define RESERVED_AUTO __attribute__((cleanup(reserved_cleanup))) struct reserved

static enum err reserve(struct reserved *out, const gss_iov_buffer_desc *buffer, size_t n)
{
    if (!wants(buffer, GSS_IOV_BUFFER_FLAG_ALLOCATE) || n == 0) {
        return ERR_OK; /* gss_release_buffer frees nothing of length 0 */
    }
    out->p = gssalloc_malloc(n);
    return out->p == NULL ? ERR_NO_MEMORY : ERR_OK;
}

static void move_to_buffer(struct reserved *reserved, gss_iov_buffer_t buffer)
{
    if (wants(buffer, GSS_IOV_BUFFER_FLAG_ALLOCATE)) {
        buffer->buffer.value = reserved->p;
        buffer->type |= reserved->p != NULL ? GSS_IOV_BUFFER_FLAG_ALLOCATED : 0;
        reserved->p = NULL;
    }
}

static void empty_fillers(const struct list *list)
{
    for (size_t i = 0; i < N_TYPES; i++) {
        if (list->fillers[i] != NULL) {
            list->fillers[i]->buffer.length = 0;
        }
    }
}

/* The list is checked and memory is reserved before the keystream moves, so that nothing
 * can fail afterwards. */
static enum err protect(struct mech_context *context, enum use use,
                        gss_iov_buffer_desc *iov, int n)
{
    uint8_t signature[MESSAGE_SIGNATURE_LEN];
    RESERVED_AUTO reserved = {NULL};
    LIST_AUTO list;
    enum err e = read_list(use, iov, n, &list);

    if (e != ERR_OK || (e = check_parts(&list)) != ERR_OK) {
        return e;
    }
    gss_buffer_desc *token = &list.token->buffer;
    if (!wants(list.token, GSS_IOV_BUFFER_FLAG_ALLOCATE) &&
        (token->value == NULL || token->length < sizeof(signature))) {
        return malformed("the buffer for the signature is too short");
    }
    if ((e = reserve(&reserved, list.token, sizeof(signature))) != ERR_OK ||
        (e = message_seal(context, list.parts, list.n_parts, signature)) != ERR_OK) {
        return e;
    }
    move_to_buffer(&reserved, list.token);
    memcpy(token->value, signature, sizeof(signature));
    token->length = sizeof(signature);
    empty_fillers(&list);
    return ERR_OK;
}

enum err iov_wrap(struct mech_context *context, gss_iov_buffer_desc *iov, int n)
{
    return protect(context, USE_WRAP, iov, n);
}

enum err iov_sign(struct mech_context *context, gss_iov_buffer_desc *iov, int n)
{
    return protect(context, USE_MIC, iov, n);
}

static struct bytes contents(const gss_iov_buffer_desc *buffer)
{
    size_t n = buffer->buffer.value == NULL ? 0 : buffer->buffer.length;

    return bytes_of(buffer->buffer.value, n);
}

/* Unseals the stream's data in place, or in a copy if DATA has the flag ALLOCATE. */
static enum err unprotect_stream(struct mech_context *context, const struct list *list,
                                 bool *out_sealed)
{
    struct bytes whole = contents(list->stream);
    struct message_part *part = &list->parts[list->data_part];
    RESERVED_AUTO copy = {NULL};
    struct bytes signature;
    enum err e;

    if (bytes_consume(&whole, MESSAGE_SIGNATURE_LEN, &signature) != ERR_OK) {
        return ERR_SIGNATURE_LEN;
    }
    if ((e = reserve(&copy, list->data, whole.n)) != ERR_OK) {
        return e;
    }
    *part = (struct message_part){(uint8_t *)(uintptr_t)whole.p, whole.n, true};
    if (copy.p != NULL) {
        part->p = memcpy(copy.p, whole.p, whole.n);
    }
    e = message_unwrap_parts(context, list->parts, list->n_parts, signature);
    if (e != ERR_OK) {
        return e;
    }
    *out_sealed = part->sealed;
    list->data->buffer = (gss_buffer_desc){part->n, part->p};
    move_to_buffer(&copy, list->data);
    return ERR_OK;
}

static enum err unprotect(struct mech_context *context, enum use use,
                          gss_iov_buffer_desc *iov, int n, bool *out_sealed)
{
    LIST_AUTO list;
    enum err e = read_list(use, iov, n, &list);

    *out_sealed = true;
    if (e != ERR_OK || (e = check_parts(&list)) != ERR_OK) {
        return e;
    }
    if (list.stream != NULL) {
        return unprotect_stream(context, &list, out_sealed);
    }
    for (size_t i = 0; i < N_TYPES; i++) {
        if (list.fillers[i] != NULL && list.fillers[i]->buffer.length > 0) {
            return err_note(ERR_SIGNATURE_LEN, "NTLM has no padding and no trailer");
        }
    }
    return message_unseal(context, list.parts, list.n_parts, contents(list.token));
}

enum err iov_unwrap(struct mech_context *context, gss_iov_buffer_desc *iov, int n,
                    bool *out_sealed)
{
    return unprotect(context, USE_UNWRAP, iov, n, out_sealed);
}

enum err iov_verify(struct mech_context *context, gss_iov_buffer_desc *iov, int n)
{
    bool unused;

    return unprotect(context, USE_MIC, iov, n, &unused);
}

static enum err set_lengths(struct mech_context *context, enum use use,
                            gss_iov_buffer_desc *iov, int n)
{
    LIST_AUTO list;
    enum err e = read_list(use, iov, n, &list);

    if (e != ERR_OK || (e = context_established(context)) != ERR_OK) {
        return e;
    }
    /* NOLINTNEXTLINE(clang-analyzer-core.NullDereference): no use here allows a STREAM */
    list.token->buffer.length = MESSAGE_SIGNATURE_LEN;
    empty_fillers(&list);
    return ERR_OK;
}

enum err iov_wrap_length(struct mech_context *context, gss_iov_buffer_desc *iov, int n)
{
    return set_lengths(context, USE_WRAP, iov, n);
}

enum err iov_sign_length(struct mech_context *context, gss_iov_buffer_desc *iov, int n)
{
    return set_lengths(context, USE_MIC, iov, n);
}
