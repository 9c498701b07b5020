/* SPDX-License-Identifier: ISC */
/* How a glue credential is acquired: a copy of what an acquire call was given. */
#ifndef MECH_GLUE_CRED_RECIPE_H
#define MECH_GLUE_CRED_RECIPE_H

#include "base/buf.h"
#include "mech/glue.h"
#include "mech/cred_store_copy.h"

/*
 * struct glue_cred_source: what an acquire call of the glue takes; borrowed. name is the
 * glue's or GSS_C_NO_NAME; password and store may be NULL.
 */
struct glue_cred_source {
    gss_name_t name;
    const gss_buffer_desc *password;
    gss_const_key_value_set_t store;
    OM_uint32 time_req;
    gss_cred_usage_t usage;
    bool wants_lifetime; /* to tell it, Kerberos asks the KDC where it has a keytab */
};

/* struct recipe: a copy of a source. It does not change once it is made, so several
 * threads may read it. */
struct recipe {
    gss_name_t name;
    bool has_password;
    struct buf password;
    struct store_copy store;
    OM_uint32 time_req;
    gss_cred_usage_t usage;
    bool wants_lifetime;
};

/* recipe_copy: out must be zeroed; after an error it must be cleaned up too. Errors:
 * ERR_GLUE, ERR_ARGUMENT, ERR_NO_MEMORY. recipe_cleanup: wipes the password. */
MUST_USE enum err recipe_copy(const struct glue_cred_source *source, struct recipe *out);
void recipe_cleanup(struct recipe *recipe);

/* recipe_has_password: whether it makes an initiator's credential from a password, so
 * that acquiring it asks the KDC. */
bool recipe_has_password(const struct recipe *recipe);

/* recipe_follows_default: whether it makes an initiator's credential from the ticket
 * cache that is the default one at the moment of the call. */
bool recipe_follows_default(const struct recipe *recipe);

/*
 * recipe_acquire: makes a glue credential for these mechanisms; may ask a KDC, so no
 * lock may be held. NTLM is not among them, whatever mechs say. GSS_S_* and minor as the
 * glue gave them. out_lifetime: written if the recipe wants lifetimes.
 */
OM_uint32 recipe_acquire(const struct recipe *recipe, gss_OID_set mechs, OM_uint32 *minor,
                         gss_cred_id_t *out_cred, OM_uint32 *out_lifetime);

#endif
