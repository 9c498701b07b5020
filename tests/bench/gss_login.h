/* SPDX-License-Identifier: ISC */
/* The login that the benchmarks measure: DEMO\alice at http@localhost, both sides in this
 * process, through the mechglue. */
#ifndef TESTS_BENCH_GSS_LOGIN_H
#define TESTS_BENCH_GSS_LOGIN_H

#include <gssapi/gssapi.h>

struct gss_login {
    gss_OID mech;
    gss_name_t target;
    gss_cred_id_t initiator_cred;
    gss_cred_id_t acceptor_cred;
    gss_ctx_id_t initiator;
    gss_ctx_id_t acceptor;
    gss_buffer_desc to_initiator;
    gss_buffer_desc to_acceptor;
    OM_uint32 initiator_major;
    OM_uint32 acceptor_major;
    /* What handshake() calls after each step of the initiator, or NULL. */
    void (*on_token)(struct gss_login *login);
};

/* These functions end the program after an error. kind: "raw" or "spnego". */
void gss_login_init(struct gss_login *login, const char *kind);
/* The initiator's credential: from a password, or the default one, from the files of the
 * environment. */
void gss_login_acquire(struct gss_login *login);
void gss_login_acquire_default(struct gss_login *login);
void gss_login_release(struct gss_login *login);
/* handshake: the steps of both sides only. */
void handshake(struct gss_login *login);
void gss_login_delete(struct gss_login *login);
void gss_login_check(const char *what, OM_uint32 major, OM_uint32 minor);

#endif
