/* SPDX-License-Identifier: ISC */
/* What the trace says of a message that crosses. */
#ifndef MECH_REPORT_TRACE_MESSAGE_H
#define MECH_REPORT_TRACE_MESSAGE_H

#include "base/buf.h"

/*
 * trace_append_message: appends token=, the token in hex with its secrets zeroed, and
 * zeroed=, their places (ntlm/redact.h). Of a token that cannot be decoded it is fault=,
 * the decoder's error, and fault-text=, its sentence; it is not known then which bytes
 * are secret, so raw=, all of them, comes only with trace_is_raw. This thread's detail
 * (err_note) stays.
 */
void trace_append_message(struct buf *line, struct bytes token);

#endif
