/* SPDX-License-Identifier: ISC */
/* An initiator's mechanism, from the first that can make a token. */
#ifndef MECH_SPNEGO_START_H
#define MECH_SPNEGO_START_H

#include "mech/spnego/spnego.h"

/* start_mech: one mechanism and its first token. */
MUST_USE enum err start_mech(struct spnego *s, const struct spnego_mech *mech,
                             const struct step_input *step, struct buf *token);

/*
 * start_first: the optimistic token of the first of the list's mechanisms that can make
 * one; those before it, which the settings must let pass over, are not listed any more.
 * What may not stand behind it leaves the list, too (mech/spnego/withheld.h). If there is
 * none, the first error, with the others behind it.
 */
MUST_USE enum err start_first(struct spnego *s, const struct step_input *step,
                              struct buf *token);

#endif
