/* SPDX-License-Identifier: ISC */
/* mech/spnego/spnego: the states, and a negotiation without a mechanism. */
#include "tests/lib/harness.h"

#include "mech/spnego/spnego.h"

static struct spnego s;
static struct mechanism_request request;
static struct step_input leg;

static void set_up(void)
{
    request = (struct mechanism_request){.flags = GSS_C_INTEG_FLAG};
    leg = (struct step_input){.request = &request};
}

static void tear_down(void)
{
    spnego_cleanup(&s);
}

static enum err step(struct bytes in)
{
    BUF_AUTO out = BUF_INIT;
    enum err e;

    leg.in = in;
    e = spnego_step(&s, &leg, &out);
    ck_assert_uint_eq(out.n, 0);
    return e;
}

/* States in which a token is out of order. */
static const struct {
    enum gss_role role;
    enum spnego_state state;
    enum err err;
} OUT_OF_ORDER[] = {
    {ROLE_INITIATOR, SPNEGO_DONE, ERR_STATE},
    {ROLE_ACCEPTOR, SPNEGO_REPLY, ERR_STATE},
    {ROLE_ACCEPTOR, SPNEGO_DONE, ERR_STATE},
};

TEST_FIXTURE(set_up, tear_down)

TEST_TABLE(no_token_out_of_order, OUT_OF_ORDER)
{
    s = (struct spnego){.role = row->role};
    s.state = row->state;
    ck_err(step(bytes_str("\xa1\x02\x30")), row->err);
    ck_assert_int_eq(s.state, row->state);
}

TEST(initiator_has_nothing_to_offer)
{
    s = (struct spnego){.role = ROLE_INITIATOR};
    ck_err(step(bytes_str("")), ERR_NEG_NO_COMMON);
}

TEST(acceptor_has_nothing_to_hint_at)
{
    s = (struct spnego){.role = ROLE_ACCEPTOR};
    ck_err(step(bytes_str("")), ERR_NEG_NO_COMMON);
}

TEST(mechanisms_are_so_many)
{
    const struct spnego_mech mech = {OID_NTLM, NULL, KEYS_THERE};

    s = (struct spnego){.role = ROLE_ACCEPTOR};
    for (size_t i = 0; i < SPNEGO_MAX_OWN_MECHS; i++) {
        ck_ok(spnego_add_mech(&s, &mech));
    }
    ck_err(spnego_add_mech(&s, &mech), ERR_ARGUMENT);
    ck_assert_uint_eq(s.n_mechs, SPNEGO_MAX_OWN_MECHS);
    ck_assert_ptr_eq(spnego_find_mech(&s, OID_NTLM), &s.mechs[0]);
    ck_assert_ptr_null(spnego_find_mech(&s, OID_KRB5));
}
