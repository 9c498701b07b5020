/* SPDX-License-Identifier: ISC */
/* A user's own credential: which entry of which file is used. */
#include "conf/credfile.h"

#include "tests/lib/harness.h"

#include "ntlm/kdf.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#define X32 "XXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXX"

static const char contents[] = "# mine\n"
                               "broken\n"
                               "off:0:" X32 ":" X32 ":[U]:LCT-0:\n"
                               "dis:0:" X32 ":00000000000000000000000000000000:[D]:L:\n"
                               "host$:0:" X32 ":00000000000000000000000000000000:[W]:L:\n"
                               "AD:alice:ad\n"
                               "LAB:alice:lab\n"
                               ":bob:any\n"
                               "AD:carol:\n"
                               "LAB:last:half";

static const struct {
    const char *domain;
    const char *user;
    const char *found_domain; /* NULL: none */
    const char *found_user;
    const char *password;
} rows[] = {
    {"", "", "AD", "alice", "ad"},        {"", "alice", "AD", "alice", "ad"},
    {"ad", "ALICE", "AD", "alice", "ad"}, {"LAB", "alice", "LAB", "alice", "lab"},
    {"LAB", "", "LAB", "alice", "lab"},   {"X", "alice", NULL, NULL, NULL},
    {"X", "", "X", "bob", "any"},         {"X", "bob", "X", "bob", "any"},
    {"", "bob", "", "bob", "any"},        {"AD", "carol", "AD", "carol", ""},
    {"", "last", "LAB", "last", "half"},  {"", "off", NULL, NULL, NULL},
    {"", "dis", NULL, NULL, NULL},        {"", "nobody", NULL, NULL, NULL},
    {"", "host$", NULL, NULL, NULL},
};

static void check(const struct credential *got, const char *domain, const char *user,
                  const char *password)
{
    KEY_AUTO hash;

    ck_ok(kdf_nt_hash(bytes_str(password), &hash));
    ck_bytes(buf_bytes(&got->user), bytes_str(user));
    ck_bytes(buf_bytes(&got->domain), bytes_str(domain));
    ck_bytes(bytes_of(got->nt_hash.b, 16), bytes_of(hash.b, 16));
}

/* Loads from a file without sections. */
static enum err load(const char *path, const char *user, const char *domain,
                     struct credential *out)
{
    CREDENTIAL_LIST_AUTO list = {0};
    enum err e = credfile_load(path, bytes_str(user), bytes_str(domain), &list);

    *out = (struct credential)CREDENTIAL_INIT;
    ck_assert_uint_eq(list.n, e == ERR_OK ? 1 : 0);
    if (e == ERR_OK) {
        ck_assert_uint_eq(list.choices[0].patterns.n, 0);
        ck_bytes(buf_bytes(&list.choices[0].from), bytes_str(path));
        *out = list.choices[0].credential;
        list.choices[0].credential = (struct credential)CREDENTIAL_INIT;
    }
    return e;
}

TEST_TABLE(entry_table, rows)
{
    const char *path = write_file("credentials", contents, 0600);
    struct credential found;
    enum err e;

    e = load(path, row->user, row->domain, &found);
    ck_err(e, row->found_user == NULL ? ERR_NO_CRED : ERR_OK);
    if (e != ERR_OK) {
        ck_assert_ptr_nonnull(strstr(err_note_get(e), path));
        ck_assert_ptr_nonnull(strstr(err_note_get(e), row->user));
        ck_assert_ptr_nonnull(strstr(err_note_get(e), "line 2 cannot be read"));
        ck_assert_uint_eq(found.user.n, 0);
        return;
    }
    check(&found, row->found_domain, row->found_user, row->password);
    credential_cleanup(&found);
    ck_assert_uint_eq(found.nt_hash.b[0], 0);
}

TEST(rights_are_the_owners_alone)
{
    const char *path = write_file("credentials", contents, 0640);
    struct credential found;

    ck_err(load(path, "", "", &found), ERR_FILE_RIGHTS);
    ck_assert_ptr_nonnull(strstr(err_note_get(ERR_FILE_RIGHTS), "chmod 0600"));
    ck_assert(chmod(path, 0600) == 0);
    ck_ok(load(path, "", "", &found));
    credential_cleanup(&found);
}

static enum err find(const char *env, const char *own, const char *user,
                     struct credential *out)
{
    const struct settings settings = {.env_user_file = env, .credential_file = own};
    CREDENTIAL_LIST_AUTO list = {0};
    enum err e;

    err_note_clear();
    e = credfile_find(&settings, bytes_str(user), bytes_str(""), &list);
    *out = (struct credential)CREDENTIAL_INIT;
    ck_assert_uint_eq(list.n, e == ERR_OK ? 1 : 0);
    if (e == ERR_OK) {
        *out = list.choices[0].credential;
        list.choices[0].credential = (struct credential)CREDENTIAL_INIT;
    }
    return e;
}

TEST(files_in_order)
{
    const char *env = write_file("env", "E:alice:env\nE:eve:env\n", 0600);
    const char *own = write_file("own", "O:alice:own\nO:olga:own\n", 0600);
    struct credential found;
    char absent[300];

    (void)snprintf(absent, sizeof(absent), "%s/absent", temp_dir());
    ck_ok(find(env, own, "alice", &found));
    check(&found, "E", "alice", "env");
    credential_cleanup(&found);
    ck_ok(find(env, own, "olga", &found));
    check(&found, "O", "olga", "own");
    credential_cleanup(&found);
    ck_ok(find(absent, own, "", &found));
    check(&found, "O", "alice", "own");
    credential_cleanup(&found);
    ck_ok(find(NULL, own, "", &found));
    credential_cleanup(&found);
    ck_err(find(env, own, "nobody", &found), ERR_NO_CRED);
    ck_assert_ptr_nonnull(strstr(err_note_get(ERR_NO_CRED), env));
    ck_assert_ptr_nonnull(strstr(err_note_get(ERR_NO_CRED), own));
    ck_err(find(absent, "", "", &found), ERR_NO_CRED);
    ck_assert_ptr_nonnull(strstr(err_note_get(ERR_NO_CRED), absent));
    ck_err(find(NULL, "", "", &found), ERR_NO_CRED);
    ck_assert(chmod(env, 0644) == 0);
    ck_err(find(env, own, "olga", &found), ERR_FILE_RIGHTS);
    ck_err(find(NULL, temp_dir(), "", &found), ERR_FILE_READ);
}

static void feed(struct bytes mutant, void *arg)
{
    BUF_AUTO text = BUF_INIT;
    CREDENTIAL_LIST_AUTO found = {0};
    enum err e;

    (void)arg;
    buf_append(&text, mutant);
    e = credfile_load(write_file("mutant", buf_cstr(&text), 0600), bytes_str("alice"),
                      bytes_str(""), &found);
    ck_assert(e == ERR_OK || e == ERR_NO_CRED || e == ERR_FILE_SYNTAX);
}

TEST(hostile_files)
{
    mutate_truncate(bytes_str(contents), feed, NULL);
    mutate_flip(bytes_str(contents), feed, NULL);
}

/* A name that is not UTF-8 matches no entry. */
TEST(no_text_is_no_name)
{
    const char *path = write_file("credentials", contents, 0600);
    struct credential found;

    ck_err(load(path, "\xff", "", &found), ERR_UTF8);
    ck_err(load(path, "", "\xff", &found), ERR_UTF8);
    ck_assert_uint_eq(found.user.n, 0);
}

#define SECTIONS                                                                         \
    ":general:g\nOTHER:alice:ga\n"                                                       \
    "[http/one.example.com]\n# a comment\n\nA:alice:1\nA:bob:1b\n"                       \
    "  [ *.example.com, !ldap/bad.example.com ] \r\nB:bob:2\n"                           \
    "[10.1.2.3 ::1]\nC:carol:3\n"                                                        \
    "[host/ssh]\nD:dave:4"

/* Which entry is used at which target. */
static const struct {
    const char *contents;
    const char *user; /* that is asked for */
    const char *service;
    const char *host;
    const char *found; /* DOMAIN\user password; NULL: none */
} section_rows[] = {
    {SECTIONS, "", "http", "one.example.com", "A\\alice 1"},
    {SECTIONS, "", "HTTP", "ONE.example.com.", "A\\alice 1"},
    {SECTIONS, "", "ldap", "one.example.com", "B\\bob 2"},
    {SECTIONS, "bob", "http", "one.example.com", "A\\bob 1b"},
    {SECTIONS, "bob", "http", "two.example.com", "B\\bob 2"},
    {SECTIONS, "alice", "http", "two.example.com", "OTHER\\alice ga"},
    {SECTIONS, "", "http", "bad.example.com", "B\\bob 2"},
    {SECTIONS, "", "host", "two.example.com", "\\general g"},
    {SECTIONS, "", "", "two.example.com", "\\general g"},
    {SECTIONS, "", "", "", "\\general g"},
    {SECTIONS, "", "http", "two.example.org", "\\general g"},
    {SECTIONS, "", "http", "012.1.2.3", "C\\carol 3"},
    {SECTIONS, "", "http", "[0:0::1]:8080", "C\\carol 3"},
    {SECTIONS, "", "host", "ssh", "D\\dave 4"},
    {SECTIONS, "", "http", "ssh", "\\general g"},
    {SECTIONS, "dave", "host", "ssh", "D\\dave 4"},
    {SECTIONS, "dave", "http", "ssh", NULL},
    {SECTIONS, "alice@A", "http", "one.example.com", "A\\alice 1"},
    /* the first section that matches and has an entry, in the order of the file */
    {"[*]\n[srv]\n:a:1\n[*]\n:b:2\n", "", "http", "srv", "\\a 1"},
    {"[*]\n[srv]\n:a:1\n[*]\n:b:2\n", "", "http", "any", "\\b 2"},
    {"[*]\n:b:2\n[srv]\n:a:1\n", "", "http", "srv", "\\b 2"},
    {"[!srv *]\n:b:2\n", "", "http", "srv", NULL},
    {"[!srv *]\n:b:2\n", "", "http", "any", "\\b 2"},
    {"[*/*]\n:b:2\n", "", "", "", "\\b 2"},
    {"\xef\xbb\xbf[srv]\n:b:2\n", "", "http", "srv", "\\b 2"},
    {"\xef\xbb\xbf[srv]\n:b:2\n", "", "http", "evil", NULL},
    {"\xef\xbb\xbf:a:1\n[srv]\n:b:2\n", "", "http", "any", "\\a 1"},
    {"[srv]\n:off:0:" X32 ":" X32 ":[U]:L:\n:b:2\n", "b", "http", "srv", "\\b 2"},
};

TEST_TABLE(sections, section_rows)
{
    const struct settings settings = {.netbios_name = "ME", .host_name = "me"};
    const char *path = write_file("credentials", row->contents, 0600);
    const struct policy_target target = {bytes_str(row->service), bytes_str(row->host)};
    const struct credential_choice *choice;
    CREDENTIAL_LIST_AUTO list = {0};
    struct bytes user = bytes_str(row->user);
    struct bytes domain = {NULL, 0};
    BUF_AUTO shown = BUF_INIT;
    KEY_AUTO hash;
    enum err e;

    (void)bytes_split(user, '@', &user, &domain);
    ck_ok(credfile_load(path, user, domain, &list));
    e = credential_list_find(&settings, &list, target, &choice);
    ck_err(e, row->found == NULL ? ERR_NO_CRED : ERR_OK);
    if (row->found == NULL) {
        ck_assert_ptr_null(choice);
        ck_assert_ptr_nonnull(strstr(err_note_get(e), path));
        ck_assert_ptr_nonnull(strstr(err_note_get(e), "login --host"));
        return;
    }
    buf_append(&shown, buf_bytes(&choice->credential.domain));
    buf_append_text(&shown, "\\");
    buf_append(&shown, buf_bytes(&choice->credential.user));
    buf_append_text(&shown, strchr(row->found, ' '));
    ck_assert_str_eq(buf_cstr(&shown), row->found);
    ck_ok(kdf_nt_hash(bytes_str(strchr(row->found, ' ') + 1), &hash));
    ck_bytes(bytes_of(choice->credential.nt_hash.b, 16), bytes_of(hash.b, 16));
}

#define SECTION_RULE "a section must be [PATTERN ...]"

/* Files that are refused whole: the line and the words of the error. */
static const struct {
    const char *contents;
    size_t line;
    const char *says;
} broken_sections[] = {
    {":a:1\n[srv\n:b:2\n", 2, SECTION_RULE},
    {":a:1\n[]\n:b:2\n", 2, SECTION_RULE},
    {":a:1\n[ , ]\n:b:2\n", 2, SECTION_RULE},
    {"[\n", 1, SECTION_RULE},
    {"]\n[", 2, SECTION_RULE},
    {"[srv] # mine\n:b:2\n", 1, SECTION_RULE},
    {"[srv]x\n", 1, SECTION_RULE},
    {"[a/b/c]\n", 1, SECTION_RULE},
    {"[/srv]\n", 1, SECTION_RULE},
    {"[a b/]\n", 1, SECTION_RULE},
    {"[[srv]]\n", 1, SECTION_RULE},
    {"[srv\xc3\xa4]\n", 1, SECTION_RULE},
    {"[s\x01rv]\n", 1, SECTION_RULE},
    {" \t[srv;x]\n", 1, SECTION_RULE},
    {"\xc2\xa0[srv]\n:b:2\n", 1, SECTION_RULE},
    {" \xef\xbb\xbf[srv]\n:b:2\n", 1, SECTION_RULE},
    {":a:1\n\xef\xbb\xbf[::1]\n:b:2\n", 2, SECTION_RULE},
    {"\xe2\x80\x8b[srv]\n:b:2\n", 1, SECTION_RULE},
    {"\f[srv]\n:b:2\n", 1, SECTION_RULE},
    {":a:1\n\r[srv]\n:b:2\n", 2, SECTION_RULE},
    {"# x\n[srv]\n:b:2\nbroken\n", 4, "neither DOMAIN:user:password"},
    {"[srv]\nbroken\n:b:2\n", 2, "neither DOMAIN:user:password"},
    {"[srv]\n:b:2\n\n[x]\n:\xff:1\n", 5, "not valid UTF-8"},
};

TEST_TABLE(sections_that_are_broken, broken_sections)
{
    const char *path = write_file("credentials", row->contents, 0600);
    CREDENTIAL_LIST_AUTO list = {0};
    char place[400];

    (void)snprintf(place, sizeof(place), "%s:%zu: ", path, row->line);
    ck_err(credfile_load(path, bytes_str(""), bytes_str(""), &list), ERR_FILE_SYNTAX);
    ck_assert_ptr_nonnull(strstr(err_note_get(ERR_FILE_SYNTAX), place));
    ck_assert_ptr_nonnull(strstr(err_note_get(ERR_FILE_SYNTAX), row->says));
}

TEST(sections_are_hostile)
{
    mutate_truncate(bytes_str(SECTIONS), feed, NULL);
    mutate_flip(bytes_str(SECTIONS), feed, NULL);
}

TEST(sections_have_a_limit)
{
    BUF_AUTO text = BUF_INIT;
    CREDENTIAL_LIST_AUTO list = {0};

    for (size_t i = 0; i < CREDENTIAL_LIST_MAX; i++) {
        buf_printf(&text, "[host%zu]\n:a:1\n", i);
    }
    ck_ok(credfile_load(write_file("many", buf_cstr(&text), 0600), bytes_str(""),
                        bytes_str(""), &list));
    ck_assert_uint_eq(list.n, CREDENTIAL_LIST_MAX);
    credential_list_cleanup(&list);
    buf_append_text(&text, "[more]\n:a:1\n");
    ck_err(credfile_load(write_file("many", buf_cstr(&text), 0600), bytes_str(""),
                         bytes_str(""), &list),
           ERR_FILE_TOO_LARGE);
}

/* The second file is searched for the targets for which the first has no entry. */
TEST(sections_of_two_files)
{
    const char *env = write_file("env", "[one]\n:a:1\n", 0600);
    const char *own = write_file("own", ":c:3\n[one two]\n:b:2\n", 0600);
    const struct settings settings = {.netbios_name = "ME",
                                      .host_name = "me",
                                      .env_user_file = env,
                                      .credential_file = own};
    const char *const expected[][2] = {{"one", "a"}, {"two", "b"}, {"three", "c"}};
    CREDENTIAL_LIST_AUTO list = {0};

    ck_ok(credfile_find(&settings, bytes_str(""), bytes_str(""), &list));
    for (size_t i = 0; i < N(expected); i++) {
        const struct credential_choice *choice;

        ck_ok(credential_list_find(
            &settings, &list,
            (struct policy_target){bytes_str("http"), bytes_str(expected[i][0])},
            &choice));
        ck_bytes(buf_bytes(&choice->credential.user), bytes_str(expected[i][1]));
    }
    ck_bytes(buf_bytes(&credential_list_first(&list)->user), bytes_str("c"));
}
