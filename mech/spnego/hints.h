/* SPDX-License-Identifier: ISC */
/* What an acceptor says before it is asked: NegTokenInit2 with hints ([MS-SPNG] 2.2.1).
 */
#ifndef MECH_SPNEGO_HINTS_H
#define MECH_SPNEGO_HINTS_H

#include "mech/spnego/spnego.h"

/* hints_encode: our mechanisms, of which there must be one (ERR_NEG_NO_COMMON), and the
 * hint name that says nothing. */
MUST_USE enum err hints_encode(const struct spnego *s, struct buf *out);

#endif
