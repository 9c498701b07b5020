/* SPDX-License-Identifier: ISC */
/* The object of an NTLM mechanism; for mech/mech_ntlm*.c and mech/report/. */
#ifndef MECH_MECH_NTLM_OBJECT_H
#define MECH_MECH_NTLM_OBJECT_H

#include "conf/settings.h"
#include "mech/mech_ntlm.h"
#include "ntlm/authority.h"
#include "ntlm/client.h"
#include "ntlm/server.h"

/* enum mech_ntlm_use: whether the audit has the record of this use of NTLM. */
enum mech_ntlm_use {
    USE_OPEN, /* neither done nor refused */
    USE_DUE,  /* done and not recorded: the step may still fail, or SPNEGO need a token */
    USE_RECORDED,
};

/*
 * struct mech_ntlm: client or server takes the steps. session: of an exchange that has
 * ended, or of a context that was exported; client and server are NULL then. seal is made
 * when the exchange is done, if messages are protected. target is the initiator's target,
 * or the acceptor's own name.
 */
struct mech_ntlm {
    struct mechanism mechanism;
    struct ntlm_client *client;
    struct ntlm_server *server;
    struct ntlm_session *session;
    const struct settings *settings; /* of the exchange; NULL with session */
    struct authority authority;
    struct seal *seal;
    struct mech_name *target;
    struct login_origin origin;
    enum mech_ntlm_use use;
    bool is_cached;     /* initiator: the credential is in winbind's cache */
    bool gave_bindings; /* the application gave bindings to the last step */
};

/* The functions of an NTLM mechanism; mech_ntlm.c. */
extern const struct mechanism_ops MECH_NTLM_OPS;

#endif
