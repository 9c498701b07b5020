/* SPDX-License-Identifier: ISC */
/* Credentials to tokens: NTLM's in our form, without one the built-in SPNEGO's own. */
#include "base/secret.h"
#include "mech/cred_token.h"
#include "mech/api/call.h"
#include "mech/glue_token.h"
#include "mech/glue.h"
#include "mech/spnego/fallback.h"
#include "mech/status.h"

/* The glue's token of one part; it holds keys. */
static enum err export_part(struct glue_creds *glue_creds, enum glue_cred_kind kind,
                            struct buf *out)
{
    gss_buffer_desc token = GSS_C_EMPTY_BUFFER;
    gss_cred_id_t cred;
    OM_uint32 minor = 0;
    OM_uint32 unused;
    enum err e = glue_creds_get(glue_creds, kind, &cred);

    if (e != ERR_OK) {
        return e;
    }
    OM_uint32 major = glue_get()->export_cred(&minor, cred, &token);
    e = status_glue(major, minor);
    buf_put(out, call_bytes(&token));
    if (token.value != NULL) {
        secret_wipe(token.value, token.length);
    }
    (void)gss_release_buffer(&unused, &token);
    return e == ERR_OK ? buf_status(out) : e;
}

/* What NTLM may follow is no reason to export nothing; a wrong password is. */
static bool is_absence(enum err e)
{
    OM_uint32 major;
    OM_uint32 minor;

    return e == ERR_NO_CRED || e == ERR_CRED_NTLM_ALONE ||
           (e == ERR_GLUE && status_last_glue(&major, &minor) &&
            fallback_find(minor) != NULL);
}

/* Kerberos says why it is not there; the built-in SPNEGO, which then has nothing either,
 * only that it has not. */
static enum err export_parts(const struct mech_cred *cred, struct buf *parts,
                             struct cred_glue_tokens *views)
{
    static const enum glue_cred_kind kinds[] = {GLUE_CRED_KRB5, GLUE_CRED_BUILTIN};
    bool is_absent = false;

    for (size_t i = 0; cred->glue_creds != NULL && i < GLUE_CRED_KINDS; i++) {
        enum glue_cred_kind kind = kinds[i];
        enum err e = export_part(cred->glue_creds, kind, &parts[kind]);

        is_absent = is_absence(e) || (is_absent && e == ERR_GLUE);
        if (e != ERR_OK && !is_absent) {
            return e;
        }
        views->of[kind] = e == ERR_OK ? buf_bytes(&parts[kind]) : bytes_of(NULL, 0);
    }
    return ERR_OK;
}

static enum err export_with_ntlm(const struct mech_cred *cred, struct buf *out)
{
    struct buf parts[GLUE_CRED_KINDS] = {BUF_INIT};
    struct cred_glue_tokens views = {0};
    enum err e = export_parts(cred, parts, &views);

    if (e == ERR_OK) {
        e = cred_token_encode(cred, &views, out);
    }
    for (size_t kind = 0; kind < GLUE_CRED_KINDS; kind++) {
        buf_cleanup(&parts[kind]);
    }
    return e;
}

/* The nested call writes the OID that reaches past us, the outer one will write SPNEGO's:
 * what lies behind is the same with and without us. */
static enum err export_builtin(const struct mech_cred *cred, struct buf *out)
{
    BUF_AUTO nested = BUF_INIT;
    struct reader r;
    enum err e;

    if (cred->glue_creds == NULL) {
        return ERR_UNSUPPORTED;
    }
    if ((e = export_part(cred->glue_creds, GLUE_CRED_BUILTIN, &nested)) != ERR_OK) {
        return e;
    }
    r = reader_of(buf_bytes(&nested));
    buf_put(out, glue_part_read(&r).token);
    return reader_end(&r, ERR_TRUNCATED);
}

GSS_EXPORT OM_uint32 gss_export_cred(OM_uint32 *minor, gss_cred_id_t handle,
                                     gss_buffer_t out)
{
    const struct mech_cred *cred = call_cred(handle);
    BUF_AUTO token = BUF_INIT;
    enum err e;

    call_begin(minor);
    call_buffer_clear(out);
    if (cred == NULL || out == NULL) {
        return call_end(cred == NULL ? ERR_NO_CRED : ERR_ARGUMENT, minor);
    }
    e = cred->name != NULL ? export_with_ntlm(cred, &token)
                           : export_builtin(cred, &token);
    return call_end(e == ERR_OK ? status_move_to_buffer(out, &token) : e, minor);
}
GSSI_ALIAS(export_cred);
