/* SPDX-License-Identifier: ISC */
/* The fault of MIT krb5 1.21.0 to 1.22.1: its own SPNEGO looks for the mechListMIC of a
 * NegTokenResp under [4] instead of [3], and calls a token that has it defective. */
#ifndef TESTS_EXCHANGE_BUILTIN_FAULT_H
#define TESTS_EXCHANGE_BUILTIN_FAULT_H

#include "tests/exchange/peer.h"

/*
 * builtin_fault: whether MIT's own SPNEGO ended this login by that fault: the acceptor is
 * done, and the initiator refuses its last token. Whether the library has the fault is
 * tried. The test fails if a release other than the named ones has it.
 *
 * skip_builtin_fault: skips the test in this case.
 */
bool builtin_fault(const struct login *l);
void skip_builtin_fault(const struct login *l);

#endif
