/* SPDX-License-Identifier: ISC */
/* Reading a nested DER structure such that the place of a fault is known. */
#include "asn1/der_walk.h"

static const struct bytes nothing = {NULL, 0};

/* Whether the bytes that are missing after at are missing because the token ends there.
 * If not, an element is longer than the element that contains it. */
static bool is_cut(const struct der_walk *w, struct bytes at)
{
    return (!w->is_inside || w->fault.n_missing > 0) &&
           bytes_offset(w->whole, at) + at.n == w->whole.n;
}

void der_walk_fail(struct der_walk *w, struct bytes at, enum err e)
{
    if (w->err != ERR_OK || e == ERR_OK) {
        return;
    }
    if (e == ERR_TRUNCATED && is_cut(w, at)) {
        w->err = ERR_TRUNCATED;
        w->fault.offset = w->whole.n;
        return;
    }
    w->err = e == ERR_TRUNCATED ? ERR_DER : e;
    w->fault.offset = bytes_offset(w->whole, at);
}

void der_walk_check(struct der_walk *w, struct bytes at, bool fine, enum err e)
{
    der_walk_fail(w, at, fine ? ERR_OK : e);
}

void der_walk_missing(struct der_walk *w, struct bytes at)
{
    if (w->err == ERR_OK) {
        der_walk_fail(w, at, at.n == 0 && is_cut(w, at) ? ERR_TRUNCATED : ERR_NEG_TOKEN);
    }
}

/* Reads what is there of an element that the end of the token cuts. An OID or a number
 * means nothing without its end. */
static enum err read_cut(struct der_walk *w, struct bytes *in, uint8_t tag,
                         struct bytes *out_contents)
{
    size_t n_missing;
    enum err e;

    if (!is_cut(w, *in) || tag == DER_OID || tag == DER_ENUMERATED) {
        return ERR_TRUNCATED;
    }
    e = der_read_cut(in, tag, out_contents, &n_missing);
    if (!w->is_inside) {
        w->fault.n_missing = n_missing;
    }
    return e;
}

/* The contents of the next element of in. */
static struct bytes read_element(struct der_walk *w, struct bytes *in, uint8_t tag)
{
    struct bytes contents = nothing;
    enum err e;

    if (w->err == ERR_OK) {
        e = der_read(in, tag, &contents);
        if (e == ERR_TRUNCATED && w->lenient) {
            e = read_cut(w, in, tag, &contents);
        }
        der_walk_fail(w, *in, e);
    }
    if (w->err != ERR_OK) {
        *in = nothing;
    }
    return contents;
}

struct bytes der_walk_whole(struct der_walk *w, struct bytes in, uint8_t tag)
{
    struct bytes contents = read_element(w, &in, tag);

    der_walk_fail(w, in, der_end(in));
    return w->err == ERR_OK ? contents : nothing;
}

struct bytes der_walk_outermost(struct der_walk *w, uint8_t tag, size_t max_len)
{
    struct bytes contents;

    if (w->whole.n > max_len) {
        w->err = ERR_TOO_LARGE;
        w->fault.offset = max_len;
        return nothing;
    }
    w->extra = w->whole;
    contents = read_element(w, &w->extra, tag);
    w->is_inside = true;
    if (!w->lenient) {
        der_walk_fail(w, w->extra, der_end(w->extra));
    }
    return w->err == ERR_OK ? contents : nothing;
}

struct bytes der_walk_oid(struct der_walk *w, struct bytes *in)
{
    struct bytes at = *in;
    struct bytes body = read_element(w, in, DER_OID);

    der_walk_check(w, at, der_oid_is_valid(body), ERR_DER);
    if (w->err != ERR_OK) {
        *in = nothing;
        return nothing;
    }
    return body;
}

bool der_walk_field(struct der_walk *w, struct bytes *in, unsigned n,
                    struct bytes *out_contents)
{
    uint8_t tag = (uint8_t)(DER_CONTEXT_0 + n);
    bool is_next = der_next_is(*in, tag);

    *out_contents = is_next ? read_element(w, in, tag) : nothing;
    return is_next && w->err == ERR_OK;
}

bool der_walk_string(struct der_walk *w, struct bytes *in, unsigned n, uint8_t tag,
                     struct bytes *out_string)
{
    struct bytes field;
    bool has = der_walk_field(w, in, n, &field);

    *out_string = has ? der_walk_whole(w, field, tag) : nothing;
    return has && w->err == ERR_OK;
}

void der_walk_end(struct der_walk *w, struct bytes in)
{
    der_walk_check(w, in, in.n == 0, ERR_NEG_TOKEN);
}

enum err der_walk_finish(struct der_walk *w)
{
    if (w->err == ERR_OK && w->fault.n_missing > 0) {
        w->err = ERR_TRUNCATED;
        w->fault.offset = w->whole.n;
    }
    der_walk_fail(w, w->extra, der_end(w->extra));
    return w->err;
}
