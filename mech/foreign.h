/* SPDX-License-Identifier: ISC */
/* The credential's part that other mechanisms hold: Kerberos, and the built-in SPNEGO. */
#ifndef MECH_FOREIGN_H
#define MECH_FOREIGN_H

#include "asn1/buf.h"
#include "mech/glue.h"

#include <pthread.h>

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
};

enum foreign_kind {
    FOREIGN_BUILTIN, /* the built-in SPNEGO: exchanges that are handed on */
    FOREIGN_KRB5,    /* Kerberos under our SPNEGO */
    FOREIGN_KINDS,
};

/*
 * struct foreign: a recipe (a copy of its source, the password wiped with it) and the
 * glue credentials that were made of it, each on first need. Safe for several threads.
 */
struct foreign;

MUST_USE enum err foreign_new(const struct foreign_source *source, struct foreign **out);
void foreign_free(struct foreign *foreign);

/* foreign_adopt: a glue credential that was made elsewhere (imported, impersonated); it
 * is of this kind, and there is no recipe for the other. Takes it over even on failure.
 */
MUST_USE enum err foreign_adopt(enum foreign_kind kind, gss_cred_id_t cred,
                                struct foreign **out);

/* foreign_get: the credential of a kind, made now if need be; lives as long as foreign.
 * Errors: ERR_GLUE; ERR_NO_CRED without a recipe. A failure is not remembered. */
MUST_USE enum err foreign_get(struct foreign *foreign, enum foreign_kind kind,
                              gss_cred_id_t *out_cred);

/* foreign_set_neg_mechs: what the built-in SPNEGO's credential is told, now and whenever
 * it is made; the set is borrowed and must outlive foreign or the next call. */
MUST_USE enum err foreign_set_neg_mechs(struct foreign *foreign, gss_OID_set mechs);

/* foreign_peek: the same if it is there already, else GSS_C_NO_CREDENTIAL. */
gss_cred_id_t foreign_peek(const struct foreign *foreign, enum foreign_kind kind);

/* foreign_lifetime: the seconds that acquiring the credential told, which need not be
 * what gss_inquire_cred does; indefinite if it is not there. */
OM_uint32 foreign_lifetime(const struct foreign *foreign, enum foreign_kind kind);

#endif
