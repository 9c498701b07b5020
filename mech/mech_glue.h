/* SPDX-License-Identifier: ISC */
/* A mechanism of the glue (Kerberos first of all) as an inner mechanism. */
#ifndef MECH_MECH_GLUE_H
#define MECH_MECH_GLUE_H

#include "mech/mechanism.h"

/*
 * mech_glue_initiate, mech_glue_accept: the mechanism request->mech, through the glue.
 * What it says is ERR_GLUE with its own major and minor (status_glue). Starting does no
 * I/O; the credential's part for it is acquired by the first step, if it was not before.
 */
MUST_USE enum err mech_glue_initiate(const struct mechanism_request *request,
                                     struct mechanism **out);
MUST_USE enum err mech_glue_accept(const struct mechanism_request *request,
                                   struct mechanism **out);

#endif
