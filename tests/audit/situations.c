/* SPDX-License-Identifier: ISC */
/* The audit's lines, compared word by word, for one use of NTLM after the other. */
#include "mech/oid.h"
#include "tests/audit/log.h"
#include "tests/hostile/forged_client.h"

#include <string.h>
#include <sys/socket.h>

/* OpenSSL has a type with the name of one of our errors. */
#define ERR_STATE OPENSSL_ERR_STATE
#include <openssl/evp.h>
#undef ERR_STATE

static struct login l;

static void run_as(gss_OID mech, const char *user, const char *password, OM_uint32 asked)
{
    login_begin(&l, mech, user, password, asked);
    login_run(&l);
    login_end(&l);
}

static void raw_good(void)
{
    run_as(NTLM, ALICE, ALICE_PASSWORD, SEAL_FLAGS);
}

static void raw_signed(void)
{
    run_as(NTLM, BOB, BOB_PASSWORD, SIGN_FLAGS);
}

static void raw_plain(void)
{
    run_as(NTLM, ALICE, ALICE_PASSWORD, 0);
}

static void spnego_good(void)
{
    run_as(SPNEGO, "alice", ALICE_PASSWORD, SEAL_FLAGS);
}

static void spnego_domain(void)
{
    run_as(SPNEGO, ALICE, ALICE_PASSWORD, SEAL_FLAGS);
}

static void raw_wrong(void)
{
    run_as(NTLM, ALICE, "wrong", SEAL_FLAGS);
}

static void raw_nobody(void)
{
    run_as(NTLM, "mallory", "wrong", SEAL_FLAGS);
}

static void spnego_wrong(void)
{
    run_as(SPNEGO, "alice", "wrong", SEAL_FLAGS);
}

static void disabled(void)
{
    run_as(NTLM, CAROL, CAROL_PASSWORD, SEAL_FLAGS);
}

static void anonymous(void)
{
    login_begin(&l, NTLM, NULL, NULL, GSS_C_ANON_FLAG);
    login_run(&l);
    login_end(&l);
}

static void to_address(void)
{
    OM_uint32 minor;

    login_begin(&l, SPNEGO, "alice", ALICE_PASSWORD, SEAL_FLAGS);
    (void)gss_release_name(&minor, &l.initiator.target);
    l.initiator.target = name_of("http@192.0.2.7", GSS_C_NT_HOSTBASED_SERVICE);
    login_run(&l);
    login_end(&l);
}

static void set_neg_mechs(gss_cred_id_t cred, gss_OID first, gss_OID second)
{
    gss_OID_desc members[2] = {*first, *second};
    gss_OID_set_desc set = {first == second ? 1 : 2, members};
    OM_uint32 minor;

    ck_complete(gss_set_neg_mechs(&minor, cred, &set));
}

static void only_ntlm_named(void)
{
    login_begin(&l, SPNEGO, "alice", ALICE_PASSWORD, SEAL_FLAGS);
    set_neg_mechs(l.initiator.cred, NTLM, NTLM);
    login_run(&l);
    login_end(&l);
}

static void ntlm_named_first(void)
{
    login_begin(&l, SPNEGO, "alice", ALICE_PASSWORD, SEAL_FLAGS);
    set_neg_mechs(l.initiator.cred, NTLM, &MECH_OID_KRB5);
    login_run(&l);
    login_end(&l);
}

static struct gss_channel_bindings_struct channel(const char *data)
{
    struct gss_channel_bindings_struct bindings = {0};

    bindings.application_data = buffer_of(bytes_str(data));
    return bindings;
}

static void bound_to(const char *theirs, const char *ours)
{
    struct gss_channel_bindings_struct client = channel(theirs);
    struct gss_channel_bindings_struct server = channel(ours);

    login_begin(&l, NTLM, ALICE, ALICE_PASSWORD, SEAL_FLAGS);
    l.initiator.bindings = &client;
    l.acceptor.bindings = &server;
    login_run(&l);
    login_end(&l);
}

static void same_channel(void)
{
    bound_to("tls-exporter:x", "tls-exporter:x");
}

static void other_channel(void)
{
    bound_to("tls-exporter:x", "tls-exporter:y");
}

/* Changes the settings after both ends have acquired their credentials. */
static void settings_change(gss_OID mech, const char *settings)
{
    login_begin(&l, mech, ALICE, ALICE_PASSWORD, SEAL_FLAGS);
    place_settings(settings);
    login_run(&l);
    login_end(&l);
}

static void never_initiate(void)
{
    settings_change(NTLM, " ntlm = never\n");
}

static void not_this_host(void)
{
    settings_change(NTLM, " ntlm_hosts = !server *\n");
}

static void broken_settings(void)
{
    settings_change(NTLM, " ntlm_hosts = a/b/c\n");
}

/* Changes only the acceptor's settings, after the initiator has made its first token.
 * With by_default the acceptor uses its default credential, which the settings then
 * prevent. */
static void never_accept_by(gss_OID mech, bool by_default)
{
    OM_uint32 minor;

    login_begin(&l, mech, ALICE, ALICE_PASSWORD, SEAL_FLAGS);
    peer_initiate(&l.initiator, NOTHING);
    place_settings(" ntlm_accept = no\n");
    if (by_default) {
        (void)gss_release_cred(&minor, &l.acceptor.cred);
    }
    peer_accept(&l.acceptor, buf_bytes(&l.initiator.token));
    login_end(&l);
}

static void never_accept(void)
{
    never_accept_by(NTLM, false);
}

static void raw_never_by_default(void)
{
    never_accept_by(NTLM, true);
}

static void spnego_never_by_default(void)
{
    never_accept_by(SPNEGO, true);
}

static void spnego_never_accept(void)
{
    never_accept_by(SPNEGO, false);
}

static void spnego_never_initiate(void)
{
    settings_change(SPNEGO, " ntlm = never\n");
}

static void never_fall_back(void)
{
    login_begin(&l, SPNEGO, "alice", ALICE_PASSWORD, SEAL_FLAGS);
    place_settings(" fallback = never\n");
    login_run(&l);
    login_end(&l);
}

/* Turns FIPS mode on after both ends have acquired their credentials. Kerberos has no
 * credential either. */
static void fips_initiate(void)
{
    login_begin(&l, NTLM, ALICE, ALICE_PASSWORD, SEAL_FLAGS);
    ck_assert_int_eq(EVP_default_properties_enable_fips(NULL, 1), 1);
    login_run(&l);
    login_end(&l);
}

static void fips_accept(void)
{
    login_begin(&l, SPNEGO, ALICE, ALICE_PASSWORD, SEAL_FLAGS);
    peer_initiate(&l.initiator, NOTHING);
    ck_assert_int_eq(EVP_default_properties_enable_fips(NULL, 1), 1);
    peer_accept(&l.acceptor, buf_bytes(&l.initiator.token));
    login_end(&l);
}

static void damage_challenge(struct login *login, unsigned leg, struct buf *token)
{
    (void)login;
    if (leg == 2) {
        token->p[8] = 3;
    }
}

static void damaged_challenge(void)
{
    login_begin(&l, NTLM, ALICE, ALICE_PASSWORD, SEAL_FLAGS);
    l.tamper = damage_challenge;
    login_run(&l);
    login_end(&l);
}

static void cut_authenticate(struct login *login, unsigned leg, struct buf *token)
{
    (void)login;
    token->n = leg == 3 ? 40 : token->n;
}

static void cut_answer(void)
{
    login_begin(&l, NTLM, ALICE, ALICE_PASSWORD, SEAL_FLAGS);
    l.tamper = cut_authenticate;
    login_run(&l);
    login_end(&l);
}

static void old_response(void)
{
    struct forged_client h;

    form_begin(FORM_RAW, &l, &h);
    buf_append_zeros(&h.lm_response, 24);
    buf_append_zeros(&h.nt_response, 24);
    forged_write(&h);
    form_answer(FORM_RAW, &l, &h);
    forged_end(&h);
    login_end(&l);
}

/* Writes the first token by hand: its list names Kerberos before NTLM, and it has no
 * mechToken. */
static void list_with_kerberos(void)
{
    const struct bytes list[] = {OID_KRB5, OID_NTLM};
    BUF_AUTO mechs = BUF_INIT;
    BUF_AUTO token = BUF_INIT;
    BUF_AUTO mic = BUF_INIT;
    struct login raw;
    struct forged_client h;

    login_begin(&raw, NTLM, ALICE, ALICE_PASSWORD, SEAL_FLAGS);
    peer_initiate(&raw.initiator, NOTHING);
    login_begin(&l, SPNEGO, ALICE, ALICE_PASSWORD, SEAL_FLAGS);
    list_of(&mechs, list, 2);
    write_init(&token, buf_bytes(&mechs), bytes_str("no token of Kerberos"));
    peer_accept(&l.acceptor, buf_bytes(&token));
    write_resp(&token, NO_STATE, NOTHING, buf_bytes(&raw.initiator.token), NOTHING);
    peer_accept(&l.acceptor, buf_bytes(&token));
    forged_begin(&h, buf_bytes(&raw.initiator.token), read_resp(&l.acceptor.token).token);
    forged_prove(&h);
    forged_write(&h);
    forged_list_mic(&h, buf_bytes(&mechs), &mic);
    write_resp(&token, NO_STATE, NOTHING, buf_bytes(&h.message), buf_bytes(&mic));
    peer_accept(&l.acceptor, buf_bytes(&token));
    ck_major(&l.acceptor, GSS_S_COMPLETE);
    forged_end(&h);
    login_end(&raw);
    login_end(&l);
}

/* The lines that each situation writes are in situations.txt, after its name in
 * brackets. */
static const struct {
    const char *name;
    const char *settings;
    void (*run)(void);
} situations[] = {
    {"raw, sealed", "", raw_good},
    {"raw, signed", "", raw_signed},
    {"raw, unprotected", "", raw_plain},
    {"SPNEGO after Kerberos", "", spnego_good},
    {"SPNEGO, a Windows domain's user", "", spnego_domain},
    {"SPNEGO to an address", "", to_address},
    {"ntlm = only", " ntlm = only\n", spnego_good},
    {"gss_set_neg_mechs", "", only_ntlm_named},
    {"gss_set_neg_mechs, NTLM first", "", ntlm_named_first},
    {"a list with Kerberos", "", list_with_kerberos},
    {"wrong password", "", raw_wrong},
    {"unknown user", "", raw_nobody},
    {"wrong password in SPNEGO", "", spnego_wrong},
    {"disabled account", "", disabled},
    {"anonymous refused", "", anonymous},
    {"anonymous allowed", " anonymous = yes\n", anonymous},
    {"same channel", "", same_channel},
    {"other channel", "", other_channel},
    {"other target", " target_names = cifs/other\n", raw_good},
    {"protection unasked", " min_protection = seal\n", raw_good},
    {"ntlm = never", "", never_initiate},
    {"ntlm_hosts", "", not_this_host},
    {"broken settings", "", broken_settings},
    {"ntlm_accept = no", "", never_accept},
    {"ntlm_accept = no, by default", "", raw_never_by_default},
    {"ntlm_accept = no in SPNEGO", "", spnego_never_accept},
    {"ntlm_accept = no in SPNEGO, by default", "", spnego_never_by_default},
    {"ntlm = never in SPNEGO", "", spnego_never_initiate},
    {"fallback = never", "", never_fall_back},
    {"FIPS mode", "", fips_initiate},
    {"FIPS mode in SPNEGO, accepting", "", fips_accept},
    {"damaged CHALLENGE", "", damaged_challenge},
    {"cut AUTHENTICATE", "", cut_answer},
    {"NTLMv1", "", old_response},
    {"no audit", " audit = no\n", raw_good},
    {"no audit of a refusal", " audit = no\n", raw_wrong},
};

TEST_TABLE(situation, situations)
{
    BUF_AUTO got = BUF_INIT;
    BUF_AUTO wanted = BUF_INIT;

    log_begin();
    log_listen(SOCK_DGRAM);
    place_begin(LINES_BOTH, row->settings);
    row->run();
    (void)log_count();
    place_usual_path(&got, log_all());
    log_wanted(SITUATIONS, row->name, &wanted);
    ck_assert_msg(bytes_equal(buf_bytes(&got), buf_bytes(&wanted)), "%s:\n%swanted:\n%s",
                  row->name, buf_cstr(&got), buf_cstr(&wanted));
}
