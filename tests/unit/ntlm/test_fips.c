/* SPDX-License-Identifier: ISC */
/* FIPS mode, found without being linked to libcrypto: its files, the libcrypto of the
 * host, and what the host does with that. */
#include "ntlm/crypto.h"
#include "ntlm/fips.h"
#include "ntlm/libcrypto.h"
#include "tests/lib/harness.h"

#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

/* OpenSSL has a type with the name of one of our errors. */
#define ERR_STATE OPENSSL_ERR_STATE
#include <openssl/err.h>
#include <openssl/evp.h>
#undef ERR_STATE

/* Each test runs in a process of its own, so each first call is the process' first. */
TEST_TIMES(by_default_properties, 2)
{
    struct ntlm_key key;

    if (_i == 1) {
        ck_ok(crypto_ready());
    }
    ck_assert_int_eq(EVP_default_properties_enable_fips(NULL, 1), 1);
    ck_err(crypto_ready(), ERR_FIPS);
    ck_assert_ptr_nonnull(strstr(err_note_get(ERR_FIPS), "default properties"));
    ck_err(crypto_md4(bytes_str("x"), &key), ERR_FIPS);
    ck_assert(ntlm_key_is_zero(&key));
    ck_assert_int_eq(EVP_default_properties_enable_fips(NULL, 0), 1);
    ck_ok(crypto_ready());
}

static const struct {
    const char *text;
    bool demands;
} confs[] = {
    {"", false},
    {"[algs]\ndefault_properties = fips=yes\n", true},
    {"default_properties=fips=yes", true},
    {"\t default_properties =\tfips = YES \r\n", true},
    {"default_properties = provider=x , fips=yes # mode\n", true},
    {"default_properties = \"fips=yes\"\n", true},
    {"default_properties = fips\n", true},
    {"default_properties = provider=x,fips\n", true},
    {"default_properties = \\\nfips=yes\n", true},
    {"default_properties = $mode\n", true},
    {"x::default_properties = fips=yes\n", true},
    {"default_properties = ?fips=yes\n", false},
    {"default_properties = -fips\n", false},
    {"default_properties = fips=no\n", false},
    {"default_properties = fips=yesterday\n", false},
    {"default_properties = xfips=yes\n", false},
    {"default_properties =\n", false},
    {"default_properties\nfips=yes\n", false},
    {"# default_properties = fips=yes\n", false},
    {"x = 1 # default_properties = fips=yes\n", false},
    {"fips = yes\n", false},
};

TEST_TABLE(by_the_configuration_file, confs)
{
    const char *path = write_file("openssl.cnf", row->text, 0600);

    setenv("OPENSSL_CONF", path, 1);
    ck_err(fips_refuse(), row->demands ? ERR_FIPS : ERR_OK);
    if (row->demands) {
        ck_assert_ptr_nonnull(strstr(err_note_get(ERR_FIPS), path));
        ck_err(fips_refuse(), ERR_FIPS);
    }
}

/* Neither the size of the file nor a missing newline hides the line; what is not a file
 * is not waited for. */
TEST(a_long_configuration_file)
{
    static const char line[] = "default_properties = fips=yes";
    static char text[100000];

    memset(text, '\n', sizeof(text));
    memcpy(text + sizeof(text) - sizeof(line), line, sizeof(line));
    setenv("OPENSSL_CONF", write_file("openssl.cnf", text, 0600), 1);
    ck_err(fips_refuse(), ERR_FIPS);
}

static const char *const odd_paths[] = {"/dev/zero", "/dev", "/nonexistent", "",
                                        "/proc/self/mem"};

TEST_TABLE(odd_configuration_files, odd_paths)
{
    setenv("OPENSSL_CONF", *row, 1);
    ck_ok(fips_refuse());
}

static enum err refuse_without_descriptors(void)
{
    struct rlimit limit;
    struct rlimit none;
    enum err e;

    ck_assert_int_eq(getrlimit(RLIMIT_NOFILE, &limit), 0);
    none = (struct rlimit){0, limit.rlim_max};
    ck_assert_int_eq(setrlimit(RLIMIT_NOFILE, &none), 0);
    e = fips_refuse();
    ck_assert_int_eq(setrlimit(RLIMIT_NOFILE, &limit), 0);
    return e;
}

/* Without a free descriptor the files cannot be read. They are read later; what they have
 * once said stays. */
TEST(no_descriptors_at_first)
{
    setenv("OPENSSL_CONF",
           write_file("openssl.cnf", "default_properties = fips=yes\n", 0600), 1);
    ck_ok(refuse_without_descriptors());
    ck_err(fips_refuse(), ERR_FIPS);
    ck_err(refuse_without_descriptors(), ERR_FIPS);
    ck_assert_ptr_nonnull(strstr(err_note_get(ERR_FIPS), "cannot be read again"));
}

TEST(host_errors_are_kept)
{
    ERR_clear_error();
    ERR_raise_data(ERR_LIB_USER, 1, "first");
    ck_ok(fips_refuse());
    ck_assert_int_eq(ERR_GET_REASON(ERR_get_error()), 1);
    ck_assert_uint_eq(ERR_get_error(), 0);
}

/* After libcrypto's cleanup it is not asked, and NTLM does not need it. */
static void ask_late(void)
{
    if (fips_refuse() != ERR_OK) {
        _exit(1);
    }
}

TEST_TIMES(after_libcryptos_cleanup, 2)
{
    int status;
    pid_t pid = fork();

    if (pid == 0) {
        if (atexit(ask_late) != 0 || (_i == 1 && fips_refuse() != ERR_OK)) {
            _exit(1);
        }
        exit(0);
    }
    ck_assert_int_eq(waitpid(pid, &status, 0), pid);
    ck_assert_int_eq(status, 0);
}

static void *ask_for_ever(void *arg)
{
    while (fips_refuse() == ERR_OK) {
    }
    return arg;
}

/* libcrypto frees its context while other threads ask it: none may crash. */
TEST(exit_while_threads_ask)
{
    for (int i = 0; i < 40; i++) {
        int status;
        pid_t pid = fork();

        if (pid == 0) {
            pthread_t thread;

            (void)alarm(60);
            for (int j = 0; j < 3; j++) {
                (void)pthread_create(&thread, NULL, ask_for_ever, NULL);
            }
            (void)usleep(500 + (unsigned)i * 200);
            OPENSSL_cleanup();
            (void)usleep(1000);
            _exit(0);
        }
        ck_assert_int_eq(waitpid(pid, &status, 0), pid);
        ck_assert_int_eq(status, 0);
    }
}

static atomic_int n_registered;

static int init_slowly(uint64_t options, const void *settings)
{
    (void)options;
    (void)settings;
    (void)usleep(300000);
    return 1;
}

static int count_handler(void (*handler)(void))
{
    (void)handler;
    atomic_fetch_add(&n_registered, 1);
    return 1;
}

static void *enter(void *lib)
{
    (void)libcrypto_enter(lib);
    return NULL;
}

/* While one thread still initialises libcrypto, no other one enters unseen. */
TEST(nobody_enters_before_the_end_is_watched)
{
    struct libcrypto slow = {init_slowly, count_handler, NULL, NULL};
    pthread_t thread;

    ck_assert_int_eq(pthread_create(&thread, NULL, enter, &slow), 0);
    (void)usleep(100000);
    ck_assert(libcrypto_enter(&slow));
    ck_assert_int_gt(atomic_load(&n_registered), 0);
    ck_assert_int_eq(pthread_join(thread, NULL), 0);
}
