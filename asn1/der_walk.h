/* SPDX-License-Identifier: ISC */
/* Reads a nested DER structure and records where a fault is. */
#ifndef ASN1_DER_WALK_H
#define ASN1_DER_WALK_H

#include "asn1/der.h"

/* struct der_fault: the place at which a token is wrong, in bytes from its start, and the
 * number of bytes that it lacks if it ends too early. */
struct der_fault {
    size_t offset;
    size_t n_missing;
};

/*
 * struct der_walk: one reading of a token, on the stack of its reader; whole is borrowed.
 * The functions below read from a cursor into whole. The first error sticks, with its
 * place in fault. After it every function does nothing: it gives an empty view, empties
 * the cursor and finds no field. A reader walks over the whole token and then asks
 * der_walk_finish once. ERR_TRUNCATED means that the token ends before its outermost
 * length says; an element that passes the end of the element around it is ERR_DER.
 * lenient is for a printer. If a token then ends too early, the contents of a cut element
 * are the bytes that are there. Bytes after the outermost element are skipped.
 * der_walk_finish reports both faults.
 */
struct der_walk {
    struct bytes whole;
    bool lenient;
    bool is_inside;     /* the outermost element has been read */
    struct bytes extra; /* the bytes after it */
    enum err err;
    struct der_fault fault;
};

/* der_walk_fail: makes e the sticky error, at the front of at, unless there is one.
 * der_walk_check: the same if fine is false. der_walk_missing: the same for a required
 * element that is missing at the front of at: ERR_NEG_TOKEN, or ERR_TRUNCATED if the end
 * of the token cut it off. */
void der_walk_fail(struct der_walk *w, struct bytes at, enum err e);
void der_walk_check(struct der_walk *w, struct bytes at, bool fine, enum err e);
void der_walk_missing(struct der_walk *w, struct bytes at);

/* der_walk_outermost: returns the contents of the outermost element, which must be the
 * whole token. Call it first. ERR_TOO_LARGE for a token of more than max_len bytes. */
struct bytes der_walk_outermost(struct der_walk *w, uint8_t tag, size_t max_len);

/* der_walk_whole: the contents of an element that must be all of in. */
struct bytes der_walk_whole(struct der_walk *w, struct bytes in, uint8_t tag);

/* der_walk_oid: the body of the next element of in, a valid OBJECT IDENTIFIER. */
struct bytes der_walk_oid(struct der_walk *w, struct bytes *in);

/* der_walk_field: whether the next element of in is [n], and its contents. */
bool der_walk_field(struct der_walk *w, struct bytes *in, unsigned n,
                    struct bytes *out_contents);

/* der_walk_string: the same, and in [n] there must be one element of this primitive tag;
 * its contents. */
bool der_walk_string(struct der_walk *w, struct bytes *in, unsigned n, uint8_t tag,
                     struct bytes *out_string);

/* der_walk_end: nothing may follow the last known field: ERR_NEG_TOKEN (a field that is
 * repeated, out of order or unknown). */
void der_walk_end(struct der_walk *w, struct bytes in);

/* der_walk_finish: comes last. The sticky error; without one ERR_TRUNCATED if the token
 * ends too early, ERR_DER if bytes follow its outermost element. */
MUST_USE enum err der_walk_finish(struct der_walk *w);

#endif
