/* SPDX-License-Identifier: ISC */
/* gss_localname and gss_userok: the account of the system for a user of NTLM. The
 * accounts are in a file that replaces /etc/passwd in a mount namespace of this
 * program, and are looked for nowhere else. */
#include "tests/exchange/peer.h"
#include "tests/lib/accounts.h"

#include <stdio.h>
#include <string.h>

#define PASSWORD "Wonderland 1"
#define USERS_OF_ALL_KINDS                                                               \
    "SERVER:alice:" PASSWORD "\n"                                                        \
    "FRIENDS:alice2:" PASSWORD "\n"                                                      \
    "EXAMPLE:alice:Builder 2\n"                                                          \
    "EXAMPLE:root:" PASSWORD "\n"                                                        \
    ":bob:" PASSWORD "\n"                                                                \
    ":root:" PASSWORD "\n"                                                               \
    ":toor:" PASSWORD "\n"                                                               \
    ":printer:" PASSWORD "\n"                                                            \
    ":nobody:" PASSWORD "\n"                                                             \
    ":overflow:" PASSWORD "\n"                                                           \
    ":stranger:" PASSWORD "\n"                                                           \
    ":bob@example.com:" PASSWORD "\n"                                                    \
    ":wordy:" PASSWORD "\n"

static void own_accounts(void)
{
    static char accounts[16384];
    char long_name[8000];

    memset(long_name, 'x', sizeof(long_name) - 1);
    long_name[sizeof(long_name) - 1] = '\0';
    (void)snprintf(accounts, sizeof(accounts),
                   "root:x:0:0::/:/bin/sh\ntoor:x:0:0::/:/bin/sh\n"
                   "printer:x:999:7::/:/bin/sh\nalice:x:1000:100::/:/bin/sh\n"
                   "alice2:x:1003:100::/:/bin/sh\n"
                   "bob:x:1001:100::/:/bin/sh\nnobody:x:65534:65534::/:/bin/sh\n"
                   "overflow:x:65535:65534::/:/bin/sh\n"
                   "bob@example.com:x:1005:100::/:/bin/sh\n"
                   "wordy:x:1004:100:%s:/:/bin/sh\n",
                   long_name);
    accounts_replace(accounts);
}

/* {the user as the client writes it} -> the account, or a part of the sentence; and the
 * account about which gss_userok is asked, and its answer. */
static const struct {
    const char *user;
    const char *password;
    const char *account; /* NULL: none */
    const char *says;
    const char *asked;
    int userok;
} rows[] = {
    {"bob", PASSWORD, "bob", "", "bob", 1},
    {"BOB", PASSWORD, "bob", "", "root", 0},
    {"wordy", PASSWORD, "wordy", "", "root", 0},
    {"SERVER\\alice", PASSWORD, "alice", "", "alice", 0},
    {"FRIENDS\\alice2", PASSWORD, "alice2", "", "alice2", 0},
    {"EXAMPLE\\alice", "Builder 2", NULL, "domain \"EXAMPLE\" is not one of this server",
     "alice", 0},
    {"EXAMPLE\\root", PASSWORD, NULL, "domain \"EXAMPLE\" is not one of this server",
     "root", 0},
    {"root", PASSWORD, NULL, "account root, uid 0, is a system account", "root", 1},
    {"toor", PASSWORD, NULL, "account toor, uid 0, is a system account", "root", 0},
    {"printer", PASSWORD, NULL, "account printer, uid 999, is a system account", "root",
     0},
    {"nobody", PASSWORD, NULL, "account nobody, uid 65534, is a system account", "root",
     0},
    {"overflow", PASSWORD, NULL, "account overflow, uid 65535, is a system account",
     "root", 0},
    {"stranger", PASSWORD, NULL, "there is no account \"stranger\"", "root", 0},
    {"bob\\@example.com", PASSWORD, NULL, "example.com", "bob", 0},
};

static void check_local(gss_name_t name, gss_OID mech, int row)
{
    gss_buffer_desc local = GSS_C_EMPTY_BUFFER;
    char sentence[1024];
    OM_uint32 minor;
    OM_uint32 unused;
    OM_uint32 major = gss_localname(&minor, name, mech, &local);

    if (rows[row].account != NULL) {
        ck_complete(major);
        ck_bytes(bytes_of(local.value, local.length), bytes_str(rows[row].account));
    } else {
        ck_assert(GSS_ERROR(major));
        ck_assert_uint_ne(minor, 0);
        ck_assert_uint_eq(local.length, 0);
        status_sentence(minor, mech, sentence);
        ck_assert_msg(strstr(sentence, rows[row].says) != NULL, "%s", sentence);
    }
    (void)gss_release_buffer(&unused, &local);
}

TEST_TABLE(a_user_and_the_account_of_that_name, rows)
{
    gss_OID mechs[] = {NTLM, SPNEGO};

    place_begin(LINES_BOTH, " netbios_domain = FRIENDS\n");
    place_users(USERS_OF_ALL_KINDS, 0600);
    own_accounts();
    for (int i = 0; i < 2; i++) {
        struct login l;

        login_begin(&l, mechs[i], row->user, row->password, SEAL_FLAGS);
        login_run(&l);
        ck_assert(login_is_done(&l));
        check_local(l.acceptor.source, GSS_C_NO_OID, _i);
        check_local(l.acceptor.source, NTLM, _i);
        ck_assert_int_eq(gss_userok(l.acceptor.source, row->asked), row->userok);
        login_end(&l);
    }
}

/* Names that are not users have no account, through either OID. */
TEST_TIMES(names_of_no_user, 2)
{
    static const struct {
        const char *text;
        gss_OID *type;
    } others[] = {{"http@server", &GSS_C_NT_HOSTBASED_SERVICE},
                  {"", &GSS_C_NT_ANONYMOUS}};
    gss_buffer_desc local = GSS_C_EMPTY_BUFFER;
    OM_uint32 minor;

    place_begin(LINES_BOTH, "");
    gss_name_t name = name_of(others[_i].text, *others[_i].type);
    ck_assert(GSS_ERROR(gss_localname(&minor, name, NTLM, &local)));
    ck_assert_uint_ne(minor, 0);
    ck_assert_uint_eq(local.length, 0);
    (void)gss_release_name(&minor, &name);
}
