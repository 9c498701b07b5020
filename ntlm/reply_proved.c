/* SPDX-License-Identifier: ISC */
/* The initiator's answer to CHALLENGE when a service outside of the process holds the
 * password. */
#include "ntlm/reply_proved.h"

#include "base/secret.h"
#include "ntlm/mic.h"
#include "ntlm/negotiate.h"
#include "ntlm/target_info.h"
#include "ntlm/unverified_identity.h"
#include "ntlm/utf16.h"

#include <string.h>

/* What of the flags in force decides who is authenticated and how messages are protected.
 * The prover must agree to all of these. */
#define BINDING_FLAGS                                                                    \
    ((uint32_t)(NTLM_UNICODE | NTLM_NTLM | NTLM_ESS | NTLM_SIGN | NTLM_SEAL |            \
                NTLM_DATAGRAM | NTLM_IDENTIFY | NTLM_KEY_EXCH | NTLM_128 | NTLM_56))

/* struct proved: the CHALLENGE, the copies that the prover gets, and what it answers. */
struct proved {
    struct reply_challenge read;
    struct buf negotiate;
    struct buf challenge;
    struct buf target_info; /* of the copy of CHALLENGE */
    struct prover_answer answer;
    struct identity identity; /* views into answer.authenticate */
    struct ntlm_key exported_session_key;
};

void prover_answer_cleanup(struct prover_answer *answer)
{
    buf_cleanup(&answer->authenticate);
    buf_cleanup(&answer->exported_session_key);
}

static void proved_cleanup(struct proved *p)
{
    buf_cleanup(&p->negotiate);
    buf_cleanup(&p->challenge);
    buf_cleanup(&p->target_info);
    prover_answer_cleanup(&p->answer);
    identity_cleanup(&p->identity);
    secret_wipe(p, sizeof(*p));
}

static enum err make_copies(struct proved *p, const struct reply_input *input)
{
    const struct target_info_answer ours = {
        .mic = p->read.target_info.has_timestamp,
        .target_name_utf16 = input->target_name_utf16,
    };
    struct ntlm_challenge challenge = p->read.message;
    enum err e;

    negotiate_encode(&p->negotiate, p->read.flags | NTLM_VERSION);
    target_info_answer(&p->target_info, &p->read.target_info, &ours);
    challenge.flags = p->read.flags | NTLM_TARGET_INFO;
    challenge.target_info = buf_bytes(&p->target_info);
    challenge_encode(&p->challenge, &challenge);
    if ((e = buf_status(&p->negotiate)) != ERR_OK ||
        (e = buf_status(&p->target_info)) != ERR_OK) {
        return e;
    }
    return buf_status(&p->challenge);
}

static enum err ask(struct proved *p, const struct reply_input *input)
{
    const struct prover_query query = {
        .user = input->user,
        .domain = input->domain,
        .negotiate = buf_bytes(&p->negotiate),
        .challenge = buf_bytes(&p->challenge),
    };
    enum err e = input->prover->prove(input->prover->self, &query, &p->answer);

    if (e != ERR_OK || (e = buf_status(&p->answer.authenticate)) != ERR_OK) {
        return e;
    }
    return buf_status(&p->answer.exported_session_key);
}

static enum err read_answer(struct proved *p)
{
    struct bytes message = buf_bytes(&p->answer.authenticate);
    struct bytes key = buf_bytes(&p->answer.exported_session_key);
    enum err e = message.n > NTLM_MESSAGE_MAX ? ERR_TOO_LARGE
                                              : identity_read(&p->identity, message);

    if (e == ERR_NO_MEMORY) {
        return e;
    }
    if (e != ERR_OK) {
        return err_note(ERR_CACHED_ANSWER, "its AUTHENTICATE is malformed (%s)",
                        err_name(e));
    }
    if (p->identity.anonymous) {
        return err_note(ERR_CACHED_ANSWER, "it is anonymous");
    }
    if (key.n != sizeof(p->exported_session_key.b)) {
        return err_note(ERR_CACHED_ANSWER, "its session key has %zu bytes", key.n);
    }
    memcpy(p->exported_session_key.b, key.p, sizeof(p->exported_session_key.b));
    return ERR_OK;
}

/* The context reports the user that was asked for, so the server must get the same. */
static enum err check_user(const struct proved *p, const struct reply_input *input)
{
    bool same_user = false;
    bool same_domain = false;
    enum err e;

    if ((e = utf8_equal_nocase(input->user, buf_bytes(&p->identity.user), &same_user)) !=
            ERR_OK ||
        (e = utf8_equal_nocase(input->domain, buf_bytes(&p->identity.domain),
                               &same_domain)) != ERR_OK) {
        return e;
    }
    return same_user && same_domain ? ERR_OK
                                    : err_note(ERR_CACHED_ANSWER, "it is another user's");
}

/* Checks the flags, and that there is an encrypted key exactly if they announce one. */
static enum err check_flags(const struct proved *p)
{
    const uint32_t flags = p->identity.message.flags;
    const uint32_t in_force = p->read.flags;
    const size_t key_len =
        ntlm_flags_exchange_key(in_force) ? sizeof(p->exported_session_key.b) : 0;

    if ((flags & ~(in_force | NTLM_VERSION)) != 0 ||
        (flags & BINDING_FLAGS) != (in_force & BINDING_FLAGS)) {
        return err_note(ERR_CACHED_ANSWER, "its flags are 0x%08x, not 0x%08x", flags,
                        in_force);
    }
    return p->identity.message.session_key.n == key_len
               ? ERR_OK
               : err_note(ERR_CACHED_ANSWER, "its encrypted key has %zu bytes",
                          p->identity.message.session_key.n);
}

/* The kinds of AV pairs that the prover may add to those of the copy. */
static bool may_add(const struct avpair *pair)
{
    return pair->id == AV_SINGLE_HOST ||
           (pair->id == AV_CHANNEL_BINDINGS && bytes_is_zero(pair->value));
}

/* An LM response beside NTLMv2 is of 24 zeros (3.1.5.1.2); another one would let an
 * attacker guess the password more easily. */
static enum err check_response(const struct proved *p)
{
    const struct avpair_list *answered = &p->identity.avs;
    struct avpair_list copied;
    size_t n_added = 0;
    enum err e = avpair_decode(buf_bytes(&p->target_info), &copied);

    if (e != ERR_OK) {
        return e;
    }
    if (!bytes_is_zero(p->identity.message.lm_response)) {
        return err_note(ERR_CACHED_ANSWER, "it has an LM response");
    }
    for (size_t i = 0; i < answered->n; i++) {
        n_added += may_add(&answered->pairs[i]) ? 1 : 0;
    }
    if (target_info_check(&copied, answered) != ERR_OK ||
        answered->n != copied.n + n_added) {
        return err_note(ERR_CACHED_ANSWER, "it has other AV pairs than it was given");
    }
    return ERR_OK;
}

/* The prover's own MIC is over the copies. It shows that the session key is the one that
 * is in the message. Without a Timestamp there is none to rely on. */
static enum err check_mic(const struct proved *p)
{
    const struct ntlm_authenticate *message = &p->identity.message;
    KEY_AUTO mic = {{0}};
    enum err e;

    if (!p->read.target_info.has_timestamp) {
        return ERR_OK;
    }
    if (!message->has_mic || message->mic.n != sizeof(mic.b)) {
        return err_note(ERR_CACHED_ANSWER, "it has no MIC");
    }
    e = mic_compute(&p->exported_session_key, buf_bytes(&p->negotiate),
                    buf_bytes(&p->challenge), buf_bytes(&p->answer.authenticate),
                    message->mic_offset, &mic);
    if (e != ERR_OK) {
        return e;
    }
    return secret_equal(message->mic.p, mic.b, sizeof(mic.b))
               ? ERR_OK
               : err_note(ERR_CACHED_ANSWER, "its MIC is not made with its key");
}

/* Replaces the MIC over the copies by one over the messages as they crossed the wire. */
static enum err make_mic(struct proved *p, const struct reply_input *input)
{
    const size_t at = p->identity.message.mic_offset;
    KEY_AUTO mic = {{0}};
    enum err e = ERR_OK;

    if (!p->identity.message.has_mic) {
        return ERR_OK;
    }
    if (p->read.target_info.has_timestamp) {
        e = mic_compute(&p->exported_session_key, input->negotiate, input->challenge,
                        buf_bytes(&p->answer.authenticate), at, &mic);
    }
    if (e != ERR_OK) {
        return e;
    }
    buf_set(&p->answer.authenticate, at, bytes_of(mic.b, sizeof(mic.b)));
    return buf_status(&p->answer.authenticate);
}

enum err reply_proved_encode(struct buf *out, const struct reply_input *input,
                             struct reply_keys *out_keys)
{
    __attribute__((cleanup(proved_cleanup))) struct proved p = {0};
    enum err e;

    *out_keys = (struct reply_keys){0};
    if (input->bindings != NULL && input->bindings->present) {
        return ERR_CACHED_BINDINGS;
    }
    if ((e = reply_read_challenge(input, &p.read)) != ERR_OK ||
        (e = make_copies(&p, input)) != ERR_OK || (e = ask(&p, input)) != ERR_OK) {
        return e;
    }
    if ((e = read_answer(&p)) != ERR_OK || (e = check_user(&p, input)) != ERR_OK ||
        (e = check_flags(&p)) != ERR_OK || (e = check_response(&p)) != ERR_OK ||
        (e = check_mic(&p)) != ERR_OK) {
        return e;
    }
    if ((e = make_mic(&p, input)) != ERR_OK) {
        return e;
    }
    buf_append(out, buf_bytes(&p.answer.authenticate));
    out_keys->flags = p.read.flags;
    out_keys->mic = p.read.target_info.has_timestamp;
    out_keys->exported_session_key = p.exported_session_key;
    return ERR_OK;
}
