/* SPDX-License-Identifier: ISC */
/* Processes that fork before and between logins, and that exit while threads log in. */
#include "tests/exchange/place.h"
#include "tests/lib/login_driver.h"

#include <dlfcn.h>
#include <execinfo.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define N_CHILDREN 4

/* The exit status if a library beneath the module crashed; see crashed. */
#define NOT_OURS 77

static bool login_with(gss_OID mech, gss_cred_id_t acceptor)
{
    struct login s = login_of(mech, "http@server", SEAL_FLAGS);

    s.initiator.cred = acquire_password(mech, ALICE, ALICE_PASSWORD);
    s.acceptor.cred = acceptor;
    s.acceptor.shared = true;
    return login_runs(&s);
}

/* A server reads its settings, or also acquires its credential, in the parent, and logs
 * in in its children, which exit as programs do. The parent then logs in as well. */
TEST_TIMES(children_of_a_parent_that_only_prepared, 4)
{
    gss_OID mech = mech_of(_i % 2);
    gss_cred_id_t acceptor = GSS_C_NO_CREDENTIAL;
    gss_OID_set mechs = GSS_C_NO_OID_SET;
    pid_t children[N_CHILDREN];
    OM_uint32 minor;

    place_begin(LINES_BOTH, "");
    ck_assert_uint_eq(gss_indicate_mechs(&minor, &mechs), GSS_S_COMPLETE);
    (void)gss_release_oid_set(&minor, &mechs);
    if (_i >= 2) {
        acceptor = acquire_default(mech, GSS_C_ACCEPT);
        ck_assert_ptr_ne(acceptor, GSS_C_NO_CREDENTIAL);
    }
    for (int i = 0; i < N_CHILDREN; i++) {
        if ((children[i] = fork()) == 0) {
            (void)alarm(60);
            _exit(login_with(mech, acceptor) && login_with(mech, acceptor) ? 0 : 1);
        }
    }
    for (int i = 0; i < N_CHILDREN; i++) {
        ck_assert_int_eq(child_status(children[i]), 0);
    }
    ck_assert(login_with(mech, acceptor));
    (void)gss_release_cred(&minor, &acceptor);
}

/* At exit the libraries of MIT krb5 free objects that their own threads use: a crash
 * inside of them is their fault. The innermost frame outside of the C library decides. */
static void crashed(int number)
{
    void *places[32];
    int n = backtrace(places, 32);
    Dl_info info;

    for (int i = 1; i < n; i++) {
        if (dladdr(places[i], &info) == 0 || strstr(info.dli_fname, "/libc.so") != NULL ||
            strstr(info.dli_fname, "lifetimes_") != NULL) {
            continue;
        }
        if (strstr(info.dli_fname, "/libgssapi_krb5.") != NULL ||
            strstr(info.dli_fname, "/libkrb5") != NULL ||
            strstr(info.dli_fname, "/libk5crypto.") != NULL) {
            _exit(NOT_OURS);
        }
        break;
    }
    (void)signal(number, SIG_DFL);
    (void)raise(number);
}

/* The mechglue loads the module now. Exit frees the glue's list of mechanisms also while
 * a thread loads one, and that thread then hands the freed OID to gss_mech_interposer: a
 * crash in a function of the module, but not its fault. */
static void load(gss_OID mech)
{
    gss_OID_set types = GSS_C_NO_OID_SET;
    OM_uint32 minor;

    if (gss_inquire_names_for_mech(&minor, mech, &types) != GSS_S_COMPLETE) {
        _exit(1);
    }
    (void)gss_release_oid_set(&minor, &types);
}

static void *work(void *mech)
{
    while (login_with(mech, GSS_C_NO_CREDENTIAL)) {
    }
    for (;;) {
        (void)pause(); /* the process is ending */
    }
    return NULL;
}

static void exit_with_threads(gss_OID mech, unsigned wait_us)
{
    void *place;
    pthread_t thread;

    (void)dup2(open("/dev/null", O_WRONLY | O_CLOEXEC), 2);
    (void)backtrace(&place, 1); /* makes backtrace load its libraries now */
    (void)signal(SIGSEGV, crashed);
    (void)signal(SIGABRT, crashed);
    (void)signal(SIGBUS, crashed);
    (void)alarm(60);
    load(mech_of(0));
    load(mech_of(1));
    for (int i = 0; i < 3; i++) {
        (void)pthread_create(&thread, NULL, work, mech);
    }
    (void)usleep(wait_us);
    exit(0);
}

/* Whether AddressSanitizer is used: it ends the process before it is known whose fault a
 * crash is. */
static bool is_watched(void)
{
    return dlsym(RTLD_DEFAULT, "__asan_init") != NULL;
}

/* The leak check is left out, because it would report what the threads hold. */
TEST_TIMES(exit_while_threads_log_in, 2)
{
    int n_clean = 0;

    if (_i == 1 && is_watched()) {
        SKIP("MIT krb5 frees what its threads use, and AddressSanitizer ends at that");
    }
    place_begin(LINES_BOTH, "");
    for (unsigned i = 0; i < 60; i++) {
        pid_t pid = fork();
        int answer;

        if (pid == 0) {
            exit_with_threads(mech_of(_i), 1000 + i * 500);
        }
        answer = child_status(pid);
        ck_assert(answer == 0 || answer == NOT_OURS);
        n_clean += answer == 0;
    }
    ck_assert_int_ge(n_clean, 20);
}
