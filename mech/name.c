/* SPDX-License-Identifier: ISC */
/* Names: users, services, and the anonymous one. */
#include "mech/name.h"

#include "conf/host.h"
#include "mech/glue.h"
#include "mech/oid.h"
#include "mech/status.h"
#include "ntlm/message.h"
#include "ntlm/username.h"

#include <stdlib.h>
#include <string.h>

#define ANONYMOUS_TEXT "NT AUTHORITY\\ANONYMOUS LOGON"

static void release_glue_name(gss_name_t name)
{
    OM_uint32 minor;

    if (name != GSS_C_NO_NAME) {
        (void)glue_get()->release_name(&minor, &name);
    }
}

void name_free(struct mech_name *name)
{
    if (name == NULL) {
        return;
    }
    release_glue_name(atomic_load(&name->glue));
    release_glue_name(atomic_load(&name->glue_text));
    buf_cleanup(&name->user);
    buf_cleanup(&name->domain);
    buf_cleanup(&name->spelling);
    buf_cleanup(&name->sids);
    free(name);
}

void name_cleanup(struct mech_name **name)
{
    name_free(*name);
    *name = NULL;
}

enum err name_new(enum mech_name_kind kind, struct bytes user, struct bytes domain,
                  struct mech_name **out)
{
    NAME_AUTO *name = NULL;
    enum err e;

    *out = NULL;
    if ((e = message_name_check(user)) != ERR_OK ||
        (e = message_name_check(domain)) != ERR_OK) {
        return e;
    }
    name = calloc(1, sizeof(*name));
    if (name == NULL) {
        return ERR_NO_MEMORY;
    }
    name->kind = kind;
    if ((e = buf_dup(&name->user, user)) != ERR_OK ||
        (e = buf_dup(&name->domain, domain)) != ERR_OK) {
        return e;
    }
    *out = name;
    name = NULL;
    return ERR_OK;
}

enum err name_new_user(struct bytes user, struct bytes domain, struct mech_name **out)
{
    return name_new(NAME_USER, user, domain, out);
}

enum err name_new_anonymous(struct mech_name **out)
{
    return name_new(NAME_ANONYMOUS, bytes_str(""), bytes_str(""), out);
}

enum err name_copy(const struct mech_name *from, struct mech_name **out)
{
    NAME_AUTO *name = NULL;
    const gss_name_t from_glue = atomic_load(&from->glue);
    gss_name_t glue = GSS_C_NO_NAME;
    OM_uint32 minor = 0;
    enum err e;

    *out = NULL;
    e = name_new(from->kind, buf_bytes(&from->user), buf_bytes(&from->domain), &name);
    if (e != ERR_OK ||
        (e = buf_dup(&name->spelling, buf_bytes(&from->spelling))) != ERR_OK ||
        (e = buf_dup(&name->sids, buf_bytes(&from->sids))) != ERR_OK) {
        return e;
    }
    name->type = from->type;
    name->is_for_spnego = from->is_for_spnego;
    if (from_glue != GSS_C_NO_NAME) {
        OM_uint32 major = glue_get()->duplicate_name(&minor, from_glue, &glue);

        if ((e = status_glue(major, minor)) != ERR_OK) {
            return e;
        }
        atomic_init(&name->glue, glue);
    }
    *out = name;
    name = NULL;
    return ERR_OK;
}

static void append_pair(struct buf *out, struct bytes left, const char *separator,
                        struct bytes right)
{
    buf_append(out, left);
    if (left.n > 0 && right.n > 0) {
        buf_append_text(out, separator);
    }
    buf_append(out, right);
}

void name_display(const struct mech_name *name, struct buf *out, gss_OID *out_type)
{
    struct bytes user = buf_bytes(&name->user);
    struct bytes domain = buf_bytes(&name->domain);

    switch (name->kind) {
    case NAME_USER:
        append_pair(out, domain, "\\", user);
        *out_type = GSS_C_NT_USER_NAME;
        return;
    case NAME_SERVICE:
        append_pair(out, user, "@", domain);
        *out_type = GSS_C_NT_HOSTBASED_SERVICE;
        return;
    case NAME_ANONYMOUS:
        buf_append_text(out, ANONYMOUS_TEXT);
        *out_type = GSS_C_NT_ANONYMOUS;
        return;
    case NAME_FOREIGN:
        buf_fail(out, ERR_NAME);
        *out_type = GSS_C_NO_OID;
        return;
    }
}

enum err name_equal(const struct mech_name *a, const struct mech_name *b, bool *out_equal)
{
    const struct username left = {buf_bytes(&a->user), buf_bytes(&a->domain)};
    const struct username right = {buf_bytes(&b->user), buf_bytes(&b->domain)};

    *out_equal = false;
    if (a->kind != b->kind || a->kind == NAME_ANONYMOUS || a->kind == NAME_FOREIGN) {
        return ERR_OK;
    }
    return username_equal(left, right, out_equal);
}

/*
 * The target of a name that the application gave as a user's or without a type. Kerberos
 * reads "service/host" in such a name as a service and a host, and so does the policy. A
 * name with a backslash has no target: the backslash ends a domain for NTLM, and quotes a
 * character for Kerberos.
 */
static struct policy_target target_of_user(const struct mech_name *name)
{
    struct policy_target target = {bytes_of(NULL, 0), bytes_of(NULL, 0)};
    struct bytes user;
    struct bytes realm;

    (void)username_split(buf_bytes(&name->user), buf_bytes(&name->domain), &user, &realm);
    if (bytes_has(buf_bytes(&name->spelling), '\\')) {
        return target;
    }
    if (bytes_has(user, '/')) {
        (void)bytes_split(user, '/', &target.service, &target.host);
    } else if (realm.n == 0) {
        target.host = user;
    }
    return target;
}

struct policy_target name_policy_target(const struct mech_name *name)
{
    struct policy_target target = {bytes_of(NULL, 0), bytes_of(NULL, 0)};
    struct bytes instance;

    if (name != NULL && name->kind == NAME_USER) {
        target = target_of_user(name);
    }
    if (name != NULL && name->kind == NAME_SERVICE) {
        target.service = buf_bytes(&name->user);
        target.host = buf_bytes(&name->domain);
    }
    (void)bytes_split(target.host, '/', &target.host, &instance);
    return target;
}

/* Appends the host without the dot that may end its name; a port may follow that dot. */
static void append_host(struct buf *out, struct bytes host)
{
    const struct bytes plain = host_plain(host);
    const size_t end = bytes_offset(host, plain) + plain.n;
    struct bytes before;
    struct bytes rest;

    if (!bytes_split_at(host, end, &before, &rest) || host.p[end] != '.') {
        buf_append(out, host);
        return;
    }
    buf_append(out, before);
    buf_append(out, rest);
}

void name_target(const struct mech_name *name, struct bytes local_host, struct buf *out)
{
    struct bytes host = name->domain.n > 0 ? buf_bytes(&name->domain) : local_host;
    struct bytes instance;

    if (name->kind != NAME_SERVICE || host.n == 0) {
        return;
    }
    buf_append(out, buf_bytes(&name->user));
    buf_append_text(out, "/");
    if (bytes_split(host, '/', &host, &instance)) {
        append_host(out, host);
        buf_append_text(out, "/");
        buf_append(out, instance);
        return;
    }
    append_host(out, host);
}
