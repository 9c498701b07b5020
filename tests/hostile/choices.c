/* SPDX-License-Identifier: ISC */
/* A client whose AUTHENTICATE has no MIC must send a mechListMIC if the acceptor chose
 * another mechanism than the first of the list. The acceptor that waits for the
 * mechListMIC accepts nothing else. */
#include "tests/hostile/forged_client.h"

#include "tests/exchange/protect.h"

#include <string.h>

/* An unknown mechanism, then NTLM. */
#define SECOND_LIST "3011 06032a0304 060a2b06010401823702020a"
#define FIRST_LIST  "3011 060a2b06010401823702020a 06032a0304"

/* Sends an AUTHENTICATE whose AV pairs announce no MIC, as curl and older clients do. */
static void answer_without_flag(struct login *l, struct forged_client *h,
                                struct bytes list, bool with_mic)
{
    BUF_AUTO mic = BUF_INIT;
    BUF_AUTO token = BUF_INIT;

    forged_pairs(h->challenge, &h->target_info);
    avpair_append_eol(&h->target_info);
    forged_prove(h);
    forged_write(h);
    if (with_mic) {
        forged_list_mic(h, list, &mic);
    }
    form_second(FORM_SPNEGO, buf_bytes(&h->message), buf_bytes(&mic), &token);
    peer_accept(&l->acceptor, buf_bytes(&token));
}

/* Runs the login up to the CHALLENGE. If NTLM is the second mechanism, the acceptor asks
 * for NTLM's first token before. */
static void begin(struct login *l, struct forged_client *h, const char *list,
                  bool is_second)
{
    BUF_AUTO token = BUF_INIT;
    struct bytes negotiate;

    login_begin(l, SPNEGO, ALICE, ALICE_PASSWORD, SEAL_FLAGS);
    peer_initiate(&l->initiator, NOTHING);
    negotiate = read_init(&l->initiator.token).token;
    write_init(&token, hex(list), is_second ? bytes_str("another's") : negotiate);
    peer_accept(&l->acceptor, buf_bytes(&token));
    ck_major(&l->acceptor, GSS_S_CONTINUE_NEEDED);
    if (is_second) {
        ck_assert_int_eq(read_resp(&l->acceptor.token).state, NEG_REQUEST_MIC);
        write_resp(&token, NO_STATE, NOTHING, negotiate, NOTHING);
        peer_accept(&l->acceptor, buf_bytes(&token));
        ck_major(&l->acceptor, GSS_S_CONTINUE_NEEDED);
    }
    forged_begin(h, negotiate, read_resp(&l->acceptor.token).token);
}

static void end(struct login *l, struct forged_client *h)
{
    forged_end(h);
    login_end(l);
}

/* {list, whether NTLM is its second mechanism, the list that the mechListMIC is made
 * over}: the result. If NTLM is the first, no mechListMIC is needed, but one that the
 * client sends is checked. */
static const struct {
    const char *list;
    bool is_second;
    const char *signed_list; /* NULL: none */
    OM_uint32 major;
} rows[] = {
    {FIRST_LIST, false, NULL, GSS_S_COMPLETE},
    {FIRST_LIST, false, FIRST_LIST, GSS_S_COMPLETE},
    {FIRST_LIST, false, SECOND_LIST, GSS_S_BAD_SIG},
    {SECOND_LIST, true, NULL, GSS_S_CONTINUE_NEEDED},
    {SECOND_LIST, true, SECOND_LIST, GSS_S_COMPLETE},
    {SECOND_LIST, true, FIRST_LIST, GSS_S_BAD_SIG},
};

TEST_TABLE(a_choice_is_proven, rows)
{
    const char *of = row->signed_list;
    struct login l;
    struct forged_client h;

    place_begin(LINES_BOTH, "");
    begin(&l, &h, row->list, row->is_second);
    answer_without_flag(&l, &h, of == NULL ? NOTHING : hex(of), of != NULL);
    ck_major(&l.acceptor, row->major);
    ck_assert_int_eq(l.acceptor.source != GSS_C_NO_NAME, row->major == GSS_S_COMPLETE);
    end(&l, &h);
}

/* The acceptor waits for the mechListMIC: a second NTLM token is refused, with a right
 * mechListMIC beside it or without. */
TEST_TIMES(nothing_follows_the_last_token, 2)
{
    BUF_AUTO mic = BUF_INIT;
    BUF_AUTO token = BUF_INIT;
    struct login l;
    struct forged_client h;

    place_begin(LINES_BOTH, "");
    begin(&l, &h, SECOND_LIST, true);
    answer_without_flag(&l, &h, NOTHING, false);
    ck_major(&l.acceptor, GSS_S_CONTINUE_NEEDED);
    if (_i == 1) {
        forged_list_mic(&h, hex(SECOND_LIST), &mic);
    }
    form_second(FORM_SPNEGO, buf_bytes(&h.message), buf_bytes(&mic), &token);
    peer_accept(&l.acceptor, buf_bytes(&token));
    ck_failed(&l.acceptor, GSS_S_DEFECTIVE_TOKEN, "after the last");
    end(&l, &h);
}

/* A token with the mechListMIC alone completes the login; the same token again is
 * refused. */
TEST(one_mic_is_enough)
{
    BUF_AUTO mic = BUF_INIT;
    BUF_AUTO token = BUF_INIT;
    struct login l;
    struct forged_client h;

    place_begin(LINES_BOTH, "");
    begin(&l, &h, SECOND_LIST, true);
    answer_without_flag(&l, &h, NOTHING, false);
    forged_list_mic(&h, hex(SECOND_LIST), &mic);
    write_resp(&token, NO_STATE, NOTHING, NOTHING, buf_bytes(&mic));
    peer_accept(&l.acceptor, buf_bytes(&token));
    ck_major(&l.acceptor, GSS_S_COMPLETE);
    peer_accept(&l.acceptor, buf_bytes(&token));
    ck_failed(&l.acceptor, GSS_S_DEFECTIVE_TOKEN, "out of order");
    end(&l, &h);
}
