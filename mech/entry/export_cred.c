/* SPDX-License-Identifier: ISC */
/* Credentials as tokens: NTLM's in our form, without one the built-in SPNEGO's own. */
#include "asn1/secret.h"
#include "mech/cred_token.h"
#include "mech/entry/call.h"
#include "mech/glue.h"
#include "mech/spnego/fallback.h"
#include "mech/status.h"

/*
 * The glue's token of a credential (lengths big-endian u32):
 *   OID length, OID, token length, mechanism's token
 * The nested call writes the OID that reaches past us, the outer one will write SPNEGO's:
 * what lies behind is the same with and without us.
 */
static enum err strip_front(struct bytes *token)
{
    struct bytes oid;
    uint32_t n;
    enum err e;

    if ((e = bytes_get_u32be(token, &n)) != ERR_OK ||
        (e = bytes_take(token, n, &oid)) != ERR_OK ||
        (e = bytes_get_u32be(token, &n)) != ERR_OK) {
        return e;
    }
    return n == token->n ? ERR_OK : ERR_TRUNCATED;
}

static void put_front(struct buf *out, size_t token_len)
{
    gss_OID oid = glue_builtin_spnego();

    buf_put_u32be(out, oid->length);
    buf_put(out, bytes_of(oid->elements, oid->length));
    buf_put_u32be(out, (uint32_t)token_len);
}

/* The glue's token of one part; it holds keys. */
static enum err export_part(struct foreign *foreign, enum foreign_kind kind,
                            struct buf *out)
{
    gss_buffer_desc token = GSS_C_EMPTY_BUFFER;
    gss_cred_id_t cred;
    OM_uint32 minor = 0;
    OM_uint32 unused;
    enum err e = foreign_get(foreign, kind, &cred);

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

    return e == ERR_NO_CRED || (e == ERR_GLUE && status_last_glue(&major, &minor) &&
                                fallback_find(minor) != NULL);
}

/* Kerberos says why it is not there; the built-in SPNEGO, which then has nothing either,
 * only that it has not. */
static enum err export_parts(const struct mech_cred *cred, struct buf *parts,
                             struct cred_glue_tokens *views)
{
    static const enum foreign_kind kinds[] = {FOREIGN_KRB5, FOREIGN_BUILTIN};
    bool is_absent = false;

    for (size_t i = 0; cred->foreign != NULL && i < FOREIGN_KINDS; i++) {
        enum foreign_kind kind = kinds[i];
        enum err e = export_part(cred->foreign, kind, &parts[kind]);

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
    struct buf parts[FOREIGN_KINDS] = {BUF_INIT};
    struct cred_glue_tokens views = {0};
    enum err e = export_parts(cred, parts, &views);

    if (e == ERR_OK) {
        e = cred_token_encode(cred, &views, out);
    }
    for (size_t kind = 0; kind < FOREIGN_KINDS; kind++) {
        buf_cleanup(&parts[kind]);
    }
    return e;
}

static enum err export_builtin(const struct mech_cred *cred, struct buf *out)
{
    BUF_AUTO nested = BUF_INIT;
    struct bytes token;
    enum err e;

    if (cred->foreign == NULL) {
        return ERR_UNSUPPORTED;
    }
    if ((e = export_part(cred->foreign, FOREIGN_BUILTIN, &nested)) != ERR_OK) {
        return e;
    }
    token = buf_bytes(&nested);
    if ((e = strip_front(&token)) == ERR_OK) {
        buf_put(out, token);
    }
    return e;
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
    return call_end(e == ERR_OK ? status_give(out, &token) : e, minor);
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

/* What was not exported is not there: no default credential takes its place. */
static enum err import_parts(const struct cred_glue_tokens *parts,
                             struct foreign **out_foreign)
{
    gss_cred_id_t cred;
    enum err e = foreign_new_empty(out_foreign);

    for (size_t kind = 0; e == ERR_OK && kind < FOREIGN_KINDS; kind++) {
        if (parts->of[kind].n > 0 &&
            (e = import_part(parts->of[kind], &cred)) == ERR_OK) {
            foreign_adopt(*out_foreign, (enum foreign_kind)kind, cred);
        }
    }
    return e;
}

static enum err import_with_ntlm(struct bytes token, struct mech_cred **out)
{
    struct cred_glue_tokens parts;
    CRED_AUTO *cred = NULL;
    enum err e;

    if ((e = cred_token_decode(token, &cred, &parts)) != ERR_OK ||
        (e = import_parts(&parts, &cred->foreign)) != ERR_OK) {
        return e;
    }
    /* the built-in SPNEGO's token does not hold what its credential was restricted to */
    if (cred->neg_mechs != GSS_C_NO_OID_SET &&
        (e = foreign_set_neg_mechs(cred->foreign, cred->neg_mechs)) != ERR_OK) {
        return e;
    }
    *out = cred;
    cred = NULL;
    return ERR_OK;
}

static enum err import_builtin(struct bytes token, struct mech_cred **out)
{
    BUF_AUTO nested = BUF_INIT;
    gss_cred_id_t builtin;
    int usage = GSS_C_BOTH;
    OM_uint32 minor;
    enum err e;

    if (glue_builtin_spnego() == GSS_C_NO_OID || token.n > UINT32_MAX) {
        return ERR_EXPORTED;
    }
    put_front(&nested, token.n);
    buf_put(&nested, token);
    if ((e = buf_status(&nested)) != ERR_OK ||
        (e = import_part(buf_bytes(&nested), &builtin)) != ERR_OK) {
        return e;
    }
    (void)glue_get()->inquire_cred(&minor, builtin, NULL, NULL, &usage, NULL);
    return cred_adopt(builtin, usage, out);
}

/* The parts of a token come back here through the glue, and a hostile one has parts in
 * its parts. What gss_export_cred makes is two deep: ours, and the built-in SPNEGO's with
 * NTLM among its own. */
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
