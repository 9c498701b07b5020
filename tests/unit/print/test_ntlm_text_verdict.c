/* SPDX-License-Identifier: ISC */
/* The printer of NTLM messages and the decoders find the same faults, for every
 * mutant. */
#include "ntlm/authenticate.h"
#include "ntlm/challenge.h"
#include "ntlm/negotiate.h"
#include "tests/unit/ntlm/fields.h"
#include "tests/unit/ntlm/messages.h"
#include "tools/print/ntlm_text.h"

#include <string.h>

static enum err decode(struct bytes m)
{
    struct ntlm_negotiate n;
    struct ntlm_challenge c;
    struct ntlm_authenticate a;

    switch (message_type(m)) {
    case NTLM_CHALLENGE:
        return challenge_decode(m, &c);
    case NTLM_AUTHENTICATE:
        return authenticate_decode(m, &a);
    default:
        return negotiate_decode(m, &n);
    }
}

/* Compares the verdicts of the tree and of the decoder. Only the tree examines AV pairs,
 * responses and texts. */
static void check_same_verdict(struct bytes m, void *arg)
{
    BUF_AUTO out = BUF_INIT;
    size_t offset = 0;
    enum err want = decode(m);
    enum err got = ntlm_text(&out, m, 0, false, &offset);
    bool deeper = got == ERR_NTLM_AVPAIR || got == ERR_NTLM_RESPONSE || got == ERR_UTF16;

    (void)arg;
    ck_assert_msg(got == want || (want == ERR_OK && deeper), "%s, decoder %s:\n%s",
                  err_name(got), err_name(want), buf_cstr(&out));
    ck_assert_uint_le(offset, m.n);
    ck_assert((got != ERR_OK) == (strstr(buf_cstr(&out), "  fault at byte ") != NULL));
}

TEST(truncated_anywhere_as_the_decoders)
{
    mutate_truncate(hex(NEGOTIATE), check_same_verdict, NULL);
    mutate_truncate(hex(CHALLENGE), check_same_verdict, NULL);
    mutate_truncate(hex(AUTHENTICATE), check_same_verdict, NULL);
}

TEST(flipped_bits_as_the_decoders)
{
    mutate_flip(hex(NEGOTIATE), check_same_verdict, NULL);
    mutate_flip(hex(CHALLENGE), check_same_verdict, NULL);
    mutate_flip(hex(AUTHENTICATE), check_same_verdict, NULL);
}

TEST(fields_anywhere_as_the_decoders)
{
    for (size_t at = 12; at <= 52; at += 8) {
        each_place(hex(AUTHENTICATE), at, check_same_verdict, NULL);
    }
    each_place(hex(CHALLENGE), 12, check_same_verdict, NULL);
    each_place(hex(CHALLENGE), 40, check_same_verdict, NULL);
    each_place(hex(NEGOTIATE), 16, check_same_verdict, NULL);
    each_place(hex(NEGOTIATE), 24, check_same_verdict, NULL);
}
