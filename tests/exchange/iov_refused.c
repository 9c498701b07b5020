/* SPDX-License-Identifier: ISC */
/* Lists of buffers that are refused: the context is unchanged, and the next call
 * works. */
#include "tests/exchange/buffers.h"

#include <string.h>

static struct login login;

/* A stream that is too short for a signature, in each length. */
TEST_TIMES(a_short_stream, N_KINDS)
{
    BUF_AUTO token = BUF_INIT;
    struct message m;

    begin_kind(&login, _i);
    (void)wrap(&login.initiator, NOTHING, &token);
    for (size_t n = 0; n < 16; n++) {
        message_stream(&m, DATA, &token);
        m.iov[0].buffer.length = n;
        ck_assert_uint_eq(unwrap_iov(&login.acceptor, &m), GSS_S_DEFECTIVE_TOKEN);
        message_make(&m, (const OM_uint32[]){HEADER, LAST});
        memcpy(m.memory[0], token.p, 16);
        m.iov[0].buffer.length = n;
        ck_assert_uint_eq(unwrap_iov(&login.acceptor, &m), GSS_S_DEFECTIVE_TOKEN);
    }
    m.iov[0].buffer.length = 16;
    ck_complete(unwrap_iov(&login.acceptor, &m));
    end_kind(&login);
}

/* Changes every bit of the signed parts: the list is refused and nothing changes; the
 * unchanged list is then accepted. */
TEST_TIMES(a_changed_list_is_refused, N_KINDS)
{
    struct message m;
    struct message before;

    begin_kind(&login, _i);
    message_make(&m, (const OM_uint32[]){SIGNED, DATA, HEADER, SIGNED, LAST});
    ck_complete(wrap_iov(&login.initiator, &m));
    for (int i = 0; i < m.n; i++) {
        for (size_t bit = 0; bit < 8 * m.iov[i].buffer.length; bit++) {
            m.memory[i][bit / 8] ^= (char)(1 << (bit % 8));
            before = m;
            ck_assert_uint_eq(unwrap_iov(&login.acceptor, &m), GSS_S_BAD_SIG);
            ck_assert_mem_eq(m.memory, before.memory, sizeof(m.memory));
            m.memory[i][bit / 8] ^= (char)(1 << (bit % 8));
        }
    }
    ck_complete(unwrap_iov(&login.acceptor, &m));
    ck_words(&m);
    end_kind(&login);
}

/* {call, list}: lists that are wrong for the call; the call changes nothing. */
static OM_uint32 (*const CALL_WRAP)(struct peer *p, struct message *m) = wrap_iov;
static OM_uint32 (*const CALL_UNWRAP)(struct peer *p, struct message *m) = unwrap_iov;
static OM_uint32 (*const CALL_MIC)(struct peer *p, struct message *m) = mic_iov;
static const struct {
    OM_uint32 (*const *call)(struct peer *p, struct message *m);
    OM_uint32 types[N_MAX];
} meaningless[] = {
    {&CALL_WRAP, {DATA, LAST}},
    {&CALL_WRAP, {HEADER, DATA, HEADER, LAST}},
    {&CALL_WRAP, {HEADER, DATA, STREAM, LAST}},
    {&CALL_WRAP, {STREAM, DATA, LAST}},
    {&CALL_WRAP, {HEADER, DATA, MIC, LAST}},
    {&CALL_WRAP, {HEADER, DATA, PARAMS, LAST}},
    {&CALL_WRAP, {HEADER, DATA, PADDING, PADDING, LAST}},
    {&CALL_WRAP, {HEADER, DATA, TRAILER, TRAILER, LAST}},
    {&CALL_WRAP, {HEADER, DATA, 77, LAST}},
    {&CALL_UNWRAP, {DATA, LAST}},
    {&CALL_UNWRAP, {HEADER, STREAM, DATA, LAST}},
    {&CALL_UNWRAP, {STREAM, LAST}},
    {&CALL_UNWRAP, {STREAM, SIGNED, LAST}},
    {&CALL_UNWRAP, {STREAM, DATA, DATA, LAST}},
    {&CALL_UNWRAP, {STREAM, STREAM, DATA, LAST}},
    {&CALL_UNWRAP, {STREAM, DATA, TRAILER, LAST}},
    {&CALL_UNWRAP, {MIC, DATA, LAST}},
    {&CALL_MIC, {DATA, LAST}},
    {&CALL_MIC, {DATA, HEADER, LAST}},
    {&CALL_MIC, {MIC, MIC, DATA, LAST}},
    {&CALL_MIC, {MIC, STREAM, DATA, LAST}},
    {&CALL_MIC, {MIC, DATA, PADDING, LAST}},
};

TEST_TIMES(lists_without_a_meaning, N_KINDS)
{
    struct message m;
    struct message before;

    begin_kind(&login, _i);
    for (size_t i = 0; i < N(meaningless); i++) {
        message_make(&m, meaningless[i].types);
        before = m;
        (void)(*meaningless[i].call)(&login.initiator, &m);
        ck_failed(&login.initiator, GSS_S_CALL_BAD_STRUCTURE | GSS_S_FAILURE, "list");
        ck_assert_mem_eq(&m, &before, sizeof(m));
    }
    end_kind(&login);
}

/* A buffer that is too small, data without an address, padding that NTLM does not
 * have. */
TEST_TIMES(buffers_without_a_meaning, N_KINDS)
{
    struct message m;

    begin_kind(&login, _i);
    message_make(&m, (const OM_uint32[]){HEADER, DATA, LAST});
    m.iov[0].buffer.length = 15;
    (void)wrap_iov(&login.initiator, &m);
    ck_failed(&login.initiator, GSS_S_CALL_BAD_STRUCTURE | GSS_S_FAILURE, "too short");
    ck_word(&m, 1);
    m.iov[0].buffer = (gss_buffer_desc){16, NULL};
    (void)wrap_iov(&login.initiator, &m);
    ck_failed(&login.initiator, GSS_S_CALL_BAD_STRUCTURE | GSS_S_FAILURE, "too short");
    message_make(&m, (const OM_uint32[]){HEADER, DATA, LAST});
    m.iov[1].buffer.value = NULL;
    (void)wrap_iov(&login.initiator, &m);
    ck_failed(&login.initiator, GSS_S_CALL_BAD_STRUCTURE | GSS_S_FAILURE, "no address");
    message_make(&m, (const OM_uint32[]){HEADER, DATA, PADDING, LAST});
    (void)wrap_iov(&login.initiator, &m);
    m.iov[2].buffer.length = 1;
    (void)unwrap_iov(&login.acceptor, &m);
    ck_failed(&login.acceptor, GSS_S_DEFECTIVE_TOKEN, "padding");
    m.iov[2].buffer.length = 0;
    ck_complete(unwrap_iov(&login.acceptor, &m));
    m.n = 0;
    ck_assert(GSS_ERROR(wrap_iov(&login.initiator, &m)) != 0);
    end_kind(&login);
}

/* Checks a call that the context forbids; the list is unchanged. */
static void check_forbidden(struct peer *p, OM_uint32 major)
{
    struct message m;

    message_make(&m, (const OM_uint32[]){HEADER | ALLOCATE, DATA, LAST});
    ck_assert_uint_eq(wrap_iov(p, &m), major);
    ck_word(&m, 1);
    ck_assert_ptr_null(m.iov[0].buffer.value);
    message_release(&m);
    message_make(&m, (const OM_uint32[]){HEADER, DATA, LAST});
    ck_assert_uint_eq(unwrap_iov(p, &m), major);
    ck_word(&m, 1);
    message_make(&m, (const OM_uint32[]){MIC, DATA, LAST});
    ck_assert_uint_eq(mic_iov(p, &m), major);
    ck_assert_uint_eq(verify_iov(p, &m), major);
}

TEST_TIMES(half_open, N_KINDS)
{
    begin_kind(&login, _i);
    login_end(&login);
    login_begin(&login, _i < 2 ? NTLM : SPNEGO, ALICE, ALICE_PASSWORD, SEAL_FLAGS);
    peer_initiate(&login.initiator, NOTHING);
    check_forbidden(&login.initiator, GSS_S_NO_CONTEXT);
    login_end(&login);
}

TEST_TIMES(without_protection, N_KINDS)
{
    place_begin(LINES_BOTH, "");
    login_begin(&login, NTLM, ALICE, ALICE_PASSWORD, 0);
    login_run(&login);
    ck_assert(login_is_done(&login));
    check_forbidden(&login.initiator, GSS_S_UNAVAILABLE);
    check_forbidden(&login.acceptor, GSS_S_UNAVAILABLE);
    login_end(&login);
}

TEST_TIMES(only_the_default_qop_exists, N_KINDS)
{
    struct message m;
    OM_uint32 minor;
    gss_ctx_id_t context;

    begin_kind(&login, _i);
    context = login.initiator.context;
    message_make(&m, (const OM_uint32[]){HEADER, DATA, LAST});
    ck_assert_uint_eq(gss_wrap_iov(&minor, context, 1, 1, NULL, m.iov, m.n),
                      GSS_S_BAD_QOP);
    ck_assert_uint_eq(gss_wrap_iov_length(&minor, context, 1, 1, NULL, m.iov, m.n),
                      GSS_S_BAD_QOP);
    message_make(&m, (const OM_uint32[]){MIC, DATA, LAST});
    ck_assert_uint_eq(gss_get_mic_iov(&minor, context, 1, m.iov, m.n), GSS_S_BAD_QOP);
    ck_assert_uint_eq(gss_get_mic_iov_length(&minor, context, 1, m.iov, m.n),
                      GSS_S_BAD_QOP);
    end_kind(&login);
}
