/* SPDX-License-Identifier: ISC */
/* mech/first_token: the universal receiver's table. */
#include "tests/lib/harness.h"

#include "mech/passthrough/first_token.h"

#define NEGOTIATE "4e544c4d53535000 01000000 00000000"

static const struct {
    const char *token;
    enum first_token want;
    const char *ntlm;
} rows[] = {
    {"", FIRST_EMPTY, ""},
    {NEGOTIATE, FIRST_NTLM, NEGOTIATE},
    {"4e544c4d53535000", FIRST_NTLM, "4e544c4d53535000"},
    {"4e544c4d535350", FIRST_UNKNOWN, ""},
    {"601c 060a 2b06010401823702020a" NEGOTIATE, FIRST_NTLM_FRAMED, NEGOTIATE},
    {"601d 060a 2b06010401823702020a" NEGOTIATE, FIRST_UNKNOWN, ""}, /* one byte short */
    {"600d 060a 2b06010401823702020a 00", FIRST_UNKNOWN, ""},
    {"600a 0606 2b0601050502 a000", FIRST_SPNEGO, ""},
    {"600d 0609 2a864886f712010202 0100", FIRST_KERBEROS, ""},
    {"600d 0609 2a864882f712010202 0100", FIRST_KERBEROS, ""},
    {"6e03 300100", FIRST_KERBEROS, ""},
    {"6007 0603 2a0304 0100", FIRST_UNKNOWN, ""},
    {"a1073005a0030a0100", FIRST_UNKNOWN, ""},
    {"00", FIRST_UNKNOWN, ""},
    {"60", FIRST_UNKNOWN, ""},
    {"6084ffffffff06062b0601050502", FIRST_UNKNOWN, ""},
};

TEST_TABLE(table, rows)
{
    struct bytes ntlm;

    ck_assert_int_eq(first_token_classify(hex(row->token), &ntlm), row->want);
    ck_bytes(ntlm, hex(row->ntlm));
}

static void feed(struct bytes mutant, void *arg)
{
    struct bytes ntlm;

    (void)arg;
    (void)first_token_classify(mutant, &ntlm);
    ck_assert(ntlm.n <= mutant.n);
}

TEST(mutants)
{
    struct bytes framed = hex("601c 060a 2b06010401823702020a" NEGOTIATE);

    mutate_truncate(framed, feed, NULL);
    mutate_flip(framed, feed, NULL);
}

static const struct {
    const char *id;
    enum first_token want;
} captured[] = {
    {"raw_ntlmssp_negotiate", FIRST_NTLM},
    {"raw_krb5_framed", FIRST_KERBEROS},
    {"raw_krb5_apreq", FIRST_KERBEROS},
    {"ntlm_in_initial_context_token", FIRST_NTLM_FRAMED},
    {"empty", FIRST_EMPTY},
};

TEST_TABLE(vectors, captured)
{
    struct bytes ntlm;

    ck_assert_int_eq(
        first_token_classify(vector("raw-first-tokens.json", row->id), &ntlm), row->want);
}
