/* SPDX-License-Identifier: ISC */
/* Prototypes of the mechglue's plugin entries that no public header has. */
#ifndef MECH_ENTRY_GSSI_H
#define MECH_ENTRY_GSSI_H

#include <gssapi/gssapi.h>
#include <gssapi/gssapi_ext.h>
#include <gssapi/gssapi_krb5.h>

#define GSS_EXPORT __attribute__((visibility("default")))

/* GSSI_ALIAS: gssi_NAME is gss_NAME; the object says through which OID it was made. */
#define GSSI_ALIAS(name)                                                                 \
    extern __typeof__(gss_##name) gssi_##name                                            \
        __attribute__((visibility("default"), alias("gss_" #name)))

/* The interposer's declaration of itself: the OIDs that it stands before. */
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

/* Those that differ between the two OIDs. */
extern __typeof__(gss_acquire_cred) gssi_acquire_cred;
extern __typeof__(gss_acquire_cred_from) gssi_acquire_cred_from;
extern __typeof__(gssspi_acquire_cred_with_password) gssi_acquire_cred_with_password;
extern __typeof__(gssspi_set_cred_option) gssi_set_cred_option;
extern __typeof__(gss_internal_release_oid) gssi_internal_release_oid;
extern __typeof__(gssspi_import_name_by_mech) gssi_import_name_by_mech;
extern __typeof__(gss_init_sec_context) gssi_init_sec_context;
extern __typeof__(gss_accept_sec_context) gssi_accept_sec_context;
extern __typeof__(gss_inquire_names_for_mech) gssi_inquire_names_for_mech;
extern __typeof__(gss_inquire_attrs_for_mech) gssi_inquire_attrs_for_mech;
extern __typeof__(gss_set_neg_mechs) gssi_set_neg_mechs;

#endif
