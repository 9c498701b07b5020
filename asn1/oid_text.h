/* SPDX-License-Identifier: ISC */
/* OIDs as text. */
#ifndef ASN1_OID_TEXT_H
#define ASN1_OID_TEXT_H

#include "base/buf.h"

/* oid_text: appends "1.3.6.1.5.5.2 (SPNEGO)" of an OID's body; a malformed body, or one
 * that is longer than any real one, as hex. */
void oid_text(struct buf *out, struct bytes oid_body);

#endif
