/* SPDX-License-Identifier: ISC */
/* A mechanism of the glue (Kerberos first of all) as an inner mechanism. */
#ifndef MECH_MECH_GLUE_H
#define MECH_MECH_GLUE_H

#include "mech/mechanism.h"

/*
 * inner_glue_initiate, inner_glue_accept: the mechanism request->mech, through the glue.
 * What it says is ERR_GLUE with its own major and minor (status_glue). Starting does no
 * I/O; the credential's part for it is acquired by the first step, if it was not before.
 */
MUST_USE enum err inner_glue_initiate(const struct inner_request *request,
                                      struct inner **out);
MUST_USE enum err inner_glue_accept(const struct inner_request *request,
                                    struct inner **out);

#endif
