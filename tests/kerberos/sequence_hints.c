/* SPDX-License-Identifier: ISC */
/* Our acceptor first sends hints: then each form of first token is accepted as without
 * hints, and the hints choose nothing. */
#include "mech/oid.h"
#include "tests/kerberos/sequence.h"

#include <string.h>

#define KRB5_AND_NTLM "3017 06092a864886f712010202 060a2b06010401823702020a"
#define NTLM_ALONE    "300c 060a2b06010401823702020a"

static const struct row {
    const char *name;
    enum keys keys;
    gss_OID *speaks; /* the initiator */
    gss_OID *mech;
    OM_uint32 asked;
    const char *hints;
} rows[] = {
    {"hints: then Kerberos under SPNEGO", RIGHT_KEYS, &SPNEGO, &KRB5, MUTUAL_FLAGS,
     KRB5_AND_NTLM},
    {"hints: then NTLM after Kerberos", WRONG_KEYS, &SPNEGO, &NTLM, MUTUAL_FLAGS,
     KRB5_AND_NTLM},
    {"hints: of NTLM alone, but Kerberos is offered", NO_KEYS, &SPNEGO, &NTLM,
     MUTUAL_FLAGS, NTLM_ALONE},
    {"hints: then Kerberos without SPNEGO", RIGHT_KEYS, &KRB5, &KRB5, MUTUAL_FLAGS,
     KRB5_AND_NTLM},
    {"hints: then Kerberos without SPNEGO, one way", RIGHT_KEYS, &KRB5, &KRB5, SEAL_FLAGS,
     KRB5_AND_NTLM},
    {"hints: then a bare AP-REQ", RIGHT_KEYS, &KRB5, &KRB5, DCE_FLAGS, KRB5_AND_NTLM},
    {"hints: then raw NTLM", RIGHT_KEYS, &NTLM, &NTLM, SEAL_FLAGS, KRB5_AND_NTLM},
};

static void begin(struct login *l, const struct row *row, struct buf *hints)
{
    struct negtoken_init init;

    sequence_login(l, row->keys, row->asked);
    l->initiator.mech = *row->speaks;
    peer_accept(&l->acceptor, NOTHING);
    ck_major(&l->acceptor, GSS_S_CONTINUE_NEEDED);
    init = read_init(&l->acceptor.token);
    ck_assert(init.has_hints && !init.has_token && !init.has_mic);
    ck_bytes(init.mech_types_der, hex(row->hints));
    buf_move(hints, &l->acceptor.token);
}

/* Checks that the initiator's offer does not depend on the hints. */
static void start(struct peer *initiator, const struct buf *hints)
{
    if (initiator->mech != SPNEGO) {
        peer_initiate(initiator, NOTHING);
        return;
    }
    peer_initiate(initiator, buf_bytes(hints));
    ck_bytes(read_init(&initiator->token).mech_types_der, hex(KRB5_AND_NTLM));
}

TEST_NAMED(after_hints, rows, name)
{
    BUF_AUTO hints = BUF_INIT;
    struct login l;

    begin(&l, row, &hints);
    start(&l.initiator, &hints);
    while (l.initiator.token.n > 0) {
        peer_accept(&l.acceptor, buf_bytes(&l.initiator.token));
        ck_assert_msg(!GSS_ERROR(l.acceptor.major), "%s", l.acceptor.sentence);
        buf_cleanup(&l.initiator.token);
        if (l.acceptor.token.n > 0) {
            peer_initiate(&l.initiator, buf_bytes(&l.acceptor.token));
        }
    }
    ck_major(&l.initiator, GSS_S_COMPLETE);
    ck_major(&l.acceptor, GSS_S_COMPLETE);
    ck_mech(&l, *row->mech);
    protect_both_ways(&l);
    login_end(&l);
}

/* The hints of a server that allows only NTLM name only NTLM. A Kerberos token without
 * SPNEGO does not evade gss_set_neg_mechs. */
TEST_CASES(kerberos_is_not_allowed, "hints: Kerberos is not allowed",
           "hints: a bare AP-REQ is not allowed")
{
    gss_OID_set_desc only = {1, NTLM};
    struct login l;
    OM_uint32 minor;

    sequence_login(&l, RIGHT_KEYS, _i == 0 ? SEAL_FLAGS : DCE_FLAGS);
    l.initiator.mech = KRB5;
    ck_complete(gss_set_neg_mechs(&minor, l.acceptor.cred, &only));
    peer_accept(&l.acceptor, NOTHING);
    ck_bytes(read_init(&l.acceptor.token).mech_types_der, hex(NTLM_ALONE));
    peer_initiate(&l.initiator, NOTHING);
    peer_accept(&l.acceptor, buf_bytes(&l.initiator.token));
    ck_failed(&l.acceptor, GSS_S_BAD_MECH, "Kerberos");
    login_end(&l);
}
