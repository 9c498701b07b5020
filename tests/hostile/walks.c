/* SPDX-License-Identifier: ISC */
/* A program that tries every mechanism of the library with every server, as OpenSSH does
 * (ssh_gssapi_client in its gss-genr.c): it must not send NTLM to an arbitrary server
 * that way. */
#include "mech/oid.h"
#include "tests/exchange/outcome.h"

#include <stdio.h>
#include <string.h>

#define FORBIDS "a setting forbids this use of NTLM; see negotiate.conf(5) (ntlm_hosts"
#define NO_HOST " has no pattern for the service host; write host/HOST to allow it)"

/* The flags that OpenSSH asks for. */
#define SSH_FLAGS ((OM_uint32)(GSS_C_MUTUAL_FLAG | GSS_C_INTEG_FLAG | GSS_C_DELEG_FLAG))

/* struct walk: the result of the first call with each mechanism. */
struct walk {
    unsigned n_mechs;
    unsigned n_ntlm_tokens;
    bool ntlm_was_tried;
    char sentence[1024]; /* of the error of NTLM by its own OID */
};

static bool has_ntlm(const gss_buffer_desc *token)
{
    return token->length > 0 && memmem(token->value, token->length, "NTLMSSP", 8) != NULL;
}

static void try_mech(struct walk *walk, gss_name_t target, gss_OID mech)
{
    gss_ctx_id_t context = GSS_C_NO_CONTEXT;
    gss_buffer_desc token = GSS_C_EMPTY_BUFFER;
    OM_uint32 minor = 0;
    OM_uint32 unused;
    OM_uint32 major =
        gss_init_sec_context(&minor, GSS_C_NO_CREDENTIAL, &context, target, mech,
                             SSH_FLAGS, 0, NULL, NULL, NULL, &token, NULL, NULL);

    walk->n_ntlm_tokens += has_ntlm(&token);
    if (oid_equal(mech, NTLM)) {
        walk->ntlm_was_tried = true;
        if (GSS_ERROR(major)) {
            ck_assert_uint_eq(major, GSS_S_UNAUTHORIZED);
            ck_assert_uint_ne(minor, 0);
            status_sentence(minor, mech, walk->sentence);
        }
    }
    (void)gss_release_buffer(&unused, &token);
    (void)gss_delete_sec_context(&unused, &context, GSS_C_NO_BUFFER);
}

static struct walk walk_mechs(const char *target, const char *settings)
{
    struct walk walk = {0};
    gss_name_t name = name_of(target, GSS_C_NT_HOSTBASED_SERVICE);
    gss_OID_set mechs = GSS_C_NO_OID_SET;
    OM_uint32 minor;

    place_settings(settings);
    ck_complete(gss_indicate_mechs(&minor, &mechs));
    for (size_t i = 0; i < mechs->count; i++) {
        try_mech(&walk, name, &mechs->elements[i]);
    }
    walk.n_mechs = (unsigned)mechs->count;
    (void)gss_release_oid_set(&minor, &mechs);
    (void)gss_release_name(&minor, &name);
    ck_assert(walk.ntlm_was_tried && walk.n_mechs >= 3);
    return walk;
}

static void begin(enum lines lines)
{
    place_begin(lines, "");
    place_credential(USERS, 0600);
}

/* By default no NTLM is sent to the service host, nor with patterns that do not name
 * it. */
static const char *const keeps_out[] = {"", " ntlm_hosts = *\n", " ntlm_hosts = server\n",
                                        " ntlm_hosts = http/*\n"};

TEST_TIMES(host_gets_no_ntlm, 2)
{
    static const char *const targets[] = {"host@server",    "HOST@server.example.com",
                                          "host@192.0.2.1", "host",
                                          "host@",          "host/server"};

    begin(_i == 0 ? LINES_NTLM : LINES_BOTH);
    for (int i = 0; i < N(keeps_out); i++) {
        for (int k = 0; k < N(targets); k++) {
            struct walk walk = walk_mechs(targets[k], keeps_out[i]);

            ck_assert_uint_eq(walk.n_ntlm_tokens, 0);
            ck_assert_ptr_nonnull(strstr(walk.sentence, FORBIDS));
            ck_assert_ptr_nonnull(strstr(walk.sentence, NO_HOST));
        }
    }
}

/* For other services, and where a pattern allows host, such a program gets a token by
 * NTLM's own OID and by SPNEGO's. */
TEST_TIMES(other_services_get_it, 2)
{
    begin(_i == 0 ? LINES_NTLM : LINES_BOTH);
    ck_assert_uint_ge(walk_mechs("http@server", "").n_ntlm_tokens, 2);
    ck_assert_uint_ge(
        walk_mechs("host@server", " ntlm_hosts = host/server\n").n_ntlm_tokens, 2);
    ck_assert_uint_ge(walk_mechs("host@server", " ntlm_hosts = */*\n").n_ntlm_tokens, 2);
}
