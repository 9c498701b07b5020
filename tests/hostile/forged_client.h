/* SPDX-License-Identifier: ISC */
/* Writes NTLM messages that a client with the right password, or a server, could send. */
#ifndef TESTS_HOSTILE_FORGED_CLIENT_H
#define TESTS_HOSTILE_FORGED_CLIENT_H

#include "ntlm/avpair.h"
#include "ntlm/crypto.h"
#include "ntlm/flags.h"
#include "tests/exchange/handmade.h"

/* FORGED_FLAGS: what a current server grants to a client that asks for everything. */
#define FORGED_FLAGS                                                                     \
    ((uint32_t)(NTLM_UNICODE | NTLM_REQUEST_TARGET | NTLM_SIGN | NTLM_SEAL | NTLM_NTLM | \
                NTLM_ALWAYS_SIGN | NTLM_ESS | NTLM_TARGET_INFO | NTLM_VERSION |          \
                NTLM_128 | NTLM_56 | NTLM_KEY_EXCH) |                                    \
     (uint32_t)NTLM_TARGET_TYPE_SERVER)

/*
 * struct forged_client: the parts of an AUTHENTICATE of alice; a test changes some of
 * them between the steps. Freed by forged_end; negotiate and challenge are views of the
 * messages that were exchanged. Texts are UTF-16LE.
 */
struct forged_client {
    struct bytes negotiate;
    struct bytes challenge;
    uint32_t flags;
    struct buf user;
    struct buf domain;
    struct buf workstation;
    struct buf target_info; /* the response's AV pairs with their EOL */
    struct buf lm_response;
    struct buf nt_response;
    struct buf session_key;
    struct ntlm_key base; /* SessionBaseKey, by forged_prove */
    struct ntlm_key exported;
    struct buf message;
};

/* forged_begin: flags and AV pairs of CHALLENGE, and a MIC announced. forged_prove: the
 * responses and the session key, by alice's password. forged_write: message, with its
 * MIC. forged_sign: the MIC anew, after message was changed. */
void forged_begin(struct forged_client *h, struct bytes negotiate,
                  struct bytes challenge);
void forged_prove(struct forged_client *h);
void forged_write(struct forged_client *h);
void forged_sign(struct forged_client *h);
void forged_end(struct forged_client *h);

/* forged_list_mic: the client's mechListMIC, which is its first signature. */
void forged_list_mic(const struct forged_client *h, struct bytes list, struct buf *mic);

/* forged_pairs: the AV pairs of a CHALLENGE, copied byte for byte without their EOL. */
void forged_pairs(struct bytes challenge, struct buf *out);

/* forged_challenge: writes a CHALLENGE. forged_target_info: the AV pairs of a valid
 * one. */
void forged_challenge(struct buf *out, uint32_t flags, struct bytes target_name,
                      struct bytes target_info);
void forged_target_info(struct buf *out);

/* forged_text: UTF-16LE of ASCII, in an emptied builder. forged_set: a copy of bytes in
 * one.
 */
void forged_text(struct buf *out, const char *ascii);
void forged_set(struct buf *out, struct bytes value);

/* enum form: how a message is wrapped. */
enum form { FORM_RAW, FORM_SPNEGO, FORM_FRAMED, N_FORMS };

/* form_mech: the mechanism of the credentials in this form. */
gss_OID form_mech(enum form form);

/* form_first, form_second: wraps a client's message; list: SPNEGO's list. The second
 * message of a framed exchange is not wrapped. form_reply: wraps a server's. */
void form_first(enum form form, struct bytes message, struct buf *out);
void form_second(enum form form, struct bytes message, struct bytes mic, struct buf *out);
void form_reply(enum form form, struct bytes message, struct buf *out);

/* form_message: the NTLM message in a peer's token. */
struct bytes form_message(enum form form, const struct buf *token, unsigned leg);

/* form_list: the MechTypeList that form_first sends. */
struct bytes form_list(void);

/* form_begin: a login of alice in the form, up to the server's CHALLENGE, in h: the
 * client's NEGOTIATE is our initiator's. */
void form_begin(enum form form, struct login *l, struct forged_client *h);

/* form_judge: the acceptor's letter (context_state.h) for h's message; what else an
 * answer must be is checked. form_hear: the initiator's for a CHALLENGE of a server of
 * its own. */
char form_judge(enum form form, struct login *l, struct forged_client *h);
char form_hear(enum form form, struct bytes challenge);

/* form_answer: the acceptor gets h's message, with a mechListMIC under SPNEGO. */
void form_answer(enum form form, struct login *l, struct forged_client *h);

#endif
