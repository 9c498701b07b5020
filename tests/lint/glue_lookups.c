/* SPDX-License-Identifier: ISC */
/*
 * Prints the functions that libgssapi_krb5 looks up in the module, one name a line: those
 * of the mechanism, and with the prefix gssi_ those of an interposer. This program has a
 * dlsym of its own, which libkrb5support then calls in the place of libc's.
 */
#include <dlfcn.h>
#include <gssapi/gssapi.h>
#include <stdio.h>
#include <string.h>

typedef void *lookup(void *handle, const char *name);

static lookup *libc_dlsym(void)
{
    static const char *const versions[] = {"GLIBC_2.34", "GLIBC_2.2.5", "GLIBC_2.17"};
    lookup *found = NULL;

    for (size_t i = 0; found == NULL && i < sizeof(versions) / sizeof(versions[0]); i++) {
        void *symbol = dlvsym(RTLD_NEXT, "dlsym", versions[i]);

        memcpy(&found, &symbol, sizeof(found));
    }
    return found;
}

__attribute__((visibility("default"))) void *dlsym(void *restrict handle,
                                                   const char *restrict name)
{
    static lookup *next;

    if (next == NULL && (next = libc_dlsym()) == NULL) {
        return NULL;
    }
    if (strncmp(name, "gss", 3) == 0) {
        (void)printf("%s\n", name);
    }
    return next(handle, name);
}

int main(void)
{
    gss_OID_set mechs;
    OM_uint32 minor;

    if (gss_indicate_mechs(&minor, &mechs) != GSS_S_COMPLETE) {
        return 1;
    }
    for (size_t i = 0; i < mechs->count; i++) { /* this loads each mechanism */
        gss_OID_set types = GSS_C_NO_OID_SET;

        (void)gss_inquire_names_for_mech(&minor, &mechs->elements[i], &types);
        (void)gss_release_oid_set(&minor, &types);
    }
    (void)gss_release_oid_set(&minor, &mechs);
    return 0;
}
