/* SPDX-License-Identifier: ISC */
/* Reading a nested DER structure such that the place of a fault is known. */
#include "asn1/der_walk.h"

/* Whether an element that passes the end of at has lost its rest with the token's end:
 * otherwise it passes the end of the element around it, and nothing was lost. */
static bool is_cut(const struct der_walk *w, struct bytes at)
{
    return (!w->is_inside || w->fault.n_missing > 0) &&
           bytes_offset(w->whole, at) + at.n == w->whole.n;
}

enum err der_walk_blame(struct der_walk *w, struct bytes at, enum err e)
{
    if (e == ERR_OK) {
        return ERR_OK;
    }
    if (e == ERR_TRUNCATED && is_cut(w, at)) {
        w->fault.offset = w->whole.n;
        return ERR_TRUNCATED;
    }
    w->fault.offset = bytes_offset(w->whole, at);
    return e == ERR_TRUNCATED ? ERR_DER : e;
}

enum err der_walk_missing(struct der_walk *w, struct bytes at)
{
    bool cut_off = at.n == 0 && is_cut(w, at);

    return der_walk_blame(w, at, cut_off ? ERR_TRUNCATED : ERR_NEG_TOKEN);
}

/* What is there of an element that the token's end cuts; an OID or a number means nothing
 * without its end. */
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

static enum err read_element(struct der_walk *w, struct bytes *in, uint8_t tag,
                             struct bytes *out_contents)
{
    enum err e = der_read(in, tag, out_contents);

    if (e == ERR_TRUNCATED && w->lenient) {
        e = read_cut(w, in, tag, out_contents);
    }
    return der_walk_blame(w, *in, e);
}

enum err der_walk_whole(struct der_walk *w, struct bytes in, uint8_t tag,
                        struct bytes *out_contents)
{
    enum err e = read_element(w, &in, tag, out_contents);

    if (e != ERR_OK) {
        return e;
    }
    return der_walk_blame(w, in, der_end(in));
}

enum err der_walk_outermost(struct der_walk *w, uint8_t tag, size_t max_len,
                            struct bytes *out_contents)
{
    enum err e;

    *out_contents = (struct bytes){NULL, 0};
    if (w->whole.n > max_len) {
        w->fault.offset = max_len;
        return ERR_TOO_LARGE;
    }
    w->extra = w->whole;
    e = read_element(w, &w->extra, tag, out_contents);
    if (e != ERR_OK) {
        return e;
    }
    w->is_inside = true;
    return w->lenient ? ERR_OK : der_walk_blame(w, w->extra, der_end(w->extra));
}

enum err der_walk_oid(struct der_walk *w, struct bytes *in, struct bytes *out_body)
{
    struct bytes at = *in;
    enum err e = read_element(w, in, DER_OID, out_body);

    if (e != ERR_OK) {
        return e;
    }
    return der_walk_blame(w, at, der_oid_is_valid(*out_body) ? ERR_OK : ERR_DER);
}

enum err der_walk_field(struct der_walk *w, struct bytes *in, unsigned n, bool *out_has,
                        struct bytes *out_contents)
{
    uint8_t tag = (uint8_t)(DER_CONTEXT_0 + n);

    *out_contents = (struct bytes){NULL, 0};
    *out_has = der_next_is(*in, tag);
    return *out_has ? read_element(w, in, tag, out_contents) : ERR_OK;
}

enum err der_walk_string(struct der_walk *w, struct bytes *in, unsigned n, uint8_t tag,
                         bool *out_has, struct bytes *out_string)
{
    struct bytes field;
    enum err e = der_walk_field(w, in, n, out_has, &field);

    *out_string = (struct bytes){NULL, 0};
    if (e == ERR_OK && *out_has) {
        e = der_walk_whole(w, field, tag, out_string);
    }
    *out_has = *out_has && e == ERR_OK;
    return e;
}

enum err der_walk_end(struct der_walk *w, struct bytes in)
{
    return in.n > 0 ? der_walk_blame(w, in, ERR_NEG_TOKEN) : ERR_OK;
}

enum err der_walk_finish(struct der_walk *w)
{
    if (w->fault.n_missing > 0) {
        w->fault.offset = w->whole.n;
        return ERR_TRUNCATED;
    }
    return der_walk_blame(w, w->extra, der_end(w->extra));
}
