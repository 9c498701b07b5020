/* SPDX-License-Identifier: ISC */
/* SPNEGO's sequences token by token (RFC 4178 4.2, 5; [MS-SPNG] 3.2, 3.3). */
#include "mech/oid.h"
#include "tests/exchange/handmade.h"

#include <string.h>

static struct login login;

static void begin(void)
{
    place_begin(LINES_BOTH, "");
    login_begin(&login, SPNEGO, ALICE, ALICE_PASSWORD, SEAL_FLAGS);
}

/* Checks the end of every good sequence. */
static void end(uint32_t first_sequence)
{
    BUF_AUTO token = BUF_INIT;
    BUF_AUTO data = BUF_INIT;

    ck_major(&login.initiator, GSS_S_COMPLETE);
    ck_major(&login.acceptor, GSS_S_COMPLETE);
    (void)wrap(&login.initiator, bytes_str("hello"), &token);
    ck_assert_uint_eq(sequence_of(buf_bytes(&token)), first_sequence);
    ck_fresh_keystream(&login.initiator, ROLE_INITIATOR, buf_bytes(&token),
                       bytes_str("hello"));
    ck_complete(unwrap(&login.acceptor, buf_bytes(&token), &data));
    protect_both_ways(&login);
    login_end(&login);
}

static void ck_message(struct bytes token, unsigned type)
{
    struct bytes head = bytes_of("NTLMSSP\0", 8);

    ck_assert(bytes_has_prefix(token, head));
    ck_assert_uint_eq(token.p[8], type);
}

/* Checks Init[NTLM] with NEGOTIATE, byte by byte. */
static void check_first(const struct buf *token)
{
    BUF_AUTO want = BUF_INIT;
    struct negtoken_init init = read_init(token);

    ck_bytes(init.mech_types_der, hex("300c 060a 2b06010401823702020a"));
    ck_assert(init.has_token && !init.has_mic && !init.has_hints && !init.has_req_flags);
    ck_message(init.token, 1);
    ck_assert_uint_eq(init.token.n, 40);
    buf_append(&want, hex("6048 06062b0601050502 a03e 303c"
                          "a00e 300c 060a 2b06010401823702020a a22a 0428"));
    buf_append(&want, init.token);
    ck_bytes(buf_bytes(token), buf_bytes(&want));
}

/* Resp(accept-incomplete, NTLM, CHALLENGE). */
static void check_challenge(const struct buf *token)
{
    struct negtoken_resp resp = read_resp(token);

    ck_assert(resp.has_state && resp.has_mech && resp.has_token && !resp.has_mic);
    ck_assert_uint_eq(resp.state, NEG_ACCEPT_INCOMPLETE);
    ck_bytes(resp.mech, OID_NTLM);
    ck_message(resp.token, 2);
}

/* Resp(AUTHENTICATE, MIC), without a negState as Windows. */
static void check_answer(const struct buf *token)
{
    struct negtoken_resp resp = read_resp(token);

    ck_assert(!resp.has_state && !resp.has_mech && resp.has_token && resp.has_mic);
    ck_message(resp.token, 3);
    ck_assert_uint_eq(resp.mic.n, 16);
    ck_assert_uint_eq(sequence_of(resp.mic), 0);
}

TEST(normal)
{
    begin();
    peer_initiate(&login.initiator, NOTHING);
    ck_major(&login.initiator, GSS_S_CONTINUE_NEEDED);
    check_first(&login.initiator.token);
    peer_accept(&login.acceptor, buf_bytes(&login.initiator.token));
    ck_major(&login.acceptor, GSS_S_CONTINUE_NEEDED);
    check_challenge(&login.acceptor.token);
    peer_initiate(&login.initiator, buf_bytes(&login.acceptor.token));
    ck_major(&login.initiator, GSS_S_CONTINUE_NEEDED);
    check_answer(&login.initiator.token);
    peer_accept(&login.acceptor, buf_bytes(&login.initiator.token));
    ck_major(&login.acceptor,
             GSS_S_COMPLETE); /* with the last token, and not one leg later */
    ck_assert_uint_eq(login.acceptor.token.n, 29);
    ck_bytes(bytes_of(login.acceptor.token.p, 13), hex("a11b3019a0030a0100a3120410"));
    peer_initiate(&login.initiator, buf_bytes(&login.acceptor.token));
    ck_gave_up(&login.initiator);
    end(1);
}

/* Without integrity there is no MIC, so the sequence numbers begin at 0. */
TEST(without_integrity)
{
    begin();
    login.initiator.asked = 0;
    cred_option(&login.initiator.cred, OPTION_NO_CI_FLAGS, NOTHING);
    peer_initiate(&login.initiator, NOTHING);
    peer_accept(&login.acceptor, buf_bytes(&login.initiator.token));
    peer_initiate(&login.initiator, buf_bytes(&login.acceptor.token));
    ck_major(&login.initiator, GSS_S_CONTINUE_NEEDED);
    ck_assert(!read_resp(&login.initiator.token).has_mic);
    peer_accept(&login.acceptor, buf_bytes(&login.initiator.token));
    ck_major(&login.acceptor, GSS_S_COMPLETE);
    ck_bytes(buf_bytes(&login.acceptor.token), hex("a1073005a0030a0100"));
    peer_initiate(&login.initiator, buf_bytes(&login.acceptor.token));
    ck_major(&login.initiator, GSS_S_COMPLETE);
    ck_assert_uint_eq(login.initiator.flags & GSS_C_INTEG_FLAG, 0);
    login_end(&login);
}

/* curl asks for no integrity. SPNEGO still asks for it, and the flags of the result say
 * so. */
TEST(integrity_is_added)
{
    begin();
    login.initiator.asked = 0;
    login_run(&login);
    ck_assert_uint_ne(login.initiator.flags & GSS_C_INTEG_FLAG, 0);
    ck_assert_uint_eq(login.initiator.flags & GSS_C_CONF_FLAG, 0);
    ck_assert_uint_eq(login.n_legs, 4);
    ck_major(&login.acceptor, GSS_S_COMPLETE);
    login_end(&login);
}

static void check_hints(const struct buf *token)
{
    struct negtoken_init hints = read_init(token);

    ck_assert(hints.has_hints && hints.has_hint_name && !hints.has_token &&
              !hints.has_mic);
    ck_bytes(hints.hint_name, bytes_str("not_defined_in_RFC4178@please_ignore"));
    ck_bytes(hints.mech_types_der, hex("300c 060a 2b06010401823702020a"));
}

TEST(hints_first_then_normal)
{
    BUF_AUTO hints = BUF_INIT;

    begin();
    peer_accept(&login.acceptor, NOTHING);
    ck_major(&login.acceptor, GSS_S_CONTINUE_NEEDED);
    check_hints(&login.acceptor.token);
    buf_move(&hints, &login.acceptor.token);
    peer_initiate(&login.initiator, buf_bytes(&hints));
    ck_major(&login.initiator, GSS_S_CONTINUE_NEEDED);
    check_first(&login.initiator.token);
    peer_accept(&login.acceptor, buf_bytes(&login.initiator.token));
    check_challenge(&login.acceptor.token);
    peer_initiate(&login.initiator, buf_bytes(&login.acceptor.token));
    peer_accept(&login.acceptor, buf_bytes(&login.initiator.token));
    peer_initiate(&login.initiator, buf_bytes(&login.acceptor.token));
    end(1);
}

/* Whatever the hints name, they choose no mechanism. */
TEST(foreign_hints_are_ignored)
{
    BUF_AUTO list = BUF_INIT;
    BUF_AUTO hints = BUF_INIT;
    struct bytes mechs[] = {OID_KRB5, OID_NEGOEX};
    struct negtoken_init init = {.has_hints = true};

    begin();
    list_of(&list, mechs, 2);
    init.mech_types_der = buf_bytes(&list);
    negtoken_init_encode(&hints, &init);
    peer_initiate(&login.initiator, buf_bytes(&hints));
    check_first(&login.initiator.token);
    peer_accept(&login.acceptor, buf_bytes(&login.initiator.token));
    peer_initiate(&login.initiator, buf_bytes(&login.acceptor.token));
    peer_accept(&login.acceptor, buf_bytes(&login.initiator.token));
    peer_initiate(&login.initiator, buf_bytes(&login.acceptor.token));
    end(1);
}

TEST(damaged_hints_are_an_error)
{
    begin();
    peer_initiate(&login.initiator, hex("6006 06062b06010505"));
    ck_failed(&login.initiator, GSS_S_DEFECTIVE_TOKEN, "token");
    ck_gave_up(&login.initiator);
    ck_assert_ptr_eq(login.initiator.context, GSS_C_NO_CONTEXT);
    login_end(&login);
}

/* The first token has no mechToken: NTLM begins in the next one. */
TEST(no_mech_token)
{
    BUF_AUTO token = BUF_INIT;
    struct buf *first = &login.initiator.token;
    struct negtoken_init init;

    begin();
    peer_initiate(&login.initiator, NOTHING);
    init = read_init(first);
    write_init(&token, init.mech_types_der, NOTHING);
    peer_accept(&login.acceptor, buf_bytes(&token));
    ck_major(&login.acceptor, GSS_S_CONTINUE_NEEDED);
    ck_bytes(buf_bytes(&login.acceptor.token),
             hex("a1153013 a0030a0101 a10c060a2b06010401823702020a"));
    write_resp(&token, NO_STATE, NOTHING, init.token, NOTHING);
    peer_accept(&login.acceptor, buf_bytes(&token));
    ck_message(read_resp(&login.acceptor.token).token, 2);
    peer_initiate(&login.initiator, buf_bytes(&login.acceptor.token));
    peer_accept(&login.acceptor, buf_bytes(&login.initiator.token));
    peer_initiate(&login.initiator, buf_bytes(&login.acceptor.token));
    end(1);
}

/* Our initiator cannot make these lists, in which NTLM is not the first, so the tokens
 * are written by hand around raw NTLM. */
static const struct reselection {
    const char *list;
    const char *mech_token; /* for the list's first */
} reselections[] = {
    {"3017 06092a864886f712010202 060a2b06010401823702020a", "6E0100"},
    {"3017 06092a864882f712010202 060a2b06010401823702020a", "6E0100"},
    {"3011 06032a0304 060a2b06010401823702020a", "00"},
    {"3011 06032a0304 060a2b06010401823702020a", NULL},
    {"302b 060a2b06010401823702021e 06092a864882f712010202 060a2b06010401823702020a"
     "06062b0601050502",
     "4E45474F45585453"},
};

static void start_by_hand(void)
{
    begin();
    peer_cleanup(&login.initiator);
    login.initiator.mech = NTLM;
    login.initiator.cred = cred_password(NTLM, ALICE, ALICE_PASSWORD);
    login.initiator.target = name_of("http@server", GSS_C_NT_HOSTBASED_SERVICE);
}

/* Init[x,NTLM] -> Resp(request-mic, NTLM) -> Resp(NEGOTIATE) -> Resp(CHALLENGE) ->
 * Resp(AUTHENTICATE, MIC) -> Resp(accept-completed, MIC). */
TEST_TABLE(ntlm_is_not_first, reselections)
{
    struct bytes list = hex(row->list);
    struct peer *raw = &login.initiator;
    struct peer *acceptor = &login.acceptor;
    BUF_AUTO token = BUF_INIT;
    BUF_AUTO mic = BUF_INIT;

    start_by_hand();
    write_init(&token, list, row->mech_token != NULL ? hex(row->mech_token) : NOTHING);
    peer_accept(acceptor, buf_bytes(&token));
    ck_major(acceptor, GSS_S_CONTINUE_NEEDED);
    ck_bytes(buf_bytes(&acceptor->token),
             hex("a1153013 a0030a0103 a10c060a2b06010401823702020a"));
    peer_initiate(raw, NOTHING);
    write_resp(&token, NO_STATE, NOTHING, buf_bytes(&raw->token), NOTHING);
    peer_accept(acceptor, buf_bytes(&token));
    ck_assert_uint_eq(read_resp(&acceptor->token).state, NEG_ACCEPT_INCOMPLETE);
    peer_initiate(raw, read_resp(&acceptor->token).token);
    ck_major(raw, GSS_S_COMPLETE);
    sign_list(raw, list, &mic);
    write_resp(&token, NO_STATE, NOTHING, buf_bytes(&raw->token), buf_bytes(&mic));
    peer_accept(acceptor, buf_bytes(&token));
    ck_major(acceptor, GSS_S_COMPLETE);
    ck_assert_uint_eq(read_resp(&acceptor->token).state, NEG_ACCEPT_COMPLETED);
    check_list(raw, list, read_resp(&acceptor->token).mic);
    end(1);
}

/* The client's NTLM has the MIC flag, but its answer has no mechListMIC. The acceptor
 * sends its own MIC and waits, as Windows Server 2025 does. */
TEST(the_acceptor_waits_for_a_mic)
{
    struct peer *raw = &login.initiator;
    struct peer *acceptor = &login.acceptor;
    struct bytes list = hex("300c 060a 2b06010401823702020a");
    BUF_AUTO token = BUF_INIT;
    BUF_AUTO mic = BUF_INIT;

    start_by_hand();
    peer_initiate(raw, NOTHING);
    write_init(&token, list, buf_bytes(&raw->token));
    peer_accept(acceptor, buf_bytes(&token));
    peer_initiate(raw, read_resp(&acceptor->token).token);
    write_resp(&token, NO_STATE, NOTHING, buf_bytes(&raw->token), NOTHING);
    peer_accept(acceptor, buf_bytes(&token));
    ck_major(acceptor, GSS_S_CONTINUE_NEEDED);
    ck_bytes(bytes_of(acceptor->token.p, 13), hex("a11b3019a0030a0101a3120410"));
    check_list(raw, list, read_resp(&acceptor->token).mic);
    sign_list(raw, list, &mic);
    write_resp(&token, NO_STATE, NOTHING, NOTHING, buf_bytes(&mic));
    peer_accept(acceptor, buf_bytes(&token));
    ck_major(acceptor, GSS_S_COMPLETE);
    ck_bytes(buf_bytes(&acceptor->token), NOTHING); /* the client reads no more */
    end(1);
}

/* A client without integrity can make no MIC, whatever its list begins with. */
TEST_TABLE(ntlm_is_not_first_and_protects_nothing, reselections)
{
    struct peer *raw = &login.initiator;
    struct peer *acceptor = &login.acceptor;
    BUF_AUTO token = BUF_INIT;

    start_by_hand();
    raw->asked = 0;
    write_init(&token, hex(row->list), NOTHING);
    peer_accept(acceptor, buf_bytes(&token));
    ck_assert_uint_eq(read_resp(&acceptor->token).state, NEG_REQUEST_MIC);
    peer_initiate(raw, NOTHING);
    write_resp(&token, NO_STATE, NOTHING, buf_bytes(&raw->token), NOTHING);
    peer_accept(acceptor, buf_bytes(&token));
    peer_initiate(raw, read_resp(&acceptor->token).token);
    write_resp(&token, NO_STATE, NOTHING, buf_bytes(&raw->token), NOTHING);
    peer_accept(acceptor, buf_bytes(&token));
    ck_major(acceptor, GSS_S_COMPLETE);
    ck_bytes(buf_bytes(&acceptor->token), hex("a1073005a0030a0100"));
    login_end(&login);
}

/* Only Kerberos is allowed, and it has no keys: the built-in SPNEGO answers. */
TEST(no_hints_without_a_mechanism)
{
    gss_OID_desc krb5 = {(OM_uint32)OID_KRB5.n, (void *)(uintptr_t)OID_KRB5.p};
    gss_OID_set_desc only = {1, &krb5};
    OM_uint32 minor;

    begin();
    ck_complete(gss_set_neg_mechs(&minor, login.acceptor.cred, &only));
    peer_accept(&login.acceptor, NOTHING);
    ck_failed_exactly(&login.acceptor, GSS_S_NO_CRED, BUILTIN_SAYS);
    ck_assert_uint_eq(login.acceptor.token.n, 0);
    login_end(&login);
}
