/* SPDX-License-Identifier: ISC */
/* One login after another in one process, for the benchmarks: usage bench_handshake
 * raw|spnego LOGINS. Prints the NTProofStr of each as hex. */
#include <gssapi/gssapi.h>
#include <gssapi/gssapi_ext.h>

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MAX_STEPS 8
#define PROOF_LEN 16

struct login {
    gss_OID mech;
    gss_name_t target;
    gss_cred_id_t initiator_cred;
    gss_cred_id_t acceptor_cred;
    gss_ctx_id_t initiator;
    gss_ctx_id_t acceptor;
    gss_buffer_desc to_initiator;
    gss_buffer_desc to_acceptor;
    OM_uint32 initiator_major;
    OM_uint32 acceptor_major;
    uint8_t proof[PROOF_LEN];
};

static void check(const char *what, OM_uint32 major, OM_uint32 minor)
{
    OM_uint32 ignored, more = 0;
    gss_buffer_desc text = GSS_C_EMPTY_BUFFER;

    if (!GSS_ERROR(major)) {
        return;
    }
    (void)gss_display_status(&ignored, minor, GSS_C_MECH_CODE, GSS_C_NO_OID, &more,
                             &text);
    fprintf(stderr, "bench_handshake: %s: %#x, %.*s\n", what, major, (int)text.length,
            (const char *)text.value);
    exit(1);
}

static size_t little_endian(const uint8_t *p, size_t n)
{
    size_t value = 0;

    while (n-- > 0) {
        value = value << 8 | p[n];
    }
    return value;
}

/* [MS-NLMP] 2.2.1.3: NtChallengeResponseFields of an AUTHENTICATE_MESSAGE are at 20; a
 * response of NTLMv2 begins with the NTProofStr. */
static void find_proof(struct login *l)
{
    static const uint8_t head[] = "NTLMSSP\0\3\0\0";
    const uint8_t *message =
        memmem(l->to_acceptor.value, l->to_acceptor.length, head, sizeof(head));
    size_t offset;

    if (message != NULL) {
        offset = little_endian(message + 24, 4);
        memcpy(l->proof, message + offset, sizeof(l->proof));
    }
}

static void initiator_step(struct login *l)
{
    OM_uint32 minor;

    l->initiator_major = gss_init_sec_context(
        &minor, l->initiator_cred, &l->initiator, l->target, l->mech,
        GSS_C_MUTUAL_FLAG | GSS_C_INTEG_FLAG | GSS_C_CONF_FLAG, 0,
        GSS_C_NO_CHANNEL_BINDINGS, &l->to_initiator, NULL, &l->to_acceptor, NULL, NULL);
    check("gss_init_sec_context", l->initiator_major, minor);
    (void)gss_release_buffer(&minor, &l->to_initiator);
}

static void acceptor_step(struct login *l)
{
    OM_uint32 minor;

    l->acceptor_major = gss_accept_sec_context(
        &minor, &l->acceptor, l->acceptor_cred, &l->to_acceptor,
        GSS_C_NO_CHANNEL_BINDINGS, NULL, NULL, &l->to_initiator, NULL, NULL, NULL);
    check("gss_accept_sec_context", l->acceptor_major, minor);
    (void)gss_release_buffer(&minor, &l->to_acceptor);
}

static bool is_done(const struct login *l)
{
    return l->initiator_major == GSS_S_COMPLETE && l->acceptor_major == GSS_S_COMPLETE;
}

/* The benchmarks measure this function: the steps of both sides only. */
__attribute__((noinline)) void handshake(struct login *l);
void handshake(struct login *l)
{
    l->initiator_major = GSS_S_CONTINUE_NEEDED;
    l->acceptor_major = GSS_S_CONTINUE_NEEDED;
    for (int i = 0; i < MAX_STEPS && !is_done(l); i++) {
        initiator_step(l);
        find_proof(l);
        if (l->to_acceptor.length > 0) {
            acceptor_step(l);
        }
    }
}

static void acquire(struct login *l)
{
    OM_uint32 minor, major;
    gss_OID_set_desc mechs = {1, l->mech};
    gss_buffer_desc target = {14, (void *)(uintptr_t) "http@localhost"};
    gss_buffer_desc user = {10, (void *)(uintptr_t) "DEMO\\alice"};
    gss_buffer_desc password = {13, (void *)(uintptr_t) "correct horse"};
    gss_name_t name = GSS_C_NO_NAME;

    major = gss_import_name(&minor, &target, GSS_C_NT_HOSTBASED_SERVICE, &l->target);
    check("gss_import_name", major, minor);
    major = gss_import_name(&minor, &user, GSS_C_NT_USER_NAME, &name);
    check("gss_import_name", major, minor);
    major =
        gss_acquire_cred_with_password(&minor, name, &password, 0, &mechs, GSS_C_INITIATE,
                                       &l->initiator_cred, NULL, NULL);
    check("gss_acquire_cred_with_password", major, minor);
    major = gss_acquire_cred(&minor, GSS_C_NO_NAME, 0, &mechs, GSS_C_ACCEPT,
                             &l->acceptor_cred, NULL, NULL);
    check("gss_acquire_cred", major, minor);
    (void)gss_release_name(&minor, &name);
}

static void log_in(gss_OID mech)
{
    OM_uint32 minor;
    struct login l = {.mech = mech};

    acquire(&l);
    handshake(&l);
    if (!is_done(&l)) {
        fprintf(stderr, "bench_handshake: no end after %d steps\n", MAX_STEPS);
        exit(1);
    }
    for (size_t i = 0; i < sizeof(l.proof); i++) {
        printf("%02x%s", l.proof[i], i + 1 < sizeof(l.proof) ? "" : "\n");
    }
    (void)gss_delete_sec_context(&minor, &l.initiator, GSS_C_NO_BUFFER);
    (void)gss_delete_sec_context(&minor, &l.acceptor, GSS_C_NO_BUFFER);
    (void)gss_release_cred(&minor, &l.initiator_cred);
    (void)gss_release_cred(&minor, &l.acceptor_cred);
    (void)gss_release_name(&minor, &l.target);
}

int main(int argc, char **argv)
{
    static gss_OID_desc ntlm = {
        10, (void *)(uintptr_t) "\x2b\x06\x01\x04\x01\x82\x37\x02\x02\x0a"};
    static gss_OID_desc spnego = {6, (void *)(uintptr_t) "\x2b\x06\x01\x05\x05\x02"};

    if (argc != 3) {
        fprintf(stderr, "usage: bench_handshake raw|spnego LOGINS\n");
        return 2;
    }
    for (int n = atoi(argv[2]); n > 0; n--) {
        log_in(strcmp(argv[1], "raw") == 0 ? &ntlm : &spnego);
    }
    return 0;
}
