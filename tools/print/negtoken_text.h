/* SPDX-License-Identifier: ISC */
/* SPNEGO tokens as a readable tree. */
#ifndef TOOLS_PRINT_NEGTOKEN_TEXT_H
#define TOOLS_PRINT_NEGTOKEN_TEXT_H

#include "base/buf.h"

/*
 * struct text_nested: prints what a mechToken holds, at an indent (spaces); given by the
 * caller because asn1/ knows no mechanism. Returns the fault's error, and its offset in
 * the token it was given. It is called for every mechanism's tokens, and prints at least
 * a line for those that it does not know.
 */
struct text_nested {
    enum err (*print)(struct buf *out, struct bytes token, unsigned indent,
                      size_t *out_fault_offset);
};

/*
 * negtoken_text: appends an indented tree of a SPNEGO token (either form), as far as it
 * is well-formed or there, a line a field; lengths in bytes; OIDs with their names.
 * nested may be NULL. Returns ERR_OK, or the fault (SPNEGO's own before one that nested
 * found), with the offset (in bytes from the token's start) of what is wrong; the tree
 * then ends with a line that says so. ERR_TOKEN_UNKNOWN: neither form by its first byte.
 */
enum err negtoken_text(struct buf *out, struct bytes token, unsigned indent,
                       const struct text_nested *nested, size_t *out_fault_offset);

#endif
