/* SPDX-License-Identifier: ISC */
/* The result of a finished NTLM exchange: its cleanup, and what it can do. */
#include "ntlm/session.h"

#include <stdlib.h>

struct ntlm_session *ntlm_session_new(enum gss_role role)
{
    struct ntlm_session *session = calloc(1, sizeof(*session));

    if (session != NULL) {
        session->role = role;
    }
    return session;
}

void ntlm_session_free(struct ntlm_session *session)
{
    if (session != NULL) {
        ntlm_session_cleanup(session);
        free(session);
    }
}

void ntlm_session_cleanup(struct ntlm_session *session)
{
    ntlm_key_wipe(&session->exported_session_key);
    buf_cleanup(&session->user);
    buf_cleanup(&session->domain);
    buf_cleanup(&session->workstation);
    buf_cleanup(&session->target_name);
    buf_cleanup(&session->sids);
    buf_cleanup(&session->status);
    *session = (struct ntlm_session){.role = session->role};
}

bool ntlm_session_protects(const struct ntlm_session *session)
{
    if (session->anonymous || session->guest) {
        return false;
    }
    return (session->flags & (NTLM_SIGN | NTLM_SEAL)) != 0;
}

bool ntlm_flags_exchange_key(uint32_t flags)
{
    if ((flags & NTLM_KEY_EXCH) == 0) {
        return false;
    }
    return (flags & (NTLM_SIGN | NTLM_SEAL | NTLM_DATAGRAM)) != 0;
}
