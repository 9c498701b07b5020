/* SPDX-License-Identifier: ISC */
/*
 * A mechanism that does nothing, at the OIDs of NTLM and of SPNEGO: what a login or a
 * message costs with it is the cost of the mechglue itself. Its contexts take the same
 * calls as a login with NTLM, raw or in SPNEGO with both MICs. For a mech file:
 *
 *   null_ntlm 1.3.6.1.4.1.311.2.2.10 PATH
 *   null_spnego 1.3.6.1.4.1.32473.1 PATH <interposer>
 */
#include <gssapi/gssapi.h>
#include <gssapi/gssapi_ext.h>

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#define EXPORT        __attribute__((visibility("default")))

#define MIC_LEN       16
#define NTLM_TOKENS   3
#define SPNEGO_TOKENS 4

/* The head of each token: what the mechglue looks at. */
static const char ntlm_token[] = "NTLMSSP";
static const char spnego_token[] = "\x60\x08\x06\x06\x2b\x06\x01\x05\x05\x02";

#define ALIAS(name, other) EXPORT __typeof__(other) name __attribute__((alias(#other)));
/* The mechglue calls gss_NAME for NTLM, and gssi_NAME for SPNEGO. */
#define BOTH(name) ALIAS(gssi_##name, gss_##name)

/* Functions that no header declares. */
EXPORT __typeof__(gss_init_sec_context) gssi_init_sec_context;
EXPORT __typeof__(gss_accept_sec_context) gssi_accept_sec_context;
EXPORT __typeof__(gss_acquire_cred_with_password) gssi_acquire_cred_with_password;
EXPORT gss_OID_set gss_mech_interposer(gss_OID mech);

static char object; /* stands for every name and credential */

/* Who sends a token: the initiator the odd ones, the acceptor the even ones. */
struct context {
    int next; /* the number of this side's next token */
    int n_tokens;
};

static OM_uint32 done(OM_uint32 *minor)
{
    *minor = 0;
    return GSS_S_COMPLETE;
}

/* Gives n bytes from p, followed by `more` bytes of anything. */
static OM_uint32 copy(OM_uint32 *minor, const void *p, size_t n, size_t more,
                      gss_buffer_t out)
{
    *minor = 0;
    out->value = malloc(n + more);
    if (out->value == NULL) {
        return GSS_S_FAILURE;
    }
    memcpy(out->value, p, n);
    out->length = n + more;
    return GSS_S_COMPLETE;
}

/* ---- contexts ---- */

static OM_uint32 step(OM_uint32 *minor, gss_ctx_id_t *ctx, int first, bool is_spnego,
                      gss_buffer_t out)
{
    struct context *c = (struct context *)*ctx;
    OM_uint32 major;

    *minor = 0;
    *out = (gss_buffer_desc)GSS_C_EMPTY_BUFFER;
    if (c == NULL) {
        c = malloc(sizeof(*c));
        if (c == NULL) {
            return GSS_S_FAILURE;
        }
        *c = (struct context){first, is_spnego ? SPNEGO_TOKENS : NTLM_TOKENS};
        *ctx = (gss_ctx_id_t)c;
    }
    if (c->next > c->n_tokens) {
        return GSS_S_COMPLETE;
    }
    major = is_spnego ? copy(minor, spnego_token, sizeof(spnego_token) - 1, 0, out)
                      : copy(minor, ntlm_token, sizeof(ntlm_token), 0, out);
    c->next += 2;
    return major == GSS_S_COMPLETE && c->next - 1 <= c->n_tokens ? GSS_S_CONTINUE_NEEDED
                                                                 : major;
}

#define INIT_PARAMETERS                                                                  \
    OM_uint32 *minor, gss_cred_id_t cred, gss_ctx_id_t *ctx, gss_name_t target,          \
        gss_OID mech, OM_uint32 asked, OM_uint32 life, gss_channel_bindings_t bindings,  \
        gss_buffer_t in, gss_OID *actual, gss_buffer_t out, OM_uint32 *flags,            \
        OM_uint32 *out_life
#define ACCEPT_PARAMETERS                                                                \
    OM_uint32 *minor, gss_ctx_id_t *ctx, gss_cred_id_t cred, gss_buffer_t in,            \
        gss_channel_bindings_t bindings, gss_name_t *source, gss_OID *mech,              \
        gss_buffer_t out, OM_uint32 *flags, OM_uint32 *life, gss_cred_id_t *delegated

EXPORT OM_uint32 gss_init_sec_context(INIT_PARAMETERS)
{
    return step(minor, ctx, 1, false, out);
}

EXPORT OM_uint32 gssi_init_sec_context(INIT_PARAMETERS)
{
    return step(minor, ctx, 1, true, out);
}

EXPORT OM_uint32 gss_accept_sec_context(ACCEPT_PARAMETERS)
{
    return step(minor, ctx, 2, false, out);
}

EXPORT OM_uint32 gssi_accept_sec_context(ACCEPT_PARAMETERS)
{
    return step(minor, ctx, 2, true, out);
}

EXPORT OM_uint32 gss_delete_sec_context(OM_uint32 *minor, gss_ctx_id_t *ctx,
                                        gss_buffer_t out)
{
    free(*ctx);
    *ctx = GSS_C_NO_CONTEXT;
    return done(minor);
}
BOTH(delete_sec_context)

/* ---- messages ---- */

EXPORT OM_uint32 gss_wrap(OM_uint32 *minor, gss_ctx_id_t ctx, int conf, gss_qop_t qop,
                          gss_buffer_t in, int *has_conf, gss_buffer_t out)
{
    if (has_conf != NULL) {
        *has_conf = 1;
    }
    return copy(minor, in->value, in->length, MIC_LEN, out);
}
BOTH(wrap)

EXPORT OM_uint32 gss_unwrap(OM_uint32 *minor, gss_ctx_id_t ctx, gss_buffer_t in,
                            gss_buffer_t out, int *has_conf, gss_qop_t *qop)
{
    if (has_conf != NULL) {
        *has_conf = 1;
    }
    return copy(minor, in->value, in->length - MIC_LEN, 0, out);
}
BOTH(unwrap)

EXPORT OM_uint32 gss_get_mic(OM_uint32 *minor, gss_ctx_id_t ctx, gss_qop_t qop,
                             gss_buffer_t message, gss_buffer_t mic)
{
    static const char zeros[MIC_LEN];

    return copy(minor, zeros, sizeof(zeros), 0, mic);
}
BOTH(get_mic)

EXPORT OM_uint32 gss_verify_mic(OM_uint32 *minor, gss_ctx_id_t ctx, gss_buffer_t message,
                                gss_buffer_t mic, gss_qop_t *qop)
{
    return done(minor);
}
BOTH(verify_mic)

/* ---- names and credentials ---- */

EXPORT OM_uint32 gss_import_name(OM_uint32 *minor, gss_buffer_t text, gss_OID type,
                                 gss_name_t *out)
{
    *out = (gss_name_t)&object;
    return done(minor);
}
BOTH(import_name)

EXPORT OM_uint32 gss_display_name(OM_uint32 *minor, gss_name_t name, gss_buffer_t text,
                                  gss_OID *type)
{
    if (type != NULL) {
        *type = GSS_C_NT_USER_NAME;
    }
    return copy(minor, "nobody", 6, 0, text);
}
BOTH(display_name)

EXPORT OM_uint32 gss_release_name(OM_uint32 *minor, gss_name_t *name)
{
    *name = GSS_C_NO_NAME;
    return done(minor);
}
BOTH(release_name)

static OM_uint32 acquire(OM_uint32 *minor, gss_cred_id_t *cred, gss_OID_set *mechs,
                         OM_uint32 *life)
{
    *cred = (gss_cred_id_t)&object;
    if (mechs != NULL) {
        *mechs = GSS_C_NO_OID_SET;
    }
    if (life != NULL) {
        *life = GSS_C_INDEFINITE;
    }
    return done(minor);
}

EXPORT OM_uint32 gss_acquire_cred(OM_uint32 *minor, gss_name_t name, OM_uint32 life,
                                  gss_OID_set mechs, gss_cred_usage_t usage,
                                  gss_cred_id_t *cred, gss_OID_set *actual,
                                  OM_uint32 *out_life)
{
    return acquire(minor, cred, actual, out_life);
}
BOTH(acquire_cred)

EXPORT OM_uint32 gssi_acquire_cred_with_password(OM_uint32 *minor, gss_name_t name,
                                                 gss_buffer_t password, OM_uint32 life,
                                                 gss_OID_set mechs,
                                                 gss_cred_usage_t usage,
                                                 gss_cred_id_t *cred, gss_OID_set *actual,
                                                 OM_uint32 *out_life)
{
    return acquire(minor, cred, actual, out_life);
}
ALIAS(gssspi_acquire_cred_with_password, gssi_acquire_cred_with_password)

EXPORT OM_uint32 gss_release_cred(OM_uint32 *minor, gss_cred_id_t *cred)
{
    *cred = GSS_C_NO_CREDENTIAL;
    return done(minor);
}
BOTH(release_cred)

/* ---- the mechanism ---- */

EXPORT OM_uint32 gss_inquire_attrs_for_mech(OM_uint32 *minor, gss_const_OID mech,
                                            gss_OID_set *attrs, gss_OID_set *known)
{
    if (attrs != NULL) {
        (void)gss_create_empty_oid_set(minor, attrs);
        (void)gss_add_oid_set_member(minor, (gss_OID)GSS_C_MA_MECH_NEGO, attrs);
    }
    if (known != NULL) {
        *known = GSS_C_NO_OID_SET;
    }
    return done(minor);
}
BOTH(inquire_attrs_for_mech)

EXPORT gss_OID_set gss_mech_interposer(gss_OID mech)
{
    static gss_OID_desc spnego = {6, (void *)"\x2b\x06\x01\x05\x05\x02"};
    OM_uint32 minor;
    gss_OID_set set = GSS_C_NO_OID_SET;

    (void)gss_create_empty_oid_set(&minor, &set);
    (void)gss_add_oid_set_member(&minor, &spnego, &set);
    return set;
}
