/* SPDX-License-Identifier: ISC */
/* Messages on the contexts of an exchange, established or not. */
#ifndef TESTS_FUZZ_TRAFFIC_H
#define TESTS_FUZZ_TRAFFIC_H

#include "tests/fuzz/exchange.h"

/* traffic_hostile: payload {verb, bytes}: the tested side verifies, unwraps, signs or
 * wraps these bytes, or gets them as an option's value. What nobody made, it refuses. */
void traffic_hostile(struct exchange *x, struct bytes payload);

/* traffic_genuine: payload {verb, n, edits}: a message of n bytes by the peer, edited, is
 * refused if it differs, and then, unchanged, accepted. */
void traffic_genuine(struct exchange *x, struct bytes payload);

/* traffic_iov: payload {verb, {type, length}...}: a list of buffers, refused by the
 * tested side and left as it was, or protected by the peer and then taken. */
void traffic_iov(struct exchange *x, struct bytes payload);

/* traffic_move: the tested side is exported, and goes on as what is imported. */
void traffic_move(struct exchange *x, struct bytes payload);

#endif
