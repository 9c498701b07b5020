/* SPDX-License-Identifier: ISC */
/* The mechListMIC: decides when it is required, makes it and verifies it (RFC 4178 5,
 * [MS-SPNG] 3.3.5.1). */
#ifndef MECH_SPNEGO_MIC_H
#define MECH_SPNEGO_MIC_H

#include "mech/spnego/spnego.h"

/*
 * mic_require: requires both mechListMICs from now on. The reason is for the trace:
 * request-mic, a mechanism that is not the first one, NTLM's MIC flag, or a MIC that
 * arrived.
 */
void mic_require(struct spnego *s, const char *reason);
bool mic_is_required(const struct spnego *s);
bool mic_is_sent(const struct spnego *s);
bool mic_is_verified(const struct spnego *s);

/*
 * mic_settle: to be called when the mechanism is done. Requires MICs if the mechanism
 * demands them. A mechanism without integrity cannot make one that is required: an
 * initiator fails with ERR_NEG_NO_INTEG, an acceptor drops the requirement ([MS-SPNG]
 * 3.3.5.1).
 */
MUST_USE enum err mic_settle(struct spnego *s);

/*
 * mic_receive: verifies the peer's MIC over the list. Errors: ERR_NEG_MIC_TWICE,
 * ERR_NEG_MIC_BAD, ERR_NEG_STATE if the mechanism is not done, ERR_NEG_NO_INTEG.
 * mic_send: appends our MIC to mic; nothing if it was sent before. After both, the
 * mechanism resets its cipher state.
 */
MUST_USE enum err mic_receive(struct spnego *s, struct bytes mic);
MUST_USE enum err mic_send(struct spnego *s, struct buf *mic);

#endif
