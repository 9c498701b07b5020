/* SPDX-License-Identifier: ISC */
/* Makes tokens of SPNEGO by hand, around a raw NTLM context of the module. */
#ifndef TESTS_EXCHANGE_HANDMADE_H
#define TESTS_EXCHANGE_HANDMADE_H

#include "asn1/negtoken.h"
#include "tests/exchange/protect.h"

/* NO_STATE, NOTHING: a field that is left out. */
#define NO_STATE (-1)

/* list_of: the DER MechTypeList of n OID bodies. */
void list_of(struct buf *out, const struct bytes *mechs, size_t n);

/* write_init, write_resp: write a token to out, which is emptied first. */
void write_init(struct buf *out, struct bytes list, struct bytes token);
void write_resp(struct buf *out, int state, struct bytes mech, struct bytes token,
                struct bytes mic);

/* read_init, read_resp: decode a token, which must be well-formed. */
struct negtoken_init read_init(const struct buf *token);
struct negtoken_resp read_resp(const struct buf *token);

/* sign_list, check_list: a mechListMIC by a raw context, which then restores its cipher
 * as SPNEGO does ([MS-SPNG] 3.3.5.1). */
void sign_list(struct peer *raw, struct bytes list, struct buf *mic);
void check_list(struct peer *raw, struct bytes list, struct bytes mic);

#endif
