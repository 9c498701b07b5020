/* SPDX-License-Identifier: ISC */
/* The forms of names: texts that people write, and exported names. */
#include "asn1/negtoken.h"
#include "mech/name.h"
#include "mech/oid.h"
#include "ntlm/envelope.h"
#include "ntlm/username.h"

#include <gssapi/gssapi_krb5.h>

static enum err import_user(struct bytes text, struct mech_name **out)
{
    BUF_AUTO user = BUF_INIT;
    struct bytes domain;
    enum err e = username_parse(text, &user, &domain);

    return e != ERR_OK ? e : name_new(NAME_USER, buf_bytes(&user), domain, out);
}

/* Reads a service, the separator and a host. Without a separator the host is empty. */
static enum err import_service(struct bytes text, char separator, struct mech_name **out)
{
    struct bytes service;
    struct bytes host;

    (void)bytes_split(text, separator, &service, &host);
    return service.n == 0 ? ERR_NAME : name_new(NAME_SERVICE, service, host, out);
}

/* Some programs write a Windows SPN as a host-based name: "WSMAN/host". */
static enum err import_hostbased(struct bytes text, struct mech_name **out)
{
    return import_service(text, bytes_has(text, '@') ? '@' : '/', out);
}

/* Reads a Kerberos principal. A service's realm is dropped; a user's realm becomes the
 * domain. */
static enum err import_principal(struct bytes text, struct mech_name **out)
{
    struct bytes name;
    struct bytes realm;

    (void)bytes_split_at(text, username_at(text), &name, &realm);
    return bytes_has(name, '/') ? import_service(name, '/', out) : import_user(text, out);
}

static enum err import_anonymous(struct bytes text, struct mech_name **out)
{
    (void)text;
    return name_new_anonymous(out);
}

/*
 * An exported name (RFC 2743 3.2); lengths are big-endian:
 *
 *   0   2  04 01
 *   2   2  length of what follows up to the name, 12
 *   4  12  OID of NTLM with its DER header, 06 0a
 *  16   4  length of the name, which follows: the kind (1), user and domain, each a field
 *          (ntlm/envelope.h)
 */
static const uint8_t EXPORT_HEADER[] = {4, 1, 0, 12, 6, 10};

void name_export(const struct mech_name *name, struct buf *out)
{
    BUF_AUTO payload = BUF_INIT;

    buf_append_u8(&payload, (uint8_t)name->kind);
    envelope_append_field(&payload, buf_bytes(&name->user));
    envelope_append_field(&payload, buf_bytes(&name->domain));
    buf_append(out, bytes_of(EXPORT_HEADER, sizeof(EXPORT_HEADER)));
    buf_append(out, OID_NTLM);
    envelope_append_field(out, buf_bytes(&payload));
    buf_fail(out, buf_status(&payload));
}

static enum err import_export(struct bytes in, struct mech_name **out)
{
    struct reader r = reader_of(in);
    struct bytes header = reader_consume(&r, sizeof(EXPORT_HEADER));
    struct bytes oid = reader_consume(&r, OID_NTLM.n);
    size_t len = reader_u32be(&r);
    bool is_all = len == reader_left(&r);
    uint8_t kind = reader_u8(&r);
    struct bytes user = envelope_field(&r);
    struct bytes domain = envelope_field(&r);

    if (reader_end(&r, ERR_NAME) != ERR_OK || !is_all || !bytes_equal(oid, OID_NTLM) ||
        !bytes_equal(header, bytes_of(EXPORT_HEADER, sizeof(EXPORT_HEADER))) ||
        kind > NAME_ANONYMOUS || (user.n == 0) != (kind == NAME_ANONYMOUS)) {
        return ERR_NAME;
    }
    return name_new((enum mech_name_kind)kind, user, domain, out);
}

/* The types of names and the functions that read them. A type is libgssapi's constant,
 * because the mechglue saves the pointer. The first row also reads names without a type.
 */
static const struct {
    const gss_OID *type;
    enum err (*import)(struct bytes text, struct mech_name **out);
} types[] = {
    {&GSS_C_NT_USER_NAME, import_user},
    {&GSS_C_NT_HOSTBASED_SERVICE, import_hostbased},
    {&GSS_C_NT_HOSTBASED_SERVICE_X, import_hostbased},
    {&GSS_KRB5_NT_PRINCIPAL_NAME, import_principal},
    {&GSS_C_NT_ANONYMOUS, import_anonymous},
    {&GSS_C_NT_EXPORT_NAME, import_export},
};

enum err name_import(struct bytes text, gss_const_OID type, struct mech_name **out)
{
    const size_t n_types = sizeof(types) / sizeof(types[0]);
    NAME_AUTO *name = NULL;
    size_t i = 0;
    bool is_text;
    enum err e;

    *out = NULL;
    while (type != GSS_C_NO_OID && i < n_types && !oid_equal(type, *types[i].type)) {
        i++;
    }
    if (i == n_types) {
        return ERR_NAME_TYPE;
    }
    is_text = *types[i].type != GSS_C_NT_EXPORT_NAME;
    /* Some programs, such as MIT's gss-server, count the NUL that ends a string. */
    if (is_text && text.n > 0 && text.p[text.n - 1] == '\0') {
        text.n--;
    }
    /* A NUL inside would end the text for a program that reads it as a string. The check
     * covers the whole text, with a realm that is dropped later. */
    if (is_text && bytes_has(text, '\0')) {
        return ERR_NAME;
    }
    if ((e = types[i].import(text, &name)) != ERR_OK ||
        (e = buf_dup(&name->spelling, text)) != ERR_OK) {
        return e;
    }
    name->type = type == GSS_C_NO_OID ? GSS_C_NO_OID : *types[i].type;
    *out = name;
    name = NULL;
    return ERR_OK;
}
