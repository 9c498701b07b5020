/* SPDX-License-Identifier: ISC */
/* Makes the calls of a usual GSS program, and prints their results: usage install_login
 * mechs|krb5|login OID. */
#include "tests/lib/login_driver.h"

#include <stdio.h>
#include <string.h>

static OM_uint32 minor;

static void print_oid(gss_OID oid)
{
    gss_buffer_desc text = GSS_C_EMPTY_BUFFER;

    if (gss_oid_to_str(&minor, oid, &text) == GSS_S_COMPLETE) {
        printf("%.*s\n", (int)text.length, (const char *)text.value);
    }
    gss_release_buffer(&minor, &text);
}

/* Prints the mechanisms of this process, one on each line. */
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

/* Prints the error of Kerberos without any configuration, for comparison. */
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

static int report_peer(const char *what, const struct peer *p)
{
    return GSS_ERROR(p->major) ? report(what, p->major, p->minor, p->mech) : 0;
}

static int acquire_acceptor(struct peer *p)
{
    gss_OID_set_desc only = {1, p->mech};

    p->major = gss_acquire_cred(&p->minor, GSS_C_NO_NAME, 0, &only, GSS_C_ACCEPT,
                                &p->cred, NULL, NULL);
    return report_peer("acquire", p);
}

static int show_user(gss_name_t user)
{
    gss_buffer_desc text = GSS_C_EMPTY_BUFFER;
    OM_uint32 major = gss_display_name(&minor, user, &text, NULL);

    printf("logged in: %.*s\n", (int)text.length, (const char *)text.value);
    gss_release_buffer(&minor, &text);
    return major == GSS_S_COMPLETE ? 0 : 1;
}

/* Logs in with the user's own credential, and sends a sealed message. */
static int run_login(struct login *l)
{
    if (acquire_acceptor(&l->acceptor) != 0) {
        return 1;
    }
    login_run(l);
    if (report_peer("init", &l->initiator) != 0 ||
        report_peer("accept", &l->acceptor) != 0 || !login_is_done(l)) {
        return 1;
    }
    if (!send_wrapped(&l->initiator, &l->acceptor, "hello")) {
        printf("a sealed message does not arrive\n");
        return 1;
    }
    return show_user(l->acceptor.source);
}

static int log_in(const char *dotted)
{
    char braces[128];
    gss_buffer_desc text = {0, braces};
    gss_OID mech = GSS_C_NO_OID;
    struct login l;
    int failed;

    text.length = (size_t)snprintf(braces, sizeof(braces), "{ %s }", dotted);
    for (char *dot = strchr(braces, '.'); dot != NULL; dot = strchr(dot, '.')) {
        *dot = ' ';
    }
    if (gss_str_to_oid(&minor, &text, &mech) != GSS_S_COMPLETE) {
        return 2;
    }
    l = login_of(mech, "test@localhost", SEAL_FLAGS);
    failed = run_login(&l);
    login_end(&l);
    gss_release_oid(&minor, &mech);
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
