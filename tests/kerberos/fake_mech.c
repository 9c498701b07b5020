/* SPDX-License-Identifier: ISC */
/* The common parts of the tests' own mechanisms: names, credentials, and contexts without
 * contents. */
#include "tests/kerberos/fake_mech.h"

#include <stdlib.h>
#include <string.h>

#define LIFE_S    1000
#define TOKEN_LEN 13
#define LACK      7 /* the minor of every failure */

/* Whether the environment says that this is missing: "credential", "key", "target". */
static bool lacks(const char *what)
{
    const char *said = getenv("SOMEBODY_LACKS");
    return said != NULL && strcmp(said, what) == 0;
}

static OM_uint32 well(OM_uint32 *minor)
{
    *minor = 0;
    return GSS_S_COMPLETE;
}

static OM_uint32 ill(OM_uint32 *minor, OM_uint32 major)
{
    *minor = LACK;
    return major;
}

/* Makes an object without contents: one byte of the heap, so that leaks and uses after a
 * free are found. */
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

OM_uint32 fake_mech_output(gss_buffer_t out, const char *text, size_t len)
{
    out->value = malloc(len + 1);
    if (out->value == NULL) {
        return GSS_S_FAILURE;
    }
    memcpy(out->value, text, len);
    out->length = len;
    return GSS_S_COMPLETE;
}

/* Makes a token in the frame of RFC 2743 3.1; word has five letters. */
static OM_uint32 give_token(gss_buffer_t out, const char *word)
{
    char token[TOKEN_LEN + 1] = "\x60\x0b\x06\x04";
    memcpy(token + 4, fake_mech_oid.elements, 4);
    memcpy(token + 8, word, 5);
    return fake_mech_output(out, token, TOKEN_LEN);
}

static bool is_token(gss_buffer_t in, const char *word)
{
    return in->length == TOKEN_LEN && memcmp((char *)in->value + 8, word, 5) == 0;
}

EXPORT OM_uint32 gss_display_status(OM_uint32 *minor, OM_uint32 value, int type,
                                    gss_OID mech, OM_uint32 *more, gss_buffer_t text)
{
    (void)mech, (void)type;
    *minor = 0;
    *more = 0;
    return value == LACK ? fake_mech_output(text, "something is lacking", 20)
                         : fake_mech_output(text, "nothing is lacking", 18);
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
    if (lacks("credential")) {
        return ill(minor, GSS_S_NO_CRED);
    }
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
    return fake_mech_output(text, "somebody", 8);
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
    if (lacks("key") || lacks("target")) {
        return ill(minor, lacks("key") ? GSS_S_FAILURE : GSS_S_BAD_NAME);
    }
    if (actual != NULL) {
        *actual = (gss_OID)&fake_mech_oid;
    }
    if (flags != NULL) {
        *flags = asked & fake_mech_flags;
    }
    if (out_life != NULL) {
        *out_life = LIFE_S;
    }
    if (*ctx == GSS_C_NO_CONTEXT) {
        *ctx = something();
    }
    if (in == GSS_C_NO_BUFFER || in->length == 0) {
        bool waits = (asked & GSS_C_MUTUAL_FLAG) != 0;
        return give_token(out, waits ? "hello" : "alone") |
               (waits ? GSS_S_CONTINUE_NEEDED : GSS_S_COMPLETE);
    }
    return is_token(in, "there") ? GSS_S_COMPLETE : GSS_S_DEFECTIVE_TOKEN;
}

/* Needs no credential; the flags show whether there was one. */
EXPORT OM_uint32 gss_accept_sec_context(OM_uint32 *minor, gss_ctx_id_t *ctx,
                                        gss_cred_id_t cred, gss_buffer_t in,
                                        gss_channel_bindings_t bindings,
                                        gss_name_t *source, gss_OID *mech,
                                        gss_buffer_t out, OM_uint32 *flags,
                                        OM_uint32 *life, gss_cred_id_t *delegated)
{
    bool answers = is_token(in, "hello");
    (void)bindings;
    *minor = 0;
    if (!answers && !is_token(in, "alone")) {
        return GSS_S_DEFECTIVE_TOKEN;
    }
    if (*ctx == GSS_C_NO_CONTEXT) {
        *ctx = something();
    }
    if (source != NULL) {
        *source = something();
    }
    if (mech != NULL) {
        *mech = (gss_OID)&fake_mech_oid;
    }
    if (flags != NULL) {
        *flags = (answers ? fake_mech_flags
                          : fake_mech_flags & ~(OM_uint32)GSS_C_MUTUAL_FLAG) |
                 (cred != GSS_C_NO_CREDENTIAL ? GSS_C_IDENTIFY_FLAG : 0);
    }
    if (life != NULL) {
        *life = LIFE_S;
    }
    if (delegated != NULL) {
        *delegated = GSS_C_NO_CREDENTIAL;
    }
    return answers ? give_token(out, "there") : GSS_S_COMPLETE;
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
            *numbers[i] = i == 0 ? LIFE_S : fake_mech_flags;
        }
        if (truths[i] != NULL) {
            *truths[i] = 1;
        }
    }
    if (mech != NULL) {
        *mech = (gss_OID)&fake_mech_oid;
    }
    return well(minor);
}
