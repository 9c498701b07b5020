/* SPDX-License-Identifier: ISC */
/* How a program turns the trace on and off, and what happens if it cannot be turned
 * on. */
#include "mech/oid.h"
#include "tests/exchange/protect.h"
#include "tests/trace/tracefile.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static OM_uint32 invoke(const char *value, size_t n, OM_uint32 *minor)
{
    gss_buffer_desc buffer = {n, (void *)(uintptr_t)value};
    gss_OID_desc option = {(OM_uint32)OPTION_TRACE.n, (void *)(uintptr_t)OPTION_TRACE.p};

    return gssspi_mech_invoke(minor, NTLM, &option, &buffer);
}

static OM_uint32 turn(const char *path)
{
    OM_uint32 minor;

    return invoke(path, strlen(path), &minor);
}

TEST(by_the_mechanism)
{
    place_begin(LINES_BOTH, "");
    login_good(NTLM);
    ck_assert_str_eq(tracefile_read(), "");
    ck_complete(turn(place_path("trace")));
    login_good(SPNEGO);
    ck_has(tracefile_read(), "login role=acceptor");
    ck_complete(turn(""));
    ck_assert_int_eq(unlink(place_path("trace")), 0);
    login_good(SPNEGO);
    ck_assert_str_eq(tracefile_read(), "");
}

/* The file's name may end with a NUL, as gss-ntlmssp accepts it. */
TEST(with_a_nul)
{
    const char *path = place_path("trace");
    OM_uint32 minor;

    place_begin(LINES_NTLM, "");
    ck_complete(invoke(path, strlen(path) + 1, &minor));
    login_good(NTLM);
    ck_has(tracefile_read(), "login role=acceptor");
}

TEST_TIMES(by_a_context, 2)
{
    static struct login login;

    place_begin(LINES_BOTH, "");
    login_begin(&login, mech_of(_i), ALICE, ALICE_PASSWORD, SIGN_FLAGS);
    peer_initiate(&login.initiator, bytes_of(NULL, 0));
    ck_complete(
        set_option(&login.initiator, OPTION_TRACE, bytes_str(place_path("trace"))));
    peer_accept(&login.acceptor, buf_bytes(&login.initiator.token));
    ck_has(tracefile_read(), "call role=acceptor");
    login_end(&login);
}

TEST(a_file_that_cannot_be)
{
    OM_uint32 minor;
    char path[600];

    place_begin(LINES_BOTH, "");
    (void)snprintf(path, sizeof(path), "%s", place_path("no/such/folder"));
    ck_assert(GSS_ERROR(invoke(path, strlen(path), &minor)));
    ck_assert_uint_ne(minor, 0);
    ck_assert_int_eq(setenv("GSS_NEGOTIATE_TRACE", path, 1), 0);
    login_good(NTLM);
    login_good(SPNEGO);
}

TEST_TIMES(an_unwritable_file_costs_nothing, 2)
{
    place_begin(LINES_BOTH, "");
    ck_assert_int_eq(
        setenv("GSS_NEGOTIATE_TRACE", _i == 0 ? "/proc/version" : "/dev/full", 1), 0);
    login_good(NTLM);
    login_good(SPNEGO);
}

TEST(another_option)
{
    gss_buffer_desc value = {4, (void *)(uintptr_t) "/tmp"};
    gss_OID_desc option = {(OM_uint32)OPTION_SET_SEQUENCE.n,
                           (void *)(uintptr_t)OPTION_SET_SEQUENCE.p};
    OM_uint32 minor;

    place_begin(LINES_BOTH, "");
    ck_assert_uint_eq(gssspi_mech_invoke(&minor, NTLM, &option, &value),
                      GSS_S_UNAVAILABLE);
    ck_assert_uint_ne(minor, 0);
}

/* The child of a process that writes a trace continues in the same file. */
TEST(a_child_goes_on)
{
    char mark[64];
    int status = 0;
    pid_t child;

    (void)tracefile_begin();
    place_begin(LINES_BOTH, "");
    login_good(SPNEGO);
    child = fork();
    if (child == 0) {
        login_good(SPNEGO);
        _exit(0);
    }
    ck_assert_int_eq(waitpid(child, &status, 0), child);
    ck_assert_int_eq(status, 0);
    (void)snprintf(mark, sizeof(mark), " %d.%d ctx=", (int)child, (int)child);
    ck_has(tracefile_read(), mark);
    (void)snprintf(mark, sizeof(mark), " %d.%d ctx=", (int)getpid(), (int)getpid());
    ck_has(tracefile_read(), mark);
}
