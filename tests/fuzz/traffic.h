/* SPDX-License-Identifier: ISC */
/* Messages on the contexts of an exchange, established or not. */
#ifndef TESTS_FUZZ_TRAFFIC_H
#define TESTS_FUZZ_TRAFFIC_H

#include "tests/fuzz/exchange.h"

/* traffic_hostile: payload {verb, bytes}: the tested side verifies, unwraps, signs or
 * wraps these bytes, or gets them as the value of an option. It refuses a message that no
 * side has made. */
void traffic_hostile(struct exchange *x, struct bytes payload);

/* traffic_genuine: payload {verb, n, edits}: the peer makes a message of n bytes, which
 * is edited. It is refused if it differs; then the unchanged one is accepted. */
void traffic_genuine(struct exchange *x, struct bytes payload);

/* traffic_iov: payload {verb, {type, length}...}: a list of buffers. Either the tested
 * side refuses it and leaves it unchanged, or the peer protects it and the tested side
 * accepts it. */
void traffic_iov(struct exchange *x, struct bytes payload);

/* traffic_move: the tested side is exported, and goes on as what is imported. */
void traffic_move(struct exchange *x, struct bytes payload);

#endif
