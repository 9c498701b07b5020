/* SPDX-License-Identifier: ISC */
/*
 * Exchanges with a Kerberos ticket through the mechglue, both sides in this process.
 * Ticket and keytab are those of the environment. usage: tests/bench/loop.h. Operations:
 *
 *   default krb5|spnego    an exchange; each call looks for its credential
 *   acquired krb5|spnego   an exchange; both sides have acquired their credentials once
 *   first krb5|spnego      the first token of an initiator without a credential
 *   memory krb5|spnego     the same; then prints how many kB only this process has
 */
#include "tests/bench/gss_login.h"
#include "tests/bench/loop.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static gss_OID_desc krb5_oid = {
    9, (void *)(uintptr_t) "\x2a\x86\x48\x86\xf7\x12\x01\x02\x02"};
static gss_OID_desc spnego_oid = {6, (void *)(uintptr_t) "\x2b\x06\x01\x05\x05\x02"};

static void *make_login(const char *mech)
{
    gss_buffer_desc target = {14, (void *)(uintptr_t) "HTTP@localhost"};
    struct gss_login *login = calloc(1, sizeof(*login));
    OM_uint32 minor, major;

    if (login == NULL || mech == NULL) {
        loop_die("this operation needs an argument, krb5 or spnego");
    }
    login->mech = strcmp(mech, "krb5") == 0 ? &krb5_oid : &spnego_oid;
    major = gss_import_name(&minor, &target, GSS_C_NT_HOSTBASED_SERVICE, &login->target);
    gss_login_check("gss_import_name", major, minor);
    return login;
}

static void exchange(void *self)
{
    handshake(self);
    gss_login_delete(self);
}

/* An exchange that falls back to NTLM must not be measured. */
static void check_mech(struct gss_login *login)
{
    gss_OID mech = GSS_C_NO_OID;
    OM_uint32 minor, major;

    handshake(login);
    major = gss_inquire_context(&minor, login->initiator, NULL, NULL, NULL, &mech, NULL,
                                NULL, NULL);
    gss_login_check("gss_inquire_context", major, minor);
    if (mech == GSS_C_NO_OID || mech->length != krb5_oid.length ||
        memcmp(mech->elements, krb5_oid.elements, mech->length) != 0) {
        loop_die("the exchange did not use Kerberos");
    }
    gss_login_delete(login);
}

static void *make_default(const char *mech)
{
    struct gss_login *login = make_login(mech);

    check_mech(login);
    return login;
}

static void *make_acquired(const char *mech)
{
    struct gss_login *login = make_login(mech);
    gss_OID_set_desc mechs = {1, login->mech};
    OM_uint32 minor, major;

    major = gss_acquire_cred(&minor, GSS_C_NO_NAME, 0, &mechs, GSS_C_INITIATE,
                             &login->initiator_cred, NULL, NULL);
    gss_login_check("gss_acquire_cred", major, minor);
    major = gss_acquire_cred(&minor, GSS_C_NO_NAME, 0, &mechs, GSS_C_ACCEPT,
                             &login->acceptor_cred, NULL, NULL);
    gss_login_check("gss_acquire_cred", major, minor);
    check_mech(login);
    return login;
}

static void first_token(void *self)
{
    struct gss_login *login = self;
    gss_buffer_desc token = GSS_C_EMPTY_BUFFER;
    OM_uint32 minor, major;

    major = gss_init_sec_context(&minor, GSS_C_NO_CREDENTIAL, &login->initiator,
                                 login->target, login->mech, GSS_C_MUTUAL_FLAG, 0,
                                 GSS_C_NO_CHANNEL_BINDINGS, GSS_C_NO_BUFFER, NULL, &token,
                                 NULL, NULL);
    gss_login_check("gss_init_sec_context", major, minor);
    (void)gss_release_buffer(&minor, &token);
    (void)gss_delete_sec_context(&minor, &login->initiator, GSS_C_NO_BUFFER);
}

/* Pages of a file that nobody has changed are shared, whatever their number. */
static void print_private_memory(void *self)
{
    FILE *file;
    char line[256];

    first_token(self);
    file = fopen("/proc/self/smaps_rollup", "re");
    while (file != NULL && fgets(line, sizeof(line), file) != NULL) {
        if (strncmp(line, "Anonymous:", 10) == 0) {
            printf("%ld\n", strtol(line + 10, NULL, 10));
        }
    }
    if (file != NULL) {
        (void)fclose(file);
    }
}

int main(int argc, char **argv)
{
    static const struct loop_operation operations[] = {
        {"default", make_default, exchange},
        {"acquired", make_acquired, exchange},
        {"first", make_login, first_token},
        {"memory", make_login, print_private_memory},
        {NULL, NULL, NULL},
    };

    return loop_main(operations, argc, argv);
}
