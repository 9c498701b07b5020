/* SPDX-License-Identifier: ISC */
/* Counts how often OpenSSL is asked for a hash, for tests of paths that must cost the
 * same. */
#ifndef TESTS_LIB_CRYPTO_CALLS_H
#define TESTS_LIB_CRYPTO_CALLS_H

/* crypto_calls: how many hashes this process has begun and finished so far. A program
 * that uses it defines two functions of libcrypto, which call the real ones. */
unsigned long crypto_calls(void);

#endif
