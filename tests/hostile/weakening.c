/* SPDX-License-Identifier: ISC */
/* A man in the middle clears and sets bits of the flags, in one message or in several, so
 * that the protection would be weaker than both ends wanted. */
#include "tests/hostile/mitm.h"

#include <string.h>

#define WRONG_MIC "the MIC of the NTLM exchange is wrong"

/* The bits that ask for protection, one at a time and all at once. */
static const struct {
    const char *name;
    uint32_t bits;
} weakenings[] = {
    {"SIGN", NTLM_SIGN},
    {"SEAL", NTLM_SEAL},
    {"SIGN and SEAL", NTLM_SIGN | NTLM_SEAL},
    {"ALWAYS_SIGN", NTLM_ALWAYS_SIGN},
    {"128", NTLM_128},
    {"128 and 56", NTLM_128 | (uint32_t)NTLM_56},
    {"56", (uint32_t)NTLM_56},
    {"KEY_EXCH", NTLM_KEY_EXCH},
    {"VERSION", NTLM_VERSION},
    {"all protection", NTLM_SIGN | NTLM_SEAL | NTLM_ALWAYS_SIGN | NTLM_128 |
                           (uint32_t)NTLM_56 | NTLM_KEY_EXCH},
};

static void clear_bits(struct mitm *mitm, struct buf *message)
{
    mitm_clear(message, mitm->bits);
}

static void set_bits(struct mitm *mitm, struct buf *message)
{
    mitm_set(message, mitm->bits);
}

/*
 * The messages in which the bits are cleared, and those in which they are set again so
 * that the next reader does not notice. If both ends see the same messages, neither is
 * deceived.
 */
static const struct {
    void (*edit[N_LEGS])(struct mitm *mitm, struct buf *message);
} ways[] = {
    {{[LEG_NEGOTIATE] = clear_bits}},
    {{[LEG_CHALLENGE] = clear_bits}},
    {{[LEG_AUTHENTICATE] = clear_bits}},
    {{[LEG_NEGOTIATE] = clear_bits, [LEG_CHALLENGE] = set_bits}},
    {{[LEG_NEGOTIATE] = clear_bits,
      [LEG_CHALLENGE] = clear_bits,
      [LEG_AUTHENTICATE] = clear_bits}},
    {{[LEG_CHALLENGE] = clear_bits, [LEG_AUTHENTICATE] = set_bits}},
};

/* The client was told that there is no key exchange, so it sends no session key; but the
 * flags of the last message announce one. The acceptor notices that before it checks the
 * MIC. */
static const char *what_is_said(int way, uint32_t bits)
{
    bool takes_key = (bits & NTLM_KEY_EXCH) != 0;

    return way == N(ways) - 1 && takes_key ? "session key" : WRONG_MIC;
}

static void weaken(enum form form, int way, int row)
{
    struct mitm mitm = {.form = form, .bits = weakenings[row].bits};
    const char *says = what_is_said(way, mitm.bits);
    struct login l;

    memcpy(mitm.edit, ways[way].edit, sizeof(mitm.edit));
    mitm_login(&mitm, &l);
    ck_assert_msg(strstr(l.acceptor.sentence, says) != NULL, "%s: \"%s\"",
                  weakenings[row].name, l.acceptor.sentence);
    mitm_refused(&l, GSS_S_DEFECTIVE_TOKEN, says);
    login_end(&l);
}

TEST_TIMES(weakened_flags_are_noticed, N(ways))
{
    place_begin(LINES_BOTH, "");
    for (int row = 0; row < N(weakenings); row++) {
        weaken(FORM_RAW, _i, row);
        weaken(FORM_SPNEGO, _i, row);
    }
}

/* {message, a bit without which there is no NTLMv2}: which end refuses and what it
 * says. */
static const struct {
    enum leg leg;
    uint32_t bit;
    bool at_initiator;
    const char *says;
} needed[] = {
    {LEG_NEGOTIATE, NTLM_ESS, true, "extended session security"},
    {LEG_NEGOTIATE, NTLM_NTLM, true, "extended session security"},
    {LEG_NEGOTIATE, NTLM_UNICODE, false, "Unicode"},
    {LEG_CHALLENGE, NTLM_ESS, true, "extended session security"},
    {LEG_CHALLENGE, NTLM_NTLM, true, "extended session security"},
    {LEG_CHALLENGE, NTLM_UNICODE, true, "Unicode"},
    {LEG_CHALLENGE, NTLM_TARGET_INFO, false, "target information"},
    {LEG_AUTHENTICATE, NTLM_ESS, false, "extended session security"},
    {LEG_AUTHENTICATE, NTLM_NTLM, false, WRONG_MIC},
    {LEG_AUTHENTICATE, NTLM_UNICODE, false, "Unicode"},
};

TEST_TABLE(missing_flags_are_refused, needed)
{
    place_begin(LINES_BOTH, "");
    for (int form = 0; form <= FORM_SPNEGO; form++) {
        struct mitm mitm = {.form = (enum form)form, .bits = row->bit};
        struct login l;

        mitm.edit[row->leg] = clear_bits;
        mitm_login(&mitm, &l);
        if (row->at_initiator) {
            ck_failed(&l.initiator, GSS_S_DEFECTIVE_TOKEN, row->says);
        } else {
            mitm_refused(&l, GSS_S_DEFECTIVE_TOKEN, row->says);
        }
        login_end(&l);
    }
}

/* Bits that neither end asked for and that would weaken or change the protection. */
static const uint32_t unasked[] = {NTLM_OEM,      NTLM_DATAGRAM,
                                   NTLM_LM_KEY,   NTLM_ANONYMOUS,
                                   NTLM_IDENTIFY, NTLM_REQUEST_NON_NT_SESSION_KEY,
                                   0x00000100};

TEST_TIMES(added_flags_are_noticed, 3 * N(unasked))
{
    enum leg leg = (enum leg)(1 + _i / N(unasked));

    place_begin(LINES_BOTH, "");
    for (int form = 0; form <= FORM_SPNEGO; form++) {
        struct mitm mitm = {.form = (enum form)form, .bits = unasked[_i % N(unasked)]};
        struct login l;

        mitm.edit[leg] = set_bits;
        mitm_login(&mitm, &l);
        mitm_refused(&l, GSS_S_DEFECTIVE_TOKEN, WRONG_MIC);
        login_end(&l);
    }
}
