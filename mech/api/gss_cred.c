/* SPDX-License-Identifier: ISC */
/* NTLM's credentials: acquire in all its forms, inquire, release. */
#include "mech/cred.h"

#include "mech/api/call.h"
#include "mech/passthrough/ntlm_suppress.h"
#include "mech/oid.h"

#include <stdlib.h>

static enum err give_mechs(gss_const_OID mech, gss_OID_set *out_mechs)
{
    return out_mechs == NULL ? ERR_OK : oid_set_new(&mech, 1, out_mechs);
}

static enum err acquire(const struct cred_source *source, gss_cred_usage_t usage,
                        gss_const_OID mech, const struct acquired *out)
{
    CRED_AUTO *cred = NULL;
    enum err e;

    if (out->cred == NULL ||
        (usage != GSS_C_BOTH && usage != GSS_C_INITIATE && usage != GSS_C_ACCEPT)) {
        return ERR_ARGUMENT;
    }
    if ((e = cred_acquire(source, usage, &cred)) != ERR_OK ||
        (e = give_mechs(mech, out->mechs)) != ERR_OK) {
        return e;
    }
    if (out->time != NULL) {
        *out->time = GSS_C_INDEFINITE;
    }
    *out->cred = (gss_cred_id_t)cred;
    cred = NULL;
    return ERR_OK;
}

static OM_uint32 acquire_from(gss_name_t name, gss_cred_usage_t usage,
                              gss_const_key_value_set_t store, gss_const_OID mech,
                              const struct acquired *out)
{
    struct cred_source source = {.name = call_name(name)};
    enum err e;

    if (ntlm_is_suppressed()) {
        return call_suppressed(out->minor);
    }
    call_clear_acquired(out);
    e = call_read_store(store, &source);
    if (e == ERR_OK) {
        e = acquire(&source, usage, mech, out);
    }
    ntlm_key_wipe(&source.nt_hash);
    return call_end(e, out->minor);
}

GSS_EXPORT OM_uint32 gss_acquire_cred_from(OM_uint32 *minor, gss_name_t name,
                                           OM_uint32 time_req, gss_OID_set mechs,
                                           gss_cred_usage_t usage,
                                           gss_const_key_value_set_t store,
                                           gss_cred_id_t *cred, gss_OID_set *actual_mechs,
                                           OM_uint32 *time_rec)
{
    struct acquired out = {minor, cred, actual_mechs, time_rec};

    (void)time_req;
    (void)mechs;
    return acquire_from(name, usage, store, &MECH_OID_NTLM, &out);
}

GSS_EXPORT OM_uint32 gss_acquire_cred(OM_uint32 *minor, gss_name_t name,
                                      OM_uint32 time_req, gss_OID_set mechs,
                                      gss_cred_usage_t usage, gss_cred_id_t *cred,
                                      gss_OID_set *actual_mechs, OM_uint32 *time_rec)
{
    struct acquired out = {minor, cred, actual_mechs, time_rec};

    (void)time_req;
    (void)mechs;
    return acquire_from(name, usage, NULL, &MECH_OID_NTLM, &out);
}

static OM_uint32 acquire_with_password(gss_name_t name, const gss_buffer_desc *password,
                                       gss_cred_usage_t usage, gss_const_OID mech,
                                       const struct acquired *out)
{
    struct cred_source source = {.name = call_name(name), .has_password = true};

    if (ntlm_is_suppressed()) {
        return call_suppressed(out->minor);
    }
    call_clear_acquired(out);
    source.password = call_bytes(password);
    return call_end(acquire(&source, usage, mech, out), out->minor);
}

GSS_EXPORT OM_uint32 gssspi_acquire_cred_with_password(
    OM_uint32 *minor, const gss_name_t name, const gss_buffer_t password,
    OM_uint32 time_req, const gss_OID_set mechs, gss_cred_usage_t usage,
    gss_cred_id_t *cred, gss_OID_set *actual_mechs, OM_uint32 *time_rec)
{
    struct acquired out = {minor, cred, actual_mechs, time_rec};

    (void)time_req;
    (void)mechs;
    return acquire_with_password(name, password, usage, &MECH_OID_NTLM, &out);
}

GSS_EXPORT OM_uint32 gss_release_cred(OM_uint32 *minor, gss_cred_id_t *cred)
{
    call_begin_release(minor);
    if (cred == NULL) {
        return call_end(ERR_ARGUMENT, minor);
    }
    cred_free(call_cred(*cred));
    *cred = GSS_C_NO_CREDENTIAL;
    return GSS_S_COMPLETE;
}
GSSI_ALIAS(release_cred);

/* The credential asked about; without one, the default initiator's, else the acceptor's,
 * which *out_default then owns. */
static enum err asked_cred(gss_cred_id_t handle, struct mech_cred **out_default,
                           const struct mech_cred **out)
{
    struct cred_source nobody = {0};
    enum err e;

    *out = call_cred(handle);
    *out_default = NULL;
    if (handle != GSS_C_NO_CREDENTIAL) {
        return ERR_OK;
    }
    e = cred_acquire(&nobody, GSS_C_INITIATE, out_default);
    if (e == ERR_NO_CRED) {
        e = cred_acquire(&nobody, GSS_C_ACCEPT, out_default);
    }
    if (e == ERR_NO_AUTHORITY) { /* neither: the initiator's sentence says more */
        e = cred_acquire(&nobody, GSS_C_INITIATE, out_default);
    }
    *out = *out_default;
    return e;
}

static void clear_inquiry(gss_name_t *name, gss_OID_set *mechs, gss_cred_usage_t *usage)
{
    if (name != NULL) {
        *name = GSS_C_NO_NAME;
    }
    if (mechs != NULL) {
        *mechs = GSS_C_NO_OID_SET;
    }
    if (usage != NULL) {
        *usage = GSS_C_BOTH;
    }
}

/* The name and the mechanisms, each if asked for; both or neither. */
static enum err give_name_and_mechs(const struct mech_cred *cred, gss_name_t *out_name,
                                    gss_OID_set *out_mechs)
{
    NAME_AUTO *copy = NULL;
    enum err e;

    if (out_name != NULL && (e = name_copy(cred->name, &copy)) != ERR_OK) {
        return e;
    }
    if ((e = give_mechs(&MECH_OID_NTLM, out_mechs)) != ERR_OK) {
        return e;
    }
    if (out_name != NULL) {
        *out_name = (gss_name_t)copy;
        copy = NULL;
    }
    return ERR_OK;
}

/* The lifetime of a credential in one direction: it has none, or no end. */
static OM_uint32 lifetime(const struct mech_cred *cred, gss_cred_usage_t direction)
{
    return cred_may(cred, direction) ? GSS_C_INDEFINITE : 0;
}

GSS_EXPORT OM_uint32 gss_inquire_cred(OM_uint32 *minor, gss_cred_id_t handle,
                                      gss_name_t *name, OM_uint32 *time, int *usage,
                                      gss_OID_set *mechs)
{
    CRED_AUTO *made = NULL;
    const struct mech_cred *cred;
    enum err e;

    call_begin(minor);
    clear_inquiry(name, mechs, usage);
    if ((e = asked_cred(handle, &made, &cred)) != ERR_OK ||
        (e = give_name_and_mechs(cred, name, mechs)) != ERR_OK) {
        return call_end(e, minor);
    }
    if (time != NULL) {
        *time = GSS_C_INDEFINITE;
    }
    if (usage != NULL) {
        *usage = cred->usage;
    }
    return GSS_S_COMPLETE;
}

GSS_EXPORT OM_uint32 gss_inquire_cred_by_mech(OM_uint32 *minor, gss_cred_id_t handle,
                                              gss_OID mech, gss_name_t *name,
                                              OM_uint32 *initiator_time,
                                              OM_uint32 *acceptor_time,
                                              gss_cred_usage_t *usage)
{
    CRED_AUTO *made = NULL;
    const struct mech_cred *cred;
    enum err e;

    (void)mech;
    call_begin(minor);
    clear_inquiry(name, NULL, usage);
    if ((e = asked_cred(handle, &made, &cred)) != ERR_OK ||
        (e = give_name_and_mechs(cred, name, NULL)) != ERR_OK) {
        return call_end(e, minor);
    }
    if (initiator_time != NULL) {
        *initiator_time = lifetime(cred, GSS_C_INITIATE);
    }
    if (acceptor_time != NULL) {
        *acceptor_time = lifetime(cred, GSS_C_ACCEPT);
    }
    if (usage != NULL) {
        *usage = cred->usage;
    }
    return GSS_S_COMPLETE;
}
