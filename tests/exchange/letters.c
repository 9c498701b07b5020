/* SPDX-License-Identifier: ISC */
/* Users whose names have letters that Windows maps to upper case in its own way, or not
 * at all ([MS-UCODEREF] 3.1.5.3): their hash, and how they are found. */
#include "tests/exchange/peer.h"

/* All users differ from each other, although Unicode makes some of them equal. */
#define PASSWORD "Wonderland 1"
#define LETTERS                                                                          \
    ":\u0131\u015f\u0131k:" PASSWORD "\n"                                                \
    ":I\u015eIK:Builder 2\n"                                                             \
    ":\u03b3\u03b9\u03ce\u03c1\u03b3\u03bf\u03c2:" PASSWORD "\n"                         \
    ":\u0393\u0399\u038f\u03a1\u0393\u039f\u03a3:Builder 2\n"                            \
    ":\u01c5on:" PASSWORD "\n"                                                           \
    ":\u01c4on:Builder 2\n"                                                              \
    ":stra\u00dfe:" PASSWORD "\n"                                                        \
    ":\u00b5icro:" PASSWORD "\n"                                                         \
    ":\u00ffves:" PASSWORD "\n"                                                          \
    ":\u10d0na:" PASSWORD "\n"                                                           \
    ":\u13f8na:" PASSWORD "\n"                                                           \
    ":\U00010428na:" PASSWORD "\n"

/* {the user as the client writes it, the password} -> the user as the acceptor's file
 * writes it; NULL: it is not that user's password. */
static const struct {
    const char *user;
    const char *password;
    const char *found;
} rows[] = {
    /* the dotless i has no upper case: it is not I */
    {"\u0131\u015f\u0131k", PASSWORD, "\u0131\u015f\u0131k"},
    {"\u0131\u015e\u0131K", PASSWORD, "\u0131\u015f\u0131k"},
    {"i\u015fik", "Builder 2", "I\u015eIK"},
    {"I\u015eIK", PASSWORD, NULL},
    /* the final sigma has no upper case either */
    {"\u03b3\u03b9\u03ce\u03c1\u03b3\u03bf\u03c2", PASSWORD,
     "\u03b3\u03b9\u03ce\u03c1\u03b3\u03bf\u03c2"},
    {"\u0393\u0399\u038f\u03a1\u0393\u039f\u03c2", PASSWORD,
     "\u03b3\u03b9\u03ce\u03c1\u03b3\u03bf\u03c2"},
    {"\u03b3\u03b9\u03ce\u03c1\u03b3\u03bf\u03c3", "Builder 2",
     "\u0393\u0399\u038f\u03a1\u0393\u039f\u03a3"},
    {"\u0393\u0399\u038f\u03a1\u0393\u039f\u03a3", PASSWORD, NULL},
    /* the digraph in title case stays; the small digraph becomes the capital one */
    {"\u01c5ON", PASSWORD, "\u01c5on"},
    {"\u01c6on", "Builder 2", "\u01c4on"},
    {"\u01c6on", PASSWORD, NULL},
    {"STRA\u00dfE", PASSWORD, "stra\u00dfe"},
    {"STRASSE", PASSWORD, NULL},
    {"\u00b5ICRO", PASSWORD, "\u00b5icro"},
    {"\u039cICRO", PASSWORD, NULL},
    {"\u0178VES", PASSWORD, "\u00ffves"},
    /* letters that later versions of Unicode map: Georgian, Cherokee; and one beyond 16
     * bits */
    {"\u10d0NA", PASSWORD, "\u10d0na"},
    {"\u1c90NA", PASSWORD, NULL},
    {"\u13f8NA", PASSWORD, "\u13f8na"},
    {"\u13f0NA", PASSWORD, NULL},
    {"\U00010428NA", PASSWORD, "\U00010428na"},
    {"\U00010400NA", PASSWORD, NULL},
};

TEST_TABLE(users_are_found_as_windows_finds_them, rows)
{
    gss_OID mechs[] = {NTLM, SPNEGO};

    place_begin(LINES_BOTH, "");
    place_users(LETTERS, 0600);
    for (int i = 0; i < 2; i++) {
        struct login l;

        login_begin(&l, mechs[i], row->user, row->password, SEAL_FLAGS);
        login_run(&l);
        ck_assert_int_eq(login_is_done(&l), row->found != NULL);
        if (row->found != NULL) {
            ck_assert_str_eq(display(l.acceptor.source), row->found);
        } else {
            ck_failed(&l.acceptor, GSS_S_FAILURE,
                      "the user name or the password is wrong");
        }
        login_end(&l);
    }
}
