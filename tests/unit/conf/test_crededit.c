/* SPDX-License-Identifier: ISC */
/* Changing a credential file: which section, and where a new one goes. */
#include "conf/crededit.h"

#include "tests/lib/harness.h"

#include <stdio.h>
#include <string.h>

static const struct ntlm_key key = {{0}};

/* What crededit_set writes for a user. */
static void append_entry(struct buf *out, const char *user)
{
    userline_encode(out, bytes_of(NULL, 0), bytes_str(user), &key, false);
}

/* The file, with each entry of crededit_set shortened to its name and a "!". */
static const char *shortened(const char *path)
{
    static char text[4096];
    BUF_AUTO entry = BUF_INIT;
    FILE *file = fopen(path, "r");
    char line[1000];

    ck_assert_ptr_nonnull(file);
    append_entry(&entry, "x");
    text[0] = '\0';
    while (fgets(line, sizeof(line), file) != NULL) {
        char *rest = strchr(line, ':');

        if (rest != NULL && strncmp(rest, buf_cstr(&entry) + 1, 40) == 0) {
            memcpy(rest, "!\n", sizeof("!\n"));
        }
        (void)strncat(text, line, sizeof(text) - strlen(text) - 1);
    }
    ck_assert_int_eq(fclose(file), 0);
    return text;
}

static enum err act(const char *path, const char *patterns, const char *user, bool set)
{
    if (set) {
        return crededit_set(path, bytes_str(patterns), bytes_of(NULL, 0), bytes_str(user),
                            &key, NULL);
    }
    if (user[0] == '\0') {
        return crededit_delete_section(path, bytes_str(patterns));
    }
    return crededit_delete(path, bytes_str(patterns), bytes_of(NULL, 0), bytes_str(user));
}

#define SET    true
#define REMOVE false

static const struct {
    bool set;
    const char *patterns;
    const char *user; /* "": the section */
    const char *before;
    const char *after; /* NULL: ERR_NO_CRED, and the file stays */
} rows[] = {
    {SET, "", "new", "", "new!\n"},
    {SET, "", "new", "[srv]\n:a:1\n", "new!\n[srv]\n:a:1\n"},
    {SET, "", "new", "# x\n:g:1\n[srv]\n:new:1\n", "# x\nnew!\n:g:1\n[srv]\n:new:1\n"},
    {SET, "srv", "new", "", "[srv]\nnew!\n"},
    {SET, "srv", "new", ":g:1", ":g:1\n[srv]\nnew!\n"},
    {SET, "srv", "new", "[srv]", "[srv]\nnew!\n"},
    {SET, "srv", "new", "[srv]\n# x\n:a:1\n:new:2\n", "[srv]\n# x\nnew!\n:a:1\n"},
    {SET, "SRV", "new", " [ srv ] \r\n:a:1\n", " [ srv ] \r\nnew!\n:a:1\n"},
    {SET, "b,a", "new", "[b\ta]\n[a b]\n:a:1\n", "[b\ta]\nnew!\n[a b]\n:a:1\n"},
    {SET, "b,a", "new", "[a b]\n[b\ta]\n", "[b,a]\nnew!\n[a b]\n[b\ta]\n"},
    {SET, "srv", "new", "[http/srv]\n:a:1\n", "[http/srv]\n:a:1\n[srv]\nnew!\n"},
    {SET, "http/srv", "new", "[srv]\n:a:1\n", "[http/srv]\nnew!\n[srv]\n:a:1\n"},
    {SET, "http/srv", "new", "[ldap/srv]\n:a:1", "[ldap/srv]\n:a:1\n[http/srv]\nnew!\n"},
    {SET, "http/srv", "new", "[*/*]\n:a:1\n", "[http/srv]\nnew!\n[*/*]\n:a:1\n"},
    {SET, "a.b", "new", ":g:1\n[x]\n:x:1\n[*.b]\n:a:1\n[a.*]\n",
     ":g:1\n[x]\n:x:1\n[a.b]\nnew!\n[*.b]\n:a:1\n[a.*]\n"},
    {SET, "*.b", "new", "[a.b]\n:a:1\n[*]\n:z:1", "[a.b]\n:a:1\n[*.b]\nnew!\n[*]\n:z:1"},
    {SET, "*", "new", "[a.b]\n:a:1\n", "[a.b]\n:a:1\n[*]\nnew!\n"},
    {SET, "srv", "new", "[*]\n:z:1\n[srv]\n:new:1\n:b:2\n",
     "[srv]\nnew!\n[*]\n:z:1\n[srv]\n:b:2\n"},
    {SET, "srv", "new", "[a]\n[srv]\n:z:1\n[*]\n[srv]\n:new:1\n",
     "[a]\n[srv]\nnew!\n:z:1\n[*]\n[srv]\n"},
    {REMOVE, "srv", "b", "[*]\n:b:1\n[srv]\n:b:2\n", "[*]\n:b:1\n"},
    {REMOVE, "", "a", ":a:1\n:b:2\n[srv]\n:a:3\n", ":b:2\n[srv]\n:a:3\n"},
    {REMOVE, "", "a", ":a:1\n[srv]\n:a:3\n", "[srv]\n:a:3\n"},
    {REMOVE, "", "a", "[srv]\n:a:3\n", NULL},
    {REMOVE, "srv", "a", ":a:1\n[srv]\n:b:2\n:a:3\n", ":a:1\n[srv]\n:b:2\n"},
    {REMOVE, "srv", "a", ":a:1\n[srv]\n:a:3\n\n[x]\n:x:1\n", ":a:1\n[x]\n:x:1\n"},
    {REMOVE, "srv", "a", "[srv]\n# mine\n:a:3\n", "[srv]\n# mine\n"},
    {REMOVE, "srv", "a", ":a:1\n[http/srv]\n:a:3\n", NULL},
    {REMOVE, "srv", "b", "[srv]\n:a:3\n", NULL},
    {REMOVE, "srv", "", ":a:1\n[srv]\n:a:3\n[x]\n:x:1\n", ":a:1\n[x]\n:x:1\n"},
    {REMOVE, "srv", "", "[Srv]\n:a:1\n[x]\n[srv]", "[x]\n"},
    {REMOVE, "srv", "", ":a:1\n[x]\n", NULL},
};

TEST_TABLE(edits, rows)
{
    const char *path = write_file("credentials", row->before, 0600);
    enum err e = act(path, row->patterns, row->user, row->set);

    ck_err(e, row->after == NULL ? ERR_NO_CRED : ERR_OK);
    ck_assert_str_eq(shortened(path), row->after == NULL ? row->before : row->after);
}

TEST(a_file_that_cannot_be_read_stays)
{
    static const char *const files[] = {":a:1\n[srv\n:b:2\n", "[srv]\n:b:2\n[]\n"};

    for (size_t i = 0; i < 2 * N(files); i++) {
        const char *text = files[i / 2];
        const char *path = write_file("credentials", text, 0600);
        char place[400];

        ck_err(act(path, i % 2 == 0 ? "srv" : "", "a", SET), ERR_FILE_SYNTAX);
        (void)snprintf(place, sizeof(place), "%s:%d: a section must be", path,
                       i / 2 == 0 ? 2 : 3);
        ck_assert_ptr_nonnull(strstr(err_note_get(ERR_FILE_SYNTAX), place));
        ck_assert_str_eq(shortened(path), text);
    }
}

TEST(patterns_that_are_none)
{
    static const char *const bad[] = {"]",      "a]\n:evil:x", "a\nb", " ", "a/b/c",
                                      "s\xc3v", "a b/",        ",",    "["};

    for (size_t i = 0; i < N(bad); i++) {
        const char *path = write_file("credentials", ":a:1\n", 0600);

        ck_err(act(path, bad[i], "a", SET), ERR_FILE_SYNTAX);
        ck_err(act(path, bad[i], "a", REMOVE), ERR_FILE_SYNTAX);
        ck_err(act(path, bad[i], "", REMOVE), ERR_FILE_SYNTAX);
        ck_assert_str_eq(shortened(path), ":a:1\n");
    }
}

TEST(names_that_look_like_sections)
{
    const char *path = write_file("credentials", ":a:1\n", 0600);

    ck_err(act(path, "", "[srv]", SET), ERR_NAME);
    ck_err(act(path, "", " [srv]", SET), ERR_NAME);
    ck_ok(act(path, "", "a[srv]", SET));
}
