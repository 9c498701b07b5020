/* SPDX-License-Identifier: ISC */
/* The two ends of a handshake through the real mechglue, and what runs between them. */
#ifndef TESTS_EXCHANGE_PEER_H
#define TESTS_EXCHANGE_PEER_H

#include "tests/exchange/place.h"

#include <gssapi/gssapi.h>
#include <gssapi/gssapi_ext.h>
#include <gssapi/gssapi_krb5.h>

extern gss_OID NTLM;
extern gss_OID SPNEGO;

#define SIGN_FLAGS ((OM_uint32)(GSS_C_INTEG_FLAG))
#define SEAL_FLAGS ((OM_uint32)(GSS_C_INTEG_FLAG | GSS_C_CONF_FLAG))

/*
 * struct peer: one end. What the test sets before the first step, then what the last step
 * answered; sentence is gss_display_status' for its minor. Freed by peer_cleanup.
 */
struct peer {
    gss_OID mech;
    gss_cred_id_t cred;
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

void peer_initiate(struct peer *p, struct bytes in);
void peer_accept(struct peer *p, struct bytes in);
void peer_cleanup(struct peer *p);

/* ck_gave_up: beside its error the peer sends nothing, or SPNEGO's reject. */
void ck_gave_up(const struct peer *p);

/* struct login: both ends. tamper, if there is one, changes each token on its way: leg 1
 * is the initiator's first, 2 the acceptor's first... */
struct login {
    struct peer initiator;
    struct peer acceptor;
    unsigned n_legs;
    void (*tamper)(struct login *l, unsigned leg, struct buf *token);
    const void *arg;
};

/* login_begin: user (NULL: the default credential) and password for the initiator, the
 * default credential of mech for the acceptor, target http@server, asked flags. */
void login_begin(struct login *l, gss_OID mech, const char *user, const char *password,
                 OM_uint32 asked);
/* login_run: until both are done, or one fails or has nothing more to say. */
void login_run(struct login *l);
bool login_is_done(const struct login *l);
void login_end(struct login *l);

/* login_good: a whole good login of alice, checked; for 'it still works'. */
void login_good(gss_OID mech);

/* login_arrives: logs in with this credential, which it takes over; who arrived. */
const char *login_arrives(gss_OID mech, gss_cred_id_t cred);

/* Names and credentials; what is not there fails the test. */
gss_name_t name_of(const char *text, gss_OID type);
gss_cred_id_t cred_password(gss_OID mech, const char *user, const char *password);
gss_cred_id_t cred_acceptor(gss_OID mech);

/* The calls themselves: their major and minor. struct store: a credential store's keys.
 */
struct store {
    OM_uint32 n;
    gss_key_value_element_desc keys[4];
};
OM_uint32 cred_with_password(gss_OID mech, const char *user, const char *password,
                             gss_cred_id_t *cred, OM_uint32 *minor);
OM_uint32 cred_from_store(gss_OID mech, const char *user, gss_cred_usage_t usage,
                          const struct store *store, gss_cred_id_t *cred,
                          OM_uint32 *minor);
void cred_option(gss_cred_id_t *cred, struct bytes option, struct bytes value);

/* GSS buffers from and to bytes. buffer_take: moves what the library allocated. */
gss_buffer_desc buffer_of(struct bytes b);
void buffer_take(gss_buffer_desc *from, struct buf *to);

/* status_sentence: the text of a minor into a place of 1024 bytes. */
void status_sentence(OM_uint32 minor, gss_OID mech, char out[1024]);

/* display: the text of a name; valid until the next four calls. */
const char *display(gss_name_t name);

/* ck_major: a major, shown with the sentence that came with it. */
#define ck_major(peer, wanted)                                                           \
    ck_assert_msg((peer)->major == (OM_uint32)(wanted), "major is %#x (%s), not %#x",    \
                  (peer)->major, (peer)->sentence, (OM_uint32)(wanted))
/* ck_failed: with this major, a minor, and a sentence that has this text in it. */
#define ck_failed(peer, wanted, text)                                                    \
    do {                                                                                 \
        ck_major(peer, wanted);                                                          \
        ck_assert_uint_ne((peer)->minor, 0);                                             \
        ck_assert_msg(strstr((peer)->sentence, text) != NULL, "\"%s\" lacks \"%s\"",     \
                      (peer)->sentence, text);                                           \
    } while (0)
/* ck_failed_exactly: the same with this sentence and nothing more. */
#define ck_failed_exactly(peer, wanted, text)                                            \
    do {                                                                                 \
        ck_major(peer, wanted);                                                          \
        ck_assert_uint_ne((peer)->minor, 0);                                             \
        ck_assert_str_eq((peer)->sentence, text);                                        \
    } while (0)

/* What the built-in SPNEGO says when it has nothing, and what ours adds if NTLM is there
 * but broken. */
#define BUILTIN_SAYS "SPNEGO cannot find mechanisms to negotiate"
/* What Kerberos says of a user that has no realm, in these tests' krb5.conf. */
#define NO_REALM "Configuration file does not specify default realm"
#define AND_NTLM "; NTLM: "

/* check_told_after: failed with this major, and NTLM's text after the built-in's. */
void check_told_after(const struct peer *p, OM_uint32 major, const char *says);

#endif
