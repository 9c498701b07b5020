/* SPDX-License-Identifier: ISC */
/* NEGOTIATE_MESSAGE ([MS-NLMP] 2.2.1.1). */
#ifndef NTLM_NEGOTIATE_H
#define NTLM_NEGOTIATE_H

#include "ntlm/message.h"

/* NTLM_NEGOTIATE_MAX: the longest NEGOTIATE that an acceptor takes. It keeps the bytes
 * for the MIC until AUTHENTICATE comes, from somebody who has not logged in; real ones
 * have 32 to some hundred bytes. */
#define NTLM_NEGOTIATE_MAX ((size_t)4 * 1024)

/* struct ntlm_negotiate: decoded; views into the message. A field exists only if its
 * header lies inside the message, which may be as short as 12 bytes (signature, type)
 * or 16. */
struct ntlm_negotiate {
    uint32_t flags;           /* 0 if the message ends before them */
    struct bytes domain;      /* OEM (ASCII), if OEM_DOMAIN_SUPPLIED and present */
    struct bytes workstation; /* OEM (ASCII) */
    bool has_version;
    struct bytes version;
};

/* negotiate_decode: errors of message_open, ERR_NTLM_FIELD. */
MUST_USE enum err negotiate_decode(struct bytes in, struct ntlm_negotiate *out_negotiate);

/* negotiate_encode: 40 bytes: flags and VERSION, empty fields, our Version. */
void negotiate_encode(struct buf *out, uint32_t flags);

#endif
