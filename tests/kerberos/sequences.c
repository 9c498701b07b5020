/* SPDX-License-Identifier: ISC */
/* SPNEGO's sequences with Kerberos and NTLM in the list (RFC 4178 4.2, 5; [MS-SPNG]), one
 * case a row; test_sequences.py makes the lab. */
#include "tests/kerberos/sequence.h"

int main(void)
{
    Suite *suite = suite_create("sequences");

    add_initiator_rows(suite);
    add_acceptor_rows(suite);
    add_attack_rows(suite);
    add_hints(suite);
    add_bindings(suite);
    add_flips(suite);
    add_policy(suite);
    add_credssp(suite);
    add_silence(suite);
    add_sandbox(suite);
    return harness_run(suite);
}
