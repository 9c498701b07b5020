/* SPDX-License-Identifier: ISC */
/* Whether FIPS mode forbids NTLM: its algorithms are not approved. */
#ifndef NTLM_FIPS_H
#define NTLM_FIPS_H

#include "base/err.h"

#include <stdbool.h>

/* fips_kernel: whether the kernel enables FIPS; then ERR_FIPS has its detail. */
bool fips_kernel(void);

/*
 * fips_refuse: ERR_FIPS, with the place as detail, if one of these enables FIPS:
 * - the kernel;
 * - OpenSSL's configuration file ($OPENSSL_CONF, or that of the system), by a line
 *   default_properties with fips=yes;
 * - the default properties of libcrypto, if it is in the process. It is never loaded.
 * The first call reads the files and looks for libcrypto; later calls only ask libcrypto.
 * For a module that does not link libcrypto.
 */
MUST_USE enum err fips_refuse(void);

#endif
