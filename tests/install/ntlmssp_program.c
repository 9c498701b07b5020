/* SPDX-License-Identifier: ISC */
/*
 * A program as it was written for the header of gss-ntlmssp, in what C and C++ share.
 * header_test.py replaces the name of the header, compiles the program, and runs it:
 * ntlmssp_program TRACE. It begins a login with all private options, keys and flags.
 */
#include <gssapi/gssapi_ntlmssp.h>

#include <stdint.h>
#include <stdio.h>
#include <string.h>

#define OID(name)                                                                        \
    {                                                                                    \
        name##_LENGTH, (void *)name##_STRING                                             \
    }

static gss_OID_desc ntlm = OID(GSS_NTLMSSP_OID);
static gss_OID_desc set_seq_num = OID(GSS_NTLMSSP_SET_SEQ_NUM_OID);
static gss_OID_desc require_mic = OID(GSS_SPNEGO_REQUIRE_MIC_OID);
static gss_OID_desc reset_crypto = OID(GSS_NTLMSSP_RESET_CRYPTO_OID);
static gss_OID_desc debug = OID(GSS_NTLMSSP_DEBUG_OID);
static gss_OID_desc neg_flags = OID(GSS_NTLMSSP_NEG_FLAGS_OID);
static const char base[] = GSS_NTLMSSP_BASE_OID_STRING;

static int failures;

static void expect(const char *call, int is_right, OM_uint32 major)
{
    if (!is_right) {
        printf("%s: %#x\n", call, (unsigned)major);
        failures++;
    }
}

static gss_name_t name_of(const char *text, gss_OID type)
{
    gss_buffer_desc buffer = {strlen(text), (void *)text};
    gss_name_t name = GSS_C_NO_NAME;
    OM_uint32 minor;
    OM_uint32 major = gss_import_name(&minor, &buffer, type, &name);

    expect("gss_import_name", major == GSS_S_COMPLETE, major);
    return name;
}

/* Acquires a credential from these keys; the last one may be refused. */
static gss_cred_id_t acquire(const char *secret_key, const char *secret)
{
    gss_key_value_element_desc keys[] = {{GSS_NTLMSSP_CS_DOMAIN, "DEMO"},
                                         {secret_key, secret}};
    gss_key_value_set_desc store = {2, keys};
    gss_OID_set_desc only = {1, &ntlm};
    gss_name_t user = name_of("alice", GSS_C_NT_USER_NAME);
    gss_cred_id_t cred = GSS_C_NO_CREDENTIAL;
    OM_uint32 minor;
    OM_uint32 major = gss_acquire_cred_from(&minor, user, 0, &only, GSS_C_INITIATE,
                                            &store, &cred, NULL, NULL);

    expect(secret_key, major == GSS_S_COMPLETE, major);
    (void)gss_release_name(&minor, &user);
    return cred;
}

static void acquire_by_each_key(const char *credential_file)
{
    gss_cred_id_t cred = acquire(GSS_NTLMSSP_CS_PASSWORD, "correct horse");
    OM_uint32 minor;

    (void)gss_release_cred(&minor, &cred);
    cred = acquire(GSS_NTLMSSP_CS_KEYFILE, credential_file);
    (void)gss_release_cred(&minor, &cred);
}

/* Sets an option of a context: its state is not yet right for .1, and .3 has no effect.
 */
static void set_options(gss_ctx_id_t *context)
{
    uint32_t zero = 0;
    gss_buffer_desc value = {sizeof(zero), &zero};
    gss_buffer_set_t is_required = GSS_C_NO_BUFFER_SET;
    OM_uint32 minor;
    OM_uint32 major = gss_set_sec_context_option(&minor, context, &set_seq_num, &value);

    expect("set sequence", major == GSS_S_NO_CONTEXT, major);
    major = gss_set_sec_context_option(&minor, context, &reset_crypto, &value);
    expect("reset crypto", major == GSS_S_COMPLETE, major);
    major = gss_inquire_sec_context_by_oid(&minor, *context, &require_mic, &is_required);
    expect("require MIC", major == GSS_S_COMPLETE && is_required->count == 1, major);
    (void)gss_release_buffer_set(&minor, &is_required);
}

static void begin_login(gss_cred_id_t cred)
{
    gss_name_t target = name_of("http@server", GSS_C_NT_HOSTBASED_SERVICE);
    gss_ctx_id_t context = GSS_C_NO_CONTEXT;
    gss_buffer_desc token = GSS_C_EMPTY_BUFFER;
    OM_uint32 minor;
    OM_uint32 major = gss_init_sec_context(&minor, cred, &context, target, &ntlm,
                                           GSS_C_DATAGRAM_FLAG | GSS_C_INTEG_FLAG, 0,
                                           NULL, NULL, NULL, &token, NULL, NULL);

    expect("gss_init_sec_context", major == GSS_S_CONTINUE_NEEDED, major);
    set_options(&context);
    (void)gss_release_buffer(&minor, &token);
    (void)gss_delete_sec_context(&minor, &context, GSS_C_NO_BUFFER);
    (void)gss_release_name(&minor, &target);
}

int main(int argc, char **argv)
{
    uint32_t flags = 0xffffffff;
    gss_buffer_desc mask = {sizeof(flags), &flags};
    gss_buffer_desc trace = {argc == 3 ? strlen(argv[1]) : 0, argv[1]};
    OM_uint32 minor;
    OM_uint32 major = gssspi_mech_invoke(&minor, &ntlm, &debug, &trace);

    expect("debug", argc == 3 && major == GSS_S_COMPLETE, major);
    expect("base", sizeof(base) == GSS_NTLMSSP_BASE_OID_LENGTH + 1, 0);
    acquire_by_each_key(argv[2]);
    gss_cred_id_t cred =
        acquire(GSS_NTLMSSP_CS_NTHASH, "0123456789abcdef0123456789abcdef");
    major = gss_set_cred_option(&minor, &cred, &neg_flags, &mask);
    expect("negotiate flags", major == GSS_S_COMPLETE, major);
    begin_login(cred);
    (void)gss_release_cred(&minor, &cred);
    return failures == 0 ? 0 : 1;
}
