/* SPDX-License-Identifier: ISC */
/* A copy of a credential store (gss_acquire_cred_from), for use after the call. */
#ifndef MECH_CRED_STORE_COPY_H
#define MECH_CRED_STORE_COPY_H

#include "base/err.h"

#include <gssapi/gssapi.h>
#include <gssapi/gssapi_ext.h>
#include <stdbool.h>

/*
 * struct store_copy: the pairs; values may be secrets. Zeroes are none, which is another
 * thing than one without pairs. store_copy_dup: after an error it must be cleaned up too.
 * Errors: ERR_ARGUMENT (a key or value is missing), ERR_NO_MEMORY.
 */
struct store_copy {
    gss_key_value_set_desc set;
    bool present;
};
MUST_USE enum err store_copy_dup(gss_const_key_value_set_t from, struct store_copy *to);
void store_copy_cleanup(struct store_copy *store);

#endif
