/* SPDX-License-Identifier: ISC */
/* Logins for a trace to look at: good ones and a wrong password. */
#include "tests/exchange/peer.h"

TEST(logins)
{
    static struct login bad;

    place_begin(LINES_BOTH, "");
    login_good(SPNEGO);
    login_good(NTLM);
    login_begin(&bad, SPNEGO, ALICE, "wrong", SIGN_FLAGS);
    login_run(&bad);
    ck_failed(&bad.acceptor, GSS_S_FAILURE, "password");
    login_end(&bad);
}
