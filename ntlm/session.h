/* SPDX-License-Identifier: ISC */
/* The result of a finished NTLM exchange, on either side. */
#ifndef NTLM_SESSION_H
#define NTLM_SESSION_H

#include "base/buf.h"
#include "ntlm/crypto.h"
#include "ntlm/flags.h"

/* struct ntlm_bindings: the MD5 of the caller's gss_channel_bindings_struct
 * ([MS-NLMP] 3.1.5.1.2 MsvAvChannelBindings); present: the caller gave bindings. */
struct ntlm_bindings {
    bool present;
    uint8_t md5[16];
};

/* struct ntlm_session: its client or server owns it until it is moved. Texts are UTF-8.
 */
struct ntlm_session {
    enum gss_role role;
    uint32_t flags; /* in force */
    struct ntlm_key exported_session_key;
    bool mic_flag; /* AUTHENTICATE carried MsvAvFlags 0x2 */
    bool bound;    /* acceptor: the bindings were there and equal */
    bool anonymous;
    bool guest;
    struct buf user; /* initiator: as given; acceptor: as the authority spells it */
    struct buf domain;
    struct buf workstation; /* acceptor: as the client called it */
    struct buf target_name; /* acceptor: the SPN that the client sent, if any */
    struct buf sids;        /* text, one SID a line; may be empty */
    struct buf status;      /* of a refused login: the authority's name of the reason */
};
/* ntlm_session_new: an empty session of this role; NULL if memory runs out.
 * ntlm_session_free: cleans it up and frees it; NULL is allowed. ntlm_session_cleanup:
 * wipes the key, and leaves an empty session of the same role. */
struct ntlm_session *ntlm_session_new(enum gss_role role);
void ntlm_session_free(struct ntlm_session *session);
void ntlm_session_cleanup(struct ntlm_session *session);

/* ntlm_session_protects: whether the context can sign: SIGN or SEAL is in force, and the
 * user is neither anonymous nor a guest, with whom no key is shared. */
bool ntlm_session_protects(const struct ntlm_session *session);

/* ntlm_flags_exchange_key: whether AUTHENTICATE carries an EncryptedRandomSessionKey:
 * KEY_EXCH with SIGN, SEAL or DATAGRAM. KEY_EXCH alone means nothing ([MS-NLMP]
 * 3.1.5.1.2). */
bool ntlm_flags_exchange_key(uint32_t flags);

#endif
