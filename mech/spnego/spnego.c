/* SPDX-License-Identifier: ISC */
/* One negotiation: its list of mechanisms, and its steps by role and state. */
#include "mech/spnego/spnego.h"

#include "mech/spnego/fallback.h"
#include "mech/spnego/withheld.h"

#include <stdlib.h>

void spnego_cleanup(struct spnego *s)
{
    OM_uint32 minor;

    mechanism_free(s->mechanism);
    s->mechanism = NULL;
    withheld_free(s->withheld);
    s->withheld = NULL;
    buf_cleanup(&s->mech_types);
    saved_failure_cleanup(&s->no_settings);
    buf_cleanup(&s->reason_text);
    free(s->mechs);
    s->mechs = NULL;
    s->n_mechs = 0;
    if (s->named != GSS_C_NO_OID_SET) {
        (void)gss_release_oid_set(&minor, &s->named);
    }
    if (s->settings != NULL) {
        settings_release(s->settings);
        s->settings = NULL;
    }
}

enum err spnego_settings(struct spnego *s, const struct settings **out_settings)
{
    enum err e = ERR_OK;

    *out_settings = NULL;
    if (s->no_settings.code != ERR_OK) {
        return failure_raise_saved(&s->no_settings);
    }
    if (s->settings == NULL && (e = settings_acquire(&s->settings)) != ERR_OK) {
        failure_save(&s->no_settings, e);
        return e;
    }
    *out_settings = s->settings;
    return ERR_OK;
}

enum err spnego_add_mech(struct spnego *s, const struct spnego_mech *mech)
{
    struct spnego_mech *mechs;

    if (s->n_mechs == SPNEGO_MAX_OWN_MECHS) {
        return err_note(ERR_ARGUMENT, "more than %d mechanisms", SPNEGO_MAX_OWN_MECHS);
    }
    mechs = reallocarray(s->mechs, s->n_mechs + 1, sizeof(*mechs));
    if (mechs == NULL) {
        return ERR_NO_MEMORY;
    }
    s->mechs = mechs;
    s->mechs[s->n_mechs++] = *mech;
    return ERR_OK;
}

const struct spnego_mech *spnego_find_mech(const struct spnego *s, struct bytes oid)
{
    for (size_t i = 0; i < s->n_mechs; i++) {
        if (bytes_equal(s->mechs[i].oid, oid)) {
            return &s->mechs[i];
        }
    }
    return NULL;
}

bool spnego_allows_kerberos(const struct spnego *s)
{
    for (size_t i = 0; s->allowed != NULL && i < s->allowed->count; i++) {
        if (fallback_is_kerberos(&s->allowed->elements[i])) {
            return true;
        }
    }
    return false;
}

bool spnego_lists_kerberos(const struct spnego *s, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        struct bytes oid = s->mechs[i].oid;
        gss_OID_desc mech = {(OM_uint32)oid.n, (void *)(uintptr_t)oid.p};

        if (fallback_is_kerberos(&mech)) {
            return true;
        }
    }
    return false;
}

enum err spnego_start(struct spnego *s, const struct spnego_mech *mech,
                      const struct mechanism_request *request)
{
    struct mechanism_request wanted = *request;

    wanted.mech = mech->oid;
    wanted.origin =
        (struct login_origin){AUDIT_SPNEGO, s->reason != NULL ? s->reason : ""};
    wanted.settings = s->settings;
    mechanism_free(s->mechanism);
    s->mechanism = NULL;
    return mech->start(&wanted, &s->mechanism);
}

enum err spnego_feed(struct spnego *s, const struct step_input *step,
                     const struct negtoken_resp *resp, struct buf *token)
{
    struct step_input step_input = *step;
    bool done = s->mechanism->ops->is_done(s->mechanism);

    step_input.in = resp->token;
    if (resp->has_token && done) {
        return err_note(ERR_NEG_STATE, "a token came after the last one");
    }
    if (resp->has_token) {
        return s->mechanism->ops->step(s->mechanism, &step_input, token);
    }
    return done ? ERR_OK
                : err_note(ERR_NEG_STATE, "the %s has no token",
                           s->role == ROLE_INITIATOR ? "server's reply"
                                                     : "client's answer");
}

enum err spnego_step(struct spnego *s, const struct step_input *step, struct buf *out)
{
    struct mechanism_request request = *step->request;
    struct step_input input = *step;

    /* SPNEGO needs integrity for its MIC even if the application asks for none. */
    if (s->role == ROLE_INITIATOR && s->integrity == INTEGRITY_ADDED) {
        request.flags |= GSS_C_INTEG_FLAG;
    }
    input.request = &request;
    if (s->role == ROLE_INITIATOR && s->state == SPNEGO_FIRST) {
        return initiator_first(s, &input, out);
    }
    if (s->role == ROLE_INITIATOR &&
        (s->state == SPNEGO_REPLY || s->state == SPNEGO_NEXT)) {
        return initiator_reply(s, &input, out);
    }
    if (s->role == ROLE_ACCEPTOR && s->state == SPNEGO_FIRST) {
        return acceptor_first(s, &input, out);
    }
    if (s->role == ROLE_ACCEPTOR && s->state == SPNEGO_NEXT) {
        return acceptor_next(s, &input, out);
    }
    return ERR_STATE;
}
