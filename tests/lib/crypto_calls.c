/* SPDX-License-Identifier: ISC */
/* Counts calls of crypto_hmac_md5: the program is linked with --wrap. */
#include "tests/lib/crypto_calls.h"

#include "ntlm/crypto.h"

static unsigned long n_calls;

unsigned long crypto_calls(void)
{
    return n_calls;
}

enum err __real_crypto_hmac_md5(const struct ntlm_key *key, const struct bytes *parts,
                                size_t n_parts, struct ntlm_key *out);
enum err __wrap_crypto_hmac_md5(const struct ntlm_key *key, const struct bytes *parts,
                                size_t n_parts, struct ntlm_key *out);

enum err __wrap_crypto_hmac_md5(const struct ntlm_key *key, const struct bytes *parts,
                                size_t n_parts, struct ntlm_key *out)
{
    n_calls++;
    return __real_crypto_hmac_md5(key, parts, n_parts, out);
}
