/* SPDX-License-Identifier: ISC */
/* A credential between its acquisition and its use. */
/*
 *     held_cred slow NAME HOST CACHE KEYTAB   two threads share it while the KDC is slow
 *     held_cred ccache BEFORE AFTER HOST      the program chooses ticket caches; -: none
 *
 * Prints lines LABEL = VALUE. After "ready" it waits for a line on standard input. "kept"
 * is the answer of gss_krb5_ccache_name, which the program may read until its next call.
 */
#include <gssapi/gssapi.h>
#include <gssapi/gssapi_ext.h>
#include <gssapi/gssapi_krb5.h>

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static gss_OID_desc spnego = {6, (void *)(uintptr_t) "\x2b\x06\x01\x05\x05\x02"};
static gss_OID_set_desc spnego_set = {1, &spnego};
static gss_cred_id_t cred = GSS_C_NO_CREDENTIAL;

static void say(const char *label, const char *value)
{
    printf("%s = %s\n", label, value);
    fflush(stdout);
}

static void say_major(const char *label, OM_uint32 major)
{
    char text[20];

    snprintf(text, sizeof(text), "%x", major);
    say(label, text);
}

static void wait_for_line(const char *what)
{
    char line[100];

    say("ready", what);
    if (fgets(line, sizeof(line), stdin) == NULL) {
        exit(1);
    }
}

static gss_name_t import(const char *text, gss_OID type)
{
    gss_buffer_desc value = {strlen(text), (void *)(uintptr_t)text};
    gss_name_t name = GSS_C_NO_NAME;
    OM_uint32 minor;

    if (GSS_ERROR(gss_import_name(&minor, &value, type, &name))) {
        exit(1);
    }
    return name;
}

/* Acquires a credential; store may be NULL. */
static void acquire(const char *user, gss_const_key_value_set_t store)
{
    gss_name_t name = user == NULL ? GSS_C_NO_NAME : import(user, GSS_C_NT_USER_NAME);
    OM_uint32 minor;

    say_major("acquire",
              gss_acquire_cred_from(&minor, name, GSS_C_INDEFINITE, &spnego_set,
                                    GSS_C_INITIATE, store, &cred, NULL, NULL));
    gss_release_name(&minor, &name);
}

/* Makes the first token for a host; an acceptor in this process tells whose ticket it
 * has. */
static void login(const char *label, const char *host, OM_uint32 flags)
{
    gss_name_t target = import(host, GSS_C_NT_HOSTBASED_SERVICE);
    gss_name_t source = GSS_C_NO_NAME;
    gss_ctx_id_t ours = GSS_C_NO_CONTEXT;
    gss_ctx_id_t theirs = GSS_C_NO_CONTEXT;
    gss_buffer_desc token = GSS_C_EMPTY_BUFFER;
    gss_buffer_desc reply = GSS_C_EMPTY_BUFFER;
    gss_buffer_desc text = GSS_C_EMPTY_BUFFER;
    OM_uint32 minor;
    OM_uint32 major = gss_init_sec_context(&minor, cred, &ours, target, &spnego, flags, 0,
                                           NULL, NULL, NULL, &token, NULL, NULL);

    if (!GSS_ERROR(major)) {
        major = gss_accept_sec_context(&minor, &theirs, GSS_C_NO_CREDENTIAL, &token, NULL,
                                       &source, NULL, &reply, NULL, NULL, NULL);
    }
    if (source != GSS_C_NO_NAME &&
        !GSS_ERROR(gss_display_name(&minor, source, &text, NULL))) {
        say(label, text.value);
    } else {
        say(label, GSS_ERROR(major) ? "error" : "not Kerberos");
    }
    gss_release_buffer(&minor, &token);
    gss_release_buffer(&minor, &reply);
    gss_release_buffer(&minor, &text);
    gss_delete_sec_context(&minor, &ours, NULL);
    gss_delete_sec_context(&minor, &theirs, NULL);
    gss_release_name(&minor, &source);
    gss_release_name(&minor, &target);
}

static const char *slow_host;
static atomic_bool is_through;

static void *ask_the_kdc(void *arg)
{
    login("first", slow_host, 0);
    atomic_store(&is_through, true);
    return arg;
}

static void share(const char *user, const char *host, gss_const_key_value_set_t store)
{
    gss_name_t name = GSS_C_NO_NAME;
    pthread_t thread;
    OM_uint32 minor;

    acquire(user, store);
    wait_for_line("acquired");
    slow_host = host;
    if (pthread_create(&thread, NULL, ask_the_kdc, NULL) != 0) {
        exit(1);
    }
    wait_for_line("asking");
    say_major("inquire", gss_inquire_cred(&minor, cred, &name, NULL, NULL, NULL));
    login("second", "HTTP@127.0.0.1", 0);
    say("first is through", atomic_load(&is_through) ? "yes" : "no");
    gss_release_name(&minor, &name);
    wait_for_line("second");
    pthread_join(thread, NULL);
}

/* Chooses a ticket cache. out_before: the name of the cache before, or NULL. */
static void choose(const char *name, const char **out_before)
{
    OM_uint32 minor;

    if (strcmp(name, "-") != 0) {
        say_major("choose", gss_krb5_ccache_name(&minor, name, out_before));
    }
}

static void use_caches(const char *before, const char *after, const char *host)
{
    const char *saved = "";
    const char *chosen = NULL;
    OM_uint32 minor;

    choose(before, &saved);
    acquire(NULL, NULL);
    choose(after, NULL);
    wait_for_line("acquired");
    login("login", host, 0);
    say("kept", saved);
    if (!GSS_ERROR(gss_krb5_ccache_name(&minor, NULL, &chosen))) {
        say("chosen", chosen);
    }
}

int main(int argc, char **argv)
{
    OM_uint32 minor;

    if (argc == 6 && strcmp(argv[1], "slow") == 0) {
        gss_key_value_element_desc elements[] = {{"ccache", argv[4]},
                                                 {"client_keytab", argv[5]}};
        gss_key_value_set_desc store = {2, elements};

        share(argv[2], argv[3], &store);
    } else if (argc == 5 && strcmp(argv[1], "ccache") == 0) {
        use_caches(argv[2], argv[3], argv[4]);
    } else {
        return 2;
    }
    gss_release_cred(&minor, &cred);
    return 0;
}
