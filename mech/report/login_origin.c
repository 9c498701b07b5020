/* SPDX-License-Identifier: ISC */
/* How NTLM came to be asked for, outside of our negotiation. */
#include "mech/report/login_origin.h"

#include "mech/passthrough/first_token.h"
#include "mech/mech_ntlm.h"

#define KERBEROS_FAILED "Kerberos failed"

struct login_origin login_origin_raw(enum gss_role role)
{
    bool initiates = role == ROLE_INITIATOR;

    return (struct login_origin){AUDIT_RAW, initiates ? "the program asked for NTLM"
                                                      : "the client sent no SPNEGO"};
}

/* Where one of these stands in a list; its end if neither does. */
static size_t position(const struct negtoken_init *init, struct bytes mech,
                       struct bytes same)
{
    size_t i = 0;

    while (i < init->n_mechs && !bytes_equal(init->mechs[i], mech) &&
           !bytes_equal(init->mechs[i], same)) {
        i++;
    }
    return i;
}

/* Whether a list names NTLM, and after what. */
static bool list_names_ntlm(struct bytes token, struct login_origin *out)
{
    struct negtoken_init init;
    size_t ntlm;
    size_t krb5;

    out->framing = AUDIT_SPNEGO;
    if (negtoken_init_decode(token, &init) != ERR_OK) {
        return false;
    }
    ntlm = position(&init, OID_NTLM, OID_NTLM);
    krb5 = position(&init, OID_KRB5, OID_MS_KRB5);
    out->reason = ntlm < krb5 ? "the client offered NTLM first" : KERBEROS_FAILED;
    if (krb5 == init.n_mechs) {
        out->reason = "the client offered no Kerberos";
    }
    return ntlm < init.n_mechs;
}

static bool asks_for_ntlm(const struct mech_context *context, struct bytes token,
                          struct login_origin *out)
{
    struct bytes ntlm;

    *out = login_origin_raw(context->role);
    if (context->via == VIA_NTLM) {
        return true;
    }
    if (context->role == ROLE_INITIATOR) {
        *out = (struct login_origin){AUDIT_SPNEGO, KERBEROS_FAILED};
        return true;
    }
    switch (first_token_classify(token, &ntlm)) {
    case FIRST_NTLM:
    case FIRST_NTLM_FRAMED:
        return true;
    case FIRST_SPNEGO:
        return list_names_ntlm(token, out);
    case FIRST_EMPTY:
    case FIRST_KERBEROS:
    case FIRST_UNKNOWN:
        return false;
    }
    return false;
}

void login_origin_refused(const struct mech_context *context,
                          const struct mechanism_request *request, struct bytes token,
                          enum err e)
{
    struct mechanism_request asked = *request;

    if (e == ERR_OK || e == ERR_NO_CRED || e == ERR_NO_AUTHORITY) {
        return;
    }
    if (asks_for_ntlm(context, token, &asked.origin)) {
        mech_ntlm_refused(context->role, &asked, e);
    }
}
