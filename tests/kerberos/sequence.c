/* SPDX-License-Identifier: ISC */
/* The common parts of the tables of SPNEGO's sequences. */
#include "tests/kerberos/sequence.h"

#include "mech/oid.h"

#include <stdlib.h>
#include <string.h>

static const char *const key_variables[] = {
    [RIGHT_KEYS] = "LAB_KEYTAB",
    [WRONG_KEYS] = "LAB_OTHER_KEYTAB",
    [NO_KEYS] = "LAB_NO_KEYTAB",
};

const char *lab_path(const char *variable)
{
    const char *path = getenv(variable);

    if (path == NULL) {
        SKIP("no %s: test_sequences.py makes the lab", variable);
    }
    return path;
}

void sequence_begin(enum keys keys, const char *settings)
{
    place_begin(LINES_BOTH, settings);
    setenv("KRB5_CONFIG", lab_path("LAB_CONFIG"), 1);
    setenv("KRB5CCNAME", lab_path("LAB_TICKETS"), 1);
    setenv("KRB5_KTNAME", lab_path(key_variables[keys]), 1);
    setenv("KRB5RCACHENAME", "none:", 1);
    place_credential("AD:alice:" ALICE_PASSWORD "\n", 0600);
}

void sequence_login(struct login *l, enum keys keys, OM_uint32 asked)
{
    OM_uint32 minor;

    sequence_begin(keys, " fallback = server\n");
    login_begin(l, SPNEGO, NULL, NULL, asked);
    (void)gss_release_name(&minor, &l->initiator.target);
    l->initiator.target = name_of(SERVICE, GSS_C_NT_HOSTBASED_SERVICE);
}

void forged_peer_cleanup(struct forged_peer *forged)
{
    buf_cleanup(&forged->list);
    buf_cleanup(&forged->ap_req);
}

enum field { NO_FIELD, FIELD_STATE, FIELD_MECH, FIELD_TOKEN, FIELD_MIC };

static const struct word {
    const char *text;
    enum field field;
    int value;
} words[] = {
    {"nothing", NO_FIELD, 0},
    {"no-state", FIELD_STATE, STATE_NONE},
    {"completed", FIELD_STATE, COMPLETED},
    {"incomplete", FIELD_STATE, INCOMPLETE},
    {"reject", FIELD_STATE, REJECT},
    {"request-mic", FIELD_STATE, REQUEST_MIC},
    {"no-mech", FIELD_MECH, MECH_NONE},
    {"krb5", FIELD_MECH, MECH_KRB5},
    {"ms-krb5", FIELD_MECH, MECH_MS_KRB5},
    {"ntlm", FIELD_MECH, MECH_NTLM},
    {"unknown", FIELD_MECH, MECH_UNKNOWN},
    {"no-token", FIELD_TOKEN, TOKEN_NONE},
    {"token", FIELD_TOKEN, OWN_TOKEN},
    {"empty-token", FIELD_TOKEN, EMPTY_TOKEN},
    {"garbage", FIELD_TOKEN, GARBAGE},
    {"ap-req", FIELD_TOKEN, AP_REQ},
    {"cut-ap-req", FIELD_TOKEN, CUT_AP_REQ},
    {"no-mic", FIELD_MIC, MIC_NONE},
    {"mic", FIELD_MIC, GOOD_MIC},
    {"other-list's-mic", FIELD_MIC, OTHER_LISTS_MIC},
    {"bad-mic", FIELD_MIC, BAD_MIC},
    {"echoed-mic", FIELD_MIC, ECHOED_MIC},
};

static const struct word *find_word(const char *text, size_t len)
{
    for (size_t i = 0; i < N(words); i++) {
        if (strlen(words[i].text) == len && memcmp(words[i].text, text, len) == 0) {
            return &words[i];
        }
    }
    ck_abort_msg("no such word: \"%.*s\"", (int)len, text);
    return NULL;
}

static void set_field(struct fields *f, const struct word *word)
{
    switch (word->field) {
    case FIELD_STATE:
        f->state = (unsigned)word->value;
        return;
    case FIELD_MECH:
        f->mech = (unsigned)word->value;
        return;
    case FIELD_TOKEN:
        f->token = (unsigned)word->value;
        return;
    case FIELD_MIC:
        f->mic = (unsigned)word->value;
        return;
    case NO_FIELD:
        return;
    }
}

bool fields_read(const char **text, struct fields *out)
{
    const char *p = *text;

    memset(out, 0, sizeof(*out));
    if (*p == '\0') {
        return false;
    }
    while (*p != '\0' && *p != ',' && *p != '>') {
        size_t len = strcspn(p, " ,>");

        set_field(out, find_word(p, len));
        p += len + strspn(p + len, " ");
    }
    *text = p + strspn(p, ",> ");
    return true;
}

static void apply_state(const struct fields *f, struct negtoken_resp *r)
{
    static const enum neg_state states[] = {
        [COMPLETED] = NEG_ACCEPT_COMPLETED,
        [INCOMPLETE] = NEG_ACCEPT_INCOMPLETE,
        [REJECT] = NEG_REJECT,
        [REQUEST_MIC] = NEG_REQUEST_MIC,
    };

    if (f->state != STATE_KEPT) {
        r->has_state = f->state != STATE_NONE;
        r->state = states[f->state];
    }
}

static void apply_mech(const struct fields *f, struct negtoken_resp *r)
{
    if (f->mech == MECH_KEPT) {
        return;
    }
    r->has_mech = f->mech != MECH_NONE;
    switch (f->mech) {
    case MECH_KRB5:
        r->mech = OID_KRB5;
        return;
    case MECH_MS_KRB5:
        r->mech = OID_MS_KRB5;
        return;
    case MECH_NTLM:
        r->mech = OID_NTLM;
        return;
    default:
        r->mech = hex("2a0304");
    }
}

/* Makes a client's first token for Kerberos; the client is not used for anything else. */
static struct bytes make_ap_req(struct forged_peer *forged)
{
    struct peer client = {.mech = KRB5, .asked = MUTUAL_FLAGS};

    client.target = name_of(SERVICE, GSS_C_NT_HOSTBASED_SERVICE);
    peer_initiate(&client, NOTHING);
    ck_major(&client, GSS_S_CONTINUE_NEEDED);
    buf_cleanup(&forged->ap_req);
    buf_move(&forged->ap_req, &client.token);
    peer_cleanup(&client);
    return buf_bytes(&forged->ap_req);
}

static struct bytes token_for(const struct fields *f, struct forged_peer *forged)
{
    struct bytes own = forged == NULL ? NOTHING : buf_bytes(&forged->raw->token);

    switch (f->token) {
    case OWN_TOKEN:
        return own;
    case AP_REQ:
        return make_ap_req(forged);
    case CUT_AP_REQ:
        own = make_ap_req(forged);
        return bytes_of(own.p, own.n - 1);
    case GARBAGE:
        return bytes_str("garbage");
    default:
        return bytes_str("");
    }
}

static void apply_token(const struct fields *f, struct forged_peer *forged,
                        struct negtoken_resp *r)
{
    if (f->token == TOKEN_KEPT) {
        return;
    }
    r->has_token = f->token != TOKEN_NONE;
    r->token = token_for(f, forged);
}

/* Flips one bit of the list, as if the other side had received another list. */
static void flip(struct buf *list)
{
    ck_assert_uint_gt(list->n, 8);
    list->p[8] ^= 1;
}

static struct bytes made_mic(struct forged_peer *forged, bool of_another_list)
{
    static struct buf mic;
    BUF_AUTO list = BUF_INIT;

    ck_ok(buf_dup(&list, buf_bytes(&forged->list)));
    if (of_another_list) {
        flip(&list);
    }
    forged_peer_sign(forged, buf_bytes(&list), &mic);
    return buf_bytes(&mic);
}

static void apply_mic(const struct fields *f, struct forged_peer *forged,
                      struct negtoken_resp *r)
{
    if (f->mic == MIC_KEPT) {
        return;
    }
    r->has_mic = f->mic != MIC_NONE;
    switch (f->mic) {
    case GOOD_MIC:
    case OTHER_LISTS_MIC:
        r->mic = made_mic(forged, f->mic == OTHER_LISTS_MIC);
        return;
    case ECHOED_MIC:
        r->mic = r->token;
        return;
    default:
        r->mic = hex("01000000 1122334455667788 00000000");
    }
}

void fields_apply(const struct fields *f, struct forged_peer *forged,
                  struct negtoken_resp *r)
{
    apply_state(f, r);
    apply_mech(f, r);
    apply_token(f, forged, r);
    apply_mic(f, forged, r);
}

void forged_peer_sign(struct forged_peer *forged, struct bytes list, struct buf *mic)
{
    if (forged->raw->mech == NTLM) {
        sign_list(forged->raw, list, mic);
        return;
    }
    (void)get_mic(forged->raw, list, mic);
    ck_major(forged->raw, GSS_S_COMPLETE);
}

void forged_peer_check(struct forged_peer *forged, struct bytes mic)
{
    if (forged->raw->mech == NTLM) {
        check_list(forged->raw, buf_bytes(&forged->list), mic);
        return;
    }
    (void)verify_mic(forged->raw, buf_bytes(&forged->list), mic);
    ck_major(forged->raw, GSS_S_COMPLETE);
}

void ck_initiator_closed(struct peer *initiator)
{
    ck_gave_up(initiator);
    peer_initiate(initiator, bytes_str("more"));
    ck_failed(initiator, GSS_S_NO_CONTEXT, "failed earlier");
}

void ck_acceptor_closed(struct peer *acceptor)
{
    if (acceptor->context == GSS_C_NO_CONTEXT) {
        return; /* its first step failed, so there is no context */
    }
    peer_accept(acceptor, bytes_str("more"));
    ck_failed(acceptor, GSS_S_NO_CONTEXT, "failed earlier");
}

void ck_mech(const struct login *l, gss_OID mech)
{
    ck_assert(oid_equal(l->initiator.actual_mech, mech));
    ck_assert(oid_equal(l->acceptor.actual_mech, mech));
}

gss_cred_id_t sequence_no_ci_cred(void)
{
    gss_OID_set_desc spnego = {1, SPNEGO};
    gss_cred_id_t cred = GSS_C_NO_CREDENTIAL;
    OM_uint32 minor;

    ck_complete(gss_acquire_cred(&minor, GSS_C_NO_NAME, 0, &spnego, GSS_C_INITIATE, &cred,
                                 NULL, NULL));
    cred_option(&cred, OPTION_NO_CI_FLAGS, NOTHING);
    return cred;
}
