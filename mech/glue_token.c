/* SPDX-License-Identifier: ISC */
/* The mechglue's token of a credential. */
#include "mech/glue_token.h"

#include "base/secret.h"
#include "mech/glue.h"
#include "ntlm/envelope.h"

#include <errno.h>

struct glue_part glue_part_read(struct reader *r)
{
    struct reader start = *r;
    struct glue_part part;

    part.mech = envelope_field(r);
    part.token = envelope_field(r);
    part.whole = reader_consume(&start, reader_at(r) - reader_at(&start));
    return reader_status(r) == ERR_OK ? part : (struct glue_part){.mech = {NULL, 0}};
}

void glue_part_append(struct buf *out, const gss_OID_desc *mech, struct bytes token)
{
    envelope_append_field(out, bytes_of(mech->elements, mech->length));
    envelope_append_field(out, token);
}

/* An exported credential is a list of parts. The token of the built-in SPNEGO's part is
 * itself such a list, so that it can hold the whole exported credential. */
OM_uint32 glue_wrap_cred(OM_uint32 *minor, gss_cred_id_t cred, gss_cred_id_t *out)
{
    BUF_AUTO token = BUF_INIT;
    gss_buffer_desc parts = GSS_C_EMPTY_BUFFER;
    OM_uint32 unused;
    OM_uint32 major = glue_get()->export_cred(minor, cred, &parts);

    if (GSS_ERROR(major)) {
        return major;
    }
    glue_part_append(&token, glue_builtin_spnego(), bytes_of(parts.value, parts.length));
    secret_wipe(parts.value, parts.length);
    (void)gss_release_buffer(&unused, &parts);
    if (buf_status(&token) != ERR_OK) {
        *minor = ENOMEM;
        return GSS_S_FAILURE;
    }
    gss_buffer_desc whole = {token.n, token.p};
    return glue_get()->import_cred(minor, &whole, out);
}
