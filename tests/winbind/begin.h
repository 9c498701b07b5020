/* SPDX-License-Identifier: ISC */
/* Logins that a winbindd of the test's own verifies: tests/samba/with_winbindd.py. */
#ifndef TESTS_WINBIND_BEGIN_H
#define TESTS_WINBIND_BEGIN_H

#include "tests/exchange/peer.h"

/* What with_winbindd.py makes. */
#define SRV          "SRV" /* the machine's NetBIOS name */
#define WORKGROUP    "WORKGROUP"
#define SRV_ALICE    "SRV\\alice"
#define SRV_PASSWORD "Passw0rd!" /* of alice and of the accounts in a state */

/* winbind_begin: place_begin with these settings, but without settings of the machine's
 * names, and with the usual user file. Skips the test if no winbindd runs beside it. */
void winbind_begin(const char *settings);

/* begin_login: logs in with user and password; l is to be ended by the test. */
void begin_login(struct login *l, gss_OID mech, const char *user, const char *password);

/* ck_error: the peer failed with this error. The mechglue changes the numbers of minors.
 */
void ck_error(const struct peer *p, enum err e);

/* winbind_works: a login of SRV\\user1, checked, that may fail at first for want of time;
 * for 'it still works'. */
void winbind_works(gss_OID mech);

/* clock_s: seconds of the monotonic clock. */
double clock_s(void);

#endif
