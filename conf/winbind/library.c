/* SPDX-License-Identifier: ISC */
/* Samba's client library of winbindd. */
#include "conf/winbind/library.h"

#include "base/text.h"

#include <dlfcn.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#define LIBRARY "libwbclient.so.0"

/* The first version whose wbcAuthErrorInfo has "authoritative" (Samba 4.8). */
#define MINOR_MIN 14

static const struct {
    const char *symbol;
    size_t offset;
} members[] = {
#define LIBRARY_ROW(name) {"wbc" #name, offsetof(struct winbind_library, name)},
    WINBIND_FUNCTIONS(LIBRARY_ROW)};

/* The table in use, which is never freed. */
static struct winbind_library *_Atomic opened;

static enum err fill(void *handle, struct winbind_library *table)
{
    void *stack_taken = dlsym(RTLD_DEFAULT, "__pthread_get_minstack");

    memcpy(&table->stack_taken, &stack_taken, sizeof(stack_taken));
    for (size_t i = 0; i < sizeof(members) / sizeof(members[0]); i++) {
        void *function = dlsym(handle, members[i].symbol);

        if (function == NULL) {
            return err_note(
                ERR_NO_AUTHORITY,
                "%s of this machine lacks %s; install Samba's own libwbclient", LIBRARY,
                members[i].symbol);
        }
        memcpy((char *)table + members[i].offset, &function, sizeof(function));
    }
    return ERR_OK;
}

/* The structs of wbclient.h are those of one major version, and grow at their end. */
static enum err check_version(const struct winbind_library *table)
{
    struct wbcLibraryDetails *details = NULL;
    bool fits;

    if (table->LibraryDetails(&details) != WBC_ERR_SUCCESS || details == NULL) {
        return err_note(ERR_NO_AUTHORITY, "%s does not tell its version", LIBRARY);
    }
    fits = details->major_version == WBCLIENT_MAJOR_VERSION &&
           details->minor_version >= MINOR_MIN;
    table->FreeMemory(details);
    return fits ? ERR_OK
                : err_note(ERR_NO_AUTHORITY,
                           "%s has another version than this module can use; install "
                           "Samba's own libwbclient",
                           LIBRARY);
}

/* RTLD_LOCAL: nothing in the host binds to the library's functions. */
static enum err load(struct winbind_library *table)
{
    void *handle = dlopen(LIBRARY, RTLD_NOW | RTLD_LOCAL);
    enum err e;

    if (handle == NULL) {
        const char *reason =
            dlerror(); /* NOLINT(concurrency-mt-unsafe): of this thread */
        struct text_escaped text;

        return err_note(ERR_NO_AUTHORITY,
                        "winbind's library cannot be opened (%s); install libwbclient",
                        text_printed(&text, bytes_str(reason != NULL ? reason : "")));
    }
    /* Never closed: the library may have handlers of forks and of the ends of threads. */
    if ((e = fill(handle, table)) != ERR_OK) {
        return e;
    }
    return check_version(table);
}

enum err winbind_library_open(const struct winbind_library **out)
{
    struct winbind_library *known = atomic_load(&opened);
    struct winbind_library *table;
    enum err e;

    if ((*out = known) != NULL) {
        return ERR_OK;
    }
    if ((table = calloc(1, sizeof(*table))) == NULL) {
        return ERR_NO_MEMORY;
    }
    if ((e = load(table)) != ERR_OK) {
        free(table);
        return e;
    }
    if (atomic_compare_exchange_strong(&opened, &known, table)) {
        known = table;
    } else { /* another thread was first */
        free(table);
    }
    *out = known;
    return ERR_OK;
}
