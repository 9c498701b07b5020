/* SPDX-License-Identifier: ISC */
/* What the mechanisms are: attributes, name types, SASL names, sentences for minor
 * statuses, interposition. NTLM answers for itself. For SPNEGO the built-in SPNEGO's
 * answers are returned, because they are right for both implementations. */
#include "mech/api/call.h"
#include "mech/glue.h"
#include "mech/oid.h"
#include "mech/status.h"

#include <string.h>

#define N(array) (sizeof(array) / sizeof((array)[0]))

static enum err give_oids(const gss_const_OID *oids, size_t n, gss_OID_set *out_set)
{
    return out_set == NULL ? ERR_OK : oid_set_new(oids, n, out_set);
}

GSS_EXPORT OM_uint32 gss_inquire_attrs_for_mech(OM_uint32 *minor, gss_const_OID mech,
                                                gss_OID_set *mech_attrs,
                                                gss_OID_set *known_attrs)
{
    const gss_const_OID attributes[] = {
        GSS_C_MA_MECH_CONCRETE,
        GSS_C_MA_AUTH_INIT,
        GSS_C_MA_AUTH_INIT_ANON,
        GSS_C_MA_INTEG_PROT,
        GSS_C_MA_CONF_PROT,
        GSS_C_MA_MIC,
        GSS_C_MA_WRAP,
        GSS_C_MA_REPLAY_DET,
        GSS_C_MA_OOS_DET,
        GSS_C_MA_CBINDINGS,
        GSS_C_MA_CTX_TRANS,
        GSS_C_MA_NOT_DFLT_MECH, /* the last one only while NTLM is suppressed */
    };
    size_t n = ntlm_is_suppressed() ? N(attributes) : N(attributes) - 1;
    OM_uint32 unused;
    enum err e;

    (void)mech;
    call_begin_quiet(minor);
    if (known_attrs != NULL) {
        *known_attrs = GSS_C_NO_OID_SET;
    }
    if ((e = give_oids(attributes, n, mech_attrs)) == ERR_OK &&
        (e = give_oids(attributes, n, known_attrs)) != ERR_OK && mech_attrs != NULL) {
        (void)gss_release_oid_set(&unused, mech_attrs);
    }
    return call_end(e, minor);
}

GSS_EXPORT OM_uint32 gssi_inquire_attrs_for_mech(OM_uint32 *minor, gss_const_OID mech,
                                                 gss_OID_set *mech_attrs,
                                                 gss_OID_set *known_attrs)
{
    (void)mech;
    return glue_get()->inquire_attrs_for_mech(minor, glue_builtin_spnego(), mech_attrs,
                                              known_attrs);
}

GSS_EXPORT OM_uint32 gss_inquire_names_for_mech(OM_uint32 *minor, gss_OID mech,
                                                gss_OID_set *name_types)
{
    const gss_const_OID types[] = {
        GSS_C_NT_USER_NAME,         GSS_C_NT_HOSTBASED_SERVICE, GSS_C_NT_ANONYMOUS,
        GSS_KRB5_NT_PRINCIPAL_NAME, GSS_C_NT_EXPORT_NAME,
    };

    (void)mech;
    call_begin_quiet(minor);
    if (name_types == NULL) {
        return call_end(ERR_ARGUMENT, minor);
    }
    return call_end(oid_set_new(types, N(types), name_types), minor);
}

GSS_EXPORT OM_uint32 gssi_inquire_names_for_mech(OM_uint32 *minor, gss_OID mech,
                                                 gss_OID_set *name_types)
{
    (void)mech;
    if (name_types == NULL) {
        return call_end(ERR_ARGUMENT, minor); /* the mechglue would give no minor */
    }
    return glue_get()->inquire_names_for_mech(minor, glue_builtin_spnego(), name_types);
}

/* NTLM's name in SASL (RFC 5801). */
#define SASL_NAME "GS2-NTLM"

static enum err give_text(const char *text, gss_buffer_t out)
{
    BUF_AUTO b = BUF_INIT;

    if (out == NULL) {
        return ERR_OK;
    }
    buf_append_text(&b, text);
    return status_move_to_buffer(out, &b);
}

GSS_EXPORT OM_uint32 gss_inquire_saslname_for_mech(OM_uint32 *minor, const gss_OID mech,
                                                   gss_buffer_t sasl_name,
                                                   gss_buffer_t mech_name,
                                                   gss_buffer_t description)
{
    OM_uint32 unused;
    enum err e;

    call_begin_quiet(minor);
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
    }
    return call_end(e, minor);
}

GSS_EXPORT OM_uint32 gss_inquire_mech_for_saslname(OM_uint32 *minor,
                                                   const gss_buffer_t sasl_name,
                                                   gss_OID *mech)
{
    call_begin_quiet(minor);
    if (!bytes_equal(call_bytes(sasl_name), bytes_str(SASL_NAME))) {
        /* The mechglue returns the last mechanism's result. It does not map the minor of
         * this call, so a minor other than 0 would not get its own sentence. */
        return GSS_S_BAD_MECH;
    }
    if (mech != NULL) {
        *mech = &MECH_OID_NTLM;
    }
    return GSS_S_COMPLETE;
}

/* The sentence of one of our own minors. The thread's detail stays: it belongs to the
 * call that failed. */
static OM_uint32 display_own(OM_uint32 *minor, OM_uint32 value, int type,
                             OM_uint32 *message_context, gss_buffer_t text)
{
    BUF_AUTO out = BUF_INIT;

    call_begin_quiet(minor);
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
    return call_end(status_move_to_buffer(text, &out), minor);
}

GSS_EXPORT OM_uint32 gss_display_status(OM_uint32 *minor, OM_uint32 value, int type,
                                        gss_OID mech, OM_uint32 *message_context,
                                        gss_buffer_t text)
{
    (void)mech;
    return display_own(minor, value, type, message_context, text);
}

/* If noted is "NTLM: " and a text that begins with sentence, *out is that text. Both then
 * describe the same NTLM error: the built-in SPNEGO has returned it without its detail,
 * and noted has the detail. */
static bool repeats_sentence(const char *noted, struct bytes sentence, struct bytes *out)
{
    struct bytes name;

    return bytes_split(bytes_str(noted), ' ', &name, out) &&
           bytes_equal(name, bytes_str("NTLM:")) && bytes_has_prefix(*out, sentence);
}

/* Appends what else was tried and failed to the mechglue's sentence. Some of the built-in
 * SPNEGO's sentences count their NUL. */
static OM_uint32 append_noted(OM_uint32 *minor, const char *noted, gss_buffer_t text)
{
    BUF_AUTO whole = BUF_INIT;
    struct bytes sentence = call_bytes(text);
    struct bytes more;
    OM_uint32 unused;

    sentence.n = sentence.n > 0 ? strnlen((const char *)sentence.p, sentence.n) : 0;
    if (repeats_sentence(noted, sentence, &more)) {
        buf_append(&whole, more);
    } else {
        buf_append(&whole, sentence);
        buf_printf(&whole, "; %s", noted);
    }
    if (buf_status(&whole) != ERR_OK) {
        return GSS_S_COMPLETE; /* text still has the mechglue's sentence */
    }
    (void)gss_release_buffer(&unused, text);
    return call_end(status_move_to_buffer(text, &whole), minor);
}

/* A minor of SPNEGO is one of ours, or one of the mechanism that serves the exchange. */
GSS_EXPORT OM_uint32 gssi_display_status(OM_uint32 *minor, OM_uint32 value, int type,
                                         gss_OID mech, OM_uint32 *message_context,
                                         gss_buffer_t text)
{
    const char *noted = status_appended(value);
    bool is_ours =
        type == GSS_C_MECH_CODE && value != 0 && status_err(value) != ERR_COUNT;

    (void)mech;
    if (is_ours || text == NULL) { /* for NULL the mechglue would give no minor */
        return display_own(minor, value, type, message_context, text);
    }
    OM_uint32 major = glue_get()->display_status(
        minor, value, type, glue_builtin_spnego(), message_context, text);
    if (GSS_ERROR(major) || type != GSS_C_MECH_CODE || noted[0] == '\0') {
        return major;
    }
    return append_noted(minor, noted, text);
}

GSS_EXPORT OM_uint32 gss_indicate_mechs(OM_uint32 *minor, gss_OID_set *mechs)
{
    const gss_const_OID own[] = {&MECH_OID_NTLM};

    call_begin_quiet(minor);
    if (mechs == NULL) {
        return call_end(ERR_ARGUMENT, minor);
    }
    return call_end(oid_set_new(own, N(own), mechs), minor);
}

/* Keeps an OID that we hand out from being freed. The mechglue calls this under its lock,
 * so it compares and calls nothing of the mechglue. */
GSS_EXPORT OM_uint32 gss_internal_release_oid(OM_uint32 *minor, gss_OID *oid)
{
    call_begin_quiet(minor);
    if (oid == NULL || !oid_is_ours(*oid)) {
        return GSS_S_CONTINUE_NEEDED;
    }
    *oid = GSS_C_NO_OID;
    return GSS_S_COMPLETE;
}
GSSI_ALIAS(internal_release_oid);

/* The mechglue calls this under its lock, so it makes a set and calls nothing else of the
 * mechglue. If the mechglue lacks functions that gssi_* needs, the set is empty, and the
 * mechglue keeps its own SPNEGO. */
GSS_EXPORT gss_OID_set gss_mech_interposer(gss_OID mech_type)
{
    const gss_const_OID before[] = {&MECH_OID_SPNEGO};
    gss_OID_set set = GSS_C_NO_OID_SET;

    if (glue_get() == NULL) {
        return GSS_C_NO_OID_SET;
    }
    glue_set_own_oid(mech_type);
    return oid_set_new(before, N(before), &set) == ERR_OK ? set : GSS_C_NO_OID_SET;
}
