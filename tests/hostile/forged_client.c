/* SPDX-License-Identifier: ISC */
/* Writes NTLM messages that a client with the right password, or a server, could send. */
#include "tests/hostile/forged_client.h"

#include "ntlm/authenticate.h"
#include "ntlm/challenge.h"
#include "ntlm/kdf.h"
#include "ntlm/mic.h"
#include "ntlm/seal.h"
#include "ntlm/utf16.h"
#include "tests/hostile/context_state.h"

#include <string.h>

#define TIME_FILETIME ((uint64_t)0x01d9000000000000)

void forged_set(struct buf *out, struct bytes value)
{
    BUF_AUTO copy = BUF_INIT;

    ck_ok(buf_dup(&copy, value));
    buf_cleanup(out);
    buf_move(out, &copy);
}

void forged_text(struct buf *out, const char *ascii)
{
    buf_cleanup(out);
    ck_ok(utf16_from_utf8(out, bytes_str(ascii)));
    ck_ok(buf_status(out));
}

void forged_pairs(struct bytes challenge, struct buf *out)
{
    struct ntlm_challenge read;
    struct avpair_list list;

    ck_ok(challenge_decode(challenge, &read));
    ck_ok(avpair_decode(read.target_info, &list));
    forged_set(out, bytes_of(read.target_info.p, list.raw_len - 4));
}

void forged_begin(struct forged_client *h, struct bytes negotiate, struct bytes challenge)
{
    struct ntlm_challenge read;

    memset(h, 0, sizeof(*h));
    ck_ok(challenge_decode(challenge, &read));
    h->negotiate = negotiate;
    h->challenge = challenge;
    h->flags = read.flags;
    memset(h->exported.b, 0x55, sizeof(h->exported.b));
    forged_text(&h->user, "alice");
    forged_text(&h->domain, "AD");
    forged_text(&h->workstation, "WS1");
    forged_pairs(challenge, &h->target_info);
    avpair_append_u32(&h->target_info, AV_FLAGS, AV_FLAG_MIC);
    avpair_append_eol(&h->target_info);
}

/* A name that is not valid UTF-16LE gives a key of zeros: the acceptor refuses the name
 * before it checks the response. */
static void ntowfv2(const struct forged_client *h, struct ntlm_key *out)
{
    struct ntlm_key nt_hash;

    memset(out, 0, sizeof(*out));
    ck_ok(kdf_nt_hash(bytes_str(ALICE_PASSWORD), &nt_hash));
    if (kdf_ntowfv2(&nt_hash, buf_bytes(&h->user), buf_bytes(&h->domain), out) !=
        ERR_OK) {
        memset(out, 0, sizeof(*out));
    }
}

void forged_prove(struct forged_client *h)
{
    static const uint8_t client_challenge[] = "hand-mad";
    struct ntlm_challenge read;
    struct ntlm_key key;
    struct ntlm_key proof;
    struct ntlm_key encrypted;
    BUF_AUTO blob = BUF_INIT;

    ck_ok(challenge_decode(h->challenge, &read));
    ntowfv2(h, &key);
    kdf_ntlmv2_blob(&blob, TIME_FILETIME, client_challenge, buf_bytes(&h->target_info));
    ck_ok(kdf_nt_proof(&key, read.server_challenge, buf_bytes(&blob), &proof, &h->base));
    forged_set(&h->nt_response, bytes_of(proof.b, sizeof(proof.b)));
    buf_append(&h->nt_response, buf_bytes(&blob));
    forged_set(&h->lm_response, hex("000000000000000000000000000000000000000000000000"));
    ck_ok(kdf_rc4(&h->base, &h->exported, &encrypted));
    forged_set(&h->session_key, bytes_of(encrypted.b, sizeof(encrypted.b)));
    if ((h->flags & NTLM_KEY_EXCH) == 0) {
        buf_cleanup(&h->session_key);
        h->exported = h->base;
    }
}

void forged_sign(struct forged_client *h)
{
    struct ntlm_key mic;

    ck_ok(mic_compute(&h->exported, h->negotiate, h->challenge, buf_bytes(&h->message),
                      AUTHENTICATE_MIC_AT, &mic));
    buf_set(&h->message, AUTHENTICATE_MIC_AT, bytes_of(mic.b, sizeof(mic.b)));
    ck_ok(buf_status(&h->message));
}

void forged_write(struct forged_client *h)
{
    struct ntlm_authenticate fields = {
        .lm_response = buf_bytes(&h->lm_response),
        .nt_response = buf_bytes(&h->nt_response),
        .domain = buf_bytes(&h->domain),
        .user = buf_bytes(&h->user),
        .workstation = buf_bytes(&h->workstation),
        .session_key = buf_bytes(&h->session_key),
        .flags = h->flags,
    };

    buf_cleanup(&h->message);
    authenticate_encode(&h->message, &fields);
    ck_ok(buf_status(&h->message));
    forged_sign(h);
}

void forged_end(struct forged_client *h)
{
    struct buf *all[] = {&h->user,        &h->domain,      &h->workstation,
                         &h->target_info, &h->lm_response, &h->nt_response,
                         &h->session_key, &h->message};

    for (size_t i = 0; i < N(all); i++) {
        buf_cleanup(all[i]);
    }
}

void forged_list_mic(const struct forged_client *h, struct bytes list, struct buf *mic)
{
    uint8_t signature[MESSAGE_SIGNATURE_LEN];
    struct seal *seal = NULL;

    ck_ok(seal_new(ROLE_INITIATOR, h->flags, &h->exported, &seal));
    ck_ok(seal_sign(seal, &list, 1, signature));
    seal_free(seal);
    forged_set(mic, bytes_of(signature, sizeof(signature)));
}

void forged_challenge(struct buf *out, uint32_t flags, struct bytes target_name,
                      struct bytes target_info)
{
    struct ntlm_challenge challenge = {
        .flags = flags,
        .server_challenge = {1, 2, 3, 4, 5, 6, 7, 8},
        .target_name = target_name,
        .target_info = target_info,
    };

    buf_cleanup(out);
    challenge_encode(out, &challenge);
    ck_ok(buf_status(out));
}

void forged_target_info(struct buf *out)
{
    BUF_AUTO name = BUF_INIT;

    buf_cleanup(out);
    forged_text(&name, "SERVER");
    avpair_append(out, AV_NB_DOMAIN, buf_bytes(&name));
    avpair_append(out, AV_NB_COMPUTER, buf_bytes(&name));
    avpair_append_u64(out, AV_TIMESTAMP, TIME_FILETIME);
    avpair_append_eol(out);
    ck_ok(buf_status(out));
}

gss_OID form_mech(enum form form)
{
    return form == FORM_SPNEGO ? SPNEGO : NTLM;
}

struct bytes form_list(void)
{
    return hex("300c 060a2b06010401823702020a");
}

void form_first(enum form form, struct bytes message, struct buf *out)
{
    size_t opened;

    buf_cleanup(out);
    switch (form) {
    case FORM_SPNEGO:
        write_init(out, form_list(), message);
        break;
    case FORM_FRAMED:
        opened = der_open(out, DER_APPLICATION_0);
        der_append(out, DER_OID, OID_NTLM);
        buf_append(out, message);
        der_close(out, opened);
        break;
    default:
        buf_append(out, message);
    }
    ck_ok(buf_status(out));
}

void form_second(enum form form, struct bytes message, struct bytes mic, struct buf *out)
{
    if (form == FORM_SPNEGO) {
        write_resp(out, NO_STATE, NOTHING, message, mic);
        return;
    }
    forged_set(out, message);
}

void form_reply(enum form form, struct bytes message, struct buf *out)
{
    if (form == FORM_SPNEGO) {
        write_resp(out, NEG_ACCEPT_INCOMPLETE, OID_NTLM, message, NOTHING);
        return;
    }
    forged_set(out, message);
}

struct bytes form_message(enum form form, const struct buf *token, unsigned leg)
{
    if (form != FORM_SPNEGO) {
        return buf_bytes(token);
    }
    return leg == 1 ? read_init(token).token : read_resp(token).token;
}

void form_begin(enum form form, struct login *l, struct forged_client *h)
{
    BUF_AUTO token = BUF_INIT;

    login_begin(l, form_mech(form), ALICE, ALICE_PASSWORD, SEAL_FLAGS);
    peer_initiate(&l->initiator, NOTHING);
    ck_major(&l->initiator, GSS_S_CONTINUE_NEEDED);
    struct bytes negotiate = form_message(form, &l->initiator.token, 1);
    form_first(form, negotiate, &token);
    peer_accept(&l->acceptor, buf_bytes(&token));
    ck_major(&l->acceptor, GSS_S_CONTINUE_NEEDED);
    forged_begin(h, negotiate, form_message(form, &l->acceptor.token, 2));
}

/* The mechListMIC is made whenever the flags allow a signature. */
void form_answer(enum form form, struct login *l, struct forged_client *h)
{
    BUF_AUTO token = BUF_INIT;
    BUF_AUTO mic = BUF_INIT;
    const uint32_t protection = NTLM_SIGN | NTLM_SEAL;

    if (form == FORM_SPNEGO && (h->flags & NTLM_ESS) != 0 &&
        (h->flags & protection) != 0) {
        forged_list_mic(h, form_list(), &mic);
    }
    form_second(form, buf_bytes(&h->message), buf_bytes(&mic), &token);
    peer_accept(&l->acceptor, buf_bytes(&token));
}

/* An error must come with a minor status and a sentence, and without a name or flags. */
static char letter_checked(struct peer *p)
{
    char letter = state_letter(p->major);

    if (GSS_ERROR(p->major)) {
        ck_assert_msg(p->minor != 0 && strlen(p->sentence) > 10, "%#x with minor %u",
                      p->major, p->minor);
        ck_assert(p->source == GSS_C_NO_NAME);
        ck_assert_uint_eq(p->flags, 0);
    }
    return letter;
}

char form_judge(enum form form, struct login *l, struct forged_client *h)
{
    form_answer(form, l, h);
    return letter_checked(&l->acceptor);
}

char form_hear(enum form form, struct bytes challenge)
{
    BUF_AUTO token = BUF_INIT;
    struct login l;
    char letter;

    login_begin(&l, form_mech(form), ALICE, ALICE_PASSWORD, SEAL_FLAGS);
    peer_initiate(&l.initiator, NOTHING);
    form_reply(form, challenge, &token);
    peer_initiate(&l.initiator, buf_bytes(&token));
    letter = letter_checked(&l.initiator);
    if (letter != '.') {
        ck_gave_up(&l.initiator);
    }
    login_end(&l);
    return letter;
}
