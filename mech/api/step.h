/* SPDX-License-Identifier: ISC */
/* One call of gss_init_sec_context or gss_accept_sec_context, for either OID. */
#ifndef MECH_API_STEP_H
#define MECH_API_STEP_H

#include "mech/api/gssi.h"
#include "mech/context.h"

/* struct step_result: where a call writes its results. All but token may be NULL. */
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
 * step_init, step_accept: one whole call, from its arguments to its results. The first
 * call decides the route of the exchange (mech/passthrough/route.h). A call that makes
 * the context and then fails deletes it, because the mechglue never does.
 */
OM_uint32 step_init(enum mech_via via, const struct init_call *call,
                    const struct step_result *result);
OM_uint32 step_accept(enum mech_via via, const struct accept_call *call,
                      const struct step_result *result);

#endif
