/* SPDX-License-Identifier: ISC */
/* One call for each entry of the module, made so that it fails. */
#ifndef TESTS_EXCHANGE_ENTRY_CALLS_H
#define TESTS_EXCHANGE_ENTRY_CALLS_H

#include "tests/exchange/context_calls.h"

/* struct given: the objects on which the calls are made, all of one mechanism. */
struct given {
    gss_OID mech;
    struct login login; /* alice's, complete */
    struct login half;  /* the initiator has sent its first token */
    gss_name_t plain;   /* alice, as this mechanism reads the name */
};

/*
 * struct entry_row: how an entry is made to fail. A member that is NULL is not used.
 * by_context: the name of the call in context_calls, which is made on the half-open
 * context. run: makes the call through the mechglue. direct: calls the module's own
 * function, because the mechglue never calls it so that it fails, or does not pass on its
 * status. cannot_fail: why the entry cannot fail.
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

/* struct glue_row: a failure without a reason that comes from the mechglue or its
 * built-in SPNEGO, so that this module cannot explain it; and why. */
struct glue_row {
    gss_OID *mech;
    const char *call;
    OM_uint32 (*run)(struct given *given, OM_uint32 *minor);
    const char *reason;
};
extern const struct glue_row glue_rows[];
extern const size_t n_glue_rows;

#endif
