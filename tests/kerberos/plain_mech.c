/* SPDX-License-Identifier: ISC */
/* A mechanism that SPNEGO itself negotiates. It can make a MIC, which is a check sum and
 * proves nothing. It shows how a SPNEGO treats a mechanism that it does not know. */
#include "tests/kerberos/fake_mech.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

#define MIC_LEN 12

const gss_OID_desc fake_mech_oid = {4, (void *)"\x2a\x03\x04\x07"};
const OM_uint32 fake_mech_flags = GSS_C_MUTUAL_FLAG | GSS_C_INTEG_FLAG;

static void sum(char text[MIC_LEN + 1], gss_buffer_t message)
{
    const unsigned char *p = message->value;
    uint32_t hash = 2166136261;
    for (size_t i = 0; i < message->length; i++) {
        hash = (hash ^ p[i]) * 16777619;
    }
    snprintf(text, MIC_LEN + 1, "sum %08x", (unsigned)hash);
}

EXPORT OM_uint32 gss_get_mic(OM_uint32 *minor, gss_ctx_id_t ctx, gss_qop_t qop,
                             gss_buffer_t message, gss_buffer_t mic)
{
    char text[MIC_LEN + 1];
    (void)ctx, (void)qop;
    *minor = 0;
    sum(text, message);
    return fake_mech_output(mic, text, MIC_LEN);
}

EXPORT OM_uint32 gss_verify_mic(OM_uint32 *minor, gss_ctx_id_t ctx, gss_buffer_t message,
                                gss_buffer_t mic, gss_qop_t *qop)
{
    char text[MIC_LEN + 1];
    (void)ctx;
    *minor = 0;
    if (qop != NULL) {
        *qop = GSS_C_QOP_DEFAULT;
    }
    sum(text, message);
    return mic->length == MIC_LEN && memcmp(mic->value, text, MIC_LEN) == 0
               ? GSS_S_COMPLETE
               : GSS_S_BAD_SIG;
}
