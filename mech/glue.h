/* SPDX-License-Identifier: ISC */
/* The functions of "the glue", MIT krb5's mechglue, and the OID of the built-in SPNEGO.
 */
#ifndef MECH_GLUE_H
#define MECH_GLUE_H

#include "base/err.h"

#include <stdbool.h>

#include <gssapi/gssapi.h>
#include <gssapi/gssapi_ext.h>
#include <gssapi/gssapi_krb5.h>

/*
 * The module defines functions such as gss_init_sec_context itself. A call of that name
 * inside the module binds to the module or to the mechglue, depending on how the host
 * program was linked. So the module calls the mechglue's functions only through this
 * table, which dlsym fills from libgssapi_krb5's handle.
 */
#define GLUE_FUNCTIONS(X)                                                                \
    X(accept_sec_context)                                                                \
    X(acquire_cred_from)                                                                 \
    X(acquire_cred_impersonate_name)                                                     \
    X(acquire_cred_with_password)                                                        \
    X(canonicalize_name)                                                                 \
    X(compare_name)                                                                      \
    X(complete_auth_token)                                                               \
    X(context_time)                                                                      \
    X(delete_name_attribute)                                                             \
    X(delete_sec_context)                                                                \
    X(display_name)                                                                      \
    X(display_name_ext)                                                                  \
    X(display_status)                                                                    \
    X(duplicate_name)                                                                    \
    X(export_cred)                                                                       \
    X(export_name)                                                                       \
    X(export_name_composite)                                                             \
    X(export_sec_context)                                                                \
    X(get_mic)                                                                           \
    X(get_mic_iov)                                                                       \
    X(get_mic_iov_length)                                                                \
    X(get_name_attribute)                                                                \
    X(import_cred)                                                                       \
    X(import_name)                                                                       \
    X(import_sec_context)                                                                \
    X(indicate_mechs)                                                                    \
    X(init_sec_context)                                                                  \
    X(inquire_attrs_for_mech)                                                            \
    X(inquire_context)                                                                   \
    X(inquire_cred)                                                                      \
    X(inquire_cred_by_oid)                                                               \
    X(inquire_name)                                                                      \
    X(inquire_names_for_mech)                                                            \
    X(inquire_sec_context_by_oid)                                                        \
    X(localname)                                                                         \
    X(map_name_to_any)                                                                   \
    X(process_context_token)                                                             \
    X(pseudo_random)                                                                     \
    X(release_any_name_mapping)                                                          \
    X(release_cred)                                                                      \
    X(release_name)                                                                      \
    X(set_cred_option)                                                                   \
    X(set_name_attribute)                                                                \
    X(set_neg_mechs)                                                                     \
    X(set_sec_context_option)                                                            \
    X(unwrap)                                                                            \
    X(unwrap_aead)                                                                       \
    X(unwrap_iov)                                                                        \
    X(verify_mic)                                                                        \
    X(verify_mic_iov)                                                                    \
    X(wrap)                                                                              \
    X(wrap_aead)                                                                         \
    X(wrap_iov)                                                                          \
    X(wrap_iov_length)                                                                   \
    X(wrap_size_limit)

/* NOLINTNEXTLINE(bugprone-macro-parentheses): a name that is declared takes none */
#define GLUE_MEMBER(name) __typeof__(gss_##name) *name;
struct glue {
    GLUE_FUNCTIONS(GLUE_MEMBER)
};

/* glue_get: the table, which is static and filled once; NULL if libgssapi_krb5 lacks one
 * of the functions (MIT krb5 before 1.17). Must not be called under the glue's lock. */
const struct glue *glue_get(void);

/*
 * glue_set_own_oid: saves the OID that gss_mech_interposer was given; later calls change
 * nothing. glue_builtin_spnego, glue_builtin_spnego_set: the OID that reaches the
 * built-in SPNEGO and not this module: this module's own OID followed by SPNEGO's. NULL
 * before glue_set_own_oid. The descriptors are static.
 */
void glue_set_own_oid(gss_const_OID own);
gss_OID glue_builtin_spnego(void);
gss_OID_set glue_builtin_spnego_set(void);

/* glue_negotiates: whether the glue has this mechanism and SPNEGO may negotiate it. It
 * may not if the mechanism is a negotiation itself (GSS_C_MA_MECH_NEGO) or is deprecated
 * (GSS_C_MA_DEPRECATED). */
bool glue_negotiates(gss_const_OID mech);

/* glue_has_ntlm: whether the glue's configuration has a line with NTLM's OID. Without it
 * the glue does not know NTLM, and SPNEGO must not choose NTLM. */
bool glue_has_ntlm(void);

/* glue_has_third_party: whether the glue's configuration has a mechanism that is neither
 * MIT's nor NTLM; true also if that cannot be determined. The glue is asked once a
 * process, because it asks each mechanism for the answer. */
bool glue_has_third_party(void);

#endif
