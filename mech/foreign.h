/* SPDX-License-Identifier: ISC */
/* The credential's part that other mechanisms hold: Kerberos, and the built-in SPNEGO. */
#ifndef MECH_FOREIGN_H
#define MECH_FOREIGN_H

#include "asn1/buf.h"
#include "mech/glue.h"

/*
 * struct foreign_source: what an acquire call of the glue takes; borrowed. name is the
 * glue's or GSS_C_NO_NAME; password and store may be NULL. issuer: a credential to act
 * for (S4U), or GSS_C_NO_CREDENTIAL.
 */
struct foreign_source {
    gss_name_t name;
    const gss_buffer_desc *password;
    gss_const_key_value_set_t store;
    OM_uint32 time_req;
    gss_cred_usage_t usage;
    bool wants_lifetime; /* to tell it, Kerberos asks the KDC where it has a keytab */
};

enum foreign_kind {
    FOREIGN_BUILTIN, /* the built-in SPNEGO: exchanges that are handed on */
    FOREIGN_KRB5,    /* Kerberos under our SPNEGO */
    FOREIGN_KINDS,
};

/*
 * struct foreign: a recipe (a copy of its source, the password wiped with it) and the
 * glue credentials that were made of it, each on first need. Safe for several threads,
 * and in a child that was forked while one of them made a credential: it makes its own.
 */
struct foreign;

MUST_USE enum err foreign_new(const struct foreign_source *source, struct foreign **out);
void foreign_free(struct foreign *foreign);

/* foreign_new_empty: without a recipe; what it has is what it is given. */
MUST_USE enum err foreign_new_empty(struct foreign **out);

/* foreign_adopt: a glue credential of this kind that was made elsewhere (imported,
 * impersonated); taken over. There must be none of the kind yet. */
void foreign_adopt(struct foreign *foreign, enum foreign_kind kind, gss_cred_id_t cred);

/* foreign_may_have: whether there is a credential of a kind, or a recipe for one. */
bool foreign_may_have(const struct foreign *foreign, enum foreign_kind kind);

/* foreign_is_default: whether the recipe names neither a user, a password nor a store, so
 * that the default ticket cache, or one of its collection, is used. */
bool foreign_is_default(const struct foreign *foreign);

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
 * Errors: ERR_GLUE; ERR_NO_CRED without a recipe. A failure is not remembered. */
MUST_USE enum err foreign_get(struct foreign *foreign, enum foreign_kind kind,
                              gss_cred_id_t *out_cred);

/* foreign_get_mech: the same for any mechanism of the glue; Kerberos' is FOREIGN_KRB5. */
MUST_USE enum err foreign_get_mech(struct foreign *foreign, gss_OID mech,
                                   gss_cred_id_t *out_cred);

/* foreign_set_neg_mechs: what the built-in SPNEGO's credential is told, now and whenever
 * it is made; the set is borrowed and must outlive foreign or the next call. */
MUST_USE enum err foreign_set_neg_mechs(struct foreign *foreign, gss_OID_set mechs);

/* foreign_peek: the same if it is there already, else GSS_C_NO_CREDENTIAL. */
gss_cred_id_t foreign_peek(const struct foreign *foreign, enum foreign_kind kind);

/* foreign_lifetime: the seconds that acquiring the credential told, if they were wanted,
 * which need not be what gss_inquire_cred does; indefinite if it is not there. */
OM_uint32 foreign_lifetime(const struct foreign *foreign, enum foreign_kind kind);

#endif
