/* SPDX-License-Identifier: ISC */
/* Counts calls of crypto_mac_end: the program is linked with --wrap. */
#include "tests/lib/crypto_calls.h"

#include "ntlm/crypto.h"

static unsigned long n_calls;

unsigned long crypto_calls(void)
{
    return n_calls;
}

enum err __real_crypto_mac_end(struct crypto_mac *mac, struct ntlm_key *out);
enum err __wrap_crypto_mac_end(struct crypto_mac *mac, struct ntlm_key *out);

enum err __wrap_crypto_mac_end(struct crypto_mac *mac, struct ntlm_key *out)
{
    n_calls++;
    return __real_crypto_mac_end(mac, out);
}
