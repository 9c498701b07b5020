/* SPDX-License-Identifier: ISC */
/* The application's options on the credentials of the mechglue's mechanisms. */
#include "mech/glue_creds_object.h"

#include "mech/oid.h"
#include "mech/status.h"

static OM_uint32 apply_neg_mechs(const struct glue_creds *self, gss_cred_id_t cred,
                                 OM_uint32 *minor)
{
    if (self->neg_mechs == GSS_C_NO_OID_SET || cred == GSS_C_NO_CREDENTIAL) {
        return GSS_S_COMPLETE;
    }
    return glue_get()->set_neg_mechs(minor, cred, self->neg_mechs);
}

static OM_uint32 set_option(gss_cred_id_t *cred, OM_uint32 *minor, gss_OID option,
                            gss_buffer_t value)
{
    if (*cred == GSS_C_NO_CREDENTIAL) {
        return GSS_S_UNAVAILABLE;
    }
    return glue_get()->set_cred_option(minor, cred, option, value);
}

OM_uint32 glue_creds_apply_no_ci_flags(const struct glue_creds *self, gss_cred_id_t *cred,
                                       OM_uint32 *minor)
{
    gss_OID_desc option = {(OM_uint32)OPTION_NO_CI_FLAGS.n,
                           (void *)(uintptr_t)OPTION_NO_CI_FLAGS.p};
    gss_buffer_desc empty = GSS_C_EMPTY_BUFFER;

    return self->no_ci_flags ? set_option(cred, minor, &option, &empty) : GSS_S_COMPLETE;
}

OM_uint32 glue_creds_apply_all(const struct glue_creds *self, enum glue_cred_kind kind,
                               gss_cred_id_t *cred, OM_uint32 *minor)
{
    OM_uint32 major = glue_creds_apply_no_ci_flags(self, cred, minor);

    return GSS_ERROR(major) || kind != GLUE_CRED_BUILTIN
               ? major
               : apply_neg_mechs(self, *cred, minor);
}

enum err glue_creds_set_neg_mechs(struct glue_creds *glue_creds, gss_OID_set mechs)
{
    OM_uint32 minor = 0;

    (void)fork_lock_acquire(&glue_creds->lock);
    glue_creds->neg_mechs = mechs;
    OM_uint32 major =
        apply_neg_mechs(glue_creds, glue_creds->creds[GLUE_CRED_BUILTIN], &minor);
    fork_lock_release(&glue_creds->lock);
    return status_glue(major, minor);
}

static OM_uint32 set_no_ci_flags(struct glue_creds *self, OM_uint32 *minor,
                                 gss_OID option, gss_buffer_t value)
{
    OM_uint32 unused;
    OM_uint32 major;

    (void)fork_lock_acquire(&self->lock);
    self->no_ci_flags = true;
    for (struct other *other = self->others; other != NULL; other = other->next) {
        (void)set_option(&other->cred, &unused, option, value);
    }
    (void)set_option(&self->creds[GLUE_CRED_KRB5], &unused, option, value);
    major = set_option(&self->creds[GLUE_CRED_BUILTIN], minor, option, value);
    fork_lock_release(&self->lock);
    return major;
}

/* Some options write files: they are set without the lock. */
OM_uint32 glue_creds_set_option(struct glue_creds *glue_creds, OM_uint32 *minor,
                                gss_OID option, gss_buffer_t value)
{
    gss_cred_id_t cred;
    OM_uint32 unused;

    if (oid_is(option, OPTION_NO_CI_FLAGS)) {
        return set_no_ci_flags(glue_creds, minor, option, value);
    }
    if (oid_is(option, OPTION_ENCTYPES) &&
        glue_creds_get(glue_creds, GLUE_CRED_KRB5, &cred) == ERR_OK) {
        (void)set_option(&cred, &unused, option, value);
    }
    return glue_creds_get(glue_creds, GLUE_CRED_BUILTIN, &cred) == ERR_OK
               ? set_option(&cred, minor, option, value)
               : GSS_S_UNAVAILABLE;
}
