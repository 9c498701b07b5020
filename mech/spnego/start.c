/* SPDX-License-Identifier: ISC */
/* An initiator's mechanism, from the first that can make a token. */
#include "mech/spnego/start.h"

#include "asn1/oid_text.h"
#include "conf/policy.h"
#include "mech/spnego/fallback.h"
#include "mech/mech_ntlm.h"
#include "mech/report/login_reason.h"
#include "mech/spnego/withheld.h"
#include "mech/status.h"
#include "mech/ticket.h"

enum err start_mech(struct spnego *s, const struct spnego_mech *mech,
                    const struct step_input *step, struct buf *token)
{
    struct step_input empty = *step;
    enum err e = spnego_start(s, mech, step->request);

    empty.in = bytes_of(NULL, 0);
    return e != ERR_OK ? e : s->mechanism->ops->step(s->mechanism, &empty, token);
}

/* A mechanism that failed before our first token left is not listed. */
static void drop_first_mech(struct spnego *s)
{
    for (size_t i = 1; i < s->n_mechs; i++) {
        s->mechs[i - 1] = s->mechs[i];
    }
    s->n_mechs--;
}

/* NTLM would have followed; behind the error, and to the audit. */
static void refuse_fallback(struct spnego *s, const struct spnego_mech *mech,
                            const struct mechanism_request *request, enum err e)
{
    struct mechanism_request asked = *request;

    login_reason_mech_failed(s, mech);
    asked.origin = (struct login_origin){AUDIT_SPNEGO, s->reason};
    mech_ntlm_refused(ROLE_INITIATOR, &asked, e);
    status_note_after("NTLM", e);
}

/* Whether the next mechanism may be tried after this one's error. Where a setting, or a
 * fault in one, alone forbids it, that is told behind the error. */
static bool may_fall_back(struct spnego *s, const struct spnego_mech *mech,
                          const struct mechanism_request *request, enum err e)
{
    const struct settings *settings;
    OM_uint32 major;
    OM_uint32 minor;
    struct policy_failure failure;
    bool follows;

    if (e != ERR_GLUE || !status_last_glue(&major, &minor)) {
        return false;
    }
    if ((e = spnego_settings(s, &settings)) != ERR_OK) {
        status_note_after("NTLM", e);
        return false;
    }
    failure.is_listed = fallback_follows(mech->oid, major, minor);
    failure.has_ticket = failure.is_listed && policy_asks_for_ticket(settings) &&
                         ticket_is_held(request->cred);
    follows = policy_falls_back(settings, &failure);
    fallback_trace(mech->oid, failure.is_listed, follows,
                   policy_fallback_value(settings));
    if (failure.is_listed && !follows) {
        refuse_fallback(s, mech, request, policy_refuse_fallback(settings));
    }
    return follows;
}

/* The first error is the one to tell, the others behind it. */
static void tell_behind(struct status_saved *first, const struct spnego_mech *mech,
                        enum err e)
{
    BUF_AUTO name = BUF_INIT;

    if (bytes_equal(mech->oid, OID_NTLM)) {
        buf_put_text(&name, "NTLM");
    } else {
        oid_text(&name, mech->oid);
    }
    status_note_behind(first, buf_cstr(&name), e);
}

enum err start_first(struct spnego *s, const struct step_input *step, struct buf *token)
{
    struct status_saved first;
    bool first_failed = false;

    while (s->n_mechs > 0) {
        enum err e = start_mech(s, &s->mechs[0], step, token);
        bool goes_on = e != ERR_OK && may_fall_back(s, &s->mechs[0], step->request, e);

        if (e == ERR_OK) {
            return withheld_apply(s, step->request);
        }
        if (first_failed) {
            tell_behind(&first, &s->mechs[0], e);
            e = ERR_GLUE;
        } else {
            status_save(&first);
        }
        if (!goes_on) {
            return e;
        }
        first_failed = true;
        buf_cleanup(token);
        login_reason_mech_failed(s, &s->mechs[0]);
        drop_first_mech(s);
    }
    return first_failed ? ERR_GLUE : ERR_NEG_NO_COMMON;
}
