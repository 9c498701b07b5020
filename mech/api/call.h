/* SPDX-License-Identifier: ISC */
/* What every entry does first and last: GSS arguments in, major and minor out. */
#ifndef MECH_API_CALL_H
#define MECH_API_CALL_H

#include "base/buf.h"
#include "mech/api/gssi.h"

struct mech_name;
struct mech_cred;
struct mech_context;
struct cred_source;

/* call_begin: clears the thread's detail, but not where NTLM is hidden: it is that of the
 * call around this one. The minor may be NULL in hostile calls. */
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

/* struct acquired: where an acquire call's results go; all but cred may be NULL. */
struct acquired {
    OM_uint32 *minor;
    gss_cred_id_t *cred;
    gss_OID_set *mechs;
    OM_uint32 *time;
};

/* call_clear_acquired: begins an acquire call: all its results are empty. */
void call_clear_acquired(const struct acquired *out);

/* call_read_store: the application's key-value set, read as cred_source_read does. */
MUST_USE enum err call_read_store(gss_const_key_value_set_t store,
                                  struct cred_source *source);

/* NTLM's functions under names that may be called inside the module. */
__typeof__(gss_display_name) call_display_name;
__typeof__(gss_compare_name) call_compare_name;
__typeof__(gss_duplicate_name) call_duplicate_name;
__typeof__(gss_export_name) call_export_name;
__typeof__(gss_inquire_name) call_inquire_name;
__typeof__(gss_get_mic) call_get_mic;
__typeof__(gss_verify_mic) call_verify_mic;
__typeof__(gss_wrap) call_wrap;
__typeof__(gss_unwrap) call_unwrap;
__typeof__(gss_wrap_size_limit) call_wrap_size_limit;
__typeof__(gss_wrap_aead) call_wrap_aead;
__typeof__(gss_unwrap_aead) call_unwrap_aead;
__typeof__(gss_wrap_iov) call_wrap_iov;
__typeof__(gss_localname) call_localname;
__typeof__(gss_wrap_iov_length) call_wrap_iov_length;
__typeof__(gss_unwrap_iov) call_unwrap_iov;
__typeof__(gss_get_mic_iov) call_get_mic_iov;
__typeof__(gss_get_mic_iov_length) call_get_mic_iov_length;
__typeof__(gss_verify_mic_iov) call_verify_mic_iov;
__typeof__(gss_process_context_token) call_process_context_token;
__typeof__(gss_context_time) call_context_time;
__typeof__(gss_inquire_context) call_inquire_context;
__typeof__(gss_inquire_sec_context_by_oid) call_inquire_sec_context_by_oid;
__typeof__(gss_set_sec_context_option) call_set_sec_context_option;
__typeof__(gss_display_status) call_display_status;

/* call_export_context: hands out's application the token of NTLM's context, appended to
 * token (empty, or what goes in front); the context is then gone. On an error it stays.
 */
MUST_USE enum err call_export_context(gss_ctx_id_t *handle, struct buf *token,
                                      gss_buffer_t out);

/* call_suppressed: NTLM's answer where it is hidden (mech/passthrough/ntlm_suppress.h):
 * no credential. */
OM_uint32 call_suppressed(OM_uint32 *minor);

/* call_unsupported: what NTLM does not have. */
OM_uint32 call_unsupported(OM_uint32 *minor);

/* call_unsupported_of: the same of a context, which must be established first. */
OM_uint32 call_unsupported_of(OM_uint32 *minor, gss_ctx_id_t handle);

/*
 * call_glue_context: where the glue's context behind ours is: that of an exchange handed
 * on, or of a mechanism of the glue under our SPNEGO; NULL if there is none, or if ours
 * is not established: MIT's mechanisms do not stand each call on a half-open context, so
 * what is not for one is refused here (by call_*, with context_established's errors).
 * call_glue_handle: the same as a value.
 */
gss_ctx_id_t *call_glue_context(gss_ctx_id_t handle);
gss_ctx_id_t call_glue_handle(gss_ctx_id_t context);

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
