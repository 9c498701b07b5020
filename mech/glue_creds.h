/* SPDX-License-Identifier: ISC */
/* The credential's part that other mechanisms hold: Kerberos, and the built-in SPNEGO. */
#ifndef MECH_GLUE_CREDS_H
#define MECH_GLUE_CREDS_H

#include "mech/glue_cred_recipe.h"

enum glue_cred_kind {
    GLUE_CRED_BUILTIN, /* the built-in SPNEGO: exchanges that are handed on */
    GLUE_CRED_KRB5,    /* Kerberos under our SPNEGO */
    GLUE_CRED_KINDS,
};

/*
 * struct foreign: a recipe (a copy of its source, the password wiped with it) and the
 * glue credentials that were made of it, each on first need. Safe for several threads:
 * no lock is held while a credential is made, so a slow KDC holds up nobody but the
 * thread that asks it. Where two threads make the same one, the second is dropped. A
 * child that was forked meanwhile makes its own.
 *
 * A password goes to the KDC once: the first kind that is asked for asks it. The built-in
 * SPNEGO's credential is then made of Kerberos' own, without I/O; Kerberos' own is not
 * made of the built-in SPNEGO's.
 */
struct glue_creds;

MUST_USE enum err glue_creds_new(const struct glue_cred_source *source,
                                 struct glue_creds **out);
void glue_creds_free(struct glue_creds *glue_creds);

/* glue_creds_new_empty: without a recipe; what it has is what it is given. */
MUST_USE enum err glue_creds_new_empty(struct glue_creds **out);

/* glue_creds_adopt: a glue credential of this kind that was made elsewhere (imported,
 * impersonated); taken over. There must be none of the kind yet. */
void glue_creds_adopt(struct glue_creds *glue_creds, enum glue_cred_kind kind,
                      gss_cred_id_t cred);

/*
 * glue_creds_settle: glue_creds_get while the application acquires its credential, before
 * another thread knows it. What an initiator fails with is remembered for good, and
 * glue_creds_get then fails in the same way without asking anybody: a password is not
 * sent again, and tickets of a cache that the program chooses later are not taken. A
 * cache that a credential store names is looked at again. Errors as glue_creds_get.
 */
MUST_USE enum err glue_creds_settle(struct glue_creds *glue_creds,
                                    enum glue_cred_kind kind);

/* glue_creds_settle_as_krb5: after glue_creds_settle has failed for Kerberos: the
 * built-in SPNEGO fails in the same way. */
void glue_creds_settle_as_krb5(struct glue_creds *glue_creds);

/*
 * glue_creds_exclude: Kerberos is not asked, now or later: both kinds fail with
 * ERR_CRED_NTLM_ALONE. why: static, the end of a sentence. is_of_user: Kerberos cannot
 * take the user; otherwise it could, and a setting forbids it. Before another thread
 * knows it, as glue_creds_settle. glue_creds_obstacle: why Kerberos cannot take the user,
 * or NULL.
 */
void glue_creds_exclude(struct glue_creds *glue_creds, const char *reason,
                        bool is_of_user);
const char *glue_creds_obstacle(const struct glue_creds *glue_creds);

/* glue_creds_may_have: whether there is a credential of a kind, or a recipe that may make
 * one or tells why it does not. glue_creds_peek tells whether there is one now. */
bool glue_creds_may_have(const struct glue_creds *glue_creds, enum glue_cred_kind kind);

/* glue_creds_is_default: whether the recipe names neither a user, a password nor a store,
 * so that the default ticket cache, or one of its collection, is used. */
bool glue_creds_is_default(const struct glue_creds *glue_creds);

/* glue_creds_has_password: whether the recipe makes an initiator's credential of a
 * password. */
bool glue_creds_has_password(const struct glue_creds *glue_creds);

/*
 * glue_creds_set_option: gss_set_cred_option; GSS_S_* and minor as the glue gave them.
 * The built-in SPNEGO's credential, made now if need be, is told everything, once: an
 * option may act (copy a ticket file) or take its value over. Kerberos' own, beside it,
 * is told what must hold for both: allowed encryption types, GSS_KRB5_CRED_NO_CI_FLAGS_X.
 * The latter makes nothing, and is told to what is made later.
 */
OM_uint32 glue_creds_set_option(struct glue_creds *glue_creds, OM_uint32 *minor,
                                gss_OID option, gss_buffer_t value);

/* glue_creds_get: the credential of a kind, made now if need be; lives as long as
 * foreign. May ask a KDC. Errors: ERR_GLUE; ERR_NO_CRED without a recipe;
 * ERR_CRED_NTLM_ALONE. A failure is remembered by glue_creds_settle alone. */
MUST_USE enum err glue_creds_get(struct glue_creds *glue_creds, enum glue_cred_kind kind,
                                 gss_cred_id_t *out_cred);

/* glue_creds_get_mech: the same for any mechanism of the glue; Kerberos' is
 * GLUE_CRED_KRB5. */
MUST_USE enum err glue_creds_get_mech(struct glue_creds *glue_creds, gss_OID mech,
                                      gss_cred_id_t *out_cred);

/* glue_creds_set_neg_mechs: what the built-in SPNEGO's credential is told, now and
 * whenever it is made; the set is borrowed and must outlive foreign or the next call. */
MUST_USE enum err glue_creds_set_neg_mechs(struct glue_creds *glue_creds,
                                           gss_OID_set mechs);

/* glue_creds_peek: the same if it is there already, else GSS_C_NO_CREDENTIAL. No I/O. */
gss_cred_id_t glue_creds_peek(const struct glue_creds *glue_creds,
                              enum glue_cred_kind kind);

/* glue_creds_builtin: the built-in SPNEGO's if it is there already or can be made of a
 * password's Kerberos credential, else GSS_C_NO_CREDENTIAL, also for NULL. No I/O. */
gss_cred_id_t glue_creds_builtin(struct glue_creds *glue_creds);

/* glue_creds_lifetime: the seconds that acquiring the credential told, if they were
 * wanted, which need not be what gss_inquire_cred does; indefinite if it is not there. */
OM_uint32 glue_creds_lifetime(const struct glue_creds *glue_creds,
                              enum glue_cred_kind kind);

#endif
