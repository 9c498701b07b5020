/* SPDX-License-Identifier: ISC */
/* The module in its host process: it prints nothing, survives forks and threads, and is
 * not harmed by calls that no program should make. */
#include "mech/oid.h"
#include "ntlm/openssl.h"
#include "tests/exchange/handmade.h"

#include <dlfcn.h>
#include <fcntl.h>
#include <locale.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static struct login login;

static void good_and_bad(gss_OID mech)
{
    struct login bad;

    login_good(mech);
    login_begin(&bad, mech, ALICE, "wrong", SIGN_FLAGS);
    login_run(&bad);
    ck_failed(&bad.acceptor, GSS_S_FAILURE, "password");
    login_end(&bad);
    login_begin(&bad, mech, NULL, NULL, SIGN_FLAGS);
    peer_initiate(&bad.initiator, NOTHING);
    ck_failed(&bad.initiator, GSS_S_NO_CRED, mech == NTLM ? "credential" : BUILTIN_SAYS);
    peer_accept(&bad.acceptor, bytes_str("garbage"));
    ck_assert(GSS_ERROR(bad.acceptor.major) != 0);
    login_end(&bad);
}

/* Sends stdout and stderr to a file while good and bad logins run. */
TEST_TIMES(nothing_is_printed, 2)
{
    int saved[2] = {dup(1), dup(2)};
    struct stat st;
    int fd = open(place_path("printed"), O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

    ck_assert_int_ge(fd, 0);
    place_begin(LINES_BOTH, "");
    ck_assert(dup2(fd, 1) == 1 && dup2(fd, 2) == 2);
    good_and_bad(mech_of(_i));
    ck_assert(dup2(saved[0], 1) == 1 && dup2(saved[1], 2) == 2);
    ck_assert_int_eq(fstat(fd, &st), 0);
    ck_assert_int_eq(st.st_size, 0);
    close(fd);
    close(saved[0]);
    close(saved[1]);
}

/* The module does not change the locale, the umask, signals, open files and OpenSSL's
 * error queue. */
TEST_TIMES(the_hosts_state_is_left_alone, 2)
{
    struct sigaction before;
    struct sigaction after;
    unsigned n_open;
    char *locale;
    mode_t mask = umask(0123);

    place_begin(LINES_BOTH, "");
    login_good(mech_of(_i));
    (void)setlocale(LC_ALL, "C.UTF-8");
    locale = strdup(setlocale(LC_ALL, NULL));
    ck_assert_int_eq(sigaction(SIGPIPE, NULL, &before), 0);
    n_open = count_open_files();
    ERR_clear_error();
    ERR_raise_data(ERR_LIB_USER, 42, "the host's own");
    good_and_bad(mech_of(_i));
    ck_assert_int_eq(ERR_GET_REASON(ERR_get_error()), 42);
    ck_assert_uint_eq(ERR_get_error(), 0);
    ck_assert_uint_eq(count_open_files(), n_open);
    ck_assert_int_eq(sigaction(SIGPIPE, NULL, &after), 0);
    ck_assert(before.sa_handler == after.sa_handler);
    ck_assert_str_eq(setlocale(LC_ALL, NULL), locale);
    ck_assert_uint_eq(umask(mask), 0123);
    free(locale);
}

static int run_child(void (*body)(void))
{
    int status = -1;
    pid_t pid = fork();

    ck_assert_int_ge(pid, 0);
    if (pid == 0) {
        body();
        exit(0);
    }
    ck_assert_int_eq(waitpid(pid, &status, 0), pid);
    return status;
}

/* Completes an exchange that began before the fork. */
static void finish(void)
{
    peer_initiate(&login.initiator, buf_bytes(&login.acceptor.token));
    peer_accept(&login.acceptor, buf_bytes(&login.initiator.token));
    if (login.acceptor.token.n > 0) {
        peer_initiate(&login.initiator, buf_bytes(&login.acceptor.token));
    }
    ck_assert(login_is_done(&login));
    protect_both_ways(&login);
}

static void finish_and_end(void)
{
    finish();
    login_end(&login);
}

TEST_TIMES(a_fork_between_two_legs, 2)
{
    place_begin(LINES_BOTH, "");
    login_begin(&login, mech_of(_i), ALICE, ALICE_PASSWORD, SEAL_FLAGS);
    peer_initiate(&login.initiator, NOTHING);
    peer_accept(&login.acceptor, buf_bytes(&login.initiator.token));
    ck_assert_int_eq(run_child(finish_and_end), 0);
    finish_and_end();
}

static void whole_login(void)
{
    login_good(NTLM);
    login_good(SPNEGO);
}

/* A server that loads the module in the parent and accepts in its children. */
TEST_TIMES(a_fork_after_the_first_login, 2)
{
    place_begin(LINES_BOTH, "");
    login_good(mech_of(_i));
    ck_assert_int_eq(run_child(whole_login), 0);
    login_good(mech_of(_i));
}

/* Two children of one parent must not use the same random numbers. */
TEST(children_are_random)
{
    struct buf challenges[2] = {BUF_INIT, BUF_INIT};
    int channel[2];

    place_begin(LINES_BOTH, "");
    login_good(NTLM);
    login_begin(&login, NTLM, ALICE, ALICE_PASSWORD, SEAL_FLAGS);
    peer_initiate(&login.initiator, NOTHING);
    for (int i = 0; i < 2; i++) {
        uint8_t got[32];
        pid_t pid;

        ck_assert_int_eq(pipe(channel), 0);
        if ((pid = fork()) == 0) {
            peer_accept(&login.acceptor, buf_bytes(&login.initiator.token));
            _exit(write(channel[1], login.acceptor.token.p, sizeof(got)) != sizeof(got));
        }
        ck_assert_int_eq(read(channel[0], got, sizeof(got)), sizeof(got));
        ck_assert_int_eq(waitpid(pid, NULL, 0), pid);
        ck_ok(buf_dup(&challenges[i], bytes_of(got + 24, 8)));
        close(channel[0]);
        close(channel[1]);
    }
    ck_assert(!bytes_equal(buf_bytes(&challenges[0]), buf_bytes(&challenges[1])));
    buf_cleanup(&challenges[0]);
    buf_cleanup(&challenges[1]);
    login_end(&login);
}

static void leave_everything_open(void)
{
    login_begin(&login, NTLM, ALICE, ALICE_PASSWORD, SEAL_FLAGS);
    login_run(&login);
    ck_assert(login_is_done(&login));
}

TEST(exit_with_live_objects)
{
    place_begin(LINES_BOTH, "");
    ck_assert_int_eq(run_child(leave_everything_open), 0);
}

/* Makes the logins of one thread; returns how many failed (Check does not count in
 * threads). */
static void *work(void *arg)
{
    gss_OID mech = arg;
    uintptr_t n_bad = 0;

    for (int i = 0; i < 40; i++) {
        struct login l;

        login_begin(&l, mech, ALICE, i % 4 == 3 ? "wrong" : ALICE_PASSWORD, SEAL_FLAGS);
        login_run(&l);
        n_bad += login_is_done(&l) != (i % 4 != 3);
        login_end(&l);
    }
    return (void *)n_bad;
}

TEST(threads)
{
    pthread_t ids[4];
    void *n_bad;

    place_begin(LINES_BOTH, "");
    for (int i = 0; i < 4; i++) {
        ck_assert_int_eq(pthread_create(&ids[i], NULL, work, mech_of(i % 2)), 0);
    }
    for (int i = 0; i < 4; i++) {
        ck_assert_int_eq(pthread_join(ids[i], &n_bad), 0);
        ck_assert_ptr_null(n_bad);
    }
}

/* The mechglue refuses most of these calls, so they are made directly on the module. */
static void *entry(const char *name)
{
    static void *handle;
    void *found;

    if (handle == NULL) {
        handle = dlopen(getenv("GSSNEG_MODULE"), RTLD_NOW | RTLD_LOCAL);
        ck_assert_msg(handle != NULL, "%s", dlerror());
    }
    found = dlsym(handle, name);
    ck_assert_msg(found != NULL, "no entry %s", name);
    return found;
}

#define ENTRY(name) ((__typeof__(name) *)(uintptr_t)entry(#name))

TEST(calls_without_objects)
{
    gss_buffer_desc b = GSS_C_EMPTY_BUFFER;
    OM_uint32 minor = 0;
    OM_uint32 n;

    place_begin(LINES_BOTH, "");
    ck_assert(GSS_ERROR(ENTRY(gss_get_mic)(&minor, NULL, 0, &b, &b)));
    ck_assert_uint_ne(minor, 0);
    ck_assert(GSS_ERROR(ENTRY(gss_get_mic)(NULL, NULL, 0, NULL, NULL)));
    ck_assert(GSS_ERROR(ENTRY(gss_verify_mic)(&minor, NULL, &b, &b, NULL)));
    ck_assert(GSS_ERROR(ENTRY(gss_wrap)(NULL, NULL, 1, 0, NULL, NULL, NULL)));
    ck_assert(GSS_ERROR(ENTRY(gss_unwrap)(NULL, NULL, NULL, NULL, NULL, NULL)));
    ck_assert(GSS_ERROR(ENTRY(gss_wrap_size_limit)(&minor, NULL, 1, 0, 10, &n)));
    ck_assert(GSS_ERROR(ENTRY(gss_context_time)(&minor, NULL, NULL)));
    ck_assert(GSS_ERROR(ENTRY(gss_inquire_context)(&minor, NULL, NULL, NULL, NULL, NULL,
                                                   NULL, NULL, NULL)));
    ck_assert(GSS_ERROR(ENTRY(gss_inquire_sec_context_by_oid)(&minor, NULL, NULL, NULL)));
    ck_assert(GSS_ERROR(ENTRY(gss_set_sec_context_option)(&minor, NULL, NULL, NULL)));
    ck_assert(GSS_ERROR(ENTRY(gss_delete_sec_context)(&minor, NULL, NULL)));
    ck_assert(GSS_ERROR(ENTRY(gss_import_name)(&minor, NULL, NULL, NULL)));
    ck_assert_uint_eq(ENTRY(gss_display_name)(&minor, NULL, &b, NULL), GSS_S_BAD_NAME);
    ck_assert(GSS_ERROR(ENTRY(gss_compare_name)(&minor, NULL, NULL, NULL)));
    ck_assert(GSS_ERROR(ENTRY(gss_duplicate_name)(&minor, NULL, NULL)));
    ck_assert(GSS_ERROR(ENTRY(gss_export_name)(&minor, NULL, NULL)));
    ck_assert(GSS_ERROR(ENTRY(gss_release_name)(&minor, NULL)));
    ck_assert(GSS_ERROR(ENTRY(gss_release_cred)(&minor, NULL)));
    ck_assert(GSS_ERROR(ENTRY(gss_inquire_names_for_mech)(&minor, NULL, NULL)));
    ck_complete(ENTRY(gss_inquire_attrs_for_mech)(&minor, NULL, NULL, NULL));
    ck_assert(
        GSS_ERROR(ENTRY(gss_display_status)(NULL, 1, GSS_C_MECH_CODE, NULL, NULL, NULL)));
}

TEST(parts_and_tokens_without_objects)
{
    gss_buffer_desc b = GSS_C_EMPTY_BUFFER;
    __typeof__(gss_export_sec_context) *spnegos;
    gss_iov_buffer_desc iov = {0};
    gss_ctx_id_t context = GSS_C_NO_CONTEXT;
    OM_uint32 minor = 0;

    place_begin(LINES_BOTH, "");
    ck_assert(GSS_ERROR(ENTRY(gss_wrap_iov)(&minor, NULL, 1, 0, NULL, &iov, 1)));
    ck_assert(GSS_ERROR(ENTRY(gss_wrap_iov_length)(NULL, NULL, 1, 0, NULL, NULL, 1)));
    ck_assert(GSS_ERROR(ENTRY(gss_unwrap_iov)(NULL, NULL, NULL, NULL, NULL, -1)));
    ck_assert(GSS_ERROR(ENTRY(gss_get_mic_iov)(&minor, NULL, 0, &iov, 1)));
    ck_assert(GSS_ERROR(ENTRY(gss_get_mic_iov_length)(&minor, NULL, 0, NULL, 0)));
    ck_assert(GSS_ERROR(ENTRY(gss_verify_mic_iov)(&minor, NULL, NULL, &iov, 1)));
    ck_assert(GSS_ERROR(ENTRY(gss_wrap_aead)(&minor, NULL, 1, 0, &b, &b, NULL, &b)));
    ck_assert(GSS_ERROR(ENTRY(gss_unwrap_aead)(&minor, NULL, &b, &b, &b, NULL, NULL)));
    ck_assert(GSS_ERROR(ENTRY(gss_export_sec_context)(&minor, &context, &b)));
    ck_assert_uint_ne(minor, 0);
    ck_assert(GSS_ERROR(ENTRY(gss_export_sec_context)(NULL, NULL, NULL)));
    spnegos = (__typeof__(spnegos))(uintptr_t)entry("gssi_export_sec_context");
    ck_assert(GSS_ERROR(spnegos(&minor, &context, &b)));
    ck_assert(GSS_ERROR(spnegos(NULL, NULL, NULL)));
    ck_assert(GSS_ERROR(ENTRY(gss_import_sec_context)(&minor, &b, &context)));
    ck_assert_uint_ne(minor, 0);
    ck_assert_ptr_eq(context, GSS_C_NO_CONTEXT);
    ck_assert(GSS_ERROR(ENTRY(gss_import_sec_context)(NULL, NULL, NULL)));
}

TEST(handshakes_without_objects)
{
    gss_buffer_desc b = GSS_C_EMPTY_BUFFER;
    gss_ctx_id_t context = GSS_C_NO_CONTEXT;
    OM_uint32 minor = 0;

    place_begin(LINES_BOTH, "");
    ck_assert(GSS_ERROR(ENTRY(gss_init_sec_context)(NULL, NULL, NULL, NULL, NULL, 0, 0,
                                                    NULL, NULL, NULL, NULL, NULL, NULL)));
    ck_assert(GSS_ERROR(ENTRY(gss_init_sec_context)(
        &minor, NULL, &context, NULL, NULL, 0, 0, NULL, NULL, NULL, &b, NULL, NULL)));
    ck_assert_ptr_eq(context, GSS_C_NO_CONTEXT);
    ck_assert_uint_ne(minor, 0);
    ck_assert(GSS_ERROR(ENTRY(gss_accept_sec_context)(NULL, NULL, NULL, NULL, NULL, NULL,
                                                      NULL, NULL, NULL, NULL, NULL)));
    ck_assert(GSS_ERROR(ENTRY(gss_accept_sec_context)(&minor, &context, NULL, NULL, NULL,
                                                      NULL, NULL, &b, NULL, NULL, NULL)));
    ck_assert_ptr_eq(context, GSS_C_NO_CONTEXT);
    ck_assert(GSS_ERROR(
        ENTRY(gss_acquire_cred)(NULL, NULL, 0, NULL, GSS_C_INITIATE, NULL, NULL, NULL)));
    ck_assert(
        GSS_ERROR(ENTRY(gss_acquire_cred)(&minor, NULL, 0, NULL, 77, NULL, NULL, NULL)));
}

/* A context does not change its role. */
TEST_TIMES(the_wrong_call_for_a_context, 2)
{
    gss_ctx_id_t saved;

    place_begin(LINES_BOTH, "");
    login_begin(&login, mech_of(_i), ALICE, ALICE_PASSWORD, SEAL_FLAGS);
    peer_initiate(&login.initiator, NOTHING);
    saved = login.acceptor.context;
    login.acceptor.context = login.initiator.context;
    peer_accept(&login.acceptor, buf_bytes(&login.initiator.token));
    ck_failed(&login.acceptor, GSS_S_DEFECTIVE_TOKEN, "out of order");
    login.acceptor.context = saved;
    login_end(&login);
}
