/* SPDX-License-Identifier: ISC */
/* A host with so much thread-local data that it nearly fills the stack of a small thread.
 */
#include "tests/winbind/begin.h"

static _Thread_local volatile char data[240 * 1024];

TEST(thread_local_data_of_the_host)
{
    winbind_begin(" users_from = winbind\n");
    data[0] = 1;
    winbind_works(NTLM);
    winbind_works(SPNEGO);
}
