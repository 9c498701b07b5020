/* SPDX-License-Identifier: ISC */
/* Names through SPNEGO are those of the built-in SPNEGO. */
#include "base/text.h"
#include "tests/exchange/peer.h"

#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

enum type { USER, SERVICE, PRINCIPAL, ANONYMOUS, NO_TYPE };

static gss_OID oid_of(enum type type)
{
    switch (type) {
    case USER:
        return GSS_C_NT_USER_NAME;
    case SERVICE:
        return GSS_C_NT_HOSTBASED_SERVICE;
    case PRINCIPAL:
        return (gss_OID)(uintptr_t)GSS_KRB5_NT_PRINCIPAL_NAME;
    case ANONYMOUS:
        return GSS_C_NT_ANONYMOUS;
    default:
        return GSS_C_NO_OID;
    }
}

/* Names that NTLM can read, two forms of one name, and names that NTLM cannot read. */
static const struct pair {
    enum type type;
    const char *a;
    const char *b;
} names[] = {
    {USER, "foo", "FOO"},
    {USER, "BAR\\foo", "foo@BAR"},
    {USER, "BAR\\foo", "bar\\FOO"},
    {USER, "foo@BAR", "foo@BAR"},
    {USER, "foo\\@upn", "foo\\@upn@BAR"},
    {USER, "\\foo@upn", "BAR\\foo@upn"},
    {USER, "J\xc3\xbcrgen@D\xc3\xb6rf", "J\xc3\x9crgen@D\xc3\xb6rf"},
    {NO_TYPE, "BAR\\foo", "BAR\\foo"},
    {PRINCIPAL, "foo@BAR", "BAR\\foo"},
    {PRINCIPAL, "http/server@BAR", "http/server"},
    {SERVICE, "http@server", "HTTP@SERVER"},
    {SERVICE, "http@server", "http@other"},
    {SERVICE, "http", "http"},
    {ANONYMOUS, "whoever", "whoever"},
    {USER, "BAR\\", "@BAR"},
    {USER, "\xff\xfe", "\xff\xfe"},
    {SERVICE, "@server", "@server"},
};

/* Writes what happens as text, once in a child without the module, and once with it. */
typedef void (*describe)(const void *arg, struct buf *out);

static struct bytes ask_builtin(describe what, const void *arg)
{
    static uint8_t text[4096];
    BUF_AUTO out = BUF_INIT;
    int channel[2];
    ssize_t n;
    pid_t pid;

    ck_assert_int_eq(pipe(channel), 0);
    if ((pid = fork()) == 0) {
        setenv("GSS_MECH_CONFIG", "/dev/null", 1);
        what(arg, &out);
        _exit(write(channel[1], out.p, out.n) != (ssize_t)out.n);
    }
    close(channel[1]);
    ck_assert_int_gt(n = read(channel[0], text, sizeof(text)), 0);
    close(channel[0]);
    ck_assert_int_eq(waitpid(pid, NULL, 0), pid);
    return bytes_of(text, (size_t)n);
}

static void check_same_as_builtin(describe what, const void *arg)
{
    BUF_AUTO ours = BUF_INIT;
    BUF_AUTO wanted = BUF_INIT;

    place_begin(LINES_BOTH, "");
    ck_ok(buf_dup(&wanted, ask_builtin(what, arg)));
    what(arg, &ours);
    ck_ok(buf_status(&ours));
    ck_assert_str_eq(buf_cstr(&ours), buf_cstr(&wanted));
}

static void describe_name(const char *what, gss_name_t name, struct buf *out)
{
    gss_buffer_desc text = GSS_C_EMPTY_BUFFER;
    gss_OID type = GSS_C_NO_OID;
    OM_uint32 minor;
    OM_uint32 major = gss_display_name(&minor, name, &text, &type);

    buf_printf(out, "%s: display %#x '%.*s' type ", what, major, (int)text.length,
               (char *)text.value);
    if (type != GSS_C_NO_OID) {
        text_hex(out, bytes_of(type->elements, type->length));
    }
    buf_append_text(out, "\n");
    (void)gss_release_buffer(&minor, &text);
}

static void describe_comparison(gss_name_t a, gss_name_t b, struct buf *out)
{
    OM_uint32 minor;
    int equal = -1;
    OM_uint32 major = gss_compare_name(&minor, a, b, &equal);

    buf_printf(out, "compare %#x %d\n", major, equal);
}

/* Appends the exported form, which names SPNEGO, and the name that is imported from
 * it. */
static void describe_export(gss_name_t name, struct buf *out)
{
    gss_buffer_desc flat = GSS_C_EMPTY_BUFFER;
    gss_name_t back = GSS_C_NO_NAME;
    gss_name_t canonical = GSS_C_NO_NAME;
    OM_uint32 minor;
    OM_uint32 major = gss_export_name(&minor, name, &flat);

    ck_complete(major);
    ck_assert_uint_ge(flat.length, 12);
    ck_bytes(bytes_of(flat.value, 12), hex("0401 0008 0606 2b0601050502"));
    text_hex(out, bytes_of(flat.value, flat.length));
    major = gss_import_name(&minor, &flat, GSS_C_NT_EXPORT_NAME, &back);
    buf_printf(out, " import %#x", major);
    major = gss_canonicalize_name(&minor, back, SPNEGO, &canonical);
    buf_printf(out, " canonicalize %#x\n", major);
    describe_name("read", canonical, out);
    describe_comparison(name, canonical, out);
    (void)gss_release_buffer(&minor, &flat);
    (void)gss_release_name(&minor, &back);
    (void)gss_release_name(&minor, &canonical);
}

static void describe_form(const void *arg, struct buf *out)
{
    const struct pair *form = arg;
    gss_name_t name = name_of(form->a, oid_of(form->type));
    gss_name_t canonical = GSS_C_NO_NAME;
    gss_name_t copy = GSS_C_NO_NAME;
    OM_uint32 minor;
    OM_uint32 major = gss_canonicalize_name(&minor, name, SPNEGO, &canonical);

    ck_complete(major);
    ck_assert_str_eq(display(canonical), form->a);
    describe_name("imported", name, out);
    describe_name("canonical", canonical, out);
    describe_export(canonical, out);
    major = gss_duplicate_name(&minor, canonical, &copy);
    buf_printf(out, "duplicate %#x\n", major);
    describe_name("copy", copy, out);
    describe_comparison(canonical, copy, out);
    (void)gss_release_name(&minor, &name);
    (void)gss_release_name(&minor, &canonical);
    (void)gss_release_name(&minor, &copy);
}

TEST_TABLE(every_form, names)
{
    check_same_as_builtin(describe_form, row);
}

static void describe_pair(const void *arg, struct buf *out)
{
    const struct pair *pair = arg;
    gss_name_t a = name_of(pair->a, oid_of(pair->type));
    gss_name_t b = name_of(pair->b, oid_of(pair->type));
    gss_name_t mech_a = GSS_C_NO_NAME;
    gss_name_t mech_b = GSS_C_NO_NAME;
    OM_uint32 minor;

    ck_complete(gss_canonicalize_name(&minor, a, SPNEGO, &mech_a));
    ck_complete(gss_canonicalize_name(&minor, b, SPNEGO, &mech_b));
    describe_comparison(mech_a, mech_b, out);
    describe_comparison(mech_a, b, out);
    describe_comparison(a, mech_b, out);
    describe_comparison(mech_a, mech_a, out);
    (void)gss_release_name(&minor, &a);
    (void)gss_release_name(&minor, &b);
    (void)gss_release_name(&minor, &mech_a);
    (void)gss_release_name(&minor, &mech_b);
}

TEST_TABLE(comparison, names)
{
    check_same_as_builtin(describe_pair, row);
}
