/* SPDX-License-Identifier: ISC */
/* Whether an initiator holds a ticket-granting ticket. */
#include "mech/ticket.h"

#include "mech/oid.h"

#include <krb5.h>
#include <time.h>

/* Whether an entry of a cache is a ticket-granting ticket that has not expired. libkrb5
 * reads krb5_timestamp, a signed type, as 32 bits without a sign, to the year 2106. */
static bool is_valid_tgt(krb5_context krb5, const krb5_creds *creds)
{
    const krb5_data *service = creds->server->data;
    const time_t end = (time_t)(uint32_t)creds->times.endtime;

    return !krb5_is_config_principal(krb5, creds->server) && creds->server->length > 0 &&
           bytes_equal(bytes_of(service->data, service->length),
                       bytes_str(KRB5_TGS_NAME)) &&
           end > time(NULL);
}

/* Whether a cache may have a ticket although it could not be read. If descriptors or
 * memory ran out, it may: libkrb5 returns KRB5_CC_IO, KRB5_CC_NOMEM or the system's
 * errno. Any other code means that the cache is missing or is not a cache. */
static bool is_doubtful(krb5_error_code code)
{
    static const krb5_error_code LAST_ERRNO = 4095;

    return code == KRB5_CC_IO || code == KRB5_CC_NOMEM ||
           (code > 0 && code <= LAST_ERRNO);
}

static bool cache_has_tgt(krb5_context krb5, krb5_ccache cache)
{
    krb5_cc_cursor cursor;
    krb5_creds creds;
    bool found = false;
    krb5_error_code code = krb5_cc_start_seq_get(krb5, cache, &cursor);

    if (code != 0) {
        return is_doubtful(code);
    }
    while (!found && (code = krb5_cc_next_cred(krb5, cache, &cursor, &creds)) == 0) {
        found = is_valid_tgt(krb5, &creds);
        krb5_free_cred_contents(krb5, &creds);
    }
    (void)krb5_cc_end_seq_get(krb5, cache, &cursor);
    return found || is_doubtful(code);
}

static bool collection_has_tgt(krb5_context krb5)
{
    krb5_cccol_cursor cursor;
    krb5_ccache cache;
    bool found = false;
    krb5_error_code code = krb5_cccol_cursor_new(krb5, &cursor);

    if (code != 0) {
        return is_doubtful(code);
    }
    while (!found && (code = krb5_cccol_cursor_next(krb5, cursor, &cache)) == 0 &&
           cache != NULL) {
        found = cache_has_tgt(krb5, cache);
        (void)krb5_cc_close(krb5, cache);
    }
    (void)krb5_cccol_cursor_free(krb5, &cursor);
    return found || is_doubtful(code);
}

/* GSS-API lets a program read a credential's cache only as a copy. Kerberos may not have
 * chosen the credential's cache yet, and gss_krb5_copy_ccache crashes then; so
 * inquire_cred comes first, which makes Kerberos choose. */
static bool cred_has_tgt(krb5_context krb5, gss_cred_id_t cred)
{
    OM_uint32 lifetime;
    krb5_ccache copy;
    OM_uint32 minor;
    bool found;

    if (GSS_ERROR(glue_get()->inquire_cred(&minor, cred, NULL, &lifetime, NULL, NULL))) {
        return is_doubtful((krb5_error_code)minor);
    }
    if (krb5_cc_new_unique(krb5, "MEMORY", NULL, &copy) != 0) {
        return true; /* in doubt NTLM stays out */
    }
    found = GSS_ERROR(gss_krb5_copy_ccache(&minor, cred, copy))
                ? is_doubtful((krb5_error_code)minor)
                : cache_has_tgt(krb5, copy);
    (void)krb5_cc_destroy(krb5, copy);
    return found;
}

/* The default credential also honours gss_krb5_ccache_name, which the collection does
 * not. */
static bool default_has_tgt(krb5_context krb5)
{
    gss_OID_set_desc mechs = {1, &MECH_OID_KRB5};
    gss_cred_id_t cred = GSS_C_NO_CREDENTIAL;
    OM_uint32 minor;
    bool found;

    if (GSS_ERROR(glue_get()->acquire_cred_from(&minor, GSS_C_NO_NAME, GSS_C_INDEFINITE,
                                                &mechs, GSS_C_INITIATE, NULL, &cred, NULL,
                                                NULL))) {
        return is_doubtful((krb5_error_code)minor);
    }
    found = cred_has_tgt(krb5, cred);
    (void)glue_get()->release_cred(&minor, &cred);
    return found;
}

/* The collection is read first: if its caches cannot be read, libkrb5 1.20 may crash when
 * it acquires a default credential (krb5_cccol_have_content). */
static bool is_held(krb5_context krb5, const struct mech_cred *cred)
{
    bool has_own = cred != NULL && cred->glue_creds != NULL;
    bool is_default = !has_own || glue_creds_is_default(cred->glue_creds);
    gss_cred_id_t own;

    if (is_default && collection_has_tgt(krb5)) {
        return true;
    }
    if (has_own && glue_creds_get(cred->glue_creds, GLUE_CRED_KRB5, &own) == ERR_OK &&
        cred_has_tgt(krb5, own)) {
        return true;
    }
    return is_default && default_has_tgt(krb5);
}

bool ticket_is_held(const struct mech_cred *cred)
{
    krb5_context krb5;
    bool held;

    if (krb5_init_context(&krb5) != 0) {
        return true; /* in doubt NTLM stays out */
    }
    held = is_held(krb5, cred);
    krb5_free_context(krb5);
    return held;
}
