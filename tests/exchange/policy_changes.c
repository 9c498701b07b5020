/* SPDX-License-Identifier: ISC */
/* Protection on both sides, settings that change, FIPS mode. */
#include "mech/oid.h"
#include "tests/exchange/builtin_fault.h"
#include "tests/exchange/outcome.h"

#include <stdio.h>
#include <string.h>

/* OpenSSL has a type with the name of one of our errors. */
#define ERR_STATE OPENSSL_ERR_STATE
#include <openssl/evp.h>
#undef ERR_STATE

#define DONE     "2+1 done"
#define NO_FLAGS ((OM_uint32)0)

static struct login login;

#define REFUSED ((OM_uint32)1 << 31)

/* {min_protection of both ends, flags asked for, whether the credential forbids signing
 * that was not asked for} -> sign, seal; or refused, because a program that forbids
 * signing would not wrap its messages */
static const struct {
    const char *least;
    OM_uint32 asked;
    bool no_ci;
    OM_uint32 granted;
} protections[] = {
    {"none", 0, true, NO_FLAGS},
    {"none", SIGN_FLAGS, true, SIGN_FLAGS},
    {"none", SEAL_FLAGS, true, SEAL_FLAGS},
    {"none", SIGN_FLAGS, false, SIGN_FLAGS},
    {"none", SEAL_FLAGS, false, SEAL_FLAGS},
    {"sign", 0, false, SIGN_FLAGS},
    {"sign", 0, true, REFUSED},
    {"sign", SIGN_FLAGS, true, SIGN_FLAGS},
    {"sign", SIGN_FLAGS, false, SIGN_FLAGS},
    {"sign", SEAL_FLAGS, false, SEAL_FLAGS},
    {"seal", 0, false, SEAL_FLAGS},
    {"seal", 0, true, REFUSED},
    {"seal", SIGN_FLAGS, true, REFUSED},
    {"seal", SIGN_FLAGS, false, SEAL_FLAGS},
    {"seal", SEAL_FLAGS, true, SEAL_FLAGS},
    {"seal", SEAL_FLAGS, false, SEAL_FLAGS},
};

static void begin(enum form form, const char *settings, OM_uint32 asked)
{
    play_begin(form);
    place_settings(settings);
    login_begin(&login, form == FORM_RAW ? NTLM : SPNEGO, ALICE, ALICE_PASSWORD, asked);
}

/* Checks that the protection that the settings demand is granted, whether the program
 * asks for it or not. */
static void check_granted(enum form form, int i)
{
    char settings[64];

    (void)snprintf(settings, sizeof(settings), " min_protection = %s\n",
                   protections[i].least);
    begin(form, settings, protections[i].asked);
    if (protections[i].no_ci) {
        cred_option(&login.initiator.cred, OPTION_NO_CI_FLAGS, bytes_of(NULL, 0));
    }
    login_run(&login);
    skip_builtin_fault(&login);
    if (protections[i].granted == REFUSED) {
        ck_failed(&login.initiator, GSS_S_UNAUTHORIZED, protections[i].least);
        ck_gave_up(&login.initiator);
    } else {
        ck_major(&login.initiator, GSS_S_COMPLETE);
        ck_major(&login.acceptor, GSS_S_COMPLETE);
        ck_assert_uint_eq(login.initiator.flags & SEAL_FLAGS, protections[i].granted);
        ck_assert_uint_eq(login.acceptor.flags & SEAL_FLAGS, protections[i].granted);
    }
    login_end(&login);
}

TEST_TIMES(protection_that_is_wanted, N_FORMS)
{
    for (int i = 0; i < N(protections); i++) {
        check_granted((enum form)_i, i);
    }
}

/* The flags of the CHALLENGE in a token ([MS-NLMP] 2.2.1.2): at 20, SIGN 0x10, SEAL 0x20.
 */
static void withhold(struct buf *token, uint8_t flags)
{
    uint8_t *challenge = memmem(token->p, token->n, "NTLMSSP\0\2", 9);

    ck_assert_ptr_nonnull(challenge);
    challenge[20] &= (uint8_t)~flags;
}

/* {min_protection of the initiator, what the server withholds} */
static const struct {
    const char *least;
    uint8_t withheld;
    bool refused;
} servers[] = {
    {"none", 0x30, false}, {"sign", 0x20, false}, {"sign", 0x30, true},
    {"seal", 0x20, true},  {"seal", 0x30, true},  {"seal", 0x00, false},
};

/* Checks that a server that does not grant signing or sealing gets no response to its
 * CHALLENGE. */
static void check_server(enum form form, int i)
{
    char settings[64];
    char says[128];

    (void)snprintf(settings, sizeof(settings), " min_protection = %s\n",
                   servers[i].least);
    (void)snprintf(says, sizeof(says), "(min_protection = %s in %s:5)", servers[i].least,
                   place_path("negotiate.conf"));
    begin(form, settings, 0);
    peer_initiate(&login.initiator, bytes_of(NULL, 0));
    peer_accept(&login.acceptor, buf_bytes(&login.initiator.token));
    withhold(&login.acceptor.token, servers[i].withheld);
    peer_initiate(&login.initiator, buf_bytes(&login.acceptor.token));
    if (servers[i].refused) {
        ck_failed(&login.initiator, GSS_S_UNAUTHORIZED, says);
        ck_gave_up(&login.initiator);
    } else {
        ck_assert_uint_ne(login.initiator.token.n, 0);
    }
    login_end(&login);
}

TEST_TIMES(protection_that_is_withheld, N_FORMS)
{
    for (int i = 0; i < N(servers); i++) {
        check_server((enum form)_i, i);
    }
}

/* A login keeps the settings of its first token to its end; the next login has the new
 * settings. */
TEST_TIMES(a_login_under_way_goes_on, N_FORMS)
{
    struct play play = {.form = (enum form)_i,
                        .initiator = " ntlm = never\n",
                        .acceptor = " ntlm_accept = no\n"};

    begin(play.form, "", SEAL_FLAGS);
    peer_initiate(&login.initiator, bytes_of(NULL, 0));
    place_settings(" ntlm = never\n");
    peer_accept(&login.acceptor, buf_bytes(&login.initiator.token));
    place_settings(" ntlm = never\n ntlm_accept = no\n min_protection = nonsense\n");
    peer_initiate(&login.initiator, buf_bytes(&login.acceptor.token));
    peer_accept(&login.acceptor, buf_bytes(&login.initiator.token));
    ck_major(&login.acceptor, GSS_S_COMPLETE);
    ck_assert_str_eq(display(login.acceptor.source), ALICE);
    login_end(&login);
    ck_assert_int_eq(strncmp(play_outcome(&play), "0+0 initiator acquires: ", 24), 0);
    play.initiator = play.acceptor = NULL;
    ck_assert_str_eq(play_outcome(&play), DONE);
}

/* In FIPS mode there is no NTLM, neither with new credentials nor with old ones. */
#define FIPS                                                                             \
    "NTLM cannot be used in FIPS mode; use Kerberos"                                     \
    " (OpenSSL's default properties say fips=yes)"

static const char *fips_outcome(enum form form, enum whose whose)
{
    if (whose == CRED_GIVEN) {
        return form == FORM_SPNEGO
                   ? "0+0 initiator acquires: BAD_NAME: " NO_REALM AND_NTLM FIPS
                   : "0+0 initiator acquires: UNAUTHORIZED: " FIPS;
    }
    if (form == FORM_SPNEGO) {
        return "0+0 initiator: NO_CRED: " BUILTIN_SAYS AND_NTLM FIPS;
    }
    return form == FORM_RAW ? "0+0 initiator: UNAUTHORIZED: " FIPS
                            : "0+0 initiator: NO_CRED: " BUILTIN_SAYS;
}

TEST_TIMES(fips_mode, N_FORMS)
{
    struct play play = {.form = (enum form)_i};

    begin(play.form, "", SEAL_FLAGS);
    ck_assert_int_eq(EVP_default_properties_enable_fips(NULL, 1), 1);
    for (int whose = CRED_GIVEN; whose <= CRED_DEFAULT; whose++) {
        play.whose = (enum whose)whose;
        ck_assert_str_eq(play_outcome(&play), fips_outcome(play.form, play.whose));
    }
    login_run(&login);
    ck_failed(&login.initiator, GSS_S_UNAUTHORIZED, "FIPS mode");
    ck_assert_uint_eq(login.n_legs, 0);
    login_end(&login);
    ck_assert_int_eq(EVP_default_properties_enable_fips(NULL, 0), 1);
    play.whose = CRED_GIVEN;
    ck_assert_str_eq(play_outcome(&play), DONE);
}

/* An acceptor whose credential was acquired before accepts no NTLM. */
TEST_TIMES(fips_mode_accepting, N_FORMS)
{
    begin((enum form)_i, "", SEAL_FLAGS);
    peer_initiate(&login.initiator, bytes_of(NULL, 0));
    ck_assert_int_eq(EVP_default_properties_enable_fips(NULL, 1), 1);
    peer_accept(&login.acceptor, buf_bytes(&login.initiator.token));
    ck_failed(&login.acceptor, _i == FORM_SPNEGO ? GSS_S_NO_CRED : GSS_S_UNAUTHORIZED,
              "FIPS mode");
    ck_gave_up(&login.acceptor);
    login_end(&login);
}
