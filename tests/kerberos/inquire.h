/* SPDX-License-Identifier: ISC */
/* Inquires everything about a name or a credential, and writes the answers. */
#ifndef TESTS_KERBEROS_INQUIRE_H
#define TESTS_KERBEROS_INQUIRE_H

#include <gssapi/gssapi.h>

/* inquire_name: displays and exports the name, and inquires its attributes, local name
 * and canonical forms. */
void inquire_name(gss_name_t name);

/* inquire_cred: inquires the credential as a whole and by each mechanism; for
 * NO_CREDENTIAL the default one. */
void inquire_cred(gss_cred_id_t cred);

#endif
