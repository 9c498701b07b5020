/* SPDX-License-Identifier: ISC */
/* Strict DER: definite minimal lengths, exact tags, full consumption (X.690). */
#ifndef ASN1_DER_H
#define ASN1_DER_H

#include "asn1/buf.h"

/* The tags that SPNEGO uses; one byte each. */
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
 * der_read: the contents of the element at the front of in, which must have this tag.
 * Errors: ERR_TRUNCATED (the length passes the end), ERR_DER (tag or length form).
 */
MUST_USE enum err der_read(struct bytes *in, uint8_t tag, struct bytes *out_contents);

/* der_read_whole: as der_read, for an element that must be all of in. */
MUST_USE enum err der_read_whole(struct bytes in, uint8_t tag,
                                 struct bytes *out_contents);

/* der_read_raw: as der_read, but out_element is the element with its tag and length. */
MUST_USE enum err der_read_raw(struct bytes *in, uint8_t tag, struct bytes *out_element);

/* der_read_optional: der_read if the next tag is this one, else *out_present = false. */
MUST_USE enum err der_read_optional(struct bytes *in, uint8_t tag, bool *out_present,
                                    struct bytes *out_contents);

/* der_next_is: whether in goes on with this tag. */
bool der_next_is(struct bytes in, uint8_t tag);

/* der_end: ERR_DER unless in is used up. */
MUST_USE enum err der_end(struct bytes in);

/* der_open, der_close: everything written between them becomes the element's contents. */
size_t der_open(struct buf *out, uint8_t tag);
void der_close(struct buf *out, size_t opened_at);

/* der_put: a primitive element. */
void der_put(struct buf *out, uint8_t tag, struct bytes contents);

#endif
