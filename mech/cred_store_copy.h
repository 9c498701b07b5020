/* SPDX-License-Identifier: ISC */
/* A copy of a credential store (gss_acquire_cred_from), for use after the call. */
#ifndef MECH_CRED_STORE_COPY_H
#define MECH_CRED_STORE_COPY_H

#include "base/err.h"

#include <gssapi/gssapi.h>
#include <gssapi/gssapi_ext.h>
#include <stdbool.h>

/*
 * struct store_copy: the keys and values; values may be secrets. present is false if
 * there is no store, which differs from a store without keys.
 *
 * store_copy_dup: copies a store to *to, which is all zeros before. The caller must call
 * store_copy_cleanup, also after an error. Errors: ERR_ARGUMENT (a key or value is NULL),
 * ERR_NO_MEMORY. store_copy_cleanup: wipes and frees the copies.
 */
struct store_copy {
    gss_key_value_set_desc set;
    bool present;
};
MUST_USE enum err store_copy_dup(gss_const_key_value_set_t from, struct store_copy *to);
void store_copy_cleanup(struct store_copy *store);

#endif
