/* SPDX-License-Identifier: ISC */
/* The credential that leads an accept call of the glue past us. */
#include "mech/entry/opener.h"

#include "mech/cred_token.h"
#include "mech/glue.h"
#include "mech/hidden.h"
#include "mech/oid.h"
#include "mech/status.h"

/* The built-in SPNEGO's default one. */
static OM_uint32 acquire(OM_uint32 *minor, gss_cred_id_t *out_cred)
{
    HIDDEN_AUTO hidden = hidden_begin();

    return glue_get()->acquire_cred_from(minor, GSS_C_NO_NAME, GSS_C_INDEFINITE,
                                         glue_builtin_spnego_set(), GSS_C_ACCEPT, NULL,
                                         out_cred, NULL, NULL);
}

/* A credential's token as the glue writes it: both parts with their lengths. */
static void put_token(struct buf *out, const gss_OID_desc *mech, const struct buf *token)
{
    buf_put_u32be(out, mech->length);
    buf_put(out, bytes_of(mech->elements, mech->length));
    buf_put_u32be(out, (uint32_t)token->n);
    buf_put(out, buf_bytes(token));
    buf_fail(out, buf_status(token));
}

/* NTLM's token of an acceptor without users. */
static enum err put_nobody(struct buf *out)
{
    struct mech_cred nobody = {.usage = GSS_C_ACCEPT};
    struct cred_glue_tokens none = {0};
    enum err e = name_new_user(bytes_str("nobody"), bytes_of(NULL, 0), &nobody.name);

    if (e == ERR_OK) {
        e = cred_token_encode(&nobody, &none, out);
    }
    name_free(nobody.name);
    return e;
}

/* One that holds nothing but an NTLM credential that knows nobody: good for making a
 * context, not for a login. ERR_GLUE: the NTLM line is missing. */
static enum err make(gss_cred_id_t *out_cred)
{
    BUF_AUTO nobody = BUF_INIT;
    BUF_AUTO ntlm = BUF_INIT;
    BUF_AUTO spnego = BUF_INIT;
    OM_uint32 minor = 0;
    enum err e = put_nobody(&nobody);

    *out_cred = GSS_C_NO_CREDENTIAL;
    put_token(&ntlm, &MECH_OID_NTLM, &nobody);
    put_token(&spnego, glue_builtin_spnego(), &ntlm);
    if (e != ERR_OK || (e = buf_status(&spnego)) != ERR_OK) {
        return e;
    }
    gss_buffer_desc token = {spnego.n, spnego.p};
    OM_uint32 major = glue_get()->import_cred(&minor, &token, out_cred);
    return status_glue(major, minor);
}

OM_uint32 opener_get(OM_uint32 *minor, bool for_hints, gss_cred_id_t *out_cred)
{
    OM_uint32 major = acquire(minor, out_cred);

    if (GSS_ERROR(major) && !for_hints && make(out_cred) == ERR_OK) {
        return GSS_S_COMPLETE;
    }
    return major;
}
