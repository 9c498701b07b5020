/* SPDX-License-Identifier: ISC */
/* Successful and failed logins with a real KDC, with a trace and an audit. Their secrets
 * are written to files, for the program that searches for them in both. */
#include "tests/kerberos/sequence.h"

#include "mech/oid.h"
#include "ntlm/kdf.h"
#include "tests/audit/log.h"
#include "tests/exchange/moved.h"
#include "tests/kerberos/record.h"

#include <gssapi/gssapi_krb5.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#define WRONG_PASSWORD "Nowhere land 8"
#define MESSAGE        "what only the two of them know"

static struct login l;

/* The session key of a Kerberos context; the kind of the key follows it. */
static void record_session_key(struct peer *p)
{
    gss_OID_desc oid = {(OM_uint32)OPTION_SESSION_KEY.n,
                        (void *)(uintptr_t)OPTION_SESSION_KEY.p};
    gss_buffer_set_t set = GSS_C_NO_BUFFER_SET;
    OM_uint32 minor;

    ck_complete(gss_inquire_sec_context_by_oid(&minor, p->context, &oid, &set));
    ck_assert_uint_ge(set->count, 1);
    record_secret("session key",
                  bytes_of(set->elements[0].value, set->elements[0].length));
    (void)gss_release_buffer_set(&minor, &set);
}

static void record_ntlm_keys(struct peer *p)
{
    BUF_AUTO exported = BUF_INIT;
    struct ntlm_key key;
    struct kdf_seal_key seal;

    ck_assert(inquire(p, OPTION_SESSION_KEY, &exported));
    ck_assert_uint_eq(exported.n, sizeof(key.b));
    memcpy(key.b, exported.p, sizeof(key.b));
    for (enum gss_role role = ROLE_INITIATOR; role <= ROLE_ACCEPTOR; role++) {
        struct ntlm_key sign;

        ck_ok(kdf_sign_key(role, &key, &sign));
        record_secret("signing key", bytes_of(sign.b, sizeof(sign.b)));
        ck_ok(kdf_seal_key(role, NTLM_ESS | NTLM_128, &key, &seal));
        record_secret("sealing key", bytes_of(seal.key.b, seal.len));
    }
}

static void record_password(const char *password)
{
    BUF_AUTO utf16 = BUF_INIT;
    struct ntlm_key hash;

    record_secret("password", bytes_str(password));
    for (const char *c = password; *c != '\0'; c++) {
        buf_append_u16le(&utf16, (uint8_t)*c);
    }
    record_secret("password in UTF-16", buf_bytes(&utf16));
    ck_ok(kdf_nt_hash(bytes_str(password), &hash));
    record_secret("NT hash", bytes_of(hash.b, sizeof(hash.b)));
}

/* Exporting the subkeys ends the context. */
static void record_subkeys(struct peer *p)
{
    void *got = NULL;
    OM_uint32 minor;

    ck_complete(gss_krb5_export_lucid_sec_context(&minor, &p->context, 1, &got));
    const gss_krb5_lucid_context_v1_t *lucid = got;
    ck_assert_uint_eq(lucid->protocol, 1);
    ck_assert_uint_eq(lucid->cfx_kd.have_acceptor_subkey, 1);
    record_secret("subkey",
                  bytes_of(lucid->cfx_kd.ctx_key.data, lucid->cfx_kd.ctx_key.length));
    record_secret("acceptor's subkey", bytes_of(lucid->cfx_kd.acceptor_subkey.data,
                                                lucid->cfx_kd.acceptor_subkey.length));
    ck_complete(gss_krb5_free_lucid_sec_context(&minor, got));
}

static void record_cred(gss_cred_id_t cred)
{
    gss_buffer_desc token = GSS_C_EMPTY_BUFFER;
    gss_cred_id_t again = GSS_C_NO_CREDENTIAL;
    OM_uint32 minor;

    ck_complete(gss_export_cred(&minor, cred, &token));
    record_secret("exported credential", bytes_of(token.value, token.length));
    ck_complete(gss_import_cred(&minor, &token, &again));
    (void)gss_release_buffer(&minor, &token);
    (void)gss_release_cred(&minor, &again);
}

static void move_end(struct peer *p)
{
    BUF_AUTO token = BUF_INIT;

    ck_complete(export_to(p, &token));
    record_secret("exported context", buf_bytes(&token));
    (void)import_from(p, buf_bytes(&token));
    ck_major(p, GSS_S_COMPLETE);
}

static void talk(void)
{
    BUF_AUTO sealed = BUF_INIT;
    BUF_AUTO opened = BUF_INIT;

    carry_wrapped(&l.initiator, &l.acceptor, bytes_str(MESSAGE));
    carry_mic(&l.acceptor, &l.initiator, bytes_str(MESSAGE));
    (void)wrap(&l.acceptor, bytes_str(MESSAGE), &sealed);
    sealed.p[sealed.n - 1] ^= 1;
    (void)unwrap(&l.initiator, buf_bytes(&sealed), &opened);
    ck_assert(GSS_ERROR(l.initiator.major));
}

/* Uses a login: its keys, messages, and the export of both ends. */
static void use(gss_OID mech)
{
    ck_major(&l.initiator, GSS_S_COMPLETE);
    ck_major(&l.acceptor, GSS_S_COMPLETE);
    ck_mech(&l, mech);
    record_session_key(&l.initiator);
    record_session_key(&l.acceptor);
    if (mech == NTLM) {
        record_ntlm_keys(&l.acceptor);
    }
    talk();
    move_end(&l.initiator);
    move_end(&l.acceptor);
    if (mech == KRB5) {
        record_subkeys(&l.initiator);
    }
}

static void begin_without_tickets(void)
{
    sequence_login(&l, RIGHT_KEYS, MUTUAL_FLAGS);
    setenv("KRB5CCNAME", lab_path("LAB_NO_TICKETS"), 1);
}

static void kerberos(void)
{
    sequence_login(&l, RIGHT_KEYS, MUTUAL_FLAGS);
    login_run(&l);
    use(KRB5);
}

/* The delegated credential's tickets are read from a ticket file, too. */
static void delegated(void)
{
    gss_key_value_element_desc keys[] = {{"ccache", lab_path("LAB_DELEGATED")}};
    gss_key_value_set_desc store = {1, keys};
    gss_cred_id_t cred;
    OM_uint32 minor;

    sequence_login(&l, RIGHT_KEYS, MUTUAL_FLAGS | GSS_C_DELEG_FLAG);
    login_run(&l);
    cred = record_take_delegated();
    ck_assert(cred != GSS_C_NO_CREDENTIAL);
    ck_complete(gss_store_cred_into(&minor, cred, GSS_C_INITIATE, KRB5, 1, 1, &store,
                                    NULL, NULL));
    record_cred(cred);
    (void)gss_release_cred(&minor, &cred);
    use(KRB5);
}

static void fallback(void)
{
    begin_without_tickets();
    login_run(&l);
    use(NTLM);
}

static void reselected(void)
{
    sequence_login(&l, WRONG_KEYS, MUTUAL_FLAGS);
    login_run(&l);
    use(NTLM);
}

static void no_keytab(void)
{
    sequence_login(&l, NO_KEYS, MUTUAL_FLAGS);
    login_run(&l);
    use(NTLM);
}

static void corrupt(struct login *login, unsigned leg, struct buf *token)
{
    (void)login;
    if (leg == 1) {
        token->p[token->n - 1] ^= 1;
    }
}

static void corrupted(void)
{
    sequence_login(&l, RIGHT_KEYS, MUTUAL_FLAGS);
    l.tamper = corrupt;
    login_run(&l);
    use(NTLM);
}

/* Uses Kerberos' own OID, so the error is Kerberos' own. */
static void corrupted_alone(void)
{
    sequence_login(&l, RIGHT_KEYS, MUTUAL_FLAGS);
    place_settings(" ntlm = never\n ntlm_accept = no\n");
    l.tamper = corrupt;
    login_run(&l);
    ck_assert(GSS_ERROR(l.acceptor.major));
}

static void wrong_kerberos_password(void)
{
    begin_without_tickets();
    l.initiator.major = cred_with_password(SPNEGO, "alice", WRONG_PASSWORD,
                                           &l.initiator.cred, &l.initiator.minor);
    status_sentence(l.initiator.minor, SPNEGO, l.initiator.sentence);
    ck_failed(&l.initiator, GSS_S_NO_CRED, "Decrypt integrity check failed");
}

static void kerberos_password(void)
{
    begin_without_tickets();
    l.initiator.cred = cred_password(SPNEGO, "alice", ALICE_PASSWORD);
    login_run(&l);
    record_cred(l.initiator.cred);
    use(KRB5);
}

static void raw_ntlm_as(const char *user, const char *password)
{
    sequence_begin(RIGHT_KEYS, "");
    login_begin(&l, NTLM, user, password, SEAL_FLAGS);
    login_run(&l);
}

static void raw_ntlm(void)
{
    raw_ntlm_as(ALICE, ALICE_PASSWORD);
    record_cred(l.initiator.cred);
    use(NTLM);
}

static void wrong_ntlm_password(void)
{
    raw_ntlm_as(ALICE, WRONG_PASSWORD);
    ck_assert(GSS_ERROR(l.acceptor.major));
}

static void unknown_user(void)
{
    raw_ntlm_as("AD\\mallory", WRONG_PASSWORD);
    ck_assert(GSS_ERROR(l.acceptor.major));
}

/* The application gives the NT hash as 32 digits. */
static void nt_hash(void)
{
    BUF_AUTO digits = BUF_INIT;
    struct ntlm_key hash;
    OM_uint32 minor;

    begin_without_tickets();
    ck_ok(kdf_nt_hash(bytes_str(ALICE_PASSWORD), &hash));
    for (size_t i = 0; i < sizeof(hash.b); i++) {
        buf_printf(&digits, "%02x", hash.b[i]);
    }
    struct store store = {1, {{"ntlmssp_nthash", buf_cstr(&digits)}}};
    ck_complete(cred_from_store(SPNEGO, ALICE, GSS_C_INITIATE, &store, &l.initiator.cred,
                                &minor));
    login_run(&l);
    use(NTLM);
}

/* Writes lines with a secret in the place of another field. */
static void broken_files(void)
{
    begin_without_tickets();
    place_credential("alice " ALICE_PASSWORD "\nAD;alice;" ALICE_PASSWORD "\n", 0600);
    place_users(ALICE_PASSWORD "\nAD:alice\n:" WRONG_PASSWORD "\n", 0600);
    login_run(&l);
    ck_assert(GSS_ERROR(l.initiator.major));
    login_end(&l);
    raw_ntlm_as(ALICE, ALICE_PASSWORD);
    place_users("AD:" ALICE_PASSWORD "\n", 0600);
}

static void unreadable_settings(void)
{
    begin_without_tickets();
    place_settings(" password = " ALICE_PASSWORD "\n");
    login_run(&l);
    ck_assert(GSS_ERROR(l.initiator.major));
}

static const struct play {
    const char *name;
    void (*run)(void);
} plays[] = {
    {"Kerberos", kerberos},
    {"Kerberos, delegated", delegated},
    {"Kerberos, then NTLM", fallback},
    {"the server chooses NTLM", reselected},
    {"a server without keytab", no_keytab},
    {"a corrupted token", corrupted},
    {"a corrupted token, Kerberos alone", corrupted_alone},
    {"a wrong password of Kerberos", wrong_kerberos_password},
    {"a password of Kerberos", kerberos_password},
    {"raw NTLM", raw_ntlm},
    {"a wrong password of NTLM", wrong_ntlm_password},
    {"an unknown user", unknown_user},
    {"an NT hash", nt_hash},
    {"broken files", broken_files},
    {"wrong settings", unreadable_settings},
};

/* Begins a trace in the file trace, by the environment, or in the file option, by option
 * .4. */
static void begin_trace(bool by_option)
{
    gss_OID_desc option = {(OM_uint32)OPTION_TRACE.n, (void *)(uintptr_t)OPTION_TRACE.p};
    BUF_AUTO path = BUF_INIT;
    gss_buffer_desc value;
    OM_uint32 minor;

    buf_printf(&path, "%s/%s", lab_path("LAB_OUT"), by_option ? "option" : "trace");
    if (!by_option) {
        setenv("GSS_NEGOTIATE_TRACE", buf_cstr(&path), 1);
        return;
    }
    unsetenv("GSS_NEGOTIATE_TRACE");
    sequence_begin(RIGHT_KEYS, "");
    value = buffer_of(bytes_str(buf_cstr(&path)));
    ck_complete(gssspi_mech_invoke(&minor, NTLM, &option, &value));
}

static void record_play(void (*run)(void), bool by_option)
{
    log_begin();
    log_listen(SOCK_DGRAM);
    begin_trace(by_option);
    record_password(ALICE_PASSWORD);
    record_password(BOB_PASSWORD);
    record_password(CAROL_PASSWORD);
    record_password(WRONG_PASSWORD);
    record_secret("message", bytes_str(MESSAGE));
    run();
    login_end(&l);
    (void)log_count();
    record_text("audit", log_all());
}

TEST_NAMED(traced_by_the_environment, plays, name)
{
    record_play(row->run, false);
}

TEST_NAMED(traced_by_the_option, plays, name)
{
    record_play(row->run, true);
}
