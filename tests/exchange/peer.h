/* SPDX-License-Identifier: ISC */
/* Logins whose ends are checked, in the place of the exchange tests. */
#ifndef TESTS_EXCHANGE_PEER_H
#define TESTS_EXCHANGE_PEER_H

#include "tests/exchange/place.h"
#include "tests/lib/login_driver.h"

/* ck_gave_up: beside its error the peer sends nothing, or SPNEGO's reject. */
void ck_gave_up(const struct peer *p);

/* login_begin: user (NULL: the default credential) and password for the initiator, the
 * default credential of mech for the acceptor, target http@server, asked flags. */
void login_begin(struct login *l, gss_OID mech, const char *user, const char *password,
                 OM_uint32 asked);

/* login_good: a whole good login of alice, checked; for 'it still works'. */
void login_good(gss_OID mech);

/* login_arrives: logs in with this credential, which it takes over; who arrived. */
const char *login_arrives(gss_OID mech, gss_cred_id_t cred);

/* Names and credentials; what is not there fails the test. */
gss_name_t name_of(const char *text, gss_OID type);
gss_cred_id_t cred_password(gss_OID mech, const char *user, const char *password);
gss_cred_id_t cred_acceptor(gss_OID mech);

void cred_option(gss_cred_id_t *cred, struct bytes option, struct bytes value);

/* display: the text of a name; valid until the next four calls. */
const char *display(gss_name_t name);

/* ck_complete: a call that must answer GSS_S_COMPLETE. */
#define ck_complete(call) ck_assert_uint_eq(call, GSS_S_COMPLETE)

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
