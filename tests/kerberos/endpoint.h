/* SPDX-License-Identifier: ISC */
/* One side of a context: its credential, as the options say, its handshake, and its
 * deletion. */
#ifndef TESTS_KERBEROS_ENDPOINT_H
#define TESTS_KERBEROS_ENDPOINT_H

#include "tests/kerberos/link.h"
#include "tests/kerberos/say.h"

#include <gssapi/gssapi.h>

#include <stdbool.h>

struct endpoint {
    char role; /* 'I' or 'A' */
    gss_OID mech;
    gss_cred_id_t cred;
    gss_ctx_id_t ctx;
    gss_name_t target;   /* I */
    gss_name_t source;   /* A */
    gss_cred_id_t deleg; /* A */
    OM_uint32 flags;     /* asked for by I; got by both once it is established */
    bool has_bindings;
    struct gss_channel_bindings_struct bindings;
};

/*
 * endpoint_begin: reads the options of this role. Those of a credential (none of them: no
 * credential is passed):
 *   mechs=WORDS  name=TYPE:TEXT  pass=TEXT  store=KEY=VALUE;...  usage=init|accept|both
 *   cred=default         neg=WORDS (gss_set_neg_mechs)     noci=1 (no confidentiality
 * asked) enctype=NUMBER (alone is allowed)  copy=1 (gss_krb5_copy_ccache) add=WORD
 * (gss_add_cred)  plain=1 (a password's lifetime and mechanisms are not asked for)
 * export=1 (export and import)  imp=TYPE:TEXT (impersonate) and of the
 * exchange: target=TYPE:TEXT mech=WORD flags=WORDS cb=TEXT life=SECONDS. Says the status
 * of each step; false if one failed.
 */
bool endpoint_begin(struct endpoint *endpoint, char role);

/* endpoint_credential: makes endpoint->cred as the options say; a part of
 * endpoint_begin. */
bool endpoint_credential(struct endpoint *endpoint);

/* endpoint_establish: makes the handshake with the other process, and writes each step;
 * false unless both sides completed. */
bool endpoint_establish(struct endpoint *endpoint);

/* endpoint_step: takes one step without the other process, and writes it. The caller
 * releases out. */
OM_uint32 endpoint_step(struct endpoint *endpoint, gss_buffer_t in, gss_buffer_t out);

/* endpoint_swap: sends a buffer, and receives one that the caller frees. */
gss_buffer_desc endpoint_swap(gss_buffer_t own);

/* is_same: whether two buffers hold the same bytes. */
bool is_same(gss_buffer_t one, gss_buffer_t two);

void endpoint_end(struct endpoint *endpoint);

/* name_of: imports TYPE:TEXT. If that fails, writes the status and returns GSS_C_NO_NAME.
 * TYPE is a word of oids.h without "nt-", or "null". */
gss_name_t name_of(const char *text);

/* flags_of: the flags for words with '+' between them. */
OM_uint32 flags_of(const char *words);

#endif
