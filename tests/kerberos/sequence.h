/* SPDX-License-Identifier: ISC */
/* SPNEGO's sequences with Kerberos and NTLM in the list (RFC 4178 4.2, 5; [MS-SPNG]): the
 * common parts of their tables. test_sequences.py makes the lab. */
#ifndef TESTS_KERBEROS_SEQUENCE_H
#define TESTS_KERBEROS_SEQUENCE_H

#include "tests/exchange/handmade.h"

/* The lab's own service, and the flags that the rows ask for. */
#define SERVICE      "HTTP@localhost"
#define MUTUAL_FLAGS ((OM_uint32)(GSS_C_MUTUAL_FLAG | SEAL_FLAGS))
#define DCE_FLAGS    ((OM_uint32)(GSS_C_DCE_STYLE | MUTUAL_FLAGS))

/* enum keys: the acceptor's keytab: the service's, one without its key, or none. */
enum keys { RIGHT_KEYS, WRONG_KEYS, NO_KEYS };

/*
 * sequence_begin: sets up the files of the exchange tests with the lab's Kerberos. The
 * initiator has tickets and, in a file of its own, an NTLM credential; the acceptor has
 * users, and these keys. sequence_login: does the same, and makes both of our ends, with
 * default credentials. Skips without a lab.
 */
void sequence_begin(enum keys keys, const char *settings);
void sequence_login(struct login *l, enum keys keys, OM_uint32 asked);

/* lab_path: the value of this variable of the lab; skips the test if it is not set. */
const char *lab_path(const char *variable);

/*
 * struct fields: the fields of a token; of a NegTokenInit only token and mic. 0 leaves a
 * field unchanged: absent in a new token.
 */
struct fields {
    enum { STATE_KEPT, STATE_NONE, COMPLETED, INCOMPLETE, REJECT, REQUEST_MIC } state;
    enum { MECH_KEPT, MECH_NONE, MECH_KRB5, MECH_MS_KRB5, MECH_NTLM, MECH_UNKNOWN } mech;
    enum {
        TOKEN_KEPT,
        TOKEN_NONE,
        OWN_TOKEN, /* the next token of the raw context */
        EMPTY_TOKEN,
        GARBAGE,
        AP_REQ,    /* that of a Kerberos client beside the raw context */
        CUT_AP_REQ /* an AP-REQ without its last byte */
    } token;
    enum {
        MIC_KEPT,
        MIC_NONE,
        GOOD_MIC,
        OTHER_LISTS_MIC, /* a right MIC, over the list with one bit flipped */
        BAD_MIC,
        ECHOED_MIC
    } mic;
};

/*
 * fields_read: the next token of a text like "request-mic ntlm, incomplete token,
 * completed mic"; false at its end. The words: completed incomplete request-mic reject
 * no-state; krb5 ms-krb5 ntlm unknown no-mech; token empty-token garbage ap-req
 * cut-ap-req no-token; mic other-list's-mic bad-mic echoed-mic no-mic; nothing (a token
 * without fields).
 */
bool fields_read(const char **text, struct fields *out);

/* struct forged_peer: an end made by hand: a raw context of the mechanism, and the
 * list. */
struct forged_peer {
    struct peer *raw;
    struct buf list;
    struct buf ap_req;
};
void forged_peer_cleanup(struct forged_peer *forged);

/* fields_apply: edits r. Tokens and MICs come from the raw context of forged, which may
 * be NULL if the fields need none. The results are views into forged and static
 * memory. */
void fields_apply(const struct fields *f, struct forged_peer *forged,
                  struct negtoken_resp *r);

/* The result of a row, with a part of the error's sentence. */
#define DONE         GSS_S_COMPLETE, ""
#define BAD(text)    GSS_S_DEFECTIVE_TOKEN, text
#define REJECTED     GSS_S_FAILURE, "rejected"
#define WRONG_MIC    GSS_S_BAD_SIG, "mechListMIC is wrong"
#define MISSING_MIC  BAD("no mechListMIC")
#define OTHER_CHOICE BAD("changed its choice")

/* forged_peer_sign, forged_peer_check: a mechListMIC over the forged peer's list. */
void forged_peer_sign(struct forged_peer *forged, struct bytes list, struct buf *mic);
void forged_peer_check(struct forged_peer *forged, struct bytes mic);

/* ck_closed: checks that an end that failed accepts no token. ck_mech: checks that both
 * ends use this mechanism. */
void ck_initiator_closed(struct peer *initiator);
void ck_acceptor_closed(struct peer *acceptor);
void ck_mech(const struct login *l, gss_OID mech);

/* sequence_no_ci_cred: the initiator's default credential of SPNEGO, with
 * GSS_KRB5_CRED_NO_CI_FLAGS_X. */
gss_cred_id_t sequence_no_ci_cred(void);

#endif
