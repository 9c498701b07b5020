/* SPDX-License-Identifier: ISC */
/* What an acceptor says before it is asked: NegTokenInit2 with hints ([MS-SPNG] 2.2.1).
 */
#ifndef MECH_SPNEGO_HINTS_H
#define MECH_SPNEGO_HINTS_H

#include "mech/spnego/spnego.h"

/* hints_encode: our mechanisms and the hint name that says nothing. Errors stick in out.
 */
void hints_encode(const struct spnego *s, struct buf *out);

#endif
