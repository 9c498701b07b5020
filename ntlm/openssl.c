/* SPDX-License-Identifier: ISC */
/* Loads the algorithms of OpenSSL once, without a lock, and never frees them. */
#include "ntlm/openssl.h"

#include "base/text.h"

#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

static struct openssl *_Atomic shared;

/* The number of threads that use OpenSSL's default context now. At exit OpenSSL frees
 * that context while other threads still run. So the exit waits for these threads, and no
 * further thread may use the context. */
static atomic_uint n_asking;
static atomic_bool is_ending;
static pthread_once_t watch_once = PTHREAD_ONCE_INIT;

/* The longest time that the exit waits. A forked child may wait this long in vain:
 * n_asking may count a thread of the parent that does not exist in the child. */
#define PATIENCE_MS 50

static void wait_for_askers(void)
{
    const struct timespec ms = {0, 1000000};

    atomic_store(&is_ending, true);
    for (int i = 0; i < PATIENCE_MS && atomic_load(&n_asking) > 0; i++) {
        (void)nanosleep(&ms, NULL);
    }
}

/* Makes OpenSSL's cleanup call wait_for_askers. OpenSSL first marks its cleanup as begun,
 * then makes this call, then frees. A thread that calls OpenSSL after that is refused:
 * see find_openssl. */
static void watch_the_end(void)
{
    if (OPENSSL_init_crypto(0, NULL) == 1) {
        (void)OPENSSL_atexit(wait_for_askers);
    }
}

static bool begin_asking(void)
{
    (void)pthread_once(&watch_once, watch_the_end);
    atomic_fetch_add(&n_asking, 1);
    if (!atomic_load(&is_ending)) {
        return true;
    }
    atomic_fetch_sub(&n_asking, 1);
    return false;
}

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

/* The kernel's switch. Without this file there is no FIPS mode. */
static bool kernel_wants_fips(void)
{
    int fd = open("/proc/sys/crypto/fips_enabled", O_RDONLY | O_CLOEXEC);
    char c = '0';
    ssize_t n;

    if (fd < 0) {
        return false;
    }
    n = read(fd, &c, 1);
    close(fd);
    return n == 1 && c == '1';
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

static enum err note_exiting(void)
{
    return err_note(ERR_CRYPTO, "OpenSSL has shut down: this process is exiting");
}

static enum err find_openssl(struct openssl **out_lib)
{
    *out_lib = atomic_load_explicit(&shared, memory_order_acquire);
    /* OpenSSL crashes if it is called after its own shutdown, when the host logs in while
     * it exits, or if it had no memory to initialise itself. */
    if (OPENSSL_init_crypto(0, NULL) != 1) {
        return note_exiting();
    }
    if (OSSL_LIB_CTX_get0_global_default() == NULL) {
        return ERR_NO_MEMORY;
    }
    if (EVP_default_properties_is_fips_enabled(NULL) == 1) {
        return err_note(ERR_FIPS, "OpenSSL's default properties say fips=yes");
    }
    if (*out_lib != NULL) {
        return ERR_OK;
    }
    if (kernel_wants_fips()) {
        return err_note(ERR_FIPS, "/proc/sys/crypto/fips_enabled is 1");
    }
    return load(out_lib);
}

enum err openssl_acquire(const struct openssl **out_lib)
{
    struct openssl *lib;
    enum err e;

    *out_lib = NULL;
    if (!begin_asking()) {
        return note_exiting();
    }
    ERR_set_mark();
    e = find_openssl(&lib);
    ERR_pop_to_mark();
    atomic_fetch_sub(&n_asking, 1);
    if (e == ERR_OK) {
        *out_lib = lib;
    }
    return e;
}
