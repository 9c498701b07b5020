/* SPDX-License-Identifier: ISC */
/* Kerberos under SPNEGO when there is no memory: each allocation of our own code fails
 * once, in logins with a ticket, in the fallback to NTLM at either end, and in calls that
 * are passed to Kerberos. no_memory_kerberos.py makes the environment, with a KDC. */
#include "mech/oid.h"
#include "tests/hostile/alloc_fault.h"
#include "tests/hostile/scenario.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

/* Environment variables that have values for KRB5CCNAME and KRB5_KTNAME. */
#define TICKETS    "TICKETS"
#define NO_TICKETS "NO_TICKETS"
#define KEYTAB     "KEYTAB"
#define NO_KEYTAB  "NO_KEYTAB"

static void use(const char *variable, const char *from)
{
    const char *value = getenv(from);

    ck_assert_msg(value != NULL, "%s is not set", from);
    setenv(variable, value, 1);
}

/* Changes the files, so that each run reads them again. */
static void touch_files(void)
{
    static time_t second = 1000000000;
    const char *names[] = {"GSS_NEGOTIATE_CONFIG", "USERS_FILE"};

    second++;
    for (int i = 0; i < 2; i++) {
        const struct timespec times[2] = {{second, 0}, {second, 0}};

        ck_assert_int_eq(utimensat(AT_FDCWD, getenv(names[i]), times, 0), 0);
    }
}

static OM_uint32 begin(struct fixture *p, OM_uint32 *minor)
{
    gss_buffer_desc host = buffer_of(bytes_str("HTTP@localhost"));
    struct login *l = &p->login;

    l->initiator.mech = SPNEGO;
    l->acceptor.mech = SPNEGO;
    l->initiator.asked = SEAL_FLAGS | GSS_C_MUTUAL_FLAG;
    return gss_import_name(minor, &host, GSS_C_NT_HOSTBASED_SERVICE,
                           &l->initiator.target);
}

static OM_uint32 acquire(gss_cred_usage_t usage, gss_cred_id_t *cred, OM_uint32 *minor)
{
    gss_OID_set_desc only = {1, SPNEGO};

    return gss_acquire_cred(minor, GSS_C_NO_NAME, 0, &only, usage, cred, NULL, NULL);
}

static OM_uint32 acquire_initiator(struct fixture *p, OM_uint32 *minor)
{
    return acquire(GSS_C_INITIATE, &p->login.initiator.cred, minor);
}

static OM_uint32 acquire_acceptor(struct fixture *p, OM_uint32 *minor)
{
    return acquire(GSS_C_ACCEPT, &p->login.acceptor.cred, minor);
}

static OM_uint32 inquire_cred(struct fixture *p, OM_uint32 *minor)
{
    OM_uint32 unused;
    OM_uint32 time;
    int usage;

    (void)gss_release_oid_set(&unused, &p->set);
    (void)gss_release_name(&unused, &p->name);
    return gss_inquire_cred(minor, p->login.initiator.cred, &p->name, &time, &usage,
                            &p->set);
}

static OM_uint32 export_cred(struct fixture *p, OM_uint32 *minor)
{
    OM_uint32 unused;

    (void)gss_release_buffer(&unused, &p->token);
    return gss_export_cred(minor, p->login.initiator.cred, &p->token);
}

static OM_uint32 import_cred(struct fixture *p, OM_uint32 *minor)
{
    return gss_import_cred(minor, &p->token, &p->other_cred);
}

static OM_uint32 of_peer(const struct peer *peer, OM_uint32 *minor)
{
    *minor = peer->minor;
    return peer->major;
}

static bool is_done(const struct peer *peer)
{
    return peer->context != GSS_C_NO_CONTEXT && peer->major == GSS_S_COMPLETE;
}

/* Gives the initiator the acceptor's token, unless it is done. */
static OM_uint32 initiate(struct fixture *p, OM_uint32 *minor)
{
    struct login *l = &p->login;
    BUF_AUTO in = BUF_INIT;

    if (!is_done(&l->initiator)) {
        ck_ok(buf_dup(&in, buf_bytes(&l->acceptor.token)));
        peer_initiate(&l->initiator, buf_bytes(&in));
    }
    return of_peer(&l->initiator, minor);
}

static OM_uint32 accept_it(struct fixture *p, OM_uint32 *minor)
{
    struct login *l = &p->login;

    if (!is_done(&l->acceptor)) {
        peer_accept(&l->acceptor, buf_bytes(&l->initiator.token));
    }
    return of_peer(&l->acceptor, minor);
}

/* Checks the mechanism too: a lack of memory must not cause the choice of another one. */
static OM_uint32 by_mech(struct fixture *p, gss_OID mech, OM_uint32 *minor)
{
    *minor = SCENARIO_DROPPED;
    ck_assert_ptr_nonnull(p->login.initiator.actual_mech);
    return oid_equal(p->login.initiator.actual_mech, mech) ? GSS_S_COMPLETE
                                                           : GSS_S_BAD_MECH;
}

static OM_uint32 by_krb5(struct fixture *p, OM_uint32 *minor)
{
    return by_mech(p, &MECH_OID_KRB5, minor);
}

static OM_uint32 by_ntlm(struct fixture *p, OM_uint32 *minor)
{
    return by_mech(p, NTLM, minor);
}

static OM_uint32 wrap_it(struct fixture *p, OM_uint32 *minor)
{
    gss_buffer_desc in = buffer_of(bytes_str("message"));
    OM_uint32 unused;

    (void)gss_release_buffer(&unused, &p->token);
    return gss_wrap(minor, p->login.initiator.context, 1, GSS_C_QOP_DEFAULT, &in, NULL,
                    &p->token);
}

static OM_uint32 unwrap_it(struct fixture *p, OM_uint32 *minor)
{
    return gss_unwrap(minor, p->login.acceptor.context, &p->token, &p->text, NULL, NULL);
}

static OM_uint32 inquire_it(struct fixture *p, OM_uint32 *minor)
{
    OM_uint32 time;
    OM_uint32 flags;
    OM_uint32 unused;
    gss_OID mech;
    int local;
    int open;

    (void)gss_release_name(&unused, &p->name);
    return gss_inquire_context(minor, p->login.acceptor.context, &p->name, &p->other_name,
                               &time, &mech, &flags, &local, &open);
}

static OM_uint32 display_source(struct fixture *p, OM_uint32 *minor)
{
    OM_uint32 unused;
    gss_OID type;

    (void)gss_release_buffer(&unused, &p->text);
    return gss_display_name(minor, p->login.acceptor.source, &p->text, &type);
}

#define HANDSHAKE initiate, accept_it, initiate, accept_it, initiate, accept_it, initiate

static const struct place {
    struct scenario scenario;
    const char *tickets;
    const char *keytab;
    const char *settings;
} places[] = {
    {{"a ticket, default credentials",
      {begin, HANDSHAKE, by_krb5, wrap_it, unwrap_it, inquire_it, display_source}},
     TICKETS,
     KEYTAB,
     "WITH_NTLM"},
    {{"a ticket, acquired credentials",
      {begin, acquire_initiator, acquire_acceptor, inquire_cred, export_cred, import_cred,
       HANDSHAKE, by_krb5, wrap_it, unwrap_it}},
     TICKETS,
     KEYTAB,
     "WITH_NTLM"},
    {{"no ticket", {begin, acquire_initiator, HANDSHAKE, by_ntlm, wrap_it, unwrap_it}},
     NO_TICKETS,
     KEYTAB,
     "WITH_NTLM"},
    {{"a keytab without the key",
      {begin, acquire_initiator, acquire_acceptor, HANDSHAKE, by_ntlm, wrap_it,
       unwrap_it}},
     TICKETS,
     NO_KEYTAB,
     "SERVER_CHOOSES"},
    {{"NTLM is withheld, and the program gives up", {begin, acquire_initiator, initiate}},
     TICKETS,
     KEYTAB,
     "WITH_NTLM"},
    {{"handed on",
      {begin, acquire_initiator, acquire_acceptor, HANDSHAKE, by_krb5, wrap_it, unwrap_it,
       inquire_it, display_source}},
     TICKETS,
     KEYTAB,
     "WITHOUT_NTLM"},
    {{"handed on, default credentials", {begin, HANDSHAKE, by_krb5, wrap_it, unwrap_it}},
     TICKETS,
     KEYTAB,
     "WITHOUT_NTLM"},
};

/* Runs a login, so that the module is loaded and has read the settings and users. */
static void warm_up(bool ntlm)
{
    struct login l = {.initiator = {.mech = NTLM}, .acceptor = {.mech = NTLM}};
    gss_OID_set mechs = GSS_C_NO_OID_SET;
    OM_uint32 minor;

    ck_complete(gss_indicate_mechs(&minor, &mechs));
    (void)gss_release_oid_set(&minor, &mechs);
    l.initiator.target = name_of("HTTP@localhost", GSS_C_NT_HOSTBASED_SERVICE);
    login_run(&l);
    ck_assert_int_eq(login_is_done(&l), ntlm);
    login_end(&l);
}

TEST_TIMEOUT(100)

TEST_TABLE(kerberos, places)
{
    bool has_ntlm = strcmp(row->settings, "WITHOUT_NTLM") != 0;

    use("KRB5CCNAME", row->tickets);
    use("KRB5_KTNAME", row->keytab);
    use("GSS_NEGOTIATE_CONFIG", row->settings);
    if (has_ntlm) {
        use("NTLM_USER_FILE", "USERS_FILE");
    }
    warm_up(has_ntlm);
    alloc_fault_begin(false);
    ck_assert_uint_gt(scenario_play(&row->scenario, SPNEGO, touch_files), 5);
}
