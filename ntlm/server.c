/* SPDX-License-Identifier: ISC */
/* The acceptor's state machine ([MS-NLMP] 3.2.5). */
#include "ntlm/server.h"

#include "base/clock.h"
#include "ntlm/challenge.h"
#include "ntlm/message_input.h"
#include "ntlm/negotiate.h"
#include "ntlm/target_info.h"
#include "ntlm/utf16.h"
#include "ntlm/verify.h"

#include <stdlib.h>

enum server_state { WAITS_NEGOTIATE, WAITS_AUTHENTICATE, JUDGED };

struct ntlm_server {
    enum server_state state;
    bool is_accepted;                 /* the AUTHENTICATE that was judged */
    struct ntlm_server_params params; /* its views point into texts and target_names */
    struct buf texts;
    struct bytes *target_names;
    struct buf negotiate; /* the messages as they crossed the wire, for the MIC */
    struct buf challenge;
    uint64_t challenged_at_ms;
    struct ntlm_session *session;  /* made for the AUTHENTICATE; NULL before */
    struct ntlm_session *identity; /* likewise: what it says about its sender */
};

/* The flags that a client may ask for and that we support. */
#define SERVER_FLAGS                                                                     \
    ((uint32_t)(NTLM_UNICODE | NTLM_OEM | NTLM_REQUEST_TARGET | NTLM_SIGN | NTLM_SEAL |  \
                NTLM_DATAGRAM | NTLM_NTLM | NTLM_ALWAYS_SIGN | NTLM_ESS |                \
                NTLM_IDENTIFY | NTLM_VERSION | NTLM_128 | NTLM_KEY_EXCH | NTLM_56))

/* The flags that need extended session security. */
#define SERVER_ESS_FLAGS ((uint32_t)(NTLM_SIGN | NTLM_SEAL | NTLM_KEY_EXCH))

/* Appends *view's text to server->texts, which has room for it, and makes *view point to
 * that copy. */
static void keep(struct ntlm_server *server, struct bytes *view)
{
    const size_t at = server->texts.n;

    buf_append(&server->texts, *view);
    *view = bytes_of(server->texts.p + at, view->n);
}

/* Makes room for all texts at once, so that no later one moves them. */
static enum err keep_params(struct ntlm_server *server)
{
    struct ntlm_server_params *params = &server->params;
    struct bytes *names[] = {&params->netbios_name, &params->netbios_domain,
                             &params->dns_name, &params->dns_domain};
    const size_t n_names = sizeof(names) / sizeof(names[0]);
    size_t n = 0;

    server->target_names =
        calloc(params->n_target_names + 1, sizeof(*server->target_names));
    if (server->target_names == NULL) {
        return ERR_NO_MEMORY;
    }
    if (params->netbios_domain.n == 0) {
        params->netbios_domain = params->netbios_name;
    }
    for (size_t i = 0; i < n_names; i++) {
        n += names[i]->n;
    }
    for (size_t i = 0; i < params->n_target_names; i++) {
        server->target_names[i] = params->target_names[i];
        n += server->target_names[i].n;
    }
    params->target_names = server->target_names;
    if (buf_reserve(&server->texts, n) == NULL) {
        return buf_status(&server->texts);
    }
    for (size_t i = 0; i < n_names; i++) {
        keep(server, names[i]);
    }
    for (size_t i = 0; i < params->n_target_names; i++) {
        keep(server, &server->target_names[i]);
    }
    return ERR_OK;
}

enum err ntlm_server_new(const struct ntlm_server_params *params,
                         struct ntlm_server **out)
{
    *out = NULL;
    if (params->netbios_name.n == 0 || params->authority.verify == NULL) {
        return err_note(ERR_ARGUMENT, "no computer name or no authority");
    }
    struct ntlm_server *server = calloc(1, sizeof(*server));
    if (server == NULL) {
        return ERR_NO_MEMORY;
    }
    server->params = *params;
    if (params->clock_ms == NULL) {
        server->params.clock_ms = clock_uptime_ms;
    }
    enum err e = keep_params(server);
    if (e != ERR_OK) {
        ntlm_server_free(server);
        return e;
    }
    *out = server;
    return ERR_OK;
}

void ntlm_server_free(struct ntlm_server *server)
{
    if (server == NULL) {
        return;
    }
    buf_cleanup(&server->texts);
    free(server->target_names);
    buf_cleanup(&server->negotiate);
    buf_cleanup(&server->challenge);
    ntlm_session_free(server->session);
    ntlm_session_free(server->identity);
    free(server);
}

/* The flags that are asked for and that we support (3.2.5.1.1); of two character sets,
 * Unicode. REQUEST_TARGET is set even if the client does not ask for it: Apache
 * HttpClient 4.5 does not ask, and answers a CHALLENGE without TargetName with NTLMv1. */
static enum err grant(const struct ntlm_server_params *params, uint32_t asked,
                      uint32_t *out_flags)
{
    uint32_t mask = params->offered_flags == 0 ? UINT32_MAX : params->offered_flags;
    uint32_t flags = (asked | NTLM_REQUEST_TARGET) & SERVER_FLAGS & mask;

    *out_flags = 0;
    if ((flags & (NTLM_UNICODE | NTLM_OEM)) == 0) {
        return err_note(ERR_NTLM_CHARSET, "NEGOTIATE flags 0x%08x", asked);
    }
    if ((flags & NTLM_UNICODE) != 0) {
        flags &= ~(uint32_t)NTLM_OEM;
    }
    if ((flags & NTLM_ESS) == 0) {
        flags &= ~SERVER_ESS_FLAGS;
    }
    *out_flags = flags | NTLM_VERSION | NTLM_TARGET_INFO;
    return ERR_OK;
}

/* TargetName: the domain, or the computer if there is no domain. A client without Unicode
 * cannot know our code page, and gets a name only if it is ASCII. */
static enum err append_target_name(const struct ntlm_server_params *params,
                                   uint32_t *flags, struct buf *out)
{
    bool unicode = (*flags & NTLM_UNICODE) != 0;

    if (!unicode && !bytes_is_ascii(params->netbios_domain)) {
        *flags &= ~(uint32_t)NTLM_REQUEST_TARGET;
    }
    if ((*flags & NTLM_REQUEST_TARGET) == 0) {
        return ERR_OK;
    }
    *flags |= bytes_equal_nocase(params->netbios_domain, params->netbios_name)
                  ? NTLM_TARGET_TYPE_SERVER
                  : NTLM_TARGET_TYPE_DOMAIN;
    if (unicode) {
        return utf16_from_utf8(out, params->netbios_domain);
    }
    buf_append(out, params->netbios_domain);
    return ERR_OK;
}

static enum err encode_challenge(const struct ntlm_server_params *params, uint32_t flags,
                                 struct buf *out)
{
    BUF_AUTO target_name = BUF_INIT;
    BUF_AUTO target_info = BUF_INIT;
    const struct target_info_names names = {
        .nb_domain = params->netbios_domain,
        .nb_computer = params->netbios_name,
        .dns_domain = params->dns_domain,
        .dns_computer = params->dns_name,
    };
    struct ntlm_challenge challenge = {.flags = flags};
    enum err e;

    if ((e = append_target_name(params, &challenge.flags, &target_name)) != ERR_OK ||
        (e = buf_status(&target_name)) != ERR_OK ||
        (e = target_info_offer(&target_info, &names, clock_filetime())) != ERR_OK ||
        (e = buf_status(&target_info)) != ERR_OK ||
        (e = crypto_random(challenge.server_challenge, NTLM_CHALLENGE_LEN)) != ERR_OK) {
        return e;
    }
    challenge.target_name = buf_bytes(&target_name);
    challenge.target_info = buf_bytes(&target_info);
    challenge_encode(out, &challenge);
    return buf_status(out);
}

static enum err answer_negotiate(struct ntlm_server *server, struct bytes in)
{
    struct ntlm_negotiate negotiate;
    uint32_t flags;
    enum err e;

    if (in.n > NTLM_NEGOTIATE_MAX) {
        return err_note(ERR_TOO_LARGE, "NEGOTIATE has %zu bytes; %zu are accepted", in.n,
                        NTLM_NEGOTIATE_MAX);
    }
    if ((e = negotiate_decode(in, &negotiate)) != ERR_OK ||
        (e = grant(&server->params, negotiate.flags, &flags)) != ERR_OK ||
        (e = encode_challenge(&server->params, flags, &server->challenge)) != ERR_OK ||
        (e = buf_dup(&server->negotiate, in)) != ERR_OK) {
        return e;
    }
    server->challenged_at_ms = server->params.clock_ms();
    return ERR_OK;
}

enum err ntlm_server_step(struct ntlm_server *server, struct bytes in,
                          const struct ntlm_bindings *bindings, struct buf *out)
{
    enum message_input input;
    enum err e = message_input_classify(in, &input);

    if (e != ERR_OK) {
        return e;
    }
    if (server->state == WAITS_NEGOTIATE && input == INPUT_NEGOTIATE) {
        if ((e = answer_negotiate(server, in)) != ERR_OK) {
            return e;
        }
        buf_append(out, buf_bytes(&server->challenge));
        server->state = WAITS_AUTHENTICATE;
        return buf_status(out);
    }
    if (server->state == WAITS_AUTHENTICATE && input == INPUT_AUTHENTICATE) {
        struct verify_input judged = {
            .params = &server->params,
            .negotiate = buf_bytes(&server->negotiate),
            .challenge = buf_bytes(&server->challenge),
            .authenticate = in,
            .bindings = bindings,
            .challenge_age_ms = server->params.clock_ms() - server->challenged_at_ms,
        };

        server->state = JUDGED; /* a challenge is judged once, whatever comes of it */
        server->session = ntlm_session_new(ROLE_ACCEPTOR);
        server->identity = ntlm_session_new(ROLE_ACCEPTOR);
        if (server->session == NULL || server->identity == NULL) {
            return ERR_NO_MEMORY;
        }
        e = verify_authenticate(&judged, server->session, server->identity);
        server->is_accepted = e == ERR_OK;
        return e;
    }
    return ERR_STATE;
}

bool ntlm_server_is_done(const struct ntlm_server *server)
{
    return server->is_accepted;
}

const struct ntlm_session *ntlm_server_identity(const struct ntlm_server *server)
{
    static const struct ntlm_session nobody = {.role = ROLE_ACCEPTOR};

    return server->identity != NULL ? server->identity : &nobody;
}

const struct ntlm_session *ntlm_server_session(const struct ntlm_server *server)
{
    return server->is_accepted ? server->session : NULL;
}

struct ntlm_session *ntlm_server_move_session(struct ntlm_server *server)
{
    struct ntlm_session *session = server->session;

    server->session = NULL;
    return session;
}
