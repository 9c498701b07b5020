/* SPDX-License-Identifier: ISC */
/* Prototypes of the mechglue's plugin entries that no public header has. */
#ifndef MECH_API_GSSI_H
#define MECH_API_GSSI_H

#include "base/secret.h"

#include <gssapi/gssapi.h>
#include <gssapi/gssapi_ext.h>
#include <gssapi/gssapi_krb5.h>

/* The mechglue, which we return to, binds its own calls lazily. */
#define GSS_EXPORT __attribute__((visibility("default"))) CLEARS_REGISTERS

/* EXPORT_AS: exports one of our functions under another name as well. Inside the module
 * neither name may be called: the call might bind to the mechglue's function. */
#define EXPORT_AS(exported, internal)                                                    \
    /* NOLINTNEXTLINE(bugprone-macro-parentheses): a name that is declared takes none */ \
    extern __typeof__(internal) exported                                                 \
        __attribute__((visibility("default"), alias(#internal)))

/* GSSI_ALIAS: one function serves both OIDs. The mechglue calls it as gss_NAME for NTLM
 * and as gssi_NAME for SPNEGO; the function sees by its object what to do. */
#define GSSI_ALIAS(name) EXPORT_AS(gssi_##name, gss_##name)

/* The mechglue calls this function to learn the OIDs that this module interposes. */
GSS_EXPORT gss_OID_set gss_mech_interposer(gss_OID mech_type);

GSS_EXPORT OM_uint32 gss_internal_release_oid(OM_uint32 *minor, gss_OID *oid);
GSS_EXPORT OM_uint32 gssspi_acquire_cred_with_password(
    OM_uint32 *minor, const gss_name_t desired_name, const gss_buffer_t password,
    OM_uint32 time_req, const gss_OID_set desired_mechs, gss_cred_usage_t usage,
    gss_cred_id_t *cred, gss_OID_set *actual_mechs, OM_uint32 *time_rec);
GSS_EXPORT OM_uint32 gssspi_import_name_by_mech(OM_uint32 *minor, gss_OID mech,
                                                gss_buffer_t text, gss_OID type,
                                                gss_name_t *name);
GSS_EXPORT OM_uint32 gssspi_set_cred_option(OM_uint32 *minor, gss_cred_id_t *cred,
                                            const gss_OID option,
                                            const gss_buffer_t value);
GSS_EXPORT OM_uint32 gssspi_import_cred_by_mech(OM_uint32 *minor, gss_OID mech,
                                                gss_buffer_t token, gss_cred_id_t *cred);

/* The functions of SPNEGO that differ from NTLM's, and those that NTLM does not have. */
extern __typeof__(gss_acquire_cred) gssi_acquire_cred;
extern __typeof__(gss_acquire_cred_from) gssi_acquire_cred_from;
extern __typeof__(gssspi_acquire_cred_with_password) gssi_acquire_cred_with_password;
extern __typeof__(gssspi_import_name_by_mech) gssi_import_name_by_mech;
extern __typeof__(gss_init_sec_context) gssi_init_sec_context;
extern __typeof__(gss_accept_sec_context) gssi_accept_sec_context;
extern __typeof__(gss_inquire_names_for_mech) gssi_inquire_names_for_mech;
extern __typeof__(gss_inquire_attrs_for_mech) gssi_inquire_attrs_for_mech;
extern __typeof__(gss_set_neg_mechs) gssi_set_neg_mechs;
extern __typeof__(gss_import_name) gssi_import_name;
extern __typeof__(gss_display_name_ext) gssi_display_name_ext;
extern __typeof__(gss_set_name_attribute) gssi_set_name_attribute;
extern __typeof__(gss_delete_name_attribute) gssi_delete_name_attribute;
extern __typeof__(gss_export_name_composite) gssi_export_name_composite;
extern __typeof__(gss_map_name_to_any) gssi_map_name_to_any;
extern __typeof__(gss_release_any_name_mapping) gssi_release_any_name_mapping;
extern __typeof__(gss_acquire_cred_impersonate_name) gssi_acquire_cred_impersonate_name;
extern __typeof__(gss_inquire_cred) gssi_inquire_cred;
extern __typeof__(gss_inquire_cred_by_oid) gssi_inquire_cred_by_oid;
extern __typeof__(gss_complete_auth_token) gssi_complete_auth_token;
extern __typeof__(gss_display_status) gssi_display_status;
extern __typeof__(gss_export_sec_context) gssi_export_sec_context;
extern __typeof__(gss_import_sec_context) gssi_import_sec_context;
extern __typeof__(gss_import_cred) gssi_import_cred;
extern __typeof__(gss_store_cred) gssi_store_cred;
extern __typeof__(gss_store_cred_into) gssi_store_cred_into;
extern __typeof__(gss_pseudo_random) gssi_pseudo_random;

GSS_EXPORT OM_uint32 gssi_import_sec_context_by_mech(OM_uint32 *minor, gss_OID mech,
                                                     gss_buffer_t token,
                                                     gss_ctx_id_t *context);
GSS_EXPORT OM_uint32 gssi_import_cred_by_mech(OM_uint32 *minor, gss_OID mech,
                                              gss_buffer_t token, gss_cred_id_t *cred);

#endif
