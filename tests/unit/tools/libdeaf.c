/* SPDX-License-Identifier: ISC */
/* Preloaded: makes any MIT krb5 behave as the releases 1.21.0 to 1.22.1, whose own SPNEGO
 * does not find the mechListMIC [3] of a NegTokenResp. It handles only the short token of
 * doctor's probe. */
#include <dlfcn.h>
#include <gssapi/gssapi.h>
#include <string.h>

#define MIC_LEN 20 /* a3 12 04 10, 16 bytes */
#define EXPORT  __attribute__((visibility("default")))

static gss_buffer_desc without_mic(gss_buffer_t in, unsigned char *copy, size_t room)
{
    gss_buffer_desc out = {0, NULL};

    if (in == GSS_C_NO_BUFFER || in->length < MIC_LEN + 4 || in->length > room) {
        return out;
    }
    memcpy(copy, in->value, in->length);
    if (copy[0] != 0xa1 ||
        memcmp(copy + in->length - MIC_LEN, "\xa3\x12\4\x10", 4) != 0) {
        return out;
    }
    copy[1] = (unsigned char)(copy[1] - MIC_LEN);
    copy[3] = (unsigned char)(copy[3] - MIC_LEN);
    out.length = in->length - MIC_LEN;
    out.value = copy;
    return out;
}

EXPORT OM_uint32 gss_init_sec_context(OM_uint32 *minor, gss_cred_id_t cred,
                                      gss_ctx_id_t *context, gss_name_t target,
                                      gss_OID mech, OM_uint32 flags, OM_uint32 time_req,
                                      gss_channel_bindings_t bindings, gss_buffer_t in,
                                      gss_OID *actual_mech, gss_buffer_t out,
                                      OM_uint32 *ret_flags, OM_uint32 *time_rec)
{
    OM_uint32 (*real)(OM_uint32 *, gss_cred_id_t, gss_ctx_id_t *, gss_name_t, gss_OID,
                      OM_uint32, OM_uint32, gss_channel_bindings_t, gss_buffer_t,
                      gss_OID *, gss_buffer_t, OM_uint32 *, OM_uint32 *);
    unsigned char copy[64];
    gss_buffer_desc shorter = without_mic(in, copy, sizeof(copy));

    *(void **)&real = dlsym(RTLD_NEXT, "gss_init_sec_context");
    return real(minor, cred, context, target, mech, flags, time_req, bindings,
                shorter.length > 0 ? &shorter : in, actual_mech, out, ret_flags,
                time_rec);
}
