/* SPDX-License-Identifier: ISC */
/* Records what a test's calls of the GSS-API returned and sent. */
#include "tests/kerberos/record.h"

#include "base/text.h"
#include "mech/oid.h"
#include "tests/kerberos/sequence.h"

#include <stdio.h>

static gss_cred_id_t delegated_last = GSS_C_NO_CREDENTIAL;

/* The linker's names (--wrap): a call of gss_x comes to __wrap_gss_x, and __real_gss_x is
 * gss_x. */
OM_uint32 __real_gss_display_status(OM_uint32 *minor, OM_uint32 code, int type,
                                    gss_OID mech, OM_uint32 *more, gss_buffer_t text);
OM_uint32 __real_gss_init_sec_context(OM_uint32 *minor, gss_cred_id_t cred,
                                      gss_ctx_id_t *context, gss_name_t target,
                                      gss_OID mech, OM_uint32 flags, OM_uint32 time_req,
                                      gss_channel_bindings_t bindings, gss_buffer_t in,
                                      gss_OID *actual_mech, gss_buffer_t out,
                                      OM_uint32 *ret_flags, OM_uint32 *time_rec);
OM_uint32 __real_gss_accept_sec_context(OM_uint32 *minor, gss_ctx_id_t *context,
                                        gss_cred_id_t cred, gss_buffer_t in,
                                        gss_channel_bindings_t bindings,
                                        gss_name_t *source, gss_OID *mech,
                                        gss_buffer_t out, OM_uint32 *ret_flags,
                                        OM_uint32 *time_rec, gss_cred_id_t *delegated);
OM_uint32 __wrap_gss_display_status(OM_uint32 *minor, OM_uint32 code, int type,
                                    gss_OID mech, OM_uint32 *more, gss_buffer_t text);
OM_uint32 __wrap_gss_init_sec_context(OM_uint32 *minor, gss_cred_id_t cred,
                                      gss_ctx_id_t *context, gss_name_t target,
                                      gss_OID mech, OM_uint32 flags, OM_uint32 time_req,
                                      gss_channel_bindings_t bindings, gss_buffer_t in,
                                      gss_OID *actual_mech, gss_buffer_t out,
                                      OM_uint32 *ret_flags, OM_uint32 *time_rec);
OM_uint32 __wrap_gss_accept_sec_context(OM_uint32 *minor, gss_ctx_id_t *context,
                                        gss_cred_id_t cred, gss_buffer_t in,
                                        gss_channel_bindings_t bindings,
                                        gss_name_t *source, gss_OID *mech,
                                        gss_buffer_t out, OM_uint32 *ret_flags,
                                        OM_uint32 *time_rec, gss_cred_id_t *delegated);

void record_text(const char *file, const char *text)
{
    BUF_AUTO path = BUF_INIT;
    FILE *out;

    buf_printf(&path, "%s/%s", lab_path("LAB_OUT"), file);
    out = fopen(buf_cstr(&path), "ae");
    ck_assert_ptr_nonnull(out);
    ck_assert_int_ge(fprintf(out, "%s\n", text), 0);
    ck_assert_int_eq(fclose(out), 0);
}

static void record_hex(const char *file, const char *before, struct bytes data)
{
    BUF_AUTO line = BUF_INIT;

    buf_append_text(&line, before);
    text_hex(&line, data);
    record_text(file, buf_cstr(&line));
}

void record_secret(const char *kind, struct bytes secret)
{
    BUF_AUTO before = BUF_INIT;

    ck_assert_msg(secret.n >= 8, "%s: %zu bytes", kind, secret.n);
    buf_printf(&before, "%s:", kind);
    record_hex("secrets", buf_cstr(&before), secret);
}

gss_cred_id_t record_take_delegated(void)
{
    gss_cred_id_t taken = delegated_last;

    delegated_last = GSS_C_NO_CREDENTIAL;
    return taken;
}

OM_uint32 __wrap_gss_display_status(OM_uint32 *minor, OM_uint32 code, int type,
                                    gss_OID mech, OM_uint32 *more, gss_buffer_t text)
{
    BUF_AUTO said = BUF_INIT;
    OM_uint32 major = __real_gss_display_status(minor, code, type, mech, more, text);

    if (major == GSS_S_COMPLETE) {
        buf_append(&said, bytes_of(text->value, text->length));
        record_text("statuses", buf_cstr(&said));
    }
    return major;
}

static void ask(OM_uint32 code, int type, gss_OID mech)
{
    OM_uint32 more = 0;
    OM_uint32 major;
    OM_uint32 unused;

    do {
        gss_buffer_desc text = GSS_C_EMPTY_BUFFER;

        major = __wrap_gss_display_status(&unused, code, type, mech, &more, &text);
        (void)gss_release_buffer(&unused, &text);
    } while (major == GSS_S_COMPLETE && more != 0);
}

/* Records the sentences that the program gets, and those that other mechanisms give. */
static void record_leg(const char *who, OM_uint32 major, OM_uint32 minor,
                       const gss_buffer_desc *out)
{
    gss_OID mechs[] = {SPNEGO, NTLM, KRB5, GSS_C_NO_OID};

    if (out->length > 0) {
        record_hex("tokens", who, bytes_of(out->value, out->length));
    }
    if (!GSS_ERROR(major)) {
        return;
    }
    ask(major, GSS_C_GSS_CODE, GSS_C_NO_OID);
    for (size_t i = 0; i < N(mechs); i++) {
        ask(minor, GSS_C_MECH_CODE, mechs[i]);
    }
}

OM_uint32 __wrap_gss_init_sec_context(OM_uint32 *minor, gss_cred_id_t cred,
                                      gss_ctx_id_t *context, gss_name_t target,
                                      gss_OID mech, OM_uint32 flags, OM_uint32 time_req,
                                      gss_channel_bindings_t bindings, gss_buffer_t in,
                                      gss_OID *actual_mech, gss_buffer_t out,
                                      OM_uint32 *ret_flags, OM_uint32 *time_rec)
{
    OM_uint32 major =
        __real_gss_init_sec_context(minor, cred, context, target, mech, flags, time_req,
                                    bindings, in, actual_mech, out, ret_flags, time_rec);

    record_leg("I ", major, *minor, out);
    return major;
}

OM_uint32 __wrap_gss_accept_sec_context(OM_uint32 *minor, gss_ctx_id_t *context,
                                        gss_cred_id_t cred, gss_buffer_t in,
                                        gss_channel_bindings_t bindings,
                                        gss_name_t *source, gss_OID *mech,
                                        gss_buffer_t out, OM_uint32 *ret_flags,
                                        OM_uint32 *time_rec, gss_cred_id_t *delegated)
{
    OM_uint32 major =
        __real_gss_accept_sec_context(minor, context, cred, in, bindings, source, mech,
                                      out, ret_flags, time_rec, &delegated_last);

    *delegated = GSS_C_NO_CREDENTIAL;
    record_leg("A ", major, *minor, out);
    return major;
}
