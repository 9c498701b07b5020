/* SPDX-License-Identifier: ISC */
/* Accounts of this machine that only the test program sees. */
#ifndef TESTS_LIB_ACCOUNTS_H
#define TESTS_LIB_ACCOUNTS_H

/* accounts_replace: gives this process a mount namespace in which /etc/passwd has these
 * lines, and no other source of accounts is asked. Skips the test where a process may not
 * have mounts of its own. */
void accounts_replace(const char *passwd);

#endif
