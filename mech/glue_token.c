/* SPDX-License-Identifier: ISC */
/* The glue's token of a credential. */
#include "mech/glue_token.h"

#include "base/secret.h"
#include "mech/glue.h"
#include "ntlm/envelope.h"

#include <errno.h>

enum err glue_part_next(struct bytes *in, struct glue_part *out)
{
    struct bytes rest = *in;
    enum err e;

    if ((e = envelope_get_field(&rest, &out->mech)) != ERR_OK ||
        (e = envelope_get_field(&rest, &out->token)) != ERR_OK) {
        return e;
    }
    return bytes_take(in, in->n - rest.n, &out->whole);
}

void glue_part_put(struct buf *out, const gss_OID_desc *mech, struct bytes token)
{
    envelope_put_field(out, bytes_of(mech->elements, mech->length));
    envelope_put_field(out, token);
}

/* What an exported credential holds is a list of parts, and so is the part of the
 * built-in SPNEGO. */
OM_uint32 glue_wrap_cred(OM_uint32 *minor, gss_cred_id_t mechanism, gss_cred_id_t *out)
{
    BUF_AUTO token = BUF_INIT;
    gss_buffer_desc parts = GSS_C_EMPTY_BUFFER;
    OM_uint32 unused;
    OM_uint32 major = glue_get()->export_cred(minor, mechanism, &parts);

    if (GSS_ERROR(major)) {
        return major;
    }
    glue_part_put(&token, glue_builtin_spnego(), bytes_of(parts.value, parts.length));
    secret_wipe(parts.value, parts.length);
    (void)gss_release_buffer(&unused, &parts);
    if (buf_status(&token) != ERR_OK) {
        *minor = ENOMEM;
        return GSS_S_FAILURE;
    }
    gss_buffer_desc whole = {token.n, token.p};
    return glue_get()->import_cred(minor, &whole, out);
}
