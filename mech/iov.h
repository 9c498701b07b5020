/* SPDX-License-Identifier: ISC */
/* Messages in a list of the application's buffers (gss_wrap_iov and its like). */
#ifndef MECH_IOV_H
#define MECH_IOV_H

#include "mech/context.h"

#include <gssapi/gssapi_ext.h>

/*
 * A list has n buffers and one of the forms below. EMPTY buffers may stand anywhere and
 * are ignored. DATA and SIGN_ONLY are signed in the order of the list.
 *
 * iov_wrap: one HEADER; DATA, which is sealed in place; SIGN_ONLY, which is only signed;
 * at most one PADDING and one TRAILER, whose lengths become 0. HEADER followed by all
 * DATA is the token that gss_wrap makes. HEADER alone is the separate signature of DCE.
 *
 * iov_unwrap: either the same buffers, with PADDING and TRAILER empty; or one STREAM,
 * which holds a token of gss_wrap, one DATA, and SIGN_ONLY. DATA then points into the
 * STREAM, or to a copy if it has the flag ALLOCATE. The data of a STREAM may be in clear
 * if gss_unwrap accepts them in clear; *out_sealed says whether they were sealed.
 *
 * iov_sign, iov_verify: one MIC_TOKEN; DATA and SIGN_ONLY.
 *
 * HEADER and MIC_TOKEN are at least MESSAGE_SIGNATURE_LEN bytes long, or have the flag
 * ALLOCATE. With ALLOCATE they get memory and the flag ALLOCATED, and the application
 * releases them. Errors: ERR_ARGUMENT for any other list, with the reason in the detail;
 * those of message_seal and message_unseal. After an error the list and its buffers are
 * unchanged.
 */
MUST_USE enum err iov_wrap(struct mech_context *context, gss_iov_buffer_desc *iov, int n);
MUST_USE enum err iov_unwrap(struct mech_context *context, gss_iov_buffer_desc *iov,
                             int n, bool *out_sealed);
MUST_USE enum err iov_sign(struct mech_context *context, gss_iov_buffer_desc *iov, int n);
MUST_USE enum err iov_verify(struct mech_context *context, gss_iov_buffer_desc *iov,
                             int n);

/* iov_wrap_length, iov_sign_length: set the lengths of HEADER, PADDING, TRAILER and
 * MIC_TOKEN to those that iov_wrap and iov_sign need. */
MUST_USE enum err iov_wrap_length(struct mech_context *context, gss_iov_buffer_desc *iov,
                                  int n);
MUST_USE enum err iov_sign_length(struct mech_context *context, gss_iov_buffer_desc *iov,
                                  int n);

#endif
