/* SPDX-License-Identifier: ISC */
/* Finds the codes that a minor of the mechglue's own making may mean. */
#ifndef MECH_SPNEGO_STAND_IN_H
#define MECH_SPNEGO_STAND_IN_H

#include "base/buf.h"

#include <gssapi/gssapi.h>

/*
 * The mechglue maps each pair of mechanism and code to one minor for the life of the
 * process (util_errmap.c). The first mechanism that returns a code gets the code itself
 * as its minor. The same code of another mechanism becomes a stand-in, a number from
 * 100001 on. No call returns the code of a stand-in. But its sentence can be compared, in
 * the thread that got the stand-in:
 * - gss_display_status of a stand-in of krb5 gives krb5's sentence for the code: the
 *   detailed message that krb5 keeps for this thread ("Keytab FILE:x is nonexistent or
 *   empty"), or the sentence of the code's com_err table.
 * - gss_display_status of the code itself gives the sentence of the mechanism that has
 *   the number. If that is IAKERB, the only other mechanism of MIT with these codes, it
 *   gives krb5's sentence with the same detail. Any other mechanism gives its own.
 * - gss_display_status of a number that no mechanism has gives GSS_S_BAD_STATUS. No
 *   stand-in means such a code.
 */

/* stand_in_is: whether a minor of the glue is a stand-in. The codes of a com_err table
 * with a name of three letters or more are larger, and those of errno are smaller. */
bool stand_in_is(OM_uint32 minor);

/* stand_in_sentence: appends krb5's sentence for a stand-in; nothing if memory runs out.
 */
void stand_in_sentence(OM_uint32 minor, struct buf *out);

/* stand_in_may_mean: whether a stand-in of krb5 can mean this code: another mechanism has
 * the number. True also if that cannot be determined. */
bool stand_in_may_mean(long code);

/* stand_in_means: whether this is the sentence of the code, by its com_err table or by
 * the glue. Two codes may have the same sentence. */
bool stand_in_means(struct bytes sentence, long code);

#endif
