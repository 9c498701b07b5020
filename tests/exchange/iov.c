/* SPDX-License-Identifier: ISC */
/* Messages in several buffers, with data that are only signed. */
#include "tests/exchange/buffers.h"

#include <string.h>

static struct login login;

/* Lists that gss_wrap_iov accepts, and that gss_unwrap_iov accepts then. */
static const OM_uint32 wrapped[][N_MAX] = {
    {HEADER, DATA, LAST},
    {HEADER, LAST},
    {DATA, HEADER, LAST},
    {HEADER, DATA, PADDING, TRAILER, LAST},
    {HEADER | ALLOCATE, DATA, PADDING | ALLOCATE, TRAILER | ALLOCATE, LAST},
    {HEADER, DATA, DATA, DATA, LAST},
    {SIGNED, DATA, SIGNED, HEADER, LAST}, /* DCE's */
    {SIGNED, HEADER, LAST},
    {EMPTY, HEADER, SIGNED, DATA, EMPTY, DATA, SIGNED, LAST},
};

/* Checks that only DATA is sealed, and that NTLM adds no padding. */
static void check_wrapped(const struct message *m)
{
    for (int i = 0; i < m->n; i++) {
        OM_uint32 type = GSS_IOV_BUFFER_TYPE(m->iov[i].type);

        if (type == HEADER) {
            ck_assert_uint_eq(m->iov[i].buffer.length, 16);
        }
        if (type == PADDING || type == TRAILER) {
            ck_assert_uint_eq(m->iov[i].buffer.length, 0);
        }
        if (type == DATA) {
            ck_assert(!has_word(m, i));
        }
        if (type == SIGNED || type == EMPTY) {
            ck_word(m, i);
        }
    }
}

TEST_TIMES(lists_arrive, N_KINDS)
{
    struct message m;

    begin_kind(&login, _i);
    for (int i = 0; i < N(wrapped); i++) {
        message_make(&m, wrapped[i]);
        ck_complete(wrap_iov(&login.initiator, &m));
        check_wrapped(&m);
        ck_complete(unwrap_iov(&login.acceptor, &m));
        ck_words(&m);
        message_release(&m);
    }
    end_kind(&login);
}

/* Asks for the lengths first, as the library's documentation describes. */
TEST_TIMES(lengths_are_returned, N_KINDS)
{
    static const OM_uint32 types[] = {HEADER, DATA, PADDING, TRAILER, LAST};
    struct message m;
    OM_uint32 minor;
    int conf = 0;

    begin_kind(&login, _i);
    message_make(&m, types);
    m.iov[0].buffer = (gss_buffer_desc){99, NULL};
    m.iov[2].buffer = (gss_buffer_desc){99, NULL};
    m.iov[3].buffer = (gss_buffer_desc){99, NULL};
    ck_complete(gss_wrap_iov_length(&minor, login.initiator.context, 1, GSS_C_QOP_DEFAULT,
                                    &conf, m.iov, m.n));
    ck_assert_int_eq(conf, 1);
    ck_assert_uint_eq(m.iov[0].buffer.length, 16);
    ck_assert_uint_eq(m.iov[1].buffer.length, 3);
    ck_assert_uint_eq(m.iov[2].buffer.length, 0);
    ck_assert_uint_eq(m.iov[3].buffer.length, 0);
    message_make(&m, (const OM_uint32[]){DATA, MIC | ALLOCATE, LAST});
    ck_complete(gss_get_mic_iov_length(&minor, login.initiator.context, GSS_C_QOP_DEFAULT,
                                       m.iov, m.n));
    ck_assert_uint_eq(m.iov[1].buffer.length, 16);
    end_kind(&login);
}

/* HEADER and DATA together are a token of gss_wrap: the list of one side is the token of
 * the other. */
TEST_TIMES(a_list_is_a_token, N_KINDS)
{
    BUF_AUTO token = BUF_INIT;
    BUF_AUTO data = BUF_INIT;
    struct message m;

    begin_kind(&login, _i);
    message_make(&m, (const OM_uint32[]){HEADER, DATA, DATA, LAST});
    (void)wrap_iov(&login.initiator, &m);
    for (int i = 0; i < m.n; i++) {
        buf_append(&token, message_part(&m, i));
    }
    ck_complete(unwrap(&login.acceptor, buf_bytes(&token), &data));
    ck_bytes(buf_bytes(&data), bytes_str("onetwo"));

    (void)wrap(&login.acceptor, bytes_str("onetwo"), &token);
    message_make(&m, (const OM_uint32[]){HEADER, DATA, DATA, LAST});
    memcpy(m.memory[0], token.p, 16);
    memcpy(m.memory[1], token.p + 16, 3);
    memcpy(m.memory[2], token.p + 19, 3);
    ck_complete(unwrap_iov(&login.initiator, &m));
    ck_word(&m, 1);
    ck_word(&m, 2);
    end_kind(&login);
}

TEST_TIMES(a_stream_is_opened_in_place, N_KINDS)
{
    BUF_AUTO token = BUF_INIT;
    struct message m;

    begin_kind(&login, _i);
    (void)wrap(&login.initiator, bytes_str("a whole token"), &token);
    message_stream(&m, DATA, &token);
    token.p[20] ^= 1;
    ck_assert_uint_eq(unwrap_iov(&login.acceptor, &m), GSS_S_BAD_SIG);
    ck_assert_ptr_null(m.iov[1].buffer.value);
    token.p[20] ^= 1; /* the token was not changed in place */
    ck_complete(unwrap_iov(&login.acceptor, &m));
    ck_bytes(message_part(&m, 1), bytes_str("a whole token"));
    ck_assert_ptr_eq(m.iov[1].buffer.value, token.p + 16);
    end_kind(&login);
}

TEST_TIMES(a_stream_is_opened_on_a_copy, N_KINDS)
{
    BUF_AUTO token = BUF_INIT;
    BUF_AUTO before = BUF_INIT;
    struct message m;

    begin_kind(&login, _i);
    (void)wrap(&login.initiator, bytes_str("a whole token"), &token);
    ck_ok(buf_dup(&before, buf_bytes(&token)));
    message_stream(&m, DATA | ALLOCATE, &token);
    ck_complete(unwrap_iov(&login.acceptor, &m));
    ck_bytes(message_part(&m, 1), bytes_str("a whole token"));
    ck_bytes(buf_bytes(&token), buf_bytes(&before));
    ck_assert_uint_ne(m.iov[1].type & GSS_IOV_BUFFER_FLAG_ALLOCATED, 0);
    message_release(&m);
    (void)wrap(&login.initiator, NOTHING, &token);
    message_stream(&m, DATA | ALLOCATE, &token);
    ck_complete(unwrap_iov(&login.acceptor, &m));
    ck_assert_uint_eq(m.iov[1].buffer.length, 0);
    message_release(&m);
    end_kind(&login);
}

/* A message of Samba's wrap if only SIGN was negotiated: as a stream it is accepted as
 * gss_unwrap accepts it, in place and as a copy. With SEAL it is refused. */
TEST_TIMES(clear_data_in_a_stream, 2 * N_KINDS)
{
    bool seals = (login_kind_flags(_i / 2) & GSS_C_CONF_FLAG) != 0;
    OM_uint32 type = _i % 2 == 0 ? DATA : DATA | ALLOCATE;
    BUF_AUTO token = BUF_INIT;
    struct message m;
    OM_uint32 minor;
    int conf = 7;

    begin_kind(&login, _i / 2);
    ck_complete(get_mic(&login.initiator, bytes_str("not sealed"), &token));
    buf_append_text(&token, "not sealed");
    message_stream(&m, type, &token);
    token.p[20] ^= 1;
    ck_assert_uint_eq(unwrap_iov(&login.acceptor, &m), GSS_S_BAD_SIG);
    token.p[20] ^= 1;
    ck_assert_uint_eq(
        gss_unwrap_iov(&minor, login.acceptor.context, &conf, NULL, m.iov, m.n),
        seals ? GSS_S_BAD_SIG : GSS_S_COMPLETE);
    ck_assert_int_eq(conf, 0);
    if (seals) {
        ck_assert_ptr_null(m.iov[1].buffer.value);
        ck_complete(
            verify_mic(&login.acceptor, bytes_str("not sealed"), bytes_of(token.p, 16)));
    } else {
        ck_bytes(message_part(&m, 1), bytes_str("not sealed"));
    }
    message_release(&m);
    end_kind(&login);
}

TEST_TIMES(a_mic_over_a_list, N_KINDS)
{
    BUF_AUTO mic = BUF_INIT;
    struct message m;

    begin_kind(&login, _i);
    message_make(&m, (const OM_uint32[]){DATA, SIGNED, MIC | ALLOCATE, DATA, LAST});
    ck_complete(mic_iov(&login.initiator, &m));
    ck_words(&m);
    ck_complete(
        verify_mic(&login.acceptor, bytes_str("zeroonethree"), message_part(&m, 2)));
    message_release(&m);
    (void)get_mic(&login.acceptor, bytes_str("zeroone"), &mic);
    message_make(&m, (const OM_uint32[]){DATA, DATA, MIC, LAST});
    memcpy(m.memory[2], mic.p, 16);
    m.memory[1][0] ^= 1;
    ck_assert_uint_eq(verify_iov(&login.initiator, &m), GSS_S_BAD_SIG);
    m.memory[1][0] ^= 1;
    ck_complete(verify_iov(&login.initiator, &m));
    end_kind(&login);
}

/* Associated data are signed and are not part of the token. */
TEST_TIMES(associated_data, N_KINDS)
{
    gss_buffer_desc assoc = buffer_of(bytes_str("header"));
    gss_buffer_desc other = buffer_of(bytes_str("headed"));
    gss_buffer_desc in = buffer_of(bytes_str("payload"));
    gss_buffer_desc token = GSS_C_EMPTY_BUFFER;
    gss_buffer_desc out = GSS_C_EMPTY_BUFFER;
    gss_ctx_id_t to;
    OM_uint32 minor;
    int conf = 0;

    begin_kind(&login, _i);
    to = login.acceptor.context;
    ck_complete(gss_wrap_aead(&minor, login.initiator.context, 1, GSS_C_QOP_DEFAULT,
                              &assoc, &in, &conf, &token));
    ck_assert_int_eq(conf, 1);
    ck_assert_uint_eq(token.length, 16 + in.length);
    ck_assert_uint_eq(gss_unwrap_aead(&minor, to, &token, &other, &out, &conf, NULL),
                      GSS_S_BAD_SIG);
    ck_assert_uint_eq(gss_unwrap(&minor, to, &token, &out, &conf, NULL), GSS_S_BAD_SIG);
    ck_complete(gss_unwrap_aead(&minor, to, &token, &assoc, &out, &conf, NULL));
    ck_bytes(bytes_of(out.value, out.length), bytes_str("payload"));
    (void)gss_release_buffer(&minor, &token);
    (void)gss_release_buffer(&minor, &out);
    end_kind(&login);
}
