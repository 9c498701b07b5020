/* SPDX-License-Identifier: ISC */
/* Exchanges with a Kerberos ticket, for the benchmarks: usage
 *   tickets krb5|spnego first                    the first token of a process
 *   tickets krb5|spnego default|acquired COUNT   whole exchanges, one after another
 * default: each call has no credential, and uses the default one. acquired: both sides
 * acquire their credentials once. Tickets and keytab are those of the environment. */
#include <gssapi/gssapi.h>
#include <gssapi/gssapi_ext.h>

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MAX_STEPS 8
/* The first exchanges of a process, in which libraries set themselves up. */
#define WARM_UP 2

struct pair {
    gss_OID mech;
    gss_name_t target;
    gss_cred_id_t initiator_cred;
    gss_cred_id_t acceptor_cred;
    gss_ctx_id_t initiator;
    gss_ctx_id_t acceptor;
    OM_uint32 initiator_major;
    OM_uint32 acceptor_major;
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
    fprintf(stderr, "tickets: %s: %#x, %.*s\n", what, major, (int)text.length,
            (const char *)text.value);
    exit(1);
}

static void initiator_step(struct pair *p, gss_buffer_t in, gss_buffer_t out)
{
    OM_uint32 minor;

    p->initiator_major =
        gss_init_sec_context(&minor, p->initiator_cred, &p->initiator, p->target, p->mech,
                             GSS_C_MUTUAL_FLAG | GSS_C_INTEG_FLAG | GSS_C_CONF_FLAG, 0,
                             GSS_C_NO_CHANNEL_BINDINGS, in, NULL, out, NULL, NULL);
    check("gss_init_sec_context", p->initiator_major, minor);
    (void)gss_release_buffer(&minor, in);
}

static void acceptor_step(struct pair *p, gss_buffer_t in, gss_buffer_t out)
{
    OM_uint32 minor;

    p->acceptor_major = gss_accept_sec_context(&minor, &p->acceptor, p->acceptor_cred, in,
                                               GSS_C_NO_CHANNEL_BINDINGS, NULL, NULL, out,
                                               NULL, NULL, NULL);
    check("gss_accept_sec_context", p->acceptor_major, minor);
    (void)gss_release_buffer(&minor, in);
}

static bool is_done(const struct pair *p)
{
    return p->initiator_major == GSS_S_COMPLETE && p->acceptor_major == GSS_S_COMPLETE;
}

/* One exchange: the steps of both sides, and the end of both contexts. */
static void exchange_uncounted(struct pair *p)
{
    gss_buffer_desc to_initiator = GSS_C_EMPTY_BUFFER;
    gss_buffer_desc to_acceptor = GSS_C_EMPTY_BUFFER;
    OM_uint32 minor;

    p->initiator_major = GSS_S_CONTINUE_NEEDED;
    p->acceptor_major = GSS_S_CONTINUE_NEEDED;
    for (int i = 0; i < MAX_STEPS && !is_done(p); i++) {
        initiator_step(p, &to_initiator, &to_acceptor);
        if (to_acceptor.length > 0) {
            acceptor_step(p, &to_acceptor, &to_initiator);
        }
    }
    if (!is_done(p)) {
        fprintf(stderr, "tickets: no end after %d steps\n", MAX_STEPS);
        exit(1);
    }
    (void)gss_delete_sec_context(&minor, &p->initiator, GSS_C_NO_BUFFER);
    (void)gss_delete_sec_context(&minor, &p->acceptor, GSS_C_NO_BUFFER);
}

/* The benchmarks measure this function. */
__attribute__((noinline)) void exchange(struct pair *p);
void exchange(struct pair *p)
{
    exchange_uncounted(p);
    __asm__ volatile("" ::: "memory"); /* the call above must not become a jump */
}

static void import_target(struct pair *p)
{
    OM_uint32 minor, major;
    gss_buffer_desc target = {14, (void *)(uintptr_t) "HTTP@localhost"};

    major = gss_import_name(&minor, &target, GSS_C_NT_HOSTBASED_SERVICE, &p->target);
    check("gss_import_name", major, minor);
}

static void acquire(struct pair *p)
{
    OM_uint32 minor, major;
    gss_OID_set_desc mechs = {1, p->mech};

    major = gss_acquire_cred(&minor, GSS_C_NO_NAME, 0, &mechs, GSS_C_INITIATE,
                             &p->initiator_cred, NULL, NULL);
    check("gss_acquire_cred", major, minor);
    major = gss_acquire_cred(&minor, GSS_C_NO_NAME, 0, &mechs, GSS_C_ACCEPT,
                             &p->acceptor_cred, NULL, NULL);
    check("gss_acquire_cred", major, minor);
}

static void exchange_all(struct pair *p, int n)
{
    OM_uint32 minor;

    for (int i = 0; i < WARM_UP; i++) {
        exchange_uncounted(p);
    }
    for (int i = 0; i < n; i++) {
        exchange(p);
    }
    (void)gss_release_cred(&minor, &p->initiator_cred);
    (void)gss_release_cred(&minor, &p->acceptor_cred);
}

static void first_token(struct pair *p)
{
    gss_buffer_desc none = GSS_C_EMPTY_BUFFER;
    gss_buffer_desc token = GSS_C_EMPTY_BUFFER;
    OM_uint32 minor;

    initiator_step(p, &none, &token);
    (void)gss_release_buffer(&minor, &token);
    (void)gss_delete_sec_context(&minor, &p->initiator, GSS_C_NO_BUFFER);
}

int main(int argc, char **argv)
{
    static gss_OID_desc krb5 = {
        9, (void *)(uintptr_t) "\x2a\x86\x48\x86\xf7\x12\x01\x02\x02"};
    static gss_OID_desc spnego = {6, (void *)(uintptr_t) "\x2b\x06\x01\x05\x05\x02"};
    struct pair pair = {0};
    OM_uint32 minor;

    if (argc < 3 || (strcmp(argv[2], "first") != 0 && argc != 4)) {
        fprintf(stderr, "usage: tickets krb5|spnego first|default|acquired [COUNT]\n");
        return 2;
    }
    pair.mech = strcmp(argv[1], "krb5") == 0 ? &krb5 : &spnego;
    import_target(&pair);
    if (argc < 4) {
        first_token(&pair);
    } else {
        if (strcmp(argv[2], "acquired") == 0) {
            acquire(&pair);
        }
        exchange_all(&pair, atoi(argv[3]));
    }
    (void)gss_release_name(&minor, &pair.target);
    return 0;
}
