/* SPDX-License-Identifier: ISC */
/* A sequence of calls, played once for every allocation in it, which then fails. */
#ifndef TESTS_HOSTILE_SCENE_H
#define TESTS_HOSTILE_SCENE_H

#include "tests/exchange/handmade.h"

/* struct props: what the calls of a scene leave for one another; all is released behind
 * it. spare: an object of whatever kind a call makes only to see it made. */
struct props {
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

/* scene_call: one call; its major and minor. SCENE_DROPPED: the minor of a call of which
 * the mechglue drops it. */
#define SCENE_DROPPED ((OM_uint32)0xffffffff)
typedef OM_uint32 (*scene_call)(struct props *p, OM_uint32 *minor);

#define SCENE_MAX 24
struct scene {
    const char *name;
    scene_call calls[SCENE_MAX]; /* NULL behind the last */
};

/*
 * scene_play: plays it without a failure, then with the first allocation of our code
 * failing, the second, and so on until there are no more. The call during which it failed
 * answers with an error that has a minor and a sentence, or does without; all before it
 * answer as ever; afterwards, tried now and then, the scene plays as ever, and no block
 * is left over. Returns how many calls said that they failed.
 */
unsigned scene_play(const struct scene *scene, gss_OID mech, void (*renew)(void));

#endif
