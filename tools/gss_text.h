/* SPDX-License-Identifier: ISC */
/* What a call of the GSS-API says when it fails. */
#ifndef TOOLS_GSS_TEXT_H
#define TOOLS_GSS_TEXT_H

#include "base/buf.h"

#include <gssapi/gssapi.h>

/* gss_text_status: appends the sentence of the minor status, safe to print
 * (text_printable). The major status gives it if minor is 0 or has no sentence. */
void gss_text_status(struct buf *out, OM_uint32 major, OM_uint32 minor);

#endif
