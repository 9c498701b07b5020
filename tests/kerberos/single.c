/* SPDX-License-Identifier: ISC */
/* Scenarios of one process: credentials, names, mechanisms, statuses. */
#include "tests/kerberos/single.h"

#include "tests/kerberos/endpoint.h"
#include "tests/kerberos/inquire.h"
#include "tests/kerberos/oids.h"
#include "tests/lib/table.h"

#include <gssapi/gssapi_ext.h>
#include <gssapi/gssapi_krb5.h>

#include <string.h>

void single_cred(void)
{
    const char *role = option("role");
    struct endpoint endpoint;
    gss_buffer_desc out = GSS_C_EMPTY_BUFFER;
    OM_uint32 ignored;
    bool there = endpoint_begin(&endpoint, role == NULL ? 'I' : role[0]);
    if (there) {
        inquire_cred(endpoint.cred);
    }
    if (there && endpoint.role == 'I') {
        endpoint_step(&endpoint, GSS_C_NO_BUFFER, &out);
        gss_release_buffer(&ignored, &out);
    }
    endpoint_end(&endpoint);
}

void single_first(void)
{
    struct endpoint endpoint;
    gss_buffer_desc out = GSS_C_EMPTY_BUFFER;
    OM_uint32 ignored;
    if (endpoint_begin(&endpoint, 'I')) {
        endpoint_step(&endpoint, GSS_C_NO_BUFFER, &out);
        gss_release_buffer(&ignored, &out);
    }
    endpoint_end(&endpoint);
}

static void compare_forms(gss_name_t name)
{
    static const char *const others[] = {"user:alice", "user:alice@NEG.TEST", "user:bob",
                                         "service:HTTP@localhost", "anonymous:"};
    for (size_t i = 0; i < N(others); i++) {
        gss_name_t other = name_of(others[i]), canonical = GSS_C_NO_NAME;
        OM_uint32 minor, ignored, major;
        int equal = -1;
        major = gss_compare_name(&minor, name, other, &equal);
        say_status("compare", major, minor);
        say("equal", "%d", equal);
        major = gss_canonicalize_name(&minor, other, SPNEGO, &canonical);
        if (say_status("canonicalize", major, minor)) {
            equal = -1;
            major = gss_compare_name(&minor, name, canonical, &equal);
            say_status("compare canonical", major, minor);
            say("equal canonical", "%d", equal);
        }
        gss_release_name(&ignored, &other);
        gss_release_name(&ignored, &canonical);
    }
}

void single_name(void)
{
    gss_name_t name = name_of(option("name")), canonical = GSS_C_NO_NAME;
    OM_uint32 minor, major;
    if (name == GSS_C_NO_NAME) {
        return;
    }
    inquire_name(name);
    compare_forms(name);
    major = gss_canonicalize_name(&minor, name, SPNEGO, &canonical);
    if (say_status("to SPNEGO", major, minor)) {
        inquire_name(canonical);
        compare_forms(canonical);
    }
    gss_release_name(&minor, &name);
    gss_release_name(&minor, &canonical);
}

static void sasl(gss_OID mech)
{
    gss_buffer_desc sasl_name = GSS_C_EMPTY_BUFFER, name = GSS_C_EMPTY_BUFFER;
    gss_buffer_desc text = GSS_C_EMPTY_BUFFER;
    OM_uint32 minor, major;
    major = gss_inquire_saslname_for_mech(&minor, mech, &sasl_name, &name, &text);
    if (say_status("sasl", major, minor)) {
        say_bytes("sasl name", sasl_name.value, sasl_name.length);
        say_bytes("mech name", name.value, name.length);
        say_bytes("mech text", text.value, text.length);
    }
    gss_release_buffer(&minor, &sasl_name);
    gss_release_buffer(&minor, &name);
    gss_release_buffer(&minor, &text);
}

static void about_mech(gss_OID mech)
{
    gss_OID_set attrs = GSS_C_NO_OID_SET, known = GSS_C_NO_OID_SET;
    gss_OID_set names = GSS_C_NO_OID_SET;
    OM_uint32 minor, major;
    say_mech(mech);
    major = gss_inquire_attrs_for_mech(&minor, mech, &attrs, &known);
    say_status("attributes", major, minor);
    say_oids("attributes", attrs);
    say_oids("known attributes", known);
    major = gss_inquire_names_for_mech(&minor, mech, &names);
    say_status("name types", major, minor);
    say_oids("name types", names);
    sasl(mech);
    gss_release_oid_set(&minor, &attrs);
    gss_release_oid_set(&minor, &known);
    gss_release_oid_set(&minor, &names);
}

static void mech_of_sasl(const char *text)
{
    gss_buffer_desc name = buffer_of(text);
    gss_OID mech = GSS_C_NO_OID;
    OM_uint32 minor, major = gss_inquire_mech_for_saslname(&minor, &name, &mech);
    say_status("mech of sasl", major, minor);
    say_oid("mech of sasl", mech);
}

void single_mech(void)
{
    about_mech(SPNEGO);
    about_mech(KRB5);
    about_mech(oid_of("ms"));
    say_mech(SPNEGO);
    mech_of_sasl("SPNEGO");
    mech_of_sasl("GS2-KRB5");
    mech_of_sasl("NOTHING");
}

void single_indicate(void)
{
    static const char *const names[] = {"user:alice", "service:HTTP@localhost",
                                        "principal:alice@NEG.TEST", "anonymous:"};
    gss_OID_set set = GSS_C_NO_OID_SET;
    OM_uint32 minor, major = gss_indicate_mechs(&minor, &set);
    say_status("indicate", major, minor);
    say_oids("mechs", set);
    gss_release_oid_set(&minor, &set);
    major = gss_indicate_mechs_by_attrs(&minor, NULL, NULL, NULL, &set);
    say_status("by attributes", major, minor);
    say_oids("mechs by attributes", set);
    gss_release_oid_set(&minor, &set);
    for (size_t i = 0; i < N(names); i++) {
        gss_name_t name = name_of(names[i]);
        major = gss_inquire_mechs_for_name(&minor, name, &set);
        say_status("mechs of a name", major, minor);
        say_oids("mechs of a name", set);
        gss_release_oid_set(&minor, &set);
        gss_release_name(&minor, &name);
    }
}

void single_statuses(void)
{
    static const OM_uint32 minors[] = {
        0, 1, 2, 22, 2529639053, 2529638919, 39756034, 100001, 20000001, 537, 4294967295};
    for (size_t i = 0; i < N(minors); i++) {
        say("minor", "%u", minors[i]);
        say_mech(SPNEGO);
        say_status("as SPNEGO's", GSS_S_FAILURE, minors[i]);
        say_mech(KRB5);
        say_status("as krb5's", GSS_S_FAILURE, minors[i]);
    }
}

/* Makes a first token that fails, by this mechanism; returns its minor, and displays it
 * by both mechanisms. */
static OM_uint32 failure(struct endpoint *endpoint, gss_OID mech)
{
    gss_buffer_desc out = GSS_C_EMPTY_BUFFER;
    OM_uint32 ignored, minor = 0, major;
    major = gss_init_sec_context(&minor, endpoint->cred, &endpoint->ctx, endpoint->target,
                                 mech, 0, 0, GSS_C_NO_CHANNEL_BINDINGS, GSS_C_NO_BUFFER,
                                 NULL, &out, NULL, NULL);
    say_mech(SPNEGO);
    say_status("by SPNEGO", major, minor);
    say_mech(KRB5);
    say_status("by krb5", major, minor);
    gss_release_buffer(&ignored, &out);
    gss_delete_sec_context(&ignored, &endpoint->ctx, GSS_C_NO_BUFFER);
    return minor;
}

void single_collision(void)
{
    const char *first = option("first");
    gss_OID order[] = {first == NULL ? KRB5 : oid_of(first), SPNEGO, oid_of("iakerb"),
                       SPNEGO, KRB5};
    OM_uint32 minors[5];
    struct endpoint endpoint;
    if (!endpoint_begin(&endpoint, 'I')) {
        return;
    }
    for (int i = 0; i < 5; i++) {
        say_oid("mech", order[i]);
        minors[i] = failure(&endpoint, order[i]);
    }
    say("the same number", "%d %d %d", minors[0] == minors[1], minors[1] == minors[3],
        minors[0] == minors[4]);
    endpoint_end(&endpoint);
}

/* The inquiries that are allowed for a half-open context. */
static void half_open(struct endpoint *endpoint)
{
    gss_buffer_desc text = buffer_of("early"), out = GSS_C_EMPTY_BUFFER;
    gss_buffer_set_t set = GSS_C_NO_BUFFER_SET;
    OM_uint32 value = 0, minor, major;
    gss_OID mech = GSS_C_NO_OID;
    int local = -1, open = -1;
    major = gss_wrap(&minor, endpoint->ctx, 1, 0, &text, NULL, &out);
    say_status("early wrap", major, minor);
    major = gss_unwrap(&minor, endpoint->ctx, &text, &out, NULL, NULL);
    say_status("early unwrap", major, minor);
    major = gss_get_mic(&minor, endpoint->ctx, 0, &text, &out);
    say_status("early mic", major, minor);
    major = gss_wrap_size_limit(&minor, endpoint->ctx, 1, 0, 100, &value);
    say_status("early limit", major, minor);
    major = gss_pseudo_random(&minor, endpoint->ctx, GSS_C_PRF_KEY_FULL, &text, 8, &out);
    say_status("early prf", major, minor);
    major = gss_context_time(&minor, endpoint->ctx, &value);
    say_status("early time", major, minor);
    major = gss_inquire_context(&minor, endpoint->ctx, NULL, NULL, &value, &mech, &value,
                                &local, &open);
    if (say_status("early inquire", major, minor)) {
        say_oid("early mech", mech);
        say_flags("early flags", value);
        say("early local, open", "%d %d", local, open);
    }
    major = gss_inquire_sec_context_by_oid(&minor, endpoint->ctx, oid_of("session-key"),
                                           &set);
    say_status("early session key", major, minor);
    major = gss_process_context_token(&minor, endpoint->ctx, &text);
    say_status("early process", major, minor);
    major = gss_export_sec_context(&minor, &endpoint->ctx, &out);
    say_status("early export", major, minor);
}

void single_arguments(void)
{
    struct endpoint endpoint;
    gss_buffer_desc out = GSS_C_EMPTY_BUFFER, none = GSS_C_EMPTY_BUFFER;
    OM_uint32 minor, major;
    if (!endpoint_begin(&endpoint, 'I')) {
        return;
    }
    endpoint_step(&endpoint, GSS_C_NO_BUFFER, &out);
    gss_release_buffer(&minor, &out);
    half_open(&endpoint);
    if (endpoint.ctx != GSS_C_NO_CONTEXT) {
        endpoint_step(&endpoint, &none, &out);
        gss_release_buffer(&minor, &out);
    }
    major = gss_set_sec_context_option(&minor, &endpoint.ctx, oid_of("unknown"), &none);
    say_status("unknown option", major, minor);
    endpoint.mech = oid_of("unknown");
    gss_delete_sec_context(&minor, &endpoint.ctx, GSS_C_NO_BUFFER);
    endpoint_step(&endpoint, GSS_C_NO_BUFFER, &out);
    endpoint_end(&endpoint);
}
