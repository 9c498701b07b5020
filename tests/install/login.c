/* SPDX-License-Identifier: ISC */
/* What any GSS program does, printed: usage install_login mechs|krb5|login OID. */
#include <gssapi/gssapi.h>
#include <gssapi/gssapi_krb5.h>

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#define MAX_LEGS 8

static OM_uint32 minor;

static void print_oid(gss_OID oid)
{
    gss_buffer_desc text = GSS_C_EMPTY_BUFFER;

    if (gss_oid_to_str(&minor, oid, &text) == GSS_S_COMPLETE) {
        printf("%.*s\n", (int)text.length, (const char *)text.value);
    }
    gss_release_buffer(&minor, &text);
}

/* The mechanisms of this process, one to a line. */
static int show_mechs(void)
{
    gss_OID_set mechs = GSS_C_NO_OID_SET;

    if (gss_indicate_mechs(&minor, &mechs) != GSS_S_COMPLETE) {
        return 1;
    }
    for (size_t i = 0; i < mechs->count; i++) {
        print_oid(&mechs->elements[i]);
    }
    gss_release_oid_set(&minor, &mechs);
    return 0;
}

static void print_status(OM_uint32 value, int type, gss_OID mech)
{
    gss_buffer_desc text = GSS_C_EMPTY_BUFFER;
    OM_uint32 more = 0;

    do {
        if (gss_display_status(&minor, value, type, mech, &more, &text) !=
            GSS_S_COMPLETE) {
            return;
        }
        printf("  %.*s\n", (int)text.length, (const char *)text.value);
        gss_release_buffer(&minor, &text);
    } while (more != 0);
}

static int report(const char *what, OM_uint32 major, OM_uint32 code, gss_OID mech)
{
    printf("%s: major %#x minor %u\n", what, major, code);
    print_status(major, GSS_C_GSS_CODE, mech);
    print_status(code, GSS_C_MECH_CODE, mech);
    return 1;
}

/* Kerberos where there is none: what a program is told, to compare. */
static int show_krb5(void)
{
    gss_cred_id_t cred = GSS_C_NO_CREDENTIAL;
    gss_OID_set_desc only = {1, (gss_OID)(uintptr_t)gss_mech_krb5};
    OM_uint32 code = 0;
    OM_uint32 major = gss_acquire_cred(&code, GSS_C_NO_NAME, 0, &only, GSS_C_INITIATE,
                                       &cred, NULL, NULL);

    report("krb5", major, code, only.elements);
    gss_release_cred(&minor, &cred);
    cred = GSS_C_NO_CREDENTIAL;
    major = gss_acquire_cred(&code, GSS_C_NO_NAME, 0, GSS_C_NO_OID_SET, GSS_C_INITIATE,
                             &cred, NULL, NULL);
    report("default", major, code, GSS_C_NO_OID);
    gss_release_cred(&minor, &cred);
    return 0;
}

/* Both ends of one login in this process. */
struct login {
    gss_OID mech;
    gss_name_t target;
    gss_cred_id_t acceptor;
    gss_ctx_id_t init;
    gss_ctx_id_t accept;
    gss_name_t user;
    OM_uint32 init_major;
    OM_uint32 accept_major;
};

static int acquire_acceptor(struct login *l)
{
    gss_OID_set_desc only = {1, l->mech};
    OM_uint32 code = 0;
    OM_uint32 major = gss_acquire_cred(&code, GSS_C_NO_NAME, 0, &only, GSS_C_ACCEPT,
                                       &l->acceptor, NULL, NULL);

    return GSS_ERROR(major) ? report("acquire", major, code, l->mech) : 0;
}

/* One leg of each side; tokens travel in *token. */
static int step(struct login *l, gss_buffer_t token)
{
    gss_buffer_desc out = GSS_C_EMPTY_BUFFER;
    OM_uint32 code = 0;

    l->init_major =
        gss_init_sec_context(&code, GSS_C_NO_CREDENTIAL, &l->init, l->target, l->mech,
                             GSS_C_INTEG_FLAG | GSS_C_CONF_FLAG, 0,
                             GSS_C_NO_CHANNEL_BINDINGS, token, NULL, &out, NULL, NULL);
    gss_release_buffer(&minor, token);
    if (GSS_ERROR(l->init_major)) {
        return report("init", l->init_major, code, l->mech);
    }
    if (out.length > 0) {
        l->accept_major = gss_accept_sec_context(&code, &l->accept, l->acceptor, &out,
                                                 GSS_C_NO_CHANNEL_BINDINGS, &l->user,
                                                 NULL, token, NULL, NULL, NULL);
    }
    gss_release_buffer(&minor, &out);
    return GSS_ERROR(l->accept_major) ? report("accept", l->accept_major, code, l->mech)
                                      : 0;
}

static int exchange(struct login *l)
{
    gss_buffer_desc token = GSS_C_EMPTY_BUFFER;
    int failed = 0;

    l->init_major = GSS_S_CONTINUE_NEEDED;
    l->accept_major = GSS_S_CONTINUE_NEEDED;
    for (int leg = 0; leg < MAX_LEGS && failed == 0; leg++) {
        failed = step(l, &token);
        if (l->init_major == GSS_S_COMPLETE && l->accept_major == GSS_S_COMPLETE &&
            token.length == 0) {
            return failed;
        }
    }
    gss_release_buffer(&minor, &token);
    if (failed == 0) {
        printf("no end after %d legs\n", MAX_LEGS);
    }
    return 1;
}

/* A sealed message from the initiator arrives at the acceptor as it was. */
static int protect(struct login *l)
{
    gss_buffer_desc in = {5, (void *)(uintptr_t) "hello"};
    gss_buffer_desc sealed = GSS_C_EMPTY_BUFFER;
    gss_buffer_desc out = GSS_C_EMPTY_BUFFER;
    OM_uint32 code = 0;
    OM_uint32 major = gss_wrap(&code, l->init, 1, GSS_C_QOP_DEFAULT, &in, NULL, &sealed);
    bool same;

    if (major == GSS_S_COMPLETE) {
        major = gss_unwrap(&code, l->accept, &sealed, &out, NULL, NULL);
    }
    same = out.length == in.length && memcmp(out.value, in.value, in.length) == 0;
    gss_release_buffer(&minor, &sealed);
    gss_release_buffer(&minor, &out);
    if (major != GSS_S_COMPLETE) {
        return report("protect", major, code, l->mech);
    }
    return same ? 0 : 1;
}

static int show_user(struct login *l)
{
    gss_buffer_desc text = GSS_C_EMPTY_BUFFER;
    OM_uint32 major = gss_display_name(&minor, l->user, &text, NULL);

    printf("logged in: %.*s\n", (int)text.length, (const char *)text.value);
    gss_release_buffer(&minor, &text);
    return major == GSS_S_COMPLETE ? 0 : 1;
}

static int import_target(struct login *l, const char *target)
{
    gss_buffer_desc text = {strlen(target), (void *)(uintptr_t)target};

    return gss_import_name(&minor, &text, GSS_C_NT_HOSTBASED_SERVICE, &l->target) ==
                   GSS_S_COMPLETE
               ? 0
               : 1;
}

static int log_in(const char *dotted)
{
    char braces[128];
    struct login l = {0};
    gss_buffer_desc text = {0, braces};
    int failed;

    text.length = (size_t)snprintf(braces, sizeof(braces), "{ %s }", dotted);
    for (char *dot = strchr(braces, '.'); dot != NULL; dot = strchr(dot, '.')) {
        *dot = ' ';
    }
    if (gss_str_to_oid(&minor, &text, &l.mech) != GSS_S_COMPLETE) {
        return 2;
    }
    failed = import_target(&l, "test@localhost") || acquire_acceptor(&l) ||
             exchange(&l) || protect(&l) || show_user(&l);
    gss_delete_sec_context(&minor, &l.init, GSS_C_NO_BUFFER);
    gss_delete_sec_context(&minor, &l.accept, GSS_C_NO_BUFFER);
    gss_release_name(&minor, &l.target);
    gss_release_name(&minor, &l.user);
    gss_release_cred(&minor, &l.acceptor);
    gss_release_oid(&minor, &l.mech);
    return failed;
}

int main(int argc, char **argv)
{
    if (argc == 2 && strcmp(argv[1], "mechs") == 0) {
        return show_mechs();
    }
    if (argc == 2 && strcmp(argv[1], "krb5") == 0) {
        return show_krb5();
    }
    if (argc == 3 && strcmp(argv[1], "login") == 0) {
        return log_in(argv[2]);
    }
    fprintf(stderr, "usage: install_login mechs|krb5|login OID\n");
    return 2;
}
