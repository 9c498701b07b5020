/* SPDX-License-Identifier: ISC */
/* gss-negotiate try: the channel bindings of a TLS connection. */
#ifndef TOOLS_TRY_TLS_H
#define TOOLS_TRY_TLS_H

#include "base/buf.h"

/*
 * try_tls_endpoint: the bindings of type tls-server-end-point (RFC 5929 4) for a server's
 * certificate in PEM: appends the prefix and the hash to out. Returns the hash's name,
 * static; NULL if the type has none for this certificate, or it cannot be read.
 */
const char *try_tls_endpoint(const char *pem, struct buf *out);

#endif
