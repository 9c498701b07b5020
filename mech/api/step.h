/* SPDX-License-Identifier: ISC */
/* One call of gss_init_sec_context or gss_accept_sec_context, for either OID. */
#ifndef MECH_API_STEP_H
#define MECH_API_STEP_H

#include "mech/context.h"
#include "mech/api/gssi.h"

/* struct step_result: where a leg's results go; all but token may be NULL. */
struct step_result {
    OM_uint32 *minor;
    gss_OID *mech;
    gss_buffer_t token;
    OM_uint32 *flags;
    OM_uint32 *time;
};

/* struct init_call, accept_call: the arguments of the GSS-API, as they came. */
struct init_call {
    gss_ctx_id_t *handle;
    gss_cred_id_t cred;
    gss_name_t target;
    OM_uint32 flags;
    OM_uint32 time;
    gss_channel_bindings_t bindings;
    gss_buffer_t in;
};
struct accept_call {
    gss_ctx_id_t *handle;
    gss_cred_id_t cred;
    gss_buffer_t in;
    gss_channel_bindings_t bindings;
    gss_name_t *source;
    gss_cred_id_t *delegated;
};

/*
 * step_begin_init, step_begin_accept: what a call does first: its results are emptied,
 * its arguments checked (ERR_ARGUMENT), and its context made if *handle is none
 * (*out_made). step_drop: what was made by a call that then failed goes: the glue never
 * deletes it.
 */
MUST_USE enum err step_begin_init(const struct init_call *call, enum mech_via via,
                                  const struct step_result *result, bool *out_made);
MUST_USE enum err step_begin_accept(const struct accept_call *call, enum mech_via via,
                                    const struct step_result *result, bool *out_made);
void step_drop(gss_ctx_id_t *handle, bool made_here);

/* step_init, step_accept: the leg of an exchange that is ours; the results of GSS. The
 * context is there (leg_begin_*). */
OM_uint32 step_init(const struct init_call *call, bool made_here,
                    const struct step_result *result);
OM_uint32 step_accept(const struct accept_call *call, bool made_here,
                      const struct step_result *result);

#endif
