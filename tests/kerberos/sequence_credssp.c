/* SPDX-License-Identifier: ISC */
/* CredSSP's order ([MS-CSSP] 3.1.5): TSRequests that carry tokens, then pubKeyAuth,
 * sealed, in the same message as the initiator's last token or one leg later, its answer,
 * and the credentials. */
#include "mech/oid.h"
#include "tests/kerberos/sequence.h"

#include <stdlib.h>
#include <string.h>

#define PUBLIC_KEY  bytes_str("the server's public key")
#define KEY_PLUS_1  bytes_str("uhe server's public key")
#define CREDENTIALS bytes_str("TSCredentials")

/* How the login is made, and NTLM's number of the first message after it. */
struct way {
    const char *name;
    gss_OID *surface;
    gss_OID *mech; /* the mechanism of the login */
    enum keys keys;
    const char *tickets; /* the lab's variable */
    uint32_t first_sequence;
};
static const struct way ways[] = {
    {"CredSSP: Kerberos", &SPNEGO, &KRB5, RIGHT_KEYS, "LAB_TICKETS", 0},
    {"CredSSP: NTLM under SPNEGO", &SPNEGO, &NTLM, RIGHT_KEYS, "LAB_NO_TICKETS", 1},
    {"CredSSP: NTLM after Kerberos", &SPNEGO, &NTLM, WRONG_KEYS, "LAB_TICKETS", 1},
    {"CredSSP: raw NTLM", &NTLM, &NTLM, NO_KEYS, "LAB_NO_TICKETS", 0},
};

static void begin(struct login *l, const struct way *way)
{
    OM_uint32 minor;

    sequence_login(l, way->keys, MUTUAL_FLAGS | GSS_C_REPLAY_FLAG | GSS_C_SEQUENCE_FLAG);
    setenv("KRB5CCNAME", lab_path(way->tickets), 1);
    l->initiator.mech = *way->surface;
    l->acceptor.mech = *way->surface;
    (void)gss_release_cred(&minor, &l->acceptor.cred);
    l->acceptor.cred = cred_acceptor(*way->surface);
}

static void ck_sequence(const struct way *way, const struct buf *sealed, uint32_t number)
{
    if (*way->mech == NTLM) {
        ck_assert_uint_eq(sequence_of(buf_bytes(sealed)), number);
    }
}

static void seal(struct peer *from, struct bytes data, struct buf *sealed)
{
    (void)wrap(from, data, sealed);
    ck_major(from, GSS_S_COMPLETE);
}

static void open_sealed(struct peer *to, const struct buf *sealed, struct bytes want)
{
    BUF_AUTO data = BUF_INIT;

    (void)unwrap(to, buf_bytes(sealed), &data);
    ck_major(to, GSS_S_COMPLETE);
    ck_bytes(buf_bytes(&data), want);
}

/* Checks that a message cannot be unsealed twice. */
static void ck_not_twice(struct peer *to, const struct buf *sealed)
{
    BUF_AUTO data = BUF_INIT;

    ck_assert_uint_ne(unwrap(to, buf_bytes(sealed), &data), GSS_S_COMPLETE);
}

/* Exchanges what follows pubKeyAuth: the server's answer, and the credentials. */
static void finish(struct login *l, const struct way *way)
{
    BUF_AUTO answer = BUF_INIT;
    BUF_AUTO credentials = BUF_INIT;

    seal(&l->acceptor, KEY_PLUS_1, &answer);
    ck_sequence(way, &answer, way->first_sequence);
    open_sealed(&l->initiator, &answer, KEY_PLUS_1);
    seal(&l->initiator, CREDENTIALS, &credentials);
    ck_sequence(way, &credentials, way->first_sequence + 1);
    open_sealed(&l->acceptor, &credentials, CREDENTIALS);
    protect_both_ways(l);
}

/* Checks the error of a wrap by an initiator that is not complete. */
static void ck_too_early(struct peer *initiator)
{
    OM_uint32 major = initiator->major;
    BUF_AUTO sealed = BUF_INIT;

    ck_assert_uint_eq(initiator->flags & GSS_C_PROT_READY_FLAG, 0);
    ck_assert_uint_eq(wrap(initiator, PUBLIC_KEY, &sealed), GSS_S_NO_CONTEXT);
    initiator->major = major;
}

/* Logs in with our ends: the acceptor completes with the initiator's last token, and
 * returns its own token in the same call. */
static void negotiate(struct login *l, const struct way *way)
{
    bool raw = *way->surface == NTLM;

    peer_initiate(&l->initiator, NOTHING);
    while (l->initiator.major == GSS_S_CONTINUE_NEEDED) {
        ck_too_early(&l->initiator);
        ck_major(&l->acceptor, GSS_S_CONTINUE_NEEDED);
        peer_accept(&l->acceptor, buf_bytes(&l->initiator.token));
        ck_assert_msg(!GSS_ERROR(l->acceptor.major), "%s", l->acceptor.sentence);
        ck_assert_uint_gt(l->acceptor.token.n, 0);
        peer_initiate(&l->initiator, buf_bytes(&l->acceptor.token));
    }
    ck_major(&l->initiator, GSS_S_COMPLETE);
    ck_major(&l->acceptor, raw ? GSS_S_CONTINUE_NEEDED : GSS_S_COMPLETE);
    ck_assert_int_eq(l->initiator.token.n > 0, raw);
}

/* The initiator sends pubKeyAuth when it completes: under SPNEGO one leg after its last
 * token; as raw NTLM with AUTHENTICATE, which the acceptor reads first. */
TEST_NAMED(by_both_of_ours, ways, name)
{
    BUF_AUTO public_key = BUF_INIT;
    struct login l;

    begin(&l, row);
    negotiate(&l, row);
    seal(&l.initiator, PUBLIC_KEY, &public_key);
    ck_sequence(row, &public_key, row->first_sequence);
    if (l.initiator.token.n > 0) {
        peer_accept(&l.acceptor, buf_bytes(&l.initiator.token));
        ck_major(&l.acceptor, GSS_S_COMPLETE);
        ck_assert_uint_eq(l.acceptor.token.n, 0);
    }
    ck_mech(&l, *row->mech);
    open_sealed(&l.acceptor, &public_key, PUBLIC_KEY);
    ck_not_twice(&l.acceptor, &public_key);
    finish(&l, row);
    login_end(&l);
}

/* An initiator that seals before it has read the acceptor's last token, as Windows does:
 * pubKeyAuth arrives with AUTHENTICATE and MIC, and the acceptor can unseal it at
 * once. */
TEST_CASES(ntlm_with_the_last_token, "CredSSP: pubKeyAuth with AUTHENTICATE and MIC")
{
    const struct way *way = &ways[1];
    struct bytes list = hex("300c 060a2b06010401823702020a");
    BUF_AUTO public_key = BUF_INIT;
    BUF_AUTO token = BUF_INIT;
    BUF_AUTO mic = BUF_INIT;
    struct login l;

    begin(&l, way);
    l.initiator.mech = NTLM;
    peer_initiate(&l.initiator, NOTHING);
    write_init(&token, list, buf_bytes(&l.initiator.token));
    peer_accept(&l.acceptor, buf_bytes(&token));
    peer_initiate(&l.initiator, read_resp(&l.acceptor.token).token);
    ck_major(&l.initiator, GSS_S_COMPLETE);
    sign_list(&l.initiator, list, &mic);
    write_resp(&token, NO_STATE, NOTHING, buf_bytes(&l.initiator.token), buf_bytes(&mic));
    seal(&l.initiator, PUBLIC_KEY, &public_key);
    ck_sequence(way, &public_key, 1);
    peer_accept(&l.acceptor, buf_bytes(&token));
    ck_major(&l.acceptor, GSS_S_COMPLETE);
    open_sealed(&l.acceptor, &public_key, PUBLIC_KEY);
    check_list(&l.initiator, list, read_resp(&l.acceptor.token).mic);
    finish(&l, way);
    login_end(&l);
}

/* Kerberos without mutual authentication: the first token is the initiator's last. */
TEST_CASES(kerberos_with_the_last_token, "CredSSP: pubKeyAuth with the AP-REQ")
{
    const struct way *way = &ways[0];
    BUF_AUTO public_key = BUF_INIT;
    BUF_AUTO list = BUF_INIT;
    BUF_AUTO token = BUF_INIT;
    struct bytes mechs[] = {OID_KRB5, OID_NTLM};
    struct login l;

    begin(&l, way);
    l.initiator.mech = KRB5;
    l.initiator.asked &= ~(OM_uint32)GSS_C_MUTUAL_FLAG;
    peer_initiate(&l.initiator, NOTHING);
    ck_major(&l.initiator, GSS_S_COMPLETE);
    list_of(&list, mechs, 2);
    write_init(&token, buf_bytes(&list), buf_bytes(&l.initiator.token));
    seal(&l.initiator, PUBLIC_KEY, &public_key);
    peer_accept(&l.acceptor, buf_bytes(&token));
    ck_major(&l.acceptor, GSS_S_COMPLETE);
    ck_assert_uint_eq(read_resp(&l.acceptor.token).state, NEG_ACCEPT_COMPLETED);
    open_sealed(&l.acceptor, &public_key, PUBLIC_KEY);
    finish(&l, way);
    login_end(&l);
}

/* A server made by hand answers pubKeyAuth in the message of its last token: our
 * initiator reads the token, then unseals the answer. */
TEST_CASES(server_answers_with_its_last_token,
           "CredSSP: the server's answer with its last token")
{
    struct bytes list = hex("300c 060a2b06010401823702020a");
    BUF_AUTO sealed = BUF_INIT;
    BUF_AUTO token = BUF_INIT;
    BUF_AUTO mic = BUF_INIT;
    struct negtoken_resp last;
    struct login l;

    begin(&l, &ways[1]);
    (void)gss_release_cred(&l.acceptor.minor, &l.acceptor.cred);
    l.acceptor.mech = NTLM;
    l.acceptor.cred = cred_acceptor(NTLM);
    peer_initiate(&l.initiator, NOTHING);
    peer_accept(&l.acceptor, read_init(&l.initiator.token).token);
    write_resp(&token, NEG_ACCEPT_INCOMPLETE, OID_NTLM, buf_bytes(&l.acceptor.token),
               NOTHING);
    peer_initiate(&l.initiator, buf_bytes(&token));
    last = read_resp(&l.initiator.token);
    peer_accept(&l.acceptor, last.token);
    check_list(&l.acceptor, list, last.mic);
    sign_list(&l.acceptor, list, &mic);
    write_resp(&token, NEG_ACCEPT_COMPLETED, NOTHING, NOTHING, buf_bytes(&mic));
    seal(&l.acceptor, KEY_PLUS_1, &sealed);
    ck_too_early(&l.initiator);
    peer_initiate(&l.initiator, buf_bytes(&token));
    ck_major(&l.initiator, GSS_S_COMPLETE);
    open_sealed(&l.initiator, &sealed, KEY_PLUS_1);
    protect_both_ways(&l);
    login_end(&l);
}
