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

TEST_TABLE(entry_table, rows)
{
    const char *path = write_file("credentials", contents, 0600);
    struct credential found;
    enum err e;

    e = credfile_load(path, bytes_str(row->user), bytes_str(row->domain), &found);
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

    ck_err(credfile_load(path, bytes_str(""), bytes_str(""), &found), ERR_FILE_RIGHTS);
    ck_assert_ptr_nonnull(strstr(err_note_get(ERR_FILE_RIGHTS), "chmod 0600"));
    ck_assert(chmod(path, 0600) == 0);
    ck_ok(credfile_load(path, bytes_str(""), bytes_str(""), &found));
    credential_cleanup(&found);
}

static enum err find(const char *env, const char *own, const char *user,
                     struct credential *out)
{
    const struct settings settings = {.env_user_file = env, .credential_file = own};
    const char *path;
    enum err e;

    err_note_clear();
    e = credfile_find(&settings, bytes_str(user), bytes_str(""), out, &path);
    ck_assert(e == ERR_OK ? path == env || path == own : path == NULL);
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
    struct credential found;
    enum err e;

    (void)arg;
    buf_append(&text, mutant);
    e = credfile_load(write_file("mutant", buf_cstr(&text), 0600), bytes_str("alice"),
                      bytes_str(""), &found);
    ck_assert(e == ERR_OK || e == ERR_NO_CRED);
    credential_cleanup(&found);
}

TEST(hostile_files)
{
    mutate_truncate(bytes_str(contents), feed, NULL);
    mutate_flip(bytes_str(contents), feed, NULL);
}

/* A name that is not UTF-8 matches no entry, and the file is not opened. */
TEST(no_text_is_no_name)
{
    const char *path = write_file("credentials", contents, 0600);
    struct credential found;

    ck_err(credfile_load(path, bytes_str("\xff"), bytes_str(""), &found), ERR_UTF8);
    ck_err(credfile_load(path, bytes_str(""), bytes_str("\xff"), &found), ERR_UTF8);
    ck_assert_uint_eq(found.user.n, 0);
}
