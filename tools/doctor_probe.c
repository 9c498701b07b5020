/* SPDX-License-Identifier: ISC */
/* Tries in memory whether MIT krb5's own SPNEGO can use NTLM. */
#include "tools/doctor_probe.h"

#include "asn1/negtoken.h"
#include "ntlm/server.h"
#include "tools/mechlines.h"

#include <gssapi/gssapi.h>
#include <gssapi/gssapi_ext.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

static gss_OID_desc ntlm = {10, (void *)"\x2b\x06\x01\x04\x01\x82\x37\x02\x02\x0a"};
static gss_OID_desc spnego = {6, (void *)"\x2b\x06\x01\x05\x05\x02"};

/* Writes text into a file in memory and sets the variable to the file's path. */
static bool set_file(const char *variable, const char *text)
{
    char path[64];
    int fd = memfd_create(variable, 0);
    size_t n = strlen(text);

    if (fd < 0 || fchmod(fd, 0600) != 0 || write(fd, text, n) != (ssize_t)n) {
        return false;
    }
    (void)snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
    return setenv(variable, path, 1) == 0;
}

/* Enables NTLM alone, with our defaults but no audit, and hides the user's own files. */
static bool set_environment(const char *module)
{
    BUF_AUTO line = BUF_INIT;

    buf_printf(&line, "probe " MECH_OID_NTLM " %s\n", module);
    return buf_status(&line) == ERR_OK && unsetenv("GSS_NEGOTIATE_TRACE") == 0 &&
           unsetenv("LM_COMPAT_LEVEL") == 0 &&
           setenv("KRB5CCNAME", "MEMORY:probe", 1) == 0 &&
           setenv("KRB5_CLIENT_KTNAME", "FILE:/dev/null", 1) == 0 &&
           set_file("GSS_MECH_CONFIG", buf_cstr(&line)) &&
           set_file("GSS_NEGOTIATE_CONFIG", "[negotiate]\n    audit = no\n");
}

static OM_uint32 import(const char *text, gss_OID type, gss_name_t *out_name)
{
    gss_buffer_desc buffer = {strlen(text), (void *)(uintptr_t)text};
    OM_uint32 minor;

    return gss_import_name(&minor, &buffer, type, out_name);
}

/* The SPNEGO credential of an invented user who has NTLM alone. */
static gss_cred_id_t invent_user(void)
{
    gss_key_value_element_desc hash = {"ntlmssp_nthash",
                                       "00000000000000000000000000000000"};
    gss_key_value_set_desc store = {1, &hash};
    gss_OID_set_desc mechs = {1, &spnego};
    gss_OID_set_desc negotiated = {1, &ntlm};
    gss_cred_id_t cred = GSS_C_NO_CREDENTIAL;
    gss_name_t name = GSS_C_NO_NAME;
    OM_uint32 minor;

    if (import("PROBE\\probe", GSS_C_NT_USER_NAME, &name) == GSS_S_COMPLETE) {
        (void)gss_acquire_cred_from(&minor, name, GSS_C_INDEFINITE, &mechs,
                                    GSS_C_INITIATE, &store, &cred, NULL, NULL);
    }
    (void)gss_release_name(&minor, &name);
    if (cred != GSS_C_NO_CREDENTIAL &&
        gss_set_neg_mechs(&minor, cred, &negotiated) != GSS_S_COMPLETE) {
        (void)gss_release_cred(&minor, &cred);
    }
    return cred;
}

/* struct probe: the initiator's and the acceptor's side of the login. */
struct probe {
    gss_cred_id_t cred;
    gss_name_t target;
    gss_ctx_id_t context;
    struct ntlm_server *server;
};

static OM_uint32 step(struct probe *probe, struct bytes in, gss_buffer_t out)
{
    gss_buffer_desc input = {in.n, (void *)(uintptr_t)in.p};
    OM_uint32 minor;

    return gss_init_sec_context(&minor, probe->cred, &probe->context, probe->target,
                                &spnego, GSS_C_INTEG_FLAG, 0, NULL, &input, NULL, out,
                                NULL, NULL);
}

static enum err refuse(void *self, const struct authority_query *query,
                       struct authority_answer *out_answer)
{
    (void)self, (void)query, (void)out_answer;
    return ERR_LOGIN;
}

/* The NegTokenResp with the CHALLENGE that answers the first token. */
static enum err answer_first(struct probe *probe, const gss_buffer_desc *first,
                             struct buf *out)
{
    const struct ntlm_server_params params = {.netbios_name = bytes_str("PROBE"),
                                              .authority = {.verify = refuse}};
    BUF_AUTO challenge = BUF_INIT;
    struct negtoken_init init;
    enum err e = negtoken_init_decode(bytes_of(first->value, first->length), &init);

    if (e != ERR_OK || (e = ntlm_server_new(&params, &probe->server)) != ERR_OK ||
        (e = ntlm_server_step(probe->server, init.token, NULL, &challenge)) != ERR_OK) {
        return e;
    }
    const struct negtoken_resp resp = {.has_state = true,
                                       .state = NEG_ACCEPT_INCOMPLETE,
                                       .has_mech = true,
                                       .mech = OID_NTLM,
                                       .has_token = true,
                                       .token = buf_bytes(&challenge)};
    negtoken_resp_encode(out, &resp);
    return buf_status(out);
}

/* The answer accept-completed, with 16 bytes that have the form of an NTLM signature. */
static enum err answer_last(struct buf *out)
{
    const struct negtoken_resp resp = {
        .has_state = true,
        .state = NEG_ACCEPT_COMPLETED,
        .has_mic = true,
        .mic = bytes_of((const uint8_t *)"\1\0\0\0wrong...\0\0\0\0", 16)};

    negtoken_resp_encode(out, &resp);
    return buf_status(out);
}

static enum probe_result run(struct probe *probe)
{
    BUF_AUTO challenge = BUF_INIT;
    BUF_AUTO end = BUF_INIT;
    gss_buffer_desc out = GSS_C_EMPTY_BUFFER;
    OM_uint32 minor;

    if (step(probe, bytes_of(NULL, 0), &out) != GSS_S_CONTINUE_NEEDED ||
        answer_first(probe, &out, &challenge) != ERR_OK) {
        (void)gss_release_buffer(&minor, &out);
        return PROBE_UNKNOWN;
    }
    (void)gss_release_buffer(&minor, &out);
    OM_uint32 major = step(probe, buf_bytes(&challenge), &out);
    (void)gss_release_buffer(&minor, &out);
    if (major != GSS_S_CONTINUE_NEEDED || answer_last(&end) != ERR_OK) {
        return PROBE_UNKNOWN;
    }
    major = step(probe, buf_bytes(&end), &out);
    (void)gss_release_buffer(&minor, &out);
    switch (GSS_ROUTINE_ERROR(major)) {
    case GSS_S_BAD_SIG:
        return PROBE_GOOD;
    case GSS_S_DEFECTIVE_TOKEN:
        return PROBE_BAD;
    default:
        return PROBE_UNKNOWN;
    }
}

enum probe_result probe_builtin_spnego(const char *module)
{
    struct probe probe = {.cred = GSS_C_NO_CREDENTIAL};
    enum probe_result result = PROBE_UNKNOWN;
    OM_uint32 minor;

    if (!set_environment(module)) {
        return PROBE_UNKNOWN;
    }
    probe.cred = invent_user();
    if (probe.cred != GSS_C_NO_CREDENTIAL &&
        import("probe@probe.invalid", GSS_C_NT_HOSTBASED_SERVICE, &probe.target) ==
            GSS_S_COMPLETE) {
        result = run(&probe);
    }
    ntlm_server_free(probe.server);
    (void)gss_delete_sec_context(&minor, &probe.context, GSS_C_NO_BUFFER);
    (void)gss_release_name(&minor, &probe.target);
    (void)gss_release_cred(&minor, &probe.cred);
    return result;
}
