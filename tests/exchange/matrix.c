/* SPDX-License-Identifier: ISC */
/* Every combination of form, protection, bindings and account, through the mechglue. */
#include "mech/flags.h"
#include "mech/oid.h"
#include "tests/exchange/protect.h"

#include <string.h>

enum protection { PROTECT_NOT, PROTECT_SIGN, PROTECT_SEAL };
enum binding { BIND_NONE, BIND_EQUAL, BIND_DIFFERENT, BIND_INITIATOR, BIND_ACCEPTOR };

static const struct {
    const char *user;
    const char *password;
    const char *shown; /* NULL: refused */
    const char *says;
} accounts[] = {
    {ALICE, ALICE_PASSWORD, ALICE, ""},
    {"ad\\ALICE", ALICE_PASSWORD, ALICE, ""},
    {BOB, BOB_PASSWORD, BOB, ""},
    {ALICE, "wonderland 1", NULL, "user name or the password is wrong"},
    {"AD\\mallory", ALICE_PASSWORD, NULL, "user name or the password is wrong"},
    {"OTHER\\alice", ALICE_PASSWORD, NULL, "user name or the password is wrong"},
    {ALICE, "", NULL, "user name or the password is wrong"},
    {CAROL, CAROL_PASSWORD, NULL, "account is disabled"},
    {CAROL, "wrong", NULL, "user name or the password is wrong"},
};
#define N_PROTECTIONS (PROTECT_SEAL + 1)
#define N_BINDINGS    (BIND_ACCEPTOR + 1)

/* struct combination: a combination, as indexes into the tables. */
struct combination {
    gss_OID mech;
    enum protection protection;
    enum binding binding;
    size_t account;
};

static struct gss_channel_bindings_struct one_channel = {
    .application_data = {7, (void *)(uintptr_t) "tls:one"}};
static struct gss_channel_bindings_struct other_channel = {
    .application_data = {7, (void *)(uintptr_t) "tls:two"}};

static void set_bindings(struct login *l, enum binding binding)
{
    if (binding != BIND_NONE && binding != BIND_ACCEPTOR) {
        l->initiator.bindings = &one_channel;
    }
    if (binding != BIND_NONE && binding != BIND_INITIATOR) {
        l->acceptor.bindings = binding == BIND_DIFFERENT ? &other_channel : &one_channel;
    }
}

static void start(struct login *l, const struct combination *c)
{
    static const OM_uint32 asked[] = {
        [PROTECT_NOT] = 0, [PROTECT_SIGN] = SIGN_FLAGS, [PROTECT_SEAL] = SEAL_FLAGS};

    login_begin(l, c->mech, accounts[c->account].user, accounts[c->account].password,
                asked[c->protection]);
    if (c->mech == SPNEGO && c->protection == PROTECT_NOT) {
        cred_option(&l->initiator.cred, OPTION_NO_CI_FLAGS, bytes_of(NULL, 0));
    }
    set_bindings(l, c->binding);
}

static OM_uint32 expected_flags(const struct combination *c, bool acceptor)
{
    const OM_uint32 signing = GSS_C_INTEG_FLAG | GSS_C_REPLAY_FLAG | GSS_C_SEQUENCE_FLAG;
    OM_uint32 flags = GSS_C_PROT_READY_FLAG | GSS_C_TRANS_FLAG;

    flags |= c->protection == PROTECT_NOT ? 0 : signing;
    flags |= c->protection == PROTECT_SEAL ? GSS_C_CONF_FLAG : 0;
    flags |= acceptor && c->binding == BIND_EQUAL ? GSS_C_CHANNEL_BOUND_FLAG : 0;
    return flags;
}

static void check_inquiry(struct peer *p, bool initiated, const char *user)
{
    gss_name_t source = GSS_C_NO_NAME;
    gss_name_t target = GSS_C_NO_NAME;
    gss_OID mech = GSS_C_NO_OID;
    OM_uint32 lifetime;
    OM_uint32 flags;
    OM_uint32 minor;
    int local;
    int open;

    ck_complete(gss_inquire_context(&minor, p->context, &source, &target, &lifetime,
                                    &mech, &flags, &local, &open));
    ck_assert_str_eq(display(source), user);
    ck_assert(oid_equal(mech, NTLM));
    ck_assert_uint_eq(flags, p->flags);
    ck_assert_uint_eq(lifetime, GSS_C_INDEFINITE);
    ck_assert_int_eq(local, initiated);
    ck_assert_int_eq(open, 1);
    if (initiated) {
        ck_assert_str_eq(display(target), "http@server");
    }
    ck_complete(gss_context_time(&minor, p->context, &lifetime));
    ck_assert_uint_eq(lifetime, GSS_C_INDEFINITE);
    (void)gss_release_name(&minor, &source);
    (void)gss_release_name(&minor, &target);
}

static void check_keys(struct login *l)
{
    BUF_AUTO ours = BUF_INIT;
    BUF_AUTO theirs = BUF_INIT;

    ck_assert(inquire(&l->initiator, OPTION_SESSION_KEY, &ours));
    ck_assert(inquire(&l->acceptor, OPTION_SESSION_KEY, &theirs));
    ck_assert_uint_eq(ours.n, 16);
    ck_bytes(buf_bytes(&ours), buf_bytes(&theirs));
}

/* Without SIGN no message is signed or sealed, because the dummy signature of ALWAYS_SIGN
 * would verify any text. */
static void check_unprotected(struct login *l)
{
    BUF_AUTO out = BUF_INIT;

    ck_assert_uint_eq(wrap(&l->initiator, bytes_str("x"), &out), GSS_S_UNAVAILABLE);
    ck_failed(&l->initiator, GSS_S_UNAVAILABLE, "without signing or sealing");
    ck_assert_uint_eq(get_mic(&l->acceptor, bytes_str("x"), &out), GSS_S_UNAVAILABLE);
    ck_failed(&l->acceptor, GSS_S_UNAVAILABLE, "without signing or sealing");
    ck_assert_uint_eq(verify_mic(&l->initiator, bytes_str("x"),
                                 hex("01000000 000000000000000000000000")),
                      GSS_S_UNAVAILABLE);
}

static void check_good(struct login *l, const struct combination *c)
{
    const char *user = accounts[c->account].shown;

    ck_major(&l->initiator, GSS_S_COMPLETE);
    ck_major(&l->acceptor, GSS_S_COMPLETE);
    ck_assert_uint_eq(l->initiator.flags, expected_flags(c, false));
    ck_assert_uint_eq(l->acceptor.flags, expected_flags(c, true));
    ck_assert(oid_equal(l->initiator.actual_mech, NTLM));
    ck_assert(oid_equal(l->acceptor.actual_mech, NTLM));
    ck_assert_uint_eq(l->acceptor.lifetime, GSS_C_INDEFINITE);
    ck_assert_str_eq(display(l->acceptor.source), user);
    check_inquiry(&l->initiator, true, accounts[c->account].user);
    check_inquiry(&l->acceptor, false, user);
    check_keys(l);
    if (c->protection == PROTECT_NOT) {
        check_unprotected(l);
        return;
    }
    protect_both_ways(l);
}

/* In raw NTLM only the acceptor gets the reason; under SPNEGO the initiator gets a
 * reject. */
static void check_bad(struct login *l, const struct combination *c)
{
    if (accounts[c->account].shown == NULL) {
        ck_failed(&l->acceptor, GSS_S_FAILURE, accounts[c->account].says);
    } else {
        ck_failed(&l->acceptor, GSS_S_BAD_BINDINGS, "channel bindings differ");
    }
    ck_assert_ptr_eq(l->acceptor.source, GSS_C_NO_NAME);
    ck_assert_uint_eq(l->acceptor.flags, 0);
    peer_accept(&l->acceptor, bytes_str("NTLMSSP"));
    ck_failed(&l->acceptor, GSS_S_NO_CONTEXT, "failed earlier");
}

static void run_one(const struct combination *c)
{
    struct login l;
    bool good = accounts[c->account].shown != NULL && c->binding != BIND_DIFFERENT;

    start(&l, c);
    login_run(&l);
    mark_point();
    if (good) {
        check_good(&l, c);
    } else {
        check_bad(&l, c);
    }
    login_end(&l);
}

static void run_all(gss_OID mech, enum protection protection)
{
    struct combination c = {.mech = mech, .protection = protection};

    for (c.account = 0; c.account < N(accounts); c.account++) {
        for (int binding = 0; binding < N_BINDINGS; binding++) {
            c.binding = (enum binding)binding;
            run_one(&c);
        }
    }
}

TEST_TIMES(raw, N_PROTECTIONS)
{
    place_begin(LINES_BOTH, "");
    run_all(NTLM, (enum protection)_i);
}

TEST_TIMES(spnego, N_PROTECTIONS)
{
    place_begin(LINES_BOTH, "");
    run_all(SPNEGO, (enum protection)_i);
}

TEST_TIMES(raw_with_the_ntlm_line_only, N_PROTECTIONS)
{
    place_begin(LINES_NTLM, "");
    run_all(NTLM, (enum protection)_i);
}
