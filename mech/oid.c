/* SPDX-License-Identifier: ISC */
/* OIDs of mechanisms and options. */
#include "mech/oid.h"

#include <gssapi/gssapi_krb5.h>

#define OID_DESC(text)                                                                   \
    {                                                                                    \
        sizeof(text) - 1, (void *)(text)                                                 \
    }
#define OID_BYTES(text)                                                                  \
    {                                                                                    \
        (const uint8_t *)(text), sizeof(text) - 1                                        \
    }

#define NTLM_DESC OID_DESC("\x2b\x06\x01\x04\x01\x82\x37\x02\x02\x0a")
#define KRB5_DESC OID_DESC("\x2a\x86\x48\x86\xf7\x12\x01\x02\x02")
gss_OID_desc MECH_OID_NTLM = NTLM_DESC;
gss_OID_desc MECH_OID_KRB5 = KRB5_DESC;
static gss_OID_desc defaults[] = {KRB5_DESC, NTLM_DESC};
const gss_OID_set_desc MECH_OIDS_DEFAULT = {2, defaults};
gss_OID_desc MECH_OID_IAKERB = OID_DESC("\x2b\x06\x01\x05\x02\x05");
gss_OID_desc MECH_OID_SPNEGO = OID_DESC("\x2b\x06\x01\x05\x05\x02");

/* GSS_KRB5_NT_X509_CERT, which libgssapi defines since krb5 1.19. */
static gss_OID_desc x509_cert = OID_DESC("\x2a\x86\x48\x86\xf7\x12\x01\x02\x02\x07");

#define NTLMSSP_ARC "\x2b\x06\x01\x04\x01\xb7\x7d\x85\x0f\x01"
const struct bytes OPTION_SET_SEQUENCE = OID_BYTES(NTLMSSP_ARC "\x01");
const struct bytes OPTION_SPNEGO_REQUIRE_MIC = OID_BYTES(NTLMSSP_ARC "\x02");
const struct bytes OPTION_RESET_CRYPTO = OID_BYTES(NTLMSSP_ARC "\x03");
const struct bytes OPTION_TRACE = OID_BYTES(NTLMSSP_ARC "\x04");
const struct bytes OPTION_NEG_FLAGS = OID_BYTES(NTLMSSP_ARC "\x05");

#define KRB5_GSS_ARC "\x2a\x86\x48\x86\xf7\x12\x01\x02\x02\x05"
const struct bytes OPTION_NO_CI_FLAGS = OID_BYTES("\x2a\x85\x70\x2b\x0d\x1d");
const struct bytes OPTION_ENCTYPES = OID_BYTES(KRB5_GSS_ARC "\x04");
const struct bytes OPTION_SESSION_KEY = OID_BYTES(KRB5_GSS_ARC "\x05");
const struct bytes OPTION_SASL_SSF = OID_BYTES(KRB5_GSS_ARC "\x0f");

bool oid_is(gss_const_OID oid, struct bytes body)
{
    return oid != GSS_C_NO_OID && bytes_equal(bytes_of(oid->elements, oid->length), body);
}

bool oid_equal(gss_const_OID a, gss_const_OID b)
{
    return oid_is(a, bytes_of(b->elements, b->length));
}

gss_OID oid_name_type(gss_const_OID type)
{
    const gss_OID known[] = {
        GSS_C_NT_USER_NAME,          GSS_C_NT_HOSTBASED_SERVICE,
        GSS_KRB5_NT_PRINCIPAL_NAME,  GSS_C_NT_ANONYMOUS,
        GSS_C_NT_EXPORT_NAME,        GSS_C_NT_MACHINE_UID_NAME,
        GSS_C_NT_STRING_UID_NAME,    GSS_C_NT_COMPOSITE_EXPORT,
        gss_nt_krb5_principal,       GSS_C_NT_HOSTBASED_SERVICE_X,
        GSS_KRB5_NT_ENTERPRISE_NAME, &x509_cert,
    };

    for (size_t i = 0; type != NULL && i < sizeof(known) / sizeof(known[0]); i++) {
        if (oid_equal(type, known[i])) {
            return known[i];
        }
    }
    return GSS_C_NO_OID;
}

bool oid_is_ours(gss_const_OID oid)
{
    const gss_const_OID ours[] = {
        &MECH_OID_NTLM,
        &MECH_OID_SPNEGO,
        GSS_C_NT_HOSTBASED_SERVICE_X,
        GSS_KRB5_NT_ENTERPRISE_NAME,
        &x509_cert,
    };

    for (size_t i = 0; i < sizeof(ours) / sizeof(ours[0]); i++) {
        if (oid == ours[i]) {
            return true;
        }
    }
    return false;
}

static enum err add_member(gss_const_OID member, gss_OID_set *set)
{
    OM_uint32 minor;

    if (gss_add_oid_set_member(&minor, (gss_OID)(uintptr_t)member, set) ==
        GSS_S_COMPLETE) {
        return ERR_OK;
    }
    (void)gss_release_oid_set(&minor, set);
    return ERR_NO_MEMORY;
}

enum err oid_set_new(const gss_const_OID *members, size_t n, gss_OID_set *out_set)
{
    OM_uint32 minor;
    enum err e = ERR_OK;

    *out_set = GSS_C_NO_OID_SET;
    if (gss_create_empty_oid_set(&minor, out_set) != GSS_S_COMPLETE) {
        return ERR_NO_MEMORY;
    }
    for (size_t i = 0; e == ERR_OK && i < n; i++) {
        e = add_member(members[i], out_set);
    }
    return e;
}

enum err oid_set_copy(const gss_OID_set_desc *from, gss_OID_set *out_set)
{
    enum err e = oid_set_new(NULL, 0, out_set);

    for (size_t i = 0; e == ERR_OK && i < from->count; i++) {
        e = add_member(&from->elements[i], out_set);
    }
    return e;
}
