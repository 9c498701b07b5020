/* SPDX-License-Identifier: ISC */
/* Our reader and krb5's profile library read a settings file alike. */
#include "conf/settings_file.h"

#include "tests/lib/harness.h"

#include <fcntl.h>
#include <profile.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static const char file[] = "# c\n"
                           "[negotiate]\n"
                           "  plain = some text \t\n"
                           "\ttight=\"\r\n"
                           "quoted = \"a  b \"\n"
                           "escaped = \"\\n\\t\\b\\\\\\\"\\x\" ; behind\n"
                           "\n"
                           "; c\n"
                           "[negotiate] \t\n"
                           "open = \"no end\\\n"
                           "inside = a \"b\" # c\n"
                           "equals = a=b\n"
                           "brace = {a\n"
                           "utf8 = \xc3\xa9\xff";

/* struct found: the relations as "line key=value" and a NUL for each. */
struct found {
    struct buf text;
    profile_t profile; /* NULL: only our relations are compared */
};

static void compare_with_library(profile_t profile,
                                 const struct settings_file_relation *relation)
{
    BUF_AUTO key = BUF_INIT;
    char **values = NULL;
    size_t n_equal = 0;

    buf_append(&key, relation->key);
    const char *names[] = {"negotiate", buf_cstr(&key), NULL};
    ck_assert_msg(profile_get_values(profile, names, &values) == 0, "%s", names[1]);
    for (size_t i = 0; values[i] != NULL; i++) {
        n_equal += strcmp(values[i], relation->value) == 0;
    }
    ck_assert_msg(n_equal > 0, "%s: \"%s\", the library: \"%s\"", names[1],
                  relation->value, values[0]);
    profile_free_list(values);
}

static enum err add(void *arg, const struct settings_file_relation *relation)
{
    struct found *found = arg;

    if (found->profile != NULL) {
        compare_with_library(found->profile, relation);
    }
    buf_printf(&found->text, "%zu ", relation->line_number);
    buf_append(&found->text, relation->key);
    buf_printf(&found->text, "=%s", relation->value);
    buf_append_u8(&found->text, 0);
    return ERR_OK;
}

static size_t count_library(profile_t profile)
{
    const char *names[] = {"negotiate", NULL};
    char **keys = NULL;
    size_t n_values = 0;

    ck_assert(profile_get_relation_names(profile, names, &keys) == 0);
    for (size_t i = 0; keys[i] != NULL; i++) {
        const char *of_key[] = {"negotiate", keys[i], NULL};
        char **values = NULL;

        ck_assert(profile_get_values(profile, of_key, &values) == 0);
        for (size_t k = 0; values[k] != NULL; k++) {
            n_values++;
        }
        profile_free_list(values);
    }
    profile_free_list(keys);
    return n_values;
}

/* The library must accept every file that ours accepts, with the same keys and values. */
static void compare(const char *path, struct buf *out)
{
    struct found found = {BUF_INIT, NULL};
    struct secretfile_id id;
    const char *files[] = {path, NULL};
    size_t n = 0;

    if (settings_file_read(path, &id, add, &found) != ERR_OK) {
        buf_cleanup(&found.text);
        return;
    }
    for (size_t i = 0; i < found.text.n; i++) {
        n += found.text.p[i] == 0;
    }
    buf_move(out, &found.text);
    if (n == 0) {
        return; /* the library calls a file without a section an error */
    }
    ck_assert(profile_init(files, &found.profile) == 0);
    ck_ok(settings_file_read(path, &id, add, &found));
    ck_assert_uint_eq(count_library(found.profile), n);
    profile_abandon(found.profile);
    buf_cleanup(&found.text);
}

TEST(each_form_of_a_line)
{
    static const char want[] = "3 plain=some text\0"
                               "4 tight=\0"
                               "5 quoted=a  b \0"
                               "6 escaped=\n\t\b\\\"x\0"
                               "10 open=no end\\\0"
                               "11 inside=a \"b\" # c\0"
                               "12 equals=a=b\0"
                               "13 brace={a\0"
                               "14 utf8=\xc3\xa9\xff";
    BUF_AUTO got = BUF_INIT;

    compare(write_file("file", file, 0644), &got);
    ck_assert(bytes_equal(buf_bytes(&got), bytes_of(want, sizeof(want))));
}

static bool ends_blank(struct bytes line)
{
    return bytes_has_suffix(line, bytes_str(" ")) ||
           bytes_has_suffix(line, bytes_str("\t")) ||
           bytes_has_suffix(line, bytes_str("\r"));
}

/* The library cuts a key at a star, which prevents later files from setting the key
 * again. It keeps the blanks at the end of a line without its closing quote. */
static bool is_known_difference(struct bytes mutant)
{
    struct bytes line;

    while (mutant.n > 0) {
        struct bytes key;
        struct bytes value;

        (void)bytes_split(mutant, '\n', &line, &mutant);
        if (bytes_split(line, '=', &key, &value) &&
            (bytes_has(key, '*') || (bytes_has(value, '"') && ends_blank(line)))) {
            return true;
        }
    }
    return false;
}

static void feed(struct bytes mutant, void *arg)
{
    const char *path = arg;
    int fd = open(path, O_WRONLY | O_TRUNC | O_CLOEXEC);
    BUF_AUTO got = BUF_INIT;

    ck_assert(fd >= 0 && write(fd, mutant.p, mutant.n) == (ssize_t)mutant.n);
    ck_assert(close(fd) == 0);
    if (!is_known_difference(mutant)) {
        compare(path, &got);
    }
}

TEST(mutants)
{
    static const char whole[] = "#a\n[negotiate]\n b = c d \ne=\"f\\tg\" h\n;i\nj = k";
    char path[300];

    (void)snprintf(path, sizeof(path), "%s", write_file("file", whole, 0644));
    mutate_truncate(bytes_str(whole), feed, path);
    mutate_flip(bytes_str(whole), feed, path);
}
