/* SPDX-License-Identifier: ISC */
/* Orders to the winbindd that tests/samba/with_winbindd.py runs beside a test. */
#ifndef TESTS_LIB_WINBINDD_H
#define TESTS_LIB_WINBINDD_H

/*
 * winbindd_do: gives an order of with_winbindd.py's, such as "stop" or "allow root", and
 * returns when it has been carried out. The test fails if it cannot be, and is skipped if
 * no winbindd runs beside it.
 */
void winbindd_do(const char *order);

#endif
