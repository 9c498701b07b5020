/* SPDX-License-Identifier: ISC */
/* Established contexts that move to another context or process keep their state and their
 * answers. */
#include "asn1/negtoken.h"
#include "mech/flags.h"
#include "mech/oid.h"
#include "tests/exchange/builtin_fault.h"
#include "tests/exchange/moved.h"

#include <string.h>

static struct login login;

static const enum lines set_ups[] = {LINES_BOTH, LINES_NTLM};

/* Moves either side or both, again and again, between all messages. */
TEST_TIMES(messages_go_on, 2 * N_FORMS)
{
    BUF_AUTO token = BUF_INIT;
    BUF_AUTO data = BUF_INIT;

    place_begin(set_ups[_i / N_FORMS], "");
    log_in(&login, &forms[_i % N_FORMS]);
    move(&login.acceptor);
    protect_both_ways(&login);
    move(&login.initiator);
    protect_both_ways(&login);
    (void)wrap(&login.initiator, bytes_str("under way"), &token);
    move(&login.initiator);
    move(&login.acceptor);
    (void)unwrap(&login.acceptor, buf_bytes(&token), &data);
    ck_major(&login.acceptor, GSS_S_COMPLETE);
    ck_bytes(buf_bytes(&data), bytes_str("under way"));
    (void)unwrap(&login.acceptor, buf_bytes(&token), &data);
    ck_failed(&login.acceptor, GSS_S_BAD_SIG, "");
    protect_both_ways(&login);
    login_end(&login);
}

/* The answers of a context, for comparison. */
struct answers {
    const char *source;
    const char *target;
    OM_uint32 lifetime;
    OM_uint32 flags;
    int locally_initiated;
    int open;
    bool is_ntlm;
    struct buf session_key;
    struct buf ssf;
    OM_uint32 time;
    OM_uint32 limit;
    OM_uint32 process_token; /* majors of calls that NTLM does not have */
    OM_uint32 prf;
};

static void ask_names(struct peer *p, struct answers *a)
{
    gss_name_t source = GSS_C_NO_NAME;
    gss_name_t target = GSS_C_NO_NAME;
    gss_OID mech = GSS_C_NO_OID;
    OM_uint32 minor;

    ck_complete(gss_inquire_context(&minor, p->context, &source, &target, &a->lifetime,
                                    &mech, &a->flags, &a->locally_initiated, &a->open));
    a->source = display(source);
    a->target = target == GSS_C_NO_NAME ? "" : display(target);
    a->is_ntlm = oid_equal(mech, NTLM);
    (void)gss_release_name(&minor, &source);
    (void)gss_release_name(&minor, &target);
}

static void ask(struct peer *p, struct answers *a)
{
    gss_buffer_desc text = buffer_of(bytes_str("token"));
    gss_buffer_desc out = GSS_C_EMPTY_BUFFER;
    OM_uint32 minor;

    *a = (struct answers){0};
    ask_names(p, a);
    ck_assert(inquire(p, OPTION_SESSION_KEY, &a->session_key));
    ck_assert(inquire(p, OPTION_SASL_SSF, &a->ssf));
    ck_complete(gss_context_time(&minor, p->context, &a->time));
    ck_complete(
        gss_wrap_size_limit(&minor, p->context, 1, GSS_C_QOP_DEFAULT, 100, &a->limit));
    a->process_token = gss_process_context_token(&minor, p->context, &text);
    a->prf = gss_pseudo_random(&minor, p->context, GSS_C_PRF_KEY_FULL, &text, 8, &out);
}

static void check_same(struct answers *got, struct answers *want)
{
    ck_assert_str_eq(got->source, want->source);
    ck_assert_str_eq(got->target, want->target);
    ck_assert_uint_eq(got->lifetime, want->lifetime);
    ck_assert_uint_eq(got->flags, want->flags);
    ck_assert_int_eq(got->locally_initiated, want->locally_initiated);
    ck_assert_int_eq(got->open, want->open);
    ck_assert_int_eq(got->is_ntlm, want->is_ntlm);
    ck_bytes(buf_bytes(&got->session_key), buf_bytes(&want->session_key));
    ck_bytes(buf_bytes(&got->ssf), buf_bytes(&want->ssf));
    ck_assert_uint_eq(got->time, want->time);
    ck_assert_uint_eq(got->limit, want->limit);
    ck_assert_uint_eq(got->process_token, want->process_token);
    ck_assert_uint_eq(got->prf, want->prf);
    buf_cleanup(&want->session_key);
    buf_cleanup(&want->ssf);
    buf_cleanup(&got->session_key);
    buf_cleanup(&got->ssf);
}

static void check_answers(struct peer *p, int initiated)
{
    struct answers before;
    struct answers after;

    ask(p, &before);
    ck_assert_str_eq(before.source, ALICE);
    ck_assert_int_eq(before.locally_initiated, initiated);
    ck_assert_int_ne(before.open, 0);
    ck_assert(before.is_ntlm);
    ck_assert_uint_eq(before.lifetime, GSS_C_INDEFINITE);
    ck_assert_uint_eq(before.time, GSS_C_INDEFINITE);
    ck_assert_uint_eq(before.limit, 100 - 16);
    ck_assert_uint_ne(before.flags & GSS_C_TRANS_FLAG, 0);
    ck_assert_uint_eq(before.process_token, GSS_S_UNAVAILABLE);
    ck_assert_uint_eq(before.prf, GSS_S_UNAVAILABLE);
    move(p);
    ask(p, &after);
    check_same(&after, &before);
}

TEST_TIMES(answers_stay_the_same, 2 * N_FORMS)
{
    static struct gss_channel_bindings_struct channel = {
        .application_data = {7, (void *)"channel"}};

    place_begin(set_ups[_i / N_FORMS], "");
    login_begin(&login, *forms[_i % N_FORMS].mech, ALICE, ALICE_PASSWORD,
                forms[_i % N_FORMS].asked | GSS_C_IDENTIFY_FLAG);
    login.initiator.bindings = &channel;
    login.acceptor.bindings = &channel;
    login_run(&login);
    skip_builtin_fault(&login);
    ck_assert(login_is_done(&login));
    ck_assert_uint_ne(login.acceptor.flags & GSS_C_CHANNEL_BOUND_FLAG, 0);
    check_answers(&login.initiator, 1);
    check_answers(&login.acceptor, 0);
    login_end(&login);
}

/* Such a context protects no message and names no user. */
TEST(an_anonymous_context)
{
    BUF_AUTO out = BUF_INIT;
    struct answers a = {0};

    place_begin(LINES_BOTH, " anonymous = yes\n");
    login_begin(&login, NTLM, ALICE, ALICE_PASSWORD, SEAL_FLAGS | GSS_C_ANON_FLAG);
    login_run(&login);
    ck_assert(login_is_done(&login));
    move(&login.acceptor);
    ask_names(&login.acceptor, &a);
    ck_assert_uint_eq(a.flags,
                      GSS_C_ANON_FLAG | GSS_C_TRANS_FLAG | GSS_C_PROT_READY_FLAG);
    ck_assert_str_eq(a.source, "NT AUTHORITY\\ANONYMOUS LOGON");
    ck_assert_uint_eq(wrap(&login.acceptor, bytes_str("x"), &out), GSS_S_UNAVAILABLE);
    ck_assert(!inquire(&login.acceptor, OPTION_SESSION_KEY, &out));
    login_end(&login);
}

/* {form, major}: the export of a half-open context fails, and the context continues as if
 * it had not been called. The mechglue loses the minor. */
static const struct {
    gss_OID *mech;
    OM_uint32 major;
} half_open[] = {{&NTLM, GSS_S_NO_CONTEXT}, {&SPNEGO, GSS_S_UNAVAILABLE}};

TEST_TIMES(a_half_open_context_stays, 2)
{
    struct peer *i = &login.initiator;
    struct peer *a = &login.acceptor;
    BUF_AUTO token = BUF_INIT;

    place_begin(LINES_BOTH, "");
    login_begin(&login, *half_open[_i].mech, ALICE, ALICE_PASSWORD, SEAL_FLAGS);
    peer_initiate(i, NOTHING);
    (void)export_to(i, &token);
    ck_major(i, half_open[_i].major);
    peer_accept(a, buf_bytes(&i->token));
    (void)export_to(a, &token);
    ck_major(a, half_open[_i].major);
    ck_assert_uint_eq(token.n, 0);
    peer_initiate(i, buf_bytes(&a->token));
    peer_accept(a, buf_bytes(&i->token));
    if (a->token.n > 0) {
        peer_initiate(i, buf_bytes(&a->token));
    }
    ck_assert(login_is_done(&login));
    protect_both_ways(&login);
    login_end(&login);
}

TEST_TIMES(a_failed_context_is_not_exported, 2)
{
    BUF_AUTO token = BUF_INIT;

    place_begin(LINES_BOTH, "");
    login_begin(&login, *half_open[_i].mech, ALICE, "wrong", SEAL_FLAGS);
    login_run(&login);
    ck_assert(GSS_ERROR(login.acceptor.major) != 0);
    (void)export_to(&login.acceptor, &token);
    ck_major(&login.acceptor, half_open[_i].major);
    login_end(&login);
}

/* An imported context is established, so it accepts no token. */
TEST_TIMES(an_imported_context_takes_no_token, N_FORMS)
{
    place_begin(LINES_BOTH, "");
    log_in(&login, &forms[_i]);
    move(&login.acceptor);
    peer_accept(&login.acceptor, bytes_str("NTLMSSP"));
    ck_assert(GSS_ERROR(login.acceptor.major) != 0);
    login_end(&login);
}

/* The default credential that is found in the context must not be used. A context that
 * SPNEGO imported is the built-in SPNEGO's object, which the mechglue passes to this
 * module. */
TEST_TIMES(an_imported_context_is_not_ours, 2)
{
    gss_OID mech = mech_of(_i);

    place_begin(LINES_BOTH, "");
    place_credential("AD:alice:" ALICE_PASSWORD "\n", 0600);
    login_begin(&login, mech, NULL, NULL, SEAL_FLAGS);
    login_run(&login);
    ck_assert(login_is_done(&login));
    move(&login.initiator);
    move(&login.acceptor);
    peer_initiate(&login.initiator, bytes_str("NTLMSSP"));
    ck_failed(&login.initiator, GSS_S_DEFECTIVE_TOKEN, "out of order");
    peer_accept(&login.acceptor, bytes_str("NTLMSSP"));
    ck_assert(GSS_ERROR(login.acceptor.major) != 0);
    login_end(&login);
}

/* Only a token whose OIDs are intact reaches this module. */
static void feed_mutant(struct bytes mutant, void *arg)
{
    const size_t *n_oids = arg;
    struct peer p = {.mech = NTLM};

    if (mutant.n <= *n_oids) {
        return;
    }
    (void)import_from(&p, mutant);
    ck_failed(&p, GSS_S_DEFECTIVE_TOKEN, "exported");
    ck_assert(p.context == GSS_C_NO_CONTEXT);
}

static void feed_flipped(struct bytes mutant, void *arg)
{
    struct bytes *whole = arg;
    size_t n_oids = 4 + OID_NTLM.n;

    if (memcmp(mutant.p, whole->p, n_oids) == 0) {
        feed_mutant(mutant, &n_oids);
    }
}

TEST(a_damaged_token_is_refused)
{
    BUF_AUTO token = BUF_INIT;
    size_t n_oids = 4 + OID_NTLM.n;
    struct bytes whole;

    place_begin(LINES_BOTH, "");
    log_in(&login, &forms[1]);
    protect_both_ways(&login);
    ck_complete(export_to(&login.acceptor, &token));
    whole = buf_bytes(&token);
    mutate_truncate(whole, feed_mutant, &n_oids);
    mutate_flip(whole, feed_flipped, &whole);
    (void)import_from(&login.acceptor, whole);
    ck_major(&login.acceptor, GSS_S_COMPLETE);
    protect_both_ways(&login);
    login_end(&login);
}

/* A target that NTLM cannot read is not exported; the context continues. */
TEST(a_target_that_is_none)
{
    static const char target[] = "ht\0tp@server";
    gss_buffer_desc in = {sizeof(target) - 1, (void *)(uintptr_t)target};
    OM_uint32 minor;

    place_begin(LINES_BOTH, " ntlm_hosts = */*\n");
    login_begin(&login, SPNEGO, ALICE, ALICE_PASSWORD, SEAL_FLAGS);
    (void)gss_release_name(&minor, &login.initiator.target);
    ck_complete(gss_import_name(&minor, &in, GSS_C_NT_HOSTBASED_SERVICE,
                                &login.initiator.target));
    login_run(&login);
    ck_assert(login_is_done(&login));
    move(&login.initiator);
    protect_both_ways(&login);
    login_end(&login);
}

/* A token of SPNEGO with a fault inside is refused with this module's sentence. */
TEST_TIMES(a_damaged_spnego_token_is_refused, 2)
{
    BUF_AUTO token = BUF_INIT;

    place_begin(set_ups[_i], "");
    login_begin(&login, SPNEGO, ALICE, ALICE_PASSWORD, SEAL_FLAGS);
    login_run(&login);
    skip_builtin_fault(&login);
    ck_assert(login_is_done(&login));
    ck_complete(export_to(&login.acceptor, &token));
    token.p[token.n - 1] ^= 1;
    (void)import_from(&login.acceptor, buf_bytes(&token));
    ck_failed(&login.acceptor, GSS_S_DEFECTIVE_TOKEN, "exported");
    ck_assert(login.acceptor.context == GSS_C_NO_CONTEXT);
    token.p[token.n - 1] ^= 1;
    (void)import_from(&login.acceptor, buf_bytes(&token));
    ck_major(&login.acceptor, GSS_S_COMPLETE);
    protect_both_ways(&login);
    login_end(&login);
}

/* A token with SPNEGO's OID nested many times in the place of a mechanism's is refused at
 * once, without using time or stack for each level. */
TEST_TIMES(spnego_within_spnego, 2)
{
    const unsigned depth = _i == 0 ? 2 : 20000;
    BUF_AUTO token = BUF_INIT;
    struct peer p = {0};

    place_begin(LINES_BOTH, "");
    for (unsigned i = 0; i < depth; i++) {
        buf_append_u32be(&token, SPNEGO->length);
        buf_append(&token, bytes_of(SPNEGO->elements, SPNEGO->length));
    }
    ck_ok(buf_status(&token));
    (void)import_from(&p, buf_bytes(&token));
    ck_failed(&p, GSS_S_DEFECTIVE_TOKEN, "SPNEGO within SPNEGO");
    ck_assert(p.context == GSS_C_NO_CONTEXT);
    peer_cleanup(&p);
    login_good(SPNEGO);
}
