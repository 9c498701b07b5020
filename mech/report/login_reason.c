/* SPDX-License-Identifier: ISC */
/* Why an exchange is NTLM's and not Kerberos', in words for the audit. */
#include "mech/report/login_reason.h"

#include "asn1/oid_text.h"
#include "conf/policy.h"
#include "mech/oid.h"
#include "mech/spnego/fallback.h"
#include "mech/status.h"

#include <stdio.h>

static void set(struct spnego *s, const char *reason)
{
    (void)snprintf(s->reason, sizeof(s->reason), "%s", reason);
}

static bool allows_kerberos(const struct spnego *s)
{
    for (size_t i = 0; s->allowed != GSS_C_NO_OID_SET && i < s->allowed->count; i++) {
        if (fallback_is_kerberos(&s->allowed->elements[i])) {
            return true;
        }
    }
    return false;
}

static bool offers_kerberos(const struct spnego *s)
{
    return spnego_find_mech(s, OID_KRB5) != NULL;
}

static const char *initiators_reason(struct spnego *s,
                                     const struct mechanism_request *request)
{
    struct mechanism_request target = {.target = request->target};
    const struct settings *settings;

    if (spnego_settings(s, &settings) == ERR_OK && !policy_tries_kerberos(settings)) {
        return "ntlm = only";
    }
    if (!allows_kerberos(s)) {
        return "gss_set_neg_mechs names no Kerberos";
    }
    if (offers_kerberos(s)) {
        return "gss_set_neg_mechs puts NTLM first";
    }
    return fallback_krb5_applies(settings, &target)
               ? "the credential is not for Kerberos"
               : "Kerberos does not apply to this target";
}

void login_reason_no_kerberos(struct spnego *s, const struct mechanism_request *request)
{
    if (s->n_mechs > 0 && bytes_equal(s->mechs[0].oid, OID_NTLM)) {
        set(s, initiators_reason(s, request));
    }
}

static void put_mech(struct buf *out, struct bytes mech)
{
    if (bytes_equal(mech, OID_KRB5)) {
        buf_put_text(out, "Kerberos");
        return;
    }
    oid_text(out, mech);
}

/* A listed error by its reason in the table, any other by its own sentence. */
static void put_failure(struct buf *out)
{
    const struct fallback_row *row = NULL;
    const size_t before = out->n;
    OM_uint32 major;
    OM_uint32 minor;

    if (status_last_glue(&major, &minor)) {
        row = fallback_find(minor);
    }
    if (row != NULL) {
        buf_put_text(out, row->reason);
        return;
    }
    status_error_text(out, ERR_GLUE);
    if (out->n == before) {
        buf_put_text(out, "it failed");
    }
}

void login_reason_mech_failed(struct spnego *s, const struct spnego_mech *mech)
{
    bool initiates = s->role == ROLE_INITIATOR;
    BUF_AUTO text = BUF_INIT;

    buf_put_text(&text, initiates ? "" : "the client sent a token that failed: ");
    put_mech(&text, mech->oid);
    buf_put_text(&text, ": ");
    put_failure(&text);
    set(s, buf_status(&text) == ERR_OK ? buf_cstr(&text) : "Kerberos failed");
}

void login_reason_server_chose(struct spnego *s)
{
    set(s, "the server chose NTLM");
}

/* Where the first mechanism of these stands in the client's list; its end if nowhere. */
static size_t position(const struct negtoken_init *init, struct bytes mech,
                       struct bytes same)
{
    for (size_t i = 0; i < init->n_mechs; i++) {
        if (bytes_equal(init->mechs[i], mech) || bytes_equal(init->mechs[i], same)) {
            return i;
        }
    }
    return init->n_mechs;
}

void login_reason_client_chose(struct spnego *s, const struct negtoken_init *init)
{
    size_t krb5 = position(init, OID_KRB5, OID_MS_KRB5);
    size_t ntlm = position(init, OID_NTLM, OID_NTLM);

    if (krb5 == init->n_mechs) {
        set(s, "the client offered no Kerberos");
        return;
    }
    if (ntlm < krb5) {
        set(s, "the client offered NTLM first");
        return;
    }
    set(s, allows_kerberos(s) ? "this server has no Kerberos keys"
                              : "gss_set_neg_mechs names no Kerberos");
}
