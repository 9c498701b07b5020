/* SPDX-License-Identifier: ISC */
/* What every exported function does first and last: GSS arguments in, major and minor
 * out. */
#ifndef MECH_API_CALL_H
#define MECH_API_CALL_H

#include "mech/api/gssi.h"
#include "mech/context.h"
#include "mech/passthrough/ntlm_suppress.h"

/* call_begin_quiet: begins a call that says nothing of its own: one that frees an object,
 * or that asks about the mechanism itself. The thread's detail stays, because such calls
 * come between a failure and gss_display_status: applications free their objects, and the
 * mechglue asks each mechanism for its attributes in gss_indicate_mechs, which .NET calls
 * before it asks for the sentence. minor may be NULL. */
static inline void call_begin_quiet(OM_uint32 *minor)
{
    if (minor != NULL) {
        *minor = 0;
    }
}

/* call_begin: begins every other call: clears the thread's detail. While NTLM is
 * suppressed, this call is nested in another call of the application. The detail belongs
 * to that call and is not cleared. */
static inline void call_begin(OM_uint32 *minor)
{
    if (!ntlm_is_suppressed()) {
        err_note_clear();
    }
    call_begin_quiet(minor);
}

/* call_end: returns the major of e, and writes its minor unless minor is NULL. */
OM_uint32 call_end(enum err e, OM_uint32 *minor);

/* call_bytes: an application's buffer as a view; NULL and empty are the same. */
static inline struct bytes call_bytes(const gss_buffer_desc *buffer)
{
    if (buffer == NULL || buffer->value == NULL) {
        return bytes_of(NULL, 0);
    }
    return bytes_of(buffer->value, buffer->length);
}

/* call_buffer_clear: empties an output buffer, which may be NULL. */
static inline void call_buffer_clear(gss_buffer_t buffer)
{
    if (buffer != NULL) {
        buffer->length = 0;
        buffer->value = NULL;
    }
}

/* call_suppressed: NTLM's answer while it is suppressed
 * (mech/passthrough/ntlm_suppress.h): there is no credential. */
OM_uint32 call_suppressed(OM_uint32 *minor);

/* call_unsupported: ends a call that NTLM does not support. */
OM_uint32 call_unsupported(OM_uint32 *minor);

/* The objects that the glue's opaque handles point to. */
static inline struct mech_name *call_name(gss_name_t name)
{
    return (struct mech_name *)name;
}

static inline struct mech_cred *call_cred(gss_cred_id_t cred)
{
    return (struct mech_cred *)cred;
}

static inline struct mech_context *call_context(gss_ctx_id_t context)
{
    return (struct mech_context *)context;
}

/*
 * call_glue_context: the address of the mechglue's context that an established context of
 * ours wraps: with FRAMING_PASSTHROUGH, or if our SPNEGO has negotiated a mechanism of
 * the mechglue. NULL if there is none. NULL also for a context that is not established,
 * because MIT's mechanisms crash if some functions are called for such a context. The
 * caller then returns the error of context_established.
 *
 * call_glue_handle: the same as a value; GSS_C_NO_CONTEXT if there is none, or if handle
 * is GSS_C_NO_CONTEXT. A raw context never has one, and costs no call here.
 */
gss_ctx_id_t *call_glue_context(gss_ctx_id_t handle);

static inline gss_ctx_id_t call_glue_handle(gss_ctx_id_t handle)
{
    gss_ctx_id_t *glue_context;

    if (handle == GSS_C_NO_CONTEXT || call_context(handle)->framing == FRAMING_RAW) {
        return GSS_C_NO_CONTEXT;
    }
    glue_context = call_glue_context(handle);
    return glue_context == NULL ? GSS_C_NO_CONTEXT : *glue_context;
}

#endif
