/* SPDX-License-Identifier: ISC */
/* A host that closes all descriptors, as a daemon does when it starts, and opens its own:
 * no call of winbind may use a number that is the host's. */
#include "tests/winbind/begin.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

/* The harness has descriptor 3. */
#define FIRST 4
#define LAST  63

static ino_t inodes[LAST + 1];

/* Gives the numbers from FIRST to LAST to connected sockets. */
static bool take_all_descriptors(void)
{
    int pair[2] = {0, 0};
    struct stat s;

    for (int fd = FIRST; fd <= LAST; fd++) {
        (void)close(fd);
    }
    while (pair[1] < LAST) {
        if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, pair) != 0) {
            return false;
        }
    }
    for (int fd = FIRST; fd <= LAST; fd++) {
        if (fstat(fd, &s) != 0) {
            return false;
        }
        inodes[fd] = s.st_ino;
    }
    return true;
}

/* Whether the sockets are still there, and nothing was written to them. */
static bool are_untouched(void)
{
    for (int fd = FIRST; fd <= LAST; fd++) {
        struct stat s;
        char byte;

        if (fstat(fd, &s) != 0 || s.st_ino != inodes[fd]) {
            (void)fprintf(stderr, "descriptor %d was closed\n", fd);
            return false;
        }
        errno = 0;
        if (recv(fd, &byte, 1, MSG_PEEK) >= 0 || errno != EAGAIN) {
            (void)fprintf(stderr, "descriptor %d was used: %s\n", fd, strerror(errno));
            return false;
        }
    }
    return true;
}

/* Whether a login works now; without the harness, whose descriptors are closed too. */
static bool works(void)
{
    struct login l;
    bool done;

    begin_login(&l, NTLM, "SRV\\user1", "Pass-user1");
    done = login_is_done(&l);
    if (!done) {
        (void)fprintf(stderr, "%s\n", l.acceptor.sentence);
    }
    login_end(&l);
    return done;
}

/* {before: the process has logged in; in_child: a child closes them, as a daemon does}.
 */
static void ck_closed(bool by_a_child)
{
    int status;
    pid_t child;

    winbind_begin(" users_from = winbind\n");
    if (by_a_child) {
        winbind_works(NTLM);
    }
    child = fork();
    ck_assert_int_ge(child, 0);
    if (child == 0) {
        _exit((by_a_child || works()) && take_all_descriptors() && works() &&
                      are_untouched()
                  ? 0
                  : 1);
    }
    ck_assert_int_eq(waitpid(child, &status, 0), child);
    ck_assert_int_eq(status, 0);
}

TEST(descriptors_that_a_child_closed)
{
    ck_closed(true);
}

TEST(descriptors_that_the_process_closed)
{
    ck_closed(false);
}
