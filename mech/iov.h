/* SPDX-License-Identifier: ISC */
/* Messages in several buffers of the application's. */
#ifndef MECH_IOV_H
#define MECH_IOV_H

#include "mech/context.h"

#include <gssapi/gssapi_ext.h>

/*
 * The lists that are taken, n buffers long; EMPTY ones anywhere are passed over. DATA and
 * SIGN_ONLY are signed in the order in which they stand.
 *
 * wrap: one HEADER; DATA (sealed in place) and SIGN_ONLY (only signed); at most one
 * PADDING and one TRAILER, left empty. HEADER || DATA... is what gss_wrap gives, HEADER
 * alone DCE's separate signature.
 *
 * unwrap: the same, PADDING and TRAILER empty; or one STREAM (what gss_wrap gave), one
 * DATA, which then points into it, or has a copy with ALLOCATE, and SIGN_ONLY. The data
 * of a STREAM may be in clear where gss_unwrap takes them so: *out_sealed tells.
 *
 * MIC: one MIC_TOKEN; DATA and SIGN_ONLY.
 *
 * HEADER and MIC_TOKEN have room for MESSAGE_SIGNATURE_LEN bytes, or ALLOCATE: then they
 * get it, ALLOCATED says so, and the application releases it. Errors: ERR_ARGUMENT, with
 * the reason in the detail, for any other list; those of message_seal and message_unseal.
 * The list and what it points to stay as they were then.
 */
MUST_USE enum err iov_wrap(struct mech_context *context, gss_iov_buffer_desc *iov, int n);
MUST_USE enum err iov_unwrap(struct mech_context *context, gss_iov_buffer_desc *iov,
                             int n, bool *out_sealed);
MUST_USE enum err iov_sign(struct mech_context *context, gss_iov_buffer_desc *iov, int n);
MUST_USE enum err iov_verify(struct mech_context *context, gss_iov_buffer_desc *iov,
                             int n);

/* iov_wrap_length, iov_sign_length: set the lengths that HEADER, PADDING, TRAILER or
 * MIC_TOKEN will have. */
MUST_USE enum err iov_wrap_length(struct mech_context *context, gss_iov_buffer_desc *iov,
                                  int n);
MUST_USE enum err iov_sign_length(struct mech_context *context, gss_iov_buffer_desc *iov,
                                  int n);

#endif
