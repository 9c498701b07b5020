/* SPDX-License-Identifier: ISC */
/* Strict DER: definite minimal lengths, exact tags, full consumption (X.690). */
#ifndef ASN1_DER_H
#define ASN1_DER_H

#include "base/buf.h"

/* The tags that SPNEGO uses. Each is one byte. */
enum der_tag {
    DER_BIT_STRING = 0x03,
    DER_OCTET_STRING = 0x04,
    DER_OID = 0x06,
    DER_ENUMERATED = 0x0a,
    DER_GENERAL_STRING = 0x1b,
    DER_SEQUENCE = 0x30,
    DER_APPLICATION_0 = 0x60,
    DER_CONTEXT_0 = 0xa0, /* [n] is DER_CONTEXT_0 + n */
};

/*
 * der_read: takes the element at the front of in, which must have this tag, and gives its
 * contents. On an error in does not move. ERR_TRUNCATED (in ends before the element
 * does), ERR_DER (another tag, or a wrong form of the length).
 */
MUST_USE enum err der_read(struct bytes *in, uint8_t tag, struct bytes *out_contents);

/* der_read_cut: like der_read, for printers. It accepts an element that reaches past the
 * end of in: the contents are the bytes that are there, and *out_missing is the number of
 * missing ones. */
MUST_USE enum err der_read_cut(struct bytes *in, uint8_t tag, struct bytes *out_contents,
                               size_t *out_missing);

/* der_next_is: whether the next byte of in is this tag. */
bool der_next_is(struct bytes in, uint8_t tag);

/* der_end: ERR_DER if bytes of in are left. */
MUST_USE enum err der_end(struct bytes in);

/* der_oid_is_valid: whether these are the contents of an OBJECT IDENTIFIER (8.19). */
bool der_oid_is_valid(struct bytes body);

/* der_open, der_close: what the caller writes between the two becomes the contents of the
 * element. der_close takes what der_open returned. */
size_t der_open(struct buf *out, uint8_t tag);
void der_close(struct buf *out, size_t opened_at);

/* der_append: a primitive element. der_append_field: a primitive element inside the
 * context tag [n]. */
void der_append(struct buf *out, uint8_t tag, struct bytes contents);
void der_append_field(struct buf *out, unsigned n, uint8_t tag, struct bytes contents);

#endif
