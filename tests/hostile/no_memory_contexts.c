/* SPDX-License-Identifier: ISC */
/* Contexts when there is no memory: each allocation of whole handshakes, of messages in
 * both directions, of inquiries, options and exports fails once. */
#include "mech/oid.h"
#include "tests/exchange/buffers.h"
#include "tests/hostile/alloc_fault.h"
#include "tests/hostile/scenario.h"

#include <string.h>

/* With target_names: if there is no memory for the list, it must not become an empty one,
 * which allows all targets. */
static void write_files(void)
{
    place_settings(" target_names = http/server, http/other\n");
    place_users(USERS, 0600);
}

/* Begins a login with credentials; begin_without_credential leaves it to the first tokens
 * to acquire them. */
static OM_uint32 begin(struct fixture *p, OM_uint32 *minor)
{
    struct login *l = &p->login;
    OM_uint32 major =
        cred_with_password(p->mech, ALICE, ALICE_PASSWORD, &l->initiator.cred, minor);

    l->initiator.mech = p->mech;
    l->acceptor.mech = p->mech;
    l->initiator.asked = SEAL_FLAGS;
    l->initiator.target = name_of("http@server", GSS_C_NT_HOSTBASED_SERVICE);
    return major;
}

static OM_uint32 begin_without_credential(struct fixture *p, OM_uint32 *minor)
{
    struct login *l = &p->login;

    *minor = 0;
    l->initiator.mech = p->mech;
    l->acceptor.mech = p->mech;
    l->initiator.asked = SEAL_FLAGS;
    l->initiator.target = name_of("http@server", GSS_C_NT_HOSTBASED_SERVICE);
    return GSS_S_COMPLETE;
}

static OM_uint32 of_peer(const struct peer *peer, OM_uint32 *minor)
{
    *minor = peer->minor;
    return peer->major;
}

static OM_uint32 initiate(struct fixture *p, OM_uint32 *minor)
{
    BUF_AUTO in = BUF_INIT;
    struct login *l = &p->login;

    ck_ok(buf_dup(&in, buf_bytes(&l->acceptor.token)));
    peer_initiate(&l->initiator, buf_bytes(&in));
    return of_peer(&l->initiator, minor);
}

static OM_uint32 accept_it(struct fixture *p, OM_uint32 *minor)
{
    peer_accept(&p->login.acceptor, buf_bytes(&p->login.initiator.token));
    return of_peer(&p->login.acceptor, minor);
}

static OM_uint32 hints(struct fixture *p, OM_uint32 *minor)
{
    peer_accept(&p->login.acceptor, NOTHING);
    return of_peer(&p->login.acceptor, minor);
}

/* The last token of raw NTLM goes to the acceptor, that of SPNEGO to the initiator. */
static OM_uint32 initiate_last(struct fixture *p, OM_uint32 *minor)
{
    if (p->mech == NTLM) {
        *minor = 0;
        return GSS_S_COMPLETE;
    }
    return initiate(p, minor);
}

static OM_uint32 wrong_password(struct fixture *p, OM_uint32 *minor)
{
    OM_uint32 unused;

    (void)gss_release_cred(&unused, &p->login.initiator.cred);
    return cred_with_password(p->mech, ALICE, "wrong", &p->login.initiator.cred, minor);
}

static OM_uint32 wrong_target(struct fixture *p, OM_uint32 *minor)
{
    gss_name_t *target = &p->login.initiator.target;

    (void)gss_release_name(minor, target);
    *target = name_of("http@elsewhere", GSS_C_NT_HOSTBASED_SERVICE);
    *minor = 0;
    return GSS_S_COMPLETE;
}

/* Whichever allocation failed, a refused login does not succeed. */
static OM_uint32 nobody_came(struct fixture *p, OM_uint32 *minor)
{
    ck_assert_uint_ne(p->login.acceptor.major, GSS_S_COMPLETE);
    *minor = 0;
    return GSS_S_COMPLETE;
}

static OM_uint32 wrap_it(struct fixture *p, OM_uint32 *minor)
{
    gss_buffer_desc in = buffer_of(bytes_str("message"));
    OM_uint32 unused;

    (void)gss_release_buffer(&unused, &p->token);
    return gss_wrap(minor, p->login.initiator.context, 1, GSS_C_QOP_DEFAULT, &in, NULL,
                    &p->token);
}

static OM_uint32 unwrap_it(struct fixture *p, OM_uint32 *minor)
{
    OM_uint32 unused;

    (void)gss_release_buffer(&unused, &p->text);
    return gss_unwrap(minor, p->login.acceptor.context, &p->token, &p->text, NULL, NULL);
}

static OM_uint32 sign_it(struct fixture *p, OM_uint32 *minor)
{
    gss_buffer_desc in = buffer_of(bytes_str("message"));
    OM_uint32 unused;

    (void)gss_release_buffer(&unused, &p->token);
    return gss_get_mic(minor, p->login.acceptor.context, GSS_C_QOP_DEFAULT, &in,
                       &p->token);
}

static OM_uint32 verify_it(struct fixture *p, OM_uint32 *minor)
{
    gss_buffer_desc in = buffer_of(bytes_str("message"));

    return gss_verify_mic(minor, p->login.initiator.context, &in, &p->token, NULL);
}

static OM_uint32 wrap_aead_it(struct fixture *p, OM_uint32 *minor)
{
    gss_buffer_desc in = buffer_of(bytes_str("message"));
    gss_buffer_desc signed_only = buffer_of(bytes_str("header"));
    OM_uint32 unused;

    (void)gss_release_buffer(&unused, &p->token);
    return gss_wrap_aead(minor, p->login.initiator.context, 1, GSS_C_QOP_DEFAULT,
                         &signed_only, &in, NULL, &p->token);
}

static OM_uint32 unwrap_aead_it(struct fixture *p, OM_uint32 *minor)
{
    gss_buffer_desc signed_only = buffer_of(bytes_str("header"));
    OM_uint32 unused;

    (void)gss_release_buffer(&unused, &p->text);
    return gss_unwrap_aead(minor, p->login.acceptor.context, &p->token, &signed_only,
                           &p->text, NULL, NULL);
}

/* A message in several buffers in both directions. The buffers for the signature are
 * allocated by the module. */
static OM_uint32 iov_both(struct fixture *p, OM_uint32 *minor)
{
    static const OM_uint32 types[] = {
        HEADER | ALLOCATE, SIGNED, DATA, PADDING | ALLOCATE, TRAILER | ALLOCATE, LAST};
    struct message m;

    message_make(&m, types);
    if (wrap_iov(&p->login.initiator, &m) == GSS_S_COMPLETE) {
        (void)unwrap_iov(&p->login.acceptor, &m);
        *minor = p->login.acceptor.minor;
        message_release(&m);
        return p->login.acceptor.major;
    }
    message_release(&m);
    return of_peer(&p->login.initiator, minor);
}

static OM_uint32 mic_iov_both(struct fixture *p, OM_uint32 *minor)
{
    static const OM_uint32 types[] = {DATA, SIGNED, MIC | ALLOCATE, LAST};
    struct message m;

    message_make(&m, types);
    if (mic_iov(&p->login.acceptor, &m) == GSS_S_COMPLETE) {
        (void)verify_iov(&p->login.initiator, &m);
        message_release(&m);
        return of_peer(&p->login.initiator, minor);
    }
    message_release(&m);
    return of_peer(&p->login.acceptor, minor);
}

static OM_uint32 stream_both(struct fixture *p, OM_uint32 *minor)
{
    BUF_AUTO token = BUF_INIT;
    struct message m;

    buf_append(&token, bytes_of(p->token.value, p->token.length));
    message_stream(&m, DATA | ALLOCATE, &token);
    (void)unwrap_iov(&p->login.acceptor, &m);
    message_release(&m);
    return of_peer(&p->login.acceptor, minor);
}

static OM_uint32 iov_lengths(struct fixture *p, OM_uint32 *minor)
{
    static const OM_uint32 types[] = {HEADER, DATA, TRAILER, LAST};
    struct message m;
    OM_uint32 major;

    message_make(&m, types);
    major = gss_wrap_iov_length(minor, p->login.initiator.context, 1, GSS_C_QOP_DEFAULT,
                                NULL, m.iov, m.n);
    message_release(&m);
    return major;
}

static OM_uint32 size_limit(struct fixture *p, OM_uint32 *minor)
{
    OM_uint32 fits;

    return gss_wrap_size_limit(minor, p->login.initiator.context, 1, GSS_C_QOP_DEFAULT,
                               100, &fits);
}

static OM_uint32 inquire_it(struct fixture *p, OM_uint32 *minor)
{
    OM_uint32 time;
    OM_uint32 flags;
    OM_uint32 unused;
    gss_OID mech;
    int local;
    int open;

    (void)gss_release_name(&unused, &p->name);
    (void)gss_release_name(&unused, &p->other_name);
    return gss_inquire_context(minor, p->login.acceptor.context, &p->name, &p->other_name,
                               &time, &mech, &flags, &local, &open);
}

static OM_uint32 time_left(struct fixture *p, OM_uint32 *minor)
{
    OM_uint32 time;

    return gss_context_time(minor, p->login.initiator.context, &time);
}

static OM_uint32 by_oid(struct fixture *p, struct bytes option, OM_uint32 *minor)
{
    gss_OID_desc oid = {(OM_uint32)option.n, (void *)(uintptr_t)option.p};
    OM_uint32 unused;

    (void)gss_release_buffer_set(&unused, &p->buffers);
    return gss_inquire_sec_context_by_oid(minor, p->login.initiator.context, &oid,
                                          &p->buffers);
}

static OM_uint32 session_key(struct fixture *p, OM_uint32 *minor)
{
    return by_oid(p, OPTION_SESSION_KEY, minor);
}

static OM_uint32 ssf(struct fixture *p, OM_uint32 *minor)
{
    return by_oid(p, OPTION_SASL_SSF, minor);
}

static OM_uint32 requires_mic(struct fixture *p, OM_uint32 *minor)
{
    return by_oid(p, OPTION_SPNEGO_REQUIRE_MIC, minor);
}

static OM_uint32 reset_crypto(struct fixture *p, OM_uint32 *minor)
{
    static const uint32_t side = 0;
    gss_OID_desc oid = {(OM_uint32)OPTION_RESET_CRYPTO.n,
                        (void *)(uintptr_t)OPTION_RESET_CRYPTO.p};
    gss_buffer_desc value = buffer_of(bytes_of(&side, sizeof(side)));

    return gss_set_sec_context_option(minor, &p->login.initiator.context, &oid, &value);
}

static OM_uint32 random_of(struct fixture *p, OM_uint32 *minor)
{
    gss_buffer_desc in = buffer_of(bytes_str("seed"));
    OM_uint32 unused;

    (void)gss_release_buffer(&unused, &p->text);
    return gss_pseudo_random(minor, p->login.initiator.context, GSS_C_PRF_KEY_FULL, &in,
                             16, &p->text);
}

static OM_uint32 context_token(struct fixture *p, OM_uint32 *minor)
{
    gss_buffer_desc token = buffer_of(bytes_str("x"));

    return gss_process_context_token(minor, p->login.acceptor.context, &token);
}

static OM_uint32 export_it(struct fixture *p, OM_uint32 *minor)
{
    OM_uint32 unused;

    (void)gss_release_buffer(&unused, &p->token);
    *minor = SCENARIO_DROPPED;
    return gss_export_sec_context(&unused, &p->login.initiator.context, &p->token);
}

static OM_uint32 import_it(struct fixture *p, OM_uint32 *minor)
{
    OM_uint32 unused;

    *minor = SCENARIO_DROPPED; /* under SPNEGO the minor status is that of the built-in
                                  SPNEGO, which inquires the context */
    return gss_import_sec_context(&unused, &p->token, &p->login.initiator.context);
}

/* gss_display_status allocates too, and can fail. */
static OM_uint32 sentence(struct fixture *p, OM_uint32 *minor)
{
    gss_buffer_desc text = GSS_C_EMPTY_BUFFER;
    OM_uint32 more = 0;
    OM_uint32 unused;
    OM_uint32 major = gss_display_status(&unused, p->login.acceptor.minor,
                                         GSS_C_MECH_CODE, p->mech, &more, &text);

    (void)gss_release_buffer(&unused, &text);
    *minor = SCENARIO_DROPPED;
    return major;
}

#define HANDSHAKE initiate, accept_it, initiate, accept_it, initiate_last
#define MESSAGES                                                                         \
    wrap_it, unwrap_it, sign_it, verify_it, wrap_aead_it, unwrap_aead_it, iov_both,      \
        mic_iov_both, wrap_it, stream_both, iov_lengths, size_limit

static const struct scenario scenarios[] = {
    {"a login and its messages", {begin, HANDSHAKE, MESSAGES}},
    {"a login without credentials", {begin_without_credential, HANDSHAKE, wrap_it}},
    {"a login after hints", {begin, hints, HANDSHAKE, wrap_it, unwrap_it}},
    {"a wrong password", {begin, wrong_password, HANDSHAKE, nobody_came, sentence}},
    {"another service is meant", {begin, wrong_target, HANDSHAKE, nobody_came}},
    {"questions",
     {begin, HANDSHAKE, inquire_it, time_left, session_key, ssf, requires_mic,
      reset_crypto, random_of, context_token}},
    {"a context that moves",
     {begin, HANDSHAKE, wrap_it, unwrap_it, export_it, import_it, wrap_it, unwrap_it}},
};

TEST_TIMEOUT(100)

TEST_TIMES(contexts, 2 * N(scenarios))
{
    gss_OID mech = mech_of(_i % 2);

    place_begin(LINES_BOTH, "");
    place_credential("AD:alice:" ALICE_PASSWORD "\n", 0600);
    login_good(mech);
    alloc_fault_begin(false);
    ck_assert_uint_gt(scenario_play(&scenarios[_i / 2], mech, write_files), 5);
    login_good(mech);
}

/* Here the allocations that OpenSSL makes when NTLM calls it fail too. */
#define N_WITH_OPENSSL 2
TEST_TIMES(contexts_when_openssl_has_no_memory, N_WITH_OPENSSL)
{
    gss_OID mech = mech_of(_i % 2);

    place_begin(LINES_BOTH, "");
    place_credential("AD:alice:" ALICE_PASSWORD "\n", 0600);
    login_good(mech);
    alloc_fault_begin(true);
    ck_assert_uint_gt(scenario_play(&scenarios[_i / 2], mech, write_files), 5);
    login_good(mech);
}
