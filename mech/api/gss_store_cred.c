/* SPDX-License-Identifier: ISC */
/* Storing a credential in the user's own file. */
#include "mech/cred.h"

#include "mech/api/call.h"
#include "mech/oid.h"

#include <string.h>

/* Whether a store names no key of NTLM, so that it is meant for other mechanisms. */
static bool is_for_others(gss_const_key_value_set_t store)
{
    static const char prefix[] = "ntlmssp_";
    bool is_ours = store == NULL || store->count == 0;

    for (size_t i = 0; !is_ours && i < store->count; i++) {
        is_ours = store->elements[i].key != NULL &&
                  strncmp(store->elements[i].key, prefix, strlen(prefix)) == 0;
    }
    return !is_ours;
}

/* struct stored: where a store call's results go; each may be NULL. */
struct stored {
    OM_uint32 *minor;
    gss_OID_set *mechs;
    gss_cred_usage_t *usage;
};

static enum err store(const struct mech_cred *cred, gss_const_OID mech,
                      struct cred_storing *storing, gss_const_key_value_set_t keys,
                      const struct stored *out)
{
    enum err e;

    if ((e = cred_source_read_set(keys, &storing->keys)) == ERR_OK) {
        e = cred_store(cred, storing);
    }
    ntlm_key_wipe(&storing->keys.nt_hash);
    if (e == ERR_OK && out->mechs != NULL) {
        e = oid_set_new(&mech, 1, out->mechs);
    }
    if (e == ERR_OK && out->usage != NULL) {
        *out->usage = GSS_C_INITIATE;
    }
    return e;
}

/*
 * Stores the NTLM part of a credential. The mechglue, asked to store the credentials of
 * all mechanisms, calls each of them without mechs, and returns what the last one
 * returned. So without mechs the call succeeds in vain where it is meant for other
 * mechanisms: an error would hide that Kerberos has stored.
 */
static OM_uint32 store_cred(gss_cred_id_t cred, gss_const_OID mech,
                            struct cred_storing storing, gss_const_key_value_set_t keys,
                            const struct stored *out)
{
    const struct mech_cred *ours = call_cred(cred);
    bool has_part;

    call_begin(out->minor);
    if (out->mechs != NULL) {
        *out->mechs = GSS_C_NO_OID_SET;
    }
    if (ours == NULL) {
        return call_end(ERR_ARGUMENT, out->minor);
    }
    has_part = ours->name != NULL;
    if (out->mechs == NULL && (!has_part || is_for_others(keys))) {
        return GSS_S_COMPLETE;
    }
    if (is_for_others(keys)) {
        return call_end(err_note(ERR_NOT_STORED, "the keys are of other mechanisms"),
                        out->minor);
    }
    return call_end(store(ours, mech, &storing, keys, out), out->minor);
}

/* The parameters of the four calls, which have the same names in each. */
#define STORING ((struct cred_storing){usage, overwrite != 0, is_default != 0, {0}})
#define RESULTS (&(struct stored){minor, mechs, usage_stored})

GSS_EXPORT OM_uint32 gss_store_cred(OM_uint32 *minor, gss_cred_id_t cred,
                                    gss_cred_usage_t usage, const gss_OID mech,
                                    OM_uint32 overwrite, OM_uint32 is_default,
                                    gss_OID_set *mechs, gss_cred_usage_t *usage_stored)
{
    (void)mech;
    return store_cred(cred, &MECH_OID_NTLM, STORING, NULL, RESULTS);
}

GSS_EXPORT OM_uint32 gssi_store_cred(OM_uint32 *minor, gss_cred_id_t cred,
                                     gss_cred_usage_t usage, const gss_OID mech,
                                     OM_uint32 overwrite, OM_uint32 is_default,
                                     gss_OID_set *mechs, gss_cred_usage_t *usage_stored)
{
    (void)mech;
    return store_cred(cred, &MECH_OID_SPNEGO, STORING, NULL, RESULTS);
}

GSS_EXPORT OM_uint32 gss_store_cred_into(OM_uint32 *minor, gss_cred_id_t cred,
                                         gss_cred_usage_t usage, gss_OID mech,
                                         OM_uint32 overwrite, OM_uint32 is_default,
                                         gss_const_key_value_set_t keys,
                                         gss_OID_set *mechs,
                                         gss_cred_usage_t *usage_stored)
{
    (void)mech;
    return store_cred(cred, &MECH_OID_NTLM, STORING, keys, RESULTS);
}

GSS_EXPORT OM_uint32 gssi_store_cred_into(OM_uint32 *minor, gss_cred_id_t cred,
                                          gss_cred_usage_t usage, gss_OID mech,
                                          OM_uint32 overwrite, OM_uint32 is_default,
                                          gss_const_key_value_set_t keys,
                                          gss_OID_set *mechs,
                                          gss_cred_usage_t *usage_stored)
{
    (void)mech;
    return store_cred(cred, &MECH_OID_SPNEGO, STORING, keys, RESULTS);
}
