/* SPDX-License-Identifier: ISC */
/* What failed, as a value; and the last failure of each thread. */
#ifndef BASE_FAILURE_H
#define BASE_FAILURE_H

#include "base/err.h"

#include <stdint.h>

/*
 * struct failure: what failed, as a value that is copied. major and minor: the status
 * that another mechanism returned with ERR_GLUE (mech/status.h); 0: none. later: what
 * failed after it, as "NTLM: sentence (detail)"; it is shown after that mechanism's own
 * text.
 */
#define ERR_NOTE_SIZE 512
struct failure {
    enum err code;
    char detail[ERR_NOTE_SIZE]; /* of code */
    uint32_t major;
    uint32_t minor;
    char later[ERR_NOTE_SIZE];
};

/*
 * failure_of: the failure of a function that has just returned e: e, its detail, and with
 * ERR_GLUE the other mechanism's status. failure_raise: the reverse: makes a copy this
 * thread's last failure again, and returns its code.
 *
 * failure_last: this thread's last failure. err_note writes its code and detail,
 * status_glue its other members. failure_restore: puts a copy of it back, after code
 * whose own failures are discarded. FAILURE_AUTO does so at the end of the block:
 *     FAILURE_AUTO saved = *failure_last();
 */
struct failure failure_of(enum err e);
enum err failure_raise(const struct failure *failure);
struct failure *failure_last(void);

static inline void failure_restore(const struct failure *saved)
{
    *failure_last() = *saved;
}

/*
 * struct saved_failure: a failure that an object keeps. It begins as zeros, which is
 * ERR_OK, and allocates only the texts that are not empty. failure_save: keeps
 * failure_of(e) in place of what was kept; if memory runs out, the texts are empty.
 * failure_of_saved: the failure as a value again. failure_raise_saved: makes it this
 * thread's last failure, and returns its code.
 */
struct saved_failure {
    enum err code;
    uint32_t major;
    uint32_t minor;
    char *detail; /* owned; NULL: "" */
    char *later;  /* owned; NULL: "" */
};
void failure_save(struct saved_failure *saved, enum err e);
struct failure failure_of_saved(const struct saved_failure *saved);
enum err failure_raise_saved(const struct saved_failure *saved);
void saved_failure_cleanup(struct saved_failure *saved);

#define FAILURE_AUTO                                                                     \
    __attribute__((cleanup(failure_restore), unused)) const struct failure

#endif
