/* SPDX-License-Identifier: ISC */
/* The question that tells winbindd's names, and that it is there; and its last answer. */
#ifndef CONF_WINBIND_QUESTION_H
#define CONF_WINBIND_QUESTION_H

#include "conf/winbind/call.h"

/* struct cached_names: winbindd's names. An empty netbios_name: it never answered. */
struct cached_names {
    char netbios_name[WINBIND_TEXT_MAX + 1];
    char netbios_domain[WINBIND_TEXT_MAX + 1];
    char dns_domain[WINBIND_TEXT_MAX + 1];
    char separator;
};

/* question_look: copies the names. Returns the age of winbindd's last answer, or
 * UINT64_MAX if it never answered. *out_is_current: it is the winbindd that runs now, as
 * far as can be seen. */
uint64_t question_look(uint64_t now_ms, struct cached_names *out, bool *out_is_current);

/* struct reply: how a question ended. */
struct reply {
    enum winbind_outcome outcome; /* WINBIND_LATE: it has not ended */
    wbcErr answer;                /* of WINBIND_ANSWERED */
};

/*
 * question_ask: asks, and waits until the deadline. A process has one question at a time:
 * callers that come before its answer wait for the same answer. patience_ms: how old the
 * question may become; if it is older already, the caller does not wait at all. The
 * answer that comes after its callers have stopped waiting is kept too.
 *
 * question_err: ERR_OK, or the error of a question, with its detail.
 */
struct reply question_ask(uint64_t deadline_ms, uint64_t patience_ms);
enum err question_err(struct reply reply, unsigned timeout_s);

/* question_reset: for a forked child, as pool_reset. */
void question_reset(bool is_sound);

#endif
