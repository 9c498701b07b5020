/* SPDX-License-Identifier: ISC */
/* Inquires everything about a name or a credential. */
#include "tests/kerberos/inquire.h"

#include "tests/kerberos/oids.h"
#include "tests/kerberos/say.h"
#include "tests/lib/table.h"

#include <gssapi/gssapi_ext.h>
#include <gssapi/gssapi_krb5.h>

#define FRONT_MAX 32

static void attributes(gss_name_t name)
{
    gss_buffer_set_t found = GSS_C_NO_BUFFER_SET;
    gss_OID mech = GSS_C_NO_OID;
    OM_uint32 minor, ignored, major;
    int is_mn = -1;
    major = gss_inquire_name(&minor, name, &is_mn, &mech, &found);
    if (!say_status("name inquire", major, minor)) {
        return;
    }
    say("name is mn", "%d", is_mn);
    say_oid("name mech", mech);
    gss_release_oid(&ignored, &mech);
    for (size_t i = 0; found != GSS_C_NO_BUFFER_SET && i < found->count; i++) {
        say_bytes("name attribute", found->elements[i].value, found->elements[i].length);
    }
    gss_release_buffer_set(&ignored, &found);
}

static void attribute(gss_name_t name, const char *urn)
{
    gss_buffer_desc key = buffer_of(urn), value = GSS_C_EMPTY_BUFFER;
    gss_buffer_desc shown = GSS_C_EMPTY_BUFFER;
    OM_uint32 minor, ignored, major;
    int authenticated = -1, complete = -1, more = -1;
    major = gss_get_name_attribute(&minor, name, &key, &authenticated, &complete, &value,
                                   &shown, &more);
    if (say_status("name get attribute", major, minor)) {
        say("name attribute result", "%d %d %d", authenticated, complete, more);
        say_bytes("name attribute value", value.value, value.length);
        say_bytes("name attribute shown", shown.value, shown.length);
    }
    gss_release_buffer(&ignored, &value);
    gss_release_buffer(&ignored, &shown);
}

/* The exported form has the ticket's authorization data after the name, whose signatures
 * differ. */
static void composite(gss_name_t name)
{
    gss_buffer_desc token = GSS_C_EMPTY_BUFFER;
    OM_uint32 minor, major = gss_export_name_composite(&minor, name, &token);
    if (say_status("name export composite", major, minor)) {
        say("name composite", "%zu bytes", token.length);
        say_bytes("name composite", token.value,
                  token.length < FRONT_MAX ? token.length : FRONT_MAX);
    }
    gss_release_buffer(&minor, &token);
}

static void exported(gss_name_t name)
{
    gss_buffer_desc token = GSS_C_EMPTY_BUFFER;
    gss_name_t again = GSS_C_NO_NAME;
    OM_uint32 minor, ignored, major = gss_export_name(&minor, name, &token);
    int equal = -1;
    if (!say_status("name export", major, minor)) {
        return;
    }
    say_bytes("name exported", token.value, token.length);
    major = gss_import_name(&minor, &token, oid_of("nt-export"), &again);
    if (say_status("name reimport", major, minor)) {
        say_name("name reimported", again);
        major = gss_compare_name(&minor, name, again, &equal);
        say_status("name compare again", major, minor);
        say("name equal again", "%d", equal);
    }
    gss_release_name(&ignored, &again);
    gss_release_buffer(&ignored, &token);
}

static void local(gss_name_t name, const char *mech)
{
    gss_buffer_desc text = GSS_C_EMPTY_BUFFER;
    OM_uint32 minor, ignored, major;
    major =
        gss_localname(&minor, name, mech == NULL ? GSS_C_NO_OID : oid_of(mech), &text);
    if (say_status("name local", major, minor)) {
        say_bytes("name local text", text.value, text.length);
    }
    gss_release_buffer(&ignored, &text);
}

static void users(gss_name_t name)
{
    static const char *const who[] = {"alice", "root", "bob"};
    for (size_t i = 0; i < N(who); i++) {
        gss_buffer_desc text = buffer_of(who[i]);
        gss_name_t user = GSS_C_NO_NAME;
        OM_uint32 minor, major;
        say("name user ok", "%d", gss_userok(name, who[i]));
        gss_import_name(&minor, &text, oid_of("nt-user"), &user);
        major = gss_authorize_localname(&minor, name, user);
        say_status("name authorize", major, minor);
        gss_release_name(&minor, &user);
    }
}

static void copies(gss_name_t name)
{
    static const char *const mechs[] = {"spnego", "krb5", "ms"};
    for (size_t i = 0; i < N(mechs); i++) {
        gss_name_t copy = GSS_C_NO_NAME;
        OM_uint32 minor, ignored, major;
        int equal = -1;
        major = gss_canonicalize_name(&minor, name, oid_of(mechs[i]), &copy);
        if (say_status("name canonicalize", major, minor)) {
            say_name("name canonical", copy);
            gss_compare_name(&minor, name, copy, &equal);
            say("name equals canonical", "%d", equal);
        }
        gss_release_name(&ignored, &copy);
    }
}

static void duplicate(gss_name_t name)
{
    gss_name_t copy = GSS_C_NO_NAME;
    gss_buffer_desc text = GSS_C_EMPTY_BUFFER;
    OM_uint32 minor, major = gss_duplicate_name(&minor, name, &copy);
    int equal = -1;
    if (!say_status("name duplicate", major, minor)) {
        return;
    }
    say_name("name duplicated", copy);
    gss_compare_name(&minor, name, copy, &equal);
    say("name equals duplicate", "%d", equal);
    major = gss_display_name_ext(&minor, copy, oid_of("nt-user"), &text);
    say_status("name display ext", major, minor);
    gss_release_buffer(&minor, &text);
    gss_release_name(&minor, &copy);
}

void inquire_name(gss_name_t name)
{
    say_name("name", name);
    if (name == GSS_C_NO_NAME) {
        return;
    }
    attributes(name);
    attribute(name, "urn:ietf:params:gss:mech:unknown");
    attribute(name, "localname");
    exported(name);
    composite(name);
    local(name, NULL);
    local(name, "krb5");
    local(name, "spnego");
    users(name);
    copies(name);
    duplicate(name);
}

static void by_mech(gss_cred_id_t cred, const char *word)
{
    gss_name_t name = GSS_C_NO_NAME;
    OM_uint32 initiate = 0, accept = 0, minor, ignored, major;
    gss_cred_usage_t usage = -1;
    major = gss_inquire_cred_by_mech(&minor, cred, oid_of(word), &name, &initiate,
                                     &accept, &usage);
    if (!say_status("cred by mech", major, minor)) {
        return;
    }
    say_name("cred by mech name", name);
    say_life("cred by mech initiate", initiate);
    say_life("cred by mech accept", accept);
    say("cred by mech usage", "%d", usage);
    gss_release_name(&ignored, &name);
}

static void whole(gss_cred_id_t cred)
{
    gss_name_t name = GSS_C_NO_NAME;
    gss_OID_set mechs = GSS_C_NO_OID_SET;
    OM_uint32 life = 0, minor, ignored, major;
    gss_cred_usage_t usage = -1;
    major = gss_inquire_cred(&minor, cred, &name, &life, &usage, &mechs);
    if (!say_status("cred", major, minor)) {
        return;
    }
    say_life("cred life", life);
    say("cred usage", "%d", usage);
    say_oids("cred mechs", mechs);
    inquire_name(name);
    gss_release_name(&ignored, &name);
    gss_release_oid_set(&ignored, &mechs);
}

static void by_oid(gss_cred_id_t cred)
{
    static gss_OID_desc impersonator = {11, (void *)"\x2a\x86\x48\x86\xf7\x12\x01\x02"
                                                    "\x02\x05\x0e"};
    gss_OID asked[] = {&impersonator, oid_of("unknown")};
    for (size_t i = 0; i < 2; i++) {
        gss_buffer_set_t set = GSS_C_NO_BUFFER_SET;
        OM_uint32 minor, ignored, major;
        major = gss_inquire_cred_by_oid(&minor, cred, asked[i], &set);
        say_status("cred by oid", major, minor);
        for (size_t n = 0; set != GSS_C_NO_BUFFER_SET && n < set->count; n++) {
            say_bytes("cred by oid value", set->elements[n].value,
                      set->elements[n].length);
        }
        gss_release_buffer_set(&ignored, &set);
    }
}

void inquire_cred(gss_cred_id_t cred)
{
    whole(cred);
    by_mech(cred, "spnego");
    by_mech(cred, "krb5");
    by_mech(cred, "ms");
    by_mech(cred, "unknown");
    if (cred != GSS_C_NO_CREDENTIAL) {
        by_oid(cred);
    }
}
