/* SPDX-License-Identifier: ISC */
/* Messages for which there is no memory, and the messages after them. */
#include "tests/exchange/protect.h"
#include "tests/hostile/alloc_fault.h"

/* A message that could not be made or read because there was no memory must not use a
 * sequence number or keystream. */
static bool one_message(struct login *l, int kind, long n)
{
    struct peer *from = kind % 2 == 0 ? &l->initiator : &l->acceptor;
    struct peer *to = kind % 2 == 0 ? &l->acceptor : &l->initiator;
    struct bytes data = bytes_str("the message");
    BUF_AUTO token = BUF_INIT;
    BUF_AUTO out = BUF_INIT;

    alloc_fault_arm(n);
    (void)(kind / 2 == 0 ? wrap(from, data, &token) : get_mic(from, data, &token));
    alloc_fault_disarm();
    if (from->major != GSS_S_COMPLETE) {
        return true;
    }
    alloc_fault_arm(n);
    (void)(kind / 2 == 0 ? unwrap(to, buf_bytes(&token), &out)
                         : verify_mic(to, data, buf_bytes(&token)));
    alloc_fault_disarm();
    if (to->major == GSS_S_COMPLETE) {
        return alloc_fault_fired();
    }
    ck_complete(kind / 2 == 0 ? unwrap(to, buf_bytes(&token), &out)
                              : verify_mic(to, data, buf_bytes(&token)));
    return true;
}

TEST_TIMES(a_failed_message_changes_nothing, 8)
{
    struct login l;
    long n = 0;

    place_begin(LINES_BOTH, "");
    login_begin(&l, mech_of(_i % 2), ALICE, ALICE_PASSWORD, SEAL_FLAGS);
    login_run(&l);
    alloc_fault_begin(true);
    while (one_message(&l, _i / 2, n)) {
        n++;
        protect_both_ways(&l);
    }
    ck_assert_int_gt(n, 0);
    login_end(&l);
}
