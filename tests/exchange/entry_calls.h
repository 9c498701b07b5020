/* SPDX-License-Identifier: ISC */
/* One call for each entry of the module, made so that it fails. */
#ifndef TESTS_EXCHANGE_ENTRY_CALLS_H
#define TESTS_EXCHANGE_ENTRY_CALLS_H

#include "tests/exchange/context_calls.h"

/* struct given: what the calls are made on, all of one mechanism. */
struct given {
    gss_OID mech;
    struct login login; /* alice's, complete */
    struct login half;  /* the initiator has sent its first token */
    gss_name_t plain;   /* alice, as this mechanism reads the name */
};

/*
 * struct entry_row: how an entry is made to fail. What is NULL is not used.
 *   by_context   the name of the call in context_calls, on the half-open context
 *   run          through the mechglue
 *   direct       the module's own function, which the mechglue never calls so that it
 *                fails, or whose status the mechglue does not pass on
 *   cannot_fail  why there is no failure to be had
 */
struct entry_row {
    const char *entry;
    const char *by_context;
    OM_uint32 (*run)(struct given *given, OM_uint32 *minor);
    OM_uint32 (*direct)(void *entry, struct given *given, OM_uint32 *minor);
    const char *cannot_fail;
};
extern const struct entry_row entry_rows[];
extern const size_t n_entry_rows;

/* struct glue_row: a failure without a reason that is the answer of the mechglue or of
 * its built-in SPNEGO, and not ours to explain; why that is so. */
struct glue_row {
    gss_OID *mech;
    const char *call;
    OM_uint32 (*run)(struct given *given, OM_uint32 *minor);
    const char *reason;
};
extern const struct glue_row glue_rows[];
extern const size_t n_glue_rows;

#endif
