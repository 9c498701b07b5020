/* SPDX-License-Identifier: ISC */
/* Runs a sequence of calls once for every allocation in it; this allocation fails. */
#ifndef TESTS_HOSTILE_SCENARIO_H
#define TESTS_HOSTILE_SCENARIO_H

#include "tests/exchange/handmade.h"

/* struct fixture: the objects that the calls of a scenario share; all are released at its
 * end. spare: an object that a call makes and no other uses. */
struct fixture {
    gss_OID mech;
    struct login login;
    gss_cred_id_t cred;
    gss_cred_id_t other_cred;
    gss_name_t name;
    gss_name_t other_name;
    gss_name_t mech_name;
    gss_ctx_id_t context;
    gss_OID_set set;
    gss_buffer_desc text;
    gss_buffer_desc token;
    gss_buffer_set_t buffers;
};

/* scenario_call: one call; returns its major and minor. SCENARIO_DROPPED: the minor of a
 * call whose minor the mechglue does not report. */
#define SCENARIO_DROPPED ((OM_uint32)0xffffffff)
typedef OM_uint32 (*scenario_call)(struct fixture *p, OM_uint32 *minor);

#define SCENARIO_MAX 24
struct scenario {
    const char *name;
    scenario_call calls[SCENARIO_MAX]; /* the last is NULL */
};

/*
 * scenario_play: runs the scenario without a failure, then with the first allocation of
 * our code failing, with the second, and so on until all have failed once. A call in
 * which an allocation fails must return an error with a minor and a sentence, or succeed;
 * all calls before it must return what they returned without the failure. After every few
 * runs the scenario must succeed again and leave no block. Returns how many calls failed.
 */
unsigned scenario_play(const struct scenario *scenario, gss_OID mech,
                       void (*renew)(void));

#endif
