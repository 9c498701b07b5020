/* SPDX-License-Identifier: ISC */
/* OpenSSL in a library context of our own: what crypto.c, and only that, works with. */
#ifndef NTLM_OPENSSL_H
#define NTLM_OPENSSL_H

#include "base/bytes.h"

/* OpenSSL has a type of the name of one of our errors; it goes by another name here. */
#define ERR_STATE OPENSSL_ERR_STATE
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/provider.h>
#undef ERR_STATE

/*
 * struct openssl: the algorithms, fetched once from the default and legacy providers. It
 * lives as long as the process: nothing of OpenSSL may be touched when the process ends,
 * because OpenSSL's own clean-up may have run before. Read-only, shared by threads.
 */
struct openssl {
    OSSL_LIB_CTX *ctx;
    OSSL_PROVIDER *standard;
    OSSL_PROVIDER *legacy;
    EVP_MD *md4;
    EVP_MD *md5;
};

/* openssl_acquire: the one instance; made on first need, tried again after a failure.
 * Nothing is given back. Errors as crypto_ready. */
MUST_USE enum err openssl_acquire(const struct openssl **out_lib);

#endif
