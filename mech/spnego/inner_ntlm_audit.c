/* SPDX-License-Identifier: ISC */
/* NTLM as an inner mechanism: what the audit hears of it. */
#include "mech/spnego/inner_ntlm_object.h"

#include "ntlm/session.h"

/* An application's target that is no service is shown as it was written. */
static struct bytes shown_target(const struct ntlm_session *session,
                                 const struct mech_name *name)
{
    struct bytes target = buf_bytes(&session->target_name);

    return target.n == 0 && session->role == NTLM_INITIATOR && name != NULL
               ? buf_bytes(&name->spelling)
               : target;
}

static void tell_names(struct audit_use *use, const struct ntlm_session *session)
{
    use->anonymous = session->anonymous;
    use->guest = session->guest;
    use->user = buf_bytes(&session->user);
    use->domain = buf_bytes(&session->domain);
    if (session->role == NTLM_ACCEPTOR) {
        use->peer = buf_bytes(&session->workstation);
    }
}

static enum audit_protection protection_of(const struct ntlm_session *session)
{
    if (!ntlm_session_protects(session)) {
        return AUDIT_NONE;
    }
    return (session->flags & NTLM_SEAL) != 0 ? AUDIT_SEAL : AUDIT_SIGN;
}

/* A guest's MIC is made by a key that nobody here knows, so nobody verified it. An
 * initiator's bindings are those that it sent. */
static void tell_strength(struct audit_use *use, const struct ntlm_session *session,
                          const struct inner_leg *leg)
{
    use->protection = protection_of(session);
    use->mic = session->mic_flag && !session->guest;
    use->bound = session->role == NTLM_INITIATOR
                     ? leg->bindings.present && !session->anonymous
                     : session->bound;
}

void inner_ntlm_audit(struct inner_ntlm *self, const struct inner_leg *leg, enum err e)
{
    bool initiates = self->client != NULL;
    struct audit_use use = {.role = initiates ? NTLM_INITIATOR : NTLM_ACCEPTOR,
                            .framing = self->occasion.framing,
                            .why = bytes_str(self->occasion.why),
                            .claimed = !initiates && e != ERR_OK,
                            .result = e};
    const struct ntlm_session *session;

    if (self->is_audited || !self->settings->audit) {
        return;
    }
    self->is_audited = true;
    if (initiates) {
        session = ntlm_client_claim(self->client);
    } else {
        session = ntlm_server_session(self->server);
    }
    if (session == NULL) {
        session = ntlm_server_claim(self->server);
    }
    tell_names(&use, session);
    use.target = shown_target(session, self->target);
    if (e == ERR_OK) {
        tell_strength(&use, session, leg);
    }
    audit_write(&use);
}

void inner_ntlm_audit_refusal(enum ntlm_role role, const struct inner_request *request,
                              const struct settings *settings, enum err e)
{
    const struct mech_cred *cred = request->cred;
    bool initiates = role == NTLM_INITIATOR;
    struct audit_use use = {.role = role,
                            .framing = request->occasion.framing,
                            .why = bytes_str(request->occasion.why),
                            .result = e};
    BUF_AUTO target = BUF_INIT;

    if (settings != NULL && !settings->audit) {
        return;
    }
    if (initiates && cred != NULL) {
        use.user = buf_bytes(&cred->user.user);
        use.domain = buf_bytes(&cred->user.domain);
    }
    use.anonymous = initiates && (request->flags & GSS_C_ANON_FLAG) != 0;
    if (initiates && request->target != NULL) {
        name_target(request->target, &target);
        use.target =
            target.n > 0 ? buf_bytes(&target) : buf_bytes(&request->target->spelling);
    }
    audit_write(&use);
}
