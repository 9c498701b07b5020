/* SPDX-License-Identifier: ISC */
/* mech/glue: the table is libgssapi's own, and the name of the built-in SPNEGO. */
#include "tests/lib/harness.h"

#include "mech/glue.h"
#include "mech/oid.h"

#include <dlfcn.h>
#include <stdlib.h>
#include <string.h>

TEST(every_function_is_libgssapis)
{
    static const char *const names[] = {
#define NAME(name) "gss_" #name,
        GLUE_FUNCTIONS(NAME)};
    void *library = dlopen("libgssapi_krb5.so.2", RTLD_LAZY | RTLD_NOLOAD);
    const struct glue *glue = glue_get();

    ck_assert_ptr_nonnull(library);
    ck_assert_ptr_nonnull(glue);
    ck_assert_uint_eq(sizeof(*glue), N(names) * sizeof(void *));
    for (size_t i = 0; i < N(names); i++) {
        void *found;

        memcpy(&found, (const char *)glue + i * sizeof(found), sizeof(found));
        ck_assert_msg(found != NULL && found == dlsym(library, names[i]), "%s", names[i]);
    }
    ck_assert_ptr_eq(glue_get(), glue);
}

TEST(no_name_before_it_is_known)
{
    ck_assert_ptr_eq(glue_builtin_spnego(), GSS_C_NO_OID);
    ck_assert_ptr_eq(glue_builtin_spnego_set(), GSS_C_NO_OID_SET);
}

TEST(own_name_then_spnegos)
{
    gss_OID_desc own = {3, (void *)(uintptr_t) "\x2a\x03\x04"};
    gss_OID_desc other = {2, (void *)(uintptr_t) "\x2a\x05"};
    gss_OID oid;

    glue_set_own_oid(&own);
    glue_set_own_oid(&other); /* the first one stays */
    oid = glue_builtin_spnego();
    ck_bytes(bytes_of(oid->elements, oid->length), hex("2a0304 2b0601050502"));
    ck_assert_uint_eq(glue_builtin_spnego_set()->count, 1);
    ck_assert_ptr_eq(glue_builtin_spnego_set()->elements, oid);
}

TEST(a_name_without_room)
{
    static uint8_t elements[59] = {0x2a};
    gss_OID_desc own = {sizeof(elements), elements};

    glue_set_own_oid(&own);
    ck_assert_ptr_eq(glue_builtin_spnego(), GSS_C_NO_OID);
    own.length--;
    glue_set_own_oid(&own);
    ck_assert_uint_eq(glue_builtin_spnego()->length, 64);
}

/* NTLM's line decides; whether the glue notices a line that is added later depends on the
 * glue. */
TEST(ntlm_without_its_line)
{
    setenv("GSS_MECH_CONFIG", "/dev/null", 1);
    ck_assert(!glue_has_ntlm());
    ck_assert(!glue_has_ntlm());
}

TEST(what_spnego_may_negotiate)
{
    gss_OID_desc old_krb5 = {5, (void *)(uintptr_t) "\x2b\x05\x01\x05\x02"};
    gss_OID_desc unknown = {3, (void *)(uintptr_t) "\x2a\x03\x05"};

    setenv("GSS_MECH_CONFIG", "/dev/null", 1);
    ck_assert(glue_negotiates(&MECH_OID_KRB5));
    ck_assert(glue_negotiates(&MECH_OID_IAKERB));
    ck_assert(!glue_negotiates(&MECH_OID_SPNEGO));
    ck_assert(!glue_negotiates(&old_krb5));
    ck_assert(!glue_negotiates(&unknown));
}
