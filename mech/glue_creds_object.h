/* SPDX-License-Identifier: ISC */
/* The members of struct glue_creds; for glue_creds*.c only. */
#ifndef MECH_GLUE_CREDS_OBJECT_H
#define MECH_GLUE_CREDS_OBJECT_H

#include "base/failure.h"
#include "conf/lock.h"
#include "mech/glue_creds.h"

/* struct other: the credential of another mechanism than SPNEGO and Kerberos. */
struct other {
    struct other *next;
    gss_OID_set mech; /* one member */
    gss_cred_id_t cred;
};

/* The members above the lock do not change after the application's acquire call. */
struct glue_creds {
    bool has_recipe;
    struct recipe recipe;
    /* ERR_OK, or the error of each later get */
    struct saved_failure refused[GLUE_CRED_KINDS];
    bool builtin_is_none; /* glue_creds_settle_as_none */
    const char *obstacle; /* static: why Kerberos cannot take the user; or NULL */

    struct fork_lock lock; /* protects all that follows; not held during I/O */
    gss_OID_set neg_mechs; /* borrowed */
    bool no_ci_flags;      /* GSS_KRB5_CRED_NO_CI_FLAGS_X */
    struct other *others;
    gss_cred_id_t creds[GLUE_CRED_KINDS];
    OM_uint32 lifetimes[GLUE_CRED_KINDS];
    struct saved_failure builtin_error; /* with builtin_is_none: ERR_OK until asked */
};

/* glue_creds_apply_all: sets on a new credential of this kind the options that the
 * application gave before. glue_creds_apply_no_ci_flags: only
 * GSS_KRB5_CRED_NO_CI_FLAGS_X. The caller holds the lock. No I/O. Both return GSS_S_* and
 * minor. */
OM_uint32 glue_creds_apply_all(const struct glue_creds *self, enum glue_cred_kind kind,
                               gss_cred_id_t *cred, OM_uint32 *minor);
OM_uint32 glue_creds_apply_no_ci_flags(const struct glue_creds *self, gss_cred_id_t *cred,
                                       OM_uint32 *minor);

#endif
