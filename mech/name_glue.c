/* SPDX-License-Identifier: ISC */
/* The mechglue's own objects for our names. */
#include "mech/name_glue.h"

#include "mech/glue.h"
#include "mech/status.h"

static enum err import_text(struct bytes text, gss_OID type, gss_name_t *out)
{
    gss_buffer_desc buffer = {text.n, (void *)(uintptr_t)text.p};
    OM_uint32 minor = 0;
    OM_uint32 major = glue_get()->import_name(&minor, &buffer, type, out);

    return status_glue(major, minor);
}

static enum err canonicalize(gss_name_t plain, gss_name_t *out)
{
    OM_uint32 minor = 0;
    OM_uint32 major =
        glue_get()->canonicalize_name(&minor, plain, glue_builtin_spnego(), out);

    return status_glue(major, minor);
}

/* Stores a new name, unless another thread was first; gives the one that is stored. */
static void publish(_Atomic(gss_name_t) *stored, gss_name_t made, gss_name_t *out)
{
    gss_name_t first = GSS_C_NO_NAME;
    OM_uint32 minor;

    *out = made;
    if (!atomic_compare_exchange_strong(stored, &first, made)) {
        (void)glue_get()->release_name(&minor, &made);
        *out = first;
    }
}

bool name_has_glue(const struct mech_name *name)
{
    return name->is_for_spnego || atomic_load(&name->glue) != GSS_C_NO_NAME;
}

enum err name_glue_text(const struct mech_name *name, gss_name_t *out)
{
    struct mech_name *changed = (struct mech_name *)(uintptr_t)name;
    gss_name_t made = GSS_C_NO_NAME;
    enum err e;

    *out = name == NULL ? GSS_C_NO_NAME : atomic_load(&name->glue);
    if (name == NULL || *out != GSS_C_NO_NAME || !name->is_for_spnego) {
        return ERR_OK;
    }
    *out = atomic_load(&name->glue_text);
    if (*out != GSS_C_NO_NAME) {
        return ERR_OK;
    }
    if ((e = import_text(buf_bytes(&name->spelling), name->type, &made)) == ERR_OK) {
        publish(&changed->glue_text, made, out);
    }
    return e;
}

enum err name_glue(const struct mech_name *name, gss_name_t *out)
{
    struct mech_name *changed = (struct mech_name *)(uintptr_t)name;
    gss_name_t plain;
    gss_name_t made = GSS_C_NO_NAME;
    enum err e = name_glue_text(name, &plain);

    *out = plain;
    if (e != ERR_OK || plain == GSS_C_NO_NAME || plain == atomic_load(&name->glue)) {
        return e;
    }
    *out = GSS_C_NO_NAME;
    if ((e = canonicalize(plain, &made)) == ERR_OK) {
        publish(&changed->glue, made, out);
    }
    return e;
}

enum err name_adopt(gss_name_t glue_name, struct mech_name **out)
{
    OM_uint32 minor;
    enum err e = name_new(NAME_FOREIGN, bytes_str(""), bytes_str(""), out);

    if (e != ERR_OK) {
        (void)glue_get()->release_name(&minor, &glue_name);
        return e;
    }
    atomic_init(&(*out)->glue, glue_name);
    return ERR_OK;
}

/* Makes the glue's names at once. */
static enum err import_now(struct bytes text, gss_OID type, struct mech_name **out)
{
    gss_name_t plain = GSS_C_NO_NAME;
    gss_name_t made = GSS_C_NO_NAME;
    OM_uint32 unused;
    enum err e = import_text(text, type, &plain);

    if (e == ERR_OK) {
        e = canonicalize(plain, &made);
        (void)glue_get()->release_name(&unused, &plain);
    }
    return e != ERR_OK ? e : name_adopt(made, out);
}

/* Whether the glue's names can be made later. They cannot if NTLM does not have the text
 * as the application gave it. An exported name is not a text; the glue may refuse it. */
static bool can_wait(const struct mech_name *ntlm, struct bytes text)
{
    return ntlm->type != GSS_C_NT_EXPORT_NAME && text.n > 0 &&
           bytes_equal(buf_bytes(&ntlm->spelling), text);
}

enum err name_import_spnego(struct bytes text, gss_OID type, struct mech_name **out)
{
    NAME_AUTO *ntlm = NULL;
    NAME_AUTO *name = NULL;
    enum err e;

    *out = NULL;
    if (glue_get() == NULL || glue_builtin_spnego() == GSS_C_NO_OID) {
        return ERR_INTERNAL;
    }
    e = name_import(text, type, &ntlm);
    if (e == ERR_NO_MEMORY) {
        return e;
    }
    if (e == ERR_OK && can_wait(ntlm, text)) {
        ntlm->is_for_spnego = true;
    } else {
        if ((e = import_now(text, type, &name)) != ERR_OK) {
            return e;
        }
        if (ntlm == NULL) {
            *out = name;
            name = NULL;
            return ERR_OK;
        }
        atomic_init(&ntlm->glue, atomic_load(&name->glue));
        atomic_init(&name->glue, GSS_C_NO_NAME);
    }
    *out = ntlm;
    ntlm = NULL;
    return ERR_OK;
}
