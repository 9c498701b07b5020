/* SPDX-License-Identifier: ISC */
/* The files that are read: rights, types, links, and when a file counts as unchanged. */
#include "conf/secretfile.h"

#include "tests/lib/harness.h"

#include <fcntl.h>
#include <linux/magic.h>
#include <stdio.h>
#include <string.h>
#include <sys/fsuid.h>
#include <sys/vfs.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define NOBODY 65534

static const struct {
    unsigned mode;
    enum err server;
    enum err own;
    enum err public;
} modes[] = {
    {0600, ERR_OK, ERR_OK, ERR_OK},
    {0400, ERR_OK, ERR_OK, ERR_OK},
    {0700, ERR_OK, ERR_OK, ERR_OK},
    {0640, ERR_OK, ERR_FILE_RIGHTS, ERR_OK},
    {0440, ERR_OK, ERR_FILE_RIGHTS, ERR_OK},
    {0660, ERR_FILE_RIGHTS, ERR_FILE_RIGHTS, ERR_OK},
    {0620, ERR_FILE_RIGHTS, ERR_FILE_RIGHTS, ERR_OK},
    {0604, ERR_FILE_RIGHTS, ERR_FILE_RIGHTS, ERR_OK},
    {0601, ERR_FILE_RIGHTS, ERR_FILE_RIGHTS, ERR_OK},
    {0644, ERR_FILE_RIGHTS, ERR_FILE_RIGHTS, ERR_OK},
    {0602, ERR_FILE_RIGHTS, ERR_FILE_RIGHTS, ERR_FILE_RIGHTS},
    {0666, ERR_FILE_RIGHTS, ERR_FILE_RIGHTS, ERR_FILE_RIGHTS},
};

static void check_read(const char *path, enum secretfile_use use, enum err want)
{
    BUF_AUTO contents = BUF_INIT;
    struct secretfile_id id;

    err_note_clear();
    ck_err(secretfile_check(path, use), want);
    ck_err(secretfile_read(path, use, &contents, &id), want);
    ck_assert_int_eq(id.present, want == ERR_OK);
    if (want == ERR_OK) {
        ck_bytes(buf_bytes(&contents), bytes_str("secret"));
        return;
    }
    ck_assert_uint_eq(contents.n, 0);
    ck_assert_ptr_nonnull(strstr(err_note_get(want), path));
    if (want == ERR_FILE_RIGHTS) {
        ck_assert_ptr_nonnull(strstr(err_note_get(want), "; ch"));
    }
}

TEST_TABLE(mode_matrix, modes)
{
    const char *path = write_file("file", "secret", row->mode);

    check_read(path, SECRETFILE_SERVER, row->server);
    check_read(path, SECRETFILE_OWN, row->own);
    check_read(path, SECRETFILE_PUBLIC, row->public);
}

static void need_root(void)
{
    if (geteuid() != 0) {
        SKIP("needs root to give files away");
    }
}

TEST(owner_matrix)
{
    const char *path;

    need_root();
    path = write_file("file", "secret", 0600);
    ck_assert(chown(path, NOBODY, NOBODY) == 0);
    check_read(path, SECRETFILE_SERVER, ERR_FILE_RIGHTS);
    check_read(path, SECRETFILE_OWN, ERR_FILE_RIGHTS);
    check_read(path, SECRETFILE_PUBLIC, ERR_OK);
}

/* Whether the test's folder is in memory, where a file of root's counts as a mounted
 * secret. */
static bool is_in_memory(void)
{
    struct statfs fs;

    ck_assert_int_eq(statfs(temp_dir(), &fs), 0);
    return fs.f_type == TMPFS_MAGIC;
}

/* Runs in the process of the test, because Check forks each test. */
TEST(as_a_service)
{
    const char *path;
    const char *glue_creds;
    char closed[300];
    char inside[310];

    need_root();
    path = write_file("file", "secret", 0640);
    glue_creds = write_file("foreign", "secret", 0600);
    (void)snprintf(closed, sizeof(closed), "%s/closed", temp_dir());
    (void)snprintf(inside, sizeof(inside), "%s/file", closed);
    ck_assert(mkdir(closed, 0700) == 0);
    ck_assert(chown(path, 0, NOBODY) == 0);
    ck_assert(chmod(temp_dir(), 0755) == 0);
    ck_assert(setegid(NOBODY) == 0 && seteuid(NOBODY) == 0);
    check_read(path, SECRETFILE_SERVER, ERR_OK);
    check_read(path, SECRETFILE_OWN, ERR_FILE_RIGHTS);
    check_read(glue_creds, SECRETFILE_SERVER, ERR_FILE_OPEN);
    check_read(inside, SECRETFILE_SERVER, ERR_FILE_OPEN);
    (void)setfsuid(0); /* root may read it, but it belongs to another user */
    check_read(glue_creds, SECRETFILE_SERVER, ERR_OK);
    check_read(glue_creds, SECRETFILE_OWN, is_in_memory() ? ERR_OK : ERR_FILE_RIGHTS);
}

TEST(types)
{
    char path[300];

    (void)snprintf(path, sizeof(path), "%s/fifo", temp_dir());
    ck_assert(mkfifo(path, 0600) == 0);
    check_read(path, SECRETFILE_SERVER, ERR_FILE_READ);
    check_read(temp_dir(), SECRETFILE_SERVER, ERR_FILE_READ);
    check_read("/dev/null", SECRETFILE_SERVER, ERR_FILE_READ);
    (void)snprintf(path, sizeof(path), "%s/absent", temp_dir());
    check_read(path, SECRETFILE_SERVER, ERR_FILE_MISSING);
    (void)snprintf(path, sizeof(path), "%s/absent/file", temp_dir());
    check_read(path, SECRETFILE_SERVER, ERR_FILE_MISSING);
}

TEST(links)
{
    const char *path = write_file("file", "secret", 0600);
    char link[300];
    char loop[300];

    (void)snprintf(link, sizeof(link), "%s/link", temp_dir());
    (void)snprintf(loop, sizeof(loop), "%s/loop", temp_dir());
    ck_assert(symlink(path, link) == 0 && symlink(loop, loop) == 0);
    check_read(link, SECRETFILE_OWN, ERR_OK);
    ck_assert(chmod(path, 0644) == 0);
    check_read(link, SECRETFILE_OWN, ERR_FILE_RIGHTS);
    ck_assert(unlink(path) == 0);
    check_read(link, SECRETFILE_OWN, ERR_FILE_MISSING);
    check_read(loop, SECRETFILE_OWN, ERR_FILE_OPEN);
}

TEST(size_is_limited)
{
    const char *path = write_file("file", "", 0600);
    BUF_AUTO contents = BUF_INIT;
    struct secretfile_id id;

    ck_ok(secretfile_read(path, SECRETFILE_OWN, &contents, &id));
    ck_assert_uint_eq(contents.n, 0);
    ck_assert(truncate(path, (off_t)SECRETFILE_MAX + 1) == 0);
    ck_err(secretfile_read(path, SECRETFILE_OWN, &contents, &id), ERR_FILE_TOO_LARGE);
}

/* A difference in one field alone means another file, or a changed one. */
TEST(every_field_counts)
{
    const struct secretfile_id one = {.present = true, .settled = true};
    struct secretfile_id others[] = {one, one, one, one, one, one, one, one, one};

    others[0].present = false;
    others[1].dev++;
    others[2].ino++;
    others[3].size++;
    others[4].mtime.tv_sec++;
    others[5].mtime.tv_nsec++;
    others[6].ctime.tv_sec++;
    others[7].ctime.tv_nsec++;
    others[8].reader++;
    ck_assert(secretfile_equal(&one, &one) && secretfile_same(&one, &one));
    for (size_t i = 0; i < N(others); i++) {
        ck_assert_msg(!secretfile_equal(&one, &others[i]), "%zu", i);
        ck_assert_msg(!secretfile_same(&one, &others[i]), "%zu", i);
    }
}

TEST(same_only_once_settled)
{
    const struct timespec pause = {0, 150 * 1000 * 1000};
    const char *path = write_file("file", "secret", 0600);
    struct secretfile_id fresh;
    struct secretfile_id old;
    struct secretfile_id now;

    ck_ok(secretfile_stat(path, &fresh));
    ck_assert(nanosleep(&pause, NULL) == 0);
    ck_ok(secretfile_stat(path, &old));
    ck_assert(secretfile_equal(&fresh, &old));
    ck_assert(!secretfile_same(&fresh, &old));
    ck_assert(secretfile_same(&old, &old));
    ck_assert(chmod(path, 0640) == 0);
    ck_ok(secretfile_stat(path, &now));
    ck_assert(!secretfile_same(&old, &now));
    ck_assert(unlink(path) == 0);
    ck_ok(secretfile_stat(path, &now));
    ck_assert(!now.present && !secretfile_same(&old, &now));
    ck_assert(secretfile_same(&now, &now));
}

static void replace_it(const char *path)
{
    ck_assert(rename(write_file("other", "second", 0600), path) == 0);
}

static void unlink_it(const char *path)
{
    ck_assert(unlink(path) == 0);
}

static void overwrite_it(const char *path)
{
    int fd = open(path, O_WRONLY | O_TRUNC | O_CLOEXEC);

    ck_assert(fd >= 0 && write(fd, "sec", 3) == 3 && close(fd) == 0);
}

static void append_to_it(const char *path)
{
    int fd = open(path, O_WRONLY | O_APPEND | O_CLOEXEC);

    ck_assert(fd >= 0 && write(fd, "s", 1) == 1 && close(fd) == 0);
}

static void touch_it(const char *path)
{
    const struct timespec times[2] = {{1000000000, 0}, {1000000000, 0}};

    ck_assert(utimensat(AT_FDCWD, path, times, 0) == 0);
}

static void narrow_it(const char *path)
{
    ck_assert(chmod(path, 0400) == 0);
}

static void overwrite_and_unlink_it(const char *path)
{
    overwrite_it(path);
    unlink_it(path);
}

/* {what happens while the file is visited} -> whether it is still the file that was
 * opened. */
static const struct meanwhile {
    void (*change)(const char *path);
    enum err want;
} meanwhiles[] = {
    {replace_it, ERR_OK},
    {unlink_it, ERR_OK},
    {overwrite_it, ERR_FILE_CHANGED},
    {append_to_it, ERR_FILE_CHANGED},
    {touch_it, ERR_FILE_CHANGED},
    {narrow_it, ERR_FILE_CHANGED},
    {overwrite_and_unlink_it, ERR_FILE_CHANGED},
};

/* struct visit: what happens in the visit, and what it returns. */
struct visit {
    const char *path;
    const struct meanwhile *meanwhile;
    enum err returned;
};

static enum err visit(void *arg, struct buf *contents, int fd)
{
    const struct visit *v = arg;

    ck_bytes(buf_bytes(contents), bytes_str("secret"));
    ck_assert(fcntl(fd, F_GETFD) == FD_CLOEXEC);
    v->meanwhile->change(v->path);
    return v->returned;
}

TEST_TABLE(changed_while_visited, meanwhiles)
{
    const struct timespec pause = {0, 20 * 1000 * 1000};
    struct visit v = {write_file("file", "secret", 0600), row, ERR_OK};
    struct secretfile_id id;
    struct secretfile_id now;

    ck_assert(nanosleep(&pause, NULL) ==
              0); /* one tick of the clock, so that the change has a time of its own */
    ck_err(secretfile_visit(v.path, SECRETFILE_OWN, visit, &v, &id), v.meanwhile->want);
    ck_assert_int_eq(id.present, v.meanwhile->want == ERR_OK);
    ck_ok(secretfile_stat(v.path, &now));
    ck_assert(!secretfile_equal(&id, &now) || v.meanwhile->want != ERR_OK);
}

/* If the file changed meanwhile, a fault in it is not reported. */
TEST_TABLE(fault_while_visited, meanwhiles)
{
    const struct timespec pause = {0, 20 * 1000 * 1000};
    struct visit v = {write_file("file", "secret", 0600), row, ERR_SETTING};
    bool steady = v.meanwhile->want == ERR_OK;
    struct secretfile_id id;

    ck_assert(nanosleep(&pause, NULL) == 0);
    ck_err(secretfile_visit(v.path, SECRETFILE_OWN, visit, &v, &id),
           steady ? ERR_SETTING : ERR_FILE_CHANGED);
    ck_assert(!id.present);
}
