/* SPDX-License-Identifier: ISC */
/* Names through the mechglue: forms, comparison, export, canonical form. */
#include "mech/oid.h"
#include "tests/exchange/peer.h"

#include <string.h>

enum type { USER, SERVICE, PRINCIPAL, NO_TYPE };

static gss_OID oid_of(enum type type)
{
    switch (type) {
    case USER:
        return GSS_C_NT_USER_NAME;
    case SERVICE:
        return GSS_C_NT_HOSTBASED_SERVICE;
    case PRINCIPAL:
        return (gss_OID)(uintptr_t)GSS_KRB5_NT_PRINCIPAL_NAME;
    default:
        return GSS_C_NO_OID;
    }
}

/* {the imported text} -> the mechanism's name; NULL: refused. */
static const struct form {
    enum type type;
    const char *text;
    const char *shown;
} forms[] = {
    {USER, "foo", "foo"},
    {USER, "BAR\\foo", "BAR\\foo"},
    {USER, "foo@BAR", "BAR\\foo"},
    {USER, "foo\\@upn", "foo@upn"},
    {USER, "foo\\@upn@BAR", "BAR\\foo@upn"},
    {USER, "\\foo@upn", "foo@upn"},
    {USER, "BAR\\foo@upn", "BAR\\foo@upn"},
    {USER, "J\xc3\xbcrgen@D\xc3\xb6rf", "D\xc3\xb6rf\\J\xc3\xbcrgen"},
    {NO_TYPE, "BAR\\foo", "BAR\\foo"},
    {PRINCIPAL, "foo@BAR", "BAR\\foo"},
    {PRINCIPAL, "http/server@BAR", "http@server"},
    {SERVICE, "http@server", "http@server"},
    {SERVICE, "http", "http"},
    {USER, "BAR\\", NULL},
    {USER, "@BAR", NULL},
    {USER, "\xff\xfe", NULL},
    {SERVICE, "@server", NULL},
};

static gss_OID mechs[2];

static void begin(void)
{
    place_begin(LINES_BOTH, "");
    mechs[0] = NTLM;
    mechs[1] = SPNEGO;
}

/* Canonicalizes a name of the glue, or returns the error. */
static OM_uint32 canonical_of(gss_name_t name, gss_OID mech, gss_name_t *out)
{
    OM_uint32 minor;
    char sentence[1024];
    OM_uint32 major = gss_canonicalize_name(&minor, name, mech, out);

    if (major != GSS_S_COMPLETE) {
        ck_assert_uint_ne(minor, 0);
        status_sentence(minor, mech, sentence);
        ck_assert_uint_gt(strlen(sentence), 10);
    }
    return major;
}

static void check_equal(gss_name_t a, gss_name_t b, int wanted)
{
    OM_uint32 minor;
    int equal = -1;

    ck_complete(gss_compare_name(&minor, a, b, &equal));
    ck_assert_int_eq(equal, wanted);
}

static void check_duplicate(gss_name_t name, const char *shown)
{
    gss_name_t copy = GSS_C_NO_NAME;
    OM_uint32 minor;

    ck_complete(gss_duplicate_name(&minor, name, &copy));
    ck_assert_str_eq(display(copy), shown);
    check_equal(name, copy, 1);
    (void)gss_release_name(&minor, &copy);
}

/* RFC 2743 3.2: the flat form begins 04 01, names the mechanism, and can be read again.
 */
static void check_export(gss_name_t name, gss_OID mech, const char *shown)
{
    gss_buffer_desc flat = GSS_C_EMPTY_BUFFER;
    gss_name_t back = GSS_C_NO_NAME;
    gss_name_t canonical = GSS_C_NO_NAME;
    OM_uint32 minor;

    ck_complete(gss_export_name(&minor, name, &flat));
    ck_assert_uint_gt(flat.length, 18);
    ck_bytes(bytes_of(flat.value, 16), hex("0401 000c 060a 2b06010401823702020a"));
    ck_complete(gss_import_name(&minor, &flat, GSS_C_NT_EXPORT_NAME, &back));
    ck_complete(canonical_of(back, mech, &canonical));
    ck_assert_str_eq(display(canonical), shown);
    check_equal(name, canonical, 1);
    (void)gss_release_buffer(&minor, &flat);
    (void)gss_release_name(&minor, &back);
    (void)gss_release_name(&minor, &canonical);
}

static void check_form(const struct form *form, gss_OID mech)
{
    gss_name_t name = name_of(form->text, oid_of(form->type));
    gss_name_t canonical = GSS_C_NO_NAME;
    OM_uint32 major = canonical_of(name, mech, &canonical);
    OM_uint32 minor;

    ck_assert_str_eq(display(name), form->text);
    if (form->shown == NULL) {
        ck_assert_uint_eq(major, GSS_S_BAD_NAME);
    } else {
        ck_complete(major);
        ck_assert_str_eq(display(canonical), form->shown);
        check_duplicate(canonical, form->shown);
        check_export(canonical, mech, form->shown);
    }
    (void)gss_release_name(&minor, &name);
    (void)gss_release_name(&minor, &canonical);
}

TEST_TABLE(every_form, forms)
{
    begin();
    check_form(row, NTLM);
}

static const struct {
    enum type type;
    const char *a;
    const char *b;
    int equal;
} pairs[] = {
    {USER, "BAR\\foo", "foo@BAR", 1},
    {USER, "BAR\\foo", "bar\\FOO", 1},
    {USER, "BAR\\foo", "foo", 0},
    {USER, "BAR\\foo", "BAZ\\foo", 0},
    {USER, "BAR\\foo", "BAR\\fop", 0},
    {USER, "\xc3\xa4", "\xc3\x84", 1},
    {USER,
     "stra\xc3\x9f"
     "e",
     "strasse", 0},
    {SERVICE, "http@a", "HTTP@A", 1},
    {SERVICE, "http@a", "http@b", 0},
};

TEST_TABLE(comparison, pairs)
{
    gss_name_t a;
    gss_name_t b;
    gss_name_t mech_a = GSS_C_NO_NAME;
    gss_name_t mech_b = GSS_C_NO_NAME;
    OM_uint32 minor;

    begin();
    a = name_of(row->a, oid_of(row->type));
    b = name_of(row->b, oid_of(row->type));
    ck_complete(canonical_of(a, NTLM, &mech_a));
    ck_complete(canonical_of(b, NTLM, &mech_b));
    check_equal(mech_a, mech_b, row->equal);
    check_equal(mech_a, b, row->equal);
    (void)gss_release_name(&minor, &a);
    (void)gss_release_name(&minor, &b);
    (void)gss_release_name(&minor, &mech_a);
    (void)gss_release_name(&minor, &mech_b);
}

TEST(a_user_is_no_service)
{
    gss_name_t user = GSS_C_NO_NAME;
    gss_name_t service = GSS_C_NO_NAME;
    gss_name_t a;
    gss_name_t b;
    OM_uint32 minor;

    begin();
    a = name_of("http@server", GSS_C_NT_USER_NAME);
    b = name_of("http@server", GSS_C_NT_HOSTBASED_SERVICE);
    ck_complete(canonical_of(a, NTLM, &user));
    ck_complete(canonical_of(b, NTLM, &service));
    check_equal(user, service, 0);
    (void)gss_release_name(&minor, &a);
    (void)gss_release_name(&minor, &b);
    (void)gss_release_name(&minor, &user);
    (void)gss_release_name(&minor, &service);
}

/* The anonymous name equals no name, not even itself (RFC 2744 5.5). */
TEST(anonymous)
{
    gss_name_t name;
    gss_name_t canonical = GSS_C_NO_NAME;
    gss_buffer_desc text = GSS_C_EMPTY_BUFFER;
    gss_OID type = GSS_C_NO_OID;
    OM_uint32 minor;

    begin();
    name = name_of("whoever", GSS_C_NT_ANONYMOUS);
    ck_complete(canonical_of(name, NTLM, &canonical));
    ck_complete(gss_display_name(&minor, canonical, &text, &type));
    ck_assert(oid_equal(type, GSS_C_NT_ANONYMOUS));
    check_equal(canonical, canonical, 0);
    (void)gss_release_buffer(&minor, &text);
    (void)gss_release_name(&minor, &name);
    (void)gss_release_name(&minor, &canonical);
}

/* Imports a damaged exported name: the result is an error or a name, and never a
 * crash. */
static void feed_export(struct bytes mutant, void *arg)
{
    gss_buffer_desc flat = buffer_of(mutant);
    gss_name_t name = GSS_C_NO_NAME;
    gss_name_t canonical = GSS_C_NO_NAME;
    OM_uint32 minor;
    bool *truncated = arg;

    if (gss_import_name(&minor, &flat, GSS_C_NT_EXPORT_NAME, &name) == GSS_S_COMPLETE &&
        gss_canonicalize_name(&minor, name, NTLM, &canonical) == GSS_S_COMPLETE) {
        ck_assert(!*truncated);
        (void)display(canonical);
    }
    (void)gss_release_name(&minor, &name);
    (void)gss_release_name(&minor, &canonical);
}

TEST(damaged_exports)
{
    gss_buffer_desc flat = GSS_C_EMPTY_BUFFER;
    gss_name_t canonical = GSS_C_NO_NAME;
    gss_name_t name;
    bool truncated = true;
    OM_uint32 minor;

    begin();
    name = name_of(ALICE, GSS_C_NT_USER_NAME);
    ck_complete(canonical_of(name, NTLM, &canonical));
    ck_complete(gss_export_name(&minor, canonical, &flat));
    mutate_truncate(bytes_of(flat.value, flat.length), feed_export, &truncated);
    truncated = false;
    mutate_flip(bytes_of(flat.value, flat.length), feed_export, &truncated);
    (void)gss_release_buffer(&minor, &flat);
    (void)gss_release_name(&minor, &name);
    (void)gss_release_name(&minor, &canonical);
}

/* The name of the user who logged in, as an access list uses it: as text, or compared
 * with the name that the administrator wrote. (The mechglue does not treat a name that
 * came through an interposer as equal to one that is canonical for any mechanism; this
 * module cannot change that.) */
TEST_TIMES(the_name_that_arrives, 2)
{
    gss_buffer_desc flat = GSS_C_EMPTY_BUFFER;
    gss_name_t allowed;
    gss_name_t other;
    OM_uint32 minor;
    struct login l;

    begin();
    login_begin(&l, mechs[_i], ALICE, ALICE_PASSWORD, SIGN_FLAGS);
    login_run(&l);
    allowed = name_of("Alice@ad", GSS_C_NT_USER_NAME);
    other = name_of("alice@other", GSS_C_NT_USER_NAME);
    check_equal(l.acceptor.source, allowed, 1);
    check_equal(l.acceptor.source, other, 0);
    check_duplicate(l.acceptor.source, ALICE);
    ck_complete(gss_export_name(&minor, l.acceptor.source, &flat));
    ck_bytes(bytes_of(flat.value, 16), hex("0401 000c 060a 2b06010401823702020a"));
    (void)gss_release_buffer(&minor, &flat);
    (void)gss_release_name(&minor, &allowed);
    (void)gss_release_name(&minor, &other);
    login_end(&l);
}

TEST(types_that_exist)
{
    OM_uint32 minor;
    OM_uint32 i;

    begin();
    for (i = 0; i < 2; i++) {
        gss_OID_set types = GSS_C_NO_OID_SET;
        int present = 0;

        ck_complete(gss_inquire_names_for_mech(&minor, mechs[i], &types));
        (void)gss_test_oid_set_member(&minor, GSS_C_NT_HOSTBASED_SERVICE, types,
                                      &present);
        ck_assert_int_eq(present, 1);
        (void)gss_test_oid_set_member(&minor, GSS_C_NT_USER_NAME, types, &present);
        ck_assert_int_eq(present, 1);
        (void)gss_release_oid_set(&minor, &types);
    }
}

TEST(a_type_that_does_not_exist)
{
    gss_name_t name;
    gss_name_t canonical = GSS_C_NO_NAME;
    OM_uint32 minor;

    begin();
    name = name_of("1000", GSS_C_NT_MACHINE_UID_NAME);
    ck_assert_uint_eq(canonical_of(name, NTLM, &canonical), GSS_S_BAD_NAMETYPE);
    (void)gss_release_name(&minor, &name);
}
