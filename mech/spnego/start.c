/* SPDX-License-Identifier: ISC */
/* Starts the initiator's mechanisms, until one makes a token. */
#include "mech/spnego/start.h"

#include "asn1/oid_text.h"
#include "conf/policy.h"
#include "mech/mech_ntlm.h"
#include "mech/report/login_record.h"
#include "mech/spnego/fallback.h"
#include "mech/spnego/withheld.h"
#include "mech/status.h"
#include "mech/ticket.h"

#include <string.h>

enum err start_mech(struct spnego *s, const struct spnego_mech *mech,
                    const struct step_input *step, struct buf *token)
{
    struct step_input empty = *step;
    enum err e = spnego_start(s, mech, step->request);

    empty.in = bytes_of(NULL, 0);
    return e != ERR_OK ? e : s->mechanism->ops->step(s->mechanism, &empty, token);
}

/* Whether the next mechanism may be tried after this mechanism has failed. If the
 * settings cannot be read, their error is appended to the failure. If only a setting
 * forbids the next mechanism, that is appended too, and the audit records the refused
 * NTLM. */
static bool may_fall_back(struct spnego *s, const struct spnego_mech *mech,
                          const struct mechanism_request *request,
                          struct failure *failure)
{
    const struct settings *settings;
    struct mechanism_request asked = *request;
    struct policy_failure kind;
    bool follows;
    enum err e;

    if (failure->code != ERR_GLUE) {
        return false;
    }
    if ((e = spnego_settings(s, &settings)) != ERR_OK) {
        status_append(failure, "NTLM", failure_of(e));
        return false;
    }
    kind.is_listed = fallback_follows(mech->oid, failure->major, failure->minor);
    kind.has_ticket = kind.is_listed && policy_asks_for_ticket(settings) &&
                      ticket_is_held(request->cred);
    follows = policy_falls_back(settings, &kind);
    fallback_trace(mech->oid, failure, kind.is_listed, follows,
                   policy_fallback_value(settings));
    if (kind.is_listed && !follows) {
        e = policy_refuse_fallback(settings);
        login_reason_mech_failed(s, mech, failure);
        asked.origin = (struct login_origin){AUDIT_SPNEGO, s->reason};
        login_record_refused(ROLE_INITIATOR, &asked, e);
        status_append(failure, "NTLM", failure_of(e));
    }
    return follows;
}

/* Appends the failure of a later mechanism to that of the first one. */
static void append_later(struct failure *first, struct bytes oid,
                         const struct failure *later)
{
    BUF_AUTO name = BUF_INIT;

    if (bytes_equal(oid, OID_NTLM)) {
        buf_append_text(&name, "NTLM");
    } else {
        oid_text(&name, oid);
    }
    status_append(first, buf_cstr(&name), *later);
}

enum err start_first(struct spnego *s, const struct step_input *step, struct buf *token)
{
    struct failure first = {.code = ERR_OK};

    while (s->n_mechs > 0) {
        struct spnego_mech *mech = &s->mechs[0];
        enum err e = start_mech(s, mech, step, token);
        struct failure failure;
        bool goes_on;

        if (e == ERR_OK) {
            return withheld_apply(s, step->request);
        }
        failure = failure_of(e);
        goes_on = may_fall_back(s, mech, step->request, &failure);
        if (first.code == ERR_OK) {
            first = failure;
        } else {
            append_later(&first, mech->oid, &failure);
        }
        if (!goes_on) {
            return failure_raise(&first);
        }
        buf_cleanup(token);
        login_reason_mech_failed(s, mech, &failure);
        s->n_mechs--; /* a mechanism that failed before our first token is not listed */
        memmove(mech, mech + 1, s->n_mechs * sizeof(*mech));
    }
    return first.code != ERR_OK ? failure_raise(&first) : ERR_NEG_NO_COMMON;
}
