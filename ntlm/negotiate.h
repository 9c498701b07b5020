/* SPDX-License-Identifier: ISC */
/* NEGOTIATE_MESSAGE ([MS-NLMP] 2.2.1.1). */
#ifndef NTLM_NEGOTIATE_H
#define NTLM_NEGOTIATE_H

#include "ntlm/message.h"

/* NTLM_NEGOTIATE_MAX: the longest NEGOTIATE that an acceptor accepts. The acceptor saves
 * the bytes for the MIC until AUTHENTICATE comes, and their sender has not logged in yet.
 * Real ones have 32 to a few hundred bytes. */
#define NTLM_NEGOTIATE_MAX ((size_t)4 * 1024)

/* struct ntlm_negotiate: a decoded NEGOTIATE; views into the message. A field exists only
 * if its header lies inside the message, which has at least 16 bytes: signature, type and
 * flags. */
struct ntlm_negotiate {
    uint32_t flags;
    struct bytes domain;      /* OEM (ASCII), if OEM_DOMAIN_SUPPLIED and present */
    struct bytes workstation; /* OEM (ASCII) */
    bool has_version;
    struct bytes version;
};

/* negotiate_decode: errors of message_open; ERR_TRUNCATED, with a detail, if the message
 * ends before its flags; ERR_NTLM_FIELD. */
MUST_USE enum err negotiate_decode(struct bytes in, struct ntlm_negotiate *out_negotiate);

/* negotiate_encode: appends 40 bytes: flags with VERSION set, empty fields, our Version.
 */
void negotiate_encode(struct buf *out, uint32_t flags);

#endif
