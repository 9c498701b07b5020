/* SPDX-License-Identifier: ISC */
/* Edits of user files: what changes, and what must not change. */
#include "conf/crededit.h"

#include "tests/lib/harness.h"

#include <dirent.h>
#include <fcntl.h>
#include <regex.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define X32  "XXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXX"
#define HASH "0102030405060708090A0B0C0D0E0F10"
/* An encoded line after the user's name, as a regular expression. */
#define NEW     ":65534:" X32 ":" HASH ":\\[U          \\]:LCT-[0-9A-F]{8}:\n"
#define NEW_OFF ":65534:" X32 ":" HASH ":\\[DU         \\]:LCT-[0-9A-F]{8}:\n"

static const struct ntlm_key key = {
    {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16}};

static void read_text(const char *path, char *out, size_t size)
{
    FILE *file = fopen(path, "r");
    size_t n;

    ck_assert_ptr_nonnull(file);
    n = fread(out, 1, size - 1, file);
    out[n] = '\0';
    fclose(file);
}

static void check_contents(const char *path, const char *pattern)
{
    char text[4096];
    char anchored[4096];
    regex_t regex;

    read_text(path, text, sizeof(text));
    (void)snprintf(anchored, sizeof(anchored), "^%s$", pattern);
    ck_assert(regcomp(&regex, anchored, REG_EXTENDED | REG_NOSUB) == 0);
    ck_assert_msg(regexec(&regex, text, 0, NULL, 0) == 0, "%s\nis not\n%s", text,
                  pattern);
    regfree(&regex);
}

/* Checks that no temporary file is left. */
static void check_nothing_left(void)
{
    DIR *folder = opendir(temp_dir());

    ck_assert_ptr_nonnull(folder);
    for (struct dirent *entry; (entry = readdir(folder)) != NULL;) {
        ck_assert_msg(strncmp(entry->d_name, ".n", 2) != 0, "%s", entry->d_name);
    }
    closedir(folder);
}

enum call { SET, FIRST, DELETE };

static enum err call(enum call which, const char *path, const char *domain,
                     const char *user, bool *replaced)
{
    USEREDIT_OUTCOME_AUTO outcome = {false, false, BUF_INIT, BUF_INIT};
    enum err e;

    *replaced = false;
    if (which == DELETE) {
        return useredit_delete(path, bytes_str(domain), bytes_str(user));
    }
    e = which == SET
            ? useredit_set(path, bytes_str(domain), bytes_str(user), &key, &outcome)
            : crededit_set(path, bytes_of(NULL, 0), bytes_str(domain), bytes_str(user),
                           &key, &outcome);
    *replaced = outcome.replaced;
    return e;
}

static const struct {
    enum call call;
    const char *before;
    const char *domain;
    const char *user;
    enum err e;
    bool replaced;
    const char *after; /* a regular expression */
} rows[] = {
    {SET, "", "AD", "alice", ERR_OK, false, "AD\\\\alice" NEW},
    {SET, "", "", "alice", ERR_OK, false, "alice" NEW},
    {SET, "# c\n\nbroken\r\nAD:bob:x\n", "AD", "alice", ERR_OK, false,
     "# c\n\nbroken\r\nAD:bob:x\nAD\\\\alice" NEW},
    {SET, "AD:bob:x", "AD", "alice", ERR_OK, false, "AD:bob:x\nAD\\\\alice" NEW},
    {SET, "a\nad:ALICE:old\nb\nAD:alice:older\nc", "AD", "alice", ERR_OK, true,
     "a\nAD\\\\alice" NEW "b\nc"},
    {SET, ":alice:x\nLAB:alice:y\n", "AD", "alice", ERR_OK, false,
     ":alice:x\nLAB:alice:y\nAD\\\\alice" NEW},
    {SET, "alice:0:" X32 ":" X32 ":[DLU]:LCT-0:\n", "", "alice", ERR_OK, true,
     "alice" NEW_OFF},
    {SET, "AD:bob:x\n", "AD", "a:b", ERR_NAME, false, "AD:bob:x\n"},
    {SET, "AD:bob:x\n", "AD", "", ERR_NAME, false, "AD:bob:x\n"},
    {FIRST, "# c\n\nAD:bob:x\nAD:alice:y\nb", "AD", "Alice", ERR_OK, true,
     "# c\n\nAD\\\\Alice" NEW "AD:bob:x\nb"},
    {FIRST, "broken\nAD:bob:x\n", "AD", "alice", ERR_OK, false,
     "AD\\\\alice" NEW "broken\nAD:bob:x\n"},
    {FIRST, "# c", "AD", "alice", ERR_OK, false, "# c\nAD\\\\alice" NEW},
    {DELETE, "# c\nAD:alice:x\nbroken\nad:ALICE:y\nAD:bob:x", "AD", "alice", ERR_OK,
     false, "# c\nbroken\nAD:bob:x"},
    {DELETE, "AD:alice:x\n", "AD", "alice", ERR_OK, false, ""},
    {DELETE, "AD:alice:x\n", "", "alice", ERR_NO_CRED, false, "AD:alice:x\n"},
    {DELETE, "AD:alice:x\n", "AD", "bob", ERR_NO_CRED, false, "AD:alice:x\n"},
};

TEST_TABLE(edit_table, rows)
{
    const char *path = write_file("users", row->before, 0600);
    bool replaced;

    ck_err(call(row->call, path, row->domain, row->user, &replaced), row->e);
    ck_assert_int_eq(replaced, row->replaced);
    check_contents(path, row->after);
    if (row->e != ERR_OK) {
        ck_assert_ptr_nonnull(strstr(err_note_get(row->e), path));
    }
    check_nothing_left();
}

TEST(new_file)
{
    char path[300];
    struct stat st;
    struct useredit_outcome outcome;

    (void)snprintf(path, sizeof(path), "%s/new", temp_dir());
    (void)umask(0);
    ck_err(useredit_delete(path, bytes_str("AD"), bytes_str("alice")), ERR_FILE_MISSING);
    ck_err(useredit_set(path, bytes_str("AD"), bytes_str("a:b"), &key, NULL), ERR_NAME);
    ck_assert(access(path, F_OK) != 0);
    ck_ok(useredit_set(path, bytes_str("AD"), bytes_str("alice"), &key, &outcome));
    ck_assert(outcome.created_file && !outcome.replaced);
    useredit_outcome_cleanup(&outcome);
    ck_assert(stat(path, &st) == 0);
    ck_assert_uint_eq(st.st_mode & 07777, 0600);
    ck_ok(useredit_set(path, bytes_str("ad"), bytes_str("ALICE"), &key, &outcome));
    ck_assert(!outcome.created_file && outcome.replaced);
    ck_bytes(buf_bytes(&outcome.old_domain), bytes_str("AD"));
    ck_bytes(buf_bytes(&outcome.old_user), bytes_str("alice"));
    useredit_outcome_cleanup(&outcome);
    check_nothing_left();
}

TEST(folders_are_made_for_a_credential_only)
{
    char path[300];
    char folder[300];
    struct stat st;

    (void)snprintf(path, sizeof(path), "%s/a/b/credentials", temp_dir());
    (void)snprintf(folder, sizeof(folder), "%s/a/b", temp_dir());
    ck_err(useredit_set(path, bytes_str(""), bytes_str("alice"), &key, NULL),
           ERR_FILE_MISSING);
    ck_assert(access(folder, F_OK) != 0);
    ck_ok(crededit_set(path, bytes_of(NULL, 0), bytes_str(""), bytes_str("alice"), &key,
                       NULL));
    ck_assert(stat(folder, &st) == 0);
    ck_assert_uint_eq(st.st_mode & 07777, 0700);
    check_contents(path, "alice" NEW);
}

TEST(owner_group_and_mode_stay)
{
    const char *path = write_file("users", ":bob:x\n", 0640);
    struct stat before;
    struct stat after;

    if (geteuid() == 0) {
        ck_assert(chown(path, 1, 65534) == 0);
    }
    ck_assert(stat(path, &before) == 0);
    ck_ok(useredit_set(path, bytes_str(""), bytes_str("alice"), &key, NULL));
    ck_assert(stat(path, &after) == 0);
    ck_assert_uint_eq(after.st_uid, before.st_uid);
    ck_assert_uint_eq(after.st_gid, before.st_gid);
    ck_assert_uint_eq(after.st_mode, before.st_mode);
    ck_assert_uint_ne(after.st_ino, before.st_ino);
}

TEST(a_links_target_is_edited)
{
    const char *path = write_file("users", ":bob:x\n", 0600);
    char link[300];
    char dangling[300];
    struct stat st;

    (void)snprintf(link, sizeof(link), "%s/link", temp_dir());
    (void)snprintf(dangling, sizeof(dangling), "%s/dangling", temp_dir());
    ck_assert(symlink("users", link) == 0 && symlink("absent", dangling) == 0);
    ck_ok(useredit_set(link, bytes_str(""), bytes_str("alice"), &key, NULL));
    ck_assert(lstat(link, &st) == 0 && S_ISLNK(st.st_mode));
    check_contents(path, ":bob:x\nalice" NEW);
    ck_err(useredit_set(dangling, bytes_str(""), bytes_str("a"), &key, NULL),
           ERR_FILE_MISSING);
    check_nothing_left();
}

TEST(not_a_file_to_edit)
{
    char path[300];

    ck_err(useredit_set(temp_dir(), bytes_str(""), bytes_str("a"), &key, NULL),
           ERR_FILE_OPEN);
    (void)snprintf(path, sizeof(path), "%s/fifo", temp_dir());
    ck_assert(mkfifo(path, 0600) == 0);
    ck_err(useredit_set(path, bytes_str(""), bytes_str("a"), &key, NULL), ERR_FILE_READ);
    ck_err(useredit_set(write_file("users", "", 0666), bytes_str(""), bytes_str("a"),
                        &key, NULL),
           ERR_FILE_RIGHTS);
    check_nothing_left();
}

/* A relative name without a folder means the current one. */
TEST(name_without_a_folder)
{
    ck_assert(chdir(temp_dir()) == 0);
    ck_ok(useredit_set("plain", bytes_str(""), bytes_str("alice"), &key, NULL));
    check_contents("plain", "alice" NEW);
}

/* In a folder that is not writable the old contents stay, and no other file appears. */
TEST(folder_without_write_right)
{
    const char *path = write_file("users", ":bob:x\n", 0600);

    if (geteuid() != 0) {
        SKIP("needs root to become another user");
    }
    ck_assert(chown(path, 65534, 65534) == 0 && chmod(temp_dir(), 0755) == 0);
    ck_assert(seteuid(65534) == 0);
    ck_err(useredit_set(path, bytes_str(""), bytes_str("alice"), &key, NULL),
           ERR_FILE_WRITE);
    check_contents(path, ":bob:x\n");
    check_nothing_left();
}

TEST(editors_wait_for_each_other)
{
    const char *path = write_file("users", "", 0600);
    char user[32];
    char text[8192];
    int status;
    size_t n_lines = 0;

    for (int i = 0; i < 8; i++) {
        if (fork() == 0) {
            enum err e = ERR_OK;

            for (int k = 0; k < 8 && e == ERR_OK; k++) {
                (void)snprintf(user, sizeof(user), "u%d-%d", i, k);
                e = useredit_set(path, bytes_str(""), bytes_str(user), &key, NULL);
            }
            _exit(e == ERR_OK ? 0 : 1);
        }
    }
    for (int i = 0; i < 8; i++) {
        ck_assert(wait(&status) > 0);
        ck_assert_int_eq(status, 0);
    }
    read_text(path, text, sizeof(text));
    for (const char *p = text; (p = strchr(p, '\n')) != NULL; p++) {
        n_lines++;
    }
    ck_assert_uint_eq(n_lines, 64);
    check_nothing_left();
}

TEST(a_lock_that_is_never_given_back)
{
    const char *path = write_file("users", ":bob:x\n", 0600);
    int fd = open(path, O_RDONLY | O_CLOEXEC);

    ck_assert(fd >= 0 && flock(fd, LOCK_EX) == 0);
    ck_err(useredit_set(path, bytes_str(""), bytes_str("alice"), &key, NULL),
           ERR_FILE_LOCK);
    check_contents(path, ":bob:x\n");
    close(fd);
}

static void list(void *arg, size_t line_number, const struct userline *line)
{
    buf_printf(arg, "%zu:%.*s ", line_number, (int)line->user.n, line->user.p);
}

TEST(users_are_listed)
{
    const char *path = write_file("users",
                                  "# c\nAD:alice:x\nbroken\nbob:0:" X32 ":" X32
                                  ":[U]:LCT-0:\nws$:0:" X32 ":" X32 ":[W]:LCT-0:\n:c:",
                                  0600);
    BUF_AUTO seen = BUF_INIT;

    ck_ok(useredit_each(path, list, &seen));
    ck_assert_str_eq(buf_cstr(&seen), "2:alice 4:bob 6:c ");
    ck_assert(unlink(path) == 0);
    ck_err(useredit_each(path, list, &seen), ERR_FILE_MISSING);
}

/* The lines of other users stay byte for byte, whatever they contain. */
static void feed(struct bytes mutant, void *arg)
{
    BUF_AUTO text = BUF_INIT;
    char got[1024];
    const char *path;

    (void)arg;
    buf_append(&text, mutant);
    if (memchr(mutant.p, '\0', mutant.n) != NULL) {
        return; /* write_file can only write text */
    }
    path = write_file("users", buf_cstr(&text), 0600);
    ck_ok(useredit_set(path, bytes_str("ZZ"), bytes_str("new"), &key, NULL));
    ck_ok(useredit_delete(path, bytes_str("ZZ"), bytes_str("new")));
    read_text(path, got, sizeof(got));
    if (mutant.n > 0 && mutant.p[mutant.n - 1] != '\n') {
        buf_append_text(&text, "\n");
    }
    ck_assert_str_eq(got, buf_cstr(&text));
}

TEST(others_stay)
{
    mutate_flip(bytes_str("# c\r\nAD:a:b\n\nx"), feed, NULL);
}
