/* SPDX-License-Identifier: ISC */
/* gss-negotiate try: reads the header lines of a server's answer. */
#ifndef TOOLS_TRY_ANSWER_H
#define TOOLS_TRY_ANSWER_H

#include "base/buf.h"

#include <stdbool.h>

/* struct try_answer: what the header of an answer says about logins. try_answer_clear
 * empties it. */
struct try_answer {
    long status;        /* the status of HTTP */
    bool negotiate;     /* Negotiate is among the schemes */
    struct buf schemes; /* those of WWW-Authenticate, as "Negotiate, Basic" */
    struct buf token;   /* that of Negotiate; empty if there is none */
};
#define TRY_ANSWER_INIT                                                                  \
    {                                                                                    \
        0, false, BUF_INIT, BUF_INIT                                                     \
    }
void try_answer_clear(struct try_answer *answer);

/* try_answer_read_header: reads one line of the header. A status line empties the answer:
 * a proxy answers before the server, with a status line of its own. */
void try_answer_read_header(struct try_answer *answer, struct bytes line);

#endif
