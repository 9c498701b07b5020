/* SPDX-License-Identifier: ISC */
/* Errors as GSS majors and minors. */
#include "mech/status.h"

#include "mech/glue.h"

#include <gssapi/gssapi_alloc.h>
#include <stdio.h>
#include <string.h>

/* An error that is not listed is GSS_S_FAILURE. */
static const OM_uint32 majors[ERR_COUNT] = {
    [ERR_ARGUMENT] = GSS_S_CALL_BAD_STRUCTURE | GSS_S_FAILURE,
    [ERR_UNSUPPORTED] = GSS_S_UNAVAILABLE,
    [ERR_CONTEXT_FAILED] = GSS_S_NO_CONTEXT,
    [ERR_NOT_ESTABLISHED] = GSS_S_NO_CONTEXT,
    [ERR_OPTION] = GSS_S_UNAVAILABLE,
    [ERR_NO_SESSION_KEY] = GSS_S_UNAVAILABLE,
    [ERR_STATE] = GSS_S_DEFECTIVE_TOKEN,
    [ERR_TRUNCATED] = GSS_S_DEFECTIVE_TOKEN,
    [ERR_TOO_LARGE] = GSS_S_DEFECTIVE_TOKEN,
    [ERR_DER] = GSS_S_DEFECTIVE_TOKEN,
    [ERR_TOKEN_UNKNOWN] = GSS_S_DEFECTIVE_TOKEN,
    [ERR_NEG_TOKEN] = GSS_S_DEFECTIVE_TOKEN,
    [ERR_NEG_STATE] = GSS_S_DEFECTIVE_TOKEN,
    [ERR_NEG_MECH] = GSS_S_DEFECTIVE_TOKEN,
    [ERR_NEG_NO_COMMON] = GSS_S_BAD_MECH,
    [ERR_NEG_REJECTED] = GSS_S_FAILURE,
    [ERR_NEG_MIC_MISSING] = GSS_S_DEFECTIVE_TOKEN,
    [ERR_NEG_MIC_BAD] = GSS_S_BAD_SIG,
    [ERR_NEG_MIC_TWICE] = GSS_S_DEFECTIVE_TOKEN,
    [ERR_NEG_NO_INTEG] = GSS_S_DEFECTIVE_TOKEN,
    [ERR_NTLM_SIGNATURE] = GSS_S_DEFECTIVE_TOKEN,
    [ERR_NTLM_TYPE] = GSS_S_DEFECTIVE_TOKEN,
    [ERR_NTLM_FIELD] = GSS_S_DEFECTIVE_TOKEN,
    [ERR_NTLM_FLAGS] = GSS_S_DEFECTIVE_TOKEN,
    [ERR_NTLM_CHARSET] = GSS_S_DEFECTIVE_TOKEN,
    [ERR_NTLM_AVPAIR] = GSS_S_DEFECTIVE_TOKEN,
    [ERR_NTLM_RESPONSE] = GSS_S_DEFECTIVE_TOKEN,
    [ERR_NTLM_SESSION_KEY] = GSS_S_DEFECTIVE_TOKEN,
    [ERR_UTF16] = GSS_S_DEFECTIVE_TOKEN,
    [ERR_UTF8] = GSS_S_BAD_NAME,
    [ERR_ACCOUNT_EXPIRED] = GSS_S_CREDENTIALS_EXPIRED,
    [ERR_PASSWORD_EXPIRED] = GSS_S_CREDENTIALS_EXPIRED,
    [ERR_NTLM_LEVEL] = GSS_S_UNAUTHORIZED,
    [ERR_ANONYMOUS] = GSS_S_UNAUTHORIZED,
    [ERR_GUEST] = GSS_S_UNAUTHORIZED,
    [ERR_NTLM_MIC_MISSING] = GSS_S_DEFECTIVE_TOKEN,
    [ERR_NTLM_MIC_BAD] = GSS_S_DEFECTIVE_TOKEN,
    [ERR_NTLM_TARGET_INFO] = GSS_S_DEFECTIVE_TOKEN,
    [ERR_CHALLENGE_EXPIRED] = GSS_S_CONTEXT_EXPIRED,
    [ERR_BINDINGS] = GSS_S_BAD_BINDINGS,
    [ERR_BINDINGS_MISSING] = GSS_S_UNAUTHORIZED,
    [ERR_MIC_REQUIRED] = GSS_S_UNAUTHORIZED,
    [ERR_TARGET_NAME] = GSS_S_UNAUTHORIZED,
    [ERR_PROTECTION] = GSS_S_UNAUTHORIZED,
    [ERR_POLICY] = GSS_S_UNAUTHORIZED,
    [ERR_FIPS] = GSS_S_UNAUTHORIZED,
    [ERR_SIGNATURE] = GSS_S_BAD_SIG,
    [ERR_SIGNATURE_LEN] = GSS_S_DEFECTIVE_TOKEN,
    [ERR_EXPORTED] = GSS_S_DEFECTIVE_TOKEN,
    [ERR_SEQUENCE] = GSS_S_BAD_SIG,
    [ERR_NO_PROTECTION] = GSS_S_UNAVAILABLE,
    [ERR_QOP] = GSS_S_BAD_QOP,
    [ERR_NO_CRED] = GSS_S_NO_CRED,
    [ERR_NO_AUTHORITY] = GSS_S_NO_CRED,
    [ERR_CRED_USAGE] = GSS_S_NO_CRED,
    [ERR_CRED_NTLM_ALONE] = GSS_S_NO_CRED,
    [ERR_NAME] = GSS_S_BAD_NAME,
    [ERR_NAME_LENGTH] = GSS_S_BAD_NAME,
    [ERR_NAME_TYPE] = GSS_S_BAD_NAMETYPE,
    [ERR_CACHED_BINDINGS] = GSS_S_NO_CRED,
    [ERR_LEFT_OUT] = GSS_S_NO_CRED,
    [ERR_NO_REPLY] = GSS_S_DEFECTIVE_TOKEN,
    [ERR_NOT_STORED] = GSS_S_UNAVAILABLE,
    [ERR_STORED_BEFORE] = GSS_S_DUPLICATE_ELEMENT,
    [ERR_LOCAL_ACCOUNT] = GSS_S_UNAVAILABLE, /* as without gss_localname */
};

enum err status_glue(OM_uint32 major, OM_uint32 minor)
{
    struct failure *last = failure_last();

    if (!GSS_ERROR(major)) {
        return ERR_OK;
    }
    last->major = major;
    last->minor = minor;
    last->later[0] = '\0';
    return ERR_GLUE;
}

bool status_is_absence(enum err e)
{
    return e == ERR_NO_CRED || e == ERR_NO_AUTHORITY || e == ERR_LEFT_OUT;
}

/* Appends the glue's text for its status: for the minor, or for the major if the minor is
 * 0. (The length of some sentences of the built-in SPNEGO includes their NUL.) */
static void append_glue_text(struct buf *out, OM_uint32 major, OM_uint32 minor)
{
    gss_buffer_desc text = GSS_C_EMPTY_BUFFER;
    OM_uint32 more = 0;
    OM_uint32 unused;
    OM_uint32 failed = glue_get()->display_status(
        &unused, minor != 0 ? minor : major,
        minor != 0 ? GSS_C_MECH_CODE : GSS_C_GSS_CODE, GSS_C_NO_OID, &more, &text);

    if (!GSS_ERROR(failed) && text.length > 0) {
        buf_append(out, bytes_of(text.value, strnlen(text.value, text.length)));
    }
    (void)gss_release_buffer(&unused, &text);
}

void status_failure_text(struct buf *out, const struct failure *failure)
{
    if (failure->major != 0) {
        append_glue_text(out, failure->major, failure->minor);
        return;
    }
    buf_append_text(out, err_sentence(failure->code));
    if (failure->detail[0] != '\0') {
        buf_printf(out, " (%s)", failure->detail);
    }
}

void status_append(struct failure *failure, const char *mech, struct failure later)
{
    BUF_AUTO text = BUF_INIT;

    buf_append_text(&text, failure->later);
    buf_printf(&text, "%s%s: ", text.n > 0 ? "; " : "", mech);
    status_failure_text(&text, &later);
    (void)err_note(ERR_GLUE, "%s", buf_cstr(&text)); /* as long as a detail */
    (void)snprintf(failure->later, sizeof(failure->later), "%s", err_note_get(ERR_GLUE));
    (void)failure_raise(failure);
}

void status_clear_appended(void)
{
    failure_last()->later[0] = '\0';
}

const char *status_appended(OM_uint32 minor)
{
    return minor == failure_last()->minor ? failure_last()->later : "";
}

OM_uint32 status_major(enum err e)
{
    if (e == ERR_OK) {
        return GSS_S_COMPLETE;
    }
    return (size_t)e < ERR_COUNT && majors[e] != 0 ? majors[e] : GSS_S_FAILURE;
}

OM_uint32 status_set(enum err e, OM_uint32 *out_minor)
{
    const struct failure *last = failure_last();

    if (e == ERR_GLUE && last->major != 0) {
        *out_minor = last->minor;
        return last->major;
    }
    *out_minor = e == ERR_OK ? 0 : STATUS_MINOR_BASE + (OM_uint32)e;
    return status_major(e);
}

enum err status_err(OM_uint32 minor)
{
    if (minor == 0) {
        return ERR_OK;
    }
    if (minor <= STATUS_MINOR_BASE || minor - STATUS_MINOR_BASE >= ERR_COUNT) {
        return ERR_COUNT;
    }
    return (enum err)(minor - STATUS_MINOR_BASE);
}

void status_text(struct buf *out, OM_uint32 minor)
{
    const struct failure failure = failure_of(status_err(minor));

    status_failure_text(out, &failure);
}

enum err status_move_to_buffer(gss_buffer_t out, struct buf *b)
{
    enum err e = buf_status(b);

    out->length = 0;
    out->value = NULL;
    if (e != ERR_OK || b->n == 0) {
        buf_cleanup(b);
        return e; /* gss_release_buffer frees nothing of length 0 */
    }
    out->value = gssalloc_malloc(b->n + 1);
    if (out->value == NULL) {
        return ERR_NO_MEMORY;
    }
    memcpy(out->value, b->p, b->n);
    ((char *)out->value)[b->n] = '\0';
    out->length = b->n;
    buf_cleanup(b);
    return ERR_OK;
}

enum err reserved_output_make(struct reserved_output *reserved, size_t n, size_t extra)
{
    if (n >= SIZE_MAX - extra) {
        return ERR_NO_MEMORY;
    }
    reserved->p = gssalloc_malloc(n + extra + 1);
    return reserved->p == NULL ? ERR_NO_MEMORY : ERR_OK;
}

void reserved_output_move(struct reserved_output *reserved, gss_buffer_t out, size_t n)
{
    out->length = n;
    out->value = NULL;
    if (n > 0) { /* gss_release_buffer frees nothing of length 0 */
        out->value = reserved->p;
        reserved->p = NULL;
    }
}

void reserved_output_drop(struct reserved_output *reserved)
{
    gssalloc_free(reserved->p);
    reserved->p = NULL;
}
