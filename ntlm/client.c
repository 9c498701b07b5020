/* SPDX-License-Identifier: ISC */
/* The initiator's state machine ([MS-NLMP] 3.1.5). */
#include "ntlm/client.h"

#include "ntlm/message.h"
#include "ntlm/message_input.h"
#include "ntlm/negotiate.h"
#include "ntlm/reply_proved.h"
#include "ntlm/utf16.h"

#include <stdlib.h>

enum client_state { WAITS_FIRST, WAITS_CHALLENGE, DONE };

struct ntlm_client {
    enum client_state state;
    struct ntlm_key nt_hash;
    struct prover prover;
    uint32_t offered;
    struct buf texts; /* the names in UTF-16 */
    struct bytes user_utf16;
    struct bytes domain_utf16;
    struct bytes workstation_utf16;
    struct bytes target_name_utf16;
    struct buf negotiate; /* as sent, for the MIC */
    struct ntlm_session *session;
};

/* The flags that we offer, as Windows does: KEY_EXCH only where it has a meaning
 * (3.1.5.1.1), no OEM, which we do not support, and no TARGET_INFO, which the server
 * sets. */
static uint32_t offer(const struct ntlm_client_params *params)
{
    uint32_t mask = params->offered_flags == 0 ? UINT32_MAX : params->offered_flags;
    uint32_t flags = NTLM_UNICODE | NTLM_REQUEST_TARGET | NTLM_NTLM | NTLM_ALWAYS_SIGN |
                     NTLM_ESS | NTLM_VERSION | NTLM_128 | NTLM_56 | NTLM_KEY_EXCH;

    if ((params->sign || params->seal) && !params->anonymous) {
        flags |= NTLM_SIGN;
    }
    if (params->seal && !params->anonymous) {
        flags |= NTLM_SEAL;
    }
    if (params->datagram) {
        flags |= NTLM_DATAGRAM;
    }
    if (params->identify) {
        flags |= NTLM_IDENTIFY;
    }
    flags &= mask;
    if (params->anonymous || !ntlm_flags_exchange_key(flags)) {
        flags &= ~(uint32_t)NTLM_KEY_EXCH;
    }
    return flags;
}

/* Copies a name to the session, and its form in UTF-16 to texts, of which *utf16 is then
 * a view. There is room for it, so that no later name moves it. */
static enum err keep_name(struct buf *texts, struct bytes utf8, size_t max_len,
                          struct buf *copy, struct bytes *utf16)
{
    const size_t at = texts->n;
    enum err e = utf16_from_utf8(texts, utf8);

    if (e != ERR_OK) {
        return e;
    }
    *utf16 = bytes_of(texts->p + at, texts->n - at);
    return utf16->n > max_len ? ERR_TOO_LARGE : buf_dup(copy, utf8);
}

/* The session stores the names as the caller gave them; the client stores them in UTF-16,
 * as AUTHENTICATE has them. An anonymous client sends no user name (3.2.5.1.2). */
static enum err keep_names(struct ntlm_client *client,
                           const struct ntlm_client_params *params)
{
    struct ntlm_session *session = client->session;
    struct buf *texts = &client->texts;
    enum err e;

    if (buf_reserve(texts, UTF16_GROWTH * (params->workstation.n + params->target_name.n +
                                           params->user.n + params->domain.n)) == NULL) {
        return buf_status(texts);
    }
    if ((e = keep_name(texts, params->workstation, NTLM_NAME_MAX_LEN,
                       &session->workstation, &client->workstation_utf16)) != ERR_OK ||
        (e = keep_name(texts, params->target_name, UINT16_MAX, &session->target_name,
                       &client->target_name_utf16)) != ERR_OK ||
        params->anonymous) {
        return e;
    }
    if ((e = keep_name(texts, params->user, NTLM_NAME_MAX_LEN, &session->user,
                       &client->user_utf16)) != ERR_OK) {
        return e;
    }
    return keep_name(texts, params->domain, NTLM_NAME_MAX_LEN, &session->domain,
                     &client->domain_utf16);
}

enum err ntlm_client_new(const struct ntlm_client_params *params,
                         struct ntlm_client **out)
{
    *out = NULL;
    if (params->user.n == 0 && !params->anonymous) {
        return err_note(ERR_ARGUMENT, "no user name");
    }
    struct ntlm_client *client = calloc(1, sizeof(*client));
    if (client == NULL) {
        return ERR_NO_MEMORY;
    }
    client->session = ntlm_session_new(ROLE_INITIATOR);
    if (client->session == NULL) {
        ntlm_client_free(client);
        return ERR_NO_MEMORY;
    }
    client->session->anonymous = params->anonymous;
    client->nt_hash = params->nt_hash;
    client->offered = offer(params);
    if (!params->anonymous) {
        client->prover = params->prover;
    }
    enum err e = keep_names(client, params);
    if (e != ERR_OK) {
        ntlm_client_free(client);
        return e;
    }
    *out = client;
    return ERR_OK;
}

void ntlm_client_free(struct ntlm_client *client)
{
    if (client == NULL) {
        return;
    }
    ntlm_key_wipe(&client->nt_hash);
    buf_cleanup(&client->texts);
    buf_cleanup(&client->negotiate);
    ntlm_session_free(client->session);
    free(client);
}

static enum err answer_challenge(struct ntlm_client *client, struct bytes challenge,
                                 const struct ntlm_bindings *bindings, struct buf *out)
{
    const bool is_proved = client->prover.prove != NULL;
    struct reply_input input = {
        .user = buf_bytes(&client->session->user),
        .domain = buf_bytes(&client->session->domain),
        .user_utf16 = client->user_utf16,
        .domain_utf16 = client->domain_utf16,
        .workstation_utf16 = client->workstation_utf16,
        .target_name_utf16 = client->target_name_utf16,
        .nt_hash = &client->nt_hash,
        .prover = is_proved ? &client->prover : NULL,
        .anonymous = client->session->anonymous,
        .offered = client->offered,
        .negotiate = buf_bytes(&client->negotiate),
        .challenge = challenge,
        .bindings = bindings,
    };
    struct reply_keys keys = {0};
    enum err e = is_proved ? reply_proved_encode(out, &input, &keys)
                           : reply_encode(out, &input, &keys);

    if (e == ERR_OK) {
        client->session->flags = keys.flags;
        client->session->mic_flag = keys.mic;
        client->session->exported_session_key = keys.exported_session_key;
    }
    ntlm_key_wipe(&keys.exported_session_key);
    ntlm_key_wipe(&client->nt_hash); /* no later step needs it */
    return e;
}

enum err ntlm_client_step(struct ntlm_client *client, struct bytes in,
                          const struct ntlm_bindings *bindings, struct buf *out)
{
    enum message_input input;
    enum err e = message_input_classify(in, &input);

    if (e != ERR_OK) {
        return e;
    }
    if (client->prover.prove != NULL && bindings != NULL && bindings->present) {
        return ERR_CACHED_BINDINGS;
    }
    if (client->state == WAITS_FIRST && input == INPUT_NOTHING) {
        negotiate_encode(&client->negotiate, client->offered);
        if ((e = buf_status(&client->negotiate)) != ERR_OK) {
            return e;
        }
        buf_append(out, buf_bytes(&client->negotiate));
        client->state = WAITS_CHALLENGE;
        return buf_status(out);
    }
    if (client->state == WAITS_CHALLENGE && input == INPUT_CHALLENGE) {
        if ((e = answer_challenge(client, in, bindings, out)) != ERR_OK ||
            (e = buf_status(out)) != ERR_OK) {
            return e;
        }
        client->state = DONE;
        return ERR_OK;
    }
    return ERR_STATE;
}

bool ntlm_client_is_done(const struct ntlm_client *client)
{
    return client->state == DONE;
}

const struct ntlm_session *ntlm_client_identity(const struct ntlm_client *client)
{
    return client->session;
}

const struct ntlm_session *ntlm_client_session(const struct ntlm_client *client)
{
    return client->state == DONE ? client->session : NULL;
}

struct ntlm_session *ntlm_client_move_session(struct ntlm_client *client)
{
    struct ntlm_session *session = client->session;

    client->session = NULL;
    return session;
}
