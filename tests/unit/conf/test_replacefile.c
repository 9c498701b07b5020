/* SPDX-License-Identifier: ISC */
/* Replacing a file in a folder in which other users may write, while another process
 * exchanges the file. */
#include "conf/replacefile.h"
#include "conf/safepath.h"

#include "tests/lib/harness.h"
#include "tests/lib/system_calls.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#define NOBODY 65534
#define OTHER  65533
#define SECRET "root:$6$secret\n"
#define USERS  ":bob:x\n"
#define ADDED  ":alice:y\n"

static char top[100]; /* a folder of this test */
static char folder[200];
static char users[256];
static char secret[256];
static char aside[256];

/* When the attacker acts, once, and what the attacker then puts in the file's place. */
enum moment { NEVER, AFTER_LOCKING, AFTER_THE_LOOK, WHILE_EDITING };
enum exchange { A_LINK, ANOTHER_FILE };
static enum moment moment;
static enum exchange exchange;
static bool saw_secret;

static void attack(enum moment now)
{
    if (moment != now) {
        return;
    }
    moment = NEVER;
    ck_assert_int_eq(rename(users, aside), 0);
    ck_assert_int_eq(exchange == A_LINK ? symlink(secret, users) : link(secret, users),
                     0);
}

/* Replaces the C library's function. */
int flock(int fd, int operation)
{
    int answer = (int)syscall(SYS_flock, fd, operation);

    attack(AFTER_LOCKING);
    return answer;
}

int fstatat(int at, const char *restrict path, struct stat *restrict out, int flags)
{
    int answer = (int)syscall(TEST_SYS_FSTATAT, at, path, out, flags);

    attack(AFTER_THE_LOOK);
    return answer;
}

static enum err add(void *arg, struct bytes old, struct buf *out)
{
    (void)arg;
    saw_secret = bytes_equal(old, bytes_str(SECRET));
    attack(WHILE_EDITING);
    buf_append(out, old);
    buf_append_text(out, ADDED);
    return ERR_OK;
}

static enum err edit(const char *path)
{
    bool created;

    return replacefile(path, REPLACEFILE_CREATE, add, NULL, &created);
}

static void make_file(const char *path, const char *text, mode_t mode)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

    ck_assert_int_ge(fd, 0);
    ck_assert_int_eq(write(fd, text, strlen(text)), (ssize_t)strlen(text));
    ck_assert_int_eq(fchmod(fd, mode), 0);
    ck_assert_int_eq(close(fd), 0);
}

static void read_file(const char *path, char *out, size_t size)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t n;

    ck_assert_int_ge(fd, 0);
    n = read(fd, out, size - 1);
    ck_assert_int_ge(n, 0);
    out[n] = '\0';
    ck_assert_int_eq(close(fd), 0);
}

static void ck_contents(const char *path, const char *wanted)
{
    char text[512];

    read_file(path, text, sizeof(text));
    ck_assert_str_eq(text, wanted);
}

/* Makes an empty folder; the secret is beside it. */
static void begin(void)
{
    (void)snprintf(top, sizeof(top), "%s/XXXXXX", temp_dir());
    ck_assert_ptr_nonnull(mkdtemp(top));
    ck_assert_int_eq(chmod(top, 0755) | chmod(temp_dir(), 0755), 0);
    (void)snprintf(folder, sizeof(folder), "%s/folder", top);
    (void)snprintf(users, sizeof(users), "%s/users", folder);
    (void)snprintf(secret, sizeof(secret), "%s/secret", top);
    (void)snprintf(aside, sizeof(aside), "%s/aside", top);
    ck_assert_int_eq(mkdir(folder, 0700), 0);
    make_file(secret, SECRET, 0600);
    moment = NEVER;
    saw_secret = false;
}

/* Checks that no file of the folder has the secret, and that no temporary file is
 * left. */
static void check_no_copy(void)
{
    DIR *all = opendir(folder);
    struct stat st;
    struct stat original;

    ck_assert_ptr_nonnull(all);
    ck_assert_int_eq(stat(secret, &original), 0);
    for (struct dirent *entry; (entry = readdir(all)) != NULL;) {
        char path[512];
        char text[512];

        (void)snprintf(path, sizeof(path), "%s/%s", folder, entry->d_name);
        ck_assert_msg(strncmp(entry->d_name, ".n", 2) != 0, "%s", entry->d_name);
        if (lstat(path, &st) != 0 || !S_ISREG(st.st_mode) ||
            st.st_ino == original.st_ino) {
            continue;
        }
        read_file(path, text, sizeof(text));
        ck_assert_msg(strstr(text, SECRET) == NULL, "%s has the secret", path);
    }
    closedir(all);
    ck_contents(secret, SECRET);
}

static const struct {
    enum moment moment;
    enum exchange exchange;
    enum err e;
} races[] = {
    {AFTER_LOCKING, A_LINK,
     ERR_FILE_OPEN}, /* the exchange is noticed, and then the link is refused */
    {AFTER_THE_LOOK, A_LINK, ERR_OK},       /* the file that was locked is edited */
    {AFTER_THE_LOOK, ANOTHER_FILE, ERR_OK}, /* likewise */
    {WHILE_EDITING, A_LINK, ERR_OK},        /* the link is replaced, not followed */
    {WHILE_EDITING, ANOTHER_FILE, ERR_OK},
};

TEST_TABLE(exchanged_while_it_is_edited, races)
{
    begin();
    make_file(users, USERS, 0644);
    moment = row->moment;
    exchange = row->exchange;
    ck_err(edit(users), row->e);
    ck_assert_int_eq(moment, NEVER); /* the attacker has acted */
    ck_assert(!saw_secret);
    check_no_copy();
    if (row->e == ERR_OK) {
        ck_contents(users, USERS ADDED);
    }
}

/* The owner of the folder and of the file; if others must exist, ME is root. */
enum owner { ME, ROOT, SOMEBODY };
static const struct {
    mode_t mode;
    enum owner folder;
    enum owner file;
    enum err e;
    const char *said;
} rights[] = {
    {0700, ME, ME, ERR_OK, ""},
    {0755, ME, ME, ERR_OK, ""},
    {0755, ME, SOMEBODY, ERR_OK, ""},
    {01755, ME, SOMEBODY, ERR_OK, ""},
    {0755, ROOT, ME, ERR_OK, ""},
    {0775, ME, ME, ERR_FILE_RIGHTS, "chmod go-w"},
    {0757, ME, ME, ERR_FILE_RIGHTS, "chmod go-w"},
    {0777, ROOT, ME, ERR_FILE_RIGHTS, "chmod go-w"},
    {02775, ME, ME, ERR_FILE_RIGHTS, "chmod go-w"},
    {01777, ME, ME, ERR_OK, ""},
    {01777, ROOT, ME, ERR_OK, ""},
    {03775, ME, ME, ERR_OK, ""},
    {01777, ME, SOMEBODY, ERR_FILE_RIGHTS, "belongs to user id 65533"},
    {01777, ROOT, SOMEBODY, ERR_FILE_RIGHTS, "belongs to user id 65533"},
    {0755, SOMEBODY, ME, ERR_FILE_RIGHTS, "folder belongs to user id 65533"},
    {0755, SOMEBODY, SOMEBODY, ERR_FILE_RIGHTS, "folder belongs to user id 65533"},
    {01777, SOMEBODY, ME, ERR_FILE_RIGHTS, "folder belongs to user id 65533"},
    {0777, SOMEBODY, ME, ERR_FILE_RIGHTS, "folder belongs to user id 65533"},
};

static uid_t uid_of(enum owner owner, uid_t me)
{
    return owner == ME ? me : owner == ROOT ? 0 : OTHER;
}

/* As root (0), and as another user (1). */
TEST_TIMES(folder_matrix, 2 * N(rights))
{
    const size_t row = (size_t)_i / 2;
    const uid_t me = _i % 2 == 0 ? geteuid() : NOBODY;
    const bool mine = rights[row].folder == ME && rights[row].file == ME;
    enum err e;

    if (geteuid() != 0 && (!mine || _i % 2 == 1)) {
        SKIP("needs root to give files away");
    }
    begin();
    make_file(users, USERS, 0664); /* its group may write it */
    if (geteuid() == 0) {
        ck_assert_int_eq(chown(users, uid_of(rights[row].file, me), NOBODY), 0);
        ck_assert_int_eq(chown(folder, uid_of(rights[row].folder, me), NOBODY), 0);
    }
    ck_assert_int_eq(chmod(folder, rights[row].mode), 0);
    if (_i % 2 == 1) {
        ck_assert_int_eq(setegid(NOBODY) | seteuid(me), 0);
    }
    e = edit(users);
    ck_assert_ptr_nonnull(strstr(err_note_get(e), rights[row].said));
    if (me != 0 && e != ERR_OK && rights[row].e == ERR_OK) {
        /* this module allows it, but the rights of the file or the folder forbid it */
        ck_assert(rights[row].file != ME || rights[row].folder != ME);
        ck_assert(e == ERR_FILE_OPEN || e == ERR_FILE_WRITE);
    } else {
        ck_err(e, rights[row].e);
    }
    if (geteuid() != getuid()) {
        ck_assert_int_eq(seteuid(getuid()) | setegid(getgid()), 0);
    }
    ck_contents(users, e == ERR_OK ? USERS ADDED : USERS);
}

/* A new file in a folder in which others may write is refused too, and is not left
 * there. */
TEST(nothing_is_made_in_an_open_folder)
{
    begin();
    ck_assert_int_eq(chmod(folder, 0777), 0);
    ck_err(edit(users), ERR_FILE_RIGHTS);
    ck_assert_int_ne(access(users, F_OK), 0);
    ck_assert_int_eq(chmod(folder, 01777), 0);
    ck_ok(edit(users));
    ck_contents(users, ADDED);
}

TEST(a_link_into_an_open_folder)
{
    char path[256];

    begin();
    make_file(users, USERS, 0600);
    (void)snprintf(path, sizeof(path), "%s/link", top);
    ck_assert_int_eq(symlink("folder/users", path), 0);
    ck_ok(edit(path));
    ck_contents(users, USERS ADDED);
    ck_assert_int_eq(chmod(folder, 0777), 0);
    ck_err(edit(path), ERR_FILE_RIGHTS);
    ck_err(replacefile_remove(path), ERR_FILE_RIGHTS);
    ck_contents(users, USERS ADDED);
}

/* Another user's link in /tmp, which could make us change or remove one of our files. */
TEST(another_users_link_in_a_shared_folder)
{
    if (geteuid() != 0) {
        SKIP("needs root to give a link away");
    }
    begin();
    ck_assert_int_eq(chmod(folder, 01777), 0);
    ck_assert_int_eq(symlink(secret, users), 0);
    ck_assert_int_eq(lchown(users, NOBODY, NOBODY), 0);
    ck_err(edit(users), ERR_FILE_RIGHTS);
    ck_err(replacefile_remove(users), ERR_FILE_RIGHTS);
    ck_contents(secret, SECRET);
    ck_assert_int_eq(lchown(users, 0, 0), 0);
    ck_ok(edit(users));
    ck_contents(secret, SECRET ADDED);
}

TEST(links_without_end)
{
    char path[256];

    begin();
    (void)snprintf(path, sizeof(path), "%s/circle", top);
    ck_assert_int_eq(symlink("circle", path), 0);
    ck_err(edit(path), ERR_FILE_OPEN);
    ck_err(replacefile_remove(path), ERR_FILE_OPEN);
}

TEST_TIMES(names_of_folders, 7)
{
    static const char *const names[] = {"",        "/",        ".",        "..",
                                        "folder/", "folder/.", "folder/.."};

    begin();
    ck_assert_int_eq(chdir(top), 0);
    ck_err(edit(names[_i]), ERR_FILE_OPEN);
    ck_err(replacefile_remove(names[_i]), ERR_FILE_OPEN);
}

TEST(removing)
{
    char path[256];

    begin();
    make_file(users, USERS, 0600);
    (void)snprintf(path, sizeof(path), "%s/link", top);
    ck_assert_int_eq(symlink("folder/users", path), 0);
    ck_err(replacefile_remove(folder), ERR_FILE_READ);
    ck_ok(replacefile_remove(path));
    ck_assert_int_ne(access(users, F_OK), 0);
    ck_err(replacefile_remove(path), ERR_FILE_MISSING); /* now the link has no target */
    ck_err(replacefile_remove(users), ERR_FILE_MISSING);
}
