/* SPDX-License-Identifier: ISC */
/* NTLM by hand: what a client that has the password, and a server, could send. */
#ifndef TESTS_HOSTILE_HAND_H
#define TESTS_HOSTILE_HAND_H

#include "ntlm/avpair.h"
#include "ntlm/crypto.h"
#include "ntlm/flags.h"
#include "tests/exchange/handmade.h"

/* HAND_FLAGS: what a server of today grants to a client that wants all. */
#define HAND_FLAGS                                                                       \
    ((uint32_t)(NTLM_UNICODE | NTLM_REQUEST_TARGET | NTLM_SIGN | NTLM_SEAL | NTLM_NTLM | \
                NTLM_ALWAYS_SIGN | NTLM_ESS | NTLM_TARGET_INFO | NTLM_VERSION |          \
                NTLM_128 | NTLM_56 | NTLM_KEY_EXCH) |                                    \
     (uint32_t)NTLM_TARGET_TYPE_SERVER)

/*
 * struct hand: an AUTHENTICATE of alice in the making; a test changes what it likes
 * between the steps. Freed by hand_end; negotiate and challenge are views of what
 * crossed. Texts are as they travel, UTF-16LE.
 */
struct hand {
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
    struct ntlm_key base; /* SessionBaseKey, by hand_prove */
    struct ntlm_key exported;
    struct buf message;
};

/* hand_begin: flags and AV pairs of CHALLENGE, and a MIC announced. hand_prove: the
 * responses and the session key, by alice's password. hand_write: message, with its MIC.
 * hand_sign: the MIC anew, after message was changed. */
void hand_begin(struct hand *h, struct bytes negotiate, struct bytes challenge);
void hand_prove(struct hand *h);
void hand_write(struct hand *h);
void hand_sign(struct hand *h);
void hand_end(struct hand *h);

/* hand_list_mic: the client's first signature, of SPNEGO's list. */
void hand_list_mic(const struct hand *h, struct bytes list, struct buf *mic);

/* hand_pairs: the AV pairs of a CHALLENGE, copied byte for byte without their EOL. */
void hand_pairs(struct bytes challenge, struct buf *out);

/* hand_challenge: a CHALLENGE by hand. hand_target_info: the AV pairs of a good one. */
void hand_challenge(struct buf *out, uint32_t flags, struct bytes target_name,
                    struct bytes target_info);
void hand_target_info(struct buf *out);

/* hand_text: UTF-16LE of ASCII, in an emptied builder. hand_set: a copy of bytes in one.
 */
void hand_text(struct buf *out, const char *ascii);
void hand_set(struct buf *out, struct bytes value);

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
void form_begin(enum form form, struct login *l, struct hand *h);

/* form_judge: the acceptor's letter (stage.h) for h's message; what else an answer must
 * be is checked. form_hear: the initiator's for a CHALLENGE of a server of its own. */
char form_judge(enum form form, struct login *l, struct hand *h);
char form_hear(enum form form, struct bytes challenge);

/* form_answer: the acceptor gets h's message (a wrong mechListMIC counts too). */
void form_answer(enum form form, struct login *l, struct hand *h);

#endif
