/* SPDX-License-Identifier: ISC */
/* A mechanism of the glue (Kerberos) as an inner mechanism. */
#ifndef MECH_SPNEGO_INNER_GLUE_H
#define MECH_SPNEGO_INNER_GLUE_H

#include "mech/spnego/inner.h"

/*
 * inner_krb5_initiate, inner_krb5_accept: Kerberos through the glue, by its plain OID.
 * What it says is ERR_GLUE with its own major and minor (status_glue). Starting does no
 * I/O; the credential's Kerberos part is acquired by the first step, if it was not
 * before.
 */
MUST_USE enum err inner_krb5_initiate(const struct inner_request *request,
                                      struct inner **out);
MUST_USE enum err inner_krb5_accept(const struct inner_request *request,
                                    struct inner **out);

#endif
