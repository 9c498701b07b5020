/* SPDX-License-Identifier: ISC */
/* Logins whose ends are checked; they use the files of place.h. */
#ifndef TESTS_EXCHANGE_PEER_H
#define TESTS_EXCHANGE_PEER_H

#include "tests/exchange/place.h"
#include "tests/lib/login_driver.h"

/* ck_gave_up: checks that with its error the peer sends no token, or SPNEGO's reject. */
void ck_gave_up(const struct peer *p);

/* login_begin: makes the initiator's credential with user (NULL: the default credential)
 * and password, and the acceptor's default credential of mech. The target is http@server;
 * asked are the flags. */
void login_begin(struct login *l, gss_OID mech, const char *user, const char *password,
                 OM_uint32 asked);

/* login_good: makes and checks a complete login of alice, to show that logins still
 * work. It skips the test if only the fault of MIT's SPNEGO ends it (builtin_fault.h). */
void login_good(gss_OID mech);

/* login_arrives: logs in with this credential, which it frees; returns the name that the
 * acceptor gets. */
const char *login_arrives(gss_OID mech, gss_cred_id_t cred);

/* Names and credentials; the test fails if one cannot be made. */
gss_name_t name_of(const char *text, gss_OID type);
gss_cred_id_t cred_password(gss_OID mech, const char *user, const char *password);
gss_cred_id_t cred_acceptor(gss_OID mech);

void cred_option(gss_cred_id_t *cred, struct bytes option, struct bytes value);

/* display: the text of a name; valid until the fourth call after this one. */
const char *display(gss_name_t name);

/* ck_complete: a call that must answer GSS_S_COMPLETE. */
#define ck_complete(call) ck_assert_uint_eq(call, GSS_S_COMPLETE)

/* ck_major: checks a major; on failure prints it with its sentence. */
#define ck_major(peer, wanted)                                                           \
    ck_assert_msg((peer)->major == (OM_uint32)(wanted), "major is %#x (%s), not %#x",    \
                  (peer)->major, (peer)->sentence, (OM_uint32)(wanted))
/* ck_failed: checks that a peer failed with this major, a minor, and a sentence that
 * contains this text. */
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

/* The sentence of the built-in SPNEGO without any credential; ours appends NTLM's fault,
 * if there is one. */
#define BUILTIN_SAYS "SPNEGO cannot find mechanisms to negotiate"
/* Kerberos' sentence for a user without a realm, with the krb5.conf of these tests. */
#define NO_REALM "Configuration file does not specify default realm"
#define AND_NTLM "; NTLM: "

/* check_appended: checks that a peer failed with this major, and that NTLM's text
 * follows the built-in SPNEGO's. */
void check_appended(const struct peer *p, OM_uint32 major, const char *says);

#endif
