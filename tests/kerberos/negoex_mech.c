/* SPDX-License-Identifier: ISC */
/* A mechanism that is negotiated by NegoEx and not by SPNEGO itself: anybody is
 * "somebody", one token each way, always the same key. It shows whether NegoEx goes
 * through a SPNEGO unharmed, and nothing else; it protects no messages. */
#include <gssapi/gssapi.h>
#include <gssapi/gssapi_ext.h>

#include <stdlib.h>
#include <string.h>

#define EXPORT  __attribute__((visibility("default")))
#define LIFE_S  1000
#define ENCTYPE "\x12\0\0\0" /* aes256-cts-hmac-sha1-96, little-endian */

static gss_OID_desc own_oid = {4, (void *)"\x2a\x03\x04\x06"};
static const char question[] = "\x60\x0b\x06\x04\x2a\x03\x04\x06hello";
static const char answer[] = "\x60\x0b\x06\x04\x2a\x03\x04\x06there";
static const char key[] = "a key of thirty-two bytes, fixed";

static OM_uint32 well(OM_uint32 *minor)
{
    *minor = 0;
    return GSS_S_COMPLETE;
}

/* Objects without contents: a byte of the heap, so that leaks and reuse show. */
static void *something(void)
{
    return calloc(1, 1);
}

static OM_uint32 forget(OM_uint32 *minor, void **object)
{
    free(*object);
    *object = NULL;
    return well(minor);
}

static OM_uint32 give(gss_buffer_t out, const char *text, size_t len)
{
    out->value = malloc(len + 1);
    if (out->value == NULL) {
        return GSS_S_FAILURE;
    }
    memcpy(out->value, text, len);
    out->length = len;
    return GSS_S_COMPLETE;
}

EXPORT OM_uint32 gss_inquire_attrs_for_mech(OM_uint32 *minor, gss_const_OID mech,
                                            gss_OID_set *attrs, gss_OID_set *known)
{
    (void)mech;
    if (attrs != NULL) {
        gss_create_empty_oid_set(minor, attrs);
        gss_add_oid_set_member(minor, (gss_OID)GSS_C_MA_ITOK_FRAMED, attrs);
    }
    if (known != NULL) {
        *known = GSS_C_NO_OID_SET;
    }
    return well(minor);
}

EXPORT OM_uint32 gss_acquire_cred(OM_uint32 *minor, gss_name_t name, OM_uint32 life,
                                  gss_OID_set mechs, gss_cred_usage_t usage,
                                  gss_cred_id_t *out_cred, gss_OID_set *actual,
                                  OM_uint32 *out_life)
{
    (void)name, (void)life, (void)mechs, (void)usage;
    *out_cred = something();
    if (actual != NULL) {
        *actual = GSS_C_NO_OID_SET;
    }
    if (out_life != NULL) {
        *out_life = LIFE_S;
    }
    return well(minor);
}

EXPORT OM_uint32 gss_inquire_cred(OM_uint32 *minor, gss_cred_id_t cred, gss_name_t *name,
                                  OM_uint32 *life, gss_cred_usage_t *usage,
                                  gss_OID_set *mechs)
{
    (void)cred;
    if (name != NULL) {
        *name = something();
    }
    if (life != NULL) {
        *life = LIFE_S;
    }
    if (usage != NULL) {
        *usage = GSS_C_BOTH;
    }
    if (mechs != NULL) {
        *mechs = GSS_C_NO_OID_SET;
    }
    return well(minor);
}

EXPORT OM_uint32 gss_release_cred(OM_uint32 *minor, gss_cred_id_t *cred)
{
    return forget(minor, (void **)cred);
}

EXPORT OM_uint32 gss_import_name(OM_uint32 *minor, gss_buffer_t text, gss_OID type,
                                 gss_name_t *out_name)
{
    (void)text, (void)type;
    *out_name = something();
    return well(minor);
}

EXPORT OM_uint32 gss_display_name(OM_uint32 *minor, gss_name_t name, gss_buffer_t text,
                                  gss_OID *type)
{
    (void)name;
    if (type != NULL) {
        *type = GSS_C_NT_USER_NAME;
    }
    *minor = 0;
    return give(text, "somebody", 8);
}

EXPORT OM_uint32 gss_release_name(OM_uint32 *minor, gss_name_t *name)
{
    return forget(minor, (void **)name);
}

EXPORT OM_uint32 gss_init_sec_context(OM_uint32 *minor, gss_cred_id_t cred,
                                      gss_ctx_id_t *ctx, gss_name_t target, gss_OID mech,
                                      OM_uint32 asked, OM_uint32 life,
                                      gss_channel_bindings_t bindings, gss_buffer_t in,
                                      gss_OID *actual, gss_buffer_t out, OM_uint32 *flags,
                                      OM_uint32 *out_life)
{
    (void)cred, (void)target, (void)mech, (void)life, (void)bindings;
    *minor = 0;
    if (actual != NULL) {
        *actual = &own_oid;
    }
    if (flags != NULL) {
        *flags = asked & GSS_C_MUTUAL_FLAG;
    }
    if (out_life != NULL) {
        *out_life = LIFE_S;
    }
    if (*ctx == GSS_C_NO_CONTEXT) {
        *ctx = something();
    }
    if (in == GSS_C_NO_BUFFER || in->length == 0) {
        return give(out, question, sizeof(question) - 1) | GSS_S_CONTINUE_NEEDED;
    }
    return in->length == sizeof(answer) - 1 ? GSS_S_COMPLETE : GSS_S_DEFECTIVE_TOKEN;
}

/* A credential is not needed; with one, the flags tell so. */
EXPORT OM_uint32 gss_accept_sec_context(OM_uint32 *minor, gss_ctx_id_t *ctx,
                                        gss_cred_id_t cred, gss_buffer_t in,
                                        gss_channel_bindings_t bindings,
                                        gss_name_t *source, gss_OID *mech,
                                        gss_buffer_t out, OM_uint32 *flags,
                                        OM_uint32 *life, gss_cred_id_t *delegated)
{
    (void)bindings, (void)in;
    *minor = 0;
    if (*ctx == GSS_C_NO_CONTEXT) {
        *ctx = something();
    }
    if (source != NULL) {
        *source = something();
    }
    if (mech != NULL) {
        *mech = &own_oid;
    }
    if (flags != NULL) {
        *flags =
            GSS_C_MUTUAL_FLAG | (cred != GSS_C_NO_CREDENTIAL ? GSS_C_IDENTIFY_FLAG : 0);
    }
    if (life != NULL) {
        *life = LIFE_S;
    }
    if (delegated != NULL) {
        *delegated = GSS_C_NO_CREDENTIAL;
    }
    return give(out, answer, sizeof(answer) - 1);
}

EXPORT OM_uint32 gss_delete_sec_context(OM_uint32 *minor, gss_ctx_id_t *ctx,
                                        gss_buffer_t out)
{
    if (out != GSS_C_NO_BUFFER) {
        *out = (gss_buffer_desc)GSS_C_EMPTY_BUFFER;
    }
    return forget(minor, (void **)ctx);
}

EXPORT OM_uint32 gss_inquire_context(OM_uint32 *minor, gss_ctx_id_t ctx,
                                     gss_name_t *source, gss_name_t *target,
                                     OM_uint32 *life, gss_OID *mech, OM_uint32 *flags,
                                     int *local, int *open)
{
    gss_name_t *names[] = {source, target};
    OM_uint32 *numbers[] = {life, flags};
    int *truths[] = {local, open};
    (void)ctx;
    for (int i = 0; i < 2; i++) {
        if (names[i] != NULL) {
            *names[i] = something();
        }
        if (numbers[i] != NULL) {
            *numbers[i] = i == 0 ? LIFE_S : GSS_C_MUTUAL_FLAG;
        }
        if (truths[i] != NULL) {
            *truths[i] = 1;
        }
    }
    if (mech != NULL) {
        *mech = &own_oid;
    }
    return well(minor);
}

EXPORT OM_uint32 gss_inquire_sec_context_by_oid(OM_uint32 *minor, gss_ctx_id_t ctx,
                                                gss_OID asked, gss_buffer_set_t *out)
{
    gss_buffer_desc parts[] = {{sizeof(key) - 1, (void *)key}, {4, (void *)ENCTYPE}};
    gss_OID known[] = {GSS_C_INQ_NEGOEX_KEY, GSS_C_INQ_NEGOEX_VERIFY_KEY};
    (void)ctx;
    *minor = 0;
    for (int i = 0; i < 2; i++) {
        if (asked->length == known[i]->length &&
            memcmp(asked->elements, known[i]->elements, asked->length) == 0) {
            gss_add_buffer_set_member(minor, &parts[0], out);
            return gss_add_buffer_set_member(minor, &parts[1], out);
        }
    }
    return GSS_S_UNAVAILABLE;
}

EXPORT OM_uint32 gssspi_query_meta_data(OM_uint32 *minor, gss_const_OID mech,
                                        gss_cred_id_t cred, gss_ctx_id_t *ctx,
                                        const gss_name_t target, OM_uint32 flags,
                                        gss_buffer_t out)
{
    (void)mech, (void)cred, (void)ctx, (void)target, (void)flags;
    *minor = 0;
    return give(out, "meta", 4);
}

EXPORT OM_uint32 gssspi_exchange_meta_data(OM_uint32 *minor, gss_const_OID mech,
                                           gss_cred_id_t cred, gss_ctx_id_t *ctx,
                                           const gss_name_t target, OM_uint32 flags,
                                           gss_const_buffer_t in)
{
    (void)mech, (void)cred, (void)ctx, (void)target, (void)flags;
    *minor = 0;
    return in->length == 4 ? GSS_S_COMPLETE : GSS_S_FAILURE;
}

EXPORT OM_uint32 gssspi_query_mechanism_info(OM_uint32 *minor, gss_const_OID mech,
                                             unsigned char scheme[16])
{
    (void)mech;
    memcpy(scheme, "a scheme of ours", 16);
    return well(minor);
}
