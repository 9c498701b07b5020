/* SPDX-License-Identifier: ISC */
/* The readings of user files: when a file is read again, and when it is only compared. */
#include "conf/usercache.h"

#include "tests/lib/harness.h"

#include <fcntl.h>
#include <malloc.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

/* The time of every change, so that changes look alike; 0: as the kernel says. */
static struct timespec frozen;

static void freeze_time(struct stat *st)
{
    if (frozen.tv_sec != 0) {
        st->st_mtim = frozen;
        st->st_ctim = frozen;
    }
}

/* These two replace the C library's functions. */
int stat(const char *restrict path, struct stat *restrict out)
{
    const int answer = fstatat(AT_FDCWD, path, out, 0);

    freeze_time(out);
    return answer;
}

int fstat(int fd, struct stat *out)
{
    const int answer = fstatat(fd, "", out, AT_EMPTY_PATH);

    freeze_time(out);
    return answer;
}

/* How many more allocations succeed; then one fails. */
static size_t n_before_failure = SIZE_MAX;

static bool fails_now(void)
{
    return n_before_failure != SIZE_MAX && n_before_failure-- == 0;
}

void *__real_malloc(size_t n);
void *__real_calloc(size_t n, size_t size);
void *__wrap_malloc(size_t n);
void *__wrap_calloc(size_t n, size_t size);

void *__wrap_malloc(size_t n)
{
    return fails_now() ? NULL : __real_malloc(n);
}

void *__wrap_calloc(size_t n, size_t size)
{
    return fails_now() ? NULL : __real_calloc(n, size);
}

static void settle(void)
{
    const struct timespec pause = {0, 150 * 1000 * 1000};

    ck_assert(nanosleep(&pause, NULL) == 0);
}

/* Replaces the first bytes in the same inode. */
static void overwrite(const char *path, const char *contents)
{
    int fd = open(path, O_WRONLY | O_CLOEXEC);

    ck_assert(fd >= 0);
    ck_assert(write(fd, contents, strlen(contents)) == (ssize_t)strlen(contents));
    ck_assert(close(fd) == 0);
}

/* Whether the cached reading of path has this user. Gives the reading too, which may have
 * been freed. */
static const struct usersnapshot *look_up(const char *path, const char *user,
                                          bool *out_found)
{
    USERSNAPSHOT_AUTO *snapshot = NULL;
    struct userindex_record record;
    enum err e;

    ck_ok(usercache_acquire(path, &snapshot));
    e = userindex_find(snapshot->index, bytes_str(user), bytes_of(NULL, 0),
                       bytes_of(NULL, 0), &record);
    *out_found = e == ERR_OK;
    userindex_record_wipe(&record);
    return snapshot;
}

static const struct usersnapshot *find(const char *path, const char *user)
{
    bool found;
    const struct usersnapshot *snapshot = look_up(path, user, &found);

    ck_assert_msg(found, "%s", user);
    return snapshot;
}

/* A file that was changed a moment ago is read once, and then compared. */
TEST(unchanged_contents_are_not_read_again)
{
    const char *path = write_file("users", ":alice:x\n", 0600);
    const struct usersnapshot *snapshot = find(path, "alice");

    for (unsigned i = 0; i < 20; i++) {
        ck_assert(find(path, "alice") == snapshot);
    }
    ck_assert(!snapshot->settled);
    settle();
    ck_assert(find(path, "alice") == snapshot);
    ck_assert(snapshot->settled);
    ck_assert(find(path, "alice") == snapshot);
}

/* Changes that keep the size and the time stamps are found by the comparison. */
TEST(changed_contents_are_read_again)
{
    const char *path = write_file("users", ":user000:x\n", 0600);
    char line[32];
    char user[16];
    bool found;

    for (unsigned i = 0; i < 300; i++) {
        if (i % 2 == 0) {
            ck_assert(clock_gettime(CLOCK_REALTIME, &frozen) == 0);
        }
        (void)snprintf(line, sizeof(line), ":user%03u:x\n", i);
        overwrite(path, line);
        (void)snprintf(user, sizeof(user), "user%03u", i);
        (void)find(path, user);
        (void)look_up(path, "user999", &found);
        ck_assert(!found);
    }
}

/* A change in any piece of a large file is found. */
TEST(a_change_in_any_piece)
{
    BUF_AUTO text = BUF_INIT;
    const char *path;
    bool found;

    for (unsigned i = 0; i < 20000; i++) {
        buf_printf(&text, ":user%05u:x\n", i);
    }
    path = write_file("users", buf_cstr(&text), 0600);
    for (unsigned i = 0; i < 20000; i += 1999) {
        char user[16];
        const size_t at = i * strlen(":user00000:x\n");
        int fd = open(path, O_WRONLY | O_CLOEXEC);

        ck_assert(clock_gettime(CLOCK_REALTIME, &frozen) == 0);
        (void)snprintf(user, sizeof(user), "user%05u", i);
        (void)find(path, user);
        ck_assert(fd >= 0 && pwrite(fd, ":USER9", 6, (off_t)at) == 6 && close(fd) == 0);
        (void)look_up(path, user, &found);
        ck_assert_msg(!found, "%s", user);
        user[4] = '9';
        (void)find(path, user);
    }
}

/* Once the time stamps are old, they alone count. */
TEST(a_change_that_stat_does_not_show)
{
    const char *path = write_file("users", ":alice:x\n", 0600);

    ck_assert(clock_gettime(CLOCK_REALTIME, &frozen) == 0);
    (void)find(path, "alice");
    settle();
    (void)find(path, "alice");
    overwrite(path, ":robin:x\n");
    (void)find(path, "alice");
    frozen.tv_nsec ^= 1;
    (void)find(path, "robin");
}

/* An old reading is usable until it is released. */
TEST(a_reading_that_is_in_use)
{
    USERSNAPSHOT_AUTO *old = NULL;
    const char *path = write_file("users", ":alice:x\n", 0600);
    struct userindex_record record;

    ck_ok(usercache_acquire(path, &old));
    (void)write_file("users", ":robin:x\n", 0600);
    ck_assert(find(path, "robin") != old);
    ck_ok(userindex_find(old->index, bytes_str("alice"), bytes_of(NULL, 0),
                         bytes_of(NULL, 0), &record));
    userindex_record_wipe(&record);
    ck_assert(unlink(path) == 0);
    usercache_release(&old);
    ck_err(usercache_acquire(path, &old), ERR_FILE_MISSING);
    ck_assert_ptr_null(old);
}

/* Contents that were compared do not outlast the rights. */
TEST(rights_are_checked_with_the_contents)
{
    USERSNAPSHOT_AUTO *snapshot = NULL;
    const char *path = write_file("users", ":alice:x\n", 0600);

    (void)find(path, "alice");
    ck_assert(chmod(path, 0666) == 0);
    ck_err(usercache_acquire(path, &snapshot), ERR_FILE_RIGHTS);
    ck_assert(chmod(path, 0600) == 0);
    (void)find(path, "alice");
}

/* The hashes of a file that was removed do not stay in memory. */
TEST(a_removed_file_is_not_kept)
{
    BUF_AUTO text = BUF_INIT;
    USERSNAPSHOT_AUTO *snapshot = NULL;
    const char *path;
    size_t before;

    for (unsigned i = 0; i < 20000; i++) {
        buf_printf(&text, ":user%05u:x\n", i);
    }
    path = write_file("users", buf_cstr(&text), 0600);
    (void)find(path, "user00001");
    before = mallinfo2().uordblks + mallinfo2().hblkhd;
    ck_assert(unlink(path) == 0);
    ck_err(usercache_acquire(path, &snapshot), ERR_FILE_MISSING);
    ck_assert_uint_lt(mallinfo2().uordblks + mallinfo2().hblkhd, before - 20000 * 16);
}

/* Each allocation of a reading fails once; then the file is read as if nothing had
 * happened. */
TEST(no_memory)
{
    const char *path;
    size_t n_failures = 0;

    for (size_t n = 0;; n++) {
        USERSNAPSHOT_AUTO *snapshot = NULL;
        enum err e;

        path = write_file("users", "AD:alice:x\n:bob:y\nLAB:carol:z\n", 0600);
        n_before_failure = n;
        e = usercache_acquire(path, &snapshot);
        if (n_before_failure != SIZE_MAX) {
            n_before_failure = SIZE_MAX;
            ck_ok(e);
            break;
        }
        n_failures++;
        ck_err(e, ERR_NO_MEMORY);
        ck_assert_ptr_null(snapshot);
        (void)find(path, "carol");
    }
    ck_assert_uint_ge(n_failures, 6);
}
