/* SPDX-License-Identifier: ISC */
/* The credentials that the mechglue's own mechanisms hold for one credential of ours. */
#include "mech/glue_creds_object.h"

#include "mech/glue_token.h"
#include "mech/oid.h"
#include "mech/status.h"

#include <stdlib.h>

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

void glue_creds_free(struct glue_creds *glue_creds)
{
    const struct glue *glue = glue_get();
    OM_uint32 minor;

    if (glue_creds == NULL) {
        return;
    }
    for (size_t i = 0; i < GLUE_CRED_KINDS; i++) {
        if (glue_creds->creds[i] != GSS_C_NO_CREDENTIAL) {
            (void)glue->release_cred(&minor, &glue_creds->creds[i]);
        }
        saved_failure_cleanup(&glue_creds->refused[i]);
    }
    others_free(glue_creds->others);
    saved_failure_cleanup(&glue_creds->builtin_error);
    recipe_cleanup(&glue_creds->recipe);
    free(glue_creds);
}

enum err glue_creds_new(const struct glue_cred_source *source, struct glue_creds **out)
{
    struct glue_creds *glue_creds;
    enum err e;

    *out = NULL;
    if (glue_get() == NULL || glue_builtin_spnego() == GSS_C_NO_OID) {
        return ERR_INTERNAL;
    }
    glue_creds = calloc(1, sizeof(*glue_creds));
    if (glue_creds == NULL) {
        return ERR_NO_MEMORY;
    }
    glue_creds->has_recipe = true;
    if ((e = recipe_copy(source, &glue_creds->recipe)) != ERR_OK) {
        glue_creds_free(glue_creds);
        return e;
    }
    *out = glue_creds;
    return ERR_OK;
}

enum err glue_creds_new_empty(struct glue_creds **out)
{
    *out = calloc(1, sizeof(**out));
    return *out == NULL ? ERR_NO_MEMORY : ERR_OK;
}

void glue_creds_adopt(struct glue_creds *glue_creds, enum glue_cred_kind kind,
                      gss_cred_id_t cred)
{
    glue_creds->creds[kind] = cred;
}

bool glue_creds_may_have(const struct glue_creds *glue_creds, enum glue_cred_kind kind)
{
    return (glue_creds->has_recipe &&
            glue_creds->refused[kind].code != ERR_CRED_NTLM_ALONE) ||
           glue_creds_peek(glue_creds, kind) != GSS_C_NO_CREDENTIAL;
}

bool glue_creds_has_password(const struct glue_creds *glue_creds)
{
    return glue_creds->has_recipe && recipe_has_password(&glue_creds->recipe);
}

/* Makes each later glue_creds_get of both kinds fail with e. */
static void refuse_all(struct glue_creds *self, enum err e)
{
    for (size_t i = 0; i < GLUE_CRED_KINDS; i++) {
        failure_save(&self->refused[i], e);
    }
}

void glue_creds_exclude(struct glue_creds *glue_creds, const char *reason,
                        bool is_of_user)
{
    refuse_all(glue_creds, err_note(ERR_CRED_NTLM_ALONE, "%s", reason));
    glue_creds->obstacle = is_of_user ? reason : NULL;
}

const char *glue_creds_obstacle(const struct glue_creds *glue_creds)
{
    return glue_creds->obstacle;
}

bool glue_creds_is_default(const struct glue_creds *glue_creds)
{
    return glue_creds->has_recipe && glue_creds->recipe.name == GSS_C_NO_NAME &&
           !glue_creds->recipe.has_password && !glue_creds->recipe.store.present;
}

static gss_OID_set mechs_of(enum glue_cred_kind kind)
{
    static gss_OID_set_desc krb5 = {1, &MECH_OID_KRB5};

    return kind == GLUE_CRED_KRB5 ? &krb5 : glue_builtin_spnego_set();
}

/* Acquires a credential of a kind, but sends a password only once (glue_creds.h). */
static OM_uint32 acquire(const struct glue_creds *self, enum glue_cred_kind kind,
                         OM_uint32 *minor, gss_cred_id_t *out_cred,
                         OM_uint32 *out_lifetime)
{
    enum glue_cred_kind other =
        kind == GLUE_CRED_KRB5 ? GLUE_CRED_BUILTIN : GLUE_CRED_KRB5;
    gss_cred_id_t made = glue_creds_has_password(self) ? glue_creds_peek(self, other)
                                                       : GSS_C_NO_CREDENTIAL;

    if (made == GSS_C_NO_CREDENTIAL) {
        return recipe_acquire(&self->recipe, mechs_of(kind), minor, out_cred,
                              out_lifetime);
    }
    if (kind == GLUE_CRED_KRB5) {
        return status_set(ERR_NO_CRED, minor);
    }
    *out_lifetime = self->lifetimes[other];
    return glue_wrap_cred(minor, made, out_cred);
}

/* Makes a new credential visible to other threads, unless another thread was first. The
 * application's options are set on it before: a credential on which they cannot be set is
 * released, and no thread or forked child ever sees one without them. */
static OM_uint32 publish(struct glue_creds *self, enum glue_cred_kind kind,
                         gss_cred_id_t made, OM_uint32 lifetime, OM_uint32 *minor)
{
    OM_uint32 major = GSS_S_COMPLETE;
    OM_uint32 unused;

    (void)fork_lock_acquire(&self->lock);
    if (self->creds[kind] == GSS_C_NO_CREDENTIAL) {
        major = glue_creds_apply_all(self, kind, &made, minor);
        if (!GSS_ERROR(major)) {
            self->lifetimes[kind] = lifetime;
            self->creds[kind] = made;
            made = GSS_C_NO_CREDENTIAL;
        }
    }
    fork_lock_release(&self->lock);
    if (made != GSS_C_NO_CREDENTIAL) {
        (void)glue_get()->release_cred(&unused, &made);
    }
    return major;
}

/* The error of the built-in SPNEGO, which has no credential (glue_creds_settle_as_none).
 * The built-in SPNEGO is asked once, and its error is kept. */
static enum err error_of_builtin(struct glue_creds *self)
{
    gss_cred_id_t late = GSS_C_NO_CREDENTIAL;
    OM_uint32 lifetime = 0;
    OM_uint32 minor = 0;
    OM_uint32 unused;
    enum err e;

    (void)fork_lock_acquire(&self->lock);
    e = self->builtin_error.code;
    if (e != ERR_OK) {
        e = failure_raise_saved(&self->builtin_error);
    }
    fork_lock_release(&self->lock);
    if (e != ERR_OK) {
        return e;
    }
    OM_uint32 major = acquire(self, GLUE_CRED_BUILTIN, &minor, &late, &lifetime);
    if (!GSS_ERROR(major)) {
        (void)glue_get()->release_cred(&unused, &late);
        return failure_raise_saved(&self->refused[GLUE_CRED_KRB5]);
    }
    e = status_glue(major, minor);
    (void)fork_lock_acquire(&self->lock);
    failure_save(&self->builtin_error, e);
    fork_lock_release(&self->lock);
    return e;
}

enum err glue_creds_get(struct glue_creds *glue_creds, enum glue_cred_kind kind,
                        gss_cred_id_t *out_cred)
{
    gss_cred_id_t made = GSS_C_NO_CREDENTIAL;
    OM_uint32 lifetime = 0;
    OM_uint32 major;
    OM_uint32 minor = 0;

    *out_cred = glue_creds_peek(glue_creds, kind);
    if (*out_cred != GSS_C_NO_CREDENTIAL) {
        return ERR_OK;
    }
    if (glue_creds->refused[kind].code != ERR_OK) {
        return failure_raise_saved(&glue_creds->refused[kind]);
    }
    if (!glue_creds->has_recipe) {
        return ERR_NO_CRED;
    }
    if (kind == GLUE_CRED_BUILTIN && glue_creds->builtin_is_none) {
        return error_of_builtin(glue_creds);
    }
    major = acquire(glue_creds, kind, &minor, &made, &lifetime);
    if (!GSS_ERROR(major)) {
        major = publish(glue_creds, kind, made, lifetime, &minor);
    }
    if (!GSS_ERROR(major)) {
        *out_cred = glue_creds_peek(glue_creds, kind);
    }
    return status_glue(major, minor);
}

/* An acceptor's credential has the keys that the keytab has now, as without this module.
 * A second attempt of an initiator could use the tickets of another cache. There is no
 * way to ask krb5 whether the thread's default cache has changed: gss_krb5_ccache_name
 * frees the name that it returned to the program before. */
enum err glue_creds_settle(struct glue_creds *glue_creds, enum glue_cred_kind kind)
{
    const bool has_password = glue_creds_has_password(glue_creds);
    gss_cred_id_t unused;
    enum err e = glue_creds_get(glue_creds, kind, &unused);

    if (e != ERR_GLUE) {
        return e;
    }
    if (has_password) {
        refuse_all(glue_creds, e);
    } else if (!recipe_names_ccache(&glue_creds->recipe)) {
        failure_save(&glue_creds->refused[kind], e);
    }
    return e;
}

void glue_creds_settle_as_krb5(struct glue_creds *glue_creds)
{
    failure_save(&glue_creds->refused[GLUE_CRED_BUILTIN],
                 failure_raise_saved(&glue_creds->refused[GLUE_CRED_KRB5]));
}

void glue_creds_settle_as_none(struct glue_creds *glue_creds)
{
    glue_creds->builtin_is_none = glue_creds->refused[GLUE_CRED_KRB5].code != ERR_OK;
}

static struct other *find_other(const struct glue_creds *self, gss_OID mech)
{
    struct other *other = self->others;

    while (other != NULL && !oid_equal(mech, &other->mech->elements[0])) {
        other = other->next;
    }
    return other;
}

/* Adds a credential, unless another thread was first; returns the one in the list. The
 * caller holds the lock. */
static struct other *add_other(struct glue_creds *self, struct other *other)
{
    struct other *first = find_other(self, &other->mech->elements[0]);
    OM_uint32 unused;

    if (first != NULL) {
        return first;
    }
    (void)glue_creds_apply_no_ci_flags(self, &other->cred,
                                       &unused); /* not every mechanism knows it */
    other->next = self->others;
    self->others = other;
    return other;
}

/* Acquires the credential of another mechanism. The caller does not hold the lock. */
static enum err make_other(const struct glue_creds *self, gss_OID mech,
                           struct other **out)
{
    gss_OID_set_desc set = {1, mech};
    struct other *other = calloc(1, sizeof(*other));
    OM_uint32 unused = 0;
    OM_uint32 minor = 0;
    enum err e = other == NULL ? ERR_NO_MEMORY : oid_set_copy(&set, &other->mech);

    if (e == ERR_OK) {
        e = status_glue(
            recipe_acquire(&self->recipe, &set, &minor, &other->cred, &unused), minor);
    }
    if (e != ERR_OK) {
        others_free(other);
        return e;
    }
    *out = other;
    return ERR_OK;
}

static enum err get_other(struct glue_creds *self, gss_OID mech, gss_cred_id_t *out_cred)
{
    struct other *made = NULL;
    struct other *saved;
    enum err e;

    (void)fork_lock_acquire(&self->lock);
    saved = find_other(self, mech);
    fork_lock_release(&self->lock);
    if (saved == NULL) {
        if ((e = self->has_recipe ? make_other(self, mech, &made) : ERR_NO_CRED) !=
            ERR_OK) {
            return e;
        }
        (void)fork_lock_acquire(&self->lock);
        saved = add_other(self, made);
        fork_lock_release(&self->lock);
    }
    if (made != NULL && saved != made) {
        others_free(made);
    }
    *out_cred = saved->cred;
    return ERR_OK;
}

enum err glue_creds_get_mech(struct glue_creds *glue_creds, gss_OID mech,
                             gss_cred_id_t *out_cred)
{
    *out_cred = GSS_C_NO_CREDENTIAL;
    return oid_equal(mech, &MECH_OID_KRB5)
               ? glue_creds_get(glue_creds, GLUE_CRED_KRB5, out_cred)
               : get_other(glue_creds, mech, out_cred);
}

gss_cred_id_t glue_creds_peek(const struct glue_creds *glue_creds,
                              enum glue_cred_kind kind)
{
    struct fork_lock *lock = (struct fork_lock *)(uintptr_t)&glue_creds->lock;
    gss_cred_id_t cred;

    (void)fork_lock_acquire(lock);
    cred = glue_creds->creds[kind];
    fork_lock_release(lock);
    return cred;
}

gss_cred_id_t glue_creds_builtin(struct glue_creds *glue_creds)
{
    gss_cred_id_t cred;

    if (glue_creds == NULL) {
        return GSS_C_NO_CREDENTIAL;
    }
    if (glue_creds_has_password(glue_creds) &&
        glue_creds_peek(glue_creds, GLUE_CRED_KRB5) != GSS_C_NO_CREDENTIAL) {
        return glue_creds_get(glue_creds, GLUE_CRED_BUILTIN, &cred) == ERR_OK
                   ? cred
                   : GSS_C_NO_CREDENTIAL;
    }
    return glue_creds_peek(glue_creds, GLUE_CRED_BUILTIN);
}

OM_uint32 glue_creds_lifetime(const struct glue_creds *glue_creds,
                              enum glue_cred_kind kind)
{
    gss_cred_id_t cred = glue_creds_peek(glue_creds, kind);
    OM_uint32 lifetime = GSS_C_INDEFINITE;
    OM_uint32 minor;

    if (cred == GSS_C_NO_CREDENTIAL) {
        return GSS_C_INDEFINITE;
    }
    if (glue_creds->has_recipe) {
        return glue_creds->lifetimes[kind];
    }
    (void)glue_get()->inquire_cred(&minor, cred, NULL, &lifetime, NULL, NULL);
    return lifetime;
}
