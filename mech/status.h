/* SPDX-License-Identifier: ISC */
/* From enum err to what the GSS-API returns: major, minor, sentence (RFC 2743 1.2.1.1).
 */
#ifndef MECH_STATUS_H
#define MECH_STATUS_H

#include "base/buf.h"

#include <gssapi/gssapi.h>

/*
 * status_set: writes the minor of e and returns its major. Minors are STATUS_MINOR_BASE +
 * e, so no failure leaves with minor 0. status_err: the way back; ERR_COUNT for a minor
 * that is not ours.
 */
#define STATUS_MINOR_BASE ((OM_uint32)0x4e540000)
OM_uint32 status_set(enum err e, OM_uint32 *out_minor);
enum err status_err(OM_uint32 minor);

/*
 * status_glue: keeps what a function of the glue returned for this thread, and gives
 * ERR_GLUE, which status_set turns back into it. A major without error is ERR_OK.
 */
enum err status_glue(OM_uint32 major, OM_uint32 minor);

/* status_is_absence: the error says that nothing of NTLM is configured, which is no
 * fault. Whoever has no credential at all is told of it, nobody else. */
bool status_is_absence(enum err e);

/* status_last_glue: what status_glue kept last for this thread; false if nothing. */
bool status_last_glue(OM_uint32 *out_major, OM_uint32 *out_minor);

/* status_note_after: adds to the last status_glue of this thread what failed after it:
 * "NTLM: sentence (detail)"; shown behind the glue's sentence. */
void status_note_after(const char *mech, enum err e);

/*
 * struct status_saved: what status_glue keeps. status_save: a copy of it, before
 * something else is tried. status_note_behind: that failed too; what was kept is the last
 * status_glue again, and has it behind it.
 */
struct status_saved {
    OM_uint32 major;
    OM_uint32 minor;
    char after[1024]; /* what failed after it; outlives other mechanisms' calls */
};
void status_save(struct status_saved *out);
void status_note_behind(struct status_saved *saved, const char *mech, enum err e);

/* status_noted_after: that text, if minor is the last status_glue's, else "". It stays
 * until the next status_glue, or status_forget_after: the glue asks other mechanisms
 * between a failure and the question why. */
const char *status_noted_after(OM_uint32 minor);
void status_forget_after(void);

/* status_major: the major of e alone. */
OM_uint32 status_major(enum err e);

/* status_text: "sentence" or "sentence (detail)"; the detail only if this thread's
 * belongs to this minor. */
void status_text(struct buf *out, OM_uint32 minor);

/* status_error_text: the same of an error; ERR_GLUE: what the glue says of the last
 * status_glue, without what failed after it. */
void status_error_text(struct buf *out, enum err e);

/*
 * status_move_to_buffer: hands the contents of b to an application's buffer, which
 * releases them by gss_release_buffer; b is empty afterwards. An error of b, or no
 * memory, is returned, and the application's buffer is then empty.
 */
MUST_USE enum err status_move_to_buffer(gss_buffer_t out, struct buf *b);

/*
 * struct reserved_output: an application's buffer made before what will be in it is
 * known, so that nothing can fail once a message has moved the context's state.
 * reserved_output_make: for at most max_len bytes. reserved_output_fill: copies b, at
 * most as long, and hands over; cannot fail. reserved_output_drop: gives back what was
 * not handed over.
 */
struct reserved_output {
    uint8_t *p;
    size_t max_len;
};
MUST_USE enum err reserved_output_make(struct reserved_output *room, size_t max_len);
void reserved_output_fill(struct reserved_output *room, gss_buffer_t out,
                          const struct buf *b);
void reserved_output_drop(struct reserved_output *room);
#define RESERVED_AUTO                                                                    \
    __attribute__((cleanup(reserved_output_drop))) struct reserved_output

#endif
