/* SPDX-License-Identifier: ISC */
/* NTLM by hand: what a client that has the password, and a server, could send. */
#ifndef TESTS_HOSTILE_FORGED_CLIENT_H
#define TESTS_HOSTILE_FORGED_CLIENT_H

#include "ntlm/avpair.h"
#include "ntlm/crypto.h"
#include "ntlm/flags.h"
#include "tests/exchange/handmade.h"

/* FORGED_FLAGS: what a server of today grants to a client that wants all. */
#define FORGED_FLAGS                                                                     \
    ((uint32_t)(NTLM_UNICODE | NTLM_REQUEST_TARGET | NTLM_SIGN | NTLM_SEAL | NTLM_NTLM | \
                NTLM_ALWAYS_SIGN | NTLM_ESS | NTLM_TARGET_INFO | NTLM_VERSION |          \
                NTLM_128 | NTLM_56 | NTLM_KEY_EXCH) |                                    \
     (uint32_t)NTLM_TARGET_TYPE_SERVER)

/*
 * struct forged_client: an AUTHENTICATE of alice in the making; a test changes what it
 * likes between the steps. Freed by forged_end; negotiate and challenge are views of what
 * crossed. Texts are as they travel, UTF-16LE.
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

/* forged_list_mic: the client's first signature, of SPNEGO's list. */
void forged_list_mic(const struct forged_client *h, struct bytes list, struct buf *mic);

/* forged_pairs: the AV pairs of a CHALLENGE, copied byte for byte without their EOL. */
void forged_pairs(struct bytes challenge, struct buf *out);

/* forged_challenge: a CHALLENGE by hand. forged_target_info: the AV pairs of a good one.
 */
void forged_challenge(struct buf *out, uint32_t flags, struct bytes target_name,
                      struct bytes target_info);
void forged_target_info(struct buf *out);

/* forged_text: UTF-16LE of ASCII, in an emptied builder. forged_set: a copy of bytes in
 * one.
 */
void forged_text(struct buf *out, const char *ascii);
void forged_set(struct buf *out, struct bytes value);

/* enum form: how a message travels. */
enum form { FORM_RAW, FORM_SPNEGO, FORM_FRAMED, N_FORMS };

/* form_mech: the mechanism whose credential takes part. */
gss_OID form_mech(enum form form);

/* form_first, form_second: a client's message in its form; list: SPNEGO's list. The
 * second of a framed exchange is raw. form_reply: a server's. */
void form_first(enum form form, struct bytes message, struct buf *out);
void form_second(enum form form, struct bytes message, struct bytes mic, struct buf *out);
void form_reply(enum form form, struct bytes message, struct buf *out);

/* form_message: the NTLM message in what a peer said. */
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

/* form_answer: the acceptor gets h's message (a wrong mechListMIC counts too). */
void form_answer(enum form form, struct login *l, struct forged_client *h);

#endif
