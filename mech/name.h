/* SPDX-License-Identifier: ISC */
/* Names: users, services, and nobody (RFC 2743 4, protocol forms of NTLM). */
#ifndef MECH_NAME_H
#define MECH_NAME_H

#include "base/buf.h"
#include "conf/policy.h"

#include <gssapi/gssapi.h>

/* NAME_FOREIGN: one that has no meaning in NTLM. */
enum mech_name_kind { NAME_USER, NAME_SERVICE, NAME_ANONYMOUS, NAME_FOREIGN };

/*
 * struct mech_name: what gss_name_t points to, on the heap; immutable once made. Texts
 * are UTF-8. A user has user and perhaps domain; a service has service and perhaps host.
 * spelling and type are what the application gave, for mechanisms that read it their way.
 */
struct mech_name {
    enum mech_name_kind kind;
    struct buf user;   /* or the service */
    struct buf domain; /* or the host */
    struct buf spelling;
    gss_OID type;    /* a constant of libgssapi, or GSS_C_NO_OID as the application's */
    gss_name_t glue; /* the same name in the glue's hands, owned; GSS_C_NO_NAME: none */
};

/*
 * name_import: reads text of a type:
 *   none, USER_NAME           a user, as ntlm/username.h reads one
 *   HOSTBASED_SERVICE(_X)     service[@host], service/host
 *   KRB5_NT_PRINCIPAL_NAME    service/host[@REALM], user[@REALM]
 *   ANONYMOUS                 anything
 *   EXPORT_NAME               what name_export made
 * A NUL that ends the text is not a part of it. No I/O. Errors: ERR_NAME (form, empty,
 * over 256 units), ERR_UTF8 (NUL within as well), ERR_NAME_TYPE.
 */
MUST_USE enum err name_import(struct bytes text, gss_const_OID type,
                              struct mech_name **out);
MUST_USE enum err name_new(enum mech_name_kind kind, struct bytes user,
                           struct bytes domain, struct mech_name **out);
MUST_USE enum err name_new_user(struct bytes user, struct bytes domain,
                                struct mech_name **out);
MUST_USE enum err name_new_anonymous(struct mech_name **out);
MUST_USE enum err name_copy(const struct mech_name *from, struct mech_name **out);
void name_free(struct mech_name *name);
#define NAME_AUTO __attribute__((cleanup(name_cleanup))) struct mech_name
void name_cleanup(struct mech_name **name);

/*
 * name_import_spnego: a name of SPNEGO: the glue's reading of it (as the built-in
 * SPNEGO's own), and NTLM's where it has one. No I/O. Errors: ERR_GLUE (status_glue),
 * ERR_NO_MEMORY. name_adopt: a name that the glue gave, which is then ours.
 */
MUST_USE enum err name_import_spnego(struct bytes text, gss_OID type,
                                     struct mech_name **out);
MUST_USE enum err name_adopt(gss_name_t glue_name, struct mech_name **out);

/* name_display: DOMAIN\user, user, service@host; and the type of that text. */
void name_display(const struct mech_name *name, struct buf *out, gss_OID *out_type);

/* name_equal: users (username_equal) and services without case; an anonymous name
 * equals none. */
MUST_USE enum err name_equal(const struct mech_name *a, const struct mech_name *b,
                             bool *out_equal);

/* name_export: the flat form of RFC 2743 3.2 with NTLM's OID. */
void name_export(const struct mech_name *name, struct buf *out);

/*
 * name_policy_target: the service and the host that a policy goes by, as views: of a
 * service (of service/host/instance the second part), of service/host that the
 * application called a user or nothing, or of a host alone in the same way. Parts that
 * the name does not tell, and all of a name that is NULL, are empty.
 */
struct policy_target name_policy_target(const struct mech_name *name);

/*
 * name_target: service/host for NTLM's TargetName ([MS-NLMP] 2.2.2.1), without the host's
 * last dot, which Windows' lists of their own names do not have. local_host is the host
 * of a service that has none, as Kerberos reads it. Nothing if the name is no service, or
 * no host is known.
 */
void name_target(const struct mech_name *name, struct bytes local_host, struct buf *out);

#endif
