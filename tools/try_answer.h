/* SPDX-License-Identifier: ISC */
/* gss-negotiate try: what the header of a server's answer says about logins. */
#ifndef TOOLS_TRY_ANSWER_H
#define TOOLS_TRY_ANSWER_H

#include "base/buf.h"

#include <stdbool.h>

/* struct try_answer: what a server answered. try_answer_clear empties it. */
struct try_answer {
    long status;        /* of HTTP */
    bool negotiate;     /* Negotiate is among the schemes */
    struct buf schemes; /* of WWW-Authenticate: "Negotiate, Basic" */
    struct buf token;   /* of Negotiate; empty if there is none */
};
#define TRY_ANSWER_INIT                                                                  \
    {                                                                                    \
        0, false, BUF_INIT, BUF_INIT                                                     \
    }
void try_answer_clear(struct try_answer *answer);

/* try_answer_read_header: one line of the header. A status line empties the answer: the
 * answer of a proxy on the way to the server comes first, with a status line of its own.
 */
void try_answer_read_header(struct try_answer *answer, struct bytes line);

#endif
