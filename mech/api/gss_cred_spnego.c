/* SPDX-License-Identifier: ISC */
/* SPNEGO's credentials: NTLM's part and that of the other mechanisms. */
#include "mech/cred.h"

#include "mech/api/call.h"
#include "mech/glue.h"
#include "mech/oid.h"
#include "mech/status.h"

/* The glue's credential of the built-in SPNEGO, if it is there without I/O. */
static gss_cred_id_t builtin_of(const struct mech_cred *cred)
{
    return cred->glue_creds == NULL ? GSS_C_NO_CREDENTIAL
                                    : glue_creds_builtin(cred->glue_creds);
}

static OM_uint32 lifetime_of(const struct mech_cred *cred)
{
    if (builtin_of(cred) == GSS_C_NO_CREDENTIAL) {
        return GSS_C_INDEFINITE;
    }
    return glue_creds_lifetime(cred->glue_creds, GLUE_CRED_BUILTIN);
}

static enum err give(struct mech_cred *cred, const struct acquired *out)
{
    const gss_const_OID mechs[] = {&MECH_OID_SPNEGO};
    enum err e = out->mechs == NULL ? ERR_OK : oid_set_new(mechs, 1, out->mechs);

    if (e != ERR_OK) {
        cred_free(cred);
        return e;
    }
    if (out->time != NULL) {
        *out->time = lifetime_of(cred);
    }
    *out->cred = (gss_cred_id_t)cred;
    return ERR_OK;
}

static enum err acquire(struct cred_source *source, const struct glue_cred_source *from,
                        const struct acquired *out)
{
    struct mech_cred *cred;
    enum err e = call_read_store(from->store, source);

    if (e == ERR_OK) {
        e = cred_acquire_spnego(source, from, &cred);
    }
    ntlm_key_wipe(&source->nt_hash);
    return e != ERR_OK ? e : give(cred, out);
}

static OM_uint32 acquire_from(gss_name_t name, struct glue_cred_source *from,
                              const struct acquired *out)
{
    struct cred_source source = {.name = call_name(name)};

    call_clear_acquired(out);
    status_forget_after();
    if (out->cred == NULL) {
        return call_end(ERR_ARGUMENT, out->minor);
    }
    from->name = name == GSS_C_NO_NAME ? GSS_C_NO_NAME : call_name(name)->glue;
    from->wants_lifetime = out->time != NULL;
    source.has_password = from->password != NULL;
    source.password = call_bytes(from->password);
    return call_end(acquire(&source, from, out), out->minor);
}

GSS_EXPORT OM_uint32 gssi_acquire_cred_from(
    OM_uint32 *minor, gss_name_t name, OM_uint32 time_req, gss_OID_set mechs,
    gss_cred_usage_t usage, gss_const_key_value_set_t store, gss_cred_id_t *cred,
    gss_OID_set *actual_mechs, OM_uint32 *time_rec)
{
    struct acquired out = {minor, cred, actual_mechs, time_rec};
    struct glue_cred_source from = {.store = store, .time_req = time_req, .usage = usage};

    (void)mechs;
    return acquire_from(name, &from, &out);
}

GSS_EXPORT OM_uint32 gssi_acquire_cred(OM_uint32 *minor, gss_name_t name,
                                       OM_uint32 time_req, gss_OID_set mechs,
                                       gss_cred_usage_t usage, gss_cred_id_t *cred,
                                       gss_OID_set *actual_mechs, OM_uint32 *time_rec)
{
    struct acquired out = {minor, cred, actual_mechs, time_rec};
    struct glue_cred_source from = {.time_req = time_req, .usage = usage};

    (void)mechs;
    return acquire_from(name, &from, &out);
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
    return acquire_from(name, &from, &out);
}

/* Of several mechanisms the glue tells the last one's error, and NTLM cannot impersonate
 * at all: Kerberos, asked alone, tells why it did not. */
static OM_uint32 explain_no_impersonation(OM_uint32 *minor, gss_cred_id_t impersonator,
                                          gss_name_t name)
{
    gss_OID_set_desc krb5 = {1, &MECH_OID_KRB5};
    gss_cred_id_t issuer = GSS_C_NO_CREDENTIAL;
    gss_cred_id_t made = GSS_C_NO_CREDENTIAL;
    OM_uint32 unused;
    enum err e = ERR_OK;

    if (impersonator != GSS_C_NO_CREDENTIAL) {
        e = glue_creds_get(call_cred(impersonator)->glue_creds, GLUE_CRED_KRB5, &issuer);
    }
    if (e != ERR_OK) {
        return call_end(e, minor);
    }
    OM_uint32 major = glue_get()->acquire_cred_impersonate_name(
        minor, issuer, call_name(name)->glue, GSS_C_INDEFINITE, &krb5, GSS_C_INITIATE,
        &made, NULL, NULL);
    (void)glue_get()->release_cred(&unused, &made);
    return GSS_ERROR(major) ? major : call_end(ERR_UNSUPPORTED, minor);
}

GSS_EXPORT OM_uint32 gssi_acquire_cred_impersonate_name(
    OM_uint32 *minor, const gss_cred_id_t impersonator, const gss_name_t name,
    OM_uint32 time_req, const gss_OID_set mechs, gss_cred_usage_t usage,
    gss_cred_id_t *cred, gss_OID_set *actual_mechs, OM_uint32 *time_rec)
{
    struct acquired out = {minor, cred, actual_mechs, time_rec};
    gss_cred_id_t issuer = GSS_C_NO_CREDENTIAL;
    gss_cred_id_t made = GSS_C_NO_CREDENTIAL;
    struct mech_cred *wrapped;
    enum err e = ERR_OK;

    (void)mechs;
    call_clear_acquired(&out);
    status_forget_after();
    if (cred == NULL || name == GSS_C_NO_NAME) {
        return call_end(ERR_ARGUMENT, minor);
    }
    if (impersonator != GSS_C_NO_CREDENTIAL) {
        e = glue_creds_get(call_cred(impersonator)->glue_creds, GLUE_CRED_BUILTIN,
                           &issuer);
    }
    if (e != ERR_OK) {
        return call_end(e, minor);
    }
    OM_uint32 major = glue_get()->acquire_cred_impersonate_name(
        minor, issuer, call_name(name)->glue, time_req, glue_builtin_spnego_set(), usage,
        &made, NULL, NULL);
    if (major == GSS_S_UNAVAILABLE) {
        return explain_no_impersonation(minor, impersonator, name);
    }
    if (GSS_ERROR(major)) {
        return major;
    }
    e = cred_adopt(made, usage, &wrapped);
    return call_end(e != ERR_OK ? e : give(wrapped, &out), minor);
}

/* The credential asked about; without one, the default one, which *out_made then owns. */
static enum err asked(gss_cred_id_t handle, struct mech_cred **out_made,
                      const struct mech_cred **out)
{
    static const gss_cred_usage_t usages[] = {GSS_C_BOTH, GSS_C_INITIATE, GSS_C_ACCEPT};
    struct cred_source nobody = {0};
    enum err first = ERR_OK;

    *out = call_cred(handle);
    *out_made = NULL;
    for (size_t i = 0; *out == NULL && i < sizeof(usages) / sizeof(usages[0]); i++) {
        struct glue_cred_source from = {.usage = usages[i]};
        enum err e = cred_acquire_spnego(&nobody, &from, out_made);

        first = first == ERR_OK ? e : first;
        *out = *out_made;
    }
    return *out == NULL ? first : ERR_OK;
}

/* The name that the built-in SPNEGO's credential has. */
static OM_uint32 inquire_builtin(OM_uint32 *minor, gss_cred_id_t builtin,
                                 gss_name_t *name, OM_uint32 *time, int *usage,
                                 gss_OID_set *mechs)
{
    gss_name_t glue_name = GSS_C_NO_NAME;
    struct mech_name *ours = NULL;
    OM_uint32 unused;
    OM_uint32 major = glue_get()->inquire_cred(
        minor, builtin, name == NULL ? NULL : &glue_name, time, usage, mechs);

    if (GSS_ERROR(major) || glue_name == GSS_C_NO_NAME) {
        return major;
    }
    enum err e = name_adopt(glue_name, &ours);
    *name = (gss_name_t)ours;
    if (e != ERR_OK && mechs != NULL) {
        (void)gss_release_oid_set(&unused, mechs);
    }
    return e == ERR_OK ? major : call_end(e, minor);
}

static enum err inquire_ntlm(const struct mech_cred *cred, gss_name_t *name,
                             OM_uint32 *time, int *usage, gss_OID_set *mechs)
{
    const gss_const_OID own[] = {&MECH_OID_SPNEGO};
    struct mech_name *copy = NULL;
    enum err e;

    if (name != NULL && (e = name_copy(cred->name, &copy)) != ERR_OK) {
        return e;
    }
    if (mechs != NULL && (e = oid_set_new(own, 1, mechs)) != ERR_OK) {
        name_free(copy);
        return e;
    }
    if (name != NULL) {
        *name = (gss_name_t)copy;
    }
    if (time != NULL) {
        *time = GSS_C_INDEFINITE;
    }
    if (usage != NULL) {
        *usage = cred->usage;
    }
    return ERR_OK;
}

/* Kerberos' part tells first; where it cannot, its tickets having expired, NTLM's is what
 * the credential still is. */
GSS_EXPORT OM_uint32 gssi_inquire_cred(OM_uint32 *minor, gss_cred_id_t handle,
                                       gss_name_t *name, OM_uint32 *time, int *usage,
                                       gss_OID_set *mechs)
{
    CRED_AUTO *made = NULL;
    const struct mech_cred *cred;
    OM_uint32 major;
    enum err e;

    call_begin(minor);
    if (name != NULL) {
        *name = GSS_C_NO_NAME;
    }
    if (mechs != NULL) {
        *mechs = GSS_C_NO_OID_SET;
    }
    if ((e = asked(handle, &made, &cred)) != ERR_OK) {
        return call_end(e, minor);
    }
    if (builtin_of(cred) != GSS_C_NO_CREDENTIAL) {
        major = inquire_builtin(minor, builtin_of(cred), name, time, usage, mechs);
        if (!GSS_ERROR(major) || cred->name == NULL) {
            return major;
        }
    }
    return call_end(cred->name == NULL ? ERR_NO_CRED
                                       : inquire_ntlm(cred, name, time, usage, mechs),
                    minor);
}
