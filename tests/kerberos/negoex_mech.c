/* SPDX-License-Identifier: ISC */
/* A mechanism that is negotiated only by NegoEx, always with the same key. It shows
 * whether NegoEx passes through a SPNEGO unchanged. It protects no messages. */
#include "tests/kerberos/fake_mech.h"

#include <string.h>

#define ENCTYPE "\x12\0\0\0" /* aes256-cts-hmac-sha1-96, little-endian */

const gss_OID_desc fake_mech_oid = {4, (void *)"\x2a\x03\x04\x06"};
const OM_uint32 fake_mech_flags = GSS_C_MUTUAL_FLAG;
static const char key[] = "a key of thirty-two bytes, fixed";

EXPORT OM_uint32 gss_inquire_sec_context_by_oid(OM_uint32 *minor, gss_ctx_id_t ctx,
                                                gss_OID asked, gss_buffer_set_t *out)
{
    gss_buffer_desc parts[] = {{sizeof(key) - 1, (void *)key}, {4, (void *)ENCTYPE}};
    gss_OID known[] = {GSS_C_INQ_NEGOEX_KEY, GSS_C_INQ_NEGOEX_VERIFY_KEY};
    (void)ctx;
    *minor = 0;
    for (int i = 0; i < 2; i++) {
        if (asked->length == known[i]->length &&
            memcmp(asked->elements, known[i]->elements, asked->length) == 0) {
            gss_add_buffer_set_member(minor, &parts[0], out);
            return gss_add_buffer_set_member(minor, &parts[1], out);
        }
    }
    return GSS_S_UNAVAILABLE;
}

EXPORT OM_uint32 gssspi_query_meta_data(OM_uint32 *minor, gss_const_OID mech,
                                        gss_cred_id_t cred, gss_ctx_id_t *ctx,
                                        const gss_name_t target, OM_uint32 flags,
                                        gss_buffer_t out)
{
    (void)mech, (void)cred, (void)ctx, (void)target, (void)flags;
    *minor = 0;
    return fake_mech_output(out, "meta", 4);
}

EXPORT OM_uint32 gssspi_exchange_meta_data(OM_uint32 *minor, gss_const_OID mech,
                                           gss_cred_id_t cred, gss_ctx_id_t *ctx,
                                           const gss_name_t target, OM_uint32 flags,
                                           gss_const_buffer_t in)
{
    (void)mech, (void)cred, (void)ctx, (void)target, (void)flags;
    *minor = 0;
    return in->length == 4 ? GSS_S_COMPLETE : GSS_S_FAILURE;
}

EXPORT OM_uint32 gssspi_query_mechanism_info(OM_uint32 *minor, gss_const_OID mech,
                                             unsigned char scheme[16])
{
    (void)mech;
    memcpy(scheme, "a scheme of ours", 16);
    *minor = 0;
    return GSS_S_COMPLETE;
}
