/* SPDX-License-Identifier: ISC */
/* NTLM's contexts as tokens. */
#include "mech/context.h"
#include "mech/api/call.h"
#include "mech/status.h"

enum err call_export_context(gss_ctx_id_t *handle, struct buf *token, gss_buffer_t out)
{
    enum err e = context_export(call_context(*handle), token);

    if (e != ERR_OK || (e = status_move_to_buffer(out, token)) != ERR_OK) {
        return e;
    }
    context_free(call_context(*handle));
    *handle = GSS_C_NO_CONTEXT;
    return ERR_OK;
}

/* RFC 2743 2.2.8: on success the context is gone here; on failure it stays. */
GSS_EXPORT OM_uint32 gss_export_sec_context(OM_uint32 *minor, gss_ctx_id_t *context,
                                            gss_buffer_t out)
{
    BUF_AUTO token = BUF_INIT;

    call_begin(minor);
    call_buffer_clear(out);
    if (context == NULL || *context == GSS_C_NO_CONTEXT || out == NULL) {
        return call_end(ERR_ARGUMENT, minor);
    }
    return call_end(call_export_context(context, &token, out), minor);
}

GSS_EXPORT OM_uint32 gss_import_sec_context(OM_uint32 *minor, gss_buffer_t token,
                                            gss_ctx_id_t *context)
{
    struct mech_context *imported;
    enum err e;

    call_begin(minor);
    if (context == NULL || token == NULL) {
        return call_end(ERR_ARGUMENT, minor);
    }
    e = context_import(call_bytes(token), &imported);
    *context = (gss_ctx_id_t)imported;
    return call_end(e, minor);
}
