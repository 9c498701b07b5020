/* SPDX-License-Identifier: ISC */
/* Messages in lists of buffers, well-shaped and not. */
#include "base/reader.h"
#include "mech/iov.h"
#include "tests/fuzz/fuzz.h"
#include "tests/fuzz/traffic.h"

#include <string.h>

#define MAX_BUFFERS 8
#define MAX_BYTES   64 /* of one buffer */

/* One application's list and the memory that it points to. */
struct list {
    gss_iov_buffer_desc iov[MAX_BUFFERS];
    uint8_t bytes[MAX_BUFFERS][MAX_BYTES];
    int n;
};

/* Two bytes a buffer: type and flags; length, and whether there is memory at all. */
static void read_list(struct bytes in, struct list *list)
{
    static const OM_uint32 flags[] = {0, GSS_IOV_BUFFER_FLAG_ALLOCATE};
    struct reader r = reader_of(in);

    memset(list, 0, sizeof(*list));
    while (list->n < MAX_BUFFERS && reader_left(&r) >= 2) {
        const uint8_t type = reader_u8(&r);
        const uint8_t length = reader_u8(&r);
        gss_iov_buffer_t buffer = &list->iov[list->n];

        buffer->type = (type & 0x0fu) | flags[type >> 7];
        buffer->buffer.length = length % (MAX_BYTES + 1);
        buffer->buffer.value = (length & 0x80) != 0 ? NULL : list->bytes[list->n];
        memset(list->bytes[list->n], 'a' + list->n, MAX_BYTES);
        list->n++;
    }
}

static void release(struct list *list)
{
    OM_uint32 minor;

    (void)gss_release_iov_buffer(&minor, list->iov, list->n);
}

static bool is_same(const struct list *a, const struct list *b)
{
    for (int i = 0; i < a->n; i++) {
        const gss_iov_buffer_desc *x = &a->iov[i];
        const gss_iov_buffer_desc *y = &b->iov[i];

        if (x->type != y->type || x->buffer.length != y->buffer.length ||
            x->buffer.value != y->buffer.value) {
            return false;
        }
    }
    return memcmp(a->bytes, b->bytes, sizeof(a->bytes)) == 0;
}

/* A list that is refused is left as it was. */
static void refuse(struct mech_context *context, struct list *list,
                   enum err (*use)(struct mech_context *context, gss_iov_buffer_desc *iov,
                                   int n))
{
    const struct list before = *list;

    if (use(context, list->iov, list->n) != ERR_OK) {
        FUZZ_MUST(is_same(&before, list));
    }
}

/* Whether both contexts are established and have the same keys. */
static bool may_talk(const struct exchange *x)
{
    return x->sides[0]->state == CONTEXT_ESTABLISHED &&
           x->sides[1]->state == CONTEXT_ESTABLISHED && !x->forged && !x->lost_mic &&
           x->setup.user != 3;
}

static enum err unwrap(struct mech_context *context, gss_iov_buffer_desc *iov, int n)
{
    bool sealed;

    return iov_unwrap(context, iov, n, &sealed);
}

/* What the peer protects in a list, the tested side takes in the same list. */
static void talk(const struct exchange *x, struct list *list, bool wraps)
{
    struct mech_context *from = x->sides[x->peer];
    struct mech_context *to = x->sides[x->tested];
    uint8_t plain[MAX_BUFFERS][MAX_BYTES];

    memcpy(plain, list->bytes, sizeof(plain));
    if ((wraps ? iov_wrap(from, list->iov, list->n)
               : iov_sign(from, list->iov, list->n)) != ERR_OK) {
        return;
    }
    FUZZ_MUST((wraps ? unwrap(to, list->iov, list->n)
                     : iov_verify(to, list->iov, list->n)) == ERR_OK);
    for (int i = 0; i < list->n; i++) {
        OM_uint32 type = GSS_IOV_BUFFER_TYPE(list->iov[i].type);

        FUZZ_MUST(type != GSS_IOV_BUFFER_TYPE_DATA ||
                  list->iov[i].buffer.value != list->bytes[i] ||
                  memcmp(plain[i], list->bytes[i], MAX_BYTES) == 0);
    }
}

void traffic_iov(struct exchange *x, struct bytes payload)
{
    static enum err (*const hostile[])(struct mech_context * context,
                                       gss_iov_buffer_desc * iov, int n) = {
        unwrap, iov_verify, iov_wrap_length, iov_sign_length};
    struct list list;
    struct reader r = reader_of(payload);
    const uint8_t verb = reader_u8(&r);

    read_list(r.rest, &list);
    if (verb % 6 < 4) {
        refuse(x->sides[x->tested], &list, hostile[verb % 6]);
    } else if (may_talk(x)) {
        talk(x, &list, verb % 6 == 4);
    }
    release(&list);
}
