/* SPDX-License-Identifier: ISC */
/* The parts of a message that a mechanism signs or seals. */
#ifndef BASE_MESSAGE_PART_H
#define BASE_MESSAGE_PART_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * struct message_part: one piece of a message; a view. The pieces are in the message's
 * order, and all of them are signed. A sealed piece is also encrypted in place; a piece
 * that is not sealed (associated data) is not changed.
 */
struct message_part {
    uint8_t *p;
    size_t n;
    bool sealed;
};

/* MESSAGE_SIGNATURE_LEN: the bytes of a signature that is made of parts. */
#define MESSAGE_SIGNATURE_LEN 16

/* enum message_direction: messages that we send and sign, or that we receive and verify.
 */
enum message_direction { MESSAGE_SENT, MESSAGE_RECEIVED };

#endif
