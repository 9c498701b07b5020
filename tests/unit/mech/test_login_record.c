/* SPDX-License-Identifier: ISC */
/* The reason that a login record gives for NTLM. */
#include "mech/report/login_record.h"

#include "mech/oid.h"
#include "mech/status.h"
#include "tests/lib/harness.h"

#include <krb5.h>

static struct spnego s;

static void begin(enum gss_role role, gss_OID only)
{
    s = (struct spnego){.role = role, .allowed = &MECH_OIDS_DEFAULT};
    if (only != NULL) {
        ck_ok(oid_set_new((const gss_const_OID *)&only, 1, &s.named));
        s.allowed = s.named;
    }
}

/* {the client's list as letters: Kerberos, Microsoft's Kerberos, NTLM, NegoEx; the
 * mechanisms that the program allows} -> the reason. */
static const struct {
    const char *list;
    gss_OID only;
    const char *reason;
} clients[] = {
    {"N", NULL, "the client offered no Kerberos"},
    {"XN", NULL, "the client offered no Kerberos"},
    {"NK", NULL, "the client offered NTLM first"},
    {"NM", NULL, "the client offered NTLM first"},
    {"KN", NULL, "this server has no Kerberos keys"},
    {"XMKN", NULL, "this server has no Kerberos keys"},
    {"MN", &MECH_OID_NTLM, "gss_set_neg_mechs names no Kerberos"},
};

static struct bytes oid_of(char letter)
{
    switch (letter) {
    case 'K':
        return OID_KRB5;
    case 'M':
        return OID_MS_KRB5;
    case 'N':
        return OID_NTLM;
    default:
        return OID_NEGOEX;
    }
}

TEST_TABLE(by_the_clients_list, clients)
{
    struct negtoken_init init = {0};

    begin(ROLE_ACCEPTOR, row->only);
    for (const char *letter = row->list; *letter != '\0'; letter++) {
        init.mechs[init.n_mechs++] = oid_of(*letter);
    }
    login_reason_client_chose(&s, &init);
    ck_assert_str_eq(s.reason, row->reason);
    spnego_cleanup(&s);
}

/* {role, the error of the mechanism before NTLM} -> the reason. */
static const struct {
    enum gss_role role;
    long minor;
    const char *reason;
} failures[] = {
    {ROLE_INITIATOR, KRB5KRB_AP_ERR_SKEW, "Kerberos: the clocks differ"},
    {ROLE_INITIATOR, KRB5KDC_ERR_S_PRINCIPAL_UNKNOWN,
     "Kerberos: the service is not known to the KDC"},
    {ROLE_ACCEPTOR, KRB5KRB_AP_ERR_SKEW,
     "the client sent a token that failed: Kerberos: the clocks differ"},
    /* neither in the table nor with a sentence, because the library did not return it */
    {ROLE_INITIATOR, KRB5KDC_ERR_PREAUTH_FAILED, "Kerberos: it failed"},
};

TEST_TABLE(by_the_failure_before, failures)
{
    struct spnego_mech mech = {.oid = OID_KRB5};
    struct failure failure;

    begin(row->role, NULL);
    failure = failure_of(status_glue(GSS_S_FAILURE, (OM_uint32)row->minor));
    ck_err(failure.code, ERR_GLUE);
    login_reason_mech_failed(&s, &mech, &failure);
    ck_assert_str_eq(s.reason, row->reason);
    spnego_cleanup(&s);
}

TEST(by_the_servers_choice)
{
    begin(ROLE_INITIATOR, NULL);
    login_reason_server_chose(&s);
    ck_assert_str_eq(s.reason, "the server chose NTLM");
    spnego_cleanup(&s);
}
