/* SPDX-License-Identifier: ISC */
/* A path that leads to another file from one call to the next, and the effects of opening
 * alone. */
#include "conf/secretlines.h"

#include "tests/lib/harness.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

/* Makes stat return what was there a moment before: a regular file. */
static bool is_replaced;

/* Replaces the C library's function. */
int stat(const char *restrict path, struct stat *restrict out)
{
    int answer = fstatat(AT_FDCWD, path, out, 0);

    if (answer == 0 && is_replaced) {
        out->st_mode = S_IFREG | 0600;
    }
    return answer;
}

/* Makes reading return more or fewer bytes than announced. The file then looks unchanged,
 * because the change was faster than the clock of its times. */
static enum { ALL, MORE, LESS, NO_MORE } is_read;

ssize_t read(int fd, void *out, size_t n)
{
    switch (is_read) {
    case MORE:
        is_read = ALL;
        return syscall(SYS_read, fd, out, n) + 1;
    case LESS:
        is_read = NO_MORE;
        return syscall(SYS_read, fd, out, n - 2);
    case NO_MORE:
        is_read = ALL;
        return 0;
    default:
        return syscall(SYS_read, fd, out, n);
    }
}

static const char *make_fifo(void)
{
    static char path[300];

    (void)snprintf(path, sizeof(path), "%s/fifo", temp_dir());
    (void)unlink(path);
    ck_assert_int_eq(mkfifo(path, 0600), 0);
    return path;
}

/* Opening the pipe would let a process continue that waits for a reader. */
TEST(a_pipe_is_not_opened)
{
    const char *path = make_fifo();
    int status;
    pid_t writer = fork();

    ck_assert_int_ge(writer, 0);
    if (writer == 0) {
        _exit(open(path, O_WRONLY | O_CLOEXEC) < 0);
    }
    for (int i = 0; i < 20; i++) {
        ck_err(secretfile_check(path, SECRETFILE_OWN), ERR_FILE_READ);
        (void)usleep(5000);
    }
    ck_assert_int_eq(waitpid(writer, &status, WNOHANG), 0);
    ck_assert_int_eq(kill(writer, SIGKILL), 0);
    ck_assert_int_eq(waitpid(writer, &status, 0), writer);
}

/* The descriptor is checked, and opening does not wait for a writer. */
TEST(a_pipe_in_a_files_place)
{
    const char *path = make_fifo();
    struct secretfile_id id;
    BUF_AUTO contents = BUF_INIT;

    is_replaced = true;
    ck_err(secretfile_check(path, SECRETFILE_OWN), ERR_FILE_READ);
    ck_err(secretfile_read(path, SECRETFILE_OWN, &contents, &id), ERR_FILE_READ);
    ck_assert_uint_eq(contents.n, 0);
}

TEST(an_open_file_in_a_secrets_place)
{
    const char *path = write_file("file", "secret", 0644);
    struct secretfile_id id;
    BUF_AUTO contents = BUF_INIT;

    is_replaced = true;
    ck_err(secretfile_read(path, SECRETFILE_OWN, &contents, &id), ERR_FILE_RIGHTS);
    ck_assert_uint_eq(contents.n, 0);
}

static bool is_open_in_programs(int fd)
{
    return (fcntl(fd, F_GETFD) & FD_CLOEXEC) == 0;
}

static enum err look_at_descriptor(void *arg, struct buf *contents, int fd)
{
    (void)contents;
    *(bool *)arg = is_open_in_programs(fd);
    return ERR_OK;
}

static enum err look_at_lines(void *arg, struct bytes lines)
{
    (void)arg;
    (void)lines;
    return ERR_OK;
}

TEST_TIMES(another_length_than_announced, 2)
{
    const char *path = write_file("file", "secret", 0600);
    struct secretfile_id id;
    bool unused;

    is_read = _i == 0 ? LESS : MORE;
    ck_err(secretfile_visit(path, SECRETFILE_OWN, look_at_descriptor, &unused, &id),
           ERR_FILE_CHANGED);
    is_read = _i == 0 ? LESS : MORE;
    ck_err(secretlines_visit(path, SECRETFILE_OWN, look_at_lines, NULL, &id),
           ERR_FILE_CHANGED);
}

TEST(other_programs_do_not_inherit_it)
{
    const char *path = write_file("file", "secret", 0600);
    struct secretfile_id id;
    bool inherited = true;

    ck_ok(secretfile_visit(path, SECRETFILE_OWN, look_at_descriptor, &inherited, &id));
    ck_assert(!inherited);
}
