/* SPDX-License-Identifier: ISC */
/* An initiator's mechanism, from the first that can make a token. */
#ifndef MECH_SPNEGO_START_H
#define MECH_SPNEGO_START_H

#include "mech/spnego/spnego.h"

/* start_mech: starts one mechanism; appends its first token to token. */
MUST_USE enum err start_mech(struct spnego *s, const struct spnego_mech *mech,
                             const struct step_input *step, struct buf *token);

/*
 * start_first: starts the first mechanism of the list that can make a token, which is the
 * optimistic one. Removes from the list the mechanisms before it that failed, and NTLM if
 * it may not be offered after it (mech/spnego/withheld.h). The settings decide whether
 * the next mechanism may follow one that failed. If no mechanism makes a token, the
 * function returns the first error, with the others appended.
 */
MUST_USE enum err start_first(struct spnego *s, const struct step_input *step,
                              struct buf *token);

#endif
