/* SPDX-License-Identifier: ISC */
/* How a credential of the mechglue is acquired: a copy of an acquire call's arguments. */
#ifndef MECH_GLUE_CRED_RECIPE_H
#define MECH_GLUE_CRED_RECIPE_H

#include "base/buf.h"
#include "mech/cred_store_copy.h"
#include "mech/glue.h"

/*
 * struct glue_cred_source: the arguments of an acquire call of the glue; borrowed. name
 * is a name of the glue or GSS_C_NO_NAME. password and store may be NULL.
 */
struct glue_cred_source {
    gss_name_t name;
    const gss_buffer_desc *password;
    gss_const_key_value_set_t store;
    OM_uint32 time_req;
    gss_cred_usage_t usage;
    bool wants_lifetime; /* with a client keytab, Kerberos asks the KDC to learn it */
};

/* struct recipe: a copy of a source. It never changes, so several threads may read it. */
struct recipe {
    gss_name_t name;
    bool has_password;
    struct buf password;
    struct store_copy store;
    OM_uint32 time_req;
    gss_cred_usage_t usage;
    bool wants_lifetime;
};

/* recipe_copy: out must hold zeroes; the caller cleans it up, also after an error.
 * Errors: ERR_GLUE, ERR_ARGUMENT, ERR_NO_MEMORY. recipe_cleanup: wipes the password. */
MUST_USE enum err recipe_copy(const struct glue_cred_source *source, struct recipe *out);
void recipe_cleanup(struct recipe *recipe);

/* recipe_has_password: whether it makes an initiator's credential from a password.
 * Acquiring that asks the KDC. */
bool recipe_has_password(const struct recipe *recipe);

/* recipe_names_ccache: whether it makes an initiator's credential from a ticket cache
 * that a credential store names. */
bool recipe_names_ccache(const struct recipe *recipe);

/*
 * recipe_acquire: acquires a credential of the glue for these mechanisms. It has no NTLM
 * part, even if mechs name NTLM. May ask a KDC, so the caller holds no lock. Returns the
 * glue's GSS_S_* and minor. out_lifetime: written if the recipe wants lifetimes.
 */
OM_uint32 recipe_acquire(const struct recipe *recipe, gss_OID_set mechs, OM_uint32 *minor,
                         gss_cred_id_t *out_cred, OM_uint32 *out_lifetime);

#endif
