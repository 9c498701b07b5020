/* SPDX-License-Identifier: ISC */
/* The object behind NTLM's inner mechanism; for its own files. */
#ifndef MECH_SPNEGO_INNER_NTLM_OBJECT_H
#define MECH_SPNEGO_INNER_NTLM_OBJECT_H

#include "conf/settings.h"
#include "mech/spnego/inner_ntlm.h"
#include "ntlm/authority.h"
#include "ntlm/client.h"
#include "ntlm/server.h"

/*
 * struct inner_ntlm: exactly one of client, server and imported (what is left of an
 * exchange of another process) is there. seal is made when the exchange is done and
 * protects; target is what the initiator was given, or the acceptor's own name.
 */
struct inner_ntlm {
    struct inner inner;
    struct ntlm_client *client;
    struct ntlm_server *server;
    struct ntlm_session *imported;
    const struct settings *settings; /* in force when it began; none if imported */
    struct authority authority;
    struct seal *seal;
    struct mech_name *target;
    struct inner_occasion occasion;
    bool is_audited; /* a use is told once */
};

/* What an established context does; inner_ntlm.c. */
extern const struct inner_ops INNER_NTLM_OPS;

/* inner_ntlm_audit: tells of the exchange, which a step has ended, well or not. */
void inner_ntlm_audit(struct inner_ntlm *self, const struct inner_leg *leg, enum err e);

#endif
