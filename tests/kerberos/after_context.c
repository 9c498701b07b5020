/* SPDX-License-Identifier: ISC */
/* Calls about an established context. */
#include "tests/kerberos/after.h"

#include "tests/kerberos/inquire.h"
#include "tests/kerberos/oids.h"

#include <gssapi/gssapi_ext.h>
#include <gssapi/gssapi_krb5.h>

#include <arpa/inet.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

static void inquire(gss_ctx_id_t ctx)
{
    gss_name_t source = GSS_C_NO_NAME, target = GSS_C_NO_NAME;
    gss_OID mech = GSS_C_NO_OID;
    OM_uint32 life = 0, flags = 0, minor, major;
    int local = -1, open = -1;
    major = gss_inquire_context(&minor, ctx, &source, &target, &life, &mech, &flags,
                                &local, &open);
    if (!say_status("context", major, minor)) {
        return;
    }
    say_name("context source", source);
    say_name("context target", target);
    say_life("context life", life);
    say_oid("context mech", mech);
    say_flags("context flags", flags);
    say("context local, open", "%d %d", local, open);
    gss_release_name(&minor, &source);
    gss_release_name(&minor, &target);
    life = 0;
    major = gss_context_time(&minor, ctx, &life);
    say_status("context time", major, minor);
    say_life("context time left", life);
}

void after_inquire(struct endpoint *endpoint)
{
    inquire(endpoint->ctx);
}

void after_names(struct endpoint *endpoint)
{
    gss_name_t source = GSS_C_NO_NAME, target = GSS_C_NO_NAME;
    OM_uint32 minor, major;
    int equal = -1;
    major = gss_inquire_context(&minor, endpoint->ctx, &source, &target, NULL, NULL, NULL,
                                NULL, NULL);
    say_status("names", major, minor);
    inquire_name(source);
    inquire_name(target);
    if (endpoint->source != GSS_C_NO_NAME) {
        inquire_name(endpoint->source);
        major = gss_compare_name(&minor, source, endpoint->source, &equal);
        say_status("names compare", major, minor);
        say("names equal", "%d", equal);
    }
    gss_release_name(&minor, &source);
    gss_release_name(&minor, &target);
}

/* Writes the length of the session key and whether both sides have the same; the key
 * differs from run to run. */
static void session_key(struct endpoint *endpoint)
{
    gss_buffer_set_t set = GSS_C_NO_BUFFER_SET;
    gss_buffer_desc own = GSS_C_EMPTY_BUFFER, other;
    OM_uint32 minor, major;
    major = gss_inquire_sec_context_by_oid(&minor, endpoint->ctx, oid_of("session-key"),
                                           &set);
    say_status("session key", major, minor);
    for (size_t i = 0; set != GSS_C_NO_BUFFER_SET && i < set->count; i++) {
        say("session key part", "%zu bytes", set->elements[i].length);
    }
    if (set != GSS_C_NO_BUFFER_SET && set->count > 1) {
        say_bytes("session key type", set->elements[1].value, set->elements[1].length);
    }
    if (set != GSS_C_NO_BUFFER_SET && set->count > 0) {
        own = set->elements[0];
    }
    other = endpoint_swap(&own);
    say("session key", "%s", is_same(&own, &other) ? "equal" : "different");
    free(other.value);
    gss_release_buffer_set(&minor, &set);
}

static void by_oid(struct endpoint *endpoint, const char *word)
{
    gss_buffer_set_t set = GSS_C_NO_BUFFER_SET;
    OM_uint32 minor, ignored, major;
    major = gss_inquire_sec_context_by_oid(&minor, endpoint->ctx, oid_of(word), &set);
    say(word, "asked");
    say_status("by oid", major, minor);
    for (size_t i = 0; set != GSS_C_NO_BUFFER_SET && i < set->count; i++) {
        say_bytes("by oid value", set->elements[i].value, set->elements[i].length);
    }
    gss_release_buffer_set(&ignored, &set);
}

void after_oids(struct endpoint *endpoint)
{
    session_key(endpoint);
    by_oid(endpoint, "ssf");
    by_oid(endpoint, "tkt-flags");
    by_oid(endpoint, "unknown");
}

static void use_delegated(struct endpoint *endpoint, const char *mech)
{
    struct endpoint next = {
        .role = 'I', .mech = oid_of(mech), .flags = GSS_C_MUTUAL_FLAG};
    gss_buffer_desc out;
    OM_uint32 ignored;
    next.cred = endpoint->deleg;
    next.target = name_of("service:HTTP@srv.neg.test");
    say("delegated used with", "%s", mech);
    endpoint_step(&next, GSS_C_NO_BUFFER, &out);
    gss_release_buffer(&ignored, &out);
    gss_delete_sec_context(&ignored, &next.ctx, GSS_C_NO_BUFFER);
    gss_release_name(&ignored, &next.target);
}

/* Inquires about the delegated credential, and uses it. */
void after_deleg(struct endpoint *endpoint)
{
    say("delegated", "%s", endpoint->deleg == GSS_C_NO_CREDENTIAL ? "none" : "there");
    if (endpoint->deleg == GSS_C_NO_CREDENTIAL) {
        return;
    }
    inquire_cred(endpoint->deleg);
    use_delegated(endpoint, "krb5");
    use_delegated(endpoint, "spnego");
}

void after_store(struct endpoint *endpoint)
{
    static const char *const mechs[] = {"krb5", "spnego"};
    gss_key_value_element_desc pair = {"ccache", "MEMORY:stored"};
    gss_key_value_set_desc store = {1, &pair};
    if (endpoint->deleg == GSS_C_NO_CREDENTIAL) {
        return;
    }
    for (size_t i = 0; i < 2; i++) {
        gss_OID_set stored = GSS_C_NO_OID_SET;
        OM_uint32 minor, ignored, major;
        gss_cred_usage_t usage = -1;
        major = gss_store_cred_into(&minor, endpoint->deleg, GSS_C_INITIATE,
                                    oid_of(mechs[i]), 1, 0, &store, &stored, &usage);
        say_status("store", major, minor);
        say_oids("stored", stored);
        gss_release_oid_set(&ignored, &stored);
    }
}

/* Writes the mechanism at the front of an exported context. */
static void say_front(gss_buffer_t token)
{
    uint32_t len;
    gss_OID_desc oid;
    if (token->length < sizeof(len)) {
        say("export front", "%zu bytes", token->length);
        return;
    }
    memcpy(&len, token->value, sizeof(len));
    len = ntohl(len);
    if (len > token->length - sizeof(len)) {
        say("export front", "no mechanism");
        return;
    }
    oid = (gss_OID_desc){len, (char *)token->value + sizeof(len)};
    say_oid("export front", &oid);
}

static gss_buffer_desc take_out(struct endpoint *endpoint)
{
    gss_buffer_desc token = GSS_C_EMPTY_BUFFER;
    OM_uint32 minor, major = gss_export_sec_context(&minor, &endpoint->ctx, &token);
    if (say_status("export context", major, minor)) {
        say_front(&token);
    }
    say("export left", "%s", endpoint->ctx == GSS_C_NO_CONTEXT ? "none" : "a context");
    return token;
}

void after_export(struct endpoint *endpoint)
{
    gss_buffer_desc token = take_out(endpoint), part = token;
    gss_ctx_id_t none = GSS_C_NO_CONTEXT;
    OM_uint32 minor, major;
    part.length /= 2;
    major = gss_import_sec_context(&minor, &part, &none);
    say_status("import half a context", major, minor);
    major = gss_import_sec_context(&minor, &token, &endpoint->ctx);
    say_status("import context", major, minor);
    gss_release_buffer(&minor, &token);
    if (endpoint->ctx != GSS_C_NO_CONTEXT) {
        inquire(endpoint->ctx);
    }
}

/* The acceptor's process imports the initiator's context, and sends messages for both
 * sides. */
static void speak_for_both(struct endpoint *endpoint, gss_buffer_t token)
{
    gss_ctx_id_t taken = GSS_C_NO_CONTEXT;
    gss_buffer_desc text = buffer_of("for another"), wrapped = GSS_C_EMPTY_BUFFER;
    gss_buffer_desc plain = GSS_C_EMPTY_BUFFER;
    OM_uint32 minor, major = gss_import_sec_context(&minor, token, &taken);
    if (!say_status("take over", major, minor)) {
        return;
    }
    inquire(taken);
    major = gss_wrap(&minor, taken, 1, GSS_C_QOP_DEFAULT, &text, NULL, &wrapped);
    say_status("take over wrap", major, minor);
    major = gss_unwrap(&minor, endpoint->ctx, &wrapped, &plain, NULL, NULL);
    say_status("take over unwrap", major, minor);
    say_bytes("take over text", plain.value, plain.length);
    gss_release_buffer(&minor, &wrapped);
    gss_release_buffer(&minor, &plain);
    gss_delete_sec_context(&minor, &taken, GSS_C_NO_BUFFER);
}

void after_hand_over(struct endpoint *endpoint)
{
    gss_buffer_desc own = GSS_C_EMPTY_BUFFER, other;
    OM_uint32 ignored;
    if (endpoint->role == 'I') {
        own = take_out(endpoint);
    }
    other = endpoint_swap(&own);
    if (endpoint->role == 'A') {
        speak_for_both(endpoint, &other);
    }
    gss_release_buffer(&ignored, &own);
    free(other.value);
}

void after_context_token(struct endpoint *endpoint)
{
    gss_buffer_desc garbage = buffer_of("garbage"), out = GSS_C_EMPTY_BUFFER;
    OM_uint32 minor, major;
    major = gss_process_context_token(&minor, endpoint->ctx, &garbage);
    say_status("process token", major, minor);
    major = gss_delete_sec_context(&minor, &endpoint->ctx, &out);
    say_status("delete with token", major, minor);
    say("delete token", "%zu bytes", out.length);
    gss_release_buffer(&minor, &out);
}

void after_lucid(struct endpoint *endpoint)
{
    void *got = NULL;
    OM_uint32 minor, major;
    major = gss_krb5_export_lucid_sec_context(&minor, &endpoint->ctx, 1, &got);
    if (!say_status("lucid", major, minor)) {
        return;
    }
    const gss_krb5_lucid_context_v1_t *lucid = got;
    say("lucid", "version %u initiate %u protocol %u subkey %u", lucid->version,
        lucid->initiate, lucid->protocol, lucid->cfx_kd.have_acceptor_subkey);
    say("lucid key", "%u, %u bytes", lucid->cfx_kd.ctx_key.type,
        lucid->cfx_kd.ctx_key.length);
    gss_krb5_free_lucid_sec_context(&minor, got);
}
