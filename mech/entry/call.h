/* SPDX-License-Identifier: ISC */
/* What every entry does first and last: GSS arguments in, major and minor out. */
#ifndef MECH_ENTRY_CALL_H
#define MECH_ENTRY_CALL_H

#include "asn1/buf.h"
#include "mech/entry/gssi.h"

struct mech_name;
struct mech_cred;
struct mech_context;

/* call_begin: clears the thread's detail. The minor may be NULL in hostile calls. */
void call_begin(OM_uint32 *minor);

/* call_begin_release: the same for what frees: it keeps the detail, for the mechglue and
 * applications free their objects between a failure and gss_display_status. */
void call_begin_release(OM_uint32 *minor);

/* call_end: the major of e; its minor is written if there is a place for it. */
OM_uint32 call_end(enum err e, OM_uint32 *minor);

/* call_bytes: an application's buffer as a view; NULL and empty are the same. */
struct bytes call_bytes(const gss_buffer_desc *buffer);

/* call_buffer_clear: an output buffer that holds nothing yet; NULL is allowed. */
void call_buffer_clear(gss_buffer_t buffer);

/* The objects behind the glue's opaque handles. */
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

#endif
