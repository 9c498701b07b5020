/* SPDX-License-Identifier: ISC */
/* The two ends of a login through the real mechglue, and the tokens between them. The
 * driver does not use Check, so that threads, children and programs without Check can use
 * it. */
#ifndef TESTS_LIB_LOGIN_DRIVER_H
#define TESTS_LIB_LOGIN_DRIVER_H

#include "base/buf.h"

#include <gssapi/gssapi.h>
#include <gssapi/gssapi_ext.h>
#include <gssapi/gssapi_krb5.h>

extern gss_OID NTLM;
extern gss_OID SPNEGO;
extern gss_OID KRB5;

/* mech_of: NTLM for 0, SPNEGO for any other number. same_oid: false if either is NULL. */
gss_OID mech_of(int i);
bool same_oid(gss_const_OID a, gss_const_OID b);

#define SIGN_FLAGS ((OM_uint32)(GSS_C_INTEG_FLAG))
#define SEAL_FLAGS ((OM_uint32)(GSS_C_INTEG_FLAG | GSS_C_CONF_FLAG))

/*
 * struct peer: one end of a login: what the test sets before the first step, and what the
 * last step returned. sentence is the text of gss_display_status for its minor.
 * peer_cleanup frees it, except a shared credential.
 */
struct peer {
    gss_OID mech;
    gss_cred_id_t cred;
    bool shared;
    gss_name_t target;
    OM_uint32 asked;
    gss_channel_bindings_t bindings;

    gss_ctx_id_t context;
    OM_uint32 major;
    OM_uint32 minor;
    char sentence[1024];
    OM_uint32 flags;
    OM_uint32 lifetime;
    gss_OID actual_mech;
    gss_name_t source; /* acceptor */
    struct buf token;  /* to send; also what came with an error */
};

/* peer_accept ends the process if a credential was delegated, because no login here asks
 * for delegation. */
void peer_initiate(struct peer *p, struct bytes in);
void peer_accept(struct peer *p, struct bytes in);
void peer_cleanup(struct peer *p);

/* peer_retarget: sets another host-based service as the target. */
void peer_retarget(struct peer *p, const char *service);

/* send_wrapped: whether a sealed message arrives unchanged. */
bool send_wrapped(struct peer *from, struct peer *to, const char *text);

/* struct login: both ends. tamper, if set, changes each token on its way; leg 1 is the
 * initiator's first token, leg 2 the acceptor's first, and so on. */
struct login {
    struct peer initiator;
    struct peer acceptor;
    unsigned n_legs;
    void (*tamper)(struct login *l, unsigned leg, struct buf *token);
    const void *arg;
};

/* login_of: a login with default credentials to this host-based service. */
struct login login_of(gss_OID mech, const char *service, OM_uint32 asked);
/* login_run: carries tokens until both ends are done, one fails, or one has no token to
 * send. A login that does not end ends the process. login_runs: runs it, calls login_end,
 * and returns whether both ends were done. */
void login_run(struct login *l);
bool login_is_done(const struct login *l);
void login_end(struct login *l);
bool login_runs(struct login *l);

/* The calls themselves: their major and minor. struct store: a credential store's keys.
 * user: NULL for none. */
struct store {
    OM_uint32 n;
    gss_key_value_element_desc keys[4];
};
OM_uint32 cred_with_password(gss_OID mech, const char *user, const char *password,
                             gss_cred_id_t *cred, OM_uint32 *minor);
OM_uint32 cred_from_store(gss_OID mech, const char *user, gss_cred_usage_t usage,
                          const struct store *store, gss_cred_id_t *cred,
                          OM_uint32 *minor);

/* acquire_password, acquire_store, acquire_default: acquire a credential to initiate, or
 * for the given usage; GSS_C_NO_CREDENTIAL if that fails. name_from: GSS_C_NO_NAME if
 * that fails. */
gss_cred_id_t acquire_password(gss_OID mech, const char *user, const char *password);
gss_cred_id_t acquire_store(gss_OID mech, const char *user, const struct store *store);
gss_cred_id_t acquire_default(gss_OID mech, gss_cred_usage_t usage);
gss_name_t name_from(const char *text, gss_OID type);

/* GSS buffers from and to bytes. buffer_take: moves what the library allocated. */
gss_buffer_desc buffer_of(struct bytes b);
void buffer_take(gss_buffer_desc *from, struct buf *to);

/* status_sentence: writes the text of a minor to out. */
void status_sentence(OM_uint32 minor, gss_OID mech, char out[1024]);

#endif
