/* SPDX-License-Identifier: ISC */
/* mech/spnego/mic: when a mechListMIC is required, and the order of both, with a fake
 * mechanism that counts its calls. */
#include "tests/lib/harness.h"

#include "mech/spnego/mic.h"

/* A mechanism whose MIC is "M", and that counts its calls. */
struct fake {
    struct mechanism mechanism;
    bool done;
    bool demands;
    OM_uint32 flags;
    int n_signed;
    int n_verified;
    int n_reset[2];
    enum err reset; /* the result of the reset */
};

static bool fake_done(const struct mechanism *mechanism)
{
    return ((const struct fake *)mechanism)->done;
}

static OM_uint32 fake_flags(const struct mechanism *mechanism)
{
    return ((const struct fake *)mechanism)->flags;
}

static bool fake_demands(const struct mechanism *mechanism)
{
    return ((const struct fake *)mechanism)->demands;
}

static enum err fake_sign(struct mechanism *mechanism, struct bytes data, struct buf *out)
{
    ck_bytes(data, bytes_str("LIST"));
    ((struct fake *)mechanism)->n_signed++;
    buf_append_text(out, "M");
    return buf_status(out);
}

static enum err fake_verify(struct mechanism *mechanism, struct bytes data,
                            struct bytes mic)
{
    ck_bytes(data, bytes_str("LIST"));
    ((struct fake *)mechanism)->n_verified++;
    return bytes_equal(mic, bytes_str("M")) ? ERR_OK : ERR_SIGNATURE;
}

static enum err fake_after_mic(struct mechanism *mechanism, enum message_direction side)
{
    ((struct fake *)mechanism)->n_reset[side]++;
    return ((struct fake *)mechanism)->reset;
}

static const struct mechanism_ops fake_ops = {
    .is_done = fake_done,
    .flags = fake_flags,
    .demands_mic = fake_demands,
    .sign = fake_sign,
    .verify = fake_verify,
    .after_mic = fake_after_mic,
    .end_step = mechanism_no_end_step,
};

static struct fake fake;
static struct spnego s;

static void set_up(void)
{
    fake =
        (struct fake){{&fake_ops}, true, false, GSS_C_INTEG_FLAG, 0, 0, {0, 0}, ERR_OK};
    s = (struct spnego){.role = ROLE_INITIATOR};
    s.mechanism = &fake.mechanism;
    buf_append_text(&s.mech_types, "LIST");
}

static void tear_down(void)
{
    s.mechanism = NULL;
    spnego_cleanup(&s);
}

TEST_FIXTURE(set_up, tear_down)

TEST(not_due_by_itself)
{
    ck_ok(mic_settle(&s));
    ck_assert(!mic_is_required(&s));
}

TEST(the_mechanism_demands_one)
{
    fake.demands = true;
    ck_ok(mic_settle(&s));
    ck_assert(mic_is_required(&s));
}

TEST(no_integrity_is_an_error)
{
    fake.flags = 0;
    mic_require(&s, "test");
    ck_err(mic_settle(&s), ERR_NEG_NO_INTEG);
}

TEST(no_integrity_is_the_initiators_affair)
{
    fake.flags = 0;
    s.role = ROLE_ACCEPTOR;
    mic_require(&s, "test");
    ck_ok(mic_settle(&s));
    ck_assert(!mic_is_required(&s));
}

TEST(a_required_mic_without_integrity_fails)
{
    fake.flags = 0;
    s.integrity = INTEGRITY_NONE;
    mic_require(&s, "test");
    ck_err(mic_settle(&s), ERR_NEG_NO_INTEG);
}

TEST(demanded_without_integrity_is_dropped)
{
    fake.flags = 0;
    fake.demands = true;
    ck_ok(mic_settle(&s));
    ck_assert(!mic_is_required(&s));
}

TEST(ours_first)
{
    BUF_AUTO mic = BUF_INIT;

    mic_require(&s, "test");
    ck_ok(mic_send(&s, &mic));
    ck_bytes(buf_bytes(&mic), bytes_str("M"));
    ck_assert(mic_is_sent(&s) && !mic_is_verified(&s));
    ck_ok(mic_receive(&s, bytes_str("M")));
    ck_assert_int_eq(s.mic, MIC_EXCHANGED);
    ck_assert_int_eq(fake.n_reset[MESSAGE_SENT], 1);
    ck_assert_int_eq(fake.n_reset[MESSAGE_RECEIVED], 1);
}

TEST(theirs_first)
{
    BUF_AUTO mic = BUF_INIT;

    mic_require(&s, "test");
    ck_ok(mic_receive(&s, bytes_str("M")));
    ck_assert(mic_is_verified(&s) && !mic_is_sent(&s));
    ck_ok(mic_send(&s, &mic));
    ck_assert_int_eq(s.mic, MIC_EXCHANGED);
}

TEST(ours_is_made_once)
{
    BUF_AUTO mic = BUF_INIT;

    ck_ok(mic_send(&s, &mic));
    ck_ok(mic_send(&s, &mic));
    ck_assert_uint_eq(mic.n, 1);
    ck_assert_int_eq(fake.n_signed, 1);
}

TEST(theirs_twice)
{
    ck_ok(mic_receive(&s, bytes_str("M")));
    ck_err(mic_receive(&s, bytes_str("M")), ERR_NEG_MIC_TWICE);
}

TEST(theirs_wrong)
{
    ck_err(mic_receive(&s, bytes_str("X")), ERR_NEG_MIC_BAD);
    ck_assert(!mic_is_verified(&s));
    ck_assert_int_eq(fake.n_reset[MESSAGE_RECEIVED], 0);
}

TEST(a_state_that_is_lost_is_an_error)
{
    BUF_AUTO mic = BUF_INIT;

    fake.reset = ERR_CRYPTO;
    ck_err(mic_receive(&s, bytes_str("M")), ERR_CRYPTO);
    ck_assert(!mic_is_verified(&s));
    ck_err(mic_send(&s, &mic), ERR_CRYPTO);
    ck_assert(!mic_is_sent(&s));
}

TEST(theirs_too_early)
{
    fake.done = false;
    ck_err(mic_receive(&s, bytes_str("M")), ERR_NEG_STATE);
    ck_assert_int_eq(fake.n_verified, 0);
}
