/* SPDX-License-Identifier: ISC */
/* Logins at a libwbclient for tests. */
#ifndef TESTS_UNIT_CONF_WBCLIENT_QUERY_H
#define TESTS_UNIT_CONF_WBCLIENT_QUERY_H

#include "conf/winbind/winbind.h"

#include "tests/unit/conf/wbclient/fake.h"

/* fake_get: the library that is loaded, or will be. */
struct fake_wbclient *fake_get(void);

/* query_of: a query of a client; the texts are borrowed. query_login: asks, and forgets
 * the answer. query_is_answered: asks with challenge number, and compares the name and
 * the key of the answer. */
struct winbind_query query_of(const char *domain, const char *user);
enum err query_login(const char *domain, const char *user, unsigned timeout_s);
bool query_is_answered(const char *domain, const char *user, unsigned number);

/* query_give_up_four: has four calls for the domain HANG given up, which still hang. */
void query_give_up_four(struct fake_wbclient *fake);

/* query_clock_ms: CLOCK_MONOTONIC. query_wait: until *n is at least least, for ten
 * seconds at most; false if it never is. */
uint64_t query_clock_ms(void);
bool query_wait(atomic_int *n, int least);

/* query_threads: how many threads this process has. */
unsigned query_threads(void);

#endif
