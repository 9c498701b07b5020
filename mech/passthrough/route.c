/* SPDX-License-Identifier: ISC */
/* Decides whether an exchange through SPNEGO's OID is handled by this module or by MIT's
 * own code. */
#include "mech/passthrough/route.h"

#include "conf/policy.h"
#include "mech/glue.h"
#include "mech/oid.h"
#include "mech/passthrough/first_token.h"
#include "mech/report/trace.h"
#include "ntlm/crypto.h"

enum err route_permits_ntlm(struct mech_context *context, const struct mech_name *target)
{
    const struct settings *settings;
    enum err e = spnego_settings(context->spnego, &settings);

    if (e != ERR_OK) {
        return e;
    }
    e = context->role == ROLE_INITIATOR
            ? policy_initiate(settings, name_policy_target(target))
            : policy_accept(settings);
    return e != ERR_OK ? e : crypto_ready();
}

/* Whether an initiator's list names NTLM. True also for a list that cannot be decoded,
 * which we then refuse: the built-in SPNEGO decodes more leniently, and could take NTLM
 * from it. */
static bool lists_ntlm(struct bytes token)
{
    struct negtoken_init init;

    if (negtoken_init_decode(token, &init) != ERR_OK) {
        return true;
    }
    for (size_t i = 0; i < init.n_mechs; i++) {
        if (bytes_equal(init.mechs[i], OID_NTLM)) {
            return true;
        }
    }
    return false;
}

/* Whether the built-in SPNEGO can handle the exchange. It cannot if the application's
 * credential has no Kerberos keys. The default credential is not examined, because
 * Kerberos itself then reports why it has no keys. */
static bool has_others(const struct mech_context *context, const struct mech_cred *cred)
{
    gss_cred_id_t unused;

    return cred == context->default_cred ||
           glue_creds_get(cred->glue_creds, GLUE_CRED_BUILTIN, &unused) == ERR_OK;
}

/* The route by the first token. A client may answer our hints with a bare Kerberos token,
 * which the glue gives to Kerberos where we have sent no hints. If gss_set_neg_mechs
 * forbids Kerberos, such a token is refused too. */
static enum route route_of_first_token(const struct mech_context *context,
                                       const struct mech_cred *cred, struct bytes token)
{
    struct bytes ntlm;

    switch (first_token_classify(token, &ntlm)) {
    case FIRST_SPNEGO:
        return lists_ntlm(token) || !has_others(context, cred) ? ROUTE_OURS
                                                               : ROUTE_BUILTIN;
    case FIRST_KERBEROS:
        return cred_may_use(cred, &MECH_OID_KRB5) ? ROUTE_KRB5 : ROUTE_OURS;
    case FIRST_EMPTY:
    case FIRST_NTLM:
    case FIRST_NTLM_FRAMED:
    case FIRST_UNKNOWN:
        return ROUTE_OURS;
    }
    return ROUTE_OURS;
}

/* Acquires NTLM's default credential, if NTLM is configured. The context keeps the
 * credential, or the reason why there is none; the files may have changed when that
 * reason is reported. An acceptor's credential also gets Kerberos' keys. An initiator's
 * Kerberos uses its own default credential, which depends on the target. */
static enum err default_cred(struct mech_context *context, gss_cred_usage_t usage)
{
    struct cred_source nobody = {0};
    struct glue_cred_source from = {.usage = usage};
    enum err e;

    if (context->default_cred != NULL || !glue_has_ntlm()) {
        return ERR_OK;
    }
    e = cred_acquire(&nobody, usage, &context->default_cred);
    if (e != ERR_OK) {
        failure_save(&context->excluded, e);
        return e == ERR_NO_MEMORY ? e : ERR_OK;
    }
    return usage == GSS_C_ACCEPT
               ? glue_creds_new(&from, &context->default_cred->glue_creds)
               : ERR_OK;
}

/* Whether the settings keep the credential's NTLM part out. Settings that are wrong do
 * not; the step then reports what is wrong. */
static bool is_forbidden(struct mech_context *context, const struct mech_cred *cred,
                         const struct mech_name *target)
{
    bool initiates = context->role == ROLE_INITIATOR;
    enum err e;

    if (!cred_has_ntlm(cred, initiates ? GSS_C_INITIATE : GSS_C_ACCEPT)) {
        return false;
    }
    e = route_permits_ntlm(context, target);
    if (e != ERR_POLICY && e != ERR_FIPS) {
        return false;
    }
    trace_refuse("ntlm", "kept-out", "NTLM", e);
    failure_save(&context->excluded, e);
    return true;
}

/* Whether the credential cannot be used because the application gave channel bindings.
 * The response of winbind's cached credential says that there are none, which a server
 * that demands them refuses; so NTLM is not offered at all. */
static bool cannot_bind(struct mech_context *context, const struct mech_cred *cred,
                        const struct mech_name *target, gss_channel_bindings_t bindings)
{
    const struct credential_choice *user;

    if (bindings == GSS_C_NO_CHANNEL_BINDINGS || !cred_has_ntlm(cred, GSS_C_INITIATE) ||
        cred_user(cred, target, &user) != ERR_OK || user == NULL ||
        !user->credential.cached) {
        return false;
    }
    trace_refuse("ntlm", "kept-out", "NTLM", ERR_CACHED_BINDINGS);
    failure_save(&context->excluded, ERR_CACHED_BINDINGS);
    return true;
}

/* Whether the application has left NTLM out of an initiator's credential that has an NTLM
 * part. */
static bool is_left_out(struct mech_context *context, const struct mech_cred *cred)
{
    if (cred->name == NULL || !cred_may(cred, GSS_C_INITIATE) ||
        cred_may_use(cred, &MECH_OID_NTLM)) {
        return false;
    }
    trace_refuse("ntlm", "kept-out", "NTLM", ERR_LEFT_OUT);
    failure_save(&context->excluded, ERR_LEFT_OUT);
    return true;
}

/* Whether the credential has an NTLM part, but no user for this target. Patterns that
 * cannot be read do not keep NTLM out; the step then reports what is wrong. */
static bool has_no_user(struct mech_context *context, const struct mech_cred *cred,
                        const struct mech_name *target)
{
    const struct credential_choice *unused;

    if (!cred_has_ntlm(cred, GSS_C_INITIATE) ||
        cred_user(cred, target, &unused) != ERR_NO_CRED) {
        return false;
    }
    trace_refuse("ntlm", "no-user", "NTLM", ERR_NO_CRED);
    failure_save(&context->excluded, ERR_NO_CRED);
    return true;
}

/* The credential by which the route is chosen: the application's, or the default
 * one. NULL if nothing of NTLM is configured, or if the settings or the application
 * forbid NTLM here. */
static enum err deciding_cred(struct mech_context *context, struct mech_cred *given,
                              const struct mech_name *target,
                              gss_channel_bindings_t bindings, struct mech_cred **out)
{
    bool initiates = context->role == ROLE_INITIATOR;
    enum err e = ERR_OK;

    *out = given;
    if (given == NULL) {
        e = default_cred(context, initiates ? GSS_C_INITIATE : GSS_C_ACCEPT);
        *out = context->default_cred;
    }
    if (*out != NULL && context->framing == FRAMING_UNKNOWN &&
        (is_forbidden(context, *out, target) ||
         (initiates &&
          (is_left_out(context, *out) || has_no_user(context, *out, target) ||
           cannot_bind(context, *out, target, bindings))))) {
        *out = NULL;
    }
    return e;
}

static enum route find(const struct mech_context *context, const struct mech_cred *cred,
                       struct bytes token)
{
    bool initiator = context->role == ROLE_INITIATOR;
    bool after_hints =
        context->framing == FRAMING_SPNEGO && context->spnego->state == SPNEGO_FIRST;

    if (context->framing != FRAMING_UNKNOWN && (initiator || !after_hints)) {
        return ROUTE_OURS;
    }
    if (cred == NULL || !cred_has_ntlm(cred, initiator ? GSS_C_INITIATE : GSS_C_ACCEPT)) {
        return ROUTE_BUILTIN;
    }
    return initiator ? ROUTE_OURS : route_of_first_token(context, cred, token);
}

static void trace_route(enum route route, const struct mech_cred *cred)
{
    static const char *const routes[] = {
        [ROUTE_OURS] = "ours",
        [ROUTE_BUILTIN] = "builtin",
        [ROUTE_KRB5] = "krb5",
    };
    const char *reason = NULL;

    if (route == ROUTE_BUILTIN) {
        reason = cred == NULL ? "NTLM can play no part"
                              : "the credential or the client's list does not name NTLM";
    }
    trace_decide("route", routes[route], "reason", reason);
}

enum err route_find(struct mech_context *context, struct mech_cred *given,
                    const struct mech_name *target, gss_channel_bindings_t bindings,
                    struct bytes token, enum route *out)
{
    struct mech_cred *cred;
    enum err e;

    if (context->framing == FRAMING_PASSTHROUGH) {
        *out = context->passthrough_kind == GLUE_CRED_KRB5 ? ROUTE_KRB5 : ROUTE_BUILTIN;
        return ERR_OK;
    }
    *out = ROUTE_OURS;
    if ((e = deciding_cred(context, given, target, bindings, &cred)) != ERR_OK) {
        return e;
    }
    *out = find(context, cred, token);
    if (context->framing == FRAMING_UNKNOWN) {
        trace_route(*out, cred);
    }
    return ERR_OK;
}
