/* SPDX-License-Identifier: ISC */
/* What the mechanisms are: attributes, name types, SASL names, statuses, interposition.
 */
#include "mech/api/call.h"
#include "mech/glue.h"
#include "mech/passthrough/ntlm_suppress.h"
#include "mech/oid.h"
#include "mech/status.h"

#include <string.h>

#define N(array) (sizeof(array) / sizeof((array)[0]))

/* RFC 5587 attributes, by libgssapi's constants. */
static enum err give_attributes(const gss_const_OID *const *attributes, size_t n,
                                gss_OID_set *out_set)
{
    gss_const_OID list[16];

    if (out_set == NULL) {
        return ERR_OK;
    }
    for (size_t i = 0; i < n && i < N(list); i++) {
        list[i] = *attributes[i];
    }
    return oid_set_new(list, n, out_set);
}

/* The last one only where NTLM is hidden. */
static const gss_const_OID *const ntlm_attributes[] = {
    &GSS_C_MA_MECH_CONCRETE, &GSS_C_MA_AUTH_INIT,  &GSS_C_MA_AUTH_INIT_ANON,
    &GSS_C_MA_INTEG_PROT,    &GSS_C_MA_CONF_PROT,  &GSS_C_MA_MIC,
    &GSS_C_MA_WRAP,          &GSS_C_MA_REPLAY_DET, &GSS_C_MA_OOS_DET,
    &GSS_C_MA_CBINDINGS,     &GSS_C_MA_CTX_TRANS,  &GSS_C_MA_NOT_DFLT_MECH,
};

static OM_uint32 inquire_attributes(OM_uint32 *minor, const gss_const_OID *const *own,
                                    size_t n_own, gss_OID_set *mech_attrs,
                                    gss_OID_set *known_attrs)
{
    OM_uint32 unused;
    enum err e;

    call_begin(minor);
    if (mech_attrs != NULL) {
        *mech_attrs = GSS_C_NO_OID_SET;
    }
    if (known_attrs != NULL) {
        *known_attrs = GSS_C_NO_OID_SET;
    }
    if ((e = give_attributes(own, n_own, mech_attrs)) != ERR_OK) {
        return call_end(e, minor);
    }
    e = give_attributes(own, n_own, known_attrs);
    if (e != ERR_OK && mech_attrs != NULL) {
        (void)gss_release_oid_set(&unused, mech_attrs);
    }
    return call_end(e, minor);
}

GSS_EXPORT OM_uint32 gss_inquire_attrs_for_mech(OM_uint32 *minor, gss_const_OID mech,
                                                gss_OID_set *mech_attrs,
                                                gss_OID_set *known_attrs)
{
    size_t n = ntlm_is_suppressed() ? N(ntlm_attributes) : N(ntlm_attributes) - 1;

    (void)mech;
    return inquire_attributes(minor, ntlm_attributes, n, mech_attrs, known_attrs);
}

GSS_EXPORT OM_uint32 gss_inquire_names_for_mech(OM_uint32 *minor, gss_OID mech,
                                                gss_OID_set *name_types)
{
    const gss_const_OID types[] = {
        GSS_C_NT_USER_NAME,         GSS_C_NT_HOSTBASED_SERVICE, GSS_C_NT_ANONYMOUS,
        GSS_KRB5_NT_PRINCIPAL_NAME, GSS_C_NT_EXPORT_NAME,
    };

    (void)mech;
    call_begin(minor);
    if (name_types == NULL) {
        return call_end(ERR_ARGUMENT, minor);
    }
    return call_end(oid_set_new(types, N(types), name_types), minor);
}

/* RFC 5801: NTLM's name in SASL; SPNEGO has none that a module may give. */
#define SASL_NAME "GS2-NTLM"

static enum err give_text(const char *text, gss_buffer_t out)
{
    BUF_AUTO b = BUF_INIT;

    if (out == NULL) {
        return ERR_OK;
    }
    buf_put_text(&b, text);
    return status_move_to_buffer(out, &b);
}

GSS_EXPORT OM_uint32 gss_inquire_saslname_for_mech(OM_uint32 *minor, const gss_OID mech,
                                                   gss_buffer_t sasl_name,
                                                   gss_buffer_t mech_name,
                                                   gss_buffer_t description)
{
    OM_uint32 unused;
    enum err e;

    call_begin(minor);
    call_buffer_clear(sasl_name);
    call_buffer_clear(mech_name);
    call_buffer_clear(description);
    if (mech != GSS_C_NO_OID && !oid_equal(mech, &MECH_OID_NTLM)) {
        return call_end(ERR_UNSUPPORTED, minor);
    }
    if ((e = give_text(SASL_NAME, sasl_name)) != ERR_OK ||
        (e = give_text("gss-negotiate NTLM", mech_name)) != ERR_OK ||
        (e = give_text("NTLM as Windows speaks it ([MS-NLMP])", description)) != ERR_OK) {
        (void)gss_release_buffer(&unused, sasl_name);
        (void)gss_release_buffer(&unused, mech_name);
        return call_end(e, minor);
    }
    return GSS_S_COMPLETE;
}

GSS_EXPORT OM_uint32 gss_inquire_mech_for_saslname(OM_uint32 *minor,
                                                   const gss_buffer_t sasl_name,
                                                   gss_OID *mech)
{
    call_begin(minor);
    if (!bytes_equal(call_bytes(sasl_name), bytes_str(SASL_NAME))) {
        /* The glue returns what the last mechanism said. It does not map the minor, so
         * that no minor but 0 would have a sentence. */
        return GSS_S_BAD_MECH;
    }
    if (mech != NULL) {
        *mech = &MECH_OID_NTLM;
    }
    return GSS_S_COMPLETE;
}

OM_uint32 call_display_status(OM_uint32 *minor, OM_uint32 value, int type, gss_OID mech,
                              OM_uint32 *message_context, gss_buffer_t text)
{
    BUF_AUTO out = BUF_INIT;
    OM_uint32 unused;

    (void)mech;
    /* The detail belongs to the call that failed: it must outlive this one. */
    if (minor != NULL) {
        *minor = 0;
    }
    call_buffer_clear(text);
    if (message_context != NULL) {
        *message_context = 0;
    }
    if (text == NULL) {
        return call_end(ERR_ARGUMENT, minor);
    }
    if (type != GSS_C_MECH_CODE) {
        (void)call_end(ERR_ARGUMENT, minor);
        return GSS_S_BAD_STATUS;
    }
    status_text(&out, value);
    return status_set(status_move_to_buffer(text, &out), minor != NULL ? minor : &unused);
}
EXPORT_AS(gss_display_status, call_display_status);

GSS_EXPORT OM_uint32 gss_indicate_mechs(OM_uint32 *minor, gss_OID_set *mechs)
{
    const gss_const_OID own[] = {&MECH_OID_NTLM};

    call_begin(minor);
    if (mechs == NULL) {
        return call_end(ERR_ARGUMENT, minor);
    }
    return call_end(oid_set_new(own, N(own), mechs), minor);
}

/* Called under the glue's lock: compares, and calls nothing of the glue. An OID that we
 * hand out is not to be freed. */
GSS_EXPORT OM_uint32 gss_internal_release_oid(OM_uint32 *minor, gss_OID *oid)
{
    if (minor != NULL) {
        *minor = 0;
    }
    if (oid == NULL || !oid_is_kept(*oid)) {
        return GSS_S_CONTINUE_NEEDED;
    }
    *oid = GSS_C_NO_OID;
    return GSS_S_COMPLETE;
}
GSSI_ALIAS(internal_release_oid);

/* Called under the glue's lock: makes a set, and calls nothing else of the glue. */
GSS_EXPORT gss_OID_set gss_mech_interposer(gss_OID mech_type)
{
    const gss_const_OID before[] = {&MECH_OID_SPNEGO};
    gss_OID_set set = GSS_C_NO_OID_SET;

    if (glue_get() == NULL) {
        return GSS_C_NO_OID_SET; /* a glue that lacks what gssi_* needs keeps its SPNEGO
                                  */
    }
    glue_set_own_oid(mech_type);
    return oid_set_new(before, N(before), &set) == ERR_OK ? set : GSS_C_NO_OID_SET;
}
