/* SPDX-License-Identifier: ISC */
/* Credentials: acquire in all forms, release. NTLM's has one part. SPNEGO's has a
 * part of NTLM, one of the other mechanisms (mech/glue_creds.h), or both. */
#include "mech/cred.h"

#include "mech/api/call.h"
#include "mech/glue.h"
#include "mech/name_glue.h"
#include "mech/oid.h"
#include "mech/status.h"

/* struct acquired: where an acquire call's results go; each may be NULL. */
struct acquired {
    OM_uint32 *minor;
    gss_cred_id_t *cred;
    gss_OID_set *mechs;
    OM_uint32 *time;
};

static void clear_acquired(const struct acquired *out)
{
    call_begin(out->minor);
    if (out->cred != NULL) {
        *out->cred = GSS_C_NO_CREDENTIAL;
    }
    if (out->mechs != NULL) {
        *out->mechs = GSS_C_NO_OID_SET;
    }
    if (out->time != NULL) {
        *out->time = 0;
    }
}

static enum err read_source(const struct glue_cred_source *from, gss_name_t name,
                            struct cred_source *out)
{
    *out = (struct cred_source){
        .name = call_name(name),
        .has_password = from->password != NULL,
        .password = call_bytes(from->password),
    };
    return cred_source_read_set(from->store, out);
}

static enum err give(struct mech_cred **cred, gss_const_OID mech, OM_uint32 lifetime,
                     const struct acquired *out)
{
    enum err e = out->mechs == NULL ? ERR_OK : oid_set_new(&mech, 1, out->mechs);

    if (e != ERR_OK) {
        return e;
    }
    if (out->time != NULL) {
        *out->time = lifetime;
    }
    *out->cred = (gss_cred_id_t)*cred;
    *cred = NULL;
    return ERR_OK;
}

static OM_uint32 acquire_ntlm(gss_name_t name, const struct glue_cred_source *from,
                              const struct acquired *out)
{
    gss_cred_usage_t usage = from->usage;
    struct cred_source source;
    CRED_AUTO *cred = NULL;
    enum err e;

    if (ntlm_is_suppressed()) {
        return call_suppressed(out->minor);
    }
    clear_acquired(out);
    if (out->cred == NULL ||
        (usage != GSS_C_BOTH && usage != GSS_C_INITIATE && usage != GSS_C_ACCEPT)) {
        return call_end(ERR_ARGUMENT, out->minor);
    }
    if ((e = read_source(from, name, &source)) == ERR_OK &&
        (e = cred_acquire(&source, usage, &cred)) == ERR_OK) {
        e = give(&cred, &MECH_OID_NTLM, GSS_C_INDEFINITE, out);
    }
    ntlm_key_wipe(&source.nt_hash);
    return call_end(e, out->minor);
}

static enum err give_spnego(struct mech_cred **cred, const struct acquired *out)
{
    OM_uint32 lifetime = GSS_C_INDEFINITE;

    if (out->time != NULL &&
        glue_creds_builtin((*cred)->glue_creds) != GSS_C_NO_CREDENTIAL) {
        lifetime = glue_creds_lifetime((*cred)->glue_creds, GLUE_CRED_BUILTIN);
    }
    return give(cred, &MECH_OID_SPNEGO, lifetime, out);
}

static OM_uint32 acquire_spnego(gss_name_t name, struct glue_cred_source *from,
                                const struct acquired *out)
{
    struct cred_source source;
    CRED_AUTO *cred = NULL;
    enum err e;

    clear_acquired(out);
    status_clear_appended();
    if (out->cred == NULL) {
        return call_end(ERR_ARGUMENT, out->minor);
    }
    if ((e = name_glue_text(call_name(name), &from->name)) != ERR_OK) {
        return call_end(e, out->minor);
    }
    from->wants_lifetime = out->time != NULL;
    if ((e = read_source(from, name, &source)) == ERR_OK &&
        (e = cred_acquire_spnego(&source, from, &cred)) == ERR_OK) {
        e = give_spnego(&cred, out);
    }
    ntlm_key_wipe(&source.nt_hash);
    return call_end(e, out->minor);
}

GSS_EXPORT OM_uint32 gss_acquire_cred(OM_uint32 *minor, gss_name_t name,
                                      OM_uint32 time_req, gss_OID_set mechs,
                                      gss_cred_usage_t usage, gss_cred_id_t *cred,
                                      gss_OID_set *actual_mechs, OM_uint32 *time_rec)
{
    struct acquired out = {minor, cred, actual_mechs, time_rec};
    struct glue_cred_source from = {.usage = usage};

    (void)time_req;
    (void)mechs;
    return acquire_ntlm(name, &from, &out);
}

GSS_EXPORT OM_uint32 gssi_acquire_cred(OM_uint32 *minor, gss_name_t name,
                                       OM_uint32 time_req, gss_OID_set mechs,
                                       gss_cred_usage_t usage, gss_cred_id_t *cred,
                                       gss_OID_set *actual_mechs, OM_uint32 *time_rec)
{
    struct acquired out = {minor, cred, actual_mechs, time_rec};
    struct glue_cred_source from = {.time_req = time_req, .usage = usage};

    (void)mechs;
    return acquire_spnego(name, &from, &out);
}

GSS_EXPORT OM_uint32 gss_acquire_cred_from(OM_uint32 *minor, gss_name_t name,
                                           OM_uint32 time_req, gss_OID_set mechs,
                                           gss_cred_usage_t usage,
                                           gss_const_key_value_set_t store,
                                           gss_cred_id_t *cred, gss_OID_set *actual_mechs,
                                           OM_uint32 *time_rec)
{
    struct acquired out = {minor, cred, actual_mechs, time_rec};
    struct glue_cred_source from = {.store = store, .usage = usage};

    (void)time_req;
    (void)mechs;
    return acquire_ntlm(name, &from, &out);
}

GSS_EXPORT OM_uint32 gssi_acquire_cred_from(
    OM_uint32 *minor, gss_name_t name, OM_uint32 time_req, gss_OID_set mechs,
    gss_cred_usage_t usage, gss_const_key_value_set_t store, gss_cred_id_t *cred,
    gss_OID_set *actual_mechs, OM_uint32 *time_rec)
{
    struct acquired out = {minor, cred, actual_mechs, time_rec};
    struct glue_cred_source from = {.store = store, .time_req = time_req, .usage = usage};

    (void)mechs;
    return acquire_spnego(name, &from, &out);
}

GSS_EXPORT OM_uint32 gssspi_acquire_cred_with_password(
    OM_uint32 *minor, const gss_name_t name, const gss_buffer_t password,
    OM_uint32 time_req, const gss_OID_set mechs, gss_cred_usage_t usage,
    gss_cred_id_t *cred, gss_OID_set *actual_mechs, OM_uint32 *time_rec)
{
    struct acquired out = {minor, cred, actual_mechs, time_rec};
    struct glue_cred_source from = {.password = password, .usage = usage};

    (void)time_req;
    (void)mechs;
    return acquire_ntlm(name, &from, &out);
}

GSS_EXPORT OM_uint32 gssi_acquire_cred_with_password(
    OM_uint32 *minor, const gss_name_t name, const gss_buffer_t password,
    OM_uint32 time_req, const gss_OID_set mechs, gss_cred_usage_t usage,
    gss_cred_id_t *cred, gss_OID_set *actual_mechs, OM_uint32 *time_rec)
{
    struct acquired out = {minor, cred, actual_mechs, time_rec};
    struct glue_cred_source from = {
        .password = password, .time_req = time_req, .usage = usage};

    (void)mechs;
    return acquire_spnego(name, &from, &out);
}

static enum err impersonator_part(gss_cred_id_t impersonator, enum glue_cred_kind kind,
                                  gss_cred_id_t *out)
{
    *out = GSS_C_NO_CREDENTIAL;
    return impersonator == GSS_C_NO_CREDENTIAL
               ? ERR_OK
               : glue_creds_get(call_cred(impersonator)->glue_creds, kind, out);
}

/* If several mechanisms fail, the mechglue returns the last one's error, and NTLM always
 * fails because it cannot impersonate. So this repeats the call for Kerberos alone, to
 * return Kerberos' error. */
static OM_uint32 explain_no_impersonation(OM_uint32 *minor, gss_cred_id_t impersonator,
                                          gss_name_t glue_name)
{
    gss_OID_set_desc krb5 = {1, &MECH_OID_KRB5};
    gss_cred_id_t made = GSS_C_NO_CREDENTIAL;
    gss_cred_id_t issuer;
    OM_uint32 unused;
    enum err e = impersonator_part(impersonator, GLUE_CRED_KRB5, &issuer);

    if (e != ERR_OK) {
        return call_end(e, minor);
    }
    OM_uint32 major = glue_get()->acquire_cred_impersonate_name(
        minor, issuer, glue_name, GSS_C_INDEFINITE, &krb5, GSS_C_INITIATE, &made, NULL,
        NULL);
    (void)glue_get()->release_cred(&unused, &made);
    return GSS_ERROR(major) ? major : call_end(ERR_UNSUPPORTED, minor);
}

GSS_EXPORT OM_uint32 gssi_acquire_cred_impersonate_name(
    OM_uint32 *minor, const gss_cred_id_t impersonator, const gss_name_t name,
    OM_uint32 time_req, const gss_OID_set mechs, gss_cred_usage_t usage,
    gss_cred_id_t *cred, gss_OID_set *actual_mechs, OM_uint32 *time_rec)
{
    struct acquired out = {minor, cred, actual_mechs, time_rec};
    gss_cred_id_t made = GSS_C_NO_CREDENTIAL;
    gss_cred_id_t issuer;
    gss_name_t user;
    CRED_AUTO *adopted = NULL;
    enum err e;

    (void)mechs;
    clear_acquired(&out);
    status_clear_appended();
    if (cred == NULL || name == GSS_C_NO_NAME) {
        return call_end(ERR_ARGUMENT, minor);
    }
    if ((e = impersonator_part(impersonator, GLUE_CRED_BUILTIN, &issuer)) != ERR_OK ||
        (e = name_glue(call_name(name), &user)) != ERR_OK) {
        return call_end(e, minor);
    }
    OM_uint32 major = glue_get()->acquire_cred_impersonate_name(
        minor, issuer, user, time_req, glue_builtin_spnego_set(), usage, &made, NULL,
        NULL);
    if (major == GSS_S_UNAVAILABLE) {
        return explain_no_impersonation(minor, impersonator, user);
    }
    if (GSS_ERROR(major)) {
        return major;
    }
    e = cred_adopt(made, usage, &adopted);
    return call_end(e != ERR_OK ? e : give_spnego(&adopted, &out), minor);
}

GSS_EXPORT OM_uint32 gss_release_cred(OM_uint32 *minor, gss_cred_id_t *cred)
{
    call_begin_quiet(minor);
    if (cred == NULL) {
        return call_end(ERR_ARGUMENT, minor);
    }
    cred_free(call_cred(*cred));
    *cred = GSS_C_NO_CREDENTIAL;
    return GSS_S_COMPLETE;
}
GSSI_ALIAS(release_cred);
