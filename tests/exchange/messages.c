/* SPDX-License-Identifier: ISC */
/* Protected messages: tampered, replayed, reordered, empty, large; and their size limit.
 */
#include "base/message_part.h"
#include "tests/exchange/protect.h"

#include <stdlib.h>
#include <string.h>

static struct login login;

/* {form, asked flags} of every test here. */
static const struct {
    gss_OID *mech;
    OM_uint32 asked;
} forms[] = {{&NTLM, SIGN_FLAGS},
             {&NTLM, SEAL_FLAGS},
             {&SPNEGO, SIGN_FLAGS},
             {&SPNEGO, SEAL_FLAGS}};

static void begin(int form)
{
    place_begin(LINES_BOTH, "");
    login_begin(&login, *forms[form].mech, ALICE, ALICE_PASSWORD, forms[form].asked);
    login_run(&login);
    ck_assert(login_is_done(&login));
}

static void end(void)
{
    protect_both_ways(&login);
    login_end(&login);
}

TEST_TABLE(zero_bytes, forms)
{
    begin(_i);
    carry_wrapped(&login.initiator, &login.acceptor, NOTHING);
    carry_mic(&login.acceptor, &login.initiator, NOTHING);
    carry_wrapped(&login.acceptor, &login.initiator, NOTHING);
    end();
}

TEST_TABLE(one_mebibyte, forms)
{
    BUF_AUTO large = BUF_INIT;

    begin(_i);
    for (uint32_t i = 0; i < (1u << 20) / 4; i++) {
        buf_append_u32le(&large, i * 2654435761u);
    }
    ck_ok(buf_status(&large));
    carry_wrapped(&login.initiator, &login.acceptor, buf_bytes(&large));
    carry_wrapped(&login.acceptor, &login.initiator, buf_bytes(&large));
    carry_mic(&login.initiator, &login.acceptor, buf_bytes(&large));
    end();
}

/* An application's fault: with the signature the length is more than a size_t can hold.
 */
static const struct {
    size_t length;
} absurd[] = {{SIZE_MAX}, {SIZE_MAX - 1}, {SIZE_MAX - MESSAGE_SIGNATURE_LEN}};

TEST_TABLE(a_length_without_memory, absurd)
{
    gss_buffer_desc out = GSS_C_EMPTY_BUFFER;
    char byte = 0;
    gss_buffer_desc in = {row->length, &byte};
    OM_uint32 minor;

    begin(1);
    ck_assert(
        GSS_ERROR(gss_wrap(&minor, login.initiator.context, 1, 0, &in, NULL, &out)));
    in.length = SIZE_MAX;
    ck_assert(
        GSS_ERROR(gss_unwrap(&minor, login.initiator.context, &in, &out, NULL, NULL)));
    end();
}

/* Unwraps a mutant of a message; the context must be unchanged. */
static void feed_mutant(struct bytes mutant, void *arg)
{
    struct bytes *data = arg;
    BUF_AUTO out = BUF_INIT;
    struct peer *p = &login.acceptor;
    OM_uint32 major =
        data != NULL ? verify_mic(p, *data, mutant) : unwrap(p, mutant, &out);

    ck_assert_msg(GSS_ERROR(major) != 0, "a mutant of %zu bytes was taken", mutant.n);
    ck_assert_uint_eq(out.n, 0);
    if (mutant.n > 0) { /* the mechglue itself refuses an empty one, with minor 0 */
        ck_assert_uint_ne(p->minor, 0);
        ck_assert_uint_gt(strlen(p->sentence), 10);
    }
}

TEST_TABLE(a_changed_message_is_refused_and_changes_nothing, forms)
{
    BUF_AUTO token = BUF_INIT;
    BUF_AUTO data = BUF_INIT;

    begin(_i);
    (void)wrap(&login.initiator, bytes_str("the message"), &token);
    mutate_flip(buf_bytes(&token), feed_mutant, NULL);
    mutate_truncate(buf_bytes(&token), feed_mutant, NULL);
    ck_complete(unwrap(&login.acceptor, buf_bytes(&token), &data));
    ck_bytes(buf_bytes(&data), bytes_str("the message"));
    end();
}

TEST_TABLE(a_changed_signature_is_refused_and_changes_nothing, forms)
{
    struct bytes data = bytes_str("the message");
    BUF_AUTO mic = BUF_INIT;

    begin(_i);
    (void)get_mic(&login.initiator, data, &mic);
    mutate_flip(buf_bytes(&mic), feed_mutant, &data);
    mutate_truncate(buf_bytes(&mic), feed_mutant, &data);
    ck_assert_uint_eq(
        verify_mic(&login.acceptor, bytes_str("the massage"), buf_bytes(&mic)),
        GSS_S_BAD_SIG);
    buf_append_u8(&mic, 0);
    ck_assert_uint_ne(verify_mic(&login.acceptor, data, buf_bytes(&mic)), GSS_S_COMPLETE);
    mic.n--;
    ck_complete(verify_mic(&login.acceptor, data, buf_bytes(&mic)));
    end();
}

TEST_TABLE(a_repeated_message_is_refused, forms)
{
    BUF_AUTO token = BUF_INIT;
    BUF_AUTO data = BUF_INIT;

    begin(_i);
    (void)wrap(&login.initiator, bytes_str("once"), &token);
    ck_complete(unwrap(&login.acceptor, buf_bytes(&token), &data));
    ck_assert(GSS_ERROR(unwrap(&login.acceptor, buf_bytes(&token), &data)) != 0);
    ck_failed(&login.acceptor, GSS_S_BAD_SIG, "sequence number");
    ck_assert_uint_eq(data.n, 0);
    end();
}

TEST_TABLE(messages_out_of_order_are_refused, forms)
{
    BUF_AUTO first = BUF_INIT;
    BUF_AUTO second = BUF_INIT;
    BUF_AUTO data = BUF_INIT;

    begin(_i);
    (void)wrap(&login.initiator, bytes_str("first"), &first);
    (void)wrap(&login.initiator, bytes_str("second"), &second);
    ck_assert(GSS_ERROR(unwrap(&login.acceptor, buf_bytes(&second), &data)) != 0);
    ck_failed(&login.acceptor, GSS_S_BAD_SIG, "sequence number");
    ck_complete(unwrap(&login.acceptor, buf_bytes(&first), &data));
    ck_bytes(buf_bytes(&data), bytes_str("first"));
    ck_complete(unwrap(&login.acceptor, buf_bytes(&second), &data));
    ck_bytes(buf_bytes(&data), bytes_str("second"));
    end();
}

TEST_TABLE(a_message_sent_back_to_its_maker_is_refused, forms)
{
    BUF_AUTO token = BUF_INIT;
    BUF_AUTO data = BUF_INIT;

    begin(_i);
    (void)wrap(&login.initiator, bytes_str("mirror"), &token);
    ck_assert_uint_eq(unwrap(&login.initiator, buf_bytes(&token), &data), GSS_S_BAD_SIG);
    ck_complete(unwrap(&login.acceptor, buf_bytes(&token), &data));
    end();
}

TEST_TABLE(a_message_of_another_context_is_refused, forms)
{
    struct login other;
    BUF_AUTO token = BUF_INIT;
    BUF_AUTO data = BUF_INIT;

    begin(_i);
    login_begin(&other, *row->mech, ALICE, ALICE_PASSWORD, row->asked);
    login_run(&other);
    (void)wrap(&other.initiator, bytes_str("elsewhere"), &token);
    ck_assert_uint_eq(unwrap(&login.acceptor, buf_bytes(&token), &data), GSS_S_BAD_SIG);
    ck_complete(unwrap(&other.acceptor, buf_bytes(&token), &data));
    login_end(&other);
    end();
}

/* conf_req has no effect: every message is sealed, and conf_state says so (peers of some
 * protocols need it). */
TEST_TABLE(wrap_always_seals, forms)
{
    gss_buffer_desc in = buffer_of(bytes_str("readable text"));
    gss_buffer_desc token = GSS_C_EMPTY_BUFFER;
    gss_buffer_desc out = GSS_C_EMPTY_BUFFER;
    gss_qop_t qop = 7;
    OM_uint32 minor;
    int confidential = 0;

    begin(_i);
    ck_complete(gss_wrap(&minor, login.initiator.context, 0, GSS_C_QOP_DEFAULT, &in,
                         &confidential, &token));
    ck_assert_int_eq(confidential, 1);
    ck_assert_ptr_null(memmem(token.value, token.length, "readable", 8));
    confidential = 0;
    ck_complete(
        gss_unwrap(&minor, login.acceptor.context, &token, &out, &confidential, &qop));
    ck_assert_int_eq(confidential, 1);
    ck_assert_uint_eq(qop, GSS_C_QOP_DEFAULT);
    (void)gss_release_buffer(&minor, &token);
    (void)gss_release_buffer(&minor, &out);
    end();
}

TEST_TABLE(the_size_limit_is_exact, forms)
{
    BUF_AUTO data = BUF_INIT;
    BUF_AUTO token = BUF_INIT;
    OM_uint32 minor;
    OM_uint32 fits;

    begin(_i);
    for (OM_uint32 room = 0; room < 70; room++) {
        ck_complete(gss_wrap_size_limit(&minor, login.initiator.context, 1,
                                        GSS_C_QOP_DEFAULT, room, &fits));
        ck_assert_uint_eq(fits, room > 16 ? room - 16 : 0);
        buf_cleanup(&data);
        buf_append_zeros(&data, fits);
        carry_wrapped(&login.initiator, &login.acceptor, buf_bytes(&data));
        (void)wrap(&login.acceptor, buf_bytes(&data), &token);
        ck_assert(room < 16 || token.n == (room > 16 ? room : 16));
        (void)unwrap(&login.initiator, buf_bytes(&token), &data);
    }
    end();
}

TEST_TABLE(only_the_default_qop_exists, forms)
{
    gss_buffer_desc in = buffer_of(bytes_str("x"));
    gss_buffer_desc token = GSS_C_EMPTY_BUFFER;
    OM_uint32 minor;
    OM_uint32 limit;

    begin(_i);
    ck_assert_uint_eq(gss_get_mic(&minor, login.initiator.context, 1, &in, &token),
                      GSS_S_BAD_QOP);
    ck_assert_uint_ne(minor, 0);
    ck_assert_uint_eq(gss_wrap(&minor, login.initiator.context, 1, 1, &in, NULL, &token),
                      GSS_S_BAD_QOP);
    ck_assert_uint_eq(
        gss_wrap_size_limit(&minor, login.initiator.context, 1, 1, 100, &limit),
        GSS_S_BAD_QOP);
    end();
}

/* Signatures and sealed messages of one side share one sequence of numbers. */
TEST(numbers_and_keystream_of_a_raw_context)
{
    BUF_AUTO token = BUF_INIT;
    BUF_AUTO mic = BUF_INIT;
    struct bytes data = bytes_str("the first message of all");

    place_begin(LINES_BOTH, "");
    login_begin(&login, NTLM, ALICE, ALICE_PASSWORD, SEAL_FLAGS);
    login_run(&login);
    (void)wrap(&login.initiator, data, &token);
    ck_assert_uint_eq(sequence_of(buf_bytes(&token)), 0);
    ck_fresh_keystream(&login.initiator, ROLE_INITIATOR, buf_bytes(&token), data);
    (void)get_mic(&login.initiator, data, &mic);
    ck_assert_uint_eq(sequence_of(buf_bytes(&mic)), 1);
    (void)wrap(&login.acceptor, data, &token);
    ck_assert_uint_eq(sequence_of(buf_bytes(&token)), 0);
    ck_fresh_keystream(&login.acceptor, ROLE_ACCEPTOR, buf_bytes(&token), data);
    login_end(&login);
}

/* The mechListMIC used number 0, and the cipher was restored after it. */
TEST(numbers_and_keystream_after_a_mic_exchange)
{
    BUF_AUTO token = BUF_INIT;
    struct bytes data = bytes_str("the first message of all");

    place_begin(LINES_BOTH, "");
    login_begin(&login, SPNEGO, ALICE, ALICE_PASSWORD, SEAL_FLAGS);
    login_run(&login);
    (void)wrap(&login.initiator, data, &token);
    ck_assert_uint_eq(sequence_of(buf_bytes(&token)), 1);
    ck_fresh_keystream(&login.initiator, ROLE_INITIATOR, buf_bytes(&token), data);
    (void)wrap(&login.acceptor, data, &token);
    ck_assert_uint_eq(sequence_of(buf_bytes(&token)), 1);
    ck_fresh_keystream(&login.acceptor, ROLE_ACCEPTOR, buf_bytes(&token), data);
    login_end(&login);
}

/* A message of Samba's wrap if only SIGN was negotiated: a signature, and the data in
 * clear. It is accepted there and nowhere else; a changed one is refused and changes
 * nothing. */
TEST_TABLE(clear_data_behind_a_signature, forms)
{
    bool seals = row->asked == SEAL_FLAGS;
    struct bytes data = bytes_str("not sealed");
    BUF_AUTO token = BUF_INIT;
    BUF_AUTO out = BUF_INIT;

    begin(_i);
    ck_complete(get_mic(&login.initiator, data, &token));
    buf_append(&token, data);
    token.p[token.n - 1] ^= 1;
    ck_assert_uint_eq(unwrap(&login.acceptor, buf_bytes(&token), &out), GSS_S_BAD_SIG);
    token.p[token.n - 1] ^= 1;
    if (seals) {
        ck_assert_uint_eq(unwrap(&login.acceptor, buf_bytes(&token), &out),
                          GSS_S_BAD_SIG);
        ck_complete(verify_mic(&login.acceptor, data, bytes_of(token.p, 16)));
    } else {
        ck_complete(unwrap(&login.acceptor, buf_bytes(&token), &out));
        ck_bytes(buf_bytes(&out), data);
    }
    end();
}
