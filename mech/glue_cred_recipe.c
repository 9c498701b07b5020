/* SPDX-License-Identifier: ISC */
/* How a credential of the mechglue is acquired. */
#include "mech/glue_cred_recipe.h"

#include "mech/passthrough/ntlm_suppress.h"
#include "mech/status.h"

#include <string.h>

void recipe_cleanup(struct recipe *recipe)
{
    OM_uint32 minor;

    if (recipe->name != GSS_C_NO_NAME) {
        (void)glue_get()->release_name(&minor, &recipe->name);
    }
    buf_cleanup(&recipe->password);
    store_copy_cleanup(&recipe->store);
}

static enum err copy_password(const gss_buffer_desc *password, struct recipe *out)
{
    if (password == NULL) {
        return ERR_OK;
    }
    out->has_password = true;
    buf_append(&out->password,
               bytes_of(password->value, password->value == NULL ? 0 : password->length));
    return buf_status(&out->password);
}

enum err recipe_copy(const struct glue_cred_source *source, struct recipe *out)
{
    OM_uint32 minor = 0;
    enum err e;

    out->time_req = source->time_req;
    out->usage = source->usage;
    out->wants_lifetime = source->wants_lifetime;
    if (source->name != GSS_C_NO_NAME) {
        OM_uint32 major = glue_get()->duplicate_name(&minor, source->name, &out->name);
        if ((e = status_glue(major, minor)) != ERR_OK) {
            return e;
        }
    }
    e = copy_password(source->password, out);
    return e != ERR_OK ? e : store_copy_dup(source->store, &out->store);
}

static bool store_has(const struct store_copy *store, const char *key)
{
    for (size_t i = 0; i < store->set.count; i++) {
        if (strcmp(store->set.elements[i].key, key) == 0) {
            return true;
        }
    }
    return false;
}

bool recipe_has_password(const struct recipe *recipe)
{
    return recipe->usage != GSS_C_ACCEPT &&
           (recipe->has_password || store_has(&recipe->store, "password"));
}

bool recipe_names_ccache(const struct recipe *recipe)
{
    return recipe->usage != GSS_C_ACCEPT && store_has(&recipe->store, "ccache");
}

/* NTLM is suppressed: with an NTLM part in the credential, the built-in SPNEGO would fall
 * back to NTLM by its own rules. */
OM_uint32 recipe_acquire(const struct recipe *recipe, gss_OID_set mechs, OM_uint32 *minor,
                         gss_cred_id_t *out_cred, OM_uint32 *out_lifetime)
{
    NTLM_SUPPRESS_AUTO suppressed = ntlm_suppress_begin();
    const struct glue *glue = glue_get();
    gss_buffer_desc password = {recipe->password.n, recipe->password.p};
    OM_uint32 *lifetime = recipe->wants_lifetime ? out_lifetime : NULL;

    if (recipe->has_password) {
        return glue->acquire_cred_with_password(minor, recipe->name, &password,
                                                recipe->time_req, mechs, recipe->usage,
                                                out_cred, NULL, lifetime);
    }
    return glue->acquire_cred_from(
        minor, recipe->name, recipe->time_req, mechs, recipe->usage,
        recipe->store.present ? (gss_const_key_value_set_t)&recipe->store.set : NULL,
        out_cred, NULL, lifetime);
}
