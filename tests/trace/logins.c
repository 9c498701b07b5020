/* SPDX-License-Identifier: ISC */
/* Logins that the trace must write: successful ones and one with a wrong password. */
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
