/* SPDX-License-Identifier: ISC */
/* Every call of the GSS-API on a context. */
#include "tests/exchange/context_calls.h"

#include "mech/oid.h"

#include <string.h>

static gss_buffer_desc text = {4, (void *)(uintptr_t) "text"};

/* Returns the major of a call, after its output was released. */
static OM_uint32 without(gss_buffer_desc *out, OM_uint32 major)
{
    OM_uint32 unused;

    (void)gss_release_buffer(&unused, out);
    return major;
}

static OM_uint32 call_get_mic(OM_uint32 *minor, struct peer *p)
{
    gss_buffer_desc out = GSS_C_EMPTY_BUFFER;

    return without(&out, gss_get_mic(minor, p->context, GSS_C_QOP_DEFAULT, &text, &out));
}

static OM_uint32 call_verify_mic(OM_uint32 *minor, struct peer *p)
{
    return gss_verify_mic(minor, p->context, &text, &text, NULL);
}

static OM_uint32 call_wrap(OM_uint32 *minor, struct peer *p)
{
    gss_buffer_desc out = GSS_C_EMPTY_BUFFER;

    return without(&out,
                   gss_wrap(minor, p->context, 1, GSS_C_QOP_DEFAULT, &text, NULL, &out));
}

static OM_uint32 call_unwrap(OM_uint32 *minor, struct peer *p)
{
    gss_buffer_desc out = GSS_C_EMPTY_BUFFER;

    return without(&out, gss_unwrap(minor, p->context, &text, &out, NULL, NULL));
}

static OM_uint32 call_wrap_size_limit(OM_uint32 *minor, struct peer *p)
{
    OM_uint32 limit;

    return gss_wrap_size_limit(minor, p->context, 1, GSS_C_QOP_DEFAULT, 1000, &limit);
}

static OM_uint32 call_wrap_aead(OM_uint32 *minor, struct peer *p)
{
    gss_buffer_desc out = GSS_C_EMPTY_BUFFER;

    return without(&out, gss_wrap_aead(minor, p->context, 1, GSS_C_QOP_DEFAULT, &text,
                                       &text, NULL, &out));
}

static OM_uint32 call_unwrap_aead(OM_uint32 *minor, struct peer *p)
{
    gss_buffer_desc out = GSS_C_EMPTY_BUFFER;

    return without(&out,
                   gss_unwrap_aead(minor, p->context, &text, &text, &out, NULL, NULL));
}

/* Makes a message of a header, data, padding and trailer. */
static void parts(gss_iov_buffer_desc iov[4], char data[4], bool mic)
{
    memset(iov, 0, 4 * sizeof(iov[0]));
    memcpy(data, "text", 4);
    iov[0].type = mic ? GSS_IOV_BUFFER_TYPE_EMPTY
                      : GSS_IOV_BUFFER_TYPE_HEADER | GSS_IOV_BUFFER_FLAG_ALLOCATE;
    iov[1].type = GSS_IOV_BUFFER_TYPE_DATA;
    iov[1].buffer = (gss_buffer_desc){4, data};
    iov[2].type = mic ? GSS_IOV_BUFFER_TYPE_MIC_TOKEN | GSS_IOV_BUFFER_FLAG_ALLOCATE
                      : GSS_IOV_BUFFER_TYPE_PADDING | GSS_IOV_BUFFER_FLAG_ALLOCATE;
    iov[3].type = mic ? GSS_IOV_BUFFER_TYPE_EMPTY
                      : GSS_IOV_BUFFER_TYPE_TRAILER | GSS_IOV_BUFFER_FLAG_ALLOCATE;
}

static OM_uint32 end_parts(gss_iov_buffer_desc iov[4], OM_uint32 major)
{
    OM_uint32 unused;

    (void)gss_release_iov_buffer(&unused, iov, 4);
    return major;
}

static OM_uint32 call_wrap_iov(OM_uint32 *minor, struct peer *p)
{
    gss_iov_buffer_desc iov[4];
    char data[4];

    parts(iov, data, false);
    return end_parts(iov, gss_wrap_iov(minor, p->context, 1, 0, NULL, iov, 4));
}

static OM_uint32 call_wrap_iov_length(OM_uint32 *minor, struct peer *p)
{
    gss_iov_buffer_desc iov[4];
    char data[4];

    parts(iov, data, false);
    return end_parts(iov, gss_wrap_iov_length(minor, p->context, 1, 0, NULL, iov, 4));
}

static OM_uint32 call_unwrap_iov(OM_uint32 *minor, struct peer *p)
{
    gss_iov_buffer_desc iov[4];
    char data[4];

    parts(iov, data, false);
    for (size_t i = 0; i < 4; i++) {
        iov[i].type &= ~(OM_uint32)GSS_IOV_BUFFER_FLAG_ALLOCATE;
    }
    return gss_unwrap_iov(minor, p->context, NULL, NULL, iov, 4);
}

static OM_uint32 call_get_mic_iov(OM_uint32 *minor, struct peer *p)
{
    gss_iov_buffer_desc iov[4];
    char data[4];

    parts(iov, data, true);
    return end_parts(iov, gss_get_mic_iov(minor, p->context, 0, iov, 4));
}

static OM_uint32 call_get_mic_iov_length(OM_uint32 *minor, struct peer *p)
{
    gss_iov_buffer_desc iov[4];
    char data[4];

    parts(iov, data, true);
    return end_parts(iov, gss_get_mic_iov_length(minor, p->context, 0, iov, 4));
}

static OM_uint32 call_verify_mic_iov(OM_uint32 *minor, struct peer *p)
{
    gss_iov_buffer_desc iov[4];
    char data[4];

    parts(iov, data, true);
    iov[2].type = GSS_IOV_BUFFER_TYPE_MIC_TOKEN;
    return gss_verify_mic_iov(minor, p->context, NULL, iov, 4);
}

static OM_uint32 call_pseudo_random(OM_uint32 *minor, struct peer *p)
{
    gss_buffer_desc out = GSS_C_EMPTY_BUFFER;

    return without(
        &out, gss_pseudo_random(minor, p->context, GSS_C_PRF_KEY_FULL, &text, 16, &out));
}

static OM_uint32 call_context_time(OM_uint32 *minor, struct peer *p)
{
    OM_uint32 time;

    return gss_context_time(minor, p->context, &time);
}

static OM_uint32 call_process_token(OM_uint32 *minor, struct peer *p)
{
    return gss_process_context_token(minor, p->context, &text);
}

static OM_uint32 call_complete_token(OM_uint32 *minor, struct peer *p)
{
    return gss_complete_auth_token(minor, p->context, &text);
}

static OM_uint32 call_export(OM_uint32 *minor, struct peer *p)
{
    gss_buffer_desc out = GSS_C_EMPTY_BUFFER;

    return without(&out, gss_export_sec_context(minor, &p->context, &out));
}

/* Properties: GSS_C_INQ_SSPI_SESSION_KEY, the SASL strength, and those of MIT's Kerberos:
 * ticket flags, authentication time, authorization data and the internal context. */
#define KRB5_ARC "\x2a\x86\x48\x86\xf7\x12\x01\x02\x02\x05"
static const char *const properties[] = {
    KRB5_ARC "\x05", KRB5_ARC "\x0f",     KRB5_ARC "\x01", KRB5_ARC "\x0a",
    KRB5_ARC "\x0c", KRB5_ARC "\x06\x01", "\x2a\x03\x04"};

static OM_uint32 call_inquire_by_oid(OM_uint32 *minor, struct peer *p)
{
    OM_uint32 major = GSS_S_COMPLETE;

    for (size_t i = 0; i < N(properties); i++) {
        gss_OID_desc oid = {(OM_uint32)strlen(properties[i]),
                            (void *)(uintptr_t)properties[i]};
        gss_buffer_set_t set = GSS_C_NO_BUFFER_SET;
        OM_uint32 unused;

        major = gss_inquire_sec_context_by_oid(minor, p->context, &oid, &set);
        ck_assert(major != GSS_S_COMPLETE || set != GSS_C_NO_BUFFER_SET);
        (void)gss_release_buffer_set(&unused, &set);
    }
    return major;
}

static OM_uint32 call_set_option(OM_uint32 *minor, struct peer *p)
{
    gss_OID_desc sequence = {(OM_uint32)OPTION_SET_SEQUENCE.n,
                             (void *)(uintptr_t)OPTION_SET_SEQUENCE.p};
    gss_OID_desc unknown = {3, (void *)(uintptr_t) "\x2a\x03\x04"};
    uint32_t one = 1;
    gss_buffer_desc value = {sizeof(one), &one};

    (void)gss_set_sec_context_option(minor, &p->context, &unknown, &value);
    return gss_set_sec_context_option(minor, &p->context, &sequence, &value);
}

/* Makes a step in either role with bytes that are not a token. */
static OM_uint32 call_init(OM_uint32 *minor, struct peer *p)
{
    gss_name_t target = name_of("HTTP@localhost", GSS_C_NT_HOSTBASED_SERVICE);
    gss_buffer_desc out = GSS_C_EMPTY_BUFFER;
    OM_uint32 unused;
    OM_uint32 major =
        gss_init_sec_context(minor, GSS_C_NO_CREDENTIAL, &p->context, target, p->mech,
                             SEAL_FLAGS, 0, NULL, &text, NULL, &out, NULL, NULL);

    (void)gss_release_buffer(&unused, &out);
    (void)gss_release_name(&unused, &target);
    return major;
}

static OM_uint32 call_accept(OM_uint32 *minor, struct peer *p)
{
    gss_buffer_desc out = GSS_C_EMPTY_BUFFER;

    return without(&out,
                   gss_accept_sec_context(minor, &p->context, GSS_C_NO_CREDENTIAL, &text,
                                          NULL, NULL, NULL, &out, NULL, NULL, NULL));
}

static OM_uint32 call_delete(OM_uint32 *minor, struct peer *p)
{
    gss_buffer_desc out = GSS_C_EMPTY_BUFFER;

    return gss_delete_sec_context(minor, &p->context, &out);
}

const struct context_call context_calls[] = {
    {"get_mic", call_get_mic, NEEDS_ESTABLISHED, ASKS_US},
    {"verify_mic", call_verify_mic, NEEDS_ESTABLISHED, ASKS_US},
    {"wrap", call_wrap, NEEDS_ESTABLISHED, ASKS_US},
    {"unwrap", call_unwrap, NEEDS_ESTABLISHED, ASKS_US},
    {"wrap_size_limit", call_wrap_size_limit, NEEDS_ESTABLISHED, ASKS_US},
    {"wrap_aead", call_wrap_aead, NEEDS_ESTABLISHED, ASKS_US},
    {"unwrap_aead", call_unwrap_aead, NEEDS_ESTABLISHED, ASKS_US},
    {"wrap_iov", call_wrap_iov, NEEDS_ESTABLISHED, ASKS_US},
    {"wrap_iov_length", call_wrap_iov_length, NEEDS_ESTABLISHED, ASKS_US},
    {"unwrap_iov", call_unwrap_iov, NEEDS_ESTABLISHED, ASKS_US},
    {"get_mic_iov", call_get_mic_iov, NEEDS_ESTABLISHED, ASKS_US},
    {"get_mic_iov_length", call_get_mic_iov_length, NEEDS_ESTABLISHED, ASKS_US},
    {"verify_mic_iov", call_verify_mic_iov, NEEDS_ESTABLISHED, ASKS_US},
    {"pseudo_random", call_pseudo_random, NEEDS_ESTABLISHED, NOT_NTLMS},
    {"context_time", call_context_time, NEEDS_ESTABLISHED, ASKS_US},
    {"process_context_token", call_process_token, NEEDS_ESTABLISHED, ASKS_US},
    {"complete_auth_token", call_complete_token, NEEDS_ESTABLISHED, NOT_NTLMS},
    {"export_sec_context", call_export, NEEDS_ESTABLISHED, REASON_IS_LOST},
    {"inquire_sec_context_by_oid", call_inquire_by_oid, NEEDS_ESTABLISHED, ASKS_US},
    {"set_sec_context_option", call_set_option, NEEDS_ESTABLISHED, ASKS_US},
    {"init_sec_context", call_init, LEG_OF_INITIATOR, ASKS_US},
    {"accept_sec_context", call_accept, LEG_OF_ACCEPTOR, ASKS_US},
    {"delete_sec_context", call_delete, ENDS_IT, ASKS_US},
};
const size_t n_context_calls = N(context_calls);

OM_uint32 context_call(const char *name, OM_uint32 *minor, struct peer *peer)
{
    for (size_t i = 0; i < n_context_calls; i++) {
        if (strcmp(context_calls[i].name, name) == 0) {
            return context_calls[i].run(minor, peer);
        }
    }
    ck_abort_msg("there is no call %s", name);
    return GSS_S_COMPLETE;
}
