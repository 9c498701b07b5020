/* SPDX-License-Identifier: ISC */
/* The socket that a process keeps for its lines: whatever the host does with its
 * descriptors, and whatever happens to the log, the next line arrives and no other file
 * gets it. */
#include "mech/report/audit.h"
#include "tests/audit/log.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <limits.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#define N_DESCRIPTORS 256

static const struct audit_use use = {.role = ROLE_ACCEPTOR, .result = ERR_LOGIN};

/* Writes a line that no limit suppresses, and checks that it arrives. */
static void check_arrives(void)
{
    audit_write(&use);
    ck_assert_str_ne(log_next(), "");
    ck_assert_str_eq(log_next(), "");
}

/* The number of the one descriptor that is open now and was not open before. */
static int new_descriptor(const bool before[N_DESCRIPTORS])
{
    int found = -1;

    for (int fd = 0; fd < N_DESCRIPTORS; fd++) {
        if (!before[fd] && fcntl(fd, F_GETFD) >= 0) {
            ck_assert_int_eq(found, -1);
            found = fd;
        }
    }
    ck_assert_int_ge(found, 0);
    return found;
}

/* Writes the first line of the process. Returns the number of the socket that is kept. */
static int keep_socket(void)
{
    bool before[N_DESCRIPTORS];

    for (int fd = 0; fd < N_DESCRIPTORS; fd++) {
        before[fd] = fcntl(fd, F_GETFD) >= 0;
    }
    check_arrives();
    return new_descriptor(before);
}

static void begin(int type)
{
    log_begin();
    log_listen(type);
}

TEST(the_lines_of_a_process_have_one_socket)
{
    unsigned n_open;
    int fd;

    begin(SOCK_DGRAM);
    fd = keep_socket();
    ck_assert_int_eq(fcntl(fd, F_GETFD), FD_CLOEXEC);
    ck_assert((fcntl(fd, F_GETFL) & O_NONBLOCK) != 0);
    n_open = count_open_files();
    for (int i = 0; i < 20; i++) {
        check_arrives();
    }
    ck_assert_uint_eq(count_open_files(), n_open);
}

TEST(a_process_without_a_log_keeps_one_socket_too)
{
    unsigned n_open;

    log_begin();
    n_open = count_open_files();
    for (int i = 0; i < 20; i++) {
        audit_write(&use);
        ck_assert_uint_eq(count_open_files(), n_open + 1);
    }
    log_listen(SOCK_DGRAM);
    n_open = count_open_files();
    check_arrives();
    ck_assert_uint_eq(count_open_files(), n_open);
}

TEST(a_stream_is_not_kept)
{
    unsigned n_open;

    begin(SOCK_STREAM);
    n_open = count_open_files();
    check_arrives();
    check_arrives();
    ck_assert_uint_eq(count_open_files(), n_open);
}

/* What the host may open with the number of the socket. Each returns its descriptor, and
 * for a pair another one, which gets what is written to the first. */
static int open_pair(int *out_other)
{
    int pair[2];

    ck_assert_int_eq(socketpair(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK, 0, pair), 0);
    *out_other = pair[1];
    return pair[0];
}

static int open_pipe(int *out_other)
{
    int ends[2];

    ck_assert_int_eq(pipe2(ends, O_NONBLOCK), 0);
    *out_other = ends[0];
    return ends[1];
}

static int open_file(int *out_other)
{
    const char *path = write_file("host", "", 0600);

    *out_other = open(path, O_RDONLY | O_CLOEXEC);
    return open(path, O_WRONLY | O_APPEND | O_CLOEXEC);
}

static const struct {
    int (*open)(int *out_other);
} files[] = {{open_pair}, {open_pipe}, {open_file}};

TEST_TABLE(a_file_of_the_host_has_the_number, files)
{
    struct stat before;
    struct stat after;
    char byte;
    int other;
    int made;
    int fd;

    begin(SOCK_DGRAM);
    fd = keep_socket();
    made = row->open(&other);
    ck_assert_int_eq(dup2(made, fd), fd);
    ck_assert_int_eq(fstat(fd, &before), 0);
    check_arrives();
    check_arrives();
    ck_assert_int_le(read(other, &byte, 1), 0);
    ck_assert_int_eq(fstat(fd, &after), 0);
    ck_assert_uint_eq(before.st_ino, after.st_ino);
}

TEST(the_host_closes_the_socket_again_and_again)
{
    unsigned n_open;
    int fd;

    begin(SOCK_DGRAM);
    fd = keep_socket();
    n_open = count_open_files();
    for (int i = 0; i < 20; i++) {
        (void)close(fd);
        check_arrives();
        ck_assert_uint_eq(count_open_files(), n_open);
    }
}

static void restart(int type)
{
    log_close();
    ck_assert_int_eq(unlink("/dev/log"), 0);
    log_listen(type);
}

TEST(the_log_is_restarted)
{
    unsigned n_open;

    begin(SOCK_DGRAM);
    (void)keep_socket();
    n_open = count_open_files();
    restart(SOCK_DGRAM);
    check_arrives();
    log_close();
    audit_write(&use); /* the log is away for a while */
    audit_write(&use);
    ck_assert_int_eq(unlink("/dev/log"), 0);
    audit_write(&use);
    log_listen(SOCK_DGRAM);
    check_arrives();
    ck_assert_ptr_nonnull(strstr(log_all(), " suppressed=3 "));
    ck_assert_uint_eq(count_open_files(), n_open);
}

TEST(the_log_is_a_stream_for_a_while)
{
    unsigned n_open;

    begin(SOCK_DGRAM);
    (void)keep_socket();
    n_open = count_open_files();
    restart(SOCK_STREAM);
    check_arrives();
    check_arrives();
    restart(SOCK_DGRAM);
    check_arrives();
    ck_assert_uint_eq(count_open_files(), n_open);
}

/* A log that nobody reads is full; the new one that replaced it gets the line. */
TEST(another_log_replaces_a_full_one)
{
    begin(SOCK_DGRAM);
    (void)keep_socket();
    for (int i = 0; i < 2 * AUDIT_BURST; i++) {
        audit_write(&use);
    }
    ck_assert_int_eq(rename("/dev/log", "/dev/old"), 0);
    log_listen(SOCK_DGRAM); /* the old one stays open */
    (void)sleep(1);
    check_arrives();
}

/* Runs part in a child, which must end well. */
static void in_child(void (*part)(int fd), int fd)
{
    const pid_t pid = fork();

    ck_assert_int_ge(pid, 0);
    if (pid == 0) {
        (void)alarm(60);
        part(fd);
        _exit(0); /* LeakSanitizer needs /proc, which a chroot lacks */
    }
    ck_assert_int_eq(child_status(pid), 0);
}

static void write_in_child(int fd)
{
    const unsigned n_open = count_open_files();

    check_arrives(); /* log_next checks that the line has the number of this process */
    ck_assert_uint_eq(count_open_files(), n_open);
    (void)close(fd);
    check_arrives();
}

TEST(a_child_writes)
{
    int fd;

    begin(SOCK_DGRAM);
    fd = keep_socket();
    in_child(write_in_child, fd);
    check_arrives();
}

static void write_confined(int fd)
{
    (void)fd;
    ck_assert_int_eq(chroot(temp_dir()), 0);
    ck_assert_int_eq(chdir("/"), 0);
    ck_assert_int_eq(setgroups(0, NULL), 0);
    ck_assert_int_eq(setgid(65534), 0);
    ck_assert_int_eq(setuid(65534), 0);
    check_arrives();
}

TEST(a_child_is_confined_after_its_first_line)
{
    begin(SOCK_DGRAM);
    in_child(write_confined, keep_socket());
}

static void write_in_jail(int fd)
{
    (void)fd;
    ck_assert_int_eq(chroot(temp_dir()), 0);
    audit_write(&use);
}

/* A socket of the test's own that is /dev/log for a process in the jail. */
static int listen_in_jail(void)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    char folder[PATH_MAX];
    const int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK, 0);

    (void)snprintf(folder, sizeof(folder), "%s/dev", temp_dir());
    ck_assert_int_eq(mkdir(folder, 0755), 0);
    ck_assert_int_lt(
        snprintf(address.sun_path, sizeof(address.sun_path), "%s/dev/log", temp_dir()),
        sizeof(address.sun_path));
    ck_assert_int_eq(bind(fd, (struct sockaddr *)&address, sizeof(address)), 0);
    return fd;
}

TEST(a_jailed_child_does_not_connect_its_parent_to_the_log_of_the_jail)
{
    char line[256];
    int jail;

    begin(SOCK_DGRAM);
    jail = listen_in_jail();
    (void)keep_socket();
    log_close(); /* the child's line fails */
    in_child(write_in_jail, -1);
    ck_assert_int_gt(recv(jail, line, sizeof(line), 0), 0);
    ck_assert_int_eq(unlink("/dev/log"), 0);
    log_listen(SOCK_DGRAM);
    check_arrives();
    ck_assert_int_lt(recv(jail, line, sizeof(line), 0), 0);
}

/* With a closed stream, the next file that the host opens has its number. */
static void write_without_streams(int fd)
{
    (void)fd;
    for (int i = 0; i <= STDERR_FILENO; i++) {
        (void)close(i);
    }
    check_arrives();
    for (int i = 0; i <= STDERR_FILENO; i++) {
        ck_assert(fcntl(i, F_GETFD) < 0 && errno == EBADF);
    }
    check_arrives();
}

TEST(the_socket_is_no_standard_stream)
{
    begin(SOCK_DGRAM);
    in_child(write_without_streams, -1);
}

static void write_without_room(int fd)
{
    struct rlimit limit = {4, 4}; /* the log's descriptor is 3 */

    ck_assert_int_lt(fd, 4);
    ck_assert_int_eq(setrlimit(RLIMIT_NOFILE, &limit), 0);
    (void)close(STDIN_FILENO);
    audit_write(&use);
    ck_assert(fcntl(STDIN_FILENO, F_GETFD) < 0 && errno == EBADF);
    ck_assert_str_eq(log_next(), "");
}

/* The only number that is free is that of a standard stream. */
TEST(no_number_is_left)
{
    begin(SOCK_DGRAM);
    in_child(write_without_room, 3);
}

static atomic_bool stop;

static void *keep_writing(void *arg)
{
    const struct audit_use ours = {.role = ROLE_INITIATOR, .result = ERR_LOGIN};

    while (!atomic_load(&stop)) {
        audit_write(&ours);
    }
    return arg;
}

/* The first lines of several threads meet, so each may open a socket; one is kept. */
TEST(threads_write_while_the_log_is_restarted)
{
    pthread_t threads[3];
    unsigned n_open;

    begin(SOCK_DGRAM);
    n_open = count_open_files();
    for (int i = 0; i < N(threads); i++) {
        ck_assert_int_eq(pthread_create(&threads[i], NULL, keep_writing, NULL), 0);
    }
    for (int i = 0; i < 100; i++) {
        restart(SOCK_DGRAM);
        (void)log_count();
    }
    atomic_store(&stop, true);
    for (int i = 0; i < N(threads); i++) {
        ck_assert_int_eq(pthread_join(threads[i], NULL), 0);
    }
    restart(SOCK_DGRAM);
    check_arrives();
    ck_assert_uint_eq(count_open_files(), n_open + 1);
}
