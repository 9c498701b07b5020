/* SPDX-License-Identifier: ISC */
/* The object behind NTLM's inner mechanism; for its own files. */
#ifndef MECH_MECH_NTLM_OBJECT_H
#define MECH_MECH_NTLM_OBJECT_H

#include "conf/settings.h"
#include "mech/mech_ntlm.h"
#include "ntlm/authority.h"
#include "ntlm/client.h"
#include "ntlm/server.h"

/* enum mech_ntlm_use: how much of a use of NTLM the audit knows; it is told once. */
enum mech_ntlm_use {
    USE_OPEN, /* neither done nor refused */
    USE_DUE,  /* NTLM's part went well: the leg, and SPNEGO, decide what it comes to */
    USE_TOLD,
};

/*
 * struct mech_ntlm: exactly one of client, server and imported (what is left of an
 * exchange of another process) is there. seal is made when the exchange is done and
 * protects; target is what the initiator was given, or the acceptor's own name.
 */
struct mech_ntlm {
    struct mechanism mechanism;
    struct ntlm_client *client;
    struct ntlm_server *server;
    struct ntlm_session *imported;
    const struct settings *settings; /* in force when it began; none if imported */
    struct authority authority;
    struct seal *seal;
    struct mech_name *target;
    struct login_origin origin;
    enum mech_ntlm_use use;
    bool gave_bindings; /* the application, with the step that made it done */
};

/* What an established context does; mech_ntlm.c. */
extern const struct mechanism_ops MECH_NTLM_OPS;

/* mech_ntlm_audit: tells of the use and how it ended, unless it was told before. */
void mech_ntlm_audit(struct mech_ntlm *self, enum err e);

#endif
