/* SPDX-License-Identifier: ISC */
/* Settings files that must be refused; the profile library would accept some of them. */
#include "conf/settings.h"

#include "tests/lib/harness.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const struct {
    const char *contents;
    const char *detail; /* a part of the detail */
} rows[] = {
    {"anonymous = no\n", ":1: stands before"},
    {"# c\nrequire_mic = yes\n[negotiate]\n", ":2: stands before"},
    {"[negotiate]\nanonymous\n", ":2: neither"},
    {"[negotiate]\nanonymous =\n", ":2: the key has no value"},
    {"[negotiate]\nanonymous = {\n", ":2: the key has no value"},
    {"[negotiate]\nx = {\nanonymous = no\n}\n", ":2: the key has no value"},
    {"[negotiate]\nx =\n{\nanonymous = no\n}\n", ":2: the key has no value"},
    {"[negotiate]\n}\n", ":2: braces"},
    {"[negotiate]\n= no\n", ":2: a key is one word"},
    {"[negotiate]\nntlm level = 5\n", ":2: a key is one word"},
    {"[negotiate\nanonymous = no\n", ":1: the only section"},
    {" [negotiate]\nanonymous = no\n", ":1: the only section"},
    {"[negotiate]*\nanonymous = no\n", ":1: the only section"},
    {"[Negotiate]\nanonymous = no\n", ":1: the only section"},
    {"[negotiate]\nanonymous = no\n[libdefaults]\n", ":3: the only section"},
    {"[other]\nanonymous = no\n", ":1: the only section"},
    {"include /etc/passwd\n[negotiate]\n", ":1: include"},
    {"[negotiate]\ninclude /etc/a=b\n", ":2: include"},
    {"[negotiate]\nincludedir /etc\n", ":2: include"},
    {"[negotiate]\ninclude\t= x\n", ":2: include"},
    {"module /lib/x.so:y\n[negotiate]\n", ":1: include"},
    {"[negotiate]\nanonymous = no\nanonymous = no\n", "anonymous: is set more"},
    {"[negotiate]\nguest = no\n[negotiate]\nguest = yes\n", "guest: is set more"},
    {"[negotiate]\nguest = n\x01o\n", ":2: the line has control"},
    {"\xef\xbb\xbf\xef\xbb\xbf[negotiate]\nguest = no\n", ":1: neither"},
    {" \xef\xbb\xbf[negotiate]\nguest = no\n", ":1: neither"},
};

static char config[300];

static void use_path(const char *path)
{
    (void)snprintf(config, sizeof(config), "%s", path);
    ck_assert(setenv("GSS_NEGOTIATE_CONFIG", config, 1) == 0);
}

TEST_TABLE(structure, rows)
{
    const struct settings *s;
    const char *detail;

    use_path(write_file("negotiate.conf", row->contents, 0644));
    ck_err(settings_acquire(&s), ERR_SETTING);
    ck_assert_ptr_null(s);
    detail = err_note_get(ERR_SETTING);
    ck_assert_msg(strncmp(detail, config, strlen(config)) == 0 &&
                      strstr(detail, row->detail) != NULL,
                  "%s", detail);
}

/* Lines that are longer than the library's buffer, which would read the rest as another
 * line. */
TEST(long_lines)
{
    static char contents[5000];
    const struct settings *s;

    memset(contents, ' ', sizeof(contents) - 1);
    memcpy(contents, "[negotiate]\n# ", 14);
    memcpy(contents + 2060, "guest = yes\n", 13);
    use_path(write_file("negotiate.conf", contents, 0644));
    ck_err(settings_acquire(&s), ERR_SETTING);
    ck_assert_ptr_nonnull(strstr(err_note_get(ERR_SETTING), ":2: the line is too long"));
}

TEST(types_and_rights)
{
    const struct settings *s;
    char path[300];

    use_path(temp_dir());
    ck_err(settings_acquire(&s), ERR_FILE_READ);
    (void)snprintf(path, sizeof(path), "%s/fifo", temp_dir());
    ck_assert(mkfifo(path, 0600) == 0);
    use_path(path);
    ck_err(settings_acquire(&s), ERR_FILE_READ);
    use_path("/dev/null");
    ck_err(settings_acquire(&s), ERR_FILE_READ);
    use_path(write_file("negotiate.conf", "[negotiate]\n", 0666));
    ck_err(settings_acquire(&s), ERR_FILE_RIGHTS);
    ck_assert_ptr_nonnull(strstr(err_note_get(ERR_FILE_RIGHTS), "chmod 0644"));
    ck_assert(chmod(config, 0664) == 0);
    ck_ok(settings_acquire(&s));
    settings_release(s);
    (void)snprintf(path, sizeof(path), "%s/loop", temp_dir());
    ck_assert(symlink(path, path) == 0);
    use_path(path);
    ck_err(settings_acquire(&s), ERR_FILE_OPEN);
}

TEST(unreadable)
{
    const struct settings *s;

    if (geteuid() != 0) {
        SKIP("needs root to become another user");
    }
    use_path(write_file("negotiate.conf", "[negotiate]\n", 0600));
    ck_assert(chmod(temp_dir(), 0755) == 0);
    ck_assert(seteuid(65534) == 0);
    ck_err(settings_acquire(&s), ERR_FILE_OPEN);
    ck_assert_ptr_nonnull(strstr(err_note_get(ERR_FILE_OPEN), config));
}

TEST(size_is_limited)
{
    const struct settings *s;

    use_path(write_file("negotiate.conf", "[negotiate]\n", 0644));
    ck_assert(truncate(config, 100000) == 0);
    ck_err(settings_acquire(&s), ERR_FILE_TOO_LARGE);
}

/* Overwrites the file with the mutant; an error must name the file. */
static void feed(struct bytes mutant, void *arg)
{
    int fd = open(config, O_WRONLY | O_TRUNC | O_CLOEXEC);
    const struct settings *s;
    enum err e;

    (void)arg;
    ck_assert(fd >= 0 && write(fd, mutant.p, mutant.n) == (ssize_t)mutant.n);
    ck_assert(close(fd) == 0);
    e = settings_acquire(&s);
    if (e == ERR_OK) {
        settings_release(s);
        return;
    }
    ck_err(e, ERR_SETTING);
    ck_assert_ptr_nonnull(strstr(err_note_get(e), config));
}

TEST(mutants)
{
    static const char contents[] = "# c\n[negotiate]\n  guest = \"yes\"\n"
                                   "target_names = HTTP/a, b/c\nntlm_level = 3\n";

    use_path(write_file("negotiate.conf", contents, 0644));
    mutate_truncate(bytes_str(contents), feed, NULL);
    mutate_flip(bytes_str(contents), feed, NULL);
}
