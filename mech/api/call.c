/* SPDX-License-Identifier: ISC */
/* What every exported function does first and last. */
#include "mech/api/call.h"

#include "mech/status.h"

OM_uint32 call_end(enum err e, OM_uint32 *minor)
{
    OM_uint32 unused;

    return status_set(e, minor != NULL ? minor : &unused);
}

OM_uint32 call_suppressed(OM_uint32 *minor)
{
    return call_end(ERR_NO_CRED, minor);
}

OM_uint32 call_unsupported(OM_uint32 *minor)
{
    call_begin(minor);
    return call_end(ERR_UNSUPPORTED, minor);
}

gss_ctx_id_t *call_glue_context(gss_ctx_id_t handle)
{
    struct mech_context *context = call_context(handle);

    if (context_established(context) != ERR_OK) {
        return NULL;
    }
    if (context->framing == FRAMING_PASSTHROUGH) {
        return &context->passthrough;
    }
    struct mechanism *mechanism = context_mechanism(context);
    return mechanism->ops->glue_context(mechanism);
}
