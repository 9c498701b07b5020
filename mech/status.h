/* SPDX-License-Identifier: ISC */
/* Errors as the GSS-API returns them: major, minor and sentence (RFC 2743 1.2.1.1). */
#ifndef MECH_STATUS_H
#define MECH_STATUS_H

#include "base/buf.h"
#include "base/failure.h"

#include <gssapi/gssapi.h>

/*
 * status_set: writes the minor of e and returns its major. The minor of an error is
 * STATUS_MINOR_BASE + e, so no failure has the minor 0. status_err: the error of a minor;
 * ERR_COUNT if the minor is not ours.
 */
#define STATUS_MINOR_BASE ((OM_uint32)0x4e540000)
OM_uint32 status_set(enum err e, OM_uint32 *out_minor);
enum err status_err(OM_uint32 minor);

/*
 * status_glue: makes the status that a function of the glue returned this thread's last
 * one (base/err.h: struct failure), and returns ERR_GLUE, for which status_set gives that
 * status back. ERR_OK if the major is no error.
 */
enum err status_glue(OM_uint32 major, OM_uint32 minor);

/* status_is_absence: whether the error says that NTLM is not configured, or that the
 * program does not want it, which is no fault. It is reported only to a program that has
 * no credential of any mechanism. */
bool status_is_absence(enum err e);

/* status_append: appends a later failure to one of the glue, as "NTLM: sentence
 * (detail)", and makes that the thread's last failure. The text is shown after the glue's
 * sentence. */
void status_append(struct failure *failure, const char *mech, struct failure later);

/* status_appended: the appended text if minor is that of the last status, else "". It
 * stays until the next status_glue or status_clear_appended: the glue calls other
 * mechanisms between a failure and the application's gss_display_status. */
const char *status_appended(OM_uint32 minor);
void status_clear_appended(void);

/* status_major: the major of e. */
OM_uint32 status_major(enum err e);

/* status_text: appends "sentence" or "sentence (detail)" of a minor. The detail is there
 * if this thread's last detail belongs to this minor. */
void status_text(struct buf *out, OM_uint32 minor);

/* status_failure_text: the same for a failure. For ERR_GLUE it is the glue's text,
 * without later failures. */
void status_failure_text(struct buf *out, const struct failure *failure);

/*
 * status_move_to_buffer: moves the contents of b to an application's buffer, which the
 * application releases with gss_release_buffer. b is empty afterwards. Errors: the one of
 * b, ERR_NO_MEMORY; the application's buffer is then empty.
 */
MUST_USE enum err status_move_to_buffer(gss_buffer_t out, struct buf *b);

/*
 * struct reserved_output: memory for an application's buffer that is allocated before its
 * contents are known. So nothing can fail after a message has moved the context's
 * sequence numbers and cipher. reserved_output_make: allocates n + extra bytes; an
 * application may give a length for which there can be no memory: ERR_NO_MEMORY.
 * reserved_output_move: moves the memory, in which the caller has written n bytes, to the
 * application's buffer; it cannot fail. reserved_output_drop: frees the memory unless it
 * was moved.
 */
struct reserved_output {
    uint8_t *p;
};
MUST_USE enum err reserved_output_make(struct reserved_output *reserved, size_t n,
                                       size_t extra);
void reserved_output_move(struct reserved_output *reserved, gss_buffer_t out, size_t n);
void reserved_output_drop(struct reserved_output *reserved);
#define RESERVED_AUTO                                                                    \
    __attribute__((cleanup(reserved_output_drop))) struct reserved_output

#endif
