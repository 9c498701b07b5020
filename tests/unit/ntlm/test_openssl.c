/* SPDX-License-Identifier: ISC */
/* Loading the algorithms: first use, failure, threads, fork, exit. */
#include "ntlm/crypto.h"
#include "tests/lib/harness.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

/* OpenSSL has a type with the name of one of our errors. */
#define ERR_STATE OPENSSL_ERR_STATE
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/provider.h>
#undef ERR_STATE

static struct bytes key_bytes(const struct ntlm_key *key)
{
    return bytes_of(key->b, sizeof(key->b));
}

/* Each test runs in a process that has not used OpenSSL: a missing provider is named in
 * the error, and once it is there the next call succeeds. */
TEST(missing_legacy_provider)
{
    struct ntlm_key key = {{1}};
    struct crypto_hmac hmac;

    setenv("OPENSSL_MODULES", "/nonexistent", 1);
    ck_err(crypto_ready(), ERR_CRYPTO_LEGACY);
    ck_assert_ptr_nonnull(strstr(err_note_get(ERR_CRYPTO_LEGACY), "legacy.so"));
    ck_assert_ptr_nonnull(strstr(err_note_get(ERR_CRYPTO_LEGACY), "/nonexistent"));
    ck_assert_ptr_nonnull(strstr(err_note_get(ERR_CRYPTO_LEGACY), "libssl3"));
    ck_err(crypto_md4(bytes_str("x"), &key), ERR_CRYPTO_LEGACY);
    ck_bytes(key_bytes(&key), hex("00000000000000000000000000000000"));
    ck_err(crypto_md5(NULL, 0, &key), ERR_CRYPTO_LEGACY);
    ck_err(crypto_hmac_md5(&key, NULL, 0, &key), ERR_CRYPTO_LEGACY);
    ck_err(crypto_hmac_key(&hmac, &key), ERR_CRYPTO_LEGACY);
    ck_assert_uint_eq(ERR_peek_error(), 0);
    unsetenv("OPENSSL_MODULES");
    ck_ok(crypto_ready());
}

TEST_TIMES(fips_by_default_properties, 2)
{
    struct ntlm_key key;

    if (_i == 1) {
        ck_ok(crypto_ready());
    }
    ck_assert_int_eq(EVP_default_properties_enable_fips(NULL, 1), 1);
    ck_err(crypto_ready(), ERR_FIPS);
    ck_assert_str_ne(err_note_get(ERR_FIPS), "");
    ck_err(crypto_md4(bytes_str("x"), &key), ERR_FIPS);
    ck_assert_int_eq(EVP_default_properties_enable_fips(NULL, 0), 1);
    ck_ok(crypto_ready());
}

/* The host's error queue is unchanged, whether our calls succeed or fail. */
TEST_TIMES(host_errors_are_kept, 2)
{
    struct ntlm_key key;

    if (_i == 1) {
        setenv("OPENSSL_MODULES", "/nonexistent", 1);
    }
    ERR_clear_error();
    ERR_raise_data(ERR_LIB_USER, 1, "first");
    ERR_raise_data(ERR_LIB_USER, 2, "second");
    ck_err(crypto_md4(bytes_str("x"), &key), _i == 1 ? ERR_CRYPTO_LEGACY : ERR_OK);
    ck_assert_int_eq(ERR_GET_REASON(ERR_get_error()), 1);
    ck_assert_int_eq(ERR_GET_REASON(ERR_get_error()), 2);
    ck_assert_uint_eq(ERR_get_error(), 0);
}

/* Nothing is loaded into the default context, which belongs to the host. */
TEST(default_context_is_left_alone)
{
    ck_ok(crypto_ready());
    ck_assert(!OSSL_PROVIDER_available(NULL, "legacy"));
    ck_assert_ptr_null(EVP_MD_fetch(NULL, "MD4", NULL));
    ERR_clear_error();
}

#define N_THREADS 8

static void *first_use(void *arg)
{
    static const uint8_t want[] = {0x31, 0xd6, 0xcf, 0xe0, 0xd1, 0x6a, 0xe9, 0x31,
                                   0xb7, 0x3c, 0x59, 0xd7, 0xe0, 0xc0, 0x89, 0xc0};
    pthread_barrier_t *barrier = arg;
    struct ntlm_key key;
    bool ok = true;

    pthread_barrier_wait(barrier);
    for (int i = 0; i < 200 && ok; i++) {
        ok = crypto_md4(bytes_of(NULL, 0), &key) == ERR_OK &&
             memcmp(key.b, want, sizeof(want)) == 0;
    }
    return ok ? barrier : NULL;
}

TEST(threads_on_first_use)
{
    pthread_t threads[N_THREADS];
    pthread_barrier_t barrier;
    void *result;

    ck_assert_int_eq(pthread_barrier_init(&barrier, NULL, N_THREADS), 0);
    for (size_t i = 0; i < N_THREADS; i++) {
        ck_assert_int_eq(pthread_create(&threads[i], NULL, first_use, &barrier), 0);
    }
    for (size_t i = 0; i < N_THREADS; i++) {
        ck_assert_int_eq(pthread_join(threads[i], &result), 0);
        ck_assert_ptr_nonnull(result);
    }
    ck_assert_int_eq(pthread_barrier_destroy(&barrier), 0);
}

/* A child that is forked before (0) or after (1) the first use works, and so does its
 * parent. */
TEST_TIMES(works_after_fork, 2)
{
    int status;
    pid_t pid;

    if (_i == 1) {
        ck_ok(crypto_ready());
    }
    pid = fork();
    if (pid == 0) {
        struct ntlm_key key;

        alarm(60);
        _exit(crypto_md4(bytes_str("x"), &key) == ERR_OK ? 0 : 1);
    }
    ck_assert_int_eq(waitpid(pid, &status, 0), pid);
    ck_assert_int_eq(status, 0);
    ck_ok(crypto_ready());
}

/* After OpenSSL has cleaned up, each use is refused. */
static struct crypto_hmac late_hmac;

static struct crypto_mac late_mac;

static void use_late(void)
{
    struct ntlm_key out;

    crypto_mac_begin(&late_mac, &late_hmac);
    if (crypto_mac_end(&late_mac, &out) != ERR_CRYPTO || crypto_ready() != ERR_CRYPTO ||
        crypto_md5(NULL, 0, &out) != ERR_CRYPTO) {
        _exit(1);
    }
}

TEST(use_after_openssls_cleanup)
{
    const struct ntlm_key key = {{1}};
    int status;
    pid_t pid = fork();

    if (pid == 0) {
        if (atexit(use_late) != 0 || crypto_hmac_key(&late_hmac, &key) != ERR_OK) {
            _exit(1);
        }
        exit(0);
    }
    ck_assert_int_eq(waitpid(pid, &status, 0), pid);
    ck_assert_int_eq(status, 0);
}

static void *use_for_ever(void *arg)
{
    struct ntlm_key key;

    while (crypto_md5(NULL, 0, &key) == ERR_OK) {
    }
    for (;;) {
        (void)pause();
    }
    return arg;
}

/* OpenSSL frees its context while other threads use it: none may crash. Some of the
 * processes end during the first use. */
TEST(exit_while_threads_work)
{
    for (int i = 0; i < 40; i++) {
        int status;
        pid_t pid = fork();

        if (pid == 0) {
            pthread_t thread;

            (void)alarm(60);
            for (int j = 0; j < 3; j++) {
                (void)pthread_create(&thread, NULL, use_for_ever, NULL);
            }
            (void)usleep(500 + (unsigned)i * 200);
            OPENSSL_cleanup(); /* exit calls this; here it is called directly, so that the
                                  leak check works */
            (void)usleep(1000);
            _exit(0);
        }
        ck_assert_int_eq(waitpid(pid, &status, 0), pid);
        ck_assert_int_eq(status, 0);
    }
}
