/* SPDX-License-Identifier: ISC */
/* Replacing a file that every process reads, and removing a file after a check. */
#include "conf/replacefile.h"

#include "tests/lib/harness.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define OLD   "old line\n"
#define ADDED "new line\n"

static char top[100]; /* a folder of this test */
static char path[256];

static void begin(void)
{
    (void)snprintf(top, sizeof(top), "%s/XXXXXX", temp_dir());
    ck_assert_ptr_nonnull(mkdtemp(top));
    (void)snprintf(path, sizeof(path), "%s/file", top);
}

static void make_old_file(void)
{
    FILE *file = fopen(path, "we");

    ck_assert_ptr_nonnull(file);
    ck_assert_int_ge(fputs(OLD, file), 0);
    ck_assert_int_eq(fclose(file), 0);
    ck_assert_int_eq(chmod(path, 0600), 0);
}

static void ck_contents(const char *wanted)
{
    FILE *file = fopen(path, "re");
    char text[64];

    ck_assert_ptr_nonnull(file);
    text[fread(text, 1, sizeof(text) - 1, file)] = '\0';
    ck_assert_int_eq(fclose(file), 0);
    ck_assert_str_eq(text, wanted);
}

static mode_t mode_of(const char *name)
{
    struct stat st;

    ck_assert_int_eq(lstat(name, &st), 0);
    return st.st_mode & 07777;
}

static enum err add(void *arg, struct bytes old, struct buf *out)
{
    (void)arg;
    buf_append(out, old);
    buf_append_text(out, ADDED);
    return ERR_OK;
}

static enum err edit(const char *name)
{
    bool created;

    return replacefile(name, REPLACEFILE_PUBLIC, add, NULL, &created);
}

/* Accepts a file with these contents alone. */
static enum err accept_only(void *arg, struct bytes contents)
{
    return bytes_equal(contents, bytes_str(arg)) ? ERR_OK : ERR_FILE_SYNTAX;
}

/* The umask and the old file's mode have no effect. */
TEST(everybody_can_read_it)
{
    const mode_t before = umask(0077);

    begin();
    (void)snprintf(path, sizeof(path), "%s/new/inner/file", top);
    ck_ok(edit(path));
    ck_assert_int_eq(mode_of(path), 0644);
    ck_contents(ADDED);
    for (size_t i = 0; i < 2; i++) {
        *strrchr(path, '/') = '\0';
        ck_assert_int_eq(mode_of(path), 0755);
    }
    begin();
    make_old_file();
    ck_ok(edit(path));
    ck_assert_int_eq(mode_of(path), 0644);
    ck_contents(OLD ADDED);
    (void)umask(before);
}

TEST(a_link_in_its_place)
{
    char link[256];
    char old[] = OLD;

    begin();
    make_old_file();
    (void)snprintf(link, sizeof(link), "%s/link", top);
    ck_assert_int_eq(symlink("file", link), 0);
    ck_err(edit(link), ERR_FILE_RIGHTS);
    ck_err(replacefile_remove_if(link, accept_only, old), ERR_FILE_RIGHTS);
    ck_contents(OLD);
    ck_assert_int_eq(mode_of(path), 0600);
    ck_assert_int_eq(unlink(path), 0);
    ck_err(edit(link), ERR_FILE_RIGHTS);
    ck_assert_int_ne(access(path, F_OK), 0);
}

TEST(removing_what_a_check_accepts)
{
    char old[] = OLD;
    char other[] = ADDED;

    begin();
    ck_err(replacefile_remove_if(path, accept_only, old), ERR_FILE_MISSING);
    make_old_file();
    ck_err(replacefile_remove_if(path, accept_only, other), ERR_FILE_SYNTAX);
    ck_contents(OLD);
    ck_ok(replacefile_remove_if(path, accept_only, old));
    ck_assert_int_ne(access(path, F_OK), 0);
}
