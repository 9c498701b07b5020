/* SPDX-License-Identifier: ISC */
/* A sequence of calls, played once for every allocation in it, which then fails. */
#ifndef TESTS_HOSTILE_SCENARIO_H
#define TESTS_HOSTILE_SCENARIO_H

#include "tests/exchange/handmade.h"

/* struct fixture: the objects that the calls of a scenario share; all are released after
 * it. spare: an object of whatever kind a call makes only to see it made. */
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

/* scenario_call: one call; its major and minor. SCENARIO_DROPPED: the minor of a call of
 * which the mechglue drops it. */
#define SCENARIO_DROPPED ((OM_uint32)0xffffffff)
typedef OM_uint32 (*scenario_call)(struct fixture *p, OM_uint32 *minor);

#define SCENARIO_MAX 24
struct scenario {
    const char *name;
    scenario_call calls[SCENARIO_MAX]; /* NULL behind the last */
};

/*
 * scenario_play: plays it without a failure, then with the first allocation of our code
 * failing, the second, and so on until there are no more. The call during which it failed
 * answers with an error that has a minor and a sentence, or does without; all before it
 * answer as ever; afterwards, tried now and then, the scenario plays as ever, and no
 * block is left over. Returns how many calls said that they failed.
 */
unsigned scenario_play(const struct scenario *scenario, gss_OID mech,
                       void (*renew)(void));

#endif
