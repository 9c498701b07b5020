/* SPDX-License-Identifier: ISC */
/* The form of an acceptor's first token: SPNEGO, raw NTLM or raw Kerberos. */
#ifndef MECH_PASSTHROUGH_FIRST_TOKEN_H
#define MECH_PASSTHROUGH_FIRST_TOKEN_H

#include "base/bytes.h"

enum first_token {
    FIRST_EMPTY,       /* asks for our hints */
    FIRST_NTLM,        /* NTLMSSP\0 */
    FIRST_NTLM_FRAMED, /* 60 ... NTLM's OID, NTLMSSP\0 */
    FIRST_SPNEGO,      /* 60 ... SPNEGO's OID */
    FIRST_KERBEROS,    /* 60 ... either of Kerberos' OIDs, or a bare AP-REQ (6E) */
    FIRST_UNKNOWN,
};

/* first_token_classify: the form of a token, by its first bytes. In the two NTLM forms
 * out_ntlm is the NTLM message. */
enum first_token first_token_classify(struct bytes in, struct bytes *out_ntlm);

#endif
