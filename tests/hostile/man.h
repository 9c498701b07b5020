/* SPDX-License-Identifier: ISC */
/* A man in the middle, who changes NTLM messages where they are, raw or under SPNEGO. */
#ifndef TESTS_HOSTILE_MAN_H
#define TESTS_HOSTILE_MAN_H

#include "tests/hostile/hand.h"

/* Where things stand in the messages. */
#define NEGOTIATE_FLAGS_AT    ((size_t)12)
#define CHALLENGE_FLAGS_AT    ((size_t)20)
#define AUTHENTICATE_FLAGS_AT ((size_t)60)
#define MIC_AT                ((size_t)72)

/* enum leg: the message of each leg. */
enum leg { LEG_NEGOTIATE = 1, LEG_CHALLENGE = 2, LEG_AUTHENTICATE = 3, N_LEGS = 4 };

/* struct man: what he does to each message, by leg; NULL: lets it pass. bits is his
 * notebook. */
struct man {
    enum form form;
    void (*edit[N_LEGS])(struct man *man, struct buf *message);
    uint32_t bits;
};

/* man_login: a whole login of alice with him between the two; ended with login_end. */
void man_login(struct man *man, struct login *l);

/* man_between: puts him between the ends of a login that has begun. */
void man_between(struct man *man, struct login *l);

/* man_flags: the flags of a message. man_clear, man_set: changes them. man_find: where
 * these bytes stand in it; fails the test if nowhere. */
uint32_t man_flags(const struct buf *message);
void man_clear(struct buf *message, uint32_t bits);
void man_set(struct buf *message, uint32_t bits);
size_t man_find(const struct buf *message, struct bytes wanted);

#endif
