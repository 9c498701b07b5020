/* SPDX-License-Identifier: ISC */
/* The initiator's answer to CHALLENGE ([MS-NLMP] 3.1.5.1.2). */
#include "ntlm/reply.h"

#include "base/clock.h"
#include "base/secret.h"
#include "ntlm/authenticate.h"
#include "ntlm/mic.h"
#include "ntlm/target_info.h"

/* struct reply: the decoded CHALLENGE, and what AUTHENTICATE is made of. random: what the
 * client chooses, drawn at once; the key is used only if one is exchanged. */
struct reply {
    struct reply_challenge read;
    struct {
        uint8_t client_challenge[NTLM_CHALLENGE_LEN];
        struct ntlm_key session_key;
    } random;
    struct ntlm_key session_base_key;
    struct ntlm_key exported_session_key;
    struct ntlm_key encrypted_session_key;
    struct buf nt_response;
    uint8_t lm_response[NTLM_V1_RESPONSE_LEN];
};

static void reply_cleanup(struct reply *reply)
{
    buf_cleanup(&reply->nt_response);
    secret_wipe(reply, sizeof(*reply));
}

/* NTLMv2 needs extended session security, and this module has nothing weaker. Clears
 * KEY_EXCH if no key is exchanged, because peers disagree about what it means in that
 * case. */
static enum err check_granted(struct reply_challenge *read, uint32_t offered)
{
    uint32_t needed = NTLM_ESS | NTLM_NTLM;

    read->flags = offered & read->message.flags;
    if ((read->flags & NTLM_UNICODE) == 0) {
        return ERR_NTLM_CHARSET;
    }
    if ((read->flags & needed) != needed) {
        return err_note(ERR_NTLM_FLAGS, "CHALLENGE flags 0x%08x", read->message.flags);
    }
    if (!ntlm_flags_exchange_key(read->flags)) {
        read->flags &= ~(uint32_t)NTLM_KEY_EXCH;
    }
    return ERR_OK;
}

/* TargetInfo is ignored if its flag is not set (2.2.1.2). The NTLMv2 response then has
 * none of the server's AV pairs. Bytes after MsvAvEOL are not a part of TargetInfo. */
enum err reply_read_challenge(const struct reply_input *input,
                              struct reply_challenge *out)
{
    enum err e;

    *out = (struct reply_challenge){0};
    if ((e = challenge_decode(input->challenge, &out->message)) != ERR_OK ||
        (e = check_granted(out, input->offered)) != ERR_OK) {
        return e;
    }
    if ((out->message.flags & NTLM_TARGET_INFO) == 0 || out->message.target_info.n == 0) {
        return ERR_OK;
    }
    return avpair_decode(out->message.target_info, &out->target_info);
}

static enum err make_blob(const struct reply_input *input, const struct reply *reply,
                          struct buf *out)
{
    BUF_AUTO target_info = BUF_INIT;
    const struct avpair_list *offered = &reply->read.target_info;
    struct target_info_answer answer = {
        .mic = offered->has_timestamp,
        .bindings = input->bindings,
        .target_name_utf16 = input->target_name_utf16,
    };

    target_info_answer(&target_info, offered, &answer);
    enum err e = buf_status(&target_info);
    if (e != ERR_OK) {
        return e;
    }
    uint64_t time =
        offered->has_timestamp ? offered->timestamp_filetime : clock_filetime();
    kdf_ntlmv2_blob(out, time, reply->random.client_challenge, buf_bytes(&target_info));
    return buf_status(out);
}

static enum err make_responses(const struct reply_input *input, struct reply *reply)
{
    BUF_AUTO blob = BUF_INIT;
    KEY_AUTO ntowfv2 = {{0}};
    KEY_AUTO proof = {{0}};
    enum err e;

    if ((e = crypto_random(&reply->random, sizeof(reply->random))) != ERR_OK) {
        return e;
    }
    if ((e = kdf_ntowfv2(input->nt_hash, input->user_utf16, input->domain_utf16,
                         &ntowfv2)) != ERR_OK) {
        return e;
    }
    if ((e = make_blob(input, reply, &blob)) != ERR_OK) {
        return e;
    }
    if ((e = kdf_nt_proof(&ntowfv2, reply->read.message.server_challenge,
                          buf_bytes(&blob), &proof, &reply->session_base_key)) !=
        ERR_OK) {
        return e;
    }
    buf_append(&reply->nt_response, bytes_of(proof.b, sizeof(proof.b)));
    buf_append(&reply->nt_response, buf_bytes(&blob));
    if ((e = buf_status(&reply->nt_response)) != ERR_OK) {
        return e;
    }
    if (reply->read.target_info.has_timestamp) {
        return ERR_OK; /* LMv2 is then 24 zero bytes (3.1.5.1.2) */
    }
    return kdf_lmv2_response(&ntowfv2, reply->read.message.server_challenge,
                             reply->random.client_challenge, reply->lm_response);
}

/* The KeyExchangeKey of NTLMv2 is the SessionBaseKey (3.4.5.1). */
static enum err make_session_key(struct reply *reply)
{
    if (!ntlm_flags_exchange_key(reply->read.flags)) {
        reply->exported_session_key = reply->session_base_key;
        return ERR_OK;
    }
    reply->exported_session_key = reply->random.session_key;
    return kdf_rc4(&reply->session_base_key, &reply->exported_session_key,
                   &reply->encrypted_session_key);
}

static struct ntlm_authenticate authenticate_of(const struct reply_input *input,
                                                const struct reply *reply)
{
    struct ntlm_authenticate message = {
        .lm_response = bytes_of(reply->lm_response, NTLM_V1_RESPONSE_LEN),
        .nt_response = buf_bytes(&reply->nt_response),
        .domain = input->domain_utf16,
        .user = input->user_utf16,
        .workstation = input->workstation_utf16,
        .flags = reply->read.flags,
    };

    if (ntlm_flags_exchange_key(reply->read.flags)) {
        message.session_key = bytes_of(reply->encrypted_session_key.b,
                                       sizeof(reply->encrypted_session_key.b));
    }
    if (input->anonymous) {
        message.flags |= NTLM_ANONYMOUS;
        message.lm_response.n = 1; /* Z(1), 3.3.2 */
    }
    return message;
}

/* A client sends a MIC if the server sent a Timestamp (3.1.5.1.2). */
static bool sends_mic(const struct reply_input *input, const struct reply *reply)
{
    return reply->read.target_info.has_timestamp && !input->anonymous;
}

/* The MIC covers the messages as they cross the wire, with zeros in its own place. */
static enum err append_mic(const struct reply_input *input, const struct reply *reply,
                           struct buf *message)
{
    KEY_AUTO mic = {{0}};

    if (!sends_mic(input, reply)) {
        return ERR_OK;
    }
    enum err e =
        mic_compute(&reply->exported_session_key, input->negotiate, input->challenge,
                    buf_bytes(message), AUTHENTICATE_MIC_AT, &mic);
    if (e != ERR_OK) {
        return e;
    }
    buf_set(message, AUTHENTICATE_MIC_AT, bytes_of(mic.b, sizeof(mic.b)));
    return buf_status(message);
}

static enum err append_authenticate(const struct reply_input *input,
                                    const struct reply *reply, struct buf *out)
{
    BUF_AUTO message = BUF_INIT;
    struct ntlm_authenticate fields = authenticate_of(input, reply);

    authenticate_encode(&message, &fields);
    enum err e = buf_status(&message);
    if (e != ERR_OK) {
        return e;
    }
    if (message.n > NTLM_MESSAGE_MAX) {
        return ERR_TOO_LARGE;
    }
    if ((e = append_mic(input, reply, &message)) != ERR_OK) {
        return e;
    }
    buf_append(out, buf_bytes(&message));
    return ERR_OK;
}

enum err reply_encode(struct buf *out, const struct reply_input *input,
                      struct reply_keys *out_keys)
{
    __attribute__((cleanup(reply_cleanup))) struct reply reply = {0};
    enum err e;

    *out_keys = (struct reply_keys){0};
    if ((e = reply_read_challenge(input, &reply.read)) != ERR_OK) {
        return e;
    }
    /* An anonymous client proves nothing, shares no key and has offered no protection. */
    if (!input->anonymous && ((e = make_responses(input, &reply)) != ERR_OK ||
                              (e = make_session_key(&reply)) != ERR_OK)) {
        return e;
    }
    if ((e = append_authenticate(input, &reply, out)) != ERR_OK) {
        return e;
    }
    out_keys->flags = reply.read.flags;
    out_keys->mic = sends_mic(input, &reply);
    out_keys->exported_session_key = reply.exported_session_key;
    return ERR_OK;
}
