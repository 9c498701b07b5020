/* SPDX-License-Identifier: ISC */
/* Every type of name, through both OIDs, in every place where the mechglue takes a name
 * of this module: the mechglue may release only a type that it knows to be static. Each
 * case runs in a process of its own, so that a crash is reported. With a lab
 * (test_sequences.py) the cases also run with tickets and a keytab. */
#include "mech/oid.h"
#include "tests/exchange/peer.h"

#include <gssapi/gssapi_generic.h>
#include <krb5.h>
#include <stdlib.h>
#include <string.h>

#define PRINCIPAL "(a principal)"

/* GSS_KRB5_NT_X509_CERT, which the header has since krb5 1.19 only. */
static gss_OID_desc x509_oid = {
    10, (void *)(uintptr_t) "\x2a\x86\x48\x86\xf7\x12\x01\x02\x02\x07"};
static gss_OID x509 = &x509_oid;
static gss_OID no_type;

/*
 * struct row: a name. exported_from: the name is imported from its exported form, which
 * is made of this text and type. untyped: the built-in SPNEGO shows the name without a
 * type, and so do we.
 */
static const struct row {
    const char *name;
    const gss_OID *type;
    const char *text;
    const gss_OID *exported_from;
    bool untyped;
} rows[] = {
    {"no type", &no_type, "alice", NULL, true},
    {"user", &GSS_C_NT_USER_NAME, "alice", NULL, false},
    {"user with a domain", &GSS_C_NT_USER_NAME, "AD\\alice", NULL, false},
    {"uid", &GSS_C_NT_MACHINE_UID_NAME, "\0\0\0\0", NULL, false},
    {"uid as text", &GSS_C_NT_STRING_UID_NAME, "0", NULL, false},
    {"service", &GSS_C_NT_HOSTBASED_SERVICE, "HTTP@localhost", NULL, false},
    {"service_X", &GSS_C_NT_HOSTBASED_SERVICE_X, "HTTP@localhost", NULL, false},
    {"service_X alone", &GSS_C_NT_HOSTBASED_SERVICE_X, "HTTP", NULL, false},
    {"anonymous", &GSS_C_NT_ANONYMOUS, "whoever", NULL, false},
    {"principal", &GSS_KRB5_NT_PRINCIPAL_NAME, "alice", NULL, false},
    {"service's principal", &GSS_KRB5_NT_PRINCIPAL_NAME, "HTTP/localhost", NULL, false},
    {"krb5_principal", &gss_nt_krb5_principal, PRINCIPAL, NULL, false},
    {"enterprise", &GSS_KRB5_NT_ENTERPRISE_NAME, "alice@dom.example", NULL, false},
    {"X.509", &x509, "0\x03\x02\x01\x05", NULL, false},
    {"exported", &GSS_C_NT_EXPORT_NAME, "alice", &GSS_C_NT_USER_NAME, true},
    {"exported service", &GSS_C_NT_EXPORT_NAME, "HTTP@localhost",
     &GSS_C_NT_HOSTBASED_SERVICE, true},
    {"exported service_X", &GSS_C_NT_EXPORT_NAME, "HTTP@localhost",
     &GSS_C_NT_HOSTBASED_SERVICE_X, true},
    {"composite", &GSS_C_NT_COMPOSITE_EXPORT, "HTTP@localhost",
     &GSS_C_NT_HOSTBASED_SERVICE, true},
};

/* What Kerberos has; all values but the first need the lab. */
enum kerberos { NOTHING_OF_IT, TICKETS, KEYTAB, TICKETS_AND_KEYTAB, N_KERBEROS };

#define N_CASES (N(rows) * 2 * N_KERBEROS)

static const struct row *row;
static gss_OID mech;

/* Passes the type to gss_release_oid, as the mechglue and some programs do; this must
 * change nothing. */
static void show(gss_name_t name)
{
    gss_buffer_desc text = GSS_C_EMPTY_BUFFER;
    gss_OID type = GSS_C_NO_OID;
    OM_uint32 minor;
    OM_uint32 major = gss_display_name(&minor, name, &text, &type);

    ck_complete(major);
    ck_assert_ptr_ne(text.value, NULL);
    ck_assert(type != GSS_C_NO_OID || (mech == SPNEGO && row->untyped));
    ck_complete(gss_release_oid(&minor, &type));
    (void)gss_release_buffer(&minor, &text);
}

static void show_and_release(gss_name_t *name)
{
    gss_name_t copy = GSS_C_NO_NAME;
    gss_OID named_mech = GSS_C_NO_OID;
    OM_uint32 minor;
    int is_mn = -1;

    if (*name == GSS_C_NO_NAME) {
        return;
    }
    show(*name);
    show(*name);
    ck_complete(gss_inquire_name(&minor, *name, &is_mn, &named_mech, NULL));
    ck_assert_int_eq(is_mn, 1);
    ck_assert_ptr_ne(named_mech, GSS_C_NO_OID);
    (void)gss_release_oid(&minor, &named_mech);
    ck_complete(gss_duplicate_name(&minor, *name, &copy));
    ck_complete(gss_release_name(&minor, name));
    show(copy);
    ck_complete(gss_release_name(&minor, &copy));
}

/* The value of a name of this type is the address of libkrb5's object, as MIT's importer
 * reads it. */
static gss_buffer_desc principal(void)
{
    static krb5_principal made;
    static krb5_context krb5; /* both are freed only at the end of the process */

    ck_assert_int_eq(krb5_init_context(&krb5), 0);
    ck_assert_int_eq(krb5_parse_name(krb5, "alice@NEG.TEST", &made), 0);
    return (gss_buffer_desc){sizeof(made), &made};
}

static gss_name_t import(const char *text, gss_OID type)
{
    size_t n = text[0] == '\0' ? 4 : strlen(text);
    gss_buffer_desc in = {n, (void *)(uintptr_t)text};
    gss_name_t name = GSS_C_NO_NAME;
    OM_uint32 minor;

    in = strcmp(text, PRINCIPAL) == 0 ? principal() : in;
    ck_complete(gss_import_name(&minor, &in, type, &name));
    return name;
}

/* Checks that a refusal has a reason. */
static void ck_refused(const char *what, OM_uint32 major, OM_uint32 minor)
{
    char sentence[1024];

    ck_assert_msg(GSS_ERROR(major) != 0, "%s: %#x", what, major);
    status_sentence(minor, mech, sentence);
    ck_assert_msg(sentence[0] != '\0', "%s: no sentence", what);
}

static gss_name_t canonical(gss_name_t name)
{
    gss_name_t made = GSS_C_NO_NAME;
    OM_uint32 minor = 0;
    OM_uint32 major = gss_canonicalize_name(&minor, name, mech, &made);

    if (major != GSS_S_COMPLETE) {
        ck_refused("canonicalize", major, minor);
    }
    return made;
}

/* Exports the row's name. Only Kerberos has the form with attributes. */
static void export(gss_buffer_t out)
{
    bool composite = *row->type == GSS_C_NT_COMPOSITE_EXPORT;
    gss_name_t plain = import(row->text, *row->exported_from);
    gss_name_t made = GSS_C_NO_NAME;
    OM_uint32 minor;

    ck_complete(
        gss_canonicalize_name(&minor, plain, composite ? &MECH_OID_KRB5 : mech, &made));
    ck_complete(composite ? gss_export_name_composite(&minor, made, out)
                          : gss_export_name(&minor, made, out));
    (void)gss_release_name(&minor, &plain);
    (void)gss_release_name(&minor, &made);
}

/* Makes the name of the row. */
static gss_name_t named(void)
{
    gss_buffer_desc flat = GSS_C_EMPTY_BUFFER;
    gss_name_t name = GSS_C_NO_NAME;
    OM_uint32 minor;

    if (row->exported_from == NULL) {
        return import(row->text, *row->type);
    }
    export(&flat);
    ck_complete(gss_import_name(&minor, &flat, *row->type, &name));
    (void)gss_release_buffer(&minor, &flat);
    return name;
}

static void begin(int i)
{
    enum kerberos kerberos = (enum kerberos)(i / N(rows) / 2);
    const char *config = getenv("LAB_CONFIG");
    bool tickets = kerberos == TICKETS || kerberos == TICKETS_AND_KEYTAB;
    bool keytab = kerberos == KEYTAB || kerberos == TICKETS_AND_KEYTAB;

    row = &rows[i % N(rows)];
    mech = mech_of(i / N(rows) % 2);
    if (kerberos != NOTHING_OF_IT && config == NULL) {
        SKIP("no KDC here: kerberos/name_types has one");
    }
    place_begin(LINES_BOTH, "");
    place_credential("AD:alice:" ALICE_PASSWORD "\n", 0600);
    if (config != NULL) {
        setenv("KRB5_CONFIG", config, 1);
        setenv("KRB5CCNAME", getenv(tickets ? "LAB_TICKETS" : "LAB_NO_TICKETS"), 1);
        setenv("KRB5_KTNAME", getenv(keytab ? "LAB_KEYTAB" : "LAB_NO_KEYTAB"), 1);
        setenv("KRB5RCACHENAME", "none:", 1);
    }
    login_good(NTLM); /* this loads the mechanisms */
}

/* Without a lab, Kerberos has nothing. */
static int n_cases(void)
{
    return getenv("LAB_CONFIG") == NULL ? N(rows) * 2 : N_CASES;
}

TEST_TIMES(names, n_cases())
{
    OM_uint32 minor;

    begin(_i);
    gss_name_t name = named();
    gss_name_t made = canonical(name);
    show_and_release(&made);
    (void)gss_release_name(&minor, &name);
}

/* Checks the name of a credential that was acquired by this name. */
static void check_cred(gss_cred_id_t *cred)
{
    gss_name_t name = GSS_C_NO_NAME;
    OM_uint32 minor;

    ck_complete(gss_inquire_cred(&minor, *cred, &name, NULL, NULL, NULL));
    ck_assert_ptr_ne(name, GSS_C_NO_NAME);
    show_and_release(&name);
    if (mech == NTLM) { /* neither the built-in SPNEGO nor ours has this call */
        ck_complete(
            gss_inquire_cred_by_mech(&minor, *cred, mech, &name, NULL, NULL, NULL));
        ck_assert_ptr_ne(name, GSS_C_NO_NAME);
        show_and_release(&name);
    }
    (void)gss_release_cred(&minor, cred);
}

static void check_acquired(const char *what, OM_uint32 major, OM_uint32 minor,
                           gss_cred_id_t *cred)
{
    if (major == GSS_S_COMPLETE) {
        check_cred(cred);
    } else {
        ck_refused(what, major, minor);
    }
}

TEST_TIMES(credentials, n_cases())
{
    static const gss_cred_usage_t usages[] = {GSS_C_INITIATE, GSS_C_ACCEPT, GSS_C_BOTH};
    gss_buffer_desc password = buffer_of(bytes_str(ALICE_PASSWORD));
    gss_OID_set_desc only = {1, NULL};
    gss_cred_id_t cred = GSS_C_NO_CREDENTIAL;
    OM_uint32 minor = 0;
    OM_uint32 major;

    begin(_i);
    only.elements = mech;
    gss_name_t name = named();
    for (size_t i = 0; i < N(usages); i++) {
        major = gss_acquire_cred(&minor, name, 0, &only, usages[i], &cred, NULL, NULL);
        check_acquired("acquire", major, minor, &cred);
    }
    major = gss_acquire_cred_with_password(&minor, name, &password, 0, &only,
                                           GSS_C_INITIATE, &cred, NULL, NULL);
    check_acquired("with a password", major, minor, &cred);
    (void)gss_release_name(&minor, &name);
}

/* Checks both names of both ends, as far as they are known. */
static void check_ends(const struct login *l)
{
    const gss_ctx_id_t ends[] = {l->initiator.context, l->acceptor.context};

    for (size_t i = 0; i < 2; i++) {
        gss_name_t source = GSS_C_NO_NAME;
        gss_name_t target = GSS_C_NO_NAME;
        OM_uint32 minor;

        if (ends[i] != GSS_C_NO_CONTEXT &&
            gss_inquire_context(&minor, ends[i], &source, &target, NULL, NULL, NULL, NULL,
                                NULL) == GSS_S_COMPLETE) {
            show_and_release(&source);
            show_and_release(&target);
        }
    }
}

/* Uses the name as the target and, if it can be that, as the acceptor's own name. */
TEST_TIMES(contexts, n_cases())
{
    gss_OID_set_desc only = {1, NULL};
    struct bytes in = {NULL, 0};
    struct login l;
    OM_uint32 minor;
    gss_cred_id_t own = GSS_C_NO_CREDENTIAL;

    begin(_i);
    only.elements = mech;
    login_begin(&l, mech, NULL, NULL, SEAL_FLAGS);
    (void)gss_release_name(&minor, &l.initiator.target);
    l.initiator.target = named();
    if (gss_acquire_cred(&minor, l.initiator.target, 0, &only, GSS_C_ACCEPT, &own, NULL,
                         NULL) == GSS_S_COMPLETE) {
        (void)gss_release_cred(&minor, &l.acceptor.cred);
        l.acceptor.cred = own;
    }
    do {
        peer_initiate(&l.initiator, in);
        check_ends(&l);
        if (GSS_ERROR(l.initiator.major) || l.initiator.token.n == 0) {
            break;
        }
        peer_accept(&l.acceptor, buf_bytes(&l.initiator.token));
        check_ends(&l);
        in = buf_bytes(&l.acceptor.token);
    } while (!GSS_ERROR(l.acceptor.major) && in.n > 0);
    show_and_release(&l.acceptor.source);
    login_end(&l);
}
