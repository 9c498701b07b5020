/* SPDX-License-Identifier: ISC */
/* The credential's part that other mechanisms hold: Kerberos, and the built-in SPNEGO. */
#ifndef MECH_GLUE_CREDS_H
#define MECH_GLUE_CREDS_H

#include "mech/glue_cred_recipe.h"

enum foreign_kind {
    FOREIGN_BUILTIN, /* the built-in SPNEGO: exchanges that are handed on */
    FOREIGN_KRB5,    /* Kerberos under our SPNEGO */
    FOREIGN_KINDS,
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
struct foreign;

MUST_USE enum err foreign_new(const struct foreign_source *source, struct foreign **out);
void foreign_free(struct foreign *foreign);

/* foreign_new_empty: without a recipe; what it has is what it is given. */
MUST_USE enum err foreign_new_empty(struct foreign **out);

/* foreign_adopt: a glue credential of this kind that was made elsewhere (imported,
 * impersonated); taken over. There must be none of the kind yet. */
void foreign_adopt(struct foreign *foreign, enum foreign_kind kind, gss_cred_id_t cred);

/*
 * foreign_settle: foreign_get while the application acquires its credential, before
 * another thread knows it. What an initiator fails with is remembered for good, and
 * foreign_get then fails in the same way without asking anybody: a password is not sent
 * again, and tickets of a cache that the program chooses later are not taken. A cache
 * that a credential store names is looked at again. Errors as foreign_get.
 */
MUST_USE enum err foreign_settle(struct foreign *foreign, enum foreign_kind kind);

/* foreign_settle_as_krb5: after foreign_settle has failed for Kerberos: the built-in
 * SPNEGO fails in the same way. */
void foreign_settle_as_krb5(struct foreign *foreign);

/*
 * foreign_keep_out: Kerberos is not asked, now or later: both kinds fail with
 * ERR_CRED_NTLM_ALONE. why: static, the end of a sentence. is_of_user: Kerberos cannot
 * take the user; otherwise it could, and a setting forbids it. Before another thread
 * knows it, as foreign_settle. foreign_obstacle: why Kerberos cannot take the user, or
 * NULL.
 */
void foreign_keep_out(struct foreign *foreign, const char *why, bool is_of_user);
const char *foreign_obstacle(const struct foreign *foreign);

/* foreign_may_have: whether there is a credential of a kind, or a recipe that may make
 * one or tells why it does not. foreign_peek tells whether there is one now. */
bool foreign_may_have(const struct foreign *foreign, enum foreign_kind kind);

/* foreign_is_default: whether the recipe names neither a user, a password nor a store, so
 * that the default ticket cache, or one of its collection, is used. */
bool foreign_is_default(const struct foreign *foreign);

/* foreign_has_password: whether the recipe makes an initiator's credential of a
 * password. */
bool foreign_has_password(const struct foreign *foreign);

/*
 * foreign_set_option: gss_set_cred_option; GSS_S_* and minor as the glue gave them. The
 * built-in SPNEGO's credential, made now if need be, is told everything, once: an option
 * may act (copy a ticket file) or take its value over. Kerberos' own, beside it, is told
 * what must hold for both: allowed encryption types, GSS_KRB5_CRED_NO_CI_FLAGS_X. The
 * latter makes nothing, and is told to what is made later.
 */
OM_uint32 foreign_set_option(struct foreign *foreign, OM_uint32 *minor, gss_OID option,
                             gss_buffer_t value);

/* foreign_get: the credential of a kind, made now if need be; lives as long as foreign.
 * May ask a KDC. Errors: ERR_GLUE; ERR_NO_CRED without a recipe; ERR_CRED_NTLM_ALONE. A
 * failure is remembered by foreign_settle alone. */
MUST_USE enum err foreign_get(struct foreign *foreign, enum foreign_kind kind,
                              gss_cred_id_t *out_cred);

/* foreign_get_mech: the same for any mechanism of the glue; Kerberos' is FOREIGN_KRB5. */
MUST_USE enum err foreign_get_mech(struct foreign *foreign, gss_OID mech,
                                   gss_cred_id_t *out_cred);

/* foreign_set_neg_mechs: what the built-in SPNEGO's credential is told, now and whenever
 * it is made; the set is borrowed and must outlive foreign or the next call. */
MUST_USE enum err foreign_set_neg_mechs(struct foreign *foreign, gss_OID_set mechs);

/* foreign_peek: the same if it is there already, else GSS_C_NO_CREDENTIAL. No I/O. */
gss_cred_id_t foreign_peek(const struct foreign *foreign, enum foreign_kind kind);

/* foreign_builtin: the built-in SPNEGO's if it is there already or can be made of a
 * password's Kerberos credential, else GSS_C_NO_CREDENTIAL. No I/O. */
gss_cred_id_t foreign_builtin(struct foreign *foreign);

/* foreign_lifetime: the seconds that acquiring the credential told, if they were wanted,
 * which need not be what gss_inquire_cred does; indefinite if it is not there. */
OM_uint32 foreign_lifetime(const struct foreign *foreign, enum foreign_kind kind);

#endif
