/* SPDX-License-Identifier: ISC */
/* gss-negotiate try: the channel bindings of a TLS connection. */
#ifndef TOOLS_TRY_TLS_H
#define TOOLS_TRY_TLS_H

#include "base/buf.h"

/*
 * try_tls_endpoint: appends the bindings of type tls-server-end-point (RFC 5929 4) for a
 * server's certificate in PEM: the prefix and the hash. Returns the name of the hash,
 * which is static; NULL if the certificate has no such bindings or cannot be read.
 */
const char *try_tls_endpoint(const char *pem, struct buf *out);

#endif
