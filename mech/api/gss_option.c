/* SPDX-License-Identifier: ISC */
/* Options and properties by OID, of contexts and of credentials. */
#include "mech/option.h"

#include "mech/api/call.h"
#include "mech/cred.h"
#include "mech/glue.h"
#include "mech/oid.h"
#include "mech/report/trace.h"

static struct bytes oid_bytes(gss_const_OID oid)
{
    return oid == GSS_C_NO_OID ? bytes_of(NULL, 0) : bytes_of(oid->elements, oid->length);
}

/* One buffer as the set that the application releases. */
static enum err give_set(struct buf *b, gss_buffer_set_t *out_set)
{
    gss_buffer_desc member = {b->n, b->p};
    OM_uint32 minor;

    if (gss_create_empty_buffer_set(&minor, out_set) != GSS_S_COMPLETE) {
        return ERR_NO_MEMORY;
    }
    if (gss_add_buffer_set_member(&minor, &member, out_set) != GSS_S_COMPLETE) {
        (void)gss_release_buffer_set(&minor, out_set);
        return ERR_NO_MEMORY;
    }
    return ERR_OK;
}

GSS_EXPORT OM_uint32 gss_inquire_sec_context_by_oid(OM_uint32 *minor,
                                                    const gss_ctx_id_t context,
                                                    const gss_OID option,
                                                    gss_buffer_set_t *out_set)
{
    gss_ctx_id_t glue_context = call_glue_handle(context);
    BUF_AUTO out = BUF_INIT;
    enum err e;

    if (glue_context != GSS_C_NO_CONTEXT) {
        return glue_get()->inquire_sec_context_by_oid(minor, glue_context, option,
                                                      out_set);
    }
    call_begin(minor);
    if (context == GSS_C_NO_CONTEXT || out_set == NULL) {
        return call_end(ERR_ARGUMENT, minor);
    }
    *out_set = GSS_C_NO_BUFFER_SET;
    e = option_inquire(call_context(context), oid_bytes(option), &out);
    return call_end(e != ERR_OK ? e : give_set(&out, out_set), minor);
}
GSSI_ALIAS(inquire_sec_context_by_oid);

/* The value is the file's name, with or without a NUL that ends it. The trace is that of
 * the process, whatever context the option is set on. */
static OM_uint32 set_trace(OM_uint32 *minor, const gss_buffer_desc *value)
{
    struct bytes path = call_bytes(value);

    if (bytes_has_suffix(path, bytes_of("", 1))) {
        path.n--;
    }
    return call_end(trace_to(path), minor);
}

GSS_EXPORT OM_uint32 gss_set_sec_context_option(OM_uint32 *minor, gss_ctx_id_t *context,
                                                const gss_OID option,
                                                const gss_buffer_t value)
{
    gss_ctx_id_t handle = context == NULL ? GSS_C_NO_CONTEXT : *context;

    if (call_glue_handle(handle) != GSS_C_NO_CONTEXT) {
        return glue_get()->set_sec_context_option(minor, call_glue_context(handle),
                                                  option, value);
    }
    call_begin(minor);
    if (oid_is(option, OPTION_TRACE)) {
        return set_trace(minor, value);
    }
    if (handle == GSS_C_NO_CONTEXT) {
        return call_end(ERR_OPTION, minor);
    }
    return call_end(
        option_set(call_context(handle), oid_bytes(option), call_bytes(value)), minor);
}
GSSI_ALIAS(set_sec_context_option);

/* The mechglue passes gss_set_sec_context_option without a context to Kerberos; here the
 * application names the mechanism. */
GSS_EXPORT OM_uint32 gssspi_mech_invoke(OM_uint32 *minor, const gss_OID mech,
                                        const gss_OID object, gss_buffer_t value)
{
    (void)mech;
    call_begin(minor);
    return oid_is(object, OPTION_TRACE) ? set_trace(minor, value)
                                        : call_end(ERR_OPTION, minor);
}

/* NTLM's part takes its own options. The other mechanisms' part, if there is one, gets
 * every option, and its answer counts for those that NTLM does not know. */
GSS_EXPORT OM_uint32 gssspi_set_cred_option(OM_uint32 *minor, gss_cred_id_t *handle,
                                            const gss_OID option,
                                            const gss_buffer_t value)
{
    struct mech_cred *cred;
    OM_uint32 major;
    enum err e;

    call_begin(minor);
    if (handle == NULL || *handle == GSS_C_NO_CREDENTIAL || option == GSS_C_NO_OID) {
        return call_end(ERR_OPTION, minor);
    }
    cred = call_cred(*handle);
    e = cred_set_option(cred, oid_bytes(option), call_bytes(value));
    if (cred->glue_creds == NULL) {
        return call_end(e, minor);
    }
    major = glue_creds_set_option(cred->glue_creds, minor, option, value);
    return e == ERR_OK || major == GSS_S_UNAVAILABLE ? call_end(e, minor) : major;
}
EXPORT_AS(gssi_set_cred_option, gssspi_set_cred_option);

/* The properties are Kerberos'. The built-in SPNEGO's credential has them. But for
 * several mechanisms the mechglue returns the last one's answer, and NTLM's is always an
 * error. So if there is an NTLM part, Kerberos' own credential is inquired. */
GSS_EXPORT OM_uint32 gssi_inquire_cred_by_oid(OM_uint32 *minor,
                                              const gss_cred_id_t handle,
                                              const gss_OID object,
                                              gss_buffer_set_t *data)
{
    const struct mech_cred *cred = call_cred(handle);
    gss_cred_id_t asked = GSS_C_NO_CREDENTIAL;
    gss_cred_id_t krb5;

    call_begin(minor);
    if (cred != NULL) {
        asked = glue_creds_builtin(cred->glue_creds);
    }
    if (asked == GSS_C_NO_CREDENTIAL) {
        return call_end(ERR_OPTION, minor);
    }
    if (cred->name != NULL &&
        glue_creds_get(cred->glue_creds, GLUE_CRED_KRB5, &krb5) == ERR_OK) {
        asked = krb5;
    }
    return glue_get()->inquire_cred_by_oid(minor, asked, object, data);
}

GSS_EXPORT OM_uint32 gssi_set_neg_mechs(OM_uint32 *minor, gss_cred_id_t cred,
                                        const gss_OID_set mechs)
{
    call_begin(minor);
    if (cred == GSS_C_NO_CREDENTIAL || mechs == GSS_C_NO_OID_SET) {
        return call_end(ERR_ARGUMENT, minor);
    }
    return call_end(cred_set_neg_mechs(call_cred(cred), mechs), minor);
}
