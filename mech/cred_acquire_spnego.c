/* SPDX-License-Identifier: ISC */
/* Acquiring a credential of SPNEGO: NTLM's part and the other mechanisms' part. */
#include "mech/cred.h"

#include "conf/policy.h"
#include "conf/realm.h"
#include "mech/report/trace.h"
#include "mech/spnego/fallback.h"
#include "mech/status.h"

#include <stdlib.h>
#include <string.h>

/* Whether NTLM's error is appended to that of the other mechanisms. An error that only
 * says that NTLM is not configured is appended in two cases: the other mechanisms have no
 * credential, or Kerberos cannot read the name, which is then a name for NTLM alone. If
 * the application named a key file, NTLM's error is always appended. */
static bool should_report(const struct cred_source *source, const struct failure *ntlm,
                          const struct failure *others)
{
    if (!status_is_absence(ntlm->code) || source->keyfile.n > 0) {
        return true;
    }
    return glue_has_ntlm() && (GSS_ROUTINE_ERROR(others->major) == GSS_S_NO_CRED ||
                               GSS_ROUTINE_ERROR(others->major) == GSS_S_BAD_NAME);
}

/* Acquires NTLM's part if the glue knows NTLM. An error of NTLM must not prevent
 * Kerberos: the function gives it in *out_ntlm, and itself fails only if memory runs out.
 */
static enum err acquire_ntlm_part(const struct cred_source *source,
                                  const struct glue_cred_source *from,
                                  struct mech_cred **out, struct failure *out_ntlm)
{
    enum err e = glue_has_ntlm() ? cred_acquire(source, from->usage, out) : ERR_NO_CRED;

    *out_ntlm = failure_of(e);
    if (e == ERR_OK || e == ERR_NO_MEMORY) {
        return e;
    }
    *out = calloc(1, sizeof(**out));
    if (*out == NULL) {
        return ERR_NO_MEMORY;
    }
    (*out)->usage = from->usage;
    return ERR_OK;
}

/* Why Kerberos cannot check this user's password, so that only NTLM can use it; NULL if
 * Kerberos can. */
static const char *obstacle_of_user(const struct mech_name *name)
{
    struct bytes domain = buf_bytes(&name->domain);

    if (fallback_names_windows_domain(name)) {
        return "the user is named as DOMAIN\\user";
    }
    if (domain.n == 0 || memchr(domain.p, '.', domain.n) != NULL ||
        realm_is_configured(domain)) {
        return NULL;
    }
    return "the user's realm is not one of krb5.conf";
}

/* Gives whether Kerberos should check the password, and if it cannot, why
 * (*out_obstacle). */
static enum err may_ask_kdc(const struct mech_cred *cred, bool *out_may,
                            const char **out_obstacle)
{
    const struct settings *settings;
    enum err e = settings_acquire(&settings);

    if (e != ERR_OK) {
        return e;
    }
    *out_obstacle = obstacle_of_user(cred->name);
    *out_may = *out_obstacle == NULL && policy_tries_kerberos(settings);
    settings_release(settings);
    return ERR_OK;
}

/* Whether the credential continues with NTLM alone after this error of Kerberos. */
static bool leaves_ntlm(enum err e)
{
    const struct policy_failure unlisted = {.is_listed = false};
    const struct settings *settings;
    const struct failure failure = failure_of(e);
    bool leaves;

    if (e != ERR_GLUE || settings_acquire(&settings) != ERR_OK) {
        return false;
    }
    /* the policy checks the target later, when the target is known */
    leaves =
        fallback_find(failure.minor) != NULL || policy_falls_back(settings, &unlisted);
    settings_release(settings);
    return leaves;
}

/* Lets Kerberos check a password that NTLM could use too, if Kerberos can log the user
 * in. */
static enum err check_password(struct mech_cred *cred)
{
    const char *obstacle;
    bool may_ask;
    enum err e = may_ask_kdc(cred, &may_ask, &obstacle);

    if (e != ERR_OK) {
        return e;
    }
    if (!may_ask) {
        glue_creds_exclude(cred->glue_creds, obstacle != NULL ? obstacle : "ntlm = only",
                           obstacle != NULL);
        trace_decide("credential", "kdc-not-asked", "reason",
                     obstacle != NULL ? obstacle : "ntlm = only");
        return ERR_OK;
    }
    e = glue_creds_settle(cred->glue_creds, GLUE_CRED_KRB5);
    trace_refuse("credential", "password-refused", "Kerberos", e);
    return leaves_ntlm(e) ? ERR_OK : e;
}

/* Acquires the other mechanisms' part without a password. It may fail, because NTLM has a
 * credential. If the KDC refused a key, such as a client keytab's, the key is not sent
 * again, because repeated refusals lock accounts. If Kerberos has no credential and the
 * glue no further mechanism, the built-in SPNEGO has none either. */
static enum err settle_beside_ntlm(struct mech_cred *cred)
{
    enum err e = glue_creds_settle(cred->glue_creds, GLUE_CRED_KRB5);

    trace_refuse("credential", "none", "Kerberos", e);
    if (cred->usage != GSS_C_ACCEPT && e == ERR_GLUE &&
        fallback_find(failure_of(e).minor) == NULL) {
        glue_creds_settle_as_krb5(cred->glue_creds);
        return ERR_OK;
    }
    if (e == ERR_GLUE && !glue_has_third_party()) {
        glue_creds_settle_as_none(cred->glue_creds);
        return ERR_OK;
    }
    if (e != ERR_NO_MEMORY) {
        e = glue_creds_settle(cred->glue_creds, GLUE_CRED_BUILTIN);
        trace_refuse("credential", "none-else", NULL, e);
    }
    return e == ERR_NO_MEMORY ? e : ERR_OK;
}

static enum err acquire_glue_part(const struct cred_source *source,
                                  const struct glue_cred_source *from,
                                  struct mech_cred *cred, const struct failure *ntlm)
{
    struct failure others;
    enum err e = glue_creds_new(from, &cred->glue_creds);

    if (e != ERR_OK) {
        return e;
    }
    if (glue_creds_has_password(cred->glue_creds) && cred->name != NULL &&
        cred->name->kind == NAME_USER) {
        return check_password(cred);
    }
    if (ntlm->code == ERR_OK) {
        return settle_beside_ntlm(cred);
    }
    e = glue_creds_settle(cred->glue_creds, GLUE_CRED_BUILTIN);
    trace_refuse("credential", "none-else", NULL, e);
    others = failure_of(e);
    if (e == ERR_GLUE && should_report(source, ntlm, &others)) {
        status_append(&others, "NTLM", *ntlm);
    }
    return e;
}

enum err cred_acquire_spnego(const struct cred_source *source,
                             const struct glue_cred_source *from, struct mech_cred **out)
{
    CRED_AUTO *cred = NULL;
    struct failure ntlm;
    enum err e;

    *out = NULL;
    if ((e = acquire_ntlm_part(source, from, &cred, &ntlm)) != ERR_OK ||
        (e = acquire_glue_part(source, from, cred, &ntlm)) != ERR_OK) {
        return e;
    }
    /* An anonymous login of Kerberos is preferred to NTLM's, which proves even less. */
    if (cred->name != NULL && cred->name->kind == NAME_ANONYMOUS &&
        glue_creds_peek(cred->glue_creds, GLUE_CRED_KRB5) != GSS_C_NO_CREDENTIAL) {
        name_free(cred->name);
        cred->name = NULL;
    }
    *out = cred;
    cred = NULL;
    return ERR_OK;
}
