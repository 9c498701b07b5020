/* SPDX-License-Identifier: ISC */
/* Strict DER (X.690). */
#include "asn1/der.h"

#include "base/reader.h"

/*
 *   element   tag(1) length contents
 *   length    00-7f                          the length itself
 *             81-84, then 1-4 bytes BE       the first not 0, the value not below 80
 *             80 (indefinite), 85-ff         refused; no token needs a longer length
 */
#define LONG_FORM         0x80u
#define LONG_FORM_MAX_LEN 4u

/* The length in n_octets octets that follow a first octet of 80-84. */
static size_t read_long_length(struct reader *r, size_t n_octets)
{
    struct bytes octets;
    size_t len = 0;

    /* 10.1: definite form only */
    reader_check(r, n_octets > 0 && n_octets <= LONG_FORM_MAX_LEN, ERR_DER);
    octets = reader_consume(r, n_octets);
    for (size_t i = 0; i < octets.n; i++) {
        len = len << 8 | octets.p[i];
    }
    /* 10.1: as short as it can be */
    reader_check(r, len >= LONG_FORM && octets.p[0] != 0, ERR_DER);
    return len;
}

enum err der_read_cut(struct bytes *in, uint8_t tag, struct bytes *out_contents,
                      size_t *out_missing)
{
    struct reader r = reader_of(*in);
    size_t len;
    size_t left;

    *out_contents = (struct bytes){NULL, 0};
    *out_missing = 0;
    reader_check(&r, reader_u8(&r) == tag, ERR_DER);
    len = reader_u8(&r);
    if (len >= LONG_FORM) {
        len = read_long_length(&r, len - LONG_FORM);
    }
    if (reader_status(&r) != ERR_OK) {
        return reader_status(&r);
    }
    left = reader_left(&r);
    *out_missing = len > left ? len - left : 0;
    *out_contents = reader_consume(&r, len - *out_missing);
    *in = r.rest;
    return ERR_OK;
}

enum err der_read(struct bytes *in, uint8_t tag, struct bytes *out_contents)
{
    struct bytes rest = *in;
    size_t missing;
    enum err e = der_read_cut(&rest, tag, out_contents, &missing);

    if (e != ERR_OK) {
        return e;
    }
    if (missing > 0) {
        *out_contents = (struct bytes){NULL, 0};
        return ERR_TRUNCATED;
    }
    *in = rest;
    return ERR_OK;
}

bool der_next_is(struct bytes in, uint8_t tag)
{
    return in.n > 0 && in.p[0] == tag;
}

enum err der_end(struct bytes in)
{
    return in.n == 0 ? ERR_OK : ERR_DER;
}

bool der_oid_is_valid(struct bytes body)
{
    bool starts = true; /* at the first byte of a subidentifier */

    for (size_t i = 0; i < body.n; i++) {
        if (starts && body.p[i] == 0x80) {
            return false; /* 8.19.2: no leading zeros */
        }
        starts = (body.p[i] & 0x80) == 0;
    }
    return body.n > 0 && starts;
}

size_t der_open(struct buf *out, uint8_t tag)
{
    buf_append_u8(out, tag);
    return out->n;
}

/* The contents begin at opened_at. Inserts their length in front of them. */
void der_close(struct buf *out, size_t opened_at)
{
    uint8_t header[1 + LONG_FORM_MAX_LEN];
    size_t len = out->n - opened_at; /* a builder holds less than 4 GiB */
    size_t n = 0;

    if (buf_status(out) != ERR_OK) {
        return;
    }
    if (opened_at > out->n) {
        buf_fail(out, ERR_INTERNAL);
        return;
    }
    for (size_t rest = len; len >= LONG_FORM && rest > 0; rest >>= 8) {
        n++;
    }
    header[0] = (uint8_t)(n > 0 ? LONG_FORM | n : len);
    for (size_t i = 0; i < n; i++) {
        header[n - i] = (uint8_t)(len >> (8 * i));
    }
    buf_insert_gap(out, opened_at, 1 + n);
    buf_set(out, opened_at, bytes_of(header, 1 + n));
}

void der_append(struct buf *out, uint8_t tag, struct bytes contents)
{
    size_t opened_at = der_open(out, tag);

    buf_append(out, contents);
    der_close(out, opened_at);
}

void der_append_field(struct buf *out, unsigned n, uint8_t tag, struct bytes contents)
{
    size_t opened_at = der_open(out, (uint8_t)(DER_CONTEXT_0 + n));

    der_append(out, tag, contents);
    der_close(out, opened_at);
}
