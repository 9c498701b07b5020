/* SPDX-License-Identifier: ISC */
/* 'target_names = own': the names that a client may use for this machine. */
#include "tests/exchange/protect.h"

#include <string.h>
#include <unistd.h>

/* Replaces the C library's function, for the module too. */
__attribute__((visibility("default"))) int gethostname(char *name, size_t n)
{
    static const char host[] = "srv.example.test";

    memcpy(name, host, n < sizeof(host) ? n : sizeof(host));
    return 0;
}

/* The NetBIOS name comes from the settings; the host name is used with and without its
 * domain. */
static const struct {
    const char *target;
    bool is_own;
} rows[] = {
    {"http@server", true},
    {"ldap@SERVER", true},
    {"http@srv.example.test", true},
    {"http@SRV.Example.Test", true},
    {"cifs@srv", true},
    {"http@example.test", false},
    {"http@srv.example", false},
    {"http@srv.example.test.", true},
    {"http@srv.example.test.:80", true},
    {"http@srv.", true},
    {"http@", true},
    {"http", true},
    {"http@.srv.example.test", false},
    {"http@other", false},
    {"http@server2", false},
    {"http@srv.example.tes", false},
};

TEST_TABLE(own_targets, rows)
{
    struct login l;
    OM_uint32 minor;

    place_begin(LINES_BOTH, " target_names = own\n");
    login_begin(&l, NTLM, ALICE, ALICE_PASSWORD, SIGN_FLAGS);
    (void)gss_release_name(&minor, &l.initiator.target);
    l.initiator.target = name_of(row->target, GSS_C_NT_HOSTBASED_SERVICE);
    login_run(&l);
    if (row->is_own) {
        ck_major(&l.acceptor, GSS_S_COMPLETE);
    } else {
        ck_failed(&l.acceptor, GSS_S_UNAUTHORIZED, "the client meant");
    }
    login_end(&l);
}
