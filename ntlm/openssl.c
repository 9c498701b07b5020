/* SPDX-License-Identifier: ISC */
/* Loads the algorithms of OpenSSL once, without a lock, and never frees them. */
#include "ntlm/openssl.h"

#include "base/text.h"
#include "ntlm/fips.h"
#include "ntlm/libcrypto.h"

#include <stdatomic.h>
#include <stdlib.h>

static struct openssl *_Atomic shared;

static int init_crypto(uint64_t options, const void *settings)
{
    return OPENSSL_init_crypto(options, settings);
}

static void *default_context(void)
{
    return OSSL_LIB_CTX_get0_global_default();
}

static int is_fips(void *context)
{
    return EVP_default_properties_is_fips_enabled(context);
}

static const struct libcrypto linked = {init_crypto, OPENSSL_atexit, default_context,
                                        is_fips};

static void openssl_free(struct openssl *lib)
{
    EVP_MD_free(lib->md5);
    EVP_MD_free(lib->md4);
    if (lib->legacy != NULL) {
        OSSL_PROVIDER_unload(lib->legacy);
    }
    if (lib->standard != NULL) {
        OSSL_PROVIDER_unload(lib->standard);
    }
    OSSL_LIB_CTX_free(lib->ctx);
    free(lib);
}

static enum err note_no_legacy(void)
{
    const char *modules = secure_getenv("OPENSSL_MODULES");
    struct text_escaped dir;

    if (modules == NULL) {
        modules = OPENSSL_info(OPENSSL_INFO_MODULES_DIR);
    }
    return err_note(ERR_CRYPTO_LEGACY,
                    "module legacy.so cannot be loaded, %s; package libssl3 or "
                    "openssl-provider-legacy (Debian, Ubuntu), openssl-libs (Fedora)",
                    modules == NULL ? "" : text_printed(&dir, bytes_str(modules)));
}

static enum err load_providers(struct openssl *lib)
{
    lib->ctx = OSSL_LIB_CTX_new();
    if (lib->ctx == NULL) {
        return ERR_NO_MEMORY;
    }
    lib->standard = OSSL_PROVIDER_load(lib->ctx, "default");
    if (lib->standard == NULL) {
        return err_note(ERR_CRYPTO, "OpenSSL cannot load its default provider");
    }
    lib->legacy = OSSL_PROVIDER_load(lib->ctx, "legacy");
    return lib->legacy == NULL ? note_no_legacy() : ERR_OK;
}

static enum err fetch(struct openssl *lib)
{
    enum err e = load_providers(lib);

    if (e != ERR_OK) {
        return e;
    }
    lib->md4 = EVP_MD_fetch(lib->ctx, "MD4", NULL);
    lib->md5 = EVP_MD_fetch(lib->ctx, "MD5", NULL);
    if (lib->md5 == NULL) {
        return err_note(ERR_CRYPTO, "this OpenSSL was built without MD5");
    }
    if (lib->md4 == NULL) {
        return err_note(ERR_CRYPTO_LEGACY, "this OpenSSL was built without MD4");
    }
    return ERR_OK;
}

/* Loads without a lock, because a fork in another thread could leave a lock held in the
 * child. Threads that come at the same time each load a copy; the first complete copy is
 * kept. */
static enum err load(struct openssl **out_lib)
{
    struct openssl *lib = calloc(1, sizeof(*lib));
    struct openssl *expected = NULL;
    enum err e;

    if (lib == NULL) {
        return ERR_NO_MEMORY;
    }
    e = fetch(lib);
    if (e != ERR_OK) {
        openssl_free(lib);
        return e;
    }
    if (!atomic_compare_exchange_strong(&shared, &expected, lib)) {
        openssl_free(lib);
        lib = expected;
    }
    *out_lib = lib;
    return ERR_OK;
}

static enum err find_openssl(struct openssl **out_lib)
{
    enum err e = libcrypto_state(&linked);

    *out_lib = atomic_load_explicit(&shared, memory_order_acquire);
    if (e != ERR_OK || *out_lib != NULL) {
        return e;
    }
    return fips_kernel() ? ERR_FIPS : load(out_lib);
}

enum err openssl_acquire(const struct openssl **out_lib)
{
    struct openssl *lib;
    enum err e;

    *out_lib = NULL;
    if (!libcrypto_enter(&linked)) {
        return libcrypto_has_ended();
    }
    ERR_set_mark();
    e = find_openssl(&lib);
    ERR_pop_to_mark();
    libcrypto_leave();
    if (e == ERR_OK) {
        *out_lib = lib;
    }
    return e;
}
