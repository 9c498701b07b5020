/* SPDX-License-Identifier: ISC */
/* A credential with an NTLM part as a token, for gss_export_cred and gss_import_cred. */
#ifndef MECH_CRED_TOKEN_H
#define MECH_CRED_TOKEN_H

#include "mech/cred.h"

/*
 * struct cred_glue_tokens: what the mechglue exported of the credentials of the other
 * mechanisms: the built-in SPNEGO's and Kerberos'. Views; an empty one means that this
 * credential is not there.
 */
struct cred_glue_tokens {
    struct bytes of[GLUE_CRED_KINDS];
};

/* cred_token_is: whether a token is of this kind, and not the built-in SPNEGO's. */
bool cred_token_is(struct bytes token);

/* cred_token_encode: writes the token into an empty buffer. It holds the NT hashes of the
 * users and the secrets of the mechglue's tokens; the caller must keep it secret.
 * ERR_NO_MEMORY, ERR_CRYPTO; ERR_TOO_LARGE for a list of 255 mechanisms or more. */
MUST_USE enum err cred_token_encode(const struct mech_cred *cred,
                                    const struct cred_glue_tokens *glue_tokens,
                                    struct buf *out);

/*
 * cred_token_decode: makes the credential, without its glue_creds, and gives the
 * mechglue's tokens as views into the token. ERR_EXPORTED for a token that is damaged,
 * too short, too long or of another version; ERR_UTF8 and ERR_NAME_LENGTH for a name that
 * cannot be sent; ERR_NO_MEMORY; errors of crypto_md5.
 */
MUST_USE enum err cred_token_decode(struct bytes token, struct mech_cred **out,
                                    struct cred_glue_tokens *out_glue_tokens);

#endif
