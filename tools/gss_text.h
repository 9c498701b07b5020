/* SPDX-License-Identifier: ISC */
/* The reason that the GSS-API gives for a failed call. */
#ifndef TOOLS_GSS_TEXT_H
#define TOOLS_GSS_TEXT_H

#include "base/buf.h"

#include <gssapi/gssapi.h>

/* gss_text_status: appends the sentence of the minor status. If minor is 0 or has no
 * sentence, appends that of the major status. Both are safe to print (text_printable). */
void gss_text_status(struct buf *out, OM_uint32 major, OM_uint32 minor);

#endif
