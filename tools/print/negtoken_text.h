/* SPDX-License-Identifier: ISC */
/* SPNEGO tokens as a readable tree. */
#ifndef TOOLS_PRINT_NEGTOKEN_TEXT_H
#define TOOLS_PRINT_NEGTOKEN_TEXT_H

#include "base/buf.h"

/*
 * struct text_nested: the printer of a mechToken, which the caller gives. print appends
 * the token at an indent (spaces). It is called for the tokens of every mechanism, and
 * appends at least a line for one that it does not know. It returns the error of a fault,
 * and the offset of the fault in the token.
 */
struct text_nested {
    enum err (*print)(struct buf *out, struct bytes token, unsigned indent,
                      size_t *out_fault_offset);
};

/*
 * negtoken_text: appends an indented tree of a SPNEGO token of either form, with a line
 * for each field that is there, up to a fault. Lengths are in bytes, and OIDs have their
 * names. nested may be NULL. Returns ERR_OK, or the error of the fault and its offset in
 * the token; the tree then ends with a line that describes the fault. A fault of SPNEGO's
 * own precedes one that nested has found. ERR_TOKEN_UNKNOWN: the first byte belongs to
 * neither form.
 */
enum err negtoken_text(struct buf *out, struct bytes token, unsigned indent,
                       const struct text_nested *nested, size_t *out_fault_offset);

#endif
