/* SPDX-License-Identifier: ISC */
/* The credential's part that other mechanisms hold. */
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
    recipe_cleanup(&foreign->recipe);
    free(foreign);
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
    foreign->has_recipe = true;
    if ((e = recipe_copy(source, &foreign->recipe)) != ERR_OK) {
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
    return (foreign->has_recipe && foreign->kept_out == NULL) ||
           foreign_peek(foreign, kind) != GSS_C_NO_CREDENTIAL;
}

bool foreign_has_password(const struct foreign *foreign)
{
    return foreign->has_recipe && recipe_has_password(&foreign->recipe);
}

void foreign_keep_out(struct foreign *foreign, const char *why, bool is_of_user)
{
    foreign->kept_out = why;
    foreign->is_of_user = is_of_user;
}

const char *foreign_obstacle(const struct foreign *foreign)
{
    return foreign->is_of_user ? foreign->kept_out : NULL;
}

bool foreign_is_default(const struct foreign *foreign)
{
    return foreign->has_recipe && foreign->recipe.name == GSS_C_NO_NAME &&
           !foreign->recipe.has_password && !foreign->recipe.store.present;
}

static gss_OID_set mechs_of(enum foreign_kind kind)
{
    static gss_OID_set_desc krb5 = {1, &MECH_OID_KRB5};

    return kind == FOREIGN_KRB5 ? &krb5 : glue_builtin_spnego_set();
}

/* A password is not sent twice. */
static OM_uint32 acquire(const struct foreign *f, enum foreign_kind kind,
                         OM_uint32 *minor, gss_cred_id_t *out_cred,
                         OM_uint32 *out_lifetime)
{
    enum foreign_kind other = kind == FOREIGN_KRB5 ? FOREIGN_BUILTIN : FOREIGN_KRB5;
    gss_cred_id_t made =
        foreign_has_password(f) ? foreign_peek(f, other) : GSS_C_NO_CREDENTIAL;

    if (made == GSS_C_NO_CREDENTIAL) {
        return recipe_acquire(&f->recipe, mechs_of(kind), minor, out_cred, out_lifetime);
    }
    if (kind == FOREIGN_KRB5) {
        return status_set(ERR_NO_CRED, minor);
    }
    *out_lifetime = f->lifetimes[other];
    return glue_wrap_cred(minor, made, out_cred);
}

/* Another thread may have been first. One that could not be told what it must not do is
 * none, and nobody sees it before it was told, not even after a fork. */
static OM_uint32 publish(struct foreign *f, enum foreign_kind kind, gss_cred_id_t made,
                         OM_uint32 lifetime, OM_uint32 *minor)
{
    OM_uint32 major = GSS_S_COMPLETE;
    OM_uint32 unused;

    (void)fork_lock_take(&f->lock);
    if (f->creds[kind] == GSS_C_NO_CREDENTIAL) {
        major = foreign_apply_all(f, kind, &made, minor);
        if (!GSS_ERROR(major)) {
            f->lifetimes[kind] = lifetime;
            f->creds[kind] = made;
            made = GSS_C_NO_CREDENTIAL;
        }
    }
    fork_lock_give(&f->lock);
    if (made != GSS_C_NO_CREDENTIAL) {
        (void)glue_get()->release_cred(&unused, &made);
    }
    return major;
}

static OM_uint32 make(struct foreign *f, enum foreign_kind kind, OM_uint32 *minor)
{
    gss_cred_id_t made = GSS_C_NO_CREDENTIAL;
    OM_uint32 lifetime = 0;

    if (f->refused[kind].is_known) {
        *minor = f->refused[kind].minor;
        return f->refused[kind].major;
    }
    OM_uint32 major = acquire(f, kind, minor, &made, &lifetime);
    return GSS_ERROR(major) ? major : publish(f, kind, made, lifetime, minor);
}

enum err foreign_get(struct foreign *foreign, enum foreign_kind kind,
                     gss_cred_id_t *out_cred)
{
    OM_uint32 major;
    OM_uint32 minor = 0;

    *out_cred = foreign_peek(foreign, kind);
    if (*out_cred != GSS_C_NO_CREDENTIAL) {
        return ERR_OK;
    }
    if (foreign->kept_out != NULL) {
        return err_note(ERR_CRED_NTLM_ALONE, "%s", foreign->kept_out);
    }
    if (!foreign->has_recipe) {
        return ERR_NO_CRED;
    }
    major = make(foreign, kind, &minor);
    *out_cred = GSS_ERROR(major) ? GSS_C_NO_CREDENTIAL : foreign_peek(foreign, kind);
    return status_glue(major, minor);
}

static void refuse(struct foreign *f, enum foreign_kind kind)
{
    struct refusal *refusal = &f->refused[kind];

    refusal->is_known = status_last_glue(&refusal->major, &refusal->minor);
}

/* What an acceptor lacks may come later: it holds no tickets of anybody. Which cache is
 * the thread's default one cannot be asked without harm: gss_krb5_ccache_name frees the
 * name that it told the program before. So a second attempt might take somebody else's
 * tickets.
 */
enum err foreign_settle(struct foreign *foreign, enum foreign_kind kind)
{
    const bool has_password = foreign_has_password(foreign);
    gss_cred_id_t unused;
    enum err e = foreign_get(foreign, kind, &unused);

    if (e != ERR_GLUE) {
        return e;
    }
    if (has_password) {
        refuse(foreign, FOREIGN_BUILTIN);
        refuse(foreign, FOREIGN_KRB5);
    } else if (recipe_follows_default(&foreign->recipe)) {
        refuse(foreign, kind);
    }
    return e;
}

void foreign_settle_as_krb5(struct foreign *foreign)
{
    foreign->refused[FOREIGN_BUILTIN] = foreign->refused[FOREIGN_KRB5];
}

static struct other *find_other(const struct foreign *f, gss_OID mech)
{
    struct other *other = f->others;

    while (other != NULL && !oid_equal(mech, &other->mech->elements[0])) {
        other = other->next;
    }
    return other;
}

/* Another thread may have been first. Locked by the caller; other's own are then taken.
 */
static struct other *keep_other(struct foreign *f, struct other *other)
{
    struct other *first = find_other(f, &other->mech->elements[0]);
    OM_uint32 unused;

    if (first != NULL) {
        return first;
    }
    (void)foreign_apply_no_ci_flags(f, &other->cred,
                                    &unused); /* not every mechanism knows it */
    other->next = f->others;
    f->others = other;
    return other;
}

/* Without the lock. */
static enum err make_other(const struct foreign *f, gss_OID mech, struct other **out)
{
    gss_OID_set_desc set = {1, mech};
    struct other *other = calloc(1, sizeof(*other));
    OM_uint32 unused = 0;
    OM_uint32 minor = 0;
    enum err e = other == NULL ? ERR_NO_MEMORY : oid_set_copy(&set, &other->mech);

    if (e == ERR_OK) {
        e = status_glue(recipe_acquire(&f->recipe, &set, &minor, &other->cred, &unused),
                        minor);
    }
    if (e != ERR_OK) {
        others_free(other);
        return e;
    }
    *out = other;
    return ERR_OK;
}

static enum err get_other(struct foreign *f, gss_OID mech, gss_cred_id_t *out_cred)
{
    struct other *made = NULL;
    struct other *kept;
    enum err e;

    (void)fork_lock_take(&f->lock);
    kept = find_other(f, mech);
    fork_lock_give(&f->lock);
    if (kept == NULL) {
        if ((e = f->has_recipe ? make_other(f, mech, &made) : ERR_NO_CRED) != ERR_OK) {
            return e;
        }
        (void)fork_lock_take(&f->lock);
        kept = keep_other(f, made);
        fork_lock_give(&f->lock);
    }
    if (made != NULL && kept != made) {
        others_free(made);
    }
    *out_cred = kept->cred;
    return ERR_OK;
}

enum err foreign_get_mech(struct foreign *foreign, gss_OID mech, gss_cred_id_t *out_cred)
{
    *out_cred = GSS_C_NO_CREDENTIAL;
    return oid_equal(mech, &MECH_OID_KRB5) ? foreign_get(foreign, FOREIGN_KRB5, out_cred)
                                           : get_other(foreign, mech, out_cred);
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

gss_cred_id_t foreign_builtin(struct foreign *foreign)
{
    gss_cred_id_t cred;

    if (foreign_has_password(foreign) &&
        foreign_peek(foreign, FOREIGN_KRB5) != GSS_C_NO_CREDENTIAL) {
        return foreign_get(foreign, FOREIGN_BUILTIN, &cred) == ERR_OK
                   ? cred
                   : GSS_C_NO_CREDENTIAL;
    }
    return foreign_peek(foreign, FOREIGN_BUILTIN);
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
