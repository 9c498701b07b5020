/* SPDX-License-Identifier: ISC */
/* Minors that the mechglue made up because a number was taken: which codes they mean. */
#ifndef MECH_SPNEGO_STAND_IN_H
#define MECH_SPNEGO_STAND_IN_H

#include "base/buf.h"

#include <gssapi/gssapi.h>

/*
 * The mechglue maps each pair of mechanism and code to one minor for the life of the
 * process (util_errmap.c). The first mechanism that returns a code keeps it as it is; the
 * same code of any other mechanism becomes a stand-in, counted up from 100001. No call
 * gives the code back. What can be compared are sentences, in one thread:
 * - gss_display_status of a stand-in of krb5's is krb5's sentence for the code: with the
 *   particulars that this thread saw last ("Keytab FILE:x is nonexistent or empty"), else
 *   the code's own from its com_err table;
 * - gss_display_status of the code itself is the sentence of whoever took the number. Of
 *   IAKERB, the only other mechanism of MIT's that returns these codes, that is krb5's
 *   own sentence, with the same particulars; of a stranger it is something else;
 * - a number that nobody took is GSS_S_BAD_STATUS, and no stand-in means it.
 */

/* stand_in_is: whether a minor of the glue's is one. No com_err table of three letters or
 * more begins so low, and no errno is so high. */
bool stand_in_is(OM_uint32 minor);

/* stand_in_sentence: what krb5 says of a stand-in here and now; appends nothing if memory
 * runs out. */
void stand_in_sentence(OM_uint32 minor, struct buf *out);

/* stand_in_may_mean: whether a stand-in of krb5's can mean this code at all: somebody
 * took the number. True also where that cannot be found out. */
bool stand_in_may_mean(long code);

/* stand_in_means: whether this is the sentence of the code: its own, or what the glue
 * says of the number. Two codes may have one sentence. */
bool stand_in_means(struct bytes sentence, long code);

#endif
