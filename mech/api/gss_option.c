/* SPDX-License-Identifier: ISC */
/* Options and properties by OID. */
#include "mech/option.h"

#include "mech/api/call.h"
#include "mech/oid.h"
#include "mech/status.h"
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

OM_uint32 call_inquire_sec_context_by_oid(OM_uint32 *minor, const gss_ctx_id_t context,
                                          const gss_OID option, gss_buffer_set_t *out_set)
{
    BUF_AUTO out = BUF_INIT;
    enum err e;

    call_begin(minor);
    if (context == GSS_C_NO_CONTEXT || out_set == NULL) {
        return call_end(ERR_ARGUMENT, minor);
    }
    *out_set = GSS_C_NO_BUFFER_SET;
    e = option_inquire(call_context(context), oid_bytes(option), &out);
    if (e != ERR_OK) {
        return call_end(e, minor);
    }
    return call_end(give_set(&out, out_set), minor);
}
EXPORT_AS(gss_inquire_sec_context_by_oid, call_inquire_sec_context_by_oid);

/* The value is the file's name, with or without a NUL that ends it. It is for the
 * process, whatever context it comes by. */
static OM_uint32 set_trace(OM_uint32 *minor, const gss_buffer_desc *value)
{
    struct bytes path = call_bytes(value);

    if (bytes_has_suffix(path, bytes_of("", 1))) {
        path.n--;
    }
    return call_end(trace_to(path), minor);
}

OM_uint32 call_set_sec_context_option(OM_uint32 *minor, gss_ctx_id_t *context,
                                      const gss_OID option, const gss_buffer_t value)
{
    call_begin(minor);
    if (oid_is(option, OPTION_TRACE)) {
        return set_trace(minor, value);
    }
    if (context == NULL || *context == GSS_C_NO_CONTEXT) {
        return call_end(ERR_OPTION, minor);
    }
    return call_end(
        option_set(call_context(*context), oid_bytes(option), call_bytes(value)), minor);
}
EXPORT_AS(gss_set_sec_context_option, call_set_sec_context_option);

/* The mechglue leads a call without a context to Kerberos; here it names the mechanism.
 */
GSS_EXPORT OM_uint32 gssspi_mech_invoke(OM_uint32 *minor, const gss_OID mech,
                                        const gss_OID object, gss_buffer_t value)
{
    (void)mech;
    call_begin(minor);
    return oid_is(object, OPTION_TRACE) ? set_trace(minor, value)
                                        : call_end(ERR_OPTION, minor);
}

GSS_EXPORT OM_uint32 gssspi_set_cred_option(OM_uint32 *minor, gss_cred_id_t *cred,
                                            const gss_OID option,
                                            const gss_buffer_t value)
{
    call_begin(minor);
    if (cred == NULL || *cred == GSS_C_NO_CREDENTIAL) {
        return call_end(ERR_OPTION, minor);
    }
    return call_end(
        cred_set_option(call_cred(*cred), oid_bytes(option), call_bytes(value)), minor);
}
