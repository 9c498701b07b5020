/* SPDX-License-Identifier: ISC */
/* A credential with an NTLM part as a token, for gss_export_cred and gss_import_cred. */
#ifndef MECH_CRED_TOKEN_H
#define MECH_CRED_TOKEN_H

#include "mech/cred.h"

/*
 * struct cred_glue_tokens: what the glue exported of the other mechanisms' part, for the
 * built-in SPNEGO's credential and for Kerberos'; views, empty: that part is not there.
 */
struct cred_glue_tokens {
    struct bytes of[GLUE_CRED_KINDS];
};

/* cred_token_is: whether a token is one of these, and not the built-in SPNEGO's. */
bool cred_token_is(struct bytes token);

/* cred_token_encode: the token, into an empty buffer. It holds the user's NT hash and
 * what the glue's tokens hold: to keep it is the caller's. Errors: ERR_NO_MEMORY,
 * ERR_CRYPTO. */
MUST_USE enum err cred_token_encode(const struct mech_cred *cred,
                                    const struct cred_glue_tokens *glue_tokens,
                                    struct buf *out);

/*
 * cred_token_decode: the credential without its foreign part, and views of the glue's
 * tokens in the token. What is damaged, too short or too long, or of another version:
 * ERR_EXPORTED.
 */
MUST_USE enum err cred_token_decode(struct bytes token, struct mech_cred **out,
                                    struct cred_glue_tokens *out_glue_tokens);

#endif
