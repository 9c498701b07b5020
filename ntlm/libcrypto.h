/* SPDX-License-Identifier: ISC */
/* The state of the libcrypto that is in the process, and the way to ask for it safely. */
#ifndef NTLM_LIBCRYPTO_H
#define NTLM_LIBCRYPTO_H

#include "base/err.h"

#include <stdbool.h>
#include <stdint.h>

/* struct libcrypto: the functions of OpenSSL 3 that are needed, linked or looked up. */
struct libcrypto {
    int (*init_crypto)(uint64_t options, const void *settings); /* OPENSSL_init_crypto */
    int (*at_exit)(void (*handler)(void));                      /* OPENSSL_atexit */
    void *(*default_context)(void); /* OSSL_LIB_CTX_get0_global_default */
    int (*is_fips)(void *context);  /* EVP_default_properties_is_fips_enabled */
};

/*
 * libcrypto_enter: begins a use of libcrypto; false once its cleanup has begun, and then
 * nothing of it may be called. libcrypto_leave ends the use. At the end of a process,
 * libcrypto frees its default context while other threads still run; its cleanup waits
 * for those that have entered, for a moment.
 */
bool libcrypto_enter(const struct libcrypto *lib);
void libcrypto_leave(void);

/* libcrypto_state: whether it can be used; between _enter and _leave. ERR_CRYPTO after
 * its cleanup; ERR_NO_MEMORY if it could not initialise itself; ERR_FIPS if its default
 * properties demand FIPS. */
MUST_USE enum err libcrypto_state(const struct libcrypto *lib);

/* libcrypto_has_ended: the error of whoever needs libcrypto after its cleanup. */
enum err libcrypto_has_ended(void);

#endif
