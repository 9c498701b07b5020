/* SPDX-License-Identifier: ISC */
/* The mechglue's own functions. */
#include "mech/glue.h"

#include "asn1/negtoken.h"
#include "mech/oid.h"

#include <dlfcn.h>
#include <pthread.h>
#include <stdatomic.h>
#include <string.h>

#define LIBGSSAPI "libgssapi_krb5.so.2"

static struct glue table;
static bool table_is_whole;
static pthread_once_t table_once = PTHREAD_ONCE_INIT;

static const struct {
    const char *symbol;
    size_t offset;
} members[] = {
#define GLUE_ROW(name) {"gss_" #name, offsetof(struct glue, name)},
    GLUE_FUNCTIONS(GLUE_ROW)};

/* The module is linked with the library, so that it is loaded already. dlsym gets the
 * library's own handle, so that it never finds another module's function of that name. */
static void fill_table(void)
{
    void *library = dlopen(LIBGSSAPI, RTLD_LAZY | RTLD_NOLOAD);

    table_is_whole = library != NULL;
    for (size_t i = 0; table_is_whole && i < sizeof(members) / sizeof(members[0]); i++) {
        void *function = dlsym(library, members[i].symbol);

        table_is_whole = function != NULL;
        memcpy((char *)&table + members[i].offset, &function, sizeof(function));
    }
}

const struct glue *glue_get(void)
{
    (void)pthread_once(&table_once, fill_table);
    return table_is_whole ? &table : NULL;
}

/* The OID is written once, by gss_mech_interposer under the glue's lock, before any other
 * function of the module can run. */
#define BUILTIN_MAX 64
static uint8_t builtin_elements[BUILTIN_MAX];
static gss_OID_desc builtin = {0, builtin_elements};
static gss_OID_set_desc builtin_set = {1, &builtin};

void glue_set_own_oid(gss_const_OID own)
{
    size_t n = own == GSS_C_NO_OID ? 0 : own->length;

    if (n == 0 || builtin.length != 0 || n + MECH_OID_SPNEGO.length > BUILTIN_MAX) {
        return;
    }
    memcpy(builtin_elements, own->elements, n);
    memcpy(builtin_elements + n, MECH_OID_SPNEGO.elements, MECH_OID_SPNEGO.length);
    builtin.length = (OM_uint32)(n + MECH_OID_SPNEGO.length);
}

gss_OID glue_builtin_spnego(void)
{
    return builtin.length > 0 ? &builtin : GSS_C_NO_OID;
}

gss_OID_set glue_builtin_spnego_set(void)
{
    return builtin.length > 0 ? &builtin_set : GSS_C_NO_OID_SET;
}

static bool has_member(gss_const_OID oid, gss_OID_set set)
{
    OM_uint32 minor;
    int present = 0;

    (void)gss_test_oid_set_member(&minor, (gss_OID)(uintptr_t)oid, set, &present);
    return present != 0;
}

bool glue_negotiates(gss_const_OID mech)
{
    const struct glue *glue = glue_get();
    gss_OID_set attributes = GSS_C_NO_OID_SET;
    OM_uint32 minor;
    bool may;

    if (glue == NULL ||
        GSS_ERROR(glue->inquire_attrs_for_mech(&minor, mech, &attributes, NULL))) {
        return false;
    }
    may = attributes != GSS_C_NO_OID_SET && !has_member(GSS_C_MA_MECH_NEGO, attributes) &&
          !has_member(GSS_C_MA_DEPRECATED, attributes);
    (void)gss_release_oid_set(&minor, &attributes);
    return may;
}

/* Set once and never cleared, because the glue never unloads a mechanism. */
static atomic_bool ntlm_is_configured;

static bool indicates_ntlm(const struct glue *glue)
{
    gss_OID_set mechs = GSS_C_NO_OID_SET;
    OM_uint32 minor;
    bool found;

    if (glue->indicate_mechs(&minor, &mechs) != GSS_S_COMPLETE) {
        return false;
    }
    found = has_member(&MECH_OID_NTLM, mechs);
    (void)gss_release_oid_set(&minor, &mechs);
    return found;
}

bool glue_has_ntlm(void)
{
    const struct glue *glue = glue_get();

    if (atomic_load(&ntlm_is_configured)) {
        return true;
    }
    if (glue == NULL || !indicates_ntlm(glue)) {
        return false;
    }
    atomic_store(&ntlm_is_configured, true);
    return true;
}

/* MIT's mechanisms, by all OIDs under which the glue lists them. Microsoft's OID and the
 * one of the first drafts are Kerberos' too. */
static bool is_known(gss_const_OID mech)
{
    static const gss_OID_desc krb5_draft = {5, (void *)"\x2b\x05\x01\x05\x02"};
    const gss_const_OID known[] = {&MECH_OID_KRB5, &krb5_draft, &MECH_OID_IAKERB,
                                   &MECH_OID_SPNEGO, &MECH_OID_NTLM};

    for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
        if (oid_equal(mech, known[i])) {
            return true;
        }
    }
    return oid_is(mech, OID_MS_KRB5);
}

/* Whether the glue had other mechanisms when it was asked. */
enum third_party { THIRD_PARTY_UNKNOWN, THIRD_PARTY_NONE, THIRD_PARTY_SOME };
static atomic_int third_party;

static enum third_party find_third_party(const struct glue *glue)
{
    enum third_party found = THIRD_PARTY_NONE;
    gss_OID_set mechs = GSS_C_NO_OID_SET;
    OM_uint32 minor;

    if (glue == NULL || glue->indicate_mechs(&minor, &mechs) != GSS_S_COMPLETE) {
        return THIRD_PARTY_UNKNOWN;
    }
    for (size_t i = 0; i < mechs->count; i++) {
        if (!is_known(&mechs->elements[i])) {
            found = THIRD_PARTY_SOME;
        }
    }
    (void)gss_release_oid_set(&minor, &mechs);
    return found;
}

bool glue_has_third_party(void)
{
    if (atomic_load(&third_party) == THIRD_PARTY_UNKNOWN) {
        atomic_store(&third_party, (int)find_third_party(glue_get()));
    }
    return atomic_load(&third_party) != THIRD_PARTY_NONE;
}
