/* SPDX-License-Identifier: ISC */
/* Credentials from tokens: NTLM's in our form, and the built-in SPNEGO's own. */
#include "asn1/negtoken.h"
#include "mech/cred_token.h"
#include "mech/api/call.h"
#include "mech/glue_token.h"
#include "mech/glue.h"
#include "mech/status.h"

static enum err import_part(struct bytes token, gss_cred_id_t *out)
{
    gss_buffer_desc buffer = {token.n, (void *)(uintptr_t)token.p};
    OM_uint32 minor = 0;

    *out = GSS_C_NO_CREDENTIAL;
    OM_uint32 major = glue_get()->import_cred(&minor, &buffer, out);
    return status_glue(major, minor);
}

/* struct elements: what the built-in SPNEGO's token holds. ntlm and krb5 are views, empty
 * where there is none; others is all but NTLM's. */
struct elements {
    struct bytes ntlm; /* in NTLM's form */
    struct bytes krb5; /* in the glue's */
    struct buf others;
};

static void elements_cleanup(struct elements *elements)
{
    buf_cleanup(&elements->others);
}

/* The glue would refuse a malformed token with the same major, but without a reason. */
static enum err read_elements(struct bytes token, struct elements *out)
{
    struct reader r = reader_of(token);

    while (reader_left(&r) > 0) {
        struct glue_part part = glue_part_read(&r);

        if (bytes_equal(part.mech, OID_NTLM)) {
            out->ntlm = part.token;
            continue;
        }
        if (bytes_equal(part.mech, OID_KRB5)) {
            out->krb5 = part.whole;
        }
        buf_put(&out->others, part.whole);
    }
    if (reader_status(&r) != ERR_OK) {
        return err_note(ERR_EXPORTED, "a part ends too early");
    }
    return buf_status(&out->others);
}

/* The built-in SPNEGO's credential of what is not NTLM's; none if there is nothing. It
 * must be found by the OID that reaches past us: for what is not, the glue would take the
 * default credential. */
static enum err import_others(const struct elements *elements,
                              struct glue_creds *glue_creds)
{
    BUF_AUTO token = BUF_INIT;
    gss_cred_id_t cred;
    enum err e;

    if (elements->others.n == 0) {
        return ERR_OK;
    }
    glue_part_put(&token, glue_builtin_spnego(), buf_bytes(&elements->others));
    if ((e = buf_status(&token)) == ERR_OK &&
        (e = import_part(buf_bytes(&token), &cred)) == ERR_OK) {
        glue_creds_adopt(glue_creds, GLUE_CRED_BUILTIN, cred);
    }
    return e;
}

static enum err import_krb5(struct bytes token, struct glue_creds *glue_creds)
{
    gss_cred_id_t cred;
    enum err e;

    if (token.n == 0) {
        return ERR_OK;
    }
    if ((e = import_part(token, &cred)) == ERR_OK) {
        glue_creds_adopt(glue_creds, GLUE_CRED_KRB5, cred);
    }
    return e;
}

/* The built-in SPNEGO's part of our token: the glue wrote SPNEGO's own OID before it. An
 * element of NTLM's in it is not ours to use. */
static enum err import_builtin_part(struct bytes token, struct glue_creds *glue_creds)
{
    __attribute__((cleanup(elements_cleanup))) struct elements elements = {.others =
                                                                               BUF_INIT};
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
    e = read_elements(part.token, &elements);
    return e != ERR_OK ? e : import_others(&elements, glue_creds);
}

/* What was not exported is not there: no default credential takes its place. */
static enum err import_parts(const struct cred_glue_tokens *parts,
                             struct glue_creds **out_creds)
{
    enum err e = glue_creds_new_empty(out_creds);

    if (e == ERR_OK) {
        e = import_builtin_part(parts->of[GLUE_CRED_BUILTIN], *out_creds);
    }
    return e != ERR_OK ? e : import_krb5(parts->of[GLUE_CRED_KRB5], *out_creds);
}

static enum err import_with_ntlm(struct bytes token, struct mech_cred **out)
{
    struct cred_glue_tokens parts;
    CRED_AUTO *cred = NULL;
    enum err e;

    if ((e = cred_token_decode(token, &cred, &parts)) != ERR_OK ||
        (e = import_parts(&parts, &cred->glue_creds)) != ERR_OK) {
        return e;
    }
    /* the built-in SPNEGO's token does not hold what its credential was restricted to */
    if (cred->neg_mechs != GSS_C_NO_OID_SET &&
        (e = glue_creds_set_neg_mechs(cred->glue_creds, cred->neg_mechs)) != ERR_OK) {
        return e;
    }
    *out = cred;
    cred = NULL;
    return ERR_OK;
}

/* NTLM's element, which the built-in SPNEGO would use by rules of its own, as NTLM's part
 * of a credential of ours. */
static enum err import_mixed(const struct elements *elements, struct mech_cred **out)
{
    struct cred_glue_tokens unused;
    CRED_AUTO *cred = NULL;
    enum err e;

    if ((e = cred_token_decode(elements->ntlm, &cred, &unused)) != ERR_OK ||
        (e = glue_creds_new_empty(&cred->glue_creds)) != ERR_OK ||
        (e = import_others(elements, cred->glue_creds)) != ERR_OK ||
        (e = import_krb5(elements->krb5, cred->glue_creds)) != ERR_OK) {
        return e;
    }
    *out = cred;
    cred = NULL;
    return ERR_OK;
}

static enum err import_without_ntlm(const struct elements *elements,
                                    struct mech_cred **out)
{
    BUF_AUTO token = BUF_INIT;
    gss_cred_id_t builtin;
    int usage = GSS_C_BOTH;
    OM_uint32 minor;
    enum err e;

    glue_part_put(&token, glue_builtin_spnego(), buf_bytes(&elements->others));
    if ((e = buf_status(&token)) != ERR_OK ||
        (e = import_part(buf_bytes(&token), &builtin)) != ERR_OK) {
        return e;
    }
    (void)glue_get()->inquire_cred(&minor, builtin, NULL, NULL, &usage, NULL);
    return cred_adopt(builtin, usage, out);
}

static enum err import_builtin(struct bytes token, struct mech_cred **out)
{
    __attribute__((cleanup(elements_cleanup))) struct elements elements = {.others =
                                                                               BUF_INIT};
    enum err e;

    if (glue_builtin_spnego() == GSS_C_NO_OID || token.n > UINT32_MAX) {
        return ERR_EXPORTED;
    }
    if ((e = read_elements(token, &elements)) != ERR_OK) {
        return e;
    }
    return elements.ntlm.n > 0 && glue_has_ntlm() ? import_mixed(&elements, out)
                                                  : import_without_ntlm(&elements, out);
}

/* The parts of a token may come back here through the glue, and a hostile one has parts
 * in its parts. What gss_export_cred makes never does. */
#define DEPTH_MAX 4
static _Thread_local unsigned depth;

static enum err import_at_depth(struct bytes token, bool takes_builtin,
                                struct mech_cred **out)
{
    enum err e;

    if (depth == DEPTH_MAX) {
        return err_note(ERR_EXPORTED, "credentials within credentials");
    }
    depth++;
    e = takes_builtin && !cred_token_is(token) ? import_builtin(token, out)
                                               : import_with_ntlm(token, out);
    depth--;
    return e;
}

/* The glue's copy of a credential comes here too, by mechanism or not. */
static OM_uint32 import_cred(OM_uint32 *minor, const gss_buffer_desc *token,
                             gss_cred_id_t *out, bool takes_builtin)
{
    struct mech_cred *cred = NULL;
    enum err e;

    call_begin(minor);
    if (out == NULL || token == NULL || glue_get() == NULL) {
        return call_end(ERR_ARGUMENT, minor);
    }
    *out = GSS_C_NO_CREDENTIAL;
    e = import_at_depth(call_bytes(token), takes_builtin, &cred);
    *out = (gss_cred_id_t)cred;
    return call_end(e, minor);
}

GSS_EXPORT OM_uint32 gss_import_cred(OM_uint32 *minor, gss_buffer_t token,
                                     gss_cred_id_t *cred)
{
    return import_cred(minor, token, cred, false);
}

GSS_EXPORT OM_uint32 gssspi_import_cred_by_mech(OM_uint32 *minor, gss_OID mech,
                                                gss_buffer_t token, gss_cred_id_t *cred)
{
    (void)mech;
    return import_cred(minor, token, cred, false);
}

GSS_EXPORT OM_uint32 gssi_import_cred(OM_uint32 *minor, gss_buffer_t token,
                                      gss_cred_id_t *cred)
{
    return import_cred(minor, token, cred, true);
}

GSS_EXPORT OM_uint32 gssi_import_cred_by_mech(OM_uint32 *minor, gss_OID mech,
                                              gss_buffer_t token, gss_cred_id_t *cred)
{
    (void)mech;
    return import_cred(minor, token, cred, true);
}
