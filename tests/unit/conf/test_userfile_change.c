/* SPDX-License-Identifier: ISC */
/* A user file that changes: the next login uses it, also with threads and forks. */
#include "conf/userfile.h"

#include "base/text.h"
#include "tests/lib/harness.h"
#include "tests/unit/conf/login.h"

#include <dlfcn.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static enum err look_up(const char *path, const char *user)
{
    return login_try(path, "", user, "x");
}

static void settle(void)
{
    const struct timespec pause = {0, 150 * 1000 * 1000};

    ck_assert(nanosleep(&pause, NULL) == 0);
}

/* Replaces the contents in the same inode. */
static void overwrite(const char *path, const char *contents)
{
    int fd = open(path, O_WRONLY | O_TRUNC | O_CLOEXEC);

    ck_assert(fd >= 0);
    ck_assert(write(fd, contents, strlen(contents)) == (ssize_t)strlen(contents));
    ck_assert(close(fd) == 0);
}

TEST_TIMEOUT(120)

TEST(replaced_between_logins)
{
    char path[300];
    char other[300];

    (void)snprintf(path, sizeof(path), "%s", write_file("users", ":alice:x\n", 0600));
    settle();
    ck_ok(look_up(path, "alice"));
    ck_ok(look_up(path, "alice"));
    (void)snprintf(other, sizeof(other), "%s", write_file("other", ":robin:x\n", 0600));
    ck_assert(rename(other, path) == 0);
    ck_ok(look_up(path, "robin"));
    ck_err(look_up(path, "alice"), ERR_LOGIN);
}

/* A process that has dropped its rights cannot use what root has read. */
TEST(another_user_may_not_read_it)
{
    const char *path = write_file("users", ":alice:x\n", 0600);

    if (geteuid() != 0) {
        SKIP("only root can become another user");
    }
    ck_assert(chmod(temp_dir(), 0711) == 0);
    settle();
    ck_ok(look_up(path, "alice"));
    ck_assert(seteuid(65534) == 0);
    ck_err(look_up(path, "alice"), ERR_FILE_OPEN);
    ck_assert(seteuid(0) == 0);
    ck_ok(look_up(path, "alice"));
}

/* The same inode and size, within one tick of the clock: each change is noticed. */
TEST(overwritten_many_times_at_once)
{
    const char *path = write_file("users", ":user000:x\n", 0600);
    char line[32];
    char user[16];

    for (unsigned i = 0; i < 300; i++) {
        (void)snprintf(line, sizeof(line), ":user%03u:x\n", i);
        overwrite(path, line);
        (void)snprintf(user, sizeof(user), "user%03u", i);
        ck_ok(look_up(path, user));
        (void)snprintf(user, sizeof(user), "user%03u", i + 1);
        ck_err(look_up(path, user), ERR_LOGIN);
    }
}

TEST(changed_with_its_time_put_back)
{
    const char *path = write_file("users", ":alice:x\n", 0600);
    const struct timespec times[2] = {{1000000000, 0}, {1000000000, 0}};

    ck_assert(utimensat(AT_FDCWD, path, times, 0) == 0);
    settle();
    ck_ok(look_up(path, "alice"));
    overwrite(path, ":robin:x\n");
    ck_assert(utimensat(AT_FDCWD, path, times, 0) == 0);
    ck_ok(look_up(path, "robin"));
}

TEST(gone_or_closed_is_an_error)
{
    char path[300];

    (void)snprintf(path, sizeof(path), "%s", write_file("users", ":alice:x\n", 0600));
    settle();
    ck_ok(look_up(path, "alice"));
    ck_assert(chmod(path, 0666) == 0);
    ck_err(look_up(path, "alice"), ERR_FILE_RIGHTS);
    ck_err(login_usable(path), ERR_FILE_RIGHTS);
    ck_assert(chmod(path, 0600) == 0);
    ck_ok(look_up(path, "alice"));
    ck_assert(unlink(path) == 0);
    ck_err(look_up(path, "alice"), ERR_FILE_MISSING);
    ck_err(look_up(path, "alice"), ERR_FILE_MISSING);
    (void)write_file("users", ":robin:x\n", 0600);
    ck_ok(look_up(path, "robin"));
}

TEST(truncated)
{
    const char *path = write_file("users", ":alice:x\n:bob:x\n", 0600);

    settle();
    ck_ok(look_up(path, "bob"));
    ck_assert(truncate(path, 13) == 0);
    ck_err(look_up(path, "bob"), ERR_LOGIN);
    ck_ok(look_up(path, "alice"));
    ck_assert(truncate(path, 0) == 0);
    ck_err(look_up(path, "alice"), ERR_LOGIN);
}

TEST(through_a_link)
{
    char link[300];
    char first[300];
    char second[300];

    (void)snprintf(first, sizeof(first), "%s", write_file("first", ":alice:x\n", 0600));
    (void)snprintf(second, sizeof(second), "%s",
                   write_file("second", ":robin:x\n", 0600));
    (void)snprintf(link, sizeof(link), "%s/link", temp_dir());
    ck_assert(symlink(first, link) == 0);
    settle();
    ck_ok(look_up(link, "alice"));
    ck_assert(unlink(link) == 0 && symlink(second, link) == 0);
    ck_ok(look_up(link, "robin"));
    ck_err(look_up(link, "alice"), ERR_LOGIN);
}

static struct {
    const char *path;
    atomic_bool stop;
    atomic_ulong n_found;
    char failed[1]; /* its address means that a lookup failed */
} shared;

/* The user is in every version of the file. */
static void *look_up_always(void *arg)
{
    (void)arg;
    while (!atomic_load(&shared.stop)) {
        if (look_up(shared.path, "always") != ERR_OK) {
            return shared.failed;
        }
        atomic_fetch_add(&shared.n_found, 1);
    }
    return NULL;
}

static void replace_with_version(const char *path, unsigned version)
{
    char contents[64];
    char other[300];

    (void)snprintf(contents, sizeof(contents), ":always:x\n:v%u:x\n", version);
    (void)snprintf(other, sizeof(other), "%s", write_file("other", contents, 0600));
    ck_assert(rename(other, path) == 0);
}

TEST(threads_while_it_is_replaced)
{
    static char path[300];
    pthread_t threads[4];
    void *result;
    char user[16];

    (void)snprintf(path, sizeof(path), "%s", write_file("users", ":always:x\n", 0600));
    shared.path = path;
    for (size_t i = 0; i < 4; i++) {
        ck_assert(pthread_create(&threads[i], NULL, look_up_always, NULL) == 0);
    }
    for (unsigned i = 0; i < 300; i++) {
        replace_with_version(path, i);
        (void)snprintf(user, sizeof(user), "v%u", i);
        ck_ok(look_up(path, user));
    }
    atomic_store(&shared.stop, true);
    for (size_t i = 0; i < 4; i++) {
        ck_assert(pthread_join(threads[i], &result) == 0);
        ck_assert_ptr_null(result);
    }
    ck_assert_uint_gt(atomic_load(&shared.n_found), 0);
}

/* A child looks users up while threads of the parent may hold our locks. OpenSSL is
 * initialised before: it has locks of its own during its first use, and a child that is
 * forked then waits for them without end. */
TEST(forks_while_threads_look_up)
{
    pthread_t thread;
    int status;

    if (dlsym(RTLD_DEFAULT, "__asan_init") != NULL) {
        SKIP("AddressSanitizer has locks of its own, which a fork leaves locked");
    }
    shared.path = write_file("users", ":always:x\n", 0600);
    ck_ok(look_up(shared.path, "always"));
    ck_assert(pthread_create(&thread, NULL, look_up_always, NULL) == 0);
    for (unsigned i = 0; i < 50; i++) {
        const pid_t child = fork();

        if (child == 0) {
            (void)alarm(60);
            _exit(look_up(shared.path, "always") == ERR_OK ? 0 : 1);
        }
        ck_assert(child > 0 && waitpid(child, &status, 0) == child);
        ck_assert_int_eq(status, 0);
    }
    atomic_store(&shared.stop, true);
    ck_assert(pthread_join(thread, NULL) == 0);
}

TEST(a_hundred_thousand_users)
{
    BUF_AUTO text = BUF_INIT;
    BUF_AUTO hash = BUF_INIT;
    struct ntlm_key key;
    const char *path;
    char user[32];

    ck_ok(kdf_nt_hash(bytes_str("x"), &key));
    text_hex(&hash, bytes_of(key.b, sizeof(key.b)));
    for (unsigned i = 0; i < 100000; i++) {
        buf_printf(&text,
                   "AD\\user%u:%u:XXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXX:"
                   "%s:[U          ]:LCT-00000000:\n",
                   i, i, buf_cstr(&hash));
    }
    path = write_file("users", buf_cstr(&text), 0600);
    ck_ok(login_usable(path));
    settle();
    for (unsigned i = 0; i < 100000; i += 7) {
        (void)snprintf(user, sizeof(user), "USER%u", i);
        ck_ok(look_up(path, user));
    }
    ck_err(look_up(path, "user100000"), ERR_LOGIN);
}
