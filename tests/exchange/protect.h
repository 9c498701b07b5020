/* SPDX-License-Identifier: ISC */
/* Protected messages between two ends, checked on arrival. */
#ifndef TESTS_EXCHANGE_PROTECT_H
#define TESTS_EXCHANGE_PROTECT_H

#include "ntlm/flags.h"
#include "tests/exchange/peer.h"

/* NOTHING: no bytes. */
#define NOTHING bytes_of(NULL, 0)

/* Each makes one call and returns its major; outputs are emptied first. */
OM_uint32 wrap(struct peer *p, struct bytes data, struct buf *out);
OM_uint32 unwrap(struct peer *p, struct bytes token, struct buf *out);
OM_uint32 get_mic(struct peer *p, struct bytes data, struct buf *out);
OM_uint32 verify_mic(struct peer *p, struct bytes data, struct bytes mic);

/* carry_wrapped, carry_mic: check that a message arrives unchanged. */
void carry_wrapped(struct peer *from, struct peer *to, struct bytes data);
void carry_mic(struct peer *from, struct peer *to, struct bytes data);

/* protect_both_ways: sends a few messages and MICs in both directions, interleaved. */
void protect_both_ways(struct login *l);

/* inquire: the property of this OID in one buffer; false if the call fails (the major is
 * p->major). */
bool inquire(struct peer *p, struct bytes option, struct buf *out);
OM_uint32 set_option(struct peer *p, struct bytes option, struct bytes value);

/* sequence_of: the sequence number of a signature, which is not encrypted. */
uint32_t sequence_of(struct bytes signature);

/* ck_fresh_keystream: checks that the data of a wrapped token were encrypted with the
 * beginning of p's keystream; the key is computed here from the session key. */
void ck_fresh_keystream(struct peer *p, enum gss_role role, struct bytes token,
                        struct bytes data);

#endif
