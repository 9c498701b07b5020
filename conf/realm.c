/* SPDX-License-Identifier: ISC */
/* The realms of Kerberos that this machine knows. */
#include "conf/realm.h"

#include <krb5.h>
#include <profile.h>

static bool is_a_realms_section(profile_t profile, struct bytes realm)
{
    const char *section[] = {"realms", NULL};
    char **names = NULL;
    bool found = false;

    if (profile_get_subsection_names(profile, section, &names) != 0) {
        return false;
    }
    for (char **name = names; !found && *name != NULL; name++) {
        found = bytes_equal(realm, bytes_str(*name));
    }
    profile_free_list(names);
    return found;
}

static bool is_the_default(profile_t profile, struct bytes realm)
{
    char *name = NULL;
    bool found;

    if (profile_get_string(profile, "libdefaults", "default_realm", NULL, NULL, &name) !=
        0) {
        return false;
    }
    found = name != NULL && bytes_equal(realm, bytes_str(name));
    profile_release_string(name);
    return found;
}

bool realm_is_configured(struct bytes realm)
{
    krb5_context context;
    profile_t profile = NULL;
    bool found;

    if (krb5_init_context(&context) != 0) {
        return true;
    }
    if (krb5_get_profile(context, &profile) != 0) {
        krb5_free_context(context);
        return true;
    }
    found = is_a_realms_section(profile, realm) || is_the_default(profile, realm);
    profile_release(profile);
    krb5_free_context(context);
    return found;
}
