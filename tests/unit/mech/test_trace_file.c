/* SPDX-License-Identifier: ISC */
/* The trace's file: which files are refused, and what must not happen to the host. */
#include "tests/unit/mech/trace_check.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define NOBODY 65534

/* A refused file is not changed, and a trace that was on continues. */
static void refused(const char *path, enum err wanted)
{
    const char *before = trace_path("before");

    (void)unlink(before);

    ck_ok(trace_to(bytes_str(before)));
    ck_err(trace_to(bytes_str(path)), wanted);
    ck_assert_ptr_nonnull(strstr(err_note_get(wanted), path));
    trace_note("still here");
    ck_assert_ptr_nonnull(strstr(trace_only_line(before), "still here"));
}

TEST(a_symbolic_link_is_refused)
{
    const char *target = write_file("target", "", 0600);
    const char *link = trace_path("link");
    BUF_AUTO all = BUF_INIT;

    ck_assert_int_eq(symlink(target, link), 0);
    refused(link, ERR_FILE_OPEN);
    trace_read(target, &all);
    ck_assert_uint_eq(all.n, 0);
}

TEST(a_hard_link_is_refused)
{
    const char *target = write_file("target", "", 0600);
    const char *name = trace_path("name");
    BUF_AUTO all = BUF_INIT;

    (void)unlink(name);
    ck_assert_int_eq(link(target, name), 0);
    refused(name, ERR_FILE_RIGHTS);
    trace_read(target, &all);
    ck_assert_uint_eq(all.n, 0);
}

TEST_TIMES(no_regular_file_is_refused, 3)
{
    const char *pipe = trace_path("pipe");

    (void)unlink(pipe);
    ck_assert_int_eq(mkfifo(pipe, 0600), 0);
    refused(_i == 0 ? pipe : _i == 1 ? "/dev/null" : temp_dir(), ERR_FILE_OPEN);
}

TEST(the_file_of_another_user_is_refused)
{
    const char *path = write_file("others", "", 0666);

    if (geteuid() != 0) {
        SKIP("needs root to give a file away");
    }
    ck_assert_int_eq(chown(path, NOBODY, NOBODY), 0);
    refused(path, ERR_FILE_RIGHTS);
}

TEST(a_nul_is_refused)
{
    ck_err(trace_to(hex("2f746d702f00")), ERR_ARGUMENT);
}

static int descriptor_of(const char *path)
{
    struct stat wanted;
    struct stat st;

    ck_assert_int_eq(stat(path, &wanted), 0);
    for (int fd = 0; fd < 256; fd++) {
        if (fstat(fd, &st) == 0 && st.st_dev == wanted.st_dev &&
            st.st_ino == wanted.st_ino) {
            return fd;
        }
    }
    ck_abort_msg("%s is not open", path);
}

TEST(other_programs_do_not_inherit_it)
{
    const char *path = trace_path("mine");

    ck_ok(trace_to(bytes_str(path)));
    ck_assert_int_eq(fcntl(descriptor_of(path), F_GETFD), FD_CLOEXEC);
    ck_ok(trace_to(bytes_of(NULL, 0)));
}

/* A host closes descriptors that are not its own, and then opens a file that gets the
 * same number. */
TEST(a_reused_descriptor_is_not_written_to)
{
    const char *path = trace_path("mine");
    const char *hosts = write_file("hosts", "", 0600);
    BUF_AUTO all = BUF_INIT;
    int number;
    int fd;

    ck_ok(trace_to(bytes_str(path)));
    number = descriptor_of(path);
    (void)close(number);
    fd = open(hosts, O_RDWR | O_CLOEXEC);
    ck_assert_int_eq(fd, number);
    trace_note("after");
    ck_assert_ptr_nonnull(strstr(trace_only_line(path), "after"));
    trace_read(hosts, &all);
    ck_assert_uint_eq(all.n, 0);
    ck_ok(trace_to(bytes_of(NULL, 0)));
    ck_assert_int_eq(fcntl(fd, F_GETFD), FD_CLOEXEC); /* and it is not closed */
}

TEST(not_a_standard_stream)
{
    int saved = dup(1);
    int first;

    (void)close(1);
    ck_ok(trace_to(bytes_str(trace_path("stream"))));
    first = fcntl(1, F_GETFD);
    (void)dup2(saved, 1);
    ck_assert_int_eq(first, -1);
    trace_note("x");
    ck_assert_ptr_nonnull(strstr(trace_only_line(trace_path("stream")), "text=x"));
}

/* A write beyond the limit would end the process. */
static int write_beyond_limit(const char *path)
{
    struct rlimit limit = {200, 200};

    if (trace_to(bytes_str(path)) != ERR_OK || setrlimit(RLIMIT_FSIZE, &limit) != 0) {
        return 1;
    }
    for (int i = 0; i < 10; i++) {
        trace_note("abcdefghij");
    }
    return trace_is_on() ? 0 : 2;
}

TEST(the_limit_of_file_size)
{
    const char *path = trace_path("limited");
    BUF_AUTO all = BUF_INIT;
    int status = 0;
    pid_t child = fork();

    if (child == 0) {
        _exit(write_beyond_limit(path));
    }
    ck_assert_int_eq(waitpid(child, &status, 0), child);
    ck_assert_int_eq(status, 0);
    trace_read(path, &all);
    ck_assert(all.n > 0 && all.n <= 200);
    ck_assert_uint_eq(all.p[all.n - 1], '\n');
}

/* On a disk of one page, a line that was written in part is followed by whole lines. */
TEST(a_full_disk)
{
    const char *folder = trace_path("disk");
    char path[600];
    char filler[600];
    BUF_AUTO all = BUF_INIT;
    int fd;

    ck_assert_int_eq(mkdir(folder, 0700), 0);
    if (unshare(CLONE_NEWNS) != 0 ||
        mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) ||
        mount("none", folder, "tmpfs", 0, "size=8k") != 0) {
        SKIP("needs to mount a small disk: %s", strerror(errno));
    }
    (void)snprintf(path, sizeof(path), "%s/trace", folder);
    (void)snprintf(filler, sizeof(filler), "%s/filler", folder);
    fd = open(filler, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
    ck_assert_int_eq(write(fd, "x", 1), 1);
    ck_ok(trace_to(bytes_str(path)));
    for (int i = 0; i < 100; i++) {
        trace_note("abcdefghij");
    }
    ck_assert(trace_is_on());
    ck_assert_int_eq(unlink(filler), 0);
    (void)close(fd);
    trace_note("room-again");
    trace_read(path, &all);
    (void)umount(folder);
    ck_assert_uint_eq(all.p[all.n - 1], '\n');
    ck_assert_ptr_nonnull(strstr(buf_cstr(&all), "\n2"));
    ck_assert_ptr_nonnull(strstr(buf_cstr(&all), "text=room-again\n"));
}

/* This program run again, as a set-id program or not; its exit status has these bits. */
enum { SAYS_SECURE = 1, SAYS_ON = 2, SAYS_OPTION = 4 };

static int say(const char *option)
{
    return (getauxval(AT_SECURE) != 0 ? SAYS_SECURE : 0) | (trace_is_on() ? SAYS_ON : 0) |
           (trace_to(bytes_str(option)) == ERR_OK ? SAYS_OPTION : 0) | 0x40;
}

static int run_as(const char *program, uid_t user, const char *trace)
{
    char option[600];
    int status = 0;
    pid_t child = fork();

    (void)snprintf(option, sizeof(option), "%s.option", trace);
    if (child == 0) {
        (void)setenv(TRACE_VARIABLE, trace, 1);
        if (user != 0 && setresuid(user, user, user) != 0) {
            _exit(127);
        }
        (void)execl(program, program, "--say", option, (char *)NULL);
        _exit(126);
    }
    ck_assert_int_eq(waitpid(child, &status, 0), child);
    ck_assert_msg(WIFEXITED(status) && (WEXITSTATUS(status) & 0x40) != 0,
                  "the program ended by %#x", (unsigned)status);
    return WEXITSTATUS(status) & ~0x40;
}

/* Makes a copy of this program that every user may run. */
static const char *copy_program(const char *folder)
{
    static char copy[600];
    char command[1300];
    char self[512];
    ssize_t n = readlink("/proc/self/exe", self, sizeof(self) - 1);

    ck_assert_int_gt(n, 0);
    self[n] = '\0';
    (void)snprintf(copy, sizeof(copy), "%s/program", folder);
    (void)snprintf(command, sizeof(command), "cp '%s' '%s'", self, copy);
    ck_assert_int_eq(system(command), 0);
    return copy;
}

TEST(a_set_id_program_writes_nothing)
{
    const char *folder = trace_path("open");
    const char *program;
    char trace[600];
    int said;

    if (geteuid() != 0) {
        SKIP("needs root to make a program set-id");
    }
    ck_assert_int_eq(chmod(temp_dir(), 0755), 0);
    ck_assert_int_eq(mkdir(folder, 0777), 0);
    ck_assert_int_eq(chmod(folder, 0777), 0);
    program = copy_program(folder);
    ck_assert_int_eq(chmod(program, 0755), 0);
    (void)snprintf(trace, sizeof(trace), "%s/trace", folder);
    ck_assert_int_eq(run_as(program, NOBODY, trace), SAYS_ON | SAYS_OPTION);
    ck_assert_int_eq(unlink(trace), 0);
    ck_assert_int_eq(chown(program, NOBODY, NOBODY), 0);
    ck_assert_int_eq(chmod(program, 04755), 0);
    said = run_as(program, 0, trace);
    if ((said & SAYS_SECURE) == 0) {
        SKIP("set-id does nothing on this file system");
    }
    ck_assert_int_eq(said, SAYS_SECURE);
    ck_assert_int_eq(access(trace, F_OK), -1);
}
int main(int argc, char **argv)
{
    if (argc == 3 && strcmp(argv[1], "--say") == 0) {
        _exit(say(argv[2])); /* a leak check cannot look into a set-id program */
    }
    return harness_run();
}
