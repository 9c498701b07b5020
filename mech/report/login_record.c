/* SPDX-License-Identifier: ISC */
/* Writes the audit's record of a login by NTLM: its origin, its reason and its end. */
#include "mech/report/login_record.h"

#include "asn1/oid_text.h"
#include "conf/policy.h"
#include "mech/mech_ntlm_object.h"
#include "mech/oid.h"
#include "mech/passthrough/first_token.h"
#include "mech/spnego/fallback.h"
#include "mech/status.h"

#define KERBEROS_FAILED "Kerberos failed"

/* The position of the first of two mechanisms in a client's list; n_mechs if the list has
 * neither. */
static size_t position(const struct negtoken_init *init, struct bytes mech,
                       struct bytes same)
{
    size_t i = 0;

    while (i < init->n_mechs && !bytes_equal(init->mechs[i], mech) &&
           !bytes_equal(init->mechs[i], same)) {
        i++;
    }
    return i;
}

/* Why a client's list alone leads to NTLM; NULL if Kerberos is before NTLM. */
static const char *reason_of_list(const struct negtoken_init *init)
{
    size_t krb5 = position(init, OID_KRB5, OID_MS_KRB5);

    if (krb5 == init->n_mechs) {
        return "the client offered no Kerberos";
    }
    return position(init, OID_NTLM, OID_NTLM) < krb5 ? "the client offered NTLM first"
                                                     : NULL;
}

struct login_origin login_origin_raw(enum gss_role role)
{
    bool initiates = role == ROLE_INITIATOR;

    return (struct login_origin){AUDIT_RAW, initiates ? "the program asked for NTLM"
                                                      : "the client sent no SPNEGO"};
}

/* Why NTLM is the first mechanism of an initiator's list. */
static const char *initiators_reason(struct spnego *s,
                                     const struct mechanism_request *request)
{
    struct mechanism_request target = {.target = request->target};
    const struct settings *settings;

    if (spnego_settings(s, &settings) == ERR_OK && !policy_tries_kerberos(settings)) {
        return "ntlm = only";
    }
    if (!spnego_allows_kerberos(s)) {
        return "gss_set_neg_mechs names no Kerberos";
    }
    if (spnego_find_mech(s, OID_KRB5) != NULL) {
        return "gss_set_neg_mechs puts NTLM first";
    }
    return fallback_krb5_applies(settings, &target)
               ? "the credential is not for Kerberos"
               : "Kerberos does not apply to this target";
}

void login_reason_no_kerberos(struct spnego *s, const struct mechanism_request *request)
{
    if (s->n_mechs > 0 && bytes_equal(s->mechs[0].oid, OID_NTLM)) {
        s->reason = initiators_reason(s, request);
    }
}

/* Appends why a call of the glue failed: the reason of the fallback table, or the error's
 * own sentence. */
static void append_failure(struct buf *out, const struct failure *failure)
{
    const struct fallback_row *row = fallback_find(failure->minor);
    const size_t before = out->n;

    if (row != NULL) {
        buf_append_text(out, row->reason);
        return;
    }
    status_failure_text(out, failure);
    if (out->n == before) {
        buf_append_text(out, "it failed");
    }
}

void login_reason_mech_failed(struct spnego *s, const struct spnego_mech *mech,
                              const struct failure *failure)
{
    bool initiates = s->role == ROLE_INITIATOR;
    struct buf *text = &s->reason_text;

    buf_cleanup(text);
    buf_append_text(text, initiates ? "" : "the client sent a token that failed: ");
    if (bytes_equal(mech->oid, OID_KRB5)) {
        buf_append_text(text, "Kerberos");
    } else {
        oid_text(text, mech->oid);
    }
    buf_append_text(text, ": ");
    append_failure(text, failure);
    s->reason = buf_status(text) == ERR_OK ? buf_cstr(text) : KERBEROS_FAILED;
}

void login_reason_server_chose(struct spnego *s)
{
    s->reason = "the server chose NTLM";
}

void login_reason_client_chose(struct spnego *s, const struct negtoken_init *init)
{
    const char *reason = reason_of_list(init);

    if (reason == NULL) {
        reason = spnego_allows_kerberos(s) ? "this server has no Kerberos keys"
                                           : "gss_set_neg_mechs names no Kerberos";
    }
    s->reason = reason;
}

/* An initiator's target that names no service is shown as the application wrote it. */
static void set_names(struct audit_use *use, const struct ntlm_session *session,
                      const struct mech_name *target)
{
    use->anonymous = session->anonymous;
    use->guest = session->guest;
    use->user = buf_bytes(&session->user);
    use->domain = buf_bytes(&session->domain);
    use->target = buf_bytes(&session->target_name);
    use->status = buf_bytes(&session->status);
    if (session->role == ROLE_ACCEPTOR) {
        use->peer = buf_bytes(&session->workstation);
    } else if (use->target.n == 0 && target != NULL) {
        use->target = buf_bytes(&target->spelling);
    }
}

/* A guest's MIC is made with a key that we do not have, so the acceptor did not verify
 * it. An initiator's login counts as bound if the initiator sent bindings. */
static void set_strength(struct audit_use *use, const struct ntlm_session *session,
                         bool gave_bindings)
{
    use->protection = AUDIT_NONE;
    if (ntlm_session_protects(session)) {
        use->protection = (session->flags & NTLM_SEAL) != 0 ? AUDIT_SEAL : AUDIT_SIGN;
    }
    use->mic = session->mic_flag && !session->guest;
    use->bound = session->role == ROLE_INITIATOR ? gave_bindings && !session->anonymous
                                                 : session->bound;
}

void login_record_end(struct mech_ntlm *self, enum err e)
{
    bool initiates = self->client != NULL;
    struct audit_use use = {.role = initiates ? ROLE_INITIATOR : ROLE_ACCEPTOR,
                            .framing = self->origin.framing,
                            .reason = bytes_str(self->origin.reason),
                            .claimed = !initiates && e != ERR_OK,
                            .is_cached = self->is_cached,
                            .result = e};
    const struct ntlm_session *session;

    if (self->use == USE_RECORDED) {
        return;
    }
    self->use = USE_RECORDED;
    if (!self->settings->audit) {
        return;
    }
    if (initiates) {
        session = ntlm_client_identity(self->client);
    } else {
        session = ntlm_server_session(self->server);
    }
    if (session == NULL) {
        session = ntlm_server_identity(self->server);
    }
    set_names(&use, session, self->target);
    if (e == ERR_OK) {
        set_strength(&use, session, self->gave_bindings);
    }
    audit_write(&use);
}

static void set_initiator(struct audit_use *use, const struct mechanism_request *request,
                          const struct settings *settings, struct buf *target)
{
    const char *local_host = settings != NULL ? settings->host_name : "";
    const struct mech_cred *cred = request->cred;
    const struct credential_choice *user;

    use->anonymous = (request->flags & GSS_C_ANON_FLAG) != 0;
    if (cred != NULL && cred_user(cred, request->target, &user) == ERR_OK &&
        user != NULL) {
        use->user = buf_bytes(&user->credential.user);
        use->domain = buf_bytes(&user->credential.domain);
        use->is_cached = user->credential.cached;
    }
    if (request->target != NULL) {
        name_target(request->target, bytes_str(local_host), target);
        use->target =
            target->n > 0 ? buf_bytes(target) : buf_bytes(&request->target->spelling);
    }
}

void login_record_refused(enum gss_role role, const struct mechanism_request *request,
                          enum err e)
{
    struct audit_use use = {.role = role,
                            .framing = request->origin.framing,
                            .reason = bytes_str(request->origin.reason),
                            .result = e};
    BUF_AUTO target = BUF_INIT;
    const struct settings *settings;
    const struct failure failure = failure_of(e);

    if (settings_acquire(&settings) != ERR_OK) {
        settings = NULL; /* if the settings cannot be read, the audit is on */
    }
    if (settings == NULL || settings->audit) {
        if (role == ROLE_INITIATOR) {
            set_initiator(&use, request, settings, &target);
        }
        (void)failure_raise(&failure); /* the record has the detail of e */
        audit_write(&use);
    }
    (void)failure_raise(&failure);
    settings_release(settings);
}

/* Whether a client's list names NTLM, and the origin of such a login. */
static bool list_names_ntlm(struct bytes token, struct login_origin *out)
{
    struct negtoken_init init;
    const char *reason;

    out->framing = AUDIT_SPNEGO;
    if (negtoken_init_decode(token, &init) != ERR_OK) {
        return false;
    }
    reason = reason_of_list(&init);
    out->reason = reason != NULL ? reason : KERBEROS_FAILED;
    return position(&init, OID_NTLM, OID_NTLM) < init.n_mechs;
}

/* Whether the application or the client's first token asked for NTLM; out: the origin. */
static bool asks_for_ntlm(const struct mech_context *context, struct bytes token,
                          struct login_origin *out)
{
    struct bytes ntlm;

    *out = login_origin_raw(context->role);
    if (context->via == VIA_NTLM) {
        return true;
    }
    if (context->role == ROLE_INITIATOR) {
        *out = (struct login_origin){AUDIT_SPNEGO, KERBEROS_FAILED};
        return true;
    }
    switch (first_token_classify(token, &ntlm)) {
    case FIRST_NTLM:
    case FIRST_NTLM_FRAMED:
        return true;
    case FIRST_SPNEGO:
        return list_names_ntlm(token, out);
    case FIRST_EMPTY:
    case FIRST_KERBEROS:
    case FIRST_UNKNOWN:
        return false;
    }
    return false;
}

void login_record_not_begun(const struct mech_context *context,
                            const struct mechanism_request *request, struct bytes token,
                            enum err e)
{
    struct mechanism_request asked = *request;

    if (e == ERR_OK || e == ERR_NO_CRED || e == ERR_NO_AUTHORITY) {
        return;
    }
    if (asks_for_ntlm(context, token, &asked.origin)) {
        login_record_refused(context->role, &asked, e);
    }
}
