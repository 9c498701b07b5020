/* SPDX-License-Identifier: ISC */
/* The acceptor: NEGOTIATE in, CHALLENGE out, AUTHENTICATE in ([MS-NLMP] 3.2). */
#ifndef NTLM_SERVER_H
#define NTLM_SERVER_H

#include "ntlm/authority.h"
#include "ntlm/session.h"

enum ntlm_bindings_policy {
    NTLM_BINDINGS_ACCEPT,  /* wrong bindings are refused, missing ones accepted */
    NTLM_BINDINGS_REQUIRE, /* missing ones are refused too if our caller gave bindings */
    NTLM_BINDINGS_IGNORE,  /* as if our caller gave none */
};

/* struct ntlm_server_params: ntlm_server_new copies it, but not the authority's self,
 * which stays the caller's. */
struct ntlm_server_params {
    struct bytes netbios_name;   /* UTF-8, at most 15 characters, upper case */
    struct bytes netbios_domain; /* empty: as netbios_name */
    struct bytes dns_name;       /* may be empty: the AV is left out */
    struct bytes dns_domain;     /* may be empty */
    struct authority authority;
    bool allow_anonymous;
    bool allow_guest;
    bool require_mic;
    enum ntlm_bindings_policy bindings_policy;
    unsigned challenge_lifetime_s; /* a later AUTHENTICATE is refused */
    uint64_t (*clock_ms)(void);    /* the clock for it; NULL: clock_uptime_ms */
    uint32_t offered_flags;        /* 0, or a mask as in ntlm_client_params */
    /* the allowed target names, in UTF-8: service/host, or * in place of the service for
     * every service of the host. A client's name may end with a port. n = 0: any name */
    const struct bytes *target_names;
    size_t n_target_names;
};

/* struct ntlm_server: one exchange. After an error of a step it can only be freed; its
 * owner remembers that. */
struct ntlm_server;

/* ntlm_server_new: ERR_ARGUMENT without a netbios_name or an authority. */
MUST_USE enum err ntlm_server_new(const struct ntlm_server_params *params,
                                  struct ntlm_server **out);
void ntlm_server_free(struct ntlm_server *server);

/* ntlm_server_step: takes NEGOTIATE and makes CHALLENGE; takes AUTHENTICATE and makes
 * nothing, after which it is done. bindings (NULL: none) are checked by the second step.
 * A client without Unicode gets OEM, whose texts must be ASCII. Errors: those of the
 * codecs; ERR_NTLM_CHARSET; and those of verify_authenticate. */
MUST_USE enum err ntlm_server_step(struct ntlm_server *server, struct bytes in,
                                   const struct ntlm_bindings *bindings, struct buf *out);
bool ntlm_server_is_done(const struct ntlm_server *server);

/* ntlm_server_identity: what a refused AUTHENTICATE said, as far as it could be decoded:
 * user, domain, workstation, target_name, anonymous. None of it is proven. status: the
 * reason that the authority named. */
const struct ntlm_session *ntlm_server_identity(const struct ntlm_server *server);

/* ntlm_server_session: valid once done; lives as long as the server. */
const struct ntlm_session *ntlm_server_session(const struct ntlm_server *server);

/* ntlm_server_move_session: moves the session to the caller, who calls ntlm_session_free;
 * to be called once done. The server can only be freed then. */
struct ntlm_session *ntlm_server_move_session(struct ntlm_server *server);

#endif
