/* SPDX-License-Identifier: ISC */
/*
 * Preloaded into a program that uses the GSS-API and knows nothing of it:
 *
 * Forbids NTLM in the program's settings file, or, where that cannot be written, in
 * another, GSSNEG_TEST_CONF. GSSNEG_TEST_NEVER says when and what: "early" before
 * credentials are acquired, "late" only before the first token, "accept" then, and to
 * acceptors alone.
 *
 * Reports to the file GSSNEG_TEST_REPORT, a line each: "sent", a token of NTLM by an
 * initiator; "answered", one by an acceptor; "accepted", one that an acceptor took;
 * "refused", a call by a setting.
 */
#include <dlfcn.h>
#include <fcntl.h>
#include <gssapi/gssapi.h>
#include <gssapi/gssapi_ext.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void report(const char *what)
{
    const char *path = getenv("GSSNEG_TEST_REPORT");
    int fd = path == NULL ? -1 : open(path, O_WRONLY | O_APPEND | O_CLOEXEC);

    if (fd >= 0) {
        (void)dprintf(fd, "%s\n", what);
        (void)close(fd);
    }
}

static bool is_mode(const char *mode)
{
    return strcmp(getenv("GSSNEG_TEST_NEVER"), mode) == 0;
}

static const char *forbids(void)
{
    return is_mode("accept") ? " ntlm_accept = no\n"
                             : " ntlm = never\n ntlm_accept = no\n";
}

static bool forbids_already(int fd)
{
    char text[4096];
    ssize_t n = pread(fd, text, sizeof(text), 0);

    return n > 0 && memmem(text, (size_t)n, forbids(), strlen(forbids())) != NULL;
}

static bool forbid_in(const char *path)
{
    int fd = path == NULL ? -1 : open(path, O_RDWR | O_APPEND | O_CLOEXEC);
    bool done = fd >= 0 && (forbids_already(fd) || dprintf(fd, "%s", forbids()) > 0);

    if (fd >= 0) {
        (void)close(fd);
    }
    return done;
}

static void forbid(void)
{
    if (!forbid_in(getenv("GSS_NEGOTIATE_CONFIG"))) {
        setenv("GSS_NEGOTIATE_CONFIG", getenv("GSSNEG_TEST_CONF"), 1);
    }
}

static void forbid_early(void)
{
    if (is_mode("early")) {
        forbid();
    }
}

static bool is_of_ntlm(gss_buffer_t token)
{
    return token != GSS_C_NO_BUFFER && token->length >= 8 &&
           memmem(token->value, token->length, "NTLMSSP", 8) != NULL;
}

/* request-mic (RFC 4178 4.2.2): the acceptor ignores the optimistic token without reading
 * it. */
static bool passes_over(gss_buffer_t out)
{
    return out->length > 0 &&
           memmem(out->value, out->length, "\xa0\x03\x0a\x01\x03", 5) != NULL;
}

static void report_refusal(OM_uint32 major)
{
    if (GSS_ROUTINE_ERROR(major) == GSS_S_UNAUTHORIZED) {
        report("refused");
    }
}

/* Finds the next function of this name, as a pointer to its own type. */
static void next(const char *name, void *out_function)
{
    void *found = dlsym(RTLD_NEXT, name);

    if (found == NULL) {
        abort(); /* preloaded into a program that does not use the library */
    }
    memcpy(out_function, &found, sizeof(found));
}

__attribute__((visibility("default"))) OM_uint32 gss_init_sec_context(
    OM_uint32 *minor, gss_cred_id_t cred, gss_ctx_id_t *context, gss_name_t target,
    gss_OID mech, OM_uint32 flags, OM_uint32 time, gss_channel_bindings_t bindings,
    gss_buffer_t in, gss_OID *actual, gss_buffer_t out, OM_uint32 *got_flags,
    OM_uint32 *got_time)
{
    OM_uint32 (*real)(OM_uint32 *, gss_cred_id_t, gss_ctx_id_t *, gss_name_t, gss_OID,
                      OM_uint32, OM_uint32, gss_channel_bindings_t, gss_buffer_t,
                      gss_OID *, gss_buffer_t, OM_uint32 *, OM_uint32 *);
    OM_uint32 major;

    forbid();
    next("gss_init_sec_context", &real);
    major = real(minor, cred, context, target, mech, flags, time, bindings, in, actual,
                 out, got_flags, got_time);
    report_refusal(major);
    if (is_of_ntlm(out)) {
        report("sent");
    }
    return major;
}

__attribute__((visibility("default"))) OM_uint32 gss_accept_sec_context(
    OM_uint32 *minor, gss_ctx_id_t *context, gss_cred_id_t cred, gss_buffer_t in,
    gss_channel_bindings_t bindings, gss_name_t *source, gss_OID *mech, gss_buffer_t out,
    OM_uint32 *flags, OM_uint32 *time, gss_cred_id_t *delegated)
{
    OM_uint32 (*real)(OM_uint32 *, gss_ctx_id_t *, gss_cred_id_t, gss_buffer_t,
                      gss_channel_bindings_t, gss_name_t *, gss_OID *, gss_buffer_t,
                      OM_uint32 *, OM_uint32 *, gss_cred_id_t *);
    bool of_ntlm = is_of_ntlm(in);
    OM_uint32 major;

    forbid();
    next("gss_accept_sec_context", &real);
    major = real(minor, context, cred, in, bindings, source, mech, out, flags, time,
                 delegated);
    report_refusal(major);
    if (of_ntlm && !GSS_ERROR(major) && !passes_over(out)) {
        report("accepted");
    }
    if (is_of_ntlm(out)) {
        report("answered");
    }
    return major;
}

__attribute__((visibility("default"))) OM_uint32 gss_acquire_cred(
    OM_uint32 *minor, gss_name_t name, OM_uint32 time, gss_OID_set mechs,
    gss_cred_usage_t usage, gss_cred_id_t *cred, gss_OID_set *got_mechs,
    OM_uint32 *got_time)
{
    OM_uint32 (*real)(OM_uint32 *, gss_name_t, OM_uint32, gss_OID_set, gss_cred_usage_t,
                      gss_cred_id_t *, gss_OID_set *, OM_uint32 *);
    OM_uint32 major;

    forbid_early();
    next("gss_acquire_cred", &real);
    major = real(minor, name, time, mechs, usage, cred, got_mechs, got_time);
    report_refusal(major);
    return major;
}

__attribute__((visibility("default"))) OM_uint32 gss_acquire_cred_with_password(
    OM_uint32 *minor, gss_name_t name, gss_buffer_t password, OM_uint32 time,
    gss_OID_set mechs, gss_cred_usage_t usage, gss_cred_id_t *cred,
    gss_OID_set *got_mechs, OM_uint32 *got_time)
{
    OM_uint32 (*real)(OM_uint32 *, gss_name_t, gss_buffer_t, OM_uint32, gss_OID_set,
                      gss_cred_usage_t, gss_cred_id_t *, gss_OID_set *, OM_uint32 *);
    OM_uint32 major;

    forbid_early();
    next("gss_acquire_cred_with_password", &real);
    major = real(minor, name, password, time, mechs, usage, cred, got_mechs, got_time);
    report_refusal(major);
    return major;
}

__attribute__((visibility("default"))) OM_uint32 gss_acquire_cred_from(
    OM_uint32 *minor, gss_name_t name, OM_uint32 time, gss_OID_set mechs,
    gss_cred_usage_t usage, gss_const_key_value_set_t store, gss_cred_id_t *cred,
    gss_OID_set *got_mechs, OM_uint32 *got_time)
{
    OM_uint32 (*real)(OM_uint32 *, gss_name_t, OM_uint32, gss_OID_set, gss_cred_usage_t,
                      gss_const_key_value_set_t, gss_cred_id_t *, gss_OID_set *,
                      OM_uint32 *);
    OM_uint32 major;

    forbid_early();
    next("gss_acquire_cred_from", &real);
    major = real(minor, name, time, mechs, usage, store, cred, got_mechs, got_time);
    report_refusal(major);
    return major;
}
