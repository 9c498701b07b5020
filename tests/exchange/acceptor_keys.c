/* SPDX-License-Identifier: ISC */
/* When an acceptor of SPNEGO reads its keytab: never for a client without Kerberos, at
 * each login that needs it by default, and once for a credential that was acquired. */
#include "tests/exchange/handmade.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/inotify.h>
#include <unistd.h>

static const char *const NTLM_ALONE = "300c 060a 2b06010401823702020a";
static const char *const KERBEROS_FIRST =
    "3017 0609 2a864886f712010202 060a 2b06010401823702020a";

/* Writes one key of service s in realm R; gives its path. */
static const char *write_keytab(const char *name)
{
    struct bytes keytab =
        hex("0502 00000025 0001 0001 52 0001 73 00000001 00000000 01 0011 0010"
            "00112233445566778899aabbccddeeff");
    FILE *f = fopen(place_path(name), "wb");

    ck_assert_ptr_nonnull(f);
    ck_assert_uint_eq(fwrite(keytab.p, 1, keytab.n, f), keytab.n);
    ck_assert_int_eq(fclose(f), 0);
    return place_path(name);
}

/* Checks which mechanisms the acceptor's hints name. */
static void ck_hints(gss_cred_id_t cred, const char *wanted)
{
    struct peer acceptor = {.mech = SPNEGO, .cred = cred, .shared = true};

    peer_accept(&acceptor, bytes_of("", 0));
    ck_major(&acceptor, GSS_S_CONTINUE_NEEDED);
    ck_bytes(read_init(&acceptor.token).mech_types_der, hex(wanted));
    peer_cleanup(&acceptor);
}

static void begin(void)
{
    place_begin(LINES_BOTH, "");
    (void)unlink(place_path("keytab")); /* of the test before */
    setenv("KRB5_KTNAME", place_path("keytab"), 1);
}

TEST(the_default_credential_reads_the_keytab_at_each_login)
{
    begin();
    ck_hints(GSS_C_NO_CREDENTIAL, NTLM_ALONE);
    ck_hints(GSS_C_NO_CREDENTIAL, NTLM_ALONE);
    (void)write_keytab("keytab");
    ck_hints(GSS_C_NO_CREDENTIAL, KERBEROS_FIRST);
    ck_assert_int_eq(unlink(place_path("keytab")), 0);
    ck_hints(GSS_C_NO_CREDENTIAL, NTLM_ALONE);
    setenv("KRB5_KTNAME", write_keytab("another"), 1);
    ck_hints(GSS_C_NO_CREDENTIAL, KERBEROS_FIRST);
    setenv("KRB5_KTNAME", place_path("keytab"), 1);
    ck_hints(GSS_C_NO_CREDENTIAL, NTLM_ALONE);
    ck_complete(krb5_gss_register_acceptor_identity(place_path("another")));
    ck_hints(GSS_C_NO_CREDENTIAL, KERBEROS_FIRST);
}

TEST(the_default_keytab_is_that_of_krb5_conf)
{
    BUF_AUTO conf = BUF_INIT;

    begin();
    unsetenv("KRB5_KTNAME");
    setenv("KRB5_CONFIG",
           write_file("first.conf",
                      "[libdefaults]\n"
                      " default_keytab_name = /nonexistent\n",
                      0644),
           1);
    ck_hints(GSS_C_NO_CREDENTIAL, NTLM_ALONE);
    buf_printf(&conf, "[libdefaults]\n default_keytab_name = %s\n",
               write_keytab("keytab"));
    (void)write_file("first.conf", buf_cstr(&conf), 0644);
    ck_hints(GSS_C_NO_CREDENTIAL, KERBEROS_FIRST);
}

TEST(an_acquired_credential_has_the_keys_of_its_acquisition)
{
    gss_cred_id_t without;
    gss_cred_id_t with;
    OM_uint32 minor;

    begin();
    without = cred_acceptor(SPNEGO);
    ck_hints(without, NTLM_ALONE);
    (void)write_keytab("keytab");
    ck_hints(without, NTLM_ALONE);
    with = cred_acceptor(SPNEGO);
    ck_hints(with, KERBEROS_FIRST);
    (void)gss_release_cred(&minor, &without);
    (void)gss_release_cred(&minor, &with);
}

/* A client that names Kerberos alone; its token is not one. */
static OM_uint32 accept_kerberos(gss_cred_id_t cred)
{
    struct peer acceptor = {.mech = SPNEGO, .cred = cred, .shared = true};
    struct bytes krb5 = OID_KRB5;
    BUF_AUTO list = BUF_INIT;
    BUF_AUTO token = BUF_INIT;
    OM_uint32 major;

    list_of(&list, &krb5, 1);
    write_init(&token, buf_bytes(&list), bytes_str("no ticket"));
    peer_accept(&acceptor, buf_bytes(&token));
    major = acceptor.major;
    peer_cleanup(&acceptor);
    return major;
}

/* The built-in SPNEGO, which serves such a client, has no later key either. */
TEST(an_acquired_credential_takes_no_later_key)
{
    gss_cred_id_t cred;
    gss_cred_id_t unused; /* before the key comes */
    OM_uint32 minor;

    begin();
    cred = cred_acceptor(SPNEGO);
    unused = cred_acceptor(SPNEGO);
    ck_assert_uint_eq(accept_kerberos(cred), GSS_S_BAD_MECH);
    ck_assert_uint_eq(accept_kerberos(GSS_C_NO_CREDENTIAL), GSS_S_NO_CRED);
    (void)write_keytab("keytab");
    ck_assert_uint_eq(accept_kerberos(cred), GSS_S_BAD_MECH);
    ck_assert_uint_eq(accept_kerberos(unused), GSS_S_BAD_MECH);
    ck_assert_uint_ne(accept_kerberos(GSS_C_NO_CREDENTIAL), GSS_S_NO_CRED);
    (void)gss_release_cred(&minor, &cred);
    (void)gss_release_cred(&minor, &unused);
}

/* Whether the keytab was opened since the last call. */
static bool was_opened(int watch)
{
    char events[4096];

    return read(watch, events, sizeof(events)) > 0;
}

TEST_TIMES(the_keytab_is_read_only_if_a_client_names_kerberos, 2)
{
    bool is_acquired = _i == 1;
    gss_cred_id_t cred = GSS_C_NO_CREDENTIAL;
    OM_uint32 minor;
    struct login l;
    int watch;

    begin();
    (void)write_file("keytab", "", 0600);
    watch = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
    ck_assert_int_ge(watch, 0);
    ck_assert_int_ge(inotify_add_watch(watch, place_path("keytab"), IN_OPEN), 0);
    if (is_acquired) {
        cred = cred_acceptor(SPNEGO);
        ck_assert(was_opened(watch));
    }
    login_begin(&l, SPNEGO, ALICE, ALICE_PASSWORD, SIGN_FLAGS);
    (void)gss_release_cred(&minor, &l.acceptor.cred);
    l.acceptor.cred = cred;
    l.acceptor.shared = true;
    (void)was_opened(watch); /* by login_begin */
    login_run(&l);
    ck_assert(login_is_done(&l));
    login_end(&l);
    ck_assert(!was_opened(watch));
    ck_hints(is_acquired ? cred : GSS_C_NO_CREDENTIAL, NTLM_ALONE);
    ck_assert(was_opened(watch) == !is_acquired);
    (void)gss_release_cred(&minor, &cred);
    (void)close(watch);
}
