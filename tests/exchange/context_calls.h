/* SPDX-License-Identifier: ISC */
/* Every call on a context, on contexts in every state. */
#ifndef TESTS_EXCHANGE_CONTEXT_CALLS_H
#define TESTS_EXCHANGE_CONTEXT_CALLS_H

#include "tests/exchange/handmade.h"

enum condition { IS_HALF_OPEN, IS_ESTABLISHED, IS_FAILED };

/* The names that gss_inquire_context returns. If it succeeds, it always returns the
 * mechanism. */
enum answer {
    TELLS_TARGET,   /* the initiator's name is not known yet */
    TELLS_BOTH,     /* names */
    TELLS_NO_NAMES, /* the built-in SPNEGO's answer for a half-open context */
    TELLS_NOTHING,  /* an error */
};

/*
 * struct state: a context in one state. make: brings l into the state, after place_begin,
 * and returns the end that has the context. initiator: whether that end is the initiator.
 */
struct state {
    const char *name;
    gss_OID *mech;
    struct peer *(*make)(struct login *l);
    bool initiator;
    enum condition condition;
    enum answer answer;
};

/* Functions that reach a state. initiator_asked: the initiator has sent its first token;
 * the next ones then got hints, or bytes that are not a token. The acceptors have sent
 * hints, with a credential of their own or with the default one. */
struct peer *initiator_asked(struct login *l);
struct peer *initiator_hinted(struct login *l);
struct peer *initiator_failed(struct login *l);
struct peer *acceptor_hinted(struct login *l);
struct peer *acceptor_hinted_by_default(struct login *l);

/*
 * struct context_call: a call on a peer's context, with arguments that are right for an
 * established context. context_call: makes the call of this name and releases its
 * outputs.
 */
enum context_call_kind { NEEDS_ESTABLISHED, LEG_OF_INITIATOR, LEG_OF_ACCEPTOR, ENDS_IT };
struct context_call {
    const char *name; /* without "gss_" */
    OM_uint32 (*run)(OM_uint32 *minor, struct peer *p);
    enum context_call_kind kind;
    enum {
        ASKS_US,
        NOT_NTLMS, /* NTLM does not have it, and the mechglue decides on the answer */
        REASON_IS_LOST, /* the mechglue clears the minor status when it cleans up */
    } by;
};
extern const struct context_call context_calls[];
extern const size_t n_context_calls;
OM_uint32 context_call(const char *name, OM_uint32 *minor, struct peer *peer);

/* check_calls: makes each call in a child process, on a copy of the context. */
void check_calls(const struct state *state, struct peer *peer);

/* check_refusals: makes the same calls one after another on the context itself, except
 * those that end or change it. The context stays in its state. */
void check_refusals(const struct state *state, struct peer *peer);

#endif
