/* SPDX-License-Identifier: ISC */
/* Credentials: what they hold, what they allow, and the options that are set on them. */
#include "mech/cred.h"

#include "mech/oid.h"

#include <stdlib.h>
#include <string.h>

void cred_free(struct mech_cred *cred)
{
    OM_uint32 minor;

    if (cred == NULL) {
        return;
    }
    name_free(cred->name);
    credential_list_cleanup(&cred->users);
    buf_cleanup(&cred->user_file);
    glue_creds_free(cred->glue_creds);
    if (cred->neg_mechs != GSS_C_NO_OID_SET) {
        (void)gss_release_oid_set(&minor, &cred->neg_mechs);
    }
    free(cred);
}

enum err cred_adopt(gss_cred_id_t builtin, gss_cred_usage_t usage, struct mech_cred **out)
{
    CRED_AUTO *cred = calloc(1, sizeof(*cred));
    OM_uint32 minor;

    *out = NULL;
    if (cred == NULL || glue_creds_new_empty(&cred->glue_creds) != ERR_OK) {
        (void)glue_get()->release_cred(&minor, &builtin);
        return ERR_NO_MEMORY;
    }
    glue_creds_adopt(cred->glue_creds, GLUE_CRED_BUILTIN, builtin);
    cred->usage = usage;
    *out = cred;
    cred = NULL;
    return ERR_OK;
}

void cred_cleanup(struct mech_cred **cred)
{
    cred_free(*cred);
    *cred = NULL;
}

bool cred_has_ntlm(const struct mech_cred *cred, gss_cred_usage_t direction)
{
    return cred->name != NULL && cred_may(cred, direction) &&
           cred_may_use(cred, &MECH_OID_NTLM);
}

enum err cred_user(const struct mech_cred *cred, const struct mech_name *target,
                   const struct credential_choice **out)
{
    const struct settings *settings;
    enum err e;

    *out = NULL;
    if (cred->users.n == 0) {
        return ERR_OK;
    }
    if (cred->users.choices[0].patterns.n == 0) {
        *out = &cred->users.choices[0];
        return ERR_OK;
    }
    if ((e = settings_acquire(&settings)) != ERR_OK) {
        return e;
    }
    e = credential_list_find(settings, &cred->users, name_policy_target(target), out);
    settings_release(settings);
    return e;
}

bool cred_may(const struct mech_cred *cred, gss_cred_usage_t direction)
{
    return cred->usage == GSS_C_BOTH || cred->usage == direction;
}

enum err cred_set_option(struct mech_cred *cred, struct bytes option, struct bytes value)
{
    if (bytes_equal(option, OPTION_NO_CI_FLAGS)) {
        cred->no_ci_flags = true;
        return ERR_OK;
    }
    if (!bytes_equal(option, OPTION_NEG_FLAGS)) {
        return ERR_OPTION;
    }
    if (value.n != sizeof(cred->offered_flags)) {
        /* ERR_OPTION would hide the detail: its major is GSS_S_UNAVAILABLE, whose minor
         * the glue drops. */
        return err_note(ERR_OPTION_VALUE, "negotiate flags are 4 bytes in host order");
    }
    memcpy(&cred->offered_flags, value.p, sizeof(cred->offered_flags));
    return ERR_OK;
}

enum err cred_set_neg_mechs(struct mech_cred *cred, const gss_OID_set mechs)
{
    gss_OID_set old = cred->neg_mechs;
    gss_OID_set copy;
    OM_uint32 minor;
    enum err e = oid_set_copy(mechs, &copy);

    if (e != ERR_OK) {
        return e;
    }
    cred->neg_mechs = copy;
    if (cred->glue_creds != NULL) {
        e = glue_creds_set_neg_mechs(cred->glue_creds, copy); /* replaces old there */
    }
    (void)gss_release_oid_set(&minor, &old);
    return e;
}

bool cred_may_use(const struct mech_cred *cred, gss_const_OID mech)
{
    if (cred->neg_mechs == GSS_C_NO_OID_SET) {
        return true;
    }
    for (size_t i = 0; i < cred->neg_mechs->count; i++) {
        if (oid_equal(mech, &cred->neg_mechs->elements[i])) {
            return true;
        }
    }
    return false;
}
