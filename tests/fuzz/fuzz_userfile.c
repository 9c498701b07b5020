/* SPDX-License-Identifier: ISC */
/* Whole user files: the index finds what the lines say, and the functions that read files
 * accept any contents without harm. */
#include "base/text.h"
#include "conf/credfile.h"
#include "conf/credsection.h"
#include "conf/usercache.h"
#include "conf/useredit.h"
#include "conf/userfile.h"
#include "tests/fuzz/fuzz.h"
#include "tests/fuzz/memfile.h"

#include <string.h>

#define MAX_LOOKUPS 16

static bool is_same(const struct userindex_record *a, const struct userindex_record *b)
{
    return bytes_equal(a->user, b->user) && bytes_equal(a->domain, b->domain) &&
           a->line_number == b->line_number && a->has_hash == b->has_hash &&
           a->disabled == b->disabled && a->locked == b->locked &&
           (!a->has_hash || memcmp(&a->nt_hash, &b->nt_hash, sizeof(a->nt_hash)) == 0);
}

/* Checks that the user of a line is found, that no other user is found for it, and that
 * every index finds the same. */
static void feed_find(const struct userindex *const *indexes, size_t n,
                      const struct userline *line)
{
    struct userindex_record records[3];

    for (size_t i = 0; i < n; i++) {
        FUZZ_MUST(userindex_find(indexes[i], line->user, line->domain,
                                 bytes_str("SERVER"), &records[i]) == ERR_OK);
        FUZZ_MUST(records[i].user.n > 0 && is_same(&records[0], &records[i]));
    }
    for (size_t i = 0; i < n; i++) {
        userindex_record_wipe(&records[i]);
    }
}

/* Adds each line by itself. */
static struct userindex *index_in_pieces(struct bytes contents)
{
    struct userindex *index;
    struct bytes rest = contents;
    struct bytes raw;
    size_t number = 0;

    FUZZ_MUST(userindex_start(&index) == ERR_OK);
    while (userline_next(&rest, &number, &raw)) {
        struct bytes line;

        FUZZ_MUST(bytes_consume(&contents, contents.n - rest.n, &line) == ERR_OK);
        FUZZ_MUST(userindex_add(index, line) == ERR_OK);
    }
    FUZZ_MUST(userindex_finish(index) == ERR_OK);
    return index;
}

/* indexes: of the contents, made in different ways. */
static void feed_lines(const struct userindex *const *indexes, size_t n,
                       struct bytes contents)
{
    struct bytes raw;
    size_t number = 0;

    for (size_t i = 0; i < MAX_LOOKUPS && userline_next(&contents, &number, &raw); i++) {
        USERLINE_AUTO line;

        if (userindex_line(raw, &line) == ERR_OK && line.kind != USERLINE_COMMENT &&
            !line.trust) {
            feed_find(indexes, n, &line);
        }
    }
}

/* contents: without a byte order mark. want: ERR_UTF8 if the file is UTF-16. */
static void feed_index(const char *path, struct bytes contents, enum err want)
{
    USERSNAPSHOT_AUTO *snapshot = NULL;
    struct userindex *whole;
    struct userindex *pieces;

    FUZZ_MUST(usercache_acquire(path, &snapshot) == want);
    FUZZ_MUST(userindex_new(contents, &whole) == ERR_OK);
    pieces = index_in_pieces(contents);
    const struct userindex *const indexes[] = {whole, pieces,
                                               want == ERR_OK ? snapshot->index : NULL};
    feed_lines(indexes, want == ERR_OK ? 3 : 2, contents);
    userindex_free(whole);
    userindex_free(pieces);
}

static void count_problem(void *arg, size_t line_number, enum err e, const char *detail)
{
    size_t *last = arg;

    FUZZ_MUST(line_number > *last);
    FUZZ_MUST(userindex_is_line_error(e) || e == ERR_USER_REPEATED);
    FUZZ_MUST(strlen(detail) < 512);
    *last = line_number;
}

static void see_line(void *arg, size_t line_number, const struct userline *line)
{
    (void)line_number;
    FUZZ_MUST(line->user.n <= *(const size_t *)arg);
}

/* The sections of a file are the file. */
static void feed_sections(struct bytes contents)
{
    struct credsections walk = {.rest = contents};
    struct credsection section;
    size_t at = 0;
    size_t n = 0;

    for (; credsections_next(&walk, &section); n++) {
        FUZZ_MUST((section.title.n == 0) == (n == 0));
        FUZZ_MUST((section.line_number == 0) == (n == 0));
        FUZZ_MUST(n == 0 || bytes_offset(contents, section.title) == at);
        at += section.title.n + section.entries.n;
        (void)!credsection_check(&section);
    }
    FUZZ_MUST(n > 0 && at == contents.n);
}

/* A credential for every target is the last one, and is found for every target. */
static void feed_credentials(const char *path, const char *user, const char *domain)
{
    static const struct settings settings = {.netbios_name = "ME", .host_name = "me"};
    const struct policy_target target = {bytes_str("http"), bytes_str("srv")};
    const struct credential_choice *choice;
    CREDENTIAL_LIST_AUTO list = {0};
    enum err e = credfile_load(path, bytes_str(user), bytes_str(domain), &list);

    for (size_t i = 0; i < list.n; i++) {
        const struct bytes patterns = buf_bytes(&list.choices[i].patterns);

        FUZZ_MUST(list.choices[i].credential.user.n > 0);
        FUZZ_MUST(patterns.n > 0 ? credsection_patterns_check(patterns) == ERR_OK
                                 : i == list.n - 1);
    }
    if (e == ERR_OK) {
        FUZZ_MUST(list.n > 0);
        e = credential_list_find(&settings, &list, target, &choice);
        FUZZ_MUST(e == ERR_OK || (e == ERR_NO_CRED && !credential_list_ends(&list)));
    }
}

/* want: ERR_UTF8 if the file is UTF-16. */
static void feed_files(const char *path, size_t size, enum err want)
{
    AUTHORITY_AUTO authority = {0};
    size_t n_users;
    size_t last = 0;

    FUZZ_MUST(userfile_problems(path, count_problem, &last, &n_users) == want);
    FUZZ_MUST(useredit_each(path, see_line, &size) == want);
    FUZZ_MUST(userfile_authority(path, &authority) == ERR_OK);
    FUZZ_MUST(authority.usable(authority.self, NULL) == want);
    feed_credentials(path, "", "");
    feed_credentials(path, "alice", "ad");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct memfile file;
    struct bytes contents = bytes_of(data, size);
    enum err want;

    feed_sections(contents);
    memfile_set(&file, contents);
    want = text_skip_mark("", &contents);
    feed_index(file.path, contents, want);
    feed_files(file.path, size, want);
    return 0;
}
