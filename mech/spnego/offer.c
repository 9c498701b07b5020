/* SPDX-License-Identifier: ISC */
/* Which mechanisms a negotiation is about. */
#include "mech/spnego/offer.h"

#include "mech/glue.h"
#include "mech/oid.h"
#include "mech/spnego/fallback.h"
#include "mech/spnego/inner_glue.h"
#include "mech/spnego/inner_ntlm.h"

/* Whether the other mechanisms' part of the credential has this one. */
static bool has_cred(const struct mech_cred *cred, gss_OID mech)
{
    gss_cred_id_t unused;

    return cred != NULL && cred->foreign != NULL &&
           foreign_get_mech(cred->foreign, mech, &unused) == ERR_OK;
}

/* An initiator's Kerberos is not acquired before it is tried: that may ask a KDC. */
static bool krb5_applies(const struct spnego *s, const struct inner_request *request)
{
    return s->role == NTLM_INITIATOR ? fallback_krb5_applies(request)
                                     : has_cred(request->cred, &MECH_OID_KRB5);
}

/* One that gss_set_neg_mechs named. */
static bool other_applies(const struct spnego *s, const struct inner_request *request,
                          gss_OID mech)
{
    bool is_initiators_kerberos = s->role == NTLM_INITIATOR && fallback_is_kerberos(mech);

    if (is_initiators_kerberos && !fallback_krb5_applies(request)) {
        return false;
    }
    return glue_negotiates(mech) && has_cred(request->cred, mech);
}

static bool applies(const struct spnego *s, const struct inner_request *request,
                    gss_OID mech)
{
    if (oid_equal(mech, &MECH_OID_NTLM)) {
        return true;
    }
    return oid_equal(mech, &MECH_OID_KRB5) ? krb5_applies(s, request)
                                           : other_applies(s, request, mech);
}

static enum err add(struct spnego *s, gss_OID mech)
{
    bool initiates = s->role == NTLM_INITIATOR;
    struct spnego_mech ours = {bytes_of(mech->elements, mech->length),
                               initiates ? inner_glue_initiate : inner_glue_accept};

    if (oid_equal(mech, &MECH_OID_NTLM)) {
        ours.start = initiates ? inner_ntlm_initiate : inner_ntlm_accept;
    }
    return spnego_add_mech(s, &ours);
}

enum err offer_mechs(struct spnego *s, const struct inner_request *request)
{
    const gss_const_OID unnamed[] = {&MECH_OID_KRB5, &MECH_OID_NTLM};
    bool named = request->cred != NULL && request->cred->neg_mechs != GSS_C_NO_OID_SET;
    enum err e = named ? oid_set_copy(request->cred->neg_mechs, &s->allowed)
                       : oid_set_new(unnamed, 2, &s->allowed);

    for (size_t i = 0; e == ERR_OK && i < s->allowed->count; i++) {
        gss_OID mech = &s->allowed->elements[i];

        if (applies(s, request, mech)) {
            e = add(s, mech);
        }
    }
    return e;
}
