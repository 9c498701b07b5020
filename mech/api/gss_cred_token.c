/* SPDX-License-Identifier: ISC */
/* Credentials as tokens: in our form if there is an NTLM part, else the built-in SPNEGO's
 * own. A credential of SPNEGO can be imported from a token of either form. */
#include "base/secret.h"
#include "mech/api/call.h"
#include "mech/cred_token.h"
#include "mech/glue.h"
#include "mech/glue_token.h"
#include "mech/oid.h"
#include "mech/spnego/fallback.h"
#include "mech/status.h"

/* Appends the mechglue's token of one part, which holds keys. */
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
    buf_append(out, call_bytes(&token));
    if (token.value != NULL) {
        secret_wipe(token.value, token.length);
    }
    (void)gss_release_buffer(&unused, &token);
    return e == ERR_OK ? buf_status(out) : e;
}

/* Whether the token may omit a part that could not be exported because of e: if there is
 * no credential, or if NTLM may follow the error. After any other error, such as a wrong
 * password, the export fails. */
static bool is_absence(enum err e)
{
    return e == ERR_NO_CRED || e == ERR_CRED_NTLM_ALONE ||
           fallback_find(failure_of(e).minor) != NULL;
}

/* Exports Kerberos' part first, because its error gives the reason. The built-in SPNEGO's
 * part fails in the same case, but without a reason. */
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

/* The mechglue writes SPNEGO's OID in front of the token that we return. The nested
 * call's token begins with the OID of glue_builtin_spnego. This function removes that
 * OID, so that the application gets the same token as without this module. */
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
    buf_append(out, glue_part_read(&r).token);
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

static enum err import_part(struct bytes token, gss_cred_id_t *out)
{
    gss_buffer_desc buffer = {token.n, (void *)(uintptr_t)token.p};
    OM_uint32 minor = 0;

    *out = GSS_C_NO_CREDENTIAL;
    OM_uint32 major = glue_get()->import_cred(&minor, &buffer, out);
    return status_glue(major, minor);
}

/* An empty token means that there is no credential of this kind. */
static enum err adopt_part(struct bytes token, enum glue_cred_kind kind,
                           struct glue_creds *glue_creds)
{
    gss_cred_id_t cred;
    enum err e;

    if (token.n == 0) {
        return ERR_OK;
    }
    if ((e = import_part(token, &cred)) == ERR_OK) {
        glue_creds_adopt(glue_creds, kind, cred);
    }
    return e;
}

/*
 * struct elements: the built-in SPNEGO's token, which is a list of parts, sorted. ntlm is
 * NTLM's part in its own form, krb5 is Kerberos' with its OID; both are views, empty if
 * there is none. builtin is the mechglue's token of all parts but NTLM's, empty if there
 * is none. It begins with the OID of glue_builtin_spnego. With an OID that the mechglue
 * does not know, the mechglue would use the default credential.
 */
struct elements {
    struct bytes ntlm;
    struct bytes krb5;
    struct buf builtin;
};

static void elements_cleanup(struct elements *elements)
{
    buf_cleanup(&elements->builtin);
}
#define ELEMENTS_AUTO __attribute__((cleanup(elements_cleanup))) struct elements

/* The mechglue would refuse a malformed token with the same major, without a reason. For
 * a part with SPNEGO's OID it would call us again, and a hostile token could nest such
 * parts deeply. So both are refused here. */
static enum err read_elements(struct bytes token, struct elements *out)
{
    gss_OID builtin = glue_builtin_spnego();
    struct reader r = reader_of(token);
    BUF_AUTO others = BUF_INIT;

    if (builtin == GSS_C_NO_OID) {
        return err_note(ERR_EXPORTED, "SPNEGO is not configured");
    }
    while (reader_left(&r) > 0) {
        struct glue_part part = glue_part_read(&r);

        if (bytes_equal(part.mech, OID_NTLM)) {
            out->ntlm = part.token;
            continue;
        }
        if (bytes_equal(part.mech, OID_KRB5)) {
            out->krb5 = part.whole;
        }
        if (oid_is(&MECH_OID_SPNEGO, part.mech) || oid_is(builtin, part.mech)) {
            return err_note(ERR_EXPORTED, "SPNEGO within SPNEGO");
        }
        buf_append(&others, part.whole);
    }
    if (reader_status(&r) != ERR_OK) {
        return err_note(ERR_EXPORTED, "a part ends too early");
    }
    if (others.n > 0) {
        glue_part_append(&out->builtin, builtin, buf_bytes(&others));
    }
    return buf_status(&others) != ERR_OK ? buf_status(&others)
                                         : buf_status(&out->builtin);
}

/* Imports the built-in SPNEGO's part of our token. The mechglue wrote SPNEGO's own OID in
 * front of it. NTLM is not taken from here: our token has an NTLM part of its own. */
static enum err import_builtin_part(struct bytes token, struct glue_creds *glue_creds)
{
    ELEMENTS_AUTO elements = {.builtin = BUF_INIT};
    struct reader r = reader_of(token);
    struct glue_part part;
    enum err e;

    if (token.n == 0) {
        return ERR_OK;
    }
    part = glue_part_read(&r);
    if (reader_end(&r, ERR_EXPORTED) != ERR_OK) {
        return ERR_EXPORTED;
    }
    if ((e = read_elements(part.token, &elements)) != ERR_OK) {
        return e;
    }
    return adopt_part(buf_bytes(&elements.builtin), GLUE_CRED_BUILTIN, glue_creds);
}

/* Imports Kerberos' part of our token; refuses a part of another mechanism in its place,
 * because the mechglue might call us for it again. */
static enum err import_krb5_part(struct bytes token, struct glue_creds *glue_creds)
{
    struct reader r = reader_of(token);
    struct glue_part part = glue_part_read(&r);

    if (token.n > 0 &&
        (reader_end(&r, ERR_EXPORTED) != ERR_OK || !bytes_equal(part.mech, OID_KRB5))) {
        return err_note(ERR_EXPORTED, "the part of Kerberos names another mechanism");
    }
    return adopt_part(token, GLUE_CRED_KRB5, glue_creds);
}

/* Imports a token in our form. If the token lacks a part, the new credential lacks it
 * too: no default credential is acquired in its place. */
static enum err import_with_ntlm(struct bytes token, struct mech_cred **out)
{
    struct cred_glue_tokens parts;
    CRED_AUTO *cred = NULL;
    enum err e;

    if ((e = cred_token_decode(token, &cred, &parts)) != ERR_OK ||
        (e = glue_creds_new_empty(&cred->glue_creds)) != ERR_OK ||
        (e = import_builtin_part(parts.of[GLUE_CRED_BUILTIN], cred->glue_creds)) !=
            ERR_OK ||
        (e = import_krb5_part(parts.of[GLUE_CRED_KRB5], cred->glue_creds)) != ERR_OK) {
        return e;
    }
    /* the token of a restricted credential of the built-in SPNEGO does not hold the
     * restriction */
    if (cred->neg_mechs != GSS_C_NO_OID_SET &&
        (e = glue_creds_set_neg_mechs(cred->glue_creds, cred->neg_mechs)) != ERR_OK) {
        return e;
    }
    *out = cred;
    cred = NULL;
    return ERR_OK;
}

/* Imports a token of the built-in SPNEGO that has an NTLM part. The part becomes our NTLM
 * part, because the built-in SPNEGO would use NTLM without our policy. */
static enum err import_mixed(const struct elements *elements, struct mech_cred **out)
{
    struct cred_glue_tokens unused;
    CRED_AUTO *cred = NULL;
    enum err e;

    if ((e = cred_token_decode(elements->ntlm, &cred, &unused)) != ERR_OK ||
        (e = glue_creds_new_empty(&cred->glue_creds)) != ERR_OK ||
        (e = adopt_part(buf_bytes(&elements->builtin), GLUE_CRED_BUILTIN,
                        cred->glue_creds)) != ERR_OK ||
        (e = adopt_part(elements->krb5, GLUE_CRED_KRB5, cred->glue_creds)) != ERR_OK) {
        return e;
    }
    *out = cred;
    cred = NULL;
    return ERR_OK;
}

static enum err import_without_ntlm(const struct elements *elements,
                                    struct mech_cred **out)
{
    gss_cred_id_t builtin;
    int usage = GSS_C_BOTH;
    OM_uint32 minor;
    enum err e;

    if (elements->builtin.n == 0) {
        return err_note(ERR_EXPORTED, "it names no mechanism");
    }
    if ((e = import_part(buf_bytes(&elements->builtin), &builtin)) != ERR_OK) {
        return e;
    }
    (void)glue_get()->inquire_cred(&minor, builtin, NULL, NULL, &usage, NULL);
    return cred_adopt(builtin, usage, out);
}

static enum err import_builtin(struct bytes token, struct mech_cred **out)
{
    ELEMENTS_AUTO elements = {.builtin = BUF_INIT};
    enum err e;

    if ((e = read_elements(token, &elements)) != ERR_OK) {
        return e;
    }
    return elements.ntlm.n > 0 && glue_has_ntlm() ? import_mixed(&elements, out)
                                                  : import_without_ntlm(&elements, out);
}

/* The mechglue copies a credential by export and import, by mechanism or not. */
static OM_uint32 import(enum mech_via via, OM_uint32 *minor, gss_buffer_t token,
                        gss_cred_id_t *out)
{
    struct mech_cred *cred = NULL;
    enum err e;

    call_begin(minor);
    if (out == NULL || token == NULL || glue_get() == NULL) {
        return call_end(ERR_ARGUMENT, minor);
    }
    *out = GSS_C_NO_CREDENTIAL;
    e = via == VIA_NTLM || cred_token_is(call_bytes(token))
            ? import_with_ntlm(call_bytes(token), &cred)
            : import_builtin(call_bytes(token), &cred);
    *out = (gss_cred_id_t)cred;
    return call_end(e, minor);
}

GSS_EXPORT OM_uint32 gss_import_cred(OM_uint32 *minor, gss_buffer_t token,
                                     gss_cred_id_t *cred)
{
    return import(VIA_NTLM, minor, token, cred);
}

GSS_EXPORT OM_uint32 gssspi_import_cred_by_mech(OM_uint32 *minor, gss_OID mech,
                                                gss_buffer_t token, gss_cred_id_t *cred)
{
    (void)mech;
    return import(VIA_NTLM, minor, token, cred);
}

GSS_EXPORT OM_uint32 gssi_import_cred(OM_uint32 *minor, gss_buffer_t token,
                                      gss_cred_id_t *cred)
{
    return import(VIA_SPNEGO, minor, token, cred);
}

GSS_EXPORT OM_uint32 gssi_import_cred_by_mech(OM_uint32 *minor, gss_OID mech,
                                              gss_buffer_t token, gss_cred_id_t *cred)
{
    (void)mech;
    return import(VIA_SPNEGO, minor, token, cred);
}
