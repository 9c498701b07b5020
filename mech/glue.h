/* SPDX-License-Identifier: ISC */
/* The mechglue's own functions, looked up once, and the way to the built-in SPNEGO. */
#ifndef MECH_GLUE_H
#define MECH_GLUE_H

#include "base/err.h"

#include <stdbool.h>

#include <gssapi/gssapi.h>
#include <gssapi/gssapi_ext.h>
#include <gssapi/gssapi_krb5.h>

/*
 * The module defines gss_init_sec_context and its like itself: inside it such a call
 * would bind to the module or to the mechglue, depending on how the host program was
 * linked. So what the module exports is called through this table only, filled by dlsym
 * on libgssapi_krb5's handle.
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

/* glue_get: the table; NULL if libgssapi_krb5 lacks one of them (MIT krb5 before 1.17).
 * Not under the glue's lock. Static, filled once. */
const struct glue *glue_get(void);

/*
 * glue_set_own_oid: what gss_mech_interposer was given; kept once. glue_builtin_spnego:
 * the built-in SPNEGO under the name that reaches it past us (own OID followed by
 * SPNEGO's); NULL before. Static descriptors.
 */
void glue_set_own_oid(gss_const_OID own);
gss_OID glue_builtin_spnego(void);
gss_OID_set glue_builtin_spnego_set(void);

/* glue_negotiates: whether a mechanism is one of the glue's that SPNEGO may negotiate: no
 * negotiation itself, and not deprecated (GSS_C_MA_MECH_NEGO, GSS_C_MA_DEPRECATED). */
bool glue_negotiates(gss_const_OID mech);

/* glue_has_ntlm: whether a line of the glue's configuration has NTLM's OID: without it
 * the glue does not know the mechanism that SPNEGO would have chosen. */
bool glue_has_ntlm(void);

#endif
