/* SPDX-License-Identifier: ISC */
/* Who the sender of an AUTHENTICATE says it is. Nothing of it is verified yet
 * ([MS-NLMP] 3.2.5.1.2). */
#ifndef NTLM_UNVERIFIED_IDENTITY_H
#define NTLM_UNVERIFIED_IDENTITY_H

#include "ntlm/authenticate.h"
#include "ntlm/avpair.h"

/* struct identity: the decoded message, as views into it; and its texts in both forms,
 * which it owns. anonymous: the message has no response, and avs is empty. */
struct identity {
    struct ntlm_authenticate message;
    bool anonymous;
    struct avpair_list avs; /* of the NTLMv2 response */
    struct buf user_utf16;
    struct buf domain_utf16;
    struct buf user;
    struct buf domain;
    struct buf workstation;
};
void identity_cleanup(struct identity *identity);

/*
 * identity_read: fills a zeroed identity. The caller cleans it up, also after an error.
 * Errors of authenticate_decode; ERR_NTLM_CHARSET (neither Unicode nor OEM, or OEM that
 * is not ASCII), ERR_UTF16; ERR_NTLM_LEVEL (LM or NTLMv1), ERR_NTLM_RESPONSE (a length or
 * type that no version has), ERR_NTLM_AVPAIR.
 */
MUST_USE enum err identity_read(struct identity *identity, struct bytes message);

#endif
