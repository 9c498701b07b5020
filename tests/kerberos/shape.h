/* SPDX-License-Identifier: ISC */
/* The structure of a token, without the parts that differ from run to run. */
#ifndef TESTS_KERBEROS_SHAPE_H
#define TESTS_KERBEROS_SHAPE_H

#include <stddef.h>
#include <stdio.h>

/* shape: writes the structure of a SPNEGO or Kerberos token on one line: tags, object
 * identifiers, enumerations, names and small numbers; encrypted parts are written as
 * "octets". */
void shape(FILE *out, const void *token, size_t len);

#endif
