/* SPDX-License-Identifier: ISC */
/* What a struct foreign is made of; for foreign*.c alone. */
#ifndef MECH_GLUE_CREDS_OBJECT_H
#define MECH_GLUE_CREDS_OBJECT_H

#include "conf/lock.h"
#include "mech/glue_creds.h"

/* struct other: the credential of a mechanism that has no kind of its own. */
struct other {
    struct other *next;
    gss_OID_set mech; /* one member */
    gss_cred_id_t cred;
};

/* struct refusal: what acquiring a credential failed with when that was settled. */
struct refusal {
    bool is_known;
    OM_uint32 major;
    OM_uint32 minor;
};

/* The first members do not change once the application has its credential. */
struct glue_creds {
    bool has_recipe;
    struct recipe recipe;
    const char *excluded; /* why Kerberos is not asked; NULL: it is */
    bool is_of_user;      /* kept_out: it cannot take the user */
    struct refusal refused[GLUE_CRED_KINDS];

    struct fork_lock lock; /* of all that follows; no I/O happens under it */
    gss_OID_set neg_mechs; /* borrowed */
    bool no_ci_flags;      /* GSS_KRB5_CRED_NO_CI_FLAGS_X */
    struct other *others;
    gss_cred_id_t creds[GLUE_CRED_KINDS];
    OM_uint32 lifetimes[GLUE_CRED_KINDS];
};

/* glue_creds_apply_all: tells a new credential of this kind what the application said
 * before it was there. glue_creds_apply_no_ci_flags: GSS_KRB5_CRED_NO_CI_FLAGS_X alone.
 * Locked by the caller; no I/O. GSS_S_* and minor. */
OM_uint32 glue_creds_apply_all(const struct glue_creds *f, enum glue_cred_kind kind,
                               gss_cred_id_t *cred, OM_uint32 *minor);
OM_uint32 glue_creds_apply_no_ci_flags(const struct glue_creds *f, gss_cred_id_t *cred,
                                       OM_uint32 *minor);

#endif
