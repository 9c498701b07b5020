/* SPDX-License-Identifier: ISC */
/* The initiator's answer to CHALLENGE when a service outside of the process holds the
 * password: what that service is given, and what of its AUTHENTICATE is believed. */
/*
 * The prover makes AUTHENTICATE as [MS-NLMP] 3.1.5.1.2 says, but it knows neither what
 * the application wants nor what we would refuse. So it gets copies of the two messages:
 *
 *   NEGOTIATE   with the flags that we offered and the server granted. A prover may
 *               refuse a server that grants less than was offered; we go on with less,
 *               and min_protection decides.
 *   CHALLENGE   with the same flags and the server's challenge; in its TargetInfo are the
 *               server's AV pairs and ours: Flags, which announce the MIC if the server
 *               sent a Timestamp, and TargetName. The NTProofStr then covers them.
 *
 * The answer comes from another process and is read as a peer's message. It is refused if
 * anything differs from what we would have sent ourselves: another user or domain, other
 * flags, a response that is not NTLMv2, an AV pair that is missing, changed or not known
 * to be the prover's own, an LM response, a key of another length, a MIC that is not made
 * with that key. The MIC is then made again over the messages that crossed the wire.
 *
 * winbind adds two AV pairs: SingleHost, and ChannelBindings with 16 zeros, which mean
 * that there are none ([MS-NLMP] 2.2.2.1). They are under the NTProofStr, so bindings of
 * the application cannot take their place: with bindings this answer is refused.
 */
#ifndef NTLM_REPLY_PROVED_H
#define NTLM_REPLY_PROVED_H

#include "ntlm/reply.h"

/*
 * reply_proved_encode: as reply_encode, with the AUTHENTICATE of input->prover.
 * ERR_CACHED_BINDINGS if the application gave bindings; ERR_CACHED_ANSWER, with a detail,
 * for an answer that is refused; errors of the prover, of challenge_decode and of
 * avpair_decode.
 */
MUST_USE enum err reply_proved_encode(struct buf *out, const struct reply_input *input,
                                      struct reply_keys *out_keys);

#endif
