/* SPDX-License-Identifier: ISC */
/* Writes a token to the trace. */
#ifndef MECH_REPORT_TRACE_MESSAGE_H
#define MECH_REPORT_TRACE_MESSAGE_H

#include "base/buf.h"

/*
 * trace_append_message: appends token=, the token in hex with its secrets zeroed, and
 * zeroed=, the places of the secrets (ntlm/redact.h). For a token that cannot be decoded
 * it appends fault=, the decoder's error, and fault-text=, the sentence of the error. It
 * is then not known which bytes are secret, so raw=, all bytes, is appended only with
 * trace_is_raw. This thread's detail (err_note) stays unchanged.
 */
void trace_append_message(struct buf *line, struct bytes token);

#endif
