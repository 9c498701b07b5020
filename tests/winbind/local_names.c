/* SPDX-License-Identifier: ISC */
/* gss_localname where winbind says who logs in: the accounts of domains have the names
 * that nss_winbind gives them, here in a file that stands in for /etc/passwd. */
#include "tests/lib/accounts.h"
#include "tests/winbind/begin.h"

#include <dlfcn.h>
#include <pwd.h>
#include <stdio.h>
#include <string.h>

static void own_accounts(void)
{
    accounts_replace("root:x:0:0::/:/bin/sh\n"
                     "alice:x:20001:100::/:/bin/sh\n"
                     "carol:x:20003:100::/:/bin/sh\n"
                     "user1:x:20004:100::/:/bin/sh\n"
                     "AD\\alice:x:30001:100::/:/bin/sh\n"
                     "AD\\system:x:999:100::/:/bin/sh\n");
}

/* nss_winbind with 'winbind use default domain': it leaves the domain out. */
static const struct {
    const char *asked;
    const char *name;
    uid_t uid;
} short_names[] = {
    {"AD\\dave", "dave", 30005},
    {"AD\\erin", "erin", 30006},
    {"erin", "erin", 30006},
    {"dave", "dave", 20005}, /* an account of the machine */
};

__attribute__((visibility("default"))) int getpwnam_r(const char *name,
                                                      struct passwd *out, char *buffer,
                                                      size_t size,
                                                      struct passwd **out_found)
{
    __typeof__(getpwnam_r) *real =
        (__typeof__(getpwnam_r) *)dlsym(RTLD_NEXT, "getpwnam_r");

    for (int i = 0; i < N(short_names); i++) {
        if (strcmp(name, short_names[i].asked) == 0) {
            (void)snprintf(buffer, size, "%s", short_names[i].name);
            *out = (struct passwd){.pw_name = buffer, .pw_uid = short_names[i].uid};
            *out_found = out;
            return 0;
        }
    }
    return real(name, out, buffer, size, out_found);
}

static const struct {
    const char *user;
    const char *account; /* NULL: none */
    const char *says;
} rows[] = {
    {"SRV\\user1", "user1", ""},
    {"srv\\user1", "user1", ""},
    {"alice", "alice", ""}, /* of a file */
    {"AD\\alice", "AD\\alice", ""},
    {"AD\\carol", NULL, "there is no account \"AD\\\\carol\""},
    {"WORKGROUP\\alice", NULL, "there is no account \"WORKGROUP\\\\alice\""},
    {"AD\\system", NULL, "account AD\\system, uid 999, is a system account"},
    {"SRV\\root", NULL, "account root, uid 0, is a system account"},
    {"AD\\erin", "erin", ""},
    {"AD\\dave", NULL, "account dave is another one than \"AD\\\\dave\""},
    {"A\\D\\alice", NULL, "names a domain"},
};

static void check(gss_name_t name, const char *account, const char *says)
{
    gss_buffer_desc local = GSS_C_EMPTY_BUFFER;
    char sentence[1024];
    OM_uint32 minor;
    OM_uint32 major = gss_localname(&minor, name, NTLM, &local);

    if (account != NULL) {
        ck_complete(major);
        ck_bytes(bytes_of(local.value, local.length), bytes_str(account));
    } else {
        ck_assert(GSS_ERROR(major));
        status_sentence(minor, NTLM, sentence);
        ck_assert_msg(strstr(sentence, says) != NULL, "%s", sentence);
    }
    (void)gss_release_buffer(&minor, &local);
}

TEST_TABLE(accounts, rows)
{
    gss_buffer_desc text = buffer_of(bytes_str(row->user));
    gss_name_t name = GSS_C_NO_NAME;
    gss_name_t canonical = GSS_C_NO_NAME;
    OM_uint32 minor;

    winbind_begin(" users_from = file,winbind\n");
    own_accounts();
    ck_complete(gss_import_name(&minor, &text, GSS_C_NT_USER_NAME, &name));
    ck_complete(gss_canonicalize_name(&minor, name, NTLM, &canonical));
    check(canonical, row->account, row->says);
    (void)gss_release_name(&minor, &name);
    (void)gss_release_name(&minor, &canonical);
}

TEST_TIMES(account_of_a_login, 2)
{
    struct login l;

    winbind_begin(" users_from = winbind\n");
    own_accounts();
    begin_login(&l, mech_of(_i), "user1", "Pass-user1");
    check(l.acceptor.source, "user1", "");
    login_end(&l);
}
