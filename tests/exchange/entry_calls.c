/* SPDX-License-Identifier: ISC */
/* One call for each entry of the module, made so that it fails. */
#include "tests/exchange/entry_calls.h"

#include "mech/oid.h"

#include <string.h>
#include <unistd.h>

static gss_OID_desc odd_oid = {3, (void *)(uintptr_t) "\x2a\x03\x04"};
static gss_buffer_desc junk = {4, (void *)(uintptr_t) "junk"};

/* DIRECT: the module's own function, called with a minor and these arguments. */
#define DIRECT(name, ...)                                                                \
    static OM_uint32 direct_##name(void *entry, struct given *g, OM_uint32 *minor)       \
    {                                                                                    \
        __typeof__(gss_##name) *function;                                                \
                                                                                         \
        (void)g;                                                                         \
        memcpy(&function, &entry, sizeof(function));                                     \
        return function(minor, __VA_ARGS__);                                             \
    }

DIRECT(acquire_cred, NULL, 0, NULL, GSS_C_INITIATE, NULL, NULL, NULL)
DIRECT(compare_name, NULL, NULL, &(int){0})
DIRECT(display_name, NULL, &(gss_buffer_desc){0}, NULL)
DIRECT(display_status, 1, GSS_C_MECH_CODE, NULL, &(OM_uint32){0}, NULL)
DIRECT(duplicate_name, NULL, &(gss_name_t){NULL})
DIRECT(export_cred, NULL, &(gss_buffer_desc){0})
DIRECT(export_name, NULL, &(gss_buffer_desc){0})
DIRECT(import_cred, &junk, &(gss_cred_id_t){NULL})
DIRECT(import_name, NULL, NULL, &(gss_name_t){NULL})
DIRECT(import_sec_context, NULL, &(gss_ctx_id_t){NULL})
DIRECT(indicate_mechs, NULL)
DIRECT(inquire_name, NULL, NULL, NULL, NULL)
DIRECT(inquire_names_for_mech, g->mech, NULL)
DIRECT(inquire_saslname_for_mech, SPNEGO, NULL, NULL, NULL)
DIRECT(release_cred, NULL)
DIRECT(release_name, NULL)
DIRECT(store_cred, NULL, GSS_C_INITIATE, NULL, 0, 0, NULL, NULL)
DIRECT(store_cred_into, NULL, GSS_C_INITIATE, NULL, 0, 0, NULL, NULL, NULL)

static void unconfigure(void)
{
    ck_assert_int_eq(unlink(place_users_path()), 0);
}

static OM_uint32 direct_inquire_cred(void *entry, struct given *g, OM_uint32 *minor)
{
    __typeof__(gss_inquire_cred) *function;

    (void)g;
    unconfigure();
    memcpy(&function, &entry, sizeof(function));
    return function(minor, GSS_C_NO_CREDENTIAL, NULL, NULL, NULL, NULL);
}

/* The mechglue's context as mglueP.h defines it. */
struct union_context {
    struct union_context *loopback;
    gss_OID mech;
    gss_ctx_id_t internal;
};

static OM_uint32 direct_export_sec_context(void *entry, struct given *g, OM_uint32 *minor)
{
    struct union_context *context = (struct union_context *)g->half.initiator.context;
    __typeof__(gss_export_sec_context) *function;
    gss_buffer_desc out = GSS_C_EMPTY_BUFFER;

    memcpy(&function, &entry, sizeof(function));
    return function(minor, &context->internal, &out);
}

static OM_uint32 failed_context(struct given *g, OM_uint32 *minor)
{
    (void)context_call("init_sec_context", minor, &g->half.initiator);
    return gss_inquire_context(minor, g->half.initiator.context, NULL, NULL, NULL, NULL,
                               NULL, NULL, NULL);
}

/* Appends the mechglue's token of a mechanism's object (lengths are big-endian u32); that
 * of a context has no second length. */
static void append_token(struct buf *out, gss_OID mech, bool is_cred)
{
    buf_append_u32be(out, mech->length);
    buf_append(out, bytes_of(mech->elements, mech->length));
    if (is_cred) {
        buf_append_u32be(out, (uint32_t)junk.length);
    }
    buf_append(out, bytes_of(junk.value, junk.length));
    ck_ok(buf_status(out));
}

static OM_uint32 import_junk_context(struct given *g, OM_uint32 *minor)
{
    BUF_AUTO token = BUF_INIT;
    gss_ctx_id_t context = GSS_C_NO_CONTEXT;

    append_token(&token, g->mech, false);
    gss_buffer_desc buffer = buffer_of(buf_bytes(&token));
    return gss_import_sec_context(minor, &buffer, &context);
}

static OM_uint32 import_junk_cred(struct given *g, OM_uint32 *minor)
{
    BUF_AUTO token = BUF_INIT;
    gss_cred_id_t cred = GSS_C_NO_CREDENTIAL;

    append_token(&token, g->mech, true);
    gss_buffer_desc buffer = buffer_of(buf_bytes(&token));
    return gss_import_cred(minor, &buffer, &cred);
}

static OM_uint32 acquire_by_odd_key(struct given *g, OM_uint32 *minor)
{
    const struct store store = {1, {{"ntlmssp_passwd", "x"}}};
    gss_cred_id_t cred = GSS_C_NO_CREDENTIAL;

    return cred_from_store(g->mech, NULL, GSS_C_INITIATE, &store, &cred, minor);
}

static OM_uint32 acquire_unreadable(struct given *g, OM_uint32 *minor)
{
    gss_cred_id_t cred = GSS_C_NO_CREDENTIAL;

    return cred_with_password(g->mech, "\xff", "x", &cred, minor);
}

static OM_uint32 impersonate(struct given *g, OM_uint32 *minor)
{
    gss_OID_set_desc only = {1, g->mech};
    gss_cred_id_t cred = GSS_C_NO_CREDENTIAL;

    return gss_acquire_cred_impersonate_name(minor, g->login.initiator.cred, g->plain, 0,
                                             &only, GSS_C_INITIATE, &cred, NULL, NULL);
}

static OM_uint32 inquire_no_cred(struct given *g, OM_uint32 *minor)
{
    unconfigure();
    return gss_inquire_cred_by_mech(minor, GSS_C_NO_CREDENTIAL, g->mech, NULL, NULL, NULL,
                                    NULL);
}

static OM_uint32 inquire_cred_property(struct given *g, OM_uint32 *minor)
{
    gss_buffer_set_t set = GSS_C_NO_BUFFER_SET;

    return gss_inquire_cred_by_oid(minor, g->login.initiator.cred, &odd_oid, &set);
}

static OM_uint32 set_short_option(struct given *g, OM_uint32 *minor)
{
    gss_OID_desc option = {(OM_uint32)OPTION_NEG_FLAGS.n,
                           (void *)(uintptr_t)OPTION_NEG_FLAGS.p};
    gss_buffer_desc value = {1, (void *)(uintptr_t) "x"};

    return gss_set_cred_option(minor, &g->login.initiator.cred, &option, &value);
}

static OM_uint32 set_odd_option(struct given *g, OM_uint32 *minor)
{
    return gss_set_cred_option(minor, &g->login.initiator.cred, &odd_oid, &junk);
}

static OM_uint32 set_no_mechs(struct given *g, OM_uint32 *minor)
{
    return gss_set_neg_mechs(minor, g->login.initiator.cred, GSS_C_NO_OID_SET);
}

static OM_uint32 invoke_odd(struct given *g, OM_uint32 *minor)
{
    return gssspi_mech_invoke(minor, g->mech, &odd_oid, &junk);
}

/* Makes a name of a type that no mechanism knows. */
static OM_uint32 canonicalize_odd(struct given *g, OM_uint32 *minor)
{
    gss_name_t odd = name_of("name", &odd_oid);
    gss_name_t name = GSS_C_NO_NAME;
    OM_uint32 unused;
    OM_uint32 major = gss_canonicalize_name(minor, odd, g->mech, &name);

    (void)gss_release_name(&unused, &odd);
    return major;
}

static OM_uint32 direct_import_name_by_mech(void *entry, struct given *g,
                                            OM_uint32 *minor)
{
    OM_uint32 (*function)(OM_uint32 *, gss_OID, gss_buffer_t, gss_OID, gss_name_t *);
    gss_name_t name = GSS_C_NO_NAME;

    memcpy(&function, &entry, sizeof(function));
    return function(minor, g->mech, NULL, GSS_C_NO_OID, &name);
}

static OM_uint32 localname_of_user(struct given *g, OM_uint32 *minor)
{
    gss_buffer_desc local = GSS_C_EMPTY_BUFFER;

    return gss_localname(minor, g->login.acceptor.source, g->mech, &local);
}

/* NAME_CALL: a call on the name of a user who logged in, or on an imported one. */
#define NAME_CALL(name, ...)                                                             \
    static OM_uint32 name##_of(gss_name_t n, OM_uint32 *minor)                           \
    {                                                                                    \
        return gss_##name(minor, n, __VA_ARGS__);                                        \
    }                                                                                    \
    static OM_uint32 name##_of_user(struct given *g, OM_uint32 *minor)                   \
    {                                                                                    \
        return name##_of(g->login.acceptor.source, minor);                               \
    }                                                                                    \
    static OM_uint32 name##_of_plain(struct given *g, OM_uint32 *minor)                  \
    {                                                                                    \
        return name##_of(g->plain, minor);                                               \
    }

NAME_CALL(get_name_attribute, &junk, &(int){0}, &(int){0}, NULL, NULL, &(int){0})
NAME_CALL(set_name_attribute, 1, &junk, &junk)
NAME_CALL(delete_name_attribute, &junk)
NAME_CALL(export_name_composite, &(gss_buffer_desc){0})
NAME_CALL(map_name_to_any, 1, &junk, &(gss_any_t){NULL})
NAME_CALL(release_any_name_mapping, &junk, &(gss_any_t){NULL})

static OM_uint32 display_name_ext_of_user(struct given *g, OM_uint32 *minor)
{
    gss_buffer_desc out = GSS_C_EMPTY_BUFFER;

    return gss_display_name_ext(minor, g->login.acceptor.source, GSS_C_NT_USER_NAME,
                                &out);
}

static OM_uint32 localname_of_plain(struct given *g, OM_uint32 *minor)
{
    gss_buffer_desc local = GSS_C_EMPTY_BUFFER;

    return gss_localname(minor, g->plain, g->mech, &local);
}

static OM_uint32 export_half(struct given *g, OM_uint32 *minor)
{
    return context_call("export_sec_context", minor, &g->half.initiator);
}

static OM_uint32 derive(struct given *g, OM_uint32 *minor)
{
    return context_call("pseudo_random", minor, &g->login.initiator);
}

static OM_uint32 display_nowhere(struct given *g, OM_uint32 *minor)
{
    return gss_display_status(minor, 1, GSS_C_MECH_CODE, g->mech, &(OM_uint32){0}, NULL);
}

static OM_uint32 inquire_names_nowhere(struct given *g, OM_uint32 *minor)
{
    return gss_inquire_names_for_mech(minor, g->mech, NULL);
}

#define BY_CONTEXT(name)                                                                 \
    {"gss_" #name, #name, NULL, NULL, NULL},                                             \
    {                                                                                    \
        "gssi_" #name, #name, NULL, NULL, NULL                                           \
    }
#define BY_DIRECT(name)                                                                  \
    {"gss_" #name, NULL, NULL, direct_##name, NULL},                                     \
    {                                                                                    \
        "gssi_" #name, NULL, NULL, direct_##name, NULL                                   \
    }
#define BY_GLUE(entry, run)                                                              \
    {                                                                                    \
        entry, NULL, run, NULL, NULL                                                     \
    }
#define NONE(entry, reason)                                                              \
    {                                                                                    \
        entry, NULL, NULL, NULL, reason                                                  \
    }

const struct entry_row entry_rows[] = {
    BY_CONTEXT(get_mic),
    BY_CONTEXT(verify_mic),
    BY_CONTEXT(wrap),
    BY_CONTEXT(unwrap),
    BY_CONTEXT(wrap_size_limit),
    BY_CONTEXT(wrap_aead),
    BY_CONTEXT(unwrap_aead),
    BY_CONTEXT(wrap_iov),
    BY_CONTEXT(wrap_iov_length),
    BY_CONTEXT(unwrap_iov),
    BY_CONTEXT(get_mic_iov),
    BY_CONTEXT(get_mic_iov_length),
    BY_CONTEXT(verify_mic_iov),
    BY_CONTEXT(context_time),
    BY_CONTEXT(process_context_token),
    BY_CONTEXT(inquire_sec_context_by_oid),
    BY_CONTEXT(set_sec_context_option),
    BY_CONTEXT(init_sec_context),
    BY_CONTEXT(accept_sec_context),
    {"gssi_pseudo_random", "pseudo_random", NULL, NULL, NULL},
    {"gssi_complete_auth_token", "complete_auth_token", NULL, NULL, NULL},
    BY_GLUE("gss_inquire_context", failed_context),
    BY_GLUE("gssi_inquire_context", failed_context),
    BY_DIRECT(export_sec_context),
    BY_GLUE("gss_import_sec_context", import_junk_context),
    {"gssi_import_sec_context", NULL, NULL, direct_import_sec_context, NULL},
    BY_GLUE("gssi_import_sec_context_by_mech", import_junk_context),
    NONE("gss_delete_sec_context", "it only frees"),
    NONE("gssi_delete_sec_context", "it only frees"),
    BY_DIRECT(acquire_cred), /* the mechglue calls acquire_cred_from */
    BY_GLUE("gss_acquire_cred_from", acquire_by_odd_key),
    BY_GLUE("gssi_acquire_cred_from", acquire_by_odd_key),
    BY_GLUE("gssspi_acquire_cred_with_password", acquire_unreadable),
    BY_GLUE("gssi_acquire_cred_with_password", acquire_unreadable),
    BY_GLUE("gssi_acquire_cred_impersonate_name", impersonate),
    BY_DIRECT(inquire_cred), /* the mechglue asks Kerberos for the default */
    BY_GLUE("gss_inquire_cred_by_mech", inquire_no_cred),
    BY_GLUE("gssi_inquire_cred_by_oid", inquire_cred_property),
    BY_DIRECT(export_cred),
    BY_DIRECT(import_cred), /* the mechglue calls import_cred_by_mech */
    BY_GLUE("gssspi_import_cred_by_mech", import_junk_cred),
    BY_GLUE("gssi_import_cred_by_mech", import_junk_cred),
    BY_GLUE("gssspi_set_cred_option", set_short_option),
    BY_GLUE("gssi_set_cred_option", set_short_option),
    BY_GLUE("gssi_set_neg_mechs", set_no_mechs),
    BY_GLUE("gssspi_mech_invoke", invoke_odd),
    BY_DIRECT(release_cred),
    BY_DIRECT(store_cred),
    BY_DIRECT(store_cred_into),
    BY_DIRECT(import_name), /* the mechglue calls import_name_by_mech */
    BY_GLUE("gssspi_import_name_by_mech", canonicalize_odd),
    {"gssi_import_name_by_mech", NULL, NULL, direct_import_name_by_mech, NULL},
    BY_DIRECT(display_name),
    BY_DIRECT(compare_name),
    BY_DIRECT(duplicate_name),
    BY_DIRECT(export_name),
    BY_DIRECT(inquire_name),
    BY_DIRECT(release_name),
    BY_GLUE("gss_localname", localname_of_user),
    BY_GLUE("gssi_localname", localname_of_user),
    BY_GLUE("gssi_display_name_ext", display_name_ext_of_user),
    BY_GLUE("gss_get_name_attribute", get_name_attribute_of_user),
    BY_GLUE("gssi_get_name_attribute", get_name_attribute_of_user),
    BY_GLUE("gssi_set_name_attribute", set_name_attribute_of_user),
    BY_GLUE("gssi_delete_name_attribute", delete_name_attribute_of_user),
    BY_GLUE("gssi_export_name_composite", export_name_composite_of_user),
    BY_GLUE("gssi_map_name_to_any", map_name_to_any_of_user),
    BY_GLUE("gssi_release_any_name_mapping", release_any_name_mapping_of_user),
    BY_DIRECT(display_status),
    BY_DIRECT(inquire_names_for_mech),
    {"gss_indicate_mechs", NULL, NULL, direct_indicate_mechs, NULL},
    {"gss_inquire_saslname_for_mech", NULL, NULL, direct_inquire_saslname_for_mech, NULL},
    NONE("gss_inquire_mech_for_saslname", "the mechglue has no sentence for its minor"),
    NONE("gss_inquire_attrs_for_mech", "all its arguments may be missing"),
    NONE("gssi_inquire_attrs_for_mech", "all its arguments may be missing"),
    NONE("gss_internal_release_oid", "an OID of others is no failure"),
    NONE("gssi_internal_release_oid", "an OID of others is no failure"),
    NONE("gss_mech_interposer", "it returns a set, which may be empty"),
};
const size_t n_entry_rows = sizeof(entry_rows) / sizeof(entry_rows[0]);

#define NO_ENTRY      "NTLM exports no such entry"
#define BUILTINS_NAME "the name is the built-in SPNEGO's, and so is the answer"
#define FROM_NTLM(call, run)                                                             \
    {                                                                                    \
        &NTLM, call, run, NO_ENTRY                                                       \
    }

const struct glue_row glue_rows[] = {
    FROM_NTLM("set_name_attribute", set_name_attribute_of_user),
    FROM_NTLM("delete_name_attribute", delete_name_attribute_of_user),
    FROM_NTLM("export_name_composite", export_name_composite_of_user),
    FROM_NTLM("map_name_to_any", map_name_to_any_of_user),
    FROM_NTLM("release_any_name_mapping", release_any_name_mapping_of_user),
    FROM_NTLM("acquire_cred_impersonate_name", impersonate),
    FROM_NTLM("inquire_cred_by_oid", inquire_cred_property),
    FROM_NTLM("set_neg_mechs", set_no_mechs),
    FROM_NTLM("pseudo_random", derive),
    {&SPNEGO, "localname", localname_of_plain, BUILTINS_NAME},
    {&SPNEGO, "get_name_attribute", get_name_attribute_of_plain, BUILTINS_NAME},
    {&SPNEGO, "set_name_attribute", set_name_attribute_of_plain, BUILTINS_NAME},
    {&SPNEGO, "delete_name_attribute", delete_name_attribute_of_plain, BUILTINS_NAME},
    {&SPNEGO, "export_name_composite", export_name_composite_of_plain, BUILTINS_NAME},
    {&SPNEGO, "map_name_to_any", map_name_to_any_of_plain, BUILTINS_NAME},
    {&SPNEGO, "release_any_name_mapping", release_any_name_mapping_of_plain,
     BUILTINS_NAME},
    {&SPNEGO, "inquire_cred_by_mech", inquire_no_cred, "as with the built-in SPNEGO"},
    {&SPNEGO, "mech_invoke", invoke_odd, "as with the built-in SPNEGO"},
    {&NTLM, "set_cred_option", set_odd_option, "it drops the minor of UNAVAILABLE"},
    {&SPNEGO, "set_cred_option", set_odd_option, "it drops the minor of UNAVAILABLE"},
    {&NTLM, "export_sec_context", export_half, "its clean-up clears the minor"},
    {&SPNEGO, "export_sec_context", export_half, "its clean-up clears the minor"},
    {&NTLM, "display_status", display_nowhere, "it checks the arguments"},
    {&SPNEGO, "display_status", display_nowhere, "it checks the arguments"},
    {&NTLM, "inquire_names_for_mech", inquire_names_nowhere, "it checks the arguments"},
    {&SPNEGO, "inquire_names_for_mech", inquire_names_nowhere, "it checks the arguments"},
};
const size_t n_glue_rows = sizeof(glue_rows) / sizeof(glue_rows[0]);
