/* SPDX-License-Identifier: ISC */
/* The credential that leads an accept call of the glue past us. */
#include "mech/passthrough/bypass_cred.h"

#include "mech/cred_token.h"
#include "mech/glue_token.h"
#include "mech/glue.h"
#include "mech/passthrough/ntlm_suppress.h"
#include "mech/oid.h"
#include "mech/status.h"

/* The built-in SPNEGO's default one. */
static OM_uint32 acquire(OM_uint32 *minor, gss_cred_id_t *out_cred)
{
    NTLM_SUPPRESS_AUTO suppressed = ntlm_suppress_begin();

    return glue_get()->acquire_cred_from(minor, GSS_C_NO_NAME, GSS_C_INDEFINITE,
                                         glue_builtin_spnego_set(), GSS_C_ACCEPT, NULL,
                                         out_cred, NULL, NULL);
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
    glue_part_put(&ntlm, &MECH_OID_NTLM, buf_bytes(&nobody));
    glue_part_put(&spnego, glue_builtin_spnego(), buf_bytes(&ntlm));
    if (e != ERR_OK || (e = buf_status(&ntlm)) != ERR_OK ||
        (e = buf_status(&spnego)) != ERR_OK) {
        return e;
    }
    gss_buffer_desc token = {spnego.n, spnego.p};
    OM_uint32 major = glue_get()->import_cred(&minor, &token, out_cred);
    return status_glue(major, minor);
}

OM_uint32 bypass_cred_get(OM_uint32 *minor, bool for_hints, gss_cred_id_t *out_cred)
{
    OM_uint32 major = acquire(minor, out_cred);

    if (GSS_ERROR(major) && !for_hints && make(out_cred) == ERR_OK) {
        return GSS_S_COMPLETE;
    }
    return major;
}
