/* SPDX-License-Identifier: ISC */
/* Counts the HMACs that are computed, for tests of paths that must cost the same. */
#ifndef TESTS_LIB_CRYPTO_CALLS_H
#define TESTS_LIB_CRYPTO_CALLS_H

/* crypto_calls: how many HMACs this program has computed so far. The linker gives it our
 * crypto_mac_end in the place of the real one, which is called. */
unsigned long crypto_calls(void);

#endif
