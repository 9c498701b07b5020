/* SPDX-License-Identifier: ISC */
/* One side of a context: the handshake. */
#include "tests/kerberos/endpoint.h"

#include "tests/kerberos/oids.h"
#include "tests/lib/table.h"

#include <stdlib.h>
#include <string.h>

#define MAX_LEGS 12

static const struct {
    const char *word;
    OM_uint32 flag;
} flag_words[] = {
    {"mutual", GSS_C_MUTUAL_FLAG},       {"deleg", GSS_C_DELEG_FLAG},
    {"policy", GSS_C_DELEG_POLICY_FLAG}, {"dce", GSS_C_DCE_STYLE},
    {"integ", GSS_C_INTEG_FLAG},         {"conf", GSS_C_CONF_FLAG},
    {"replay", GSS_C_REPLAY_FLAG},       {"sequence", GSS_C_SEQUENCE_FLAG},
    {"anon", GSS_C_ANON_FLAG},           {"bound", GSS_C_CHANNEL_BOUND_FLAG},
    {"identify", GSS_C_IDENTIFY_FLAG},   {"extended", GSS_C_EXTENDED_ERROR_FLAG},
};

OM_uint32 flags_of(const char *words)
{
    OM_uint32 flags = 0;
    char copy[200], *rest = NULL;
    snprintf(copy, sizeof(copy), "%s", words);
    for (char *word = strtok_r(copy, "+", &rest); word != NULL;
         word = strtok_r(NULL, "+", &rest)) {
        for (size_t i = 0; i < N(flag_words); i++) {
            flags |= strcmp(flag_words[i].word, word) == 0 ? flag_words[i].flag : 0;
        }
    }
    return flags;
}

static void read_bindings(struct endpoint *endpoint)
{
    const char *bindings = option_of(endpoint->role, "cb");
    if (bindings != NULL && strcmp(bindings, "none") != 0) {
        endpoint->has_bindings = true;
        endpoint->bindings.application_data = buffer_of(bindings);
    }
}

bool endpoint_begin(struct endpoint *endpoint, char role)
{
    const char *mech = option_of(role, "mech");
    const char *target = option("target");
    const char *flags = option("flags");
    memset(endpoint, 0, sizeof(*endpoint));
    endpoint->role = role;
    endpoint->mech = oid_of(mech == NULL ? "spnego" : mech);
    say_mech(endpoint->mech);
    read_bindings(endpoint);
    if (role == 'I') {
        endpoint->target = name_of(target == NULL ? "service:HTTP@localhost" : target);
        endpoint->flags = flags_of(flags == NULL ? "mutual" : flags);
    }
    return endpoint_credential(endpoint);
}

static void say_leg(OM_uint32 major, OM_uint32 minor, gss_OID mech, OM_uint32 flags,
                    OM_uint32 life)
{
    if (!say_status("leg", major, minor)) {
        return;
    }
    say_oid("leg mech", mech);
    say_flags("leg flags", flags);
    say_life("leg life", life);
}

static OM_uint32 initiate(struct endpoint *endpoint, gss_buffer_t in, gss_buffer_t out)
{
    gss_OID mech = GSS_C_NO_OID;
    const char *asked = option("life");
    OM_uint32 flags = 0, life = 0, minor = 0, major;
    major = gss_init_sec_context(
        &minor, endpoint->cred, &endpoint->ctx, endpoint->target, endpoint->mech,
        endpoint->flags, asked == NULL ? 0 : (OM_uint32)atoi(asked),
        endpoint->has_bindings ? &endpoint->bindings : GSS_C_NO_CHANNEL_BINDINGS, in,
        &mech, out, &flags, &life);
    say_leg(major, minor, mech, flags, life);
    endpoint->flags = major == GSS_S_COMPLETE ? flags : endpoint->flags;
    return major;
}

static OM_uint32 take(struct endpoint *endpoint, gss_buffer_t in, gss_buffer_t out)
{
    gss_OID mech = GSS_C_NO_OID;
    OM_uint32 flags = 0, life = 0, minor = 0, ignored, major;
    gss_release_name(&ignored, &endpoint->source);
    gss_release_cred(&ignored, &endpoint->deleg);
    major = gss_accept_sec_context(
        &minor, &endpoint->ctx, endpoint->cred, in,
        endpoint->has_bindings ? &endpoint->bindings : GSS_C_NO_CHANNEL_BINDINGS,
        &endpoint->source, &mech, out, &flags, &life, &endpoint->deleg);
    say_leg(major, minor, mech, flags, life);
    endpoint->flags = flags;
    return major;
}

OM_uint32 endpoint_step(struct endpoint *endpoint, gss_buffer_t in, gss_buffer_t out)
{
    OM_uint32 major;
    *out = (gss_buffer_desc)GSS_C_EMPTY_BUFFER;
    major = endpoint->role == 'I' ? initiate(endpoint, in, out) : take(endpoint, in, out);
    say("leg context", "%s", endpoint->ctx == GSS_C_NO_CONTEXT ? "none" : "there");
    say_token("leg token", out);
    return major;
}

static enum news news_of(OM_uint32 major)
{
    if (GSS_ERROR(major)) {
        return NEWS_FAILED;
    }
    return major & GSS_S_CONTINUE_NEEDED ? NEWS_MORE : NEWS_DONE;
}

/* Takes one step and sends its token to the other side; returns the state after it. */
static enum news leg(struct endpoint *endpoint, gss_buffer_t in, size_t *out_sent)
{
    gss_buffer_desc out;
    OM_uint32 ignored;
    enum news own = news_of(endpoint_step(endpoint, in, &out));
    *out_sent = out.length;
    link_send(own, &out);
    gss_release_buffer(&ignored, &out);
    return own;
}

bool endpoint_establish(struct endpoint *endpoint)
{
    gss_buffer_desc in = GSS_C_EMPTY_BUFFER;
    enum news own = NEWS_MORE, other = NEWS_MORE;
    size_t sent = 0;
    if (endpoint->role == 'I') {
        own = leg(endpoint, GSS_C_NO_BUFFER, &sent);
    }
    for (int i = 0; i < MAX_LEGS && own != NEWS_FAILED; i++) {
        if (own == NEWS_DONE && other == NEWS_DONE && sent == 0) {
            return true;
        }
        other = link_receive(&in);
        if (own == NEWS_DONE && in.length > 0) {
            say("surplus", "a token after the end");
        }
        if (own == NEWS_MORE && (other != NEWS_FAILED || in.length > 0)) {
            own = leg(endpoint, &in, &sent);
        }
        free(in.value);
        if (other == NEWS_FAILED) {
            say("other side", "failed");
            return false;
        }
        if (own == NEWS_DONE && other == NEWS_DONE) {
            return true;
        }
    }
    return false;
}

gss_buffer_desc endpoint_swap(gss_buffer_t own)
{
    gss_buffer_desc other;
    link_send(NEWS_DONE, own);
    link_receive(&other);
    return other;
}

bool is_same(gss_buffer_t one, gss_buffer_t two)
{
    return one->length == two->length &&
           (one->length == 0 || memcmp(one->value, two->value, one->length) == 0);
}

void endpoint_end(struct endpoint *endpoint)
{
    OM_uint32 minor, major;
    major = gss_delete_sec_context(&minor, &endpoint->ctx, GSS_C_NO_BUFFER);
    say_status("delete", major, minor);
    major = gss_release_cred(&minor, &endpoint->cred);
    say_status("release", major, minor);
    gss_release_cred(&minor, &endpoint->deleg);
    gss_release_name(&minor, &endpoint->target);
    gss_release_name(&minor, &endpoint->source);
}
