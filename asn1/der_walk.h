/* SPDX-License-Identifier: ISC */
/* Reading a nested DER structure such that the place of a fault is known. */
#ifndef ASN1_DER_WALK_H
#define ASN1_DER_WALK_H

#include "asn1/der.h"

/* struct der_fault: where a token is wrong, in bytes from its start; and how many bytes
 * it lacks, if it ends too early. */
struct der_fault {
    size_t offset;
    size_t n_missing;
};

/*
 * struct der_walk: one reading of a token, on the stack of its reader; whole is borrowed.
 * The functions below take from a cursor into whole; on an error they note its place in
 * fault. ERR_TRUNCATED means that the token ends before its outermost length says; an
 * element that passes the end of the one around it is ERR_DER.
 * lenient: a printer reads. What a token that ends too early still has of its elements is
 * taken for their contents, bytes after the outermost element are left aside, and
 * der_walk_finish tells of either in the end.
 */
struct der_walk {
    struct bytes whole;
    bool lenient;
    bool is_inside;     /* the outermost element has been read */
    struct bytes extra; /* what follows it */
    struct der_fault fault;
};

/* der_walk_blame: notes e, if it is an error, at the front of at; returns what to return.
 * der_walk_missing: the same for something that must be there and is not:
 * ERR_NEG_TOKEN, or ERR_TRUNCATED where the token's end cut it off. */
MUST_USE enum err der_walk_blame(struct der_walk *w, struct bytes at, enum err e);
MUST_USE enum err der_walk_missing(struct der_walk *w, struct bytes at);

/* der_walk_outermost: the element that must be the whole token; comes first.
 * ERR_TOO_LARGE for a token of more than max_len bytes. */
MUST_USE enum err der_walk_outermost(struct der_walk *w, uint8_t tag, size_t max_len,
                                     struct bytes *out_contents);

/* der_walk_whole: an element that must be all of in. */
MUST_USE enum err der_walk_whole(struct der_walk *w, struct bytes in, uint8_t tag,
                                 struct bytes *out_contents);

/* der_walk_oid: the body of the next element, a valid OBJECT IDENTIFIER. */
MUST_USE enum err der_walk_oid(struct der_walk *w, struct bytes *in,
                               struct bytes *out_body);

/* der_walk_field: the contents of [n], if it is the next element of in. */
MUST_USE enum err der_walk_field(struct der_walk *w, struct bytes *in, unsigned n,
                                 bool *out_has, struct bytes *out_contents);

/* der_walk_string: [n], if it is the next element of in, and in it one element of this
 * primitive tag: its contents. */
MUST_USE enum err der_walk_string(struct der_walk *w, struct bytes *in, unsigned n,
                                  uint8_t tag, bool *out_has, struct bytes *out_string);

/* der_walk_end: after the last known field nothing may follow: ERR_NEG_TOKEN (a field
 * twice, out of order, or unknown). */
MUST_USE enum err der_walk_end(struct der_walk *w, struct bytes in);

/* der_walk_finish: comes last, when no fault was found: ERR_TRUNCATED if the token ends
 * too early, ERR_DER if bytes follow it. */
MUST_USE enum err der_walk_finish(struct der_walk *w);

#endif
