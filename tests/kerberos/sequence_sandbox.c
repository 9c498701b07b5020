/* SPDX-License-Identifier: ISC */
/* Whole logins of every kind in a host that is killed if a thread, a process or a program
 * is started; and how stand-in minors are distinguished there. */
#include "mech/oid.h"
#include "mech/spnego/fallback.h"
#include "tests/kerberos/sandbox.h"
#include "tests/kerberos/sequence.h"

#include <krb5.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

/* Kerberos' frame around bytes that are not an AP-REQ, in both lengths that krb5 treats
 * differently. */
#define GARBAGE_LIST  "3017 06092a864886f712010202 060a2b06010401823702020a"
#define GARBAGE_TOKEN "6017 06092a864886f712010202 0100 6e0a3008a003020105a10301"

static void raw_ntlm(void)
{
    place_begin(LINES_BOTH, "");
    login_good(NTLM);
}

static void spnego_ntlm(void)
{
    place_begin(LINES_BOTH, "");
    login_good(SPNEGO);
}

/* MIT's SPNEGO with our NTLM. Releases with the fault of builtin_fault.h refuse the
 * acceptor's last token; whether they do cannot be tried in the sandbox. */
static void builtin_ntlm(void)
{
    struct login l;

    place_begin(LINES_NTLM, "");
    login_begin(&l, SPNEGO, ALICE, ALICE_PASSWORD, SEAL_FLAGS);
    login_run(&l);
    ck_major(&l.acceptor, GSS_S_COMPLETE);
    login_end(&l);
}

static void run_as(enum keys keys, gss_OID mech)
{
    struct login l;

    sequence_login(&l, keys, MUTUAL_FLAGS);
    login_run(&l);
    ck_major(&l.initiator, GSS_S_COMPLETE);
    ck_major(&l.acceptor, GSS_S_COMPLETE);
    ck_mech(&l, mech);
    login_end(&l);
}

static void kerberos(void)
{
    run_as(RIGHT_KEYS, KRB5);
}

/* The server cannot decrypt the ticket, and chooses NTLM. */
static void reselected(void)
{
    run_as(WRONG_KEYS, NTLM);
}

/* The client has no ticket, and makes an NTLM token at once. */
static void fallen_back(void)
{
    struct login l;

    sequence_login(&l, RIGHT_KEYS, MUTUAL_FLAGS);
    setenv("KRB5CCNAME", lab_path("LAB_NO_TICKETS"), 1);
    login_run(&l);
    ck_mech(&l, NTLM);
    login_end(&l);
}

/* NTLM is not configured: MIT's SPNEGO serves the whole exchange. */
static void passthrough(void)
{
    struct login l;

    sequence_login(&l, RIGHT_KEYS, MUTUAL_FLAGS);
    place_settings("    ntlm = never\n    ntlm_accept = no\n");
    login_run(&l);
    ck_mech(&l, KRB5);
    login_end(&l);
}

/* The error is krb5's 0, for which the mechglue returns a number of its own. */
static void garbage(void)
{
    BUF_AUTO token = BUF_INIT;
    struct login l;

    sequence_login(&l, RIGHT_KEYS, MUTUAL_FLAGS);
    write_init(&token, hex(GARBAGE_LIST), hex(GARBAGE_TOKEN));
    for (int i = 0; i < 3; i++) {
        OM_uint32 minor;

        peer_accept(&l.acceptor, buf_bytes(&token));
        ck_major(&l.acceptor, GSS_S_CONTINUE_NEEDED);
        ck_assert_int_eq(read_resp(&l.acceptor.token).state, NEG_REQUEST_MIC);
        (void)gss_delete_sec_context(&minor, &l.acceptor.context, NULL);
    }
    login_end(&l);
}

/* A wrong password, a token that is malformed, and an error's sentence. */
static void refused(void)
{
    struct login l;

    place_begin(LINES_BOTH, "");
    login_begin(&l, SPNEGO, ALICE, "wrong", SEAL_FLAGS);
    login_run(&l);
    ck_failed(&l.acceptor, GSS_S_FAILURE, "password is wrong");
    peer_accept(&l.acceptor, bytes_str("garbage"));
    login_end(&l);
}

/* Exports and imports the acceptor's context, and ends the login. */
static void move_on(struct login *l)
{
    gss_buffer_desc token = GSS_C_EMPTY_BUFFER;
    OM_uint32 minor;

    login_run(l);
    ck_major(&l->acceptor, GSS_S_COMPLETE);
    ck_complete(gss_export_sec_context(&minor, &l->acceptor.context, &token));
    ck_complete(gss_import_sec_context(&minor, &token, &l->acceptor.context));
    (void)gss_release_buffer(&minor, &token);
    login_end(l);
}

static void moved(void)
{
    gss_OID mechs[] = {NTLM, SPNEGO};
    struct login l;

    for (int i = 0; i < 2; i++) {
        place_begin(LINES_BOTH, "");
        login_begin(&l, mechs[i], ALICE, ALICE_PASSWORD, SEAL_FLAGS);
        move_on(&l);
    }
    sequence_login(&l, RIGHT_KEYS, MUTUAL_FLAGS);
    move_on(&l);
}

/* The client asks for hints first, as SMB and some others do. */
static void hinted(void)
{
    struct login l;

    sequence_login(&l, WRONG_KEYS, MUTUAL_FLAGS);
    peer_accept(&l.acceptor, NOTHING);
    ck_major(&l.acceptor, GSS_S_CONTINUE_NEEDED);
    l.acceptor.token.n = 0;
    login_run(&l);
    ck_major(&l.acceptor, GSS_S_COMPLETE);
    login_end(&l);
}

static const struct {
    const char *name;
    void (*body)(void);
} kinds[] = {
    {"sandbox: raw NTLM", raw_ntlm},
    {"sandbox: NTLM under SPNEGO", spnego_ntlm},
    {"sandbox: NTLM under MIT's SPNEGO", builtin_ntlm},
    {"sandbox: Kerberos", kerberos},
    {"sandbox: reselected", reselected},
    {"sandbox: fallen back", fallen_back},
    {"sandbox: handed on", passthrough},
    {"sandbox: a garbage AP-REQ", garbage},
    {"sandbox: refused", refused},
    {"sandbox: exported and imported", moved},
    {"sandbox: after hints", hinted},
};

TEST_NAMED(no_login_starts_anything, kinds, name)
{
    int status;

    (void)lab_path("LAB_CONFIG");
    status = sandbox_run(row->body);
    ck_assert_msg(!WIFSIGNALED(status), "killed by %s", strsignal(WTERMSIG(status)));
    ck_assert_int_eq(status, 0);
}

static void *do_nothing(void *arg)
{
    return arg;
}

static void start_a_thread(void)
{
    pthread_t thread;

    (void)pthread_create(&thread, NULL, do_nothing, NULL);
}

static void start_a_program(void)
{
    (void)execl("/bin/true", "true", (char *)NULL);
}

/* Tests the filter: without it the rows above would show nothing. */
TEST_CASES(the_sandbox_kills, "sandbox: it kills for a thread",
           "sandbox: it kills for a program")
{
    int status = sandbox_run(_i == 0 ? start_a_thread : start_a_program);

    ck_assert(WIFSIGNALED(status));
    ck_assert_int_eq(WTERMSIG(status), SIGSYS);
}

static void begin_with_replays(struct login *l)
{
    sequence_login(l, RIGHT_KEYS, MUTUAL_FLAGS);
    unsetenv("KRB5RCACHENAME");
    setenv("KRB5RCACHETYPE", "dfl", 1);
    setenv("KRB5RCACHEDIR", temp_dir(), 1);
}

/* Sends a client's first token twice; *minor is krb5's minor. */
static void replay(struct login *l)
{
    BUF_AUTO token = BUF_INIT;
    OM_uint32 minor;

    peer_initiate(&l->initiator, NOTHING);
    buf_append(&token, buf_bytes(&l->initiator.token));
    peer_accept(&l->acceptor, buf_bytes(&token));
    ck_assert(!GSS_ERROR(l->acceptor.major));
    (void)gss_delete_sec_context(&minor, &l->acceptor.context, NULL);
    peer_accept(&l->acceptor, buf_bytes(&token));
}

/* Puts a Kerberos token into IAKERB's frame, so that the mechglue calls IAKERB. */
static void as_iakerb(const struct buf *krb5, struct buf *out)
{
    struct bytes body = bytes_of(krb5->p, krb5->n);
    struct bytes frame;
    size_t head = krb5->p[1] < 0x80 ? 2 : 2 + (size_t)(krb5->p[1] & 0x7f);

    ck_ok(bytes_consume(&body, head + 2 + MECH_OID_KRB5.length, &frame));
    buf_append_u8(out, 0x60);
    buf_append_u8(out, 0x82);
    buf_append_u8(out, (uint8_t)((body.n + 2 + MECH_OID_IAKERB.length) >> 8));
    buf_append_u8(out, (uint8_t)(body.n + 2 + MECH_OID_IAKERB.length));
    buf_append_u8(out, 6);
    buf_append_u8(out, (uint8_t)MECH_OID_IAKERB.length);
    buf_append(out, bytes_of(MECH_OID_IAKERB.elements, MECH_OID_IAKERB.length));
    buf_append(out, body);
}

/* Makes IAKERB the first mechanism to return KRB5KRB_AP_ERR_REPEAT, so that krb5 gets a
 * stand-in. */
static void let_iakerb_be_first(void)
{
    gss_OID_desc iakerb = MECH_OID_IAKERB;
    BUF_AUTO token = BUF_INIT;
    struct login l;
    OM_uint32 minor;

    begin_with_replays(&l);
    l.initiator.mech = KRB5;
    peer_initiate(&l.initiator, NOTHING);
    as_iakerb(&l.initiator.token, &token);
    (void)gss_release_cred(&minor, &l.acceptor.cred);
    l.acceptor.cred = cred_acceptor(&iakerb);
    peer_accept(&l.acceptor, buf_bytes(&token));
    (void)gss_delete_sec_context(&minor, &l.acceptor.context, NULL);
    peer_accept(&l.acceptor, buf_bytes(&token));
    ck_assert_uint_eq(l.acceptor.minor, (OM_uint32)KRB5KRB_AP_ERR_REPEAT);
    (void)gss_release_cred(&minor, &l.acceptor.cred);
    l.acceptor.cred = cred_acceptor(KRB5);
    peer_accept(&l.acceptor, buf_bytes(&l.initiator.token));
    ck_failed(&l.acceptor, GSS_S_FAILURE, "replay");
    ck_assert_uint_gt(l.acceptor.minor, 100000);
    ck_assert_uint_lt(l.acceptor.minor, 200000);
    login_end(&l);
}

static void replayed(bool is_stand_in)
{
    struct login l;

    if (is_stand_in) {
        let_iakerb_be_first();
    }
    begin_with_replays(&l);
    replay(&l);
    ck_failed(&l.acceptor, GSS_S_FAILURE, "replay");
    ck_assert_int_eq(read_resp(&l.acceptor.token).state, NEG_REJECT);
    login_end(&l);
}

static void replay_as_it_is(void)
{
    replayed(false);
}

/* After IAKERB has used the number, a stand-in with an unknown sentence may mean a
 * replay. */
static void replay_as_a_stand_in(void)
{
    replayed(true);
    ck_assert(!fallback_after_token(GSS_S_FAILURE, 199999));
    ck_assert(fallback_after_token(GSS_S_FAILURE, (OM_uint32)KRB5KRB_AP_ERR_MODIFIED));
}

/* No other mechanism is tried after a replay, whichever number it has. */
TEST_CASES(a_replay_is_final, "a replay is final", "a replay that is a stand-in is final")
{
    (void)lab_path("LAB_CONFIG");
    ck_assert_int_eq(sandbox_run(_i == 0 ? replay_as_it_is : replay_as_a_stand_in), 0);
}
