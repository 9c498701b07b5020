/* SPDX-License-Identifier: ISC */
/* Names: users, services, and the anonymous one (RFC 2743 4, protocol forms of NTLM). */
#ifndef MECH_NAME_H
#define MECH_NAME_H

#include "base/buf.h"
#include "conf/policy.h"

#include <stdatomic.h>

#include <gssapi/gssapi.h>

/* enum mech_name_kind: NAME_FOREIGN is a name that only other mechanisms can read. */
enum mech_name_kind { NAME_USER, NAME_SERVICE, NAME_ANONYMOUS, NAME_FOREIGN };

/*
 * struct mech_name: the object that a gss_name_t points to, on the heap. It does not
 * change once it is made, except that it gets the glue's names when they are asked for.
 * Its texts are UTF-8. A user has a user name and may have a domain; a service has a
 * service name and may have a host. spelling and type are the text and the type that the
 * application gave; other mechanisms read them in their own way.
 */
struct mech_name {
    enum mech_name_kind kind;
    struct buf user;   /* or the service */
    struct buf domain; /* or the host */
    struct buf spelling;
    struct buf sids;    /* of a user whom a domain authenticated: one SID a line */
    gss_OID type;       /* a constant of libgssapi, or GSS_C_NO_OID if none was given */
    bool is_for_spnego; /* see mech/name_glue.h for this and what follows */
    _Atomic(gss_name_t) glue; /* owned; GSS_C_NO_NAME: none, or not made yet */
    _Atomic(gss_name_t) glue_text;
};

/*
 * name_import: reads a text as its type says:
 *   none, USER_NAME           a user, as ntlm/username.h reads one
 *   HOSTBASED_SERVICE(_X)     service[@host], service/host
 *   KRB5_NT_PRINCIPAL_NAME    service/host[@REALM], user[@REALM]
 *   ANONYMOUS                 anything
 *   EXPORT_NAME               what name_export made
 * A NUL that ends the text is dropped. No I/O. Errors: ERR_NAME (malformed, empty, or a
 * NUL inside), ERR_NAME_LENGTH (over 256 UTF-16 units), ERR_UTF8, ERR_NAME_TYPE,
 * ERR_NO_MEMORY.
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

/* name_display: appends DOMAIN\user, user or service@host, and gives the text's type. */
void name_display(const struct mech_name *name, struct buf *out, gss_OID *out_type);

/* name_equal: compares users and services without case (username_equal). An anonymous
 * name equals no name. */
MUST_USE enum err name_equal(const struct mech_name *a, const struct mech_name *b,
                             bool *out_equal);

/* name_export: appends the flat form of RFC 2743 3.2 with NTLM's OID. */
void name_export(const struct mech_name *name, struct buf *out);

/*
 * name_policy_target: the service and the host that the policy checks, as views. The name
 * is a service, or a text "service/host" or "host" that the application gave as a user's
 * or without a type. Of "service/host/instance" the host is the second part. A part that
 * the name does not have is empty; a name that is NULL has none.
 */
struct policy_target name_policy_target(const struct mech_name *name);

/*
 * name_target: appends service/host for NTLM's TargetName ([MS-NLMP] 2.2.2.1). The dot
 * that may end the host is left out, because Windows' lists of its own names do not have
 * it. A service without a host is on local_host, as Kerberos reads it. Appends nothing if
 * the name is not a service's or no host is known.
 */
void name_target(const struct mech_name *name, struct bytes local_host, struct buf *out);

#endif
