/* SPDX-License-Identifier: ISC */
/* What every entry does first and last. */
#include "mech/api/call.h"

#include "mech/cred.h"
#include "mech/status.h"

OM_uint32 call_end(enum err e, OM_uint32 *minor)
{
    OM_uint32 unused;

    return status_set(e, minor != NULL ? minor : &unused);
}

/* The application's key-value set as the plain pairs that cred_source_read takes. */
enum err call_read_store(gss_const_key_value_set_t store, struct cred_source *source)
{
    struct cred_store_key keys[32];

    if (store == NULL) {
        return ERR_OK;
    }
    if (store->count > sizeof(keys) / sizeof(keys[0])) {
        return err_note(ERR_CRED_KEY, "more than %zu keys",
                        sizeof(keys) / sizeof(keys[0]));
    }
    for (size_t i = 0; i < store->count; i++) {
        keys[i].key = store->elements[i].key;
        keys[i].value = store->elements[i].value;
    }
    return cred_source_read(keys, store->count, source);
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

OM_uint32 call_unsupported_of(OM_uint32 *minor, gss_ctx_id_t handle)
{
    enum err e = ERR_ARGUMENT;

    call_begin(minor);
    if (handle != GSS_C_NO_CONTEXT) {
        e = context_established(call_context(handle));
    }
    return call_end(e == ERR_OK ? ERR_UNSUPPORTED : e, minor);
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

void call_clear_acquired(const struct acquired *out)
{
    call_begin(out->minor);
    if (out->cred != NULL) {
        *out->cred = GSS_C_NO_CREDENTIAL;
    }
    if (out->mechs != NULL) {
        *out->mechs = GSS_C_NO_OID_SET;
    }
    if (out->time != NULL) {
        *out->time = 0;
    }
}
