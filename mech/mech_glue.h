/* SPDX-License-Identifier: ISC */
/* A mechanism of the glue, such as Kerberos, as a struct mechanism. */
#ifndef MECH_MECH_GLUE_H
#define MECH_MECH_GLUE_H

#include "mech/mechanism.h"

/*
 * mech_glue_initiate, mech_glue_accept: start the mechanism request->mech through the
 * glue. Its errors are ERR_GLUE with its own major and minor (status_glue). Starting does
 * no I/O. The first step acquires this mechanism's part of the credential, if no earlier
 * call did. Error of the start: ERR_NO_MEMORY.
 */
MUST_USE enum err mech_glue_initiate(const struct mechanism_request *request,
                                     struct mechanism **out);
MUST_USE enum err mech_glue_accept(const struct mechanism_request *request,
                                   struct mechanism **out);

#endif
