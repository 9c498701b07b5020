/* SPDX-License-Identifier: ISC */
/* All that can be asked of a name or a credential, said. */
#ifndef TESTS_KERBEROS_INQUIRE_H
#define TESTS_KERBEROS_INQUIRE_H

#include <gssapi/gssapi.h>

/* inquire_name: displays, exports, inquires attributes, local name, canonical forms. */
void inquire_name(gss_name_t name);

/* inquire_cred: as a whole and by each mechanism; the default one for NO_CREDENTIAL. */
void inquire_cred(gss_cred_id_t cred);

#endif
