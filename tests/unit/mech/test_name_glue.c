/* SPDX-License-Identifier: ISC */
/* mech/name_glue: the glue's names are made when they are asked for. The built-in SPNEGO
 * is not there, because no mech file names this module; kerberos/name_types has it. */
#include "mech/name_glue.h"

#include "tests/lib/harness.h"

#include "mech/glue.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#define SERVICE "HTTP@localhost"

static void begin(void)
{
    gss_OID_desc own = {3, (void *)(uintptr_t) "\x2a\x03\x04"};

    setenv("GSS_MECH_CONFIG", "/dev/null", 1);
    glue_set_own_oid(&own);
}

static struct mech_name *import_service(void)
{
    struct mech_name *name = NULL;

    begin();
    ck_ok(name_import_spnego(bytes_str(SERVICE), GSS_C_NT_HOSTBASED_SERVICE, &name));
    return name;
}

static bool has_text(const struct mech_name *name)
{
    return atomic_load(&name->glue_text) != GSS_C_NO_NAME;
}

TEST(made_once_when_asked_for)
{
    struct mech_name *name = import_service();
    gss_buffer_desc shown;
    gss_name_t first;
    gss_name_t again;
    gss_OID type;
    OM_uint32 minor;

    ck_assert(name_has_glue(name));
    ck_assert(!has_text(name));
    ck_ok(name_glue_text(name, &first));
    ck_ok(name_glue_text(name, &again));
    ck_assert_ptr_eq(first, again);
    ck_assert_uint_eq(glue_get()->display_name(&minor, first, &shown, &type), 0);
    ck_assert_uint_eq(shown.length, strlen(SERVICE));
    ck_assert_mem_eq(shown.value, SERVICE, shown.length);
    ck_assert(gss_oid_equal(type, GSS_C_NT_HOSTBASED_SERVICE));
    (void)gss_release_buffer(&minor, &shown);
    name_free(name);
}

TEST(a_copy_makes_its_own)
{
    struct mech_name *name = import_service();
    struct mech_name *copy;
    gss_name_t made;

    ck_ok(name_glue_text(name, &made));
    ck_ok(name_copy(name, &copy));
    name_free(name);
    ck_assert(name_has_glue(copy));
    ck_assert(!has_text(copy));
    ck_ok(name_glue_text(copy, &made));
    ck_assert_ptr_nonnull(made);
    name_free(copy);
}

/* An error of the glue is no name. */
TEST(the_glues_error_comes_back)
{
    struct mech_name *name = import_service();
    gss_name_t made = (gss_name_t)name;

    ck_err(name_glue(name, &made), ERR_GLUE);
    ck_assert_ptr_null(made);
    name_free(name);
}

/* These texts are not those that NTLM has, so the glue reads them at once. */
TEST(what_cannot_wait)
{
    static const char with_nul[] = SERVICE;
    struct mech_name *name = NULL;

    begin();
    ck_err(name_import_spnego(bytes_of((const uint8_t *)with_nul, sizeof(with_nul)),
                              GSS_C_NT_HOSTBASED_SERVICE, &name),
           ERR_GLUE);
    ck_err(name_import_spnego(bytes_str(""), GSS_C_NT_HOSTBASED_SERVICE, &name),
           ERR_GLUE);
    ck_err(name_import_spnego(bytes_str("x"), GSS_C_NT_EXPORT_NAME, &name), ERR_GLUE);
    ck_assert_ptr_null(name);
}

TEST(without_a_name)
{
    struct mech_name *user;
    gss_name_t made = (gss_name_t)&made;

    ck_ok(name_glue(NULL, &made));
    ck_assert_ptr_null(made);
    ck_ok(name_new_user(bytes_str("alice"), bytes_str(""), &user));
    ck_assert(!name_has_glue(user));
    ck_ok(name_glue(user, &made));
    ck_assert_ptr_null(made);
    name_free(user);
}

static void *ask(void *name)
{
    gss_name_t made;

    return name_glue_text(name, &made) == ERR_OK ? made : NULL;
}

#define THREADS 8

TEST(threads_get_the_same)
{
    struct mech_name *name = import_service();
    pthread_t threads[THREADS];
    void *seen;

    for (size_t i = 0; i < THREADS; i++) {
        ck_assert_int_eq(pthread_create(&threads[i], NULL, ask, name), 0);
    }
    for (size_t i = 0; i < THREADS; i++) {
        ck_assert_int_eq(pthread_join(threads[i], &seen), 0);
        ck_assert_ptr_nonnull(seen);
        ck_assert_ptr_eq(seen, atomic_load(&name->glue_text));
    }
    name_free(name);
}
