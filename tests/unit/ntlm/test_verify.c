/* SPDX-License-Identifier: ISC */
/* How the NTLM server judges messages of a client that has the password. */
#include "base/reader.h"
#include "ntlm/challenge.h"
#include "tests/lib/patch.h"
#include "tests/unit/ntlm/peers.h"

/* enum change: how a client that has the password changes the AV pairs that it got. */
enum change {
    AS_IT_IS,
    WITH_MIC_FLAG,
    WITHOUT_FIRST,
    WITHOUT_TIMESTAMP,
    OTHER_TIMESTAMP,
    OTHER_NAME,
    REVERSED,
    MORE_PAIRS,
    NOTHING,
    TWO_TIMESTAMPS,
    TWO_FLAGS,
    TWO_BINDINGS,
    TWO_TARGETS,
    TWO_NAMES,
};

static void append_changed(struct buf *out, const struct avpair *pair, size_t i,
                           enum change change)
{
    bool is_time = pair->id == AV_TIMESTAMP;

    if ((change == WITHOUT_FIRST && i == 0) || (change == WITHOUT_TIMESTAMP && is_time) ||
        change == NOTHING) {
        return;
    }
    if (change == OTHER_TIMESTAMP && is_time) {
        avpair_append_u64(out, AV_TIMESTAMP, 12345);
        return;
    }
    if (change == OTHER_NAME && i == 1) {
        avpair_append(out, pair->id, bytes_of("X", 2));
        return;
    }
    avpair_append(out, pair->id, pair->value);
}

static void append_extra(struct buf *out, enum change change)
{
    static const uint8_t md5[16] = {1};
    unsigned n = change >= TWO_TIMESTAMPS ? 2 : 1;

    for (unsigned i = 0; i < n; i++) {
        switch (change) {
        case WITH_MIC_FLAG:
        case TWO_FLAGS:
            avpair_append_u32(out, AV_FLAGS, AV_FLAG_MIC);
            break;
        case TWO_BINDINGS:
            avpair_append(out, AV_CHANNEL_BINDINGS, bytes_of(md5, sizeof(md5)));
            break;
        case TWO_TARGETS:
            avpair_append(out, AV_TARGET_NAME, bytes_of("X", 2));
            break;
        case MORE_PAIRS:
            avpair_append(out, AV_SINGLE_HOST, bytes_of(md5, sizeof(md5)));
            break;
        default:
            break;
        }
    }
    if (change == TWO_TIMESTAMPS) {
        avpair_append_u64(out, AV_TIMESTAMP, 12345);
    }
    if (change == TWO_NAMES) {
        avpair_append(out, AV_NB_COMPUTER, bytes_of("X", 2));
    }
}

static void change_pairs(const struct peers *p, enum change change, struct buf *out)
{
    struct avpair_list sent;

    peers_sent(p, &sent);
    for (size_t i = 0; i < sent.n; i++) {
        size_t at = change == REVERSED ? sent.n - 1 - i : i;
        append_changed(out, &sent.pairs[at], at, change);
    }
    append_extra(out, change);
    avpair_append_eol(out);
    ck_ok(buf_status(out));
}

static enum err judge_forgery(struct peers *p, enum change change,
                              struct forgery *forgery)
{
    BUF_AUTO target_info = BUF_INIT;

    peers_begin(p);
    change_pairs(p, change, &target_info);
    forgery->target_info = buf_bytes(&target_info);
    peers_forge(p, forgery);
    return peers_accept(p);
}

static const struct {
    enum change change;
    bool mic;
    bool require_mic;
    enum err err;
} FORGERIES[] = {
    {AS_IT_IS, false, false, ERR_OK}, /* curl sends no MIC */
    {AS_IT_IS, false, true, ERR_MIC_REQUIRED},
    {AS_IT_IS, true, true, ERR_MIC_REQUIRED}, /* a MIC that no flag announces */
    {WITH_MIC_FLAG, true, false, ERR_OK},
    {WITH_MIC_FLAG, true, true, ERR_OK},
    {WITH_MIC_FLAG, false, false, ERR_NTLM_MIC_BAD},
    {REVERSED, false, false, ERR_OK},
    {MORE_PAIRS, false, false, ERR_OK},
    {WITHOUT_FIRST, false, false, ERR_NTLM_TARGET_INFO},
    {WITHOUT_TIMESTAMP, false, false, ERR_NTLM_TARGET_INFO},
    {OTHER_TIMESTAMP, false, false, ERR_NTLM_TARGET_INFO},
    {OTHER_NAME, false, false, ERR_NTLM_TARGET_INFO},
    {NOTHING, false, false, ERR_NTLM_TARGET_INFO},
    {TWO_NAMES, false, false, ERR_NTLM_TARGET_INFO},
    {TWO_TIMESTAMPS, false, false, ERR_NTLM_AVPAIR},
    {TWO_FLAGS, true, false, ERR_NTLM_AVPAIR},
    {TWO_BINDINGS, false, false, ERR_NTLM_AVPAIR},
    {TWO_TARGETS, false, false, ERR_NTLM_AVPAIR},
};

TEST_TABLE(proven_pairs_are_judged, FORGERIES)
{
    struct peers p;
    struct forgery forgery = {.mic = row->mic};

    peers_init(&p);
    p.server_params.require_mic = row->require_mic;
    ck_err(judge_forgery(&p, row->change, &forgery), row->err);
    peers_free(&p);
}

/* Removes n bytes from the header after the flags: the Version and the place of the
 * MIC. */
static void cut_header(struct peers *p, size_t n)
{
    struct bytes whole = buf_bytes(&p->authenticate);
    BUF_AUTO cut = BUF_INIT;

    buf_append(&cut, bytes_of(whole.p, 64));
    buf_append(&cut, bytes_of(whole.p + 64 + n, whole.n - 64 - n));
    for (size_t at = 12; at < 60; at += 8) {
        struct reader field = reader_of(bytes_of(whole.p + at + 4, 4));

        patch_u32le(&cut, at + 4, reader_u32le(&field) - (uint32_t)n);
    }
    ck_ok(buf_status(&cut));
    buf_cleanup(&p->authenticate);
    buf_move(&p->authenticate, &cut);
}

/* Flags 0x2 in a message whose header is too short for a MIC (72 and 64 bytes), of a
 * known user and of a guest; a header of 80 bytes has its MIC at 64. */
static const struct {
    size_t cut;
    bool guest;
    enum err err;
} CUTS[] = {
    {24, false, ERR_NTLM_MIC_MISSING}, {16, false, ERR_NTLM_MIC_MISSING},
    {24, true, ERR_NTLM_MIC_MISSING},  {16, true, ERR_NTLM_MIC_MISSING},
    {8, false, ERR_NTLM_MIC_BAD},      {0, false, ERR_OK},
};

TEST_TABLE(mic_flag_needs_room_for_a_mic, CUTS)
{
    struct peers p;
    struct forgery forgery = {.mic = true};
    BUF_AUTO target_info = BUF_INIT;

    peers_init(&p);
    p.guest = row->guest;
    p.server_params.allow_guest = true;
    peers_begin(&p);
    change_pairs(&p, WITH_MIC_FLAG, &target_info);
    forgery.target_info = buf_bytes(&target_info);
    peers_forge(&p, &forgery);
    cut_header(&p, row->cut);
    ck_err(peers_accept(&p), row->err);
    peers_free(&p);
}

TEST(response_type_must_be_one)
{
    struct peers p;
    struct forgery forgery = {.response_type = 2};

    peers_init(&p);
    ck_err(judge_forgery(&p, AS_IT_IS, &forgery), ERR_NTLM_RESPONSE);
    ck_assert_uint_eq(p.n_asked, 0);
    peers_free(&p);
}

TEST(empty_user_with_a_response_is_asked_about)
{
    struct peers p;
    struct forgery forgery = {.user = ""};

    peers_init(&p);
    ck_err(judge_forgery(&p, AS_IT_IS, &forgery), ERR_LOGIN);
    ck_assert_uint_eq(p.n_asked, 1);
    peers_free(&p);
}

/* [MS-NLMP] 3.2.5.1.2: the key is there with KEY_EXCH and SIGN or SEAL; 16 bytes. */
static const struct {
    bool sign;
    size_t key_len;
    enum err err;
} KEYS[] = {
    {true, 16, ERR_OK},
    {true, 0, ERR_NTLM_SESSION_KEY},
    {true, 8, ERR_NTLM_SESSION_KEY},
    {true, 15, ERR_NTLM_SESSION_KEY},
    {true, 17, ERR_NTLM_SESSION_KEY},
    {false, 0, ERR_OK},
    {false, 16, ERR_OK},
    {false, 5, ERR_OK},
};

TEST_TABLE(session_key_has_16_bytes_where_it_is_used, KEYS)
{
    struct peers p;
    struct forgery forgery = {.session_key_len = row->key_len};

    peers_init(&p);
    p.client_params.sign = row->sign;
    ck_err(judge_forgery(&p, AS_IT_IS, &forgery), row->err);
    peers_free(&p);
}

/* Flags of AUTHENTICATE that no MIC protects, against a CHALLENGE that granted all. */
static const struct {
    uint32_t cleared;
    enum err err;
    uint32_t gone; /* flags that must not be in force */
} FLAGS[] = {
    {NTLM_UNICODE, ERR_NTLM_CHARSET, 0},
    {NTLM_ESS, ERR_NTLM_FLAGS, 0},
    {NTLM_ESS | NTLM_SIGN | NTLM_SEAL, ERR_OK, NTLM_ESS | NTLM_SIGN | NTLM_SEAL},
    {NTLM_SEAL, ERR_OK, NTLM_SEAL},
    {NTLM_KEY_EXCH, ERR_OK, NTLM_KEY_EXCH},
    {NTLM_128, ERR_OK, NTLM_128},
};

TEST_TABLE(flags_in_force_are_what_both_said, FLAGS)
{
    struct peers p;
    struct forgery forgery = {.session_key_len = 16};
    struct ntlm_challenge challenge;

    peers_init(&p);
    p.client_params.seal = true;
    peers_begin(&p);
    ck_ok(challenge_decode(buf_bytes(&p.challenge), &challenge));
    forgery.flags = (challenge.flags & ~row->cleared) | NTLM_LM_KEY | NTLM_DATAGRAM;
    ck_err(judge_forgery(&p, AS_IT_IS, &forgery), row->err);
    if (row->err == ERR_OK) {
        uint32_t in_force = ntlm_server_session(p.server)->flags;
        ck_assert_uint_eq(in_force & (row->gone | NTLM_LM_KEY | NTLM_DATAGRAM), 0);
    }
    peers_free(&p);
}
