/* SPDX-License-Identifier: ISC */
/* Peers that deviate from RFC 4178 and are tolerated. */
#include "mech/spnego/tolerate.h"

#include "mech/spnego/mic.h"

static bool mechanism_is_done(const struct spnego *s)
{
    return s->mechanism != NULL && s->mechanism->ops->is_done(s->mechanism);
}

void tolerate_mic_that_echoes_token(struct negtoken_resp *resp)
{
    if (resp->has_mic && resp->has_token && bytes_equal(resp->mic, resp->token)) {
        resp->has_mic = false;
    }
}

void tolerate_missing_state(struct negtoken_resp *resp, const struct spnego *s,
                            bool sends_something)
{
    if (resp->has_state) {
        return;
    }
    resp->has_state = true;
    resp->state = mechanism_is_done(s) && !sends_something && !mic_is_required(s)
                      ? NEG_ACCEPT_COMPLETED
                      : NEG_ACCEPT_INCOMPLETE;
}

void tolerate_missing_mech(struct negtoken_resp *resp, struct bytes first_mech)
{
    if (!resp->has_mech) {
        resp->has_mech = true;
        resp->mech = first_mech;
    }
}

void tolerate_empty_token(struct negtoken_resp *resp, const struct spnego *s)
{
    if (resp->has_token && resp->token.n == 0 && mechanism_is_done(s)) {
        resp->has_token = false;
    }
}

bool tolerate_missing_mic(const struct spnego *s)
{
    return !s->must_prove;
}

void tolerate_microsofts_krb5(struct negtoken_resp *resp)
{
    if (resp->has_mech && bytes_equal(resp->mech, OID_MS_KRB5)) {
        resp->mech = OID_KRB5;
    }
}
