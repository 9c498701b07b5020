/* SPDX-License-Identifier: ISC */
/* Every state that a context can be in when a token comes, on either side. */
#ifndef TESTS_HOSTILE_CONTEXT_STATE_H
#define TESTS_HOSTILE_CONTEXT_STATE_H

#include "tests/hostile/forged_client.h"

/* The column of a table of answers is the state. */
enum context_state {
    ACCEPT_RAW_FIRST, /* in the two FIRST states of an acceptor the module's own function
                         is called too, because the mechglue refuses tokens whose
                         mechanism it does not recognise */
    ACCEPT_RAW_SECOND,
    ACCEPT_RAW_DONE,
    ACCEPT_RAW_FAILED,
    ACCEPT_SPNEGO_FIRST,
    ACCEPT_HINTED,
    ACCEPT_SPNEGO_SECOND,
    ACCEPT_SPNEGO_MIC, /* waits for nothing but the mechListMIC */
    ACCEPT_SPNEGO_DONE,
    ACCEPT_SPNEGO_FAILED,
    INIT_RAW_FIRST,
    INIT_RAW_SECOND,
    INIT_RAW_DONE,
    INIT_RAW_FAILED,
    INIT_SPNEGO_FIRST,
    INIT_SPNEGO_REPLY,
    INIT_SPNEGO_NEXT,
    INIT_SPNEGO_DONE,
    INIT_SPNEGO_FAILED,
    N_STATES
};

/* state_reach: a fresh login of alice, one end of which is in this state; ended with
 * login_end. state_name: for messages. */
void state_reach(enum context_state state, struct login *l);
const char *state_name(enum context_state state);

/* state_peer: the end that is in the state. */
struct peer *state_peer(enum context_state state, struct login *l);

/*
 * state_feed: gives it a token, and checks all that any answer must be: an error has a
 * minor and a sentence; a first call that failed leaves no context; any other failed
 * context takes nothing more; an established one goes on as if nothing had come. Returns
 * the major as it is written in a table:
 *   . complete or to be continued   D DEFECTIVE_TOKEN   S BAD_SIG     X NO_CONTEXT
 *   F FAILURE                       M BAD_MECH          K NO_CRED     U UNAUTHORIZED
 * state_letter: that letter alone.
 * state_check_row: the token at every state; answers has a letter for each, in the order
 * of the states, blanks between them not counted.
 */
char state_feed(enum context_state state, struct login *l, struct bytes token);
char state_letter(OM_uint32 major);
void state_check_row(const char *what, struct bytes token, const char *answers);

#endif
