/* SPDX-License-Identifier: ISC */
/* A login with a password, and an acceptor that finds its users by its settings. */
#include "tests/bench/gss_login.h"

#include "tests/bench/loop.h"

#include <gssapi/gssapi_ext.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#define MAX_STEPS 8

static gss_OID_desc ntlm_oid = {
    10, (void *)(uintptr_t) "\x2b\x06\x01\x04\x01\x82\x37\x02\x02\x0a"};
static gss_OID_desc spnego_oid = {6, (void *)(uintptr_t) "\x2b\x06\x01\x05\x05\x02"};

void gss_login_check(const char *what, OM_uint32 major, OM_uint32 minor)
{
    OM_uint32 ignored, more = 0;
    gss_buffer_desc text = GSS_C_EMPTY_BUFFER;
    char line[512];

    if (!GSS_ERROR(major)) {
        return;
    }
    (void)gss_display_status(&ignored, minor, GSS_C_MECH_CODE, GSS_C_NO_OID, &more,
                             &text);
    (void)snprintf(line, sizeof(line), "%s: %#x, %.*s", what, major, (int)text.length,
                   (const char *)text.value);
    loop_die(line);
}

static gss_name_t import(const char *text, gss_OID type)
{
    OM_uint32 minor, major;
    gss_name_t name = GSS_C_NO_NAME;
    gss_buffer_desc buffer = {strlen(text), (void *)(uintptr_t)text};

    major = gss_import_name(&minor, &buffer, type, &name);
    gss_login_check("gss_import_name", major, minor);
    return name;
}

void gss_login_init(struct gss_login *l, const char *kind)
{
    *l = (struct gss_login){.mech = &ntlm_oid};
    if (kind == NULL || (strcmp(kind, "raw") != 0 && strcmp(kind, "spnego") != 0)) {
        loop_die("this operation needs an argument, raw or spnego");
    }
    if (strcmp(kind, "spnego") == 0) {
        l->mech = &spnego_oid;
    }
    l->target = import("http@localhost", GSS_C_NT_HOSTBASED_SERVICE);
}

static void acquire(struct gss_login *l, gss_cred_usage_t usage, gss_cred_id_t *cred)
{
    OM_uint32 minor, major;
    gss_OID_set_desc mechs = {1, l->mech};

    major = gss_acquire_cred(&minor, GSS_C_NO_NAME, 0, &mechs, usage, cred, NULL, NULL);
    gss_login_check("gss_acquire_cred", major, minor);
}

void gss_login_acquire(struct gss_login *l)
{
    OM_uint32 minor, major;
    gss_OID_set_desc mechs = {1, l->mech};
    gss_buffer_desc password = {13, (void *)(uintptr_t) "correct horse"};
    gss_name_t name = import("DEMO\\alice", GSS_C_NT_USER_NAME);

    major =
        gss_acquire_cred_with_password(&minor, name, &password, 0, &mechs, GSS_C_INITIATE,
                                       &l->initiator_cred, NULL, NULL);
    gss_login_check("gss_acquire_cred_with_password", major, minor);
    acquire(l, GSS_C_ACCEPT, &l->acceptor_cred);
    (void)gss_release_name(&minor, &name);
}

void gss_login_acquire_default(struct gss_login *l)
{
    acquire(l, GSS_C_INITIATE, &l->initiator_cred);
    acquire(l, GSS_C_ACCEPT, &l->acceptor_cred);
}

void gss_login_release(struct gss_login *l)
{
    OM_uint32 minor;

    (void)gss_release_cred(&minor, &l->initiator_cred);
    (void)gss_release_cred(&minor, &l->acceptor_cred);
}

static void initiator_step(struct gss_login *l)
{
    OM_uint32 minor;

    l->initiator_major = gss_init_sec_context(
        &minor, l->initiator_cred, &l->initiator, l->target, l->mech,
        GSS_C_MUTUAL_FLAG | GSS_C_INTEG_FLAG | GSS_C_CONF_FLAG, 0,
        GSS_C_NO_CHANNEL_BINDINGS, &l->to_initiator, NULL, &l->to_acceptor, NULL, NULL);
    gss_login_check("gss_init_sec_context", l->initiator_major, minor);
    (void)gss_release_buffer(&minor, &l->to_initiator);
}

static void acceptor_step(struct gss_login *l)
{
    OM_uint32 minor;

    l->acceptor_major = gss_accept_sec_context(
        &minor, &l->acceptor, l->acceptor_cred, &l->to_acceptor,
        GSS_C_NO_CHANNEL_BINDINGS, NULL, NULL, &l->to_initiator, NULL, NULL, NULL);
    gss_login_check("gss_accept_sec_context", l->acceptor_major, minor);
    (void)gss_release_buffer(&minor, &l->to_acceptor);
}

static bool is_done(const struct gss_login *l)
{
    return l->initiator_major == GSS_S_COMPLETE && l->acceptor_major == GSS_S_COMPLETE;
}

__attribute__((noinline)) void handshake(struct gss_login *l)
{
    l->initiator_major = GSS_S_CONTINUE_NEEDED;
    l->acceptor_major = GSS_S_CONTINUE_NEEDED;
    for (int i = 0; i < MAX_STEPS && !is_done(l); i++) {
        initiator_step(l);
        if (l->on_token != NULL) {
            l->on_token(l);
        }
        if (l->to_acceptor.length > 0) {
            acceptor_step(l);
        }
    }
    if (!is_done(l)) {
        loop_die("the login did not end");
    }
}

void gss_login_delete(struct gss_login *l)
{
    OM_uint32 minor;

    (void)gss_delete_sec_context(&minor, &l->initiator, GSS_C_NO_BUFFER);
    (void)gss_delete_sec_context(&minor, &l->acceptor, GSS_C_NO_BUFFER);
}
