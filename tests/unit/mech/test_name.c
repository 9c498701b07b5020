/* SPDX-License-Identifier: ISC */
/* mech/name: reading, showing, comparing and exporting names. */
#include "tests/lib/harness.h"

#include "mech/name.h"

#include <gssapi/gssapi_krb5.h>

static struct mech_name *import(const char *text, gss_OID type)
{
    struct mech_name *name = NULL;

    ck_ok(name_import(bytes_str(text), type, &name));
    ck_assert_ptr_nonnull(name);
    return name;
}

static void check_text(const struct buf *b, const char *want)
{
    ck_bytes(buf_bytes(b), bytes_str(want));
}

static const struct {
    const char *text;
    const char *user;
    const char *domain;
    const char *shown;
} user_forms[] = {
    {"foo", "foo", "", "foo"},
    {"BAR\\foo", "foo", "BAR", "BAR\\foo"},
    {"foo@BAR", "foo", "BAR", "BAR\\foo"},
    {"foo\\@upn", "foo@upn", "", "foo@upn"},
    {"foo\\@upn@BAR", "foo@upn", "BAR", "BAR\\foo@upn"},
    {"\\foo@upn", "foo@upn", "", "foo@upn"},
    {"BAR\\foo@upn", "foo@upn", "BAR", "BAR\\foo@upn"},
    {"a\\b\\c", "b\\c", "a", "a\\b\\c"},
    {"a@b@c", "a@b", "c", "c\\a@b"},
};

TEST_TABLE(user_names_of_every_form, user_forms)
{
    struct mech_name *name = import(row->text, GSS_C_NT_USER_NAME);
    BUF_AUTO shown = BUF_INIT;
    gss_OID type;

    ck_assert_int_eq(name->kind, NAME_USER);
    check_text(&name->user, row->user);
    check_text(&name->domain, row->domain);
    check_text(&name->spelling, row->text);
    name_display(name, &shown, &type);
    check_text(&shown, row->shown);
    ck_assert_ptr_eq(type, GSS_C_NT_USER_NAME);
    name_free(name);
}

TEST(no_type_means_user)
{
    struct mech_name *name = import("BAR\\foo", GSS_C_NO_OID);

    ck_assert_int_eq(name->kind, NAME_USER);
    ck_assert_ptr_eq(name->type, GSS_C_NO_OID);
    name_free(name);
}

static const struct {
    const char *text;
    const char *service;
    const char *host;
    const char *target;
} service_forms[] = {
    {"HTTP@srv.example", "HTTP", "srv.example", "HTTP/srv.example"},
    {"ldap", "ldap", "", "ldap/local"},
    {"svc@", "svc", "", "svc/local"},
    {"HTTP@[::1]:8080", "HTTP", "[::1]:8080", "HTTP/[::1]:8080"},
    {"HTTP@srv.example.", "HTTP", "srv.example.", "HTTP/srv.example"},
    {"HTTP@srv.example.:80", "HTTP", "srv.example.:80", "HTTP/srv.example:80"},
    {"HTTP@.", "HTTP", ".", "HTTP/."},
    {"HTTP@0xc0000201", "HTTP", "0xc0000201", "HTTP/0xc0000201"},
    {"WSMAN/srv.example", "WSMAN", "srv.example", "WSMAN/srv.example"},
    {"WSMAN/", "WSMAN", "", "WSMAN/local"},
    {"ldap@dc./dom.example", "ldap", "dc./dom.example", "ldap/dc/dom.example"},
    {"ldap/dc/dom.example", "ldap", "dc/dom.example", "ldap/dc/dom.example"},
};

TEST_TABLE(services_by_host, service_forms)
{
    struct mech_name *name = import(row->text, GSS_C_NT_HOSTBASED_SERVICE);
    BUF_AUTO target = BUF_INIT;

    ck_assert_int_eq(name->kind, NAME_SERVICE);
    check_text(&name->user, row->service);
    check_text(&name->domain, row->host);
    name_target(name, bytes_str("local"), &target);
    check_text(&target, row->target);
    name_free(name);
}

TEST(kerberos_principals)
{
    struct mech_name *service = import("HTTP/srv@REALM", GSS_KRB5_NT_PRINCIPAL_NAME);
    struct mech_name *user = import("alice@REALM", GSS_KRB5_NT_PRINCIPAL_NAME);

    ck_assert_int_eq(service->kind, NAME_SERVICE);
    check_text(&service->domain, "srv");
    ck_assert_int_eq(user->kind, NAME_USER);
    check_text(&user->domain, "REALM");
    name_free(service);
    name_free(user);
}

static const struct {
    const char *text;
    const gss_OID *type;
    const char *user;
    const char *domain;
} ended_forms[] = {
    {"HTTP@srv", &GSS_C_NT_HOSTBASED_SERVICE, "HTTP", "srv"},
    {"AD\\alice", &GSS_C_NT_USER_NAME, "alice", "AD"},
    {"alice@R", &GSS_KRB5_NT_PRINCIPAL_NAME, "alice", "R"},
};

/* Some programs count the NUL of a string as a part of the name. */
TEST_TABLE(names_with_their_end, ended_forms)
{
    size_t n = strlen(row->text);
    struct mech_name *name;

    ck_ok(name_import(bytes_of(row->text, n + 1), *row->type, &name));
    check_text(&name->user, row->user);
    check_text(&name->domain, row->domain);
    ck_assert_uint_eq(name->spelling.n, n);
    name_free(name);
}

TEST(malformed_names)
{
    static const char ends[] = "alice\0";
    static const char nul[] = "ali\0ce";
    struct mech_name *name;
    char longest[300];

    memset(longest, 'a', sizeof(longest));
    ck_err(name_import(bytes_str(""), GSS_C_NT_USER_NAME, &name), ERR_NAME);
    ck_err(name_import(bytes_str("BAR\\"), GSS_C_NT_USER_NAME, &name), ERR_NAME);
    ck_err(name_import(bytes_str("@BAR"), GSS_C_NT_USER_NAME, &name), ERR_NAME);
    ck_err(name_import(bytes_str("@srv"), GSS_C_NT_HOSTBASED_SERVICE, &name), ERR_NAME);
    ck_err(name_import(bytes_str("/srv"), GSS_KRB5_NT_PRINCIPAL_NAME, &name), ERR_NAME);
    ck_err(name_import(bytes_of(nul, 6), GSS_C_NT_USER_NAME, &name), ERR_NAME);
    ck_err(name_import(bytes_of(ends, 7), GSS_C_NT_USER_NAME, &name), ERR_NAME);
    ck_err(name_import(bytes_of("", 1), GSS_C_NT_USER_NAME, &name), ERR_NAME);
    ck_err(name_import(bytes_str("\xff"), GSS_C_NT_USER_NAME, &name), ERR_UTF8);
    ck_ok(name_import(bytes_of(longest, 256), GSS_C_NT_USER_NAME, &name));
    name_free(name);
    ck_err(name_import(bytes_of(longest, 257), GSS_C_NT_USER_NAME, &name),
           ERR_NAME_LENGTH);
    ck_err(name_import(bytes_str("1000"), GSS_C_NT_STRING_UID_NAME, &name),
           ERR_NAME_TYPE);
    ck_assert_ptr_null(name);
}

static bool equal(const struct mech_name *a, const struct mech_name *b)
{
    bool same;

    ck_ok(name_equal(a, b, &same));
    return same;
}

TEST(comparing)
{
    struct mech_name *a = import("BAR\\Jürgen", GSS_C_NT_USER_NAME);
    struct mech_name *b = import("jÜRGEN@bar", GSS_C_NT_USER_NAME);
    struct mech_name *other = import("jürgen", GSS_C_NT_USER_NAME);
    struct mech_name *service = import("jürgen", GSS_C_NT_HOSTBASED_SERVICE);
    struct mech_name *nobody = import("", GSS_C_NT_ANONYMOUS);

    ck_assert(equal(a, b));
    ck_assert(!equal(a, other));
    ck_assert(!equal(other, service));
    ck_assert(!equal(nobody, nobody));
    name_free(a);
    name_free(b);
    name_free(other);
    name_free(service);
    name_free(nobody);
}

/* RFC 2743 3.2: 04 01, length of the DER OID, the OID, length of the name, the name. */
TEST(exported_form)
{
    struct mech_name *name = import("B\\a", GSS_C_NT_USER_NAME);
    BUF_AUTO out = BUF_INIT;

    name_export(name, &out);
    ck_bytes(buf_bytes(&out), hex("0401 000c 060a 2b06010401823702020a 0000000b"
                                  "00 00000001 61 00000001 42"));
    name_free(name);
}

static const struct {
    const char *text;
    gss_OID *type;
} exportable[] = {
    {"BAR\\foo@upn", &GSS_C_NT_USER_NAME},
    {"foo\\@upn", &GSS_C_NT_USER_NAME},
    {"HTTP@srv", &GSS_C_NT_HOSTBASED_SERVICE},
    {"", &GSS_C_NT_ANONYMOUS},
};

TEST_TABLE(export_comes_back, exportable)
{
    struct mech_name *name = import(row->text, *row->type);
    struct mech_name *back;
    BUF_AUTO out = BUF_INIT;

    name_export(name, &out);
    ck_ok(name_import(buf_bytes(&out), GSS_C_NT_EXPORT_NAME, &back));
    ck_assert_int_eq(back->kind, name->kind);
    ck_bytes(buf_bytes(&back->user), buf_bytes(&name->user));
    ck_bytes(buf_bytes(&back->domain), buf_bytes(&name->domain));
    name_free(name);
    name_free(back);
}

static void feed_export(struct bytes mutant, void *arg)
{
    struct mech_name *name = NULL;
    enum err e = name_import(mutant, GSS_C_NT_EXPORT_NAME, &name);

    (void)arg;
    ck_assert((e == ERR_OK) == (name != NULL));
    name_free(name);
}

static void feed_truncated(struct bytes mutant, void *arg)
{
    struct mech_name *name = NULL;

    (void)arg;
    ck_err(name_import(mutant, GSS_C_NT_EXPORT_NAME, &name), ERR_NAME);
}

TEST(export_mutants)
{
    struct mech_name *name = import("BAR\\foo", GSS_C_NT_USER_NAME);
    BUF_AUTO out = BUF_INIT;

    name_export(name, &out);
    mutate_truncate(buf_bytes(&out), feed_truncated, NULL);
    mutate_flip(buf_bytes(&out), feed_export, NULL);
    name_free(name);
}

/* {the length in the header, the name}: B\\a with one byte more, of an unknown kind, with
 * a part beyond its end, with a user where none may be, and without one. */
static const char *const malformed[] = {
    "0000000b 00 00000001 61 00000001 42 00", "0000000c 00 00000001 61 00000001 42 00",
    "0000000b 03 00000001 61 00000001 42",    "0000000b ff 00000001 61 00000001 42",
    "0000000b 00 00000001 61 00000002 42",    "0000000b 00 ffffffff 61 00000001 42",
    "0000000b 02 00000001 61 00000001 42",    "0000000a 00 00000000 00000001 42",
    "ffffffff 00 00000001 61 00000001 42",
};

TEST_TABLE(malformed_exports, malformed)
{
    BUF_AUTO token = BUF_INIT;
    struct mech_name *name = NULL;

    buf_append(&token, hex("0401 000c 060a 2b06010401823702020a"));
    buf_append(&token, hex(*row));
    ck_err(name_import(buf_bytes(&token), GSS_C_NT_EXPORT_NAME, &name), ERR_NAME);
    ck_assert_ptr_null(name);
}

TEST(copies_are_whole)
{
    struct mech_name *name = import("BAR\\foo", GSS_C_NT_USER_NAME);
    struct mech_name *copy;

    ck_ok(name_copy(name, &copy));
    name_free(name);
    check_text(&copy->user, "foo");
    check_text(&copy->domain, "BAR");
    check_text(&copy->spelling, "BAR\\foo");
    ck_assert_ptr_eq(copy->type, GSS_C_NT_USER_NAME);
    name_free(copy);
}

/* {form, text} -> the service and the host that the policy checks. */
static const struct {
    const gss_OID *type; /* NULL: none */
    const char *text;
    const char *service;
    const char *host;
} targets[] = {
    {&GSS_C_NT_HOSTBASED_SERVICE, "http@srv:80", "http", "srv:80"},
    {&GSS_C_NT_HOSTBASED_SERVICE, "http", "http", ""},
    {&GSS_C_NT_HOSTBASED_SERVICE, "http@", "http", ""},
    {&GSS_C_NT_HOSTBASED_SERVICE, "WSMAN/srv", "WSMAN", "srv"},
    {&GSS_C_NT_HOSTBASED_SERVICE, "http@srv/more", "http", "srv"},
    {&GSS_C_NT_HOSTBASED_SERVICE, "http/srv@R", "http/srv", "R"},
    {&GSS_C_NT_HOSTBASED_SERVICE_X, "http@srv", "http", "srv"},
    {&GSS_KRB5_NT_PRINCIPAL_NAME, "http/srv@REALM", "http", "srv"},
    {&GSS_KRB5_NT_PRINCIPAL_NAME, "ldap/dc/dom@REALM", "ldap", "dc"},
    {&GSS_KRB5_NT_PRINCIPAL_NAME, "alice@REALM", "", ""},
    {&GSS_C_NT_USER_NAME, "http/srv", "http", "srv"},
    {&GSS_C_NT_USER_NAME, "http/srv@REALM", "http", "srv"},
    {&GSS_C_NT_USER_NAME, "http/srv/more", "http", "srv"},
    {&GSS_C_NT_USER_NAME, "alice@AD", "", ""},
    {&GSS_C_NT_USER_NAME, "host\\http/srv", "", ""},
    {&GSS_C_NT_USER_NAME, "srv", "", "srv"},
    {&GSS_C_NT_USER_NAME, "AD\\srv", "", ""},
    {NULL, "http/srv@REALM", "http", "srv"},
    {&GSS_C_NT_ANONYMOUS, "", "", ""},
    {NULL, "HTTP/srv.example@REALM.EXAMPLE", "HTTP", "srv.example"},
    {&GSS_C_NT_USER_NAME, "HTTP/srv.example@REALM.EXAMPLE", "HTTP", "srv.example"},
    {NULL, "HTTP@srv.example", "", ""},
};

static void check_target(struct policy_target target, const char *service,
                         const char *host)
{
    ck_bytes(target.service, bytes_str(service));
    ck_bytes(target.host, bytes_str(host));
}

TEST_TABLE(policy_targets, targets)
{
    gss_const_OID type = row->type == NULL ? GSS_C_NO_OID : *row->type;
    NAME_AUTO *name = NULL;

    ck_ok(name_import(bytes_str(row->text), type, &name));
    check_target(name_policy_target(name), row->service, row->host);
    check_target(name_policy_target(NULL), "", "");
}
