/* SPDX-License-Identifier: ISC */
/* Decides which mechanisms a negotiation offers or accepts, and in which order. */
#include "mech/spnego/offer.h"

#include "conf/policy.h"
#include "mech/glue.h"
#include "mech/mech_glue.h"
#include "mech/mech_ntlm.h"
#include "mech/oid.h"
#include "mech/report/trace.h"
#include "mech/spnego/fallback.h"

/* Whether the credential has a part for this mechanism of the glue. */
static bool has_cred(const struct mech_cred *cred, gss_OID mech)
{
    gss_cred_id_t unused;

    return cred != NULL && cred->glue_creds != NULL &&
           glue_creds_get_mech(cred->glue_creds, mech, &unused) == ERR_OK;
}

/* The settings, or NULL if they cannot be read. Such settings disable NTLM, but not
 * Kerberos. */
static const struct settings *readable_settings(struct spnego *s)
{
    const struct settings *settings;

    return spnego_settings(s, &settings) == ERR_OK ? settings : NULL;
}

static bool allows_kerberos(const struct settings *settings)
{
    return settings == NULL || policy_tries_kerberos(settings);
}

static bool may_try_kerberos(struct spnego *s, const struct mechanism_request *request)
{
    const struct settings *settings = readable_settings(s);

    return allows_kerberos(settings) && fallback_krb5_applies(settings, request);
}

/* Whether a mechanism other than NTLM can be used, by its credential. */
static bool can_be_used(const struct mech_cred *cred, gss_OID mech)
{
    return (oid_equal(mech, &MECH_OID_KRB5) || glue_negotiates(mech)) &&
           has_cred(cred, mech);
}

/* Whether a mechanism other than NTLM is in the list. An initiator's Kerberos credential
 * is not acquired here, because acquiring it may ask a KDC. An acceptor's are acquired
 * when the client names the mechanism (offer_has_keys). */
static bool applies(struct spnego *s, const struct mechanism_request *request,
                    gss_OID mech)
{
    if (s->role == ROLE_ACCEPTOR) {
        return true;
    }
    if (fallback_is_kerberos(mech) && !may_try_kerberos(s, request)) {
        return false;
    }
    return oid_equal(mech, &MECH_OID_KRB5) || can_be_used(request->cred, mech);
}

/* Whether NTLM is only the fallback of Kerberos for this target and user. That is so even
 * if the credential has lost its Kerberos part. */
static bool would_follow_kerberos(struct spnego *s,
                                  const struct mechanism_request *request)
{
    const struct settings *settings = readable_settings(s);

    return allows_kerberos(settings) && fallback_krb5_concerns(settings, request) &&
           spnego_allows_kerberos(s);
}

/* Whether the settings permit NTLM in this exchange. For an acceptor,
 * mech/passthrough/route.c has checked that before. If Kerberos comes before NTLM in the
 * list, mech/spnego/withheld.h decides again, once Kerberos has made a token or has
 * failed. */
static enum err permit_ntlm(struct spnego *s, const struct mechanism_request *request)
{
    const struct settings *settings;
    const struct policy_target target = name_policy_target(request->target);
    enum err e;

    if (s->role == ROLE_ACCEPTOR) {
        return ERR_OK;
    }
    if ((e = spnego_settings(s, &settings)) != ERR_OK) {
        return e;
    }
    return would_follow_kerberos(s, request) && !spnego_lists_kerberos(s, s->n_mechs)
               ? policy_initiate_after_kerberos(settings, target)
               : policy_initiate(settings, target);
}

static enum err add(struct spnego *s, gss_OID mech)
{
    bool initiates = s->role == ROLE_INITIATOR;
    struct spnego_mech ours = {bytes_of(mech->elements, mech->length),
                               initiates ? mech_glue_initiate : mech_glue_accept,
                               initiates ? KEYS_THERE : KEYS_UNKNOWN};

    if (oid_equal(mech, &MECH_OID_NTLM)) {
        ours.start = initiates ? mech_ntlm_initiate : mech_ntlm_accept;
        ours.keys = KEYS_THERE;
    }
    return spnego_add_mech(s, &ours);
}

bool offer_has_keys(struct spnego *s, const struct spnego_mech *mech,
                    const struct mechanism_request *request)
{
    struct spnego_mech *own = &s->mechs[mech - s->mechs]; /* mech, to be changed */
    gss_OID_desc oid = {(OM_uint32)own->oid.n, (void *)(uintptr_t)own->oid.p};

    if (own->keys == KEYS_UNKNOWN) {
        own->keys = can_be_used(request->cred, &oid) ? KEYS_THERE : KEYS_MISSING;
    }
    if (own->keys == KEYS_MISSING && trace_is_on()) {
        trace_decide("offer", "left-out", "mechanism",
                     trace_oid(&(struct trace_oid_text){0}, own->oid), "reason",
                     "there are no keys for it");
    }
    return own->keys == KEYS_THERE;
}

void offer_drop_without_keys(struct spnego *s, const struct mechanism_request *request)
{
    size_t n = 0;

    for (size_t i = 0; i < s->n_mechs; i++) {
        if (offer_has_keys(s, &s->mechs[i], request)) {
            s->mechs[n++] = s->mechs[i];
        }
    }
    s->n_mechs = n;
}

void offer_trace(const struct spnego *s)
{
    BUF_AUTO list = BUF_INIT;

    for (size_t i = 0; trace_is_on() && i < s->n_mechs; i++) {
        buf_printf(&list, "%s%s", i == 0 ? "" : ", ",
                   trace_oid(&(struct trace_oid_text){0}, s->mechs[i].oid));
    }
    trace_decide("offer", "offers", "mechanisms", buf_cstr(&list));
}

/* Writes to the trace why NTLM or Kerberos is not in the list. */
static void trace_left_out(struct spnego *s, const struct mechanism_request *request,
                           enum err ntlm)
{
    const char *reason = NULL;

    trace_refuse("offer", "left-out", "NTLM", ntlm);
    if (spnego_find_mech(s, OID_KRB5) != NULL) {
        return;
    }
    if (s->role == ROLE_INITIATOR) {
        const struct settings *settings = readable_settings(s);

        reason = allows_kerberos(settings) ? fallback_krb5_obstacle(settings, request)
                                           : "ntlm = only";
    }
    trace_decide("offer", "left-out", "mechanism", "Kerberos", "reason",
                 reason != NULL ? reason : "the application did not name it");
}

/* If the settings forbid NTLM or cannot be read, the other mechanisms stay. */
enum err offer_mechs(struct spnego *s, const struct mechanism_request *request)
{
    const struct mech_cred *cred = request->cred;
    bool is_named = cred != NULL && cred->neg_mechs != GSS_C_NO_OID_SET;
    enum err ntlm = ERR_OK;
    enum err e = is_named ? oid_set_copy(cred->neg_mechs, &s->named) : ERR_OK;

    s->allowed = is_named ? s->named : &MECH_OIDS_DEFAULT;
    for (size_t i = 0; e == ERR_OK && i < s->allowed->count; i++) {
        gss_OID mech = &s->allowed->elements[i];
        bool is_ntlm = oid_equal(mech, &MECH_OID_NTLM);

        if (is_ntlm) {
            ntlm = permit_ntlm(s, request);
        }
        if (is_ntlm ? ntlm == ERR_OK : applies(s, request, mech)) {
            e = add(s, mech);
        }
    }
    if (trace_is_on()) {
        trace_left_out(s, request, ntlm);
    }
    return e == ERR_OK && s->n_mechs == 0 ? ntlm : e;
}
