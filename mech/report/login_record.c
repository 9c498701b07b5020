/* SPDX-License-Identifier: ISC */
/* NTLM as an inner mechanism: what the audit hears of it. */
#include "mech/mech_ntlm_object.h"

#include "ntlm/session.h"

/* Whether the audit has heard of NTLM in this call of the application's. */
static _Thread_local bool told;

void mech_ntlm_begin_call(void)
{
    told = false;
}

static void tell(const struct audit_use *use)
{
    told = true;
    audit_write(use);
}

/* An application's target that is no service is shown as it was written. */
static struct bytes shown_target(const struct ntlm_session *session,
                                 const struct mech_name *name)
{
    struct bytes target = buf_bytes(&session->target_name);

    return target.n == 0 && session->role == ROLE_INITIATOR && name != NULL
               ? buf_bytes(&name->spelling)
               : target;
}

static void tell_names(struct audit_use *use, const struct ntlm_session *session)
{
    use->anonymous = session->anonymous;
    use->guest = session->guest;
    use->user = buf_bytes(&session->user);
    use->domain = buf_bytes(&session->domain);
    if (session->role == ROLE_ACCEPTOR) {
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
                          bool gave_bindings)
{
    use->protection = protection_of(session);
    use->mic = session->mic_flag && !session->guest;
    use->bound = session->role == ROLE_INITIATOR ? gave_bindings && !session->anonymous
                                                 : session->bound;
}

void mech_ntlm_audit(struct mech_ntlm *self, enum err e)
{
    bool initiates = self->client != NULL;
    struct audit_use use = {.role = initiates ? ROLE_INITIATOR : ROLE_ACCEPTOR,
                            .framing = self->origin.framing,
                            .reason = bytes_str(self->origin.reason),
                            .claimed = !initiates && e != ERR_OK,
                            .result = e};
    const struct ntlm_session *session;

    if (self->use == USE_TOLD || !self->settings->audit) {
        return;
    }
    self->use = USE_TOLD;
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
        tell_strength(&use, session, self->gave_bindings);
    }
    tell(&use);
}

/* The settings in force, or NULL: such as cannot be read turn nothing off. What they say
 * of themselves must not take the place of the reason that is told. */
static const struct settings *settings_if_any(void)
{
    const struct settings *settings;
    struct err_saved saved;

    err_note_save(&saved);
    if (settings_acquire(&settings) != ERR_OK) {
        settings = NULL;
    }
    err_note_restore(&saved);
    return settings;
}

static void tell_initiator(struct audit_use *use, const struct mechanism_request *request,
                           const struct settings *settings, struct buf *target)
{
    const char *local_host = settings != NULL ? settings->host_name : "";
    const struct mech_cred *cred = request->cred;

    use->anonymous = (request->flags & GSS_C_ANON_FLAG) != 0;
    if (cred != NULL) {
        use->user = buf_bytes(&cred->user.user);
        use->domain = buf_bytes(&cred->user.domain);
    }
    if (request->target != NULL) {
        name_target(request->target, bytes_str(local_host), target);
        use->target =
            target->n > 0 ? buf_bytes(target) : buf_bytes(&request->target->spelling);
    }
}

void mech_ntlm_refused(enum gss_role role, const struct mechanism_request *request,
                       enum err e)
{
    struct audit_use use = {.role = role,
                            .framing = request->origin.framing,
                            .reason = bytes_str(request->origin.reason),
                            .result = e};
    BUF_AUTO target = BUF_INIT;
    const struct settings *settings;

    if (told) {
        return;
    }
    settings = settings_if_any();
    if (settings == NULL || settings->audit) {
        if (role == ROLE_INITIATOR) {
            tell_initiator(&use, request, settings, &target);
        }
        tell(&use);
    }
    settings_release(settings);
}
