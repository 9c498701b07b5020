/* SPDX-License-Identifier: ISC */
/* Proofs of asn1/der: which elements it reads, and that no read leaves the input. */
/*
 * Bounds: the input has any length (any_bytes) and the tag any value. The length of an
 * element has at most 4 bytes, because der_read refuses more.
 */
#include "tests/prove/prove.h"

#include "asn1/der.c"
#include "base/bytes.c"
#include "base/reader.c"

/* What X.690 says of the element at the front of some bytes. */
struct element {
    enum err err; /* ERR_TRUNCATED: its tag or its length is cut off */
    size_t head_len;
    size_t len;
};

/* The element by X.690 8.1.3 and 10.1, written a second time and without base/reader. */
static struct element read_head(struct bytes in, uint8_t tag)
{
    struct element element = {ERR_OK, 2, 0};
    size_t n_octets;

    if (in.n == 0 || in.p[0] != tag) {
        element.err = in.n == 0 ? ERR_TRUNCATED : ERR_DER;
        return element;
    }
    if (in.n == 1 || in.p[1] < 0x80) {
        element.err = in.n == 1 ? ERR_TRUNCATED : ERR_OK;
        element.len = in.n == 1 ? 0 : in.p[1];
        return element;
    }
    n_octets = in.p[1] - 0x80u;
    if (n_octets < 1 || n_octets > 4 || in.n - 2 < n_octets) {
        element.err = n_octets < 1 || n_octets > 4 ? ERR_DER : ERR_TRUNCATED;
        return element;
    }
    element.head_len += n_octets;
    for (size_t i = 0; i < n_octets; i++) {
        element.len = element.len * 256 + in.p[2 + i];
    }
    if (in.p[2] == 0 || element.len < 0x80) {
        element.err = ERR_DER; /* not the shortest form */
    }
    return element;
}

/* Exactly the elements of X.690 are read. The contents are a view into the input, and the
 * input moves past them. After an error it does not move. */
PROVE(der_read, 5)
{
    const struct bytes whole = any_bytes();
    struct bytes in = whole;
    struct bytes contents;
    uint8_t tag = nondet_u8();
    struct element element = read_head(whole, tag);
    enum err e = der_read(&in, tag, &contents);

    if (element.err == ERR_OK && element.len > whole.n - element.head_len) {
        element.err = ERR_TRUNCATED;
    }
    prove(e == element.err);
    if (e != ERR_OK) {
        prove(is_nothing(contents));
        prove(is_view(in, whole, 0, whole.n));
        return;
    }
    prove(is_view(contents, whole, element.head_len, element.len));
    prove(is_view(in, whole, element.head_len + element.len,
                  whole.n - element.head_len - element.len));
    prove(element.len == 0 || __CPROVER_r_ok(contents.p, contents.n));
}

/* The same for the printer's variant: contents that are cut off end with the input. */
PROVE(der_read_cut, 5)
{
    const struct bytes whole = any_bytes();
    struct bytes in = whole;
    struct bytes contents;
    uint8_t tag = nondet_u8();
    size_t missing;
    struct element element = read_head(whole, tag);
    enum err e = der_read_cut(&in, tag, &contents, &missing);

    prove(e == element.err);
    if (e != ERR_OK) {
        prove(is_nothing(contents) && missing == 0);
        prove(is_view(in, whole, 0, whole.n));
        return;
    }
    prove(missing <= element.len && (missing == 0 || in.n == 0));
    prove(is_view(contents, whole, element.head_len, element.len - missing));
    prove(is_view(in, whole, element.head_len + contents.n,
                  whole.n - element.head_len - contents.n));
}
