/* SPDX-License-Identifier: ISC */
/* Who takes an exchange that comes through SPNEGO's OID. */
#include "mech/passthrough/route.h"

#include "conf/policy.h"
#include "mech/passthrough/first_token.h"
#include "mech/oid.h"
#include "ntlm/crypto.h"

enum err route_permits_ntlm(enum gss_role role, const struct mech_name *target)
{
    const struct settings *settings;
    enum err e = crypto_ready();

    if (e != ERR_OK || (e = settings_acquire(&settings)) != ERR_OK) {
        return e;
    }
    e = role == ROLE_INITIATOR ? policy_initiate(settings, name_policy_target(target))
                               : policy_accept(settings);
    settings_release(settings);
    return e;
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

/* Whether the built-in SPNEGO could take the exchange. It cannot if the application's
 * credential has no keys of Kerberos. The default credential is not examined: Kerberos
 * then reports itself why it has no keys. */
static bool has_others(const struct mech_context *context, const struct mech_cred *cred)
{
    gss_cred_id_t unused;

    return cred == context->default_cred ||
           glue_creds_get(cred->glue_creds, GLUE_CRED_BUILTIN, &unused) == ERR_OK;
}

/* The route by the first token. After our hints a bare Kerberos token may come, which the
 * glue would otherwise have given to Kerberos; if gss_set_neg_mechs forbids Kerberos, it
 * is refused in this form too. */
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

enum route route_find(const struct mech_context *context, const struct mech_cred *cred,
                      struct bytes token)
{
    bool initiator = context->role == ROLE_INITIATOR;
    bool after_hints =
        context->framing == FRAMING_SPNEGO && context->spnego.state == SPNEGO_FIRST;

    if (context->framing != FRAMING_UNKNOWN && (initiator || !after_hints)) {
        return ROUTE_OURS;
    }
    if (cred == NULL || !cred_has_ntlm(cred, initiator ? GSS_C_INITIATE : GSS_C_ACCEPT)) {
        return ROUTE_BUILTIN;
    }
    return initiator ? ROUTE_OURS : route_of_first_token(context, cred, token);
}
