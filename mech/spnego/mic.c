/* SPDX-License-Identifier: ISC */
/* The mechListMIC: decides when it is required, makes it and verifies it. */
#include "mech/spnego/mic.h"

#include "mech/report/trace.h"

void mic_require(struct spnego *s, const char *reason)
{
    if (s->mic == MIC_OPTIONAL) {
        trace_decide("mic", "required", "reason", reason);
        s->mic = MIC_REQUIRED;
    }
}

bool mic_is_required(const struct spnego *s)
{
    return s->mic != MIC_OPTIONAL;
}

bool mic_is_sent(const struct spnego *s)
{
    return s->mic == MIC_SENT || s->mic == MIC_EXCHANGED;
}

bool mic_is_verified(const struct spnego *s)
{
    return s->mic == MIC_VERIFIED || s->mic == MIC_EXCHANGED;
}

enum err mic_settle(struct spnego *s)
{
    if (mechanism_has_integrity(s->mechanism)) {
        if (s->mechanism->ops->demands_mic(s->mechanism)) {
            mic_require(s, "NTLM's MIC flag is set");
        }
        return ERR_OK;
    }
    if (!mic_is_required(s)) {
        return ERR_OK;
    }
    if (s->role == ROLE_INITIATOR) {
        return ERR_NEG_NO_INTEG;
    }
    trace_decide("mic", "dropped", "reason", "the mechanism has no integrity");
    s->mic = MIC_OPTIONAL;
    return ERR_OK;
}

enum err mic_receive(struct spnego *s, struct bytes mic)
{
    enum err e;

    if (mic_is_verified(s)) {
        return ERR_NEG_MIC_TWICE;
    }
    if (s->mechanism == NULL || !s->mechanism->ops->is_done(s->mechanism)) {
        return err_note(ERR_NEG_STATE,
                        "a mechListMIC came before the mechanism's last token");
    }
    if (!mechanism_has_integrity(s->mechanism)) {
        return ERR_NEG_NO_INTEG;
    }
    if (s->mechanism->ops->verify(s->mechanism, buf_bytes(&s->mech_types), mic) !=
        ERR_OK) {
        return ERR_NEG_MIC_BAD;
    }
    if ((e = s->mechanism->ops->after_mic(s->mechanism, MESSAGE_RECEIVED)) != ERR_OK) {
        return e;
    }
    trace_decide("mic", "verified");
    s->mic = mic_is_sent(s) ? MIC_EXCHANGED : MIC_VERIFIED;
    return ERR_OK;
}

enum err mic_send(struct spnego *s, struct buf *mic)
{
    enum err e;

    if (mic_is_sent(s)) {
        return ERR_OK;
    }
    e = s->mechanism->ops->sign(s->mechanism, buf_bytes(&s->mech_types), mic);
    if (e != ERR_OK ||
        (e = s->mechanism->ops->after_mic(s->mechanism, MESSAGE_SENT)) != ERR_OK) {
        return e;
    }
    trace_decide("mic", "made");
    s->mic = mic_is_verified(s) ? MIC_EXCHANGED : MIC_SENT;
    return ERR_OK;
}
