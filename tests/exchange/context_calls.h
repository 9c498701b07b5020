/* SPDX-License-Identifier: ISC */
/* Every call on a context, against contexts in every state. */
#ifndef TESTS_EXCHANGE_CONTEXT_CALLS_H
#define TESTS_EXCHANGE_CONTEXT_CALLS_H

#include "tests/exchange/handmade.h"

enum condition { IS_HALF_OPEN, IS_ESTABLISHED, IS_FAILED };

/* Which names gss_inquire_context answers; the mechanism is there whenever it answers. */
enum answer {
    TELLS_TARGET,   /* who initiates is not known yet */
    TELLS_BOTH,     /* names */
    TELLS_NO_NAMES, /* the built-in SPNEGO's answer of a half-open context */
    TELLS_NOTHING,  /* an error */
};

/*
 * struct state: a context in a state. make: brings l into it, after place_begin, and
 * returns the end that has the context; initiator: that end's role.
 */
struct state {
    const char *name;
    gss_OID *mech;
    struct peer *(*make)(struct login *l);
    bool initiator;
    enum condition condition;
    enum answer answer;
};

/* What makes a state of most kinds of contexts. An initiator has sent its first token,
 * got hints, or then garbage; an acceptor has sent hints, by its own or the default
 * credential. */
struct peer *initiator_asked(struct login *l);
struct peer *initiator_hinted(struct login *l);
struct peer *initiator_failed(struct login *l);
struct peer *acceptor_hinted(struct login *l);
struct peer *acceptor_hinted_by_default(struct login *l);

/*
 * struct context_call: a call on a peer's context, with arguments that are right where
 * the context is established. context_call: makes the call of this name; what it gives is
 * released.
 */
enum context_call_kind { NEEDS_ESTABLISHED, LEG_OF_INITIATOR, LEG_OF_ACCEPTOR, ENDS_IT };
struct context_call {
    const char *name; /* without "gss_" */
    OM_uint32 (*run)(OM_uint32 *minor, struct peer *p);
    enum context_call_kind kind;
    enum {
        ASKS_US,
        NOT_NTLMS,      /* NTLM has none: the mechglue answers as it likes */
        REASON_IS_LOST, /* the mechglue's own clean-up clears the minor status */
    } by;
};
extern const struct context_call context_calls[];
extern const size_t n_context_calls;
OM_uint32 context_call(const char *name, OM_uint32 *minor, struct peer *peer);

/* check_calls: each call in a child of its own, on a copy of the context. */
void check_calls(const struct state *state, struct peer *peer);

/* check_refusals: the same calls one after another on the context itself, but for those
 * that end or change it: it is then still in its state. */
void check_refusals(const struct state *state, struct peer *peer);

#endif
