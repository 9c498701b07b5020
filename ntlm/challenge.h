/* SPDX-License-Identifier: ISC */
/* CHALLENGE_MESSAGE ([MS-NLMP] 2.2.1.2). */
#ifndef NTLM_CHALLENGE_H
#define NTLM_CHALLENGE_H

#include "ntlm/kdf.h"
#include "ntlm/message.h"

/* struct ntlm_challenge: a decoded CHALLENGE; views into the message. target_info holds
 * AV pairs, not decoded. */
struct ntlm_challenge {
    uint32_t flags;
    uint8_t server_challenge[NTLM_CHALLENGE_LEN];
    struct bytes target_name; /* UTF-16LE or OEM by flags; may be empty */
    struct bytes target_info; /* empty if the message ends before its header (32, 40) */
    bool has_version;
    struct bytes version;
};

/* challenge_decode: errors of message_open, ERR_NTLM_FIELD. It does not judge the flags.
 */
MUST_USE enum err challenge_decode(struct bytes in, struct ntlm_challenge *out_challenge);

/* challenge_encode: appends 56 bytes of header with our Version (VERSION is set in the
 * flags), then TargetName and TargetInfo. */
void challenge_encode(struct buf *out, const struct ntlm_challenge *challenge);

#endif
