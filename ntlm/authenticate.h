/* SPDX-License-Identifier: ISC */
/* AUTHENTICATE_MESSAGE ([MS-NLMP] 2.2.1.3). */
#ifndef NTLM_AUTHENTICATE_H
#define NTLM_AUTHENTICATE_H

#include "ntlm/crypto.h"
#include "ntlm/message.h"

/*
 * struct ntlm_authenticate: a decoded AUTHENTICATE; views into the message. Texts are
 * UTF-16LE if flags has UNICODE, otherwise OEM (ASCII). has_mic: the header has room for
 * a MIC, because the payload begins at 80 or later. The server decides whether the MIC
 * must be right.
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
 * or domain that message_name_fits refuses. The header may have 52 bytes (without session
 * key and flags: flags = 0) to 88. */
MUST_USE enum err authenticate_decode(struct bytes in,
                                      struct ntlm_authenticate *out_authenticate);

/* authenticate_encode: appends 88 bytes of header, then the payload. The header always
 * has our Version, and VERSION is set in the flags, because otherwise peers do not look
 * for the MIC. The MIC is at AUTHENTICATE_MIC_AT: the 16 bytes of mic if has_mic,
 * otherwise zeros. */
#define AUTHENTICATE_MIC_AT ((size_t)72)
void authenticate_encode(struct buf *out, const struct ntlm_authenticate *authenticate);

#endif
