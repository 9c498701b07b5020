/* SPDX-License-Identifier: ISC */
/* Names of every type, which the first byte chooses: a name that is accepted can be
 * shown, copied and exported; and an exported name is imported as the same name. */
#include "base/reader.h"
#include "conf/host.h"
#include "mech/name.h"
#include "tests/fuzz/fuzz.h"
#include "tests/lib/table.h"

#include <gssapi/gssapi_krb5.h>

static gss_OID type_of(uint8_t byte)
{
    const gss_OID types[] = {
        GSS_C_NO_OID,
        GSS_C_NT_USER_NAME,
        GSS_C_NT_HOSTBASED_SERVICE,
        GSS_C_NT_EXPORT_NAME,
        GSS_C_NT_ANONYMOUS,
        GSS_KRB5_NT_PRINCIPAL_NAME,
        GSS_C_NT_MACHINE_UID_NAME,
    };

    return types[byte % N(types)];
}

static bool same_texts(const struct mech_name *a, const struct mech_name *b)
{
    return a->kind == b->kind && bytes_equal(buf_bytes(&a->user), buf_bytes(&b->user)) &&
           bytes_equal(buf_bytes(&a->domain), buf_bytes(&b->domain));
}

static void feed_export(const struct mech_name *name)
{
    NAME_AUTO *again = NULL;
    BUF_AUTO token = BUF_INIT;
    bool equal = false;

    name_export(name, &token);
    FUZZ_MUST(buf_status(&token) == ERR_OK);
    FUZZ_MUST(name_import(buf_bytes(&token), GSS_C_NT_EXPORT_NAME, &again) == ERR_OK);
    FUZZ_MUST(same_texts(name, again));
    FUZZ_MUST(name_equal(name, again, &equal) == ERR_OK);
    FUZZ_MUST(equal == (name->kind != NAME_ANONYMOUS));
}

static void feed_copy(const struct mech_name *name)
{
    NAME_AUTO *copy = NULL;

    FUZZ_MUST(name_copy(name, &copy) == ERR_OK && same_texts(name, copy));
    FUZZ_MUST(bytes_equal(buf_bytes(&name->spelling), buf_bytes(&copy->spelling)));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct bytes text = bytes_of(data, size);
    NAME_AUTO *name = NULL;
    BUF_AUTO shown = BUF_INIT;
    BUF_AUTO target = BUF_INIT;
    gss_OID type;
    struct reader r = reader_of(text);
    const uint8_t which = reader_u8(&r);

    (void)host_is_address(text);
    text = r.rest;
    if (reader_status(&r) != ERR_OK ||
        name_import(text, type_of(which), &name) != ERR_OK) {
        return 0;
    }
    name_display(name, &shown, &type);
    name_target(name, bytes_str("local"), &target);
    FUZZ_MUST(buf_status(&shown) == ERR_OK && shown.n > 0 && type != GSS_C_NO_OID);
    FUZZ_MUST(buf_status(&target) == ERR_OK);
    feed_copy(name);
    feed_export(name);
    return 0;
}
