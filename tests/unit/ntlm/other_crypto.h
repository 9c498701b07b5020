/* SPDX-License-Identifier: ISC */
/* The implementation of ntlm/crypto.h that the build has not chosen, under other names.
 */
#ifndef TESTS_UNIT_NTLM_OTHER_CRYPTO_H
#define TESTS_UNIT_NTLM_OTHER_CRYPTO_H

#include "ntlm/crypto.h"

MUST_USE enum err other_md4(struct bytes data, struct ntlm_key *out);
MUST_USE enum err other_md5(const struct bytes *parts, size_t n_parts,
                            struct ntlm_key *out);
MUST_USE enum err other_hmac_key(struct crypto_hmac *hmac, const struct ntlm_key *key);
void other_mac_begin(struct crypto_mac *mac, const struct crypto_hmac *hmac);
void other_mac_add(struct crypto_mac *mac, struct bytes data);
void other_mac_add_seal(struct crypto_mac *mac, struct crypto_rc4 *rc4, uint8_t *p,
                        size_t n);
void other_mac_add_unseal(struct crypto_mac *mac, struct crypto_rc4 *rc4, uint8_t *p,
                          size_t n);
MUST_USE enum err other_mac_end(struct crypto_mac *mac, struct ntlm_key *out);

#endif
