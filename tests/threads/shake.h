/* SPDX-License-Identifier: ISC */
/* A handshake of two sides in one thread, safe to run in several; nothing of Check. */
#ifndef TESTS_THREADS_SHAKE_H
#define TESTS_THREADS_SHAKE_H

#include <gssapi/gssapi.h>
#include <gssapi/gssapi_ext.h>
#include <gssapi/gssapi_krb5.h>

#include <stdbool.h>

extern gss_OID NTLM;
extern gss_OID SPNEGO;
extern gss_OID KRB5;

#define PASSWORD    "Wonderland 1"
#define SHAKE_FLAGS ((OM_uint32)(GSS_C_INTEG_FLAG | GSS_C_CONF_FLAG))

/* struct side: cred is borrowed if it is shared, else released by shake_end. */
struct side {
    gss_cred_id_t cred;
    bool shared;
    gss_ctx_id_t context;
    OM_uint32 major;
    OM_uint32 minor;
    OM_uint32 flags;
    gss_OID mech; /* as the library tells it */
    gss_buffer_desc token;
};

/* struct shake: both sides; what the caller sets first is mech, service (host-based) and
 * the credentials. source: who arrived. */
struct shake {
    gss_OID mech;
    const char *service;
    struct side initiator;
    struct side acceptor;
    gss_name_t source;
    unsigned n_legs;
};

/* shake_run: until both are done, or one fails or has no more to say. */
void shake_run(struct shake *s);
bool shake_is_done(const struct shake *s);
void shake_end(struct shake *s);

/* acquire_password, acquire_store, acquire_default: a credential for this mechanism, or
 * GSS_C_NO_CREDENTIAL. keys: NULL-terminated pairs of key and value. */
gss_cred_id_t acquire_password(gss_OID mech, const char *user, const char *password);
gss_cred_id_t acquire_store(gss_OID mech, const char *user, const char *const *keys);
gss_cred_id_t acquire_default(gss_OID mech, gss_cred_usage_t usage);

/* name_from: an imported name; GSS_C_NO_NAME if that fails. */
gss_name_t name_from(const char *text, gss_OID type);

/* same_oid: also of NULL. */
bool same_oid(gss_OID a, gss_OID b);

/* sentence: what the library says of a minor; free() it. */
char *sentence(OM_uint32 minor, gss_OID mech);

#endif
