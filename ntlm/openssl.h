/* SPDX-License-Identifier: ISC */
/* OpenSSL in a library context of our own. Only crypto.c uses it. */
#ifndef NTLM_OPENSSL_H
#define NTLM_OPENSSL_H

#include "base/bytes.h"

/* OpenSSL has a type with the name of one of our errors. Give it another name here. */
#define ERR_STATE OPENSSL_ERR_STATE
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/provider.h>
#undef ERR_STATE

/*
 * struct openssl: the algorithms, fetched once from the default and legacy providers. It
 * is never freed: when the process ends, OpenSSL's own cleanup may already have run, and
 * nothing of OpenSSL may be used then. It is read-only; threads share it.
 */
struct openssl {
    OSSL_LIB_CTX *ctx;
    OSSL_PROVIDER *standard;
    OSSL_PROVIDER *legacy;
    EVP_MD *md4;
    EVP_MD *md5;
};

/* openssl_acquire: gives the one instance, which the first call makes. A call after a
 * failure tries again. There is no release. Errors of crypto_ready. */
MUST_USE enum err openssl_acquire(const struct openssl **out_lib);

#endif
