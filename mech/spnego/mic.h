/* SPDX-License-Identifier: ISC */
/* mechListMIC: when it is due, making it, checking it (RFC 4178 5, [MS-SPNG] 3.3.5.1). */
#ifndef MECH_SPNEGO_MIC_H
#define MECH_SPNEGO_MIC_H

#include "mech/spnego/spnego.h"

/*
 * mic_require: a reason was seen: request-mic, another mechanism than the first, NTLM's
 * MIC flag, a MIC that arrived. Never goes back. why: for the trace.
 */
void mic_require(struct spnego *s, const char *reason);
bool mic_is_required(const struct spnego *s);
bool mic_is_sent(const struct spnego *s);
bool mic_is_verified(const struct spnego *s);

/*
 * mic_settle: called when the inner context is done: whether it demands a MIC by itself,
 * and whether one that is due can be made. A mechanism without integrity makes none: an
 * initiator then fails with ERR_NEG_NO_INTEG; an acceptor drops the requirement
 * ([MS-SPNG] 3.3.5.1).
 */
MUST_USE enum err mic_settle(struct spnego *s);

/*
 * mic_receive: verifies the peer's MIC over the list. ERR_NEG_MIC_TWICE, ERR_NEG_MIC_BAD;
 * ERR_NEG_STATE if the inner context is not done; ERR_NEG_NO_INTEG.
 * mic_send: appends ours to mic; nothing if it was sent before. Both then let the
 * mechanism restore its cipher state.
 */
MUST_USE enum err mic_receive(struct spnego *s, struct bytes mic);
MUST_USE enum err mic_send(struct spnego *s, struct buf *mic);

#endif
