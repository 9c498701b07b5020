/* SPDX-License-Identifier: ISC */
/* Whole user files: the index finds what the lines say, and the functions that read files
 * accept any contents without harm. */
#include "conf/credfile.h"
#include "conf/credsection.h"
#include "conf/useredit.h"
#include "conf/userfile.h"
#include "conf/userindex.h"
#include "tests/fuzz/fuzz.h"
#include "tests/fuzz/memfile.h"

#include <string.h>

#define MAX_LOOKUPS 16

/* Checks that the user of a line is found, and that no other user is found for it. */
static void feed_find(const struct userindex *index, const struct userline *line)
{
    struct userindex_record record;

    FUZZ_MUST(userindex_find(index, line->user, line->domain, bytes_str("SERVER"),
                             &record) == ERR_OK);
    FUZZ_MUST(record.user.n > 0);
    userindex_record_wipe(&record);
}

static void feed_index(struct bytes contents)
{
    struct userindex *index;
    struct bytes raw;
    size_t number = 0;

    FUZZ_MUST(userindex_new(contents, &index) == ERR_OK);
    for (size_t n = 0; n < MAX_LOOKUPS && userline_next(&contents, &number, &raw); n++) {
        USERLINE_AUTO line;

        if (userindex_line(raw, &line) == ERR_OK && line.kind != USERLINE_COMMENT &&
            !line.trust) {
            feed_find(index, &line);
        }
    }
    userindex_free(index);
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

static void feed_files(const char *path, size_t size)
{
    AUTHORITY_AUTO authority = {0};
    size_t n_users;
    size_t last = 0;

    FUZZ_MUST(userfile_problems(path, count_problem, &last, &n_users) == ERR_OK);
    FUZZ_MUST(useredit_each(path, see_line, &size) == ERR_OK);
    FUZZ_MUST(userfile_authority(path, &authority) == ERR_OK);
    (void)!authority.usable(authority.self, NULL);
    feed_credentials(path, "", "");
    feed_credentials(path, "alice", "ad");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct memfile file;

    feed_index(bytes_of(data, size));
    feed_sections(bytes_of(data, size));
    memfile_set(&file, bytes_of(data, size));
    feed_files(file.path, size);
    return 0;
}
