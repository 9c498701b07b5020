/* SPDX-License-Identifier: ISC */
/* A man in the middle that changes NTLM messages in place, raw or under SPNEGO. */
#ifndef TESTS_HOSTILE_MITM_H
#define TESTS_HOSTILE_MITM_H

#include "tests/hostile/forged_client.h"

/* Offsets in the messages. */
#define NEGOTIATE_FLAGS_AT    ((size_t)12)
#define CHALLENGE_FLAGS_AT    ((size_t)20)
#define AUTHENTICATE_FLAGS_AT ((size_t)60)
#define MIC_AT                ((size_t)72)

/* enum leg: the message of each leg. */
enum leg { LEG_NEGOTIATE = 1, LEG_CHALLENGE = 2, LEG_AUTHENTICATE = 3, N_LEGS = 4 };

/* struct mitm: the edit of each message, by leg; NULL: the message passes unchanged. bits
 * is the edits' own. */
struct mitm {
    enum form form;
    void (*edit[N_LEGS])(struct mitm *mitm, struct buf *message);
    uint32_t bits;
};

/* mitm_login: a whole login of alice whose tokens the man in the middle edits; ended with
 * login_end. */
void mitm_login(struct mitm *mitm, struct login *l);

/* mitm_between: lets the man in the middle edit the tokens of a login that has begun. */
void mitm_between(struct mitm *mitm, struct login *l);

/* mitm_flags: the flags of a message. mitm_clear, mitm_set: changes them. mitm_find:
 * where these bytes stand in it; fails the test if nowhere. */
uint32_t mitm_flags(const struct buf *message);
void mitm_clear(struct buf *message, uint32_t bits);
void mitm_set(struct buf *message, uint32_t bits);
size_t mitm_find(const struct buf *message, struct bytes wanted);

/* mitm_refused: the acceptor refused the login, by this major and sentence. */
void mitm_refused(const struct login *l, OM_uint32 major, const char *says);

#endif
