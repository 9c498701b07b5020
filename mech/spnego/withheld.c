/* SPDX-License-Identifier: ISC */
/* NTLM that an initiator could use but does not offer beside a Kerberos token. */
#include "mech/spnego/withheld.h"

#include "conf/policy.h"
#include "mech/oid.h"
#include "mech/report/login_record.h"
#include "mech/report/trace.h"
#include "mech/status.h"

#include <stdlib.h>

struct withheld {
    struct buf user; /* this and the other texts are UTF-8 */
    struct buf domain;
    struct buf target;
    bool by_program; /* the program's flags withheld NTLM, not the setting fallback */
};

void withheld_free(struct withheld *withheld)
{
    if (withheld == NULL) {
        return;
    }
    buf_cleanup(&withheld->user);
    buf_cleanup(&withheld->domain);
    buf_cleanup(&withheld->target);
    free(withheld);
}

/* Whether the setting fallback removes NTLM, which is at position ntlm of the list. */
static bool fallback_withholds(const struct spnego *s, const struct settings *settings,
                               size_t ntlm)
{
    return spnego_lists_kerberos(s, ntlm) && !policy_follows_token(settings);
}

/* Whether the program's flags remove it: another mechanism is before it, and nothing
 * could prove the server's choice. */
static bool program_withholds(const struct spnego *s, size_t ntlm)
{
    return ntlm > 0 && s->integrity == INTEGRITY_NONE;
}

/* Appends the setting and its place, or what the program did. Most exchanges succeed and
 * need no such text. */
static void append_reason(struct buf *out, const struct spnego *s)
{
    if (s->withheld->by_program) {
        buf_append_text(out,
                        "the program's credential forbids the signing that would prove "
                        "the server's choice (GSS_KRB5_CRED_NO_CI_FLAGS_X)");
    } else {
        FAILURE_AUTO saved = *failure_last();

        buf_append_text(out, err_note_get(policy_refuse_fallback(s->settings)));
    }
}

/* Copies the user and the target, because the application may release them before the
 * exchange ends. The target is as the audit shows it: service/host, or the application's
 * text. */
static enum err remember(struct spnego *s, const struct mechanism_request *request,
                         bool by_program)
{
    struct withheld *withheld = calloc(1, sizeof(*withheld));
    const struct credential_choice *user = NULL;
    const struct mech_name *target = request->target;
    enum err e;

    s->withheld = withheld;
    if (withheld == NULL) {
        return ERR_NO_MEMORY;
    }
    withheld->by_program = by_program;
    if (request->cred != NULL &&
        (e = cred_user(request->cred, target, &user)) != ERR_OK) {
        return e;
    }
    if (target != NULL) {
        name_target(target, bytes_str(s->settings->host_name), &withheld->target);
    }
    if (target != NULL && withheld->target.n == 0) {
        buf_append(&withheld->target, buf_bytes(&target->spelling));
    }
    if ((e = buf_status(&withheld->target)) != ERR_OK || user == NULL ||
        (e = buf_dup(&withheld->user, buf_bytes(&user->credential.user))) != ERR_OK) {
        return e;
    }
    return buf_dup(&withheld->domain, buf_bytes(&user->credential.domain));
}

static void trace_offer(const struct spnego *s)
{
    BUF_AUTO reason = BUF_INIT;

    if (trace_is_on()) {
        append_reason(&reason, s);
        trace_decide("offer", "withheld", "mechanism", "NTLM", "first",
                     trace_oid(&(struct trace_oid_text){0}, s->mechs[0].oid), "reason",
                     buf_cstr(&reason));
    }
}

enum err withheld_apply(struct spnego *s, const struct mechanism_request *request)
{
    const struct settings *settings;
    size_t ntlm = 0; /* its position in the list */
    bool by_program;
    enum err e;

    while (ntlm < s->n_mechs && !bytes_equal(s->mechs[ntlm].oid, OID_NTLM)) {
        ntlm++;
    }
    if (ntlm == s->n_mechs) {
        return ERR_OK;
    }
    if ((e = spnego_settings(s, &settings)) != ERR_OK) {
        return e;
    }
    by_program = !fallback_withholds(s, settings, ntlm);
    if (by_program && !program_withholds(s, ntlm)) {
        return ERR_OK;
    }
    s->n_mechs--;
    for (size_t i = ntlm; i < s->n_mechs; i++) {
        s->mechs[i] = s->mechs[i + 1];
    }
    if ((e = remember(s, request, by_program)) == ERR_OK) {
        trace_offer(s);
    }
    return e;
}

static void trace_withheld(const struct spnego *s, bool is_unfinished)
{
    BUF_AUTO line = BUF_INIT;
    BUF_AUTO reason = BUF_INIT;

    if (!trace_is_on()) {
        return;
    }
    append_reason(&reason, s);
    trace_decision(&line, "withheld", is_unfinished ? "unfinished" : "failed");
    trace_append_text(&line, "mechanism", "NTLM");
    trace_append(&line, "reason", buf_bytes(&reason));
    if (s->withheld->by_program) {
        trace_append_text(&line, "ci_flags", "no");
    } else {
        trace_append_text(&line, "fallback", policy_fallback_value(s->settings));
    }
    trace_write(&line);
}

/* Writes the audit line and the trace line. reason: what failed before e, for the audit;
 * NULL if e says it all. */
static void report(struct spnego *s, const char *reason, enum err e)
{
    struct withheld *withheld = s->withheld;
    struct audit_use use = {
        .role = ROLE_INITIATOR,
        .user = buf_bytes(&withheld->user),
        .domain = buf_bytes(&withheld->domain),
        .target = buf_bytes(&withheld->target),
        .anonymous = withheld->user.n == 0,
        .framing = AUDIT_SPNEGO,
        .reason = bytes_str(reason == NULL ? "" : reason),
        .result = e,
        .is_unfinished = e == ERR_OK,
        .is_withheld = true,
        .withheld_by = withheld->by_program ? NULL : policy_fallback_value(s->settings)};

    trace_withheld(s, use.is_unfinished);
    if (s->settings->audit) {
        audit_write(&use);
    }
}

void withheld_report_unfinished(struct spnego *s)
{
    if (s->withheld != NULL) {
        report(s, NULL, ERR_OK);
    }
}

void withheld_report_failed(struct spnego *s, enum err e)
{
    /* after these errors the exchange might have succeeded with NTLM in the list */
    bool concerns_ntlm =
        e == ERR_NEG_MECH || e == ERR_NEG_REJECTED || e == ERR_NO_REPLY || e == ERR_GLUE;
    struct failure failure = failure_of(e);
    BUF_AUTO reason = BUF_INIT;

    if (s->withheld == NULL || !concerns_ntlm) {
        return;
    }
    append_reason(&reason, s);
    if (e == ERR_GLUE) {
        login_reason_mech_failed(s, &s->mechs[0], &failure);
        (void)err_note(ERR_POLICY, "%s", buf_cstr(&reason));
        report(s, s->reason, ERR_POLICY);
        status_append(&failure, "NTLM", failure_of(ERR_POLICY));
        return;
    }
    (void)err_note(e, "%s%sNTLM was not offered: %s", failure.detail,
                   failure.detail[0] == '\0' ? "" : "; ", buf_cstr(&reason));
    report(s, NULL, e);
}
