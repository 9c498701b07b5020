/* SPDX-License-Identifier: ISC */
/* The NegTokenInit2 with hints, which an acceptor sends before the client's first token
 * ([MS-SPNG] 2.2.1). */
#ifndef MECH_SPNEGO_HINTS_H
#define MECH_SPNEGO_HINTS_H

#include "mech/spnego/spnego.h"

/* hints_encode: appends our mechanisms and the fixed hint name. ERR_NEG_NO_COMMON if we
 * have no mechanism. */
MUST_USE enum err hints_encode(const struct spnego *s, struct buf *out);

#endif
