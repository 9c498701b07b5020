/* SPDX-License-Identifier: ISC */
/* The credentials that the mechglue's own mechanisms hold for one credential of ours. */
#ifndef MECH_GLUE_CREDS_H
#define MECH_GLUE_CREDS_H

#include "mech/glue_cred_recipe.h"

enum glue_cred_kind {
    GLUE_CRED_BUILTIN, /* of the built-in SPNEGO, for exchanges with FRAMING_PASSTHROUGH
                        */
    GLUE_CRED_KRB5,    /* of Kerberos, for exchanges of our SPNEGO */
    GLUE_CRED_KINDS,
};

/*
 * struct glue_creds: a recipe, which is a copy of the arguments of an acquire call, and
 * the credentials of the mechglue that are made from it. Each is made when it is first
 * needed. Several threads may use one: no lock is held while a credential is made, so a
 * slow KDC delays only the thread that asks it. If two threads make the same credential,
 * the second one is dropped. A child that is forked meanwhile makes its own. The password
 * of the recipe is wiped with it.
 *
 * A password is sent to the KDC once. If Kerberos' credential was made first, the
 * built-in SPNEGO's is made from it without I/O. Kerberos' is never made from the
 * built-in SPNEGO's: there is then no Kerberos credential.
 */
struct glue_creds;

MUST_USE enum err glue_creds_new(const struct glue_cred_source *source,
                                 struct glue_creds **out);
void glue_creds_free(struct glue_creds *glue_creds);

/* glue_creds_new_empty: without a recipe. It has the credentials that glue_creds_adopt
 * gives it. */
MUST_USE enum err glue_creds_new_empty(struct glue_creds **out);

/* glue_creds_adopt: takes ownership of a credential of this kind that was made elsewhere
 * (imported, impersonated). There must be none of the kind yet. */
void glue_creds_adopt(struct glue_creds *glue_creds, enum glue_cred_kind kind,
                      gss_cred_id_t cred);

/*
 * glue_creds_settle: glue_creds_get during the application's acquire call, before another
 * thread can have the credential. The error is remembered: glue_creds_get then fails in
 * the same way without asking a KDC or reading a keytab. So a password is not sent again,
 * and tickets of a cache that the program selects later are not used. A cache that a
 * credential store names is read again. Errors as glue_creds_get.
 */
MUST_USE enum err glue_creds_settle(struct glue_creds *glue_creds,
                                    enum glue_cred_kind kind);

/* glue_creds_settle_as_krb5: after glue_creds_settle has failed for Kerberos, makes the
 * built-in SPNEGO fail in the same way. */
void glue_creds_settle_as_krb5(struct glue_creds *glue_creds);

/* glue_creds_settle_as_none: likewise, but with the built-in SPNEGO's own error. It is
 * asked for the error by the first glue_creds_get for its credential. A credential that
 * it finds then, because keys or tickets have come, is not used. Does nothing if the
 * error for Kerberos is not remembered. */
void glue_creds_settle_as_none(struct glue_creds *glue_creds);

/*
 * glue_creds_exclude: makes both kinds fail with ERR_CRED_NTLM_ALONE from now on;
 * Kerberos is not asked. reason: static, the end of a sentence. is_of_user: Kerberos
 * cannot take this user; if false, a setting forbids Kerberos. To be called during the
 * application's acquire call. glue_creds_obstacle: the reason if Kerberos cannot take the
 * user, else NULL.
 */
void glue_creds_exclude(struct glue_creds *glue_creds, const char *reason,
                        bool is_of_user);
const char *glue_creds_obstacle(const struct glue_creds *glue_creds);

/* glue_creds_may_have: whether there is a credential of this kind, or a recipe that can
 * make one or fail with a reason. glue_creds_peek: whether there is one now. */
bool glue_creds_may_have(const struct glue_creds *glue_creds, enum glue_cred_kind kind);

/* glue_creds_is_default: whether the recipe names no user, no password and no store, so
 * that Kerberos uses the default ticket cache, or a cache of its collection. */
bool glue_creds_is_default(const struct glue_creds *glue_creds);

/* glue_creds_has_password: whether the recipe makes an initiator's credential from a
 * password. */
bool glue_creds_has_password(const struct glue_creds *glue_creds);

/*
 * glue_creds_set_option: gss_set_cred_option; returns the glue's GSS_S_* and minor. Each
 * option is set once on the built-in SPNEGO's credential, which is made now if there is
 * none: an option may act (copy a ticket file) or take ownership of its value. The
 * options that must hold for Kerberos' credential too are also set there: allowed
 * encryption types and GSS_KRB5_CRED_NO_CI_FLAGS_X. The latter makes no credential, and
 * is also set on those that are made later.
 */
OM_uint32 glue_creds_set_option(struct glue_creds *glue_creds, OM_uint32 *minor,
                                gss_OID option, gss_buffer_t value);

/* glue_creds_get: the credential of a kind, made now if there is none; it lives as long
 * as glue_creds. May ask a KDC. Errors: ERR_GLUE; ERR_NO_CRED without a recipe;
 * ERR_CRED_NTLM_ALONE. It does not remember a failure, as glue_creds_settle does. */
MUST_USE enum err glue_creds_get(struct glue_creds *glue_creds, enum glue_cred_kind kind,
                                 gss_cred_id_t *out_cred);

/* glue_creds_get_mech: the same for any mechanism of the glue. For Kerberos it is the
 * credential of GLUE_CRED_KRB5. */
MUST_USE enum err glue_creds_get_mech(struct glue_creds *glue_creds, gss_OID mech,
                                      gss_cred_id_t *out_cred);

/* glue_creds_set_neg_mechs: sets the mechanisms on the built-in SPNEGO's credential, now
 * or when it is made. mechs is borrowed: it must live until glue_creds is freed or
 * another set is given. */
MUST_USE enum err glue_creds_set_neg_mechs(struct glue_creds *glue_creds,
                                           gss_OID_set mechs);

/* glue_creds_peek: the credential of a kind if it exists already, else
 * GSS_C_NO_CREDENTIAL. No I/O. */
gss_cred_id_t glue_creds_peek(const struct glue_creds *glue_creds,
                              enum glue_cred_kind kind);

/* glue_creds_builtin: the built-in SPNEGO's credential if it exists already or can be
 * made from the Kerberos credential of a password, else GSS_C_NO_CREDENTIAL; glue_creds
 * may be NULL. No I/O. */
gss_cred_id_t glue_creds_builtin(struct glue_creds *glue_creds);

/* glue_creds_lifetime: the lifetime in seconds that the acquire call gave, if the recipe
 * asks for lifetimes; gss_inquire_cred may give another one. GSS_C_INDEFINITE if there is
 * no credential. */
OM_uint32 glue_creds_lifetime(const struct glue_creds *glue_creds,
                              enum glue_cred_kind kind);

#endif
