/* SPDX-License-Identifier: ISC */
/* mech/spnego/fallback: the errors that NTLM may follow, and the targets for which
 * Kerberos is not tried. */
#include "tests/lib/harness.h"

#include "asn1/negtoken.h"
#include "mech/glue.h"
#include "mech/krb5_codes.h"
#include "mech/oid.h"
#include "mech/spnego/fallback.h"
#include "mech/spnego/stand_in.h"

#include <com_err.h>
#include <errno.h>
#include <krb5.h>
#include <pthread.h>
#include <stdlib.h>

TEST(every_row_is_found)
{
    for (size_t i = 0; i < N_FALLBACK_ROWS; i++) {
        const struct fallback_row *row = &FALLBACK_ROWS[i];

        ck_assert_ptr_eq(fallback_find((OM_uint32)row->code), row);
        ck_assert_uint_gt(strlen(row->reason), 5);
    }
}

static const long unlisted[] = {
    0,
    KRB5KDC_ERR_PREAUTH_FAILED,
    KRB5KRB_AP_ERR_BAD_INTEGRITY,
    KRB5KDC_ERR_NAME_EXP,
    KRB5KDC_ERR_KEY_EXP,
    KRB5KDC_ERR_CLIENT_REVOKED,
    KRB5KDC_ERR_POLICY,
    KRB5KDC_ERR_ETYPE_NOSUPP,
    KRB5KRB_AP_ERR_MODIFIED,
    KG_KEYTAB_NOMATCH,
    G_BAD_USAGE,
    KRB5_CCACHE_BADVNO,
    KRB5_CC_FORMAT,
    KRB5_FCC_PERM,
    KRB5_KCM_NO_SERVER,
    KRB5_CONFIG_BADFORMAT,
    PROF_FAIL_INCLUDE_FILE,
    PROF_BAD_BOOLEAN,
    EACCES,
    ENOMEM,
    199999, /* numbers that the glue has not given to any stand-in */
    100000,
};

TEST_TABLE(what_is_not_listed, unlisted)
{
    ck_assert_ptr_null(fallback_find((OM_uint32)*row));
}

static OM_uint32 fail_by(gss_OID mech)
{
    gss_OID_set_desc only = {1, mech};
    gss_cred_id_t cred = GSS_C_NO_CREDENTIAL;
    OM_uint32 minor;

    ck_assert_uint_eq(gss_acquire_cred(&minor, GSS_C_NO_NAME, 0, &only, GSS_C_INITIATE,
                                       &cred, NULL, NULL),
                      GSS_S_NO_CRED);
    return minor;
}

/* The library registers its tables of sentences when it is first used. */
static void load_krb5(void)
{
    setenv("GSS_MECH_CONFIG", "/dev/null", 1);
    setenv("KRB5_CONFIG", "/nonexistent", 1);
    setenv("KRB5CCNAME", "FILE:/nonexistent", 1);
    (void)fail_by(&MECH_OID_KRB5);
}

static const struct {
    long code;
    const char *sentence;
} sentences[] = {
    {KG_CCACHE_NOMATCH, "Principal in credential cache does not match desired name"},
    {KG_KEYTAB_NOMATCH, "No principal in keytab matches desired name"},
    {KG_TGT_MISSING, "Credential cache has no TGT"},
    {KG_NO_SUBKEY, "Authenticator has no subkey"},
    {KG_CONTEXT_ESTABLISHED, "Context is already fully established"},
    {KG_BAD_SIGN_TYPE, "Unknown signature type in token"},
    {KG_BAD_LENGTH, "Invalid field length in token"},
    {KG_CTX_INCOMPLETE, "Attempt to use incomplete security context"},
    {KG_CONTEXT, "Bad magic number for krb5_gss_ctx_id_t"},
    {KG_CRED, "Bad magic number for krb5_gss_cred_id_t"},
    {KG_ENC_DESC, "Bad magic number for krb5_gss_enc_desc"},
    {KG_BAD_SEQ, "Sequence number in token is corrupt"},
    {KG_EMPTY_CCACHE, "Credential cache is empty"},
    {KG_NO_CTYPES, "Acceptor and Initiator share no checksum types"},
    {KG_LUCID_VERSION, "Requested lucid context version not supported"},
    {KG_INPUT_TOO_LONG, "PRF input too long"},
    {KG_IAKERB_CONTEXT, "Bad magic number for iakerb_ctx_id_t"},
    {G_BAD_SERVICE_NAME, "No @ in SERVICE-NAME name string"},
    {G_BAD_STRING_UID, "STRING-UID-NAME contains nondigits"},
    {G_NOUSER, "UID does not resolve to username"},
    {G_VALIDATE_FAILED, "Validation error"},
    {G_BUFFER_ALLOC, "Couldn't allocate gss_buffer_t data"},
    {G_BAD_MSG_CTX, "Message context invalid"},
    {G_WRONG_SIZE, "Buffer is the wrong size"},
    {G_BAD_USAGE, "Credential usage type is unknown"},
    {G_UNKNOWN_QOP, "Unknown quality of protection specified"},
    {G_NO_HOSTNAME, "Local host name could not be determined"},
    {G_BAD_HOSTNAME, "Hostname in SERVICE-NAME string could not be canonicalized"},
    {G_WRONG_MECH, "Mechanism is incorrect"},
    {G_BAD_TOK_HEADER, "Token header is malformed or corrupt"},
    {G_BAD_DIRECTION, "Packet was replayed in wrong direction"},
    {G_TOK_TRUNC, "Token is missing data"},
    {G_REFLECT, "Token was reflected"},
    {G_WRONG_TOKID, "Received token ID does not match expected token ID"},
    {G_CRED_USAGE_MISMATCH,
     "The given credential's usage does not match the requested usage"},
    {G_STORE_ACCEPTOR_CRED_NOSUPP,
     "Storing of acceptor credentials is not supported by the mechanism"},
    {G_STORE_NON_DEFAULT_CRED_NOSUPP,
     "Storing of non-default credentials is not supported by the mechanism"},
    {PROF_FAIL_INCLUDE_FILE, "Included profile file could not be read"},
};

/* The numbers that no installed header defines are those of the installed library. */
TEST_TABLE(what_the_mechanisms_own_codes_say, sentences)
{
    load_krb5();
    ck_assert_str_eq(error_message(row->code), row->sentence);
}

/* Another mechanism uses the number first, so krb5 gets a number of the glue; and this
 * thread's sentence is longer than the code's own. */
TEST(a_stand_in)
{
    gss_OID_desc iakerb = {6, (void *)(uintptr_t) "\x2b\x06\x01\x05\x02\x05"};
    const struct fallback_row *row;
    OM_uint32 minor;

    setenv("GSS_MECH_CONFIG", "/dev/null", 1);
    setenv("KRB5_CONFIG", "/nonexistent", 1);
    setenv("KRB5CCNAME", "FILE:/nonexistent", 1);
    ck_assert_uint_eq(fail_by(&iakerb), (OM_uint32)KRB5_CC_NOTFOUND);
    minor = fail_by(&MECH_OID_KRB5);
    ck_assert_uint_ge(minor, 100000);
    ck_assert_uint_lt(minor, 200000);
    row = fallback_find(minor);
    ck_assert_ptr_nonnull(row);
    ck_assert_int_eq(row->code, KRB5_CC_NOTFOUND);
}

/* No other code has the sentence of a row, or that of a replay: so a stand-in with this
 * sentence means that code. */
TEST_TIMES(no_row_shares_its_sentence, (int)N_FALLBACK_ROWS + 1)
{
    static const struct code_range ranges[] = CODE_RANGES;
    const long code =
        _i < (int)N_FALLBACK_ROWS ? FALLBACK_ROWS[_i].code : KRB5KRB_AP_ERR_REPEAT;

    load_krb5();
    for (size_t i = 0; i < N(ranges); i++) {
        for (long other = ranges[i].first; other <= ranges[i].last; other++) {
            ck_assert_int_eq(stand_in_means(bytes_str(error_message(code)), other),
                             other == code);
        }
    }
}

/* krb5 frees its message for a thread when the thread ends. */
static void *fail_by_krb5(void *arg)
{
    (void)fail_by(&MECH_OID_KRB5);
    return arg;
}

/* A number that no mechanism has used has no stand-in; the mechglue knows which numbers
 * were used. */
TEST(what_a_stand_in_may_mean)
{
    pthread_t thread;

    setenv("GSS_MECH_CONFIG", "/dev/null", 1);
    setenv("KRB5_CONFIG", "/nonexistent", 1);
    setenv("KRB5CCNAME", "FILE:/nonexistent", 1);
    ck_assert_int_eq(pthread_create(&thread, NULL, fail_by_krb5, NULL), 0);
    ck_assert_int_eq(pthread_join(thread, NULL), 0);
    ck_assert(stand_in_may_mean(KRB5_CC_NOTFOUND));
    ck_assert(!stand_in_may_mean(KRB5KRB_AP_ERR_REPEAT));
    ck_assert(fallback_after_token(GSS_S_FAILURE, 199999));
}

static const struct {
    OM_uint32 minor;
    bool is_one;
} numbers[] = {
    {0, false},        {EINVAL, false},
    {99999, false},    {100001, true},
    {200001, true},    {0xffffff, true},
    {39756032, false}, {(OM_uint32)KRB5KRB_AP_ERR_REPEAT, false},
};

TEST_TABLE(what_is_a_stand_in, numbers)
{
    ck_assert_int_eq(stand_in_is(row->minor), row->is_one);
}

/* For Kerberos the code decides, whatever the major is; for other mechanisms the major
 * decides. */
TEST(what_another_mechanism_follows)
{
    static const uint8_t unknown[] = {0x2a, 0x03, 0x05};
    struct bytes other = bytes_of(unknown, sizeof(unknown));
    struct bytes iakerb = bytes_of(MECH_OID_IAKERB.elements, MECH_OID_IAKERB.length);
    OM_uint32 listed = (OM_uint32)KRB5_CC_NOTFOUND;
    OM_uint32 wrong = (OM_uint32)KRB5KDC_ERR_PREAUTH_FAILED;

    ck_assert(fallback_follows(OID_KRB5, GSS_S_FAILURE, listed));
    ck_assert(fallback_follows(iakerb, GSS_S_FAILURE, listed));
    ck_assert(!fallback_follows(OID_KRB5, GSS_S_NO_CRED, wrong));
    ck_assert(!fallback_follows(iakerb, GSS_S_NO_CRED, wrong));
    ck_assert(fallback_follows(other, GSS_S_NO_CRED, 5));
    ck_assert(fallback_follows(other, GSS_S_BAD_NAME, 5));
    ck_assert(fallback_follows(other, GSS_S_BAD_NAMETYPE, 0));
    ck_assert(fallback_follows(other, GSS_S_UNAVAILABLE, 0));
    ck_assert(!fallback_follows(other, GSS_S_FAILURE, listed));
    ck_assert(!fallback_follows(other, GSS_S_DEFECTIVE_CREDENTIAL, 5));
    ck_assert(!fallback_follows(other, GSS_S_UNAUTHORIZED, 5));
}

enum type { SERVICE, USER, PRINCIPAL, ANONYMOUS };

static gss_OID oid_of(enum type type)
{
    switch (type) {
    case SERVICE:
        return GSS_C_NT_HOSTBASED_SERVICE;
    case USER:
        return GSS_C_NT_USER_NAME;
    case PRINCIPAL:
        return (gss_OID)(uintptr_t)GSS_KRB5_NT_PRINCIPAL_NAME;
    default:
        return GSS_C_NT_ANONYMOUS;
    }
}

/* {target, user} -> whether Kerberos is tried; a user NULL: the default one. */
static const struct {
    enum type type;
    const char *target;
    const char *user;
    bool applies;
    bool is_address; /* with address_targets = kerberos this is no obstacle */
} requests[] = {
    {SERVICE, "http@server", NULL, true, false},
    {SERVICE, "http@server", "alice", true, false},
    {SERVICE, "http@server", "alice@AD", true, false},
    {SERVICE, "http@server", "AD\\alice", false, false},
    {SERVICE, "http@server", "alice\\@ad.example", true, false},
    {SERVICE, "http@server", "alice\\@ad.example@AD", true, false},
    {SERVICE, "http@server", "\\alice@ad.example", false, false},
    {SERVICE, "http@server", "AD\\alice\\@ad.example", false, false},
    {SERVICE, "http@192.0.2.1", NULL, false, true},
    {SERVICE, "http@192.0.2.1", "AD\\alice", false, false},
    {SERVICE, "http@[2001:db8::1]", NULL, false, true},
    {SERVICE, "http@0xc0.0.513", NULL, false, true},
    {SERVICE, "http@[::ffff:192.0.2.1]:80", NULL, false, true},
    {SERVICE, "http/3221225985", NULL, false, true},
    {SERVICE, "http/server", NULL, true, false},
    {SERVICE, "http@", NULL, true, false}, /* the local host's */
    {SERVICE, "http", NULL, true, false},
    {PRINCIPAL, "http/server@REALM", NULL, true, false},
    {PRINCIPAL, "http/192.0.2.1", NULL, false, true},
    {PRINCIPAL, "http/2001:db8::1@REALM", NULL, false, true},
    {PRINCIPAL, "service/1@REALM", NULL, true,
     false}, /* 1 is an instance, and not the address 0.0.0.1 */
    {USER, "http/192.0.2.1", NULL, false, true},
    {USER, "service/1", NULL, true, false},
    {USER, "alice", NULL, true, false},
    {USER, "12345", NULL, true, false},
    {ANONYMOUS, "x", NULL, false, false},
};

TEST_TABLE(where_kerberos_applies, requests)
{
    const struct settings by_default = {.address_targets = SETTINGS_ADDRESS_NTLM};
    const struct settings tries_address = {.address_targets = SETTINGS_ADDRESS_KERBEROS};
    struct mech_cred cred = {.usage = GSS_C_INITIATE};
    struct mechanism_request request = {.cred = &cred};
    struct mech_name *target;

    ck_ok(name_import(bytes_str(row->target), oid_of(row->type), &target));
    if (row->user != NULL) {
        ck_ok(name_import(bytes_str(row->user), GSS_C_NT_USER_NAME, &cred.name));
    }
    request.target = target;
    ck_assert(
        !fallback_krb5_applies(NULL, &request)); /* NULL: the settings cannot be read */
    target->glue = (gss_name_t)&cred;
    ck_assert(fallback_krb5_applies(NULL, &request) == row->applies);
    ck_assert(fallback_krb5_applies(&by_default, &request) == row->applies);
    ck_assert(fallback_krb5_applies(&tries_address, &request) ==
              (row->applies || row->is_address));
    target->glue = GSS_C_NO_NAME;
    name_free(target);
    name_free(cred.name);
}

TEST(an_anonymous_user)
{
    struct mech_cred cred = {.usage = GSS_C_INITIATE};
    struct mech_name target = {.kind = NAME_FOREIGN, .glue = (gss_name_t)&cred};
    struct mechanism_request request = {.cred = &cred, .target = &target};

    ck_assert(fallback_krb5_applies(NULL, &request));
    ck_ok(name_new_anonymous(&cred.name));
    ck_assert(!fallback_krb5_applies(NULL, &request));
    name_free(cred.name);
}

TEST(without_a_target)
{
    struct mechanism_request request = {0};

    ck_assert(!fallback_krb5_applies(NULL, &request));
}

/* A replayed token and bindings of another channel are attacks: no other mechanism may
 * follow. */
TEST(what_is_final)
{
    const OM_uint32 repeated = (OM_uint32)KRB5KRB_AP_ERR_REPEAT;

    ck_assert(!fallback_after_token(GSS_S_FAILURE, repeated));
    ck_assert(!fallback_after_token(GSS_S_FAILURE | GSS_S_DUPLICATE_TOKEN, repeated));
    ck_assert(!fallback_after_token(GSS_S_BAD_BINDINGS, 0));
    ck_assert(!fallback_after_token(GSS_S_BAD_BINDINGS | GSS_S_DUPLICATE_TOKEN, 1));
    ck_assert(fallback_after_token(GSS_S_FAILURE, (OM_uint32)KRB5KRB_AP_ERR_MODIFIED));
    ck_assert(fallback_after_token(GSS_S_FAILURE, (OM_uint32)KRB5_KT_NOTFOUND));
    ck_assert(fallback_after_token(GSS_S_NO_CRED, 0));
}
