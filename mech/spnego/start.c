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

/* Whether the next mechanism may be tried after this mechanism's error. If the settings
 * cannot be read, their error is appended to this one. If only a setting forbids the next
 * mechanism, that is appended too, and the audit records the refused NTLM. */
static bool may_fall_back(struct spnego *s, const struct spnego_mech *mech,
                          const struct mechanism_request *request, enum err e)
{
    const struct settings *settings;
    struct mechanism_request asked = *request;
    struct policy_failure failure;
    OM_uint32 major;
    OM_uint32 minor;
    bool follows;

    if (e != ERR_GLUE || !status_last_glue(&major, &minor)) {
        return false;
    }
    if ((e = spnego_settings(s, &settings)) != ERR_OK) {
        status_append("NTLM", e);
        return false;
    }
    failure.is_listed = fallback_follows(mech->oid, major, minor);
    failure.has_ticket = failure.is_listed && policy_asks_for_ticket(settings) &&
                         ticket_is_held(request->cred);
    follows = policy_falls_back(settings, &failure);
    fallback_trace(mech->oid, failure.is_listed, follows,
                   policy_fallback_value(settings));
    if (failure.is_listed && !follows) {
        e = policy_refuse_fallback(settings);
        login_reason_mech_failed(s, mech);
        asked.origin = (struct login_origin){AUDIT_SPNEGO, s->reason};
        login_record_refused(ROLE_INITIATOR, &asked, e);
        status_append("NTLM", e);
    }
    return follows;
}

enum err start_first(struct spnego *s, const struct step_input *step, struct buf *token)
{
    BUF_AUTO name = BUF_INIT;
    struct status_saved first;
    bool first_failed = false;

    while (s->n_mechs > 0) {
        struct spnego_mech *mech = &s->mechs[0];
        enum err e = start_mech(s, mech, step, token);
        bool goes_on = e != ERR_OK && may_fall_back(s, mech, step->request, e);

        if (e == ERR_OK) {
            return withheld_apply(s, step->request);
        }
        if (first_failed) {
            /* append this error to the first one, which is returned */
            buf_cleanup(&name);
            if (bytes_equal(mech->oid, OID_NTLM)) {
                buf_append_text(&name, "NTLM");
            } else {
                oid_text(&name, mech->oid);
            }
            status_append_to_saved(&first, buf_cstr(&name), e);
            e = ERR_GLUE;
        } else {
            status_save(&first);
        }
        if (!goes_on) {
            return e;
        }
        first_failed = true;
        buf_cleanup(token);
        login_reason_mech_failed(s, mech);
        s->n_mechs--; /* a mechanism that failed before our first token is not listed */
        memmove(mech, mech + 1, s->n_mechs * sizeof(*mech));
    }
    return first_failed ? ERR_GLUE : ERR_NEG_NO_COMMON;
}
