/* SPDX-License-Identifier: ISC */
/* Lines of user files: both formats, what is refused, and hostile lines. */
#include "conf/userline.h"

#include "tests/lib/harness.h"

#include <stdlib.h>
#include <string.h>

#define X32     "XXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXX"
#define STARS21 "*********************"
#define NOPASS  "NO PASSWORDXXXXXXXXXXXXXXXXXXXXX"
/* [MS-NLMP] 4.2.2.1.2: NTOWFv1("Password") */
#define HASH "A4F49C406510BDCAB6824EE7C30FD852"
#define LCT  "LCT-5F000000:"

static const struct {
    const char *line;
    enum userline_kind kind;
    const char *domain;
    const char *user;
    const char *password; /* NULL: none */
    bool has_nt_hash;
    bool disabled;
    bool locked;
    bool trust;
} good[] = {
    {"", USERLINE_COMMENT, "", "", NULL, false, false, false, false},
    {" \t ", USERLINE_COMMENT, "", "", NULL, false, false, false, false},
    {"# AD:alice:secret", USERLINE_COMMENT, "", "", NULL, false, false, false, false},
    {"AD:alice:secret", USERLINE_PLAIN, "AD", "alice", "secret", false, false, false,
     false},
    {":alice:secret", USERLINE_PLAIN, "", "alice", "secret", false, false, false, false},
    {"AD:alice:a:b: c ", USERLINE_PLAIN, "AD", "alice", "a:b: c ", false, false, false,
     false},
    {"AD:alice:", USERLINE_PLAIN, "AD", "alice", "", false, false, false, false},
    {"\xc3\x84:\xc3\xb6:\xc3\x9f", USERLINE_PLAIN, "\xc3\x84", "\xc3\xb6", "\xc3\x9f",
     false, false, false, false},
    {"alice:1000:" X32 ":" HASH ":[U          ]:" LCT, USERLINE_SMBPASSWD, "", "alice",
     NULL, true, false, false, false},
    {"AD\\alice:1000:" X32 ":" HASH ":[U          ]:" LCT, USERLINE_SMBPASSWD, "AD",
     "alice", NULL, true, false, false, false},
    {"alice:0:" HASH ":" HASH ":[DU]:" LCT "more:fields", USERLINE_SMBPASSWD, "", "alice",
     NULL, true, true, false, false},
    {"alice:0:" X32 ":" HASH ":[LUX        ]:LCT-0", USERLINE_SMBPASSWD, "", "alice",
     NULL, true, false, true, false},
    {"alice:0:" X32 ":" X32 ":[U          ]:" LCT, USERLINE_SMBPASSWD, "", "alice", NULL,
     false, false, false, false},
    {"alice:0:" NOPASS ":" NOPASS ":[NU         ]:" LCT, USERLINE_SMBPASSWD, "", "alice",
     NULL, false, false, false, false},
    {"ws1$:0:" X32 ":" HASH ":[W          ]:" LCT, USERLINE_SMBPASSWD, "", "ws1$", NULL,
     true, false, false, true},
    {"dc1$:0:" X32 ":" HASH ":[S          ]:" LCT, USERLINE_SMBPASSWD, "", "dc1$", NULL,
     true, false, false, true},
    {"dom$:0:" X32 ":" HASH ":[I          ]:" LCT, USERLINE_SMBPASSWD, "", "dom$", NULL,
     true, false, false, true},
    /* pwdump, and secretsdump of a domain */
    {"alice:500:" X32 ":" HASH ":::", USERLINE_SMBPASSWD, "", "alice", NULL, true, false,
     false, false},
    {"AD\\alice:1104:" HASH ":" HASH ":::", USERLINE_SMBPASSWD, "AD", "alice", NULL, true,
     false, false, false},
    {"AD\\WS1$:1105:" HASH ":" HASH ":::", USERLINE_SMBPASSWD, "AD", "WS1$", NULL, true,
     false, false, true},
    {"alice:500:NO PASSWORD" STARS21 ":" HASH ":::", USERLINE_SMBPASSWD, "", "alice",
     NULL, true, false, false, false},
    {"alice:501:NO PASSWORD" STARS21 ":NO PASSWORD" STARS21 ":::", USERLINE_SMBPASSWD, "",
     "alice", NULL, false, false, false, false},
    {"AD\\alice:1104:" HASH ":" HASH "::: (status=Disabled)", USERLINE_SMBPASSWD, "AD",
     "alice", NULL, true, true, false, false},
    {"AD\\alice:1104:" HASH ":" HASH "::: (status=Enabled)", USERLINE_SMBPASSWD, "AD",
     "alice", NULL, true, false, false, false},
    /* WinPR's SAM */
    {"alice:::" HASH ":::", USERLINE_SMBPASSWD, "", "alice", NULL, true, false, false,
     false},
    {"alice:AD::" HASH ":::", USERLINE_SMBPASSWD, "AD", "alice", NULL, true, false, false,
     false},
    {"alice:AD:" HASH ":" HASH ":::", USERLINE_SMBPASSWD, "AD", "alice", NULL, true,
     false, false, false},
    {"alice:AD::" HASH "::", USERLINE_PLAIN, "alice", "AD", ":" HASH "::", false, false,
     false, false},
    {"alice:AD::" HASH "::::", USERLINE_PLAIN, "alice", "AD", ":" HASH "::::", false,
     false, false, false},
    {"alice:AD:::::", USERLINE_PLAIN, "alice", "AD", "::::", false, false, false, false},
    /* not six fields, no decimal number, no hash: such a line has the plain format */
    {"AD:1000:" X32 ":" HASH ":[U]", USERLINE_PLAIN, "AD", "1000", X32 ":" HASH ":[U]",
     false, false, false, false},
    {"AD:alice:" X32 ":" HASH ":[U]:" LCT, USERLINE_PLAIN, "AD", "alice",
     X32 ":" HASH ":[U]:" LCT, false, false, false, false},
    {"AD:1000:short:" HASH ":[U]:" LCT, USERLINE_PLAIN, "AD", "1000",
     "short:" HASH ":[U]:" LCT, false, false, false, false},
};

TEST_TABLE(line_is_read, good)
{
    USERLINE_AUTO line;

    ck_ok(userline_decode(bytes_str(row->line), &line));
    ck_assert_int_eq(line.kind, row->kind);
    ck_bytes(line.domain, bytes_str(row->domain));
    ck_bytes(line.user, bytes_str(row->user));
    ck_assert_int_eq(line.has_password, row->password != NULL);
    if (row->password != NULL) {
        ck_bytes(line.password, bytes_str(row->password));
    }
    ck_assert_int_eq(line.has_nt_hash, row->has_nt_hash);
    if (line.has_nt_hash) {
        ck_bytes(bytes_of(line.nt_hash.b, 16), hex(HASH));
    }
    ck_assert_int_eq(line.disabled, row->disabled);
    ck_assert_int_eq(line.locked, row->locked);
    ck_assert_int_eq(line.trust, row->trust);
}

static const struct {
    const char *line;
    enum err e;
} bad[] = {
    {"alice", ERR_FILE_SYNTAX},
    {"AD:alice", ERR_FILE_SYNTAX},
    {" # a comment is not indented", ERR_FILE_SYNTAX},
    {"AD::secret", ERR_FILE_SYNTAX},
    {"A\tD:alice:secret", ERR_FILE_SYNTAX},
    {"AD:al\x01"
     "ice:secret",
     ERR_FILE_SYNTAX},
    {"AD:alice:\xff", ERR_UTF8},
    {"\xc3:alice:secret", ERR_UTF8},
    {":0:" X32 ":" HASH ":[U          ]:" LCT, ERR_FILE_SYNTAX},
    {"AD\\:0:" X32 ":" HASH ":[U          ]:" LCT, ERR_FILE_SYNTAX},
    {"alice:0:" X32 ":" HASH ":U:" LCT, ERR_FILE_SYNTAX},
    {"alice:0:" X32 ":" HASH "::" LCT, ERR_FILE_SYNTAX},
    {":500:" X32 ":" HASH ":::", ERR_FILE_SYNTAX},
    {"alice:500:" X32 ":" HASH "::: (status=Unknown)", ERR_FILE_SYNTAX},
    {"alice:500:" X32 ":" HASH "::::", ERR_FILE_SYNTAX},
    {":AD::" HASH ":::", ERR_FILE_SYNTAX},
    {"alice:0:" X32 ":" HASH ":[Q]:" LCT, ERR_FILE_SYNTAX},
    {"alice:0:" X32 ":" HASH ":[:" LCT, ERR_FILE_SYNTAX},
};

TEST_TABLE(line_is_refused, bad)
{
    USERLINE_AUTO line;

    err_note_clear();
    ck_err(userline_decode(bytes_str(row->line), &line), row->e);
    ck_assert_ptr_null(strstr(err_note_get(row->e), "alice"));
    ck_assert_str_ne(err_note_get(row->e), "");
    ck_assert_int_eq(line.kind, USERLINE_COMMENT);
}

TEST(length_is_limited)
{
    static char text[USERLINE_MAX + 2];
    USERLINE_AUTO line;

    memset(text, 'a', USERLINE_MAX + 1);
    memcpy(text, "AD:alice:", 9);
    ck_ok(userline_decode(bytes_of(text, USERLINE_MAX), &line));
    ck_err(userline_decode(bytes_of(text, USERLINE_MAX + 1), &line), ERR_FILE_TOO_LARGE);
    ck_err(userline_decode(bytes_of("A:b:c\0d", 7), &line), ERR_UTF8);
}

TEST(hash_of_both_formats_is_the_same)
{
    USERLINE_AUTO line;
    KEY_AUTO hash;

    ck_ok(userline_decode(bytes_str("Domain:User:Password"), &line));
    ck_ok(userline_hash(&line, &hash));
    ck_bytes(bytes_of(hash.b, 16), hex(HASH));
    ck_ok(userline_decode(bytes_str("u:0:" X32 ":" HASH ":[U]:" LCT), &line));
    ck_ok(userline_hash(&line, &hash));
    ck_bytes(bytes_of(hash.b, 16), hex(HASH));
    ck_ok(userline_decode(bytes_str("u:0:" X32 ":" X32 ":[U]:" LCT), &line));
    ck_err(userline_hash(&line, &hash), ERR_FILE_SYNTAX);
}

static const struct {
    const char *domain;
    const char *user;
    enum err e;
} names[] = {
    {"", "alice", ERR_OK},       {"AD", "alice", ERR_OK},    {"AD", "a\\b", ERR_OK},
    {"\xc3\x84", "a b", ERR_OK}, {"AD", "#alice", ERR_OK},   {"", "", ERR_NAME},
    {"AD", "", ERR_NAME},        {"", "a\\b", ERR_NAME},     {"A\\D", "alice", ERR_NAME},
    {"", "a:b", ERR_NAME},       {"A:D", "alice", ERR_NAME}, {"", "a\nb", ERR_NAME},
    {"", "#alice", ERR_NAME},    {"#AD", "alice", ERR_NAME}, {"", "\xff", ERR_NAME},
    {"", "a\x7f", ERR_NAME},
};

TEST_TABLE(what_is_encoded_decodes, names)
{
    const struct ntlm_key key = {{1, 2, 3, 0xfe}};
    BUF_AUTO out = BUF_INIT;
    USERLINE_AUTO line;
    struct bytes rest;
    struct bytes text;
    size_t number = 0;

    userline_encode(&out, bytes_str(row->domain), bytes_str(row->user), &key, true);
    ck_err(buf_status(&out), row->e);
    if (row->e != ERR_OK) {
        return;
    }
    rest = buf_bytes(&out);
    ck_assert(userline_next(&rest, &number, &text));
    ck_assert(rest.n == 0);
    ck_ok(userline_decode(text, &line));
    ck_assert_int_eq(line.kind, USERLINE_SMBPASSWD);
    ck_bytes(line.domain, bytes_str(row->domain));
    ck_bytes(line.user, bytes_str(row->user));
    ck_bytes(bytes_of(line.nt_hash.b, 16), bytes_of(key.b, 16));
    ck_assert(line.disabled && !line.locked);
}

TEST(lines_are_split)
{
    static const char *const want[] = {"a", "", "b\rc", "d", "e"};
    struct bytes rest = bytes_str("a\n\nb\rc\r\nd\ne");
    struct bytes line;
    size_t number = 0;

    for (size_t i = 0; i < 5; i++) {
        ck_assert(userline_next(&rest, &number, &line));
        ck_bytes(line, bytes_str(want[i]));
        ck_assert_uint_eq(number, i + 1);
    }
    ck_assert(!userline_next(&rest, &number, &line));
    rest = bytes_str("a\n");
    ck_assert(userline_next(&rest, &number, &line));
    ck_assert(!userline_next(&rest, &number, &line));
}

/* A line that is decoded names a user, whose text is inside of the line. */
static void feed(struct bytes mutant, void *arg)
{
    USERLINE_AUTO line;

    (void)arg;
    if (userline_decode(mutant, &line) == ERR_OK && line.kind != USERLINE_COMMENT) {
        ck_assert(line.user.n > 0 && line.user.p >= mutant.p &&
                  line.user.p + line.user.n <= mutant.p + mutant.n);
        ck_assert(line.has_password == (line.kind == USERLINE_PLAIN));
    }
}

TEST(hostile_lines)
{
    for (size_t i = 0; i < N(good); i++) {
        mutate_truncate(bytes_str(good[i].line), feed, NULL);
        mutate_flip(bytes_str(good[i].line), feed, NULL);
    }
}
