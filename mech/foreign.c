/* SPDX-License-Identifier: ISC */
/* The credential's part that other mechanisms hold. */
#include "mech/foreign.h"

#include "conf/lock.h"
#include "mech/hidden.h"
#include "mech/oid.h"
#include "mech/status.h"
#include "mech/store_copy.h"

#include <stdlib.h>

/* struct other: the credential of a mechanism that has no kind of its own. */
struct other {
    struct other *next;
    gss_OID_set mech; /* one member */
    gss_cred_id_t cred;
};

struct foreign {
    bool has_recipe;
    gss_name_t name;
    bool has_password;
    struct buf password;
    struct store_copy store;
    OM_uint32 time_req;
    gss_cred_usage_t usage;
    bool wants_lifetime;
    gss_OID_set neg_mechs; /* borrowed */
    bool no_ci_flags;      /* GSS_KRB5_CRED_NO_CI_FLAGS_X */
    struct other *others;
    gss_cred_id_t creds[FOREIGN_KINDS];
    OM_uint32 lifetimes[FOREIGN_KINDS];
    struct fork_lock lock;
};

static void others_free(struct other *other)
{
    OM_uint32 minor;

    while (other != NULL) {
        struct other *next = other->next;

        (void)glue_get()->release_cred(&minor, &other->cred);
        (void)gss_release_oid_set(&minor, &other->mech);
        free(other);
        other = next;
    }
}

void foreign_free(struct foreign *foreign)
{
    const struct glue *glue = glue_get();
    OM_uint32 minor;

    if (foreign == NULL) {
        return;
    }
    for (size_t i = 0; i < FOREIGN_KINDS; i++) {
        if (foreign->creds[i] != GSS_C_NO_CREDENTIAL) {
            (void)glue->release_cred(&minor, &foreign->creds[i]);
        }
    }
    others_free(foreign->others);
    if (foreign->name != GSS_C_NO_NAME) {
        (void)glue->release_name(&minor, &foreign->name);
    }
    buf_cleanup(&foreign->password);
    store_copy_cleanup(&foreign->store);
    free(foreign);
}

static enum err copy_source(struct foreign *foreign, const struct foreign_source *source)
{
    OM_uint32 minor = 0;
    enum err e;

    foreign->has_recipe = true;
    foreign->time_req = source->time_req;
    foreign->usage = source->usage;
    foreign->wants_lifetime = source->wants_lifetime;
    if (source->name != GSS_C_NO_NAME) {
        OM_uint32 major =
            glue_get()->duplicate_name(&minor, source->name, &foreign->name);
        if ((e = status_glue(major, minor)) != ERR_OK) {
            return e;
        }
    }
    if (source->password != NULL) {
        foreign->has_password = true;
        buf_put(&foreign->password,
                bytes_of(source->password->value,
                         source->password->value == NULL ? 0 : source->password->length));
    }
    e = store_copy_dup(source->store, &foreign->store);
    return e != ERR_OK ? e : buf_status(&foreign->password);
}

enum err foreign_new(const struct foreign_source *source, struct foreign **out)
{
    struct foreign *foreign;
    enum err e;

    *out = NULL;
    if (glue_get() == NULL || glue_builtin_spnego() == GSS_C_NO_OID) {
        return ERR_INTERNAL;
    }
    foreign = calloc(1, sizeof(*foreign));
    if (foreign == NULL) {
        return ERR_NO_MEMORY;
    }
    if ((e = copy_source(foreign, source)) != ERR_OK) {
        foreign_free(foreign);
        return e;
    }
    *out = foreign;
    return ERR_OK;
}

enum err foreign_new_empty(struct foreign **out)
{
    *out = calloc(1, sizeof(**out));
    return *out == NULL ? ERR_NO_MEMORY : ERR_OK;
}

void foreign_adopt(struct foreign *foreign, enum foreign_kind kind, gss_cred_id_t cred)
{
    foreign->creds[kind] = cred;
}

bool foreign_may_have(const struct foreign *foreign, enum foreign_kind kind)
{
    return foreign->has_recipe || foreign_peek(foreign, kind) != GSS_C_NO_CREDENTIAL;
}

bool foreign_is_default(const struct foreign *foreign)
{
    return foreign->has_recipe && foreign->name == GSS_C_NO_NAME &&
           !foreign->has_password && !foreign->store.present;
}

static gss_OID_set mechs_of(enum foreign_kind kind)
{
    static gss_OID_set_desc krb5 = {1, &MECH_OID_KRB5};

    return kind == FOREIGN_KRB5 ? &krb5 : glue_builtin_spnego_set();
}

/* NTLM's part is not of these: a credential that held it would let the built-in SPNEGO go
 * on to it by rules of its own. */
static OM_uint32 acquire_for(struct foreign *f, gss_OID_set mechs, OM_uint32 *minor,
                             gss_cred_id_t *out_cred, OM_uint32 *out_lifetime)
{
    HIDDEN_AUTO hidden = hidden_begin();
    const struct glue *glue = glue_get();
    gss_buffer_desc password = {f->password.n, f->password.p};

    if (f->has_password) {
        return glue->acquire_cred_with_password(minor, f->name, &password, f->time_req,
                                                mechs, f->usage, out_cred, NULL,
                                                out_lifetime);
    }
    return glue->acquire_cred_from(minor, f->name, f->time_req, mechs, f->usage,
                                   f->store.present ? &f->store.set : NULL, out_cred,
                                   NULL, out_lifetime);
}

static OM_uint32 acquire(struct foreign *f, enum foreign_kind kind, OM_uint32 *minor,
                         gss_cred_id_t *out_cred)
{
    return acquire_for(f, mechs_of(kind), minor, out_cred,
                       f->wants_lifetime ? &f->lifetimes[kind] : NULL);
}

static OM_uint32 apply_neg_mechs(const struct foreign *f, gss_cred_id_t cred,
                                 OM_uint32 *minor)
{
    if (f->neg_mechs == GSS_C_NO_OID_SET || cred == GSS_C_NO_CREDENTIAL) {
        return GSS_S_COMPLETE;
    }
    return glue_get()->set_neg_mechs(minor, cred, f->neg_mechs);
}

static OM_uint32 tell(gss_cred_id_t *cred, OM_uint32 *minor, gss_OID option,
                      gss_buffer_t value)
{
    if (*cred == GSS_C_NO_CREDENTIAL) {
        return GSS_S_UNAVAILABLE;
    }
    return glue_get()->set_cred_option(minor, cred, option, value);
}

/* What was said before the credential was there. */
static OM_uint32 apply_no_ci_flags(const struct foreign *f, gss_cred_id_t *cred,
                                   OM_uint32 *minor)
{
    gss_OID_desc option = {(OM_uint32)OPTION_NO_CI_FLAGS.n,
                           (void *)(uintptr_t)OPTION_NO_CI_FLAGS.p};
    gss_buffer_desc empty = GSS_C_EMPTY_BUFFER;

    return f->no_ci_flags ? tell(cred, minor, &option, &empty) : GSS_S_COMPLETE;
}

/* All that was said before the credential was there. */
static OM_uint32 apply_all(const struct foreign *f, enum foreign_kind kind,
                           gss_cred_id_t *cred, OM_uint32 *minor)
{
    OM_uint32 major = apply_no_ci_flags(f, cred, minor);

    return GSS_ERROR(major) || kind != FOREIGN_BUILTIN ? major
                                                       : apply_neg_mechs(f, *cred, minor);
}

/* The credential of a kind; locked by the caller. One that could not be told what it must
 * not do is none, and nobody sees it before it was told, not even after a fork. */
static OM_uint32 get_locked(struct foreign *f, enum foreign_kind kind, OM_uint32 *minor)
{
    OM_uint32 unused;

    if (f->creds[kind] != GSS_C_NO_CREDENTIAL || !f->has_recipe) {
        return GSS_S_COMPLETE;
    }
    gss_cred_id_t made = GSS_C_NO_CREDENTIAL;
    OM_uint32 major = acquire(f, kind, minor, &made);
    if (!GSS_ERROR(major) && GSS_ERROR(major = apply_all(f, kind, &made, minor))) {
        (void)glue_get()->release_cred(&unused, &made);
    }
    f->creds[kind] = made;
    return major;
}

enum err foreign_get(struct foreign *foreign, enum foreign_kind kind,
                     gss_cred_id_t *out_cred)
{
    OM_uint32 minor = 0;

    *out_cred = GSS_C_NO_CREDENTIAL;
    (void)fork_lock_take(&foreign->lock);
    OM_uint32 major = get_locked(foreign, kind, &minor);
    *out_cred = GSS_ERROR(major) ? GSS_C_NO_CREDENTIAL : foreign->creds[kind];
    fork_lock_give(&foreign->lock);
    if (GSS_ERROR(major)) {
        return status_glue(major, minor);
    }
    return *out_cred == GSS_C_NO_CREDENTIAL ? ERR_NO_CRED : ERR_OK;
}

static struct other *find_other(const struct foreign *f, gss_OID mech)
{
    struct other *other = f->others;

    while (other != NULL && !oid_equal(mech, &other->mech->elements[0])) {
        other = other->next;
    }
    return other;
}

/* Takes the credential over, even on failure. */
static enum err keep_other(struct foreign *f, gss_OID_set mech, gss_cred_id_t cred)
{
    struct other *other = calloc(1, sizeof(*other));
    OM_uint32 minor;
    enum err e = other == NULL ? ERR_NO_MEMORY : oid_set_copy(mech, &other->mech);

    if (e != ERR_OK) {
        (void)glue_get()->release_cred(&minor, &cred);
        free(other);
        return e;
    }
    other->cred = cred;
    other->next = f->others;
    f->others = other;
    return ERR_OK;
}

/* Locked by the caller. */
static enum err get_other(struct foreign *f, gss_OID mech, gss_cred_id_t *out_cred)
{
    gss_OID_set_desc set = {1, mech};
    struct other *other = find_other(f, mech);
    gss_cred_id_t cred = GSS_C_NO_CREDENTIAL;
    OM_uint32 unused;
    OM_uint32 minor = 0;

    if (other == NULL && !f->has_recipe) {
        return ERR_NO_CRED;
    }
    if (other == NULL) {
        OM_uint32 major = acquire_for(f, &set, &minor, &cred, NULL);
        enum err e = status_glue(major, minor);

        if (e != ERR_OK) {
            return e;
        }
        (void)apply_no_ci_flags(f, &cred, &unused); /* not every mechanism knows it */
        if ((e = keep_other(f, &set, cred)) != ERR_OK) {
            return e;
        }
        other = f->others;
    }
    *out_cred = other->cred;
    return ERR_OK;
}

enum err foreign_get_mech(struct foreign *foreign, gss_OID mech, gss_cred_id_t *out_cred)
{
    enum err e;

    *out_cred = GSS_C_NO_CREDENTIAL;
    if (oid_equal(mech, &MECH_OID_KRB5)) {
        return foreign_get(foreign, FOREIGN_KRB5, out_cred);
    }
    (void)fork_lock_take(&foreign->lock);
    e = get_other(foreign, mech, out_cred);
    fork_lock_give(&foreign->lock);
    return e;
}

enum err foreign_set_neg_mechs(struct foreign *foreign, gss_OID_set mechs)
{
    OM_uint32 minor = 0;

    (void)fork_lock_take(&foreign->lock);
    foreign->neg_mechs = mechs;
    OM_uint32 major = apply_neg_mechs(foreign, foreign->creds[FOREIGN_BUILTIN], &minor);
    fork_lock_give(&foreign->lock);
    return status_glue(major, minor);
}

/* Locked by the caller. */
static OM_uint32 set_option(struct foreign *f, OM_uint32 *minor, gss_OID option,
                            gss_buffer_t value)
{
    OM_uint32 unused;

    if (oid_is(option, OPTION_NO_CI_FLAGS)) {
        f->no_ci_flags = true;
        for (struct other *other = f->others; other != NULL; other = other->next) {
            (void)tell(&other->cred, &unused, option, value);
        }
        (void)tell(&f->creds[FOREIGN_KRB5], &unused, option, value);
        return tell(&f->creds[FOREIGN_BUILTIN], minor, option, value);
    }
    if (oid_is(option, OPTION_ENCTYPES)) {
        (void)get_locked(f, FOREIGN_KRB5, &unused);
        (void)tell(&f->creds[FOREIGN_KRB5], &unused, option, value);
    }
    (void)get_locked(f, FOREIGN_BUILTIN, &unused);
    return tell(&f->creds[FOREIGN_BUILTIN], minor, option, value);
}

OM_uint32 foreign_set_option(struct foreign *foreign, OM_uint32 *minor, gss_OID option,
                             gss_buffer_t value)
{
    (void)fork_lock_take(&foreign->lock);
    OM_uint32 major = set_option(foreign, minor, option, value);
    fork_lock_give(&foreign->lock);
    return major;
}

gss_cred_id_t foreign_peek(const struct foreign *foreign, enum foreign_kind kind)
{
    struct fork_lock *lock = (struct fork_lock *)(uintptr_t)&foreign->lock;
    gss_cred_id_t cred;

    (void)fork_lock_take(lock);
    cred = foreign->creds[kind];
    fork_lock_give(lock);
    return cred;
}

OM_uint32 foreign_lifetime(const struct foreign *foreign, enum foreign_kind kind)
{
    gss_cred_id_t cred = foreign_peek(foreign, kind);
    OM_uint32 lifetime = GSS_C_INDEFINITE;
    OM_uint32 minor;

    if (cred == GSS_C_NO_CREDENTIAL) {
        return GSS_C_INDEFINITE;
    }
    if (foreign->has_recipe) {
        return foreign->lifetimes[kind];
    }
    (void)glue_get()->inquire_cred(&minor, cred, NULL, &lifetime, NULL, NULL);
    return lifetime;
}
