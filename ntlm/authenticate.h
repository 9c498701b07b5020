/* SPDX-License-Identifier: ISC */
/* AUTHENTICATE_MESSAGE ([MS-NLMP] 2.2.1.3). */
#ifndef NTLM_AUTHENTICATE_H
#define NTLM_AUTHENTICATE_H

#include "ntlm/crypto.h"
#include "ntlm/message.h"

/*
 * struct ntlm_authenticate: decoded; views into the message. Texts are UTF-16LE if flags
 * has UNICODE, else OEM (ASCII). has_mic: the header leaves room for one (lowest offset
 * of a non-empty field >= 88: at 72; 80-87: at 64); whether it must be right is for the
 * server.
 */
struct ntlm_authenticate {
    struct bytes lm_response;
    struct bytes nt_response;
    struct bytes domain;
    struct bytes user;
    struct bytes workstation;
    struct bytes session_key; /* EncryptedRandomSessionKey */
    uint32_t flags;
    bool has_version;
    struct bytes version;
    bool has_mic;
    size_t mic_offset;
    struct bytes mic; /* 16 bytes */
};

/* authenticate_decode: errors of message_open; ERR_NTLM_FIELD; ERR_TOO_LARGE for a user
 * or domain that message_name_fits refuses. A header of 52 bytes (no session key, no
 * flags: flags = 0) to 88 is read. */
MUST_USE enum err authenticate_decode(struct bytes in,
                                      struct ntlm_authenticate *out_authenticate);

/* authenticate_encode: 88 bytes of header: always our Version (VERSION is set in the
 * flags: peers look for the MIC behind it only then) and a MIC field, which holds the 16
 * bytes of mic if has_mic, else zeros; the place of the MIC is AUTHENTICATE_MIC_AT. */
#define AUTHENTICATE_MIC_AT ((size_t)72)
void authenticate_encode(struct buf *out, const struct ntlm_authenticate *authenticate);

#endif
