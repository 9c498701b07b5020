/* SPDX-License-Identifier: ISC */
/* A man in the middle changes or removes what protects an AUTHENTICATE: its MIC, its AV
 * pairs, its channel bindings. Server and client refuse each change. */
#include "base/reader.h"
#include "mech/oid.h"
#include "ntlm/authenticate.h"
#include "ntlm/avpair.h"
#include "ntlm/challenge.h"
#include "ntlm/mic.h"
#include "tests/hostile/mitm.h"
#include "tests/lib/patch.h"

#include <string.h>

#define WRONG_MIC   "the MIC of the NTLM exchange is wrong"
#define WRONG_LOGIN "the user name or the password is wrong"
#define NO_MIC      "announces a MIC that it does not have"

/* The edits of AUTHENTICATE. */
static void zero_mic(struct mitm *mitm, struct buf *message)
{
    (void)mitm;
    buf_set(message, MIC_AT, hex("00000000000000000000000000000000"));
}

static void flip_mic(struct mitm *mitm, struct buf *message)
{
    (void)mitm;
    message->p[MIC_AT + 15] ^= 1;
}

/* Removes the MIC: old clients write a header without one. All fields move by 16
 * bytes. */
static void cut_mic_out(struct mitm *mitm, struct buf *message)
{
    BUF_AUTO shorter = BUF_INIT;

    (void)mitm;
    buf_append(&shorter, bytes_of(message->p, MIC_AT));
    buf_append(&shorter, bytes_of(message->p + MIC_AT + 16, message->n - MIC_AT - 16));
    for (size_t at = 12; at < AUTHENTICATE_FLAGS_AT; at += MESSAGE_FIELD_LEN) {
        struct reader offset = reader_of(bytes_of(shorter.p + at + 4, 4));

        patch_u32le(&shorter, at + 4, reader_u32le(&offset) - 16);
    }
    forged_set(message, buf_bytes(&shorter));
}

/* The AV pair with the bit that announces a MIC; the response is computed over it. */
static size_t flags_pair(const struct buf *message)
{
    return mitm_find(message, hex("0600 0400 02000000"));
}

static void clear_mic_flag(struct mitm *mitm, struct buf *message)
{
    (void)mitm;
    message->p[flags_pair(message) + 4] = 0;
}

static void clear_mic_flag_and_mic(struct mitm *mitm, struct buf *message)
{
    clear_mic_flag(mitm, message);
    zero_mic(mitm, message);
}

/* Gives the pair an AvId that is not defined. */
static void hide_mic_flag(struct mitm *mitm, struct buf *message)
{
    (void)mitm;
    message->p[flags_pair(message)] = 0x77;
}

static void flip_bindings(struct mitm *mitm, struct buf *message)
{
    (void)mitm;
    message->p[mitm_find(message, hex("0a00 1000")) + 4] ^= 1;
}

static void zero_bindings(struct mitm *mitm, struct buf *message)
{
    (void)mitm;
    buf_set(message, mitm_find(message, hex("0a00 1000")) + 4,
            hex("00000000000000000000000000000000"));
}

static void hide_bindings(struct mitm *mitm, struct buf *message)
{
    (void)mitm;
    message->p[mitm_find(message, hex("0a00 1000"))] = 0x77;
}

static void other_target(struct mitm *mitm, struct buf *message)
{
    (void)mitm;
    message->p[mitm_find(message, hex("68007400740070002f00"))] = 'H';
}

static void other_time(struct mitm *mitm, struct buf *message)
{
    (void)mitm;
    message->p[mitm_find(message, hex("0700 0800")) + 4] ^= 1;
}

static void other_user(struct mitm *mitm, struct buf *message)
{
    (void)mitm;
    buf_set(message, mitm_find(message, hex("61006c00")), hex("62006c00"));
}

static void other_case(struct mitm *mitm, struct buf *message)
{
    (void)mitm;
    buf_set(message, mitm_find(message, hex("61006c00")), hex("41006c00"));
}

static void other_workstation(struct mitm *mitm, struct buf *message)
{
    size_t at = mitm_find(message, hex("61006c0069006300 6500"));

    (void)mitm;
    message->p[at + 10] ^= 1;
}

static void other_session_key(struct mitm *mitm, struct buf *message)
{
    (void)mitm;
    message->p[message->n - 1] ^= 1;
}

static const struct {
    const char *name;
    void (*edit)(struct mitm *mitm, struct buf *message);
    OM_uint32 major;
    const char *says;
} answers[] = {
    {"the MIC zeroed", zero_mic, GSS_S_DEFECTIVE_TOKEN, WRONG_MIC},
    {"the MIC flipped", flip_mic, GSS_S_DEFECTIVE_TOKEN, WRONG_MIC},
    {"the MIC cut out", cut_mic_out, GSS_S_DEFECTIVE_TOKEN, NO_MIC},
    {"Flags 0x2 cleared", clear_mic_flag, GSS_S_FAILURE, WRONG_LOGIN},
    {"Flags 0x2 and the MIC", clear_mic_flag_and_mic, GSS_S_FAILURE, WRONG_LOGIN},
    {"Flags hidden", hide_mic_flag, GSS_S_FAILURE, WRONG_LOGIN},
    {"bindings flipped", flip_bindings, GSS_S_FAILURE, WRONG_LOGIN},
    {"bindings zeroed", zero_bindings, GSS_S_FAILURE, WRONG_LOGIN},
    {"bindings hidden", hide_bindings, GSS_S_FAILURE, WRONG_LOGIN},
    {"the target renamed", other_target, GSS_S_FAILURE, WRONG_LOGIN},
    {"the time changed", other_time, GSS_S_FAILURE, WRONG_LOGIN},
    {"another user", other_user, GSS_S_FAILURE, WRONG_LOGIN},
    {"the user's case", other_case, GSS_S_DEFECTIVE_TOKEN, WRONG_MIC},
    {"another workstation", other_workstation, GSS_S_DEFECTIVE_TOKEN, WRONG_MIC},
    {"another session key", other_session_key, GSS_S_DEFECTIVE_TOKEN, WRONG_MIC},
};

static struct gss_channel_bindings_struct channel = {
    .application_data = {3, (void *)(uintptr_t) "tls"}};

static void bound_login(struct mitm *mitm, struct login *l)
{
    login_begin(l, form_mech(mitm->form), ALICE, ALICE_PASSWORD, SEAL_FLAGS);
    l->initiator.bindings = &channel;
    l->acceptor.bindings = &channel;
    mitm_between(mitm, l);
    login_run(l);
}

TEST_TABLE(a_changed_answer_is_refused, answers)
{
    place_begin(LINES_BOTH, "");
    for (int form = 0; form <= FORM_SPNEGO; form++) {
        struct mitm mitm = {.form = (enum form)form,
                            .edit = {[LEG_AUTHENTICATE] = row->edit}};
        struct login l;

        bound_login(&mitm, &l);
        mitm_refused(&l, row->major, row->says);
        login_end(&l);
    }
}

/* Each AV pair of CHALLENGE is changed, doubled or removed on the way to the client. The
 * client's response is computed over what the client received, so the server finds that
 * its own pairs are not in it. */
enum pair_change { FLIPPED, DOUBLED, TAKEN_OUT, N_PAIR_CHANGES };

static void append_changed(const struct avpair *pair, enum pair_change change,
                           struct buf *out)
{
    BUF_AUTO value = BUF_INIT;

    ck_ok(buf_dup(&value, pair->value));
    value.p[0] ^= change == FLIPPED ? 1 : 0;
    for (int n = change == DOUBLED ? 2 : change == FLIPPED ? 1 : 0; n > 0; n--) {
        avpair_append(out, pair->id, buf_bytes(&value));
    }
}

/* mitm->bits has the index of the pair and the change. */
static void change_pair(struct mitm *mitm, struct buf *message)
{
    struct ntlm_challenge challenge;
    struct avpair_list list;
    BUF_AUTO pairs = BUF_INIT;
    BUF_AUTO changed = BUF_INIT;
    size_t at = mitm->bits / N_PAIR_CHANGES;

    ck_ok(challenge_decode(buf_bytes(message), &challenge));
    ck_ok(avpair_decode(challenge.target_info, &list));
    for (size_t i = 0; i < list.n; i++) {
        if (i == at % list.n) {
            append_changed(&list.pairs[i],
                           (enum pair_change)(mitm->bits % N_PAIR_CHANGES), &pairs);
        } else {
            avpair_append(&pairs, list.pairs[i].id, list.pairs[i].value);
        }
    }
    avpair_append_eol(&pairs);
    challenge.target_info = buf_bytes(&pairs);
    challenge_encode(&changed, &challenge);
    forged_set(message, buf_bytes(&changed));
}
#define N_PAIRS 5

/* The client itself refuses a list with two times. */
TEST_TIMES(a_challenge_with_other_pairs_is_noticed, (N_PAIRS) * (N_PAIR_CHANGES))
{
    place_begin(LINES_BOTH, "");
    for (int form = 0; form <= FORM_SPNEGO; form++) {
        struct mitm mitm = {.form = (enum form)form,
                            .edit = {[LEG_CHALLENGE] = change_pair},
                            .bits = (uint32_t)_i};
        struct login l;

        mitm_login(&mitm, &l);
        if (l.initiator.major == GSS_S_DEFECTIVE_TOKEN) {
            ck_failed(&l.initiator, GSS_S_DEFECTIVE_TOKEN, "list of AV pairs");
            ck_assert_int_eq(mitm.bits % N_PAIR_CHANGES, DOUBLED);
        } else {
            mitm_refused(&l, GSS_S_DEFECTIVE_TOKEN, "");
        }
        login_end(&l);
    }
}

/* Adds AV pairs that only a client may send; from a server they have no effect. */
static void speak_for_the_client(struct mitm *mitm, struct buf *message)
{
    struct ntlm_challenge challenge;
    struct avpair_list list;
    BUF_AUTO pairs = BUF_INIT;
    BUF_AUTO changed = BUF_INIT;

    (void)mitm;
    ck_ok(challenge_decode(buf_bytes(message), &challenge));
    ck_ok(avpair_decode(challenge.target_info, &list));
    buf_append(&pairs, bytes_of(challenge.target_info.p, list.raw_len - 4));
    avpair_append_u32(&pairs, AV_FLAGS, 0);
    avpair_append(&pairs, AV_CHANNEL_BINDINGS, hex("0102030405060708090a0b0c0d0e0f10"));
    avpair_append(&pairs, AV_TARGET_NAME, hex("6c006400"));
    avpair_append_eol(&pairs);
    challenge.target_info = buf_bytes(&pairs);
    challenge_encode(&changed, &challenge);
    forged_set(message, buf_bytes(&changed));
}

/* The AUTHENTICATE has none of the pairs that the man in the middle added. */
static void look_at_pairs(struct mitm *mitm, struct buf *message)
{
    struct ntlm_authenticate read;
    struct avpair_list list;

    ck_ok(authenticate_decode(buf_bytes(message), &read));
    ck_ok(
        avpair_decode(bytes_of(read.nt_response.p + 44, read.nt_response.n - 44), &list));
    ck_assert_uint_eq(list.flags, AV_FLAG_MIC);
    ck_assert(!list.has_bindings);
    ck_bytes(list.target_name, hex("68007400740070002f00730065007200760065007200"));
    mitm->bits++;
}

TEST_TIMES(pairs_of_the_server_never_replace_the_clients, 2)
{
    struct mitm mitm = {
        .form = (enum form)_i,
        .edit = {
            [LEG_CHALLENGE] = speak_for_the_client, [LEG_AUTHENTICATE] = look_at_pairs}};
    struct login l;

    place_begin(LINES_BOTH, "");
    mitm_login(&mitm, &l);
    ck_assert_uint_eq(mitm.bits, 1);
    mitm_refused(&l, GSS_S_DEFECTIVE_TOKEN, WRONG_MIC);
    login_end(&l);
}

/* If the man in the middle changes nothing, the login succeeds; so the tests above test
 * nothing but the edits. */
TEST_TIMES(a_mitm_that_changes_nothing, 2)
{
    struct mitm mitm = {.form = (enum form)_i};
    struct login l;

    place_begin(LINES_BOTH, "");
    bound_login(&mitm, &l);
    ck_assert(login_is_done(&l));
    protect_both_ways(&l);
    login_end(&l);
}
