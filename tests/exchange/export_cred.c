/* SPDX-License-Identifier: ISC */
/* Credentials that are exported and imported: what was forbidden stays forbidden, and an
 * imported token may be hostile. */
#include "mech/cred_token.h"
#include "mech/oid.h"
#include "tests/exchange/peer.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void move_cred(gss_cred_id_t *cred)
{
    gss_buffer_desc token = GSS_C_EMPTY_BUFFER;
    OM_uint32 minor;

    ck_complete(gss_export_cred(&minor, *cred, &token));
    (void)gss_release_cred(&minor, cred);
    ck_complete(gss_import_cred(&minor, &token, cred));
    (void)gss_release_buffer(&minor, &token);
}

static void allow_only(gss_cred_id_t cred, gss_OID_desc mech)
{
    gss_OID_set_desc set = {1, &mech};
    OM_uint32 minor;

    ck_complete(gss_set_neg_mechs(&minor, cred, &set));
}

/* Writes a keytab with one key of service s in realm R, so that Kerberos can accept. */
static void give_keytab(void)
{
    struct bytes keytab =
        hex("0502 00000025 0001 0001 52 0001 73 00000001 00000000 01 0011 0010"
            "00112233445566778899aabbccddeeff");
    const char *path = place_path("keytab");
    FILE *f = fopen(path, "wb");

    ck_assert_ptr_nonnull(f);
    ck_assert_uint_eq(fwrite(keytab.p, 1, keytab.n, f), keytab.n);
    ck_assert_int_eq(fclose(f), 0);
    setenv("KRB5_KTNAME", path, 1);
}

/* A server whose credential allows only Kerberos: neither our SPNEGO nor the built-in one
 * answers NTLM. */
TEST_TIMES(forbidden_stays_forbidden, 2)
{
    struct login login;

    place_begin(LINES_BOTH, "");
    give_keytab();
    login_begin(&login, SPNEGO, ALICE, ALICE_PASSWORD, SIGN_FLAGS);
    allow_only(login.acceptor.cred, MECH_OID_KRB5);
    if (_i == 1) {
        move_cred(&login.acceptor.cred);
    }
    login_run(&login);
    ck_assert(GSS_ERROR(login.acceptor.major));
    ck_assert_uint_eq(login.n_legs, 1);
    login_end(&login);
}

TEST(allowed_stays_allowed)
{
    gss_cred_id_t cred;

    place_begin(LINES_BOTH, "");
    cred = cred_password(SPNEGO, ALICE, ALICE_PASSWORD);
    allow_only(cred, MECH_OID_NTLM);
    move_cred(&cred);
    ck_assert_str_eq(login_arrives(SPNEGO, cred), ALICE);
}

static void ck_ntlm_is_refused(gss_cred_id_t cred, OM_uint32 major)
{
    struct peer p = {.mech = SPNEGO, .cred = cred, .asked = SIGN_FLAGS};

    p.target = name_of("http@server", GSS_C_NT_HOSTBASED_SERVICE);
    peer_initiate(&p, bytes_of(NULL, 0));
    ck_failed(&p, major, "fallback = never");
    ck_gave_up(&p);
    p.cred = GSS_C_NO_CREDENTIAL;
    peer_cleanup(&p);
}

/* Without tickets, no Kerberos part is exported. NTLM does not therefore become the first
 * choice of the program that imports the rest. */
TEST_TIMES(exported_without_tickets, 2)
{
    gss_OID_set_desc spnego = {1, SPNEGO};
    gss_cred_id_t cred = GSS_C_NO_CREDENTIAL;
    OM_uint32 minor;

    place_begin(LINES_BOTH, " fallback = never\n");
    place_credential(":" BOB ":" BOB_PASSWORD "\n", 0600);
    ck_complete(gss_acquire_cred(&minor, GSS_C_NO_NAME, 0, &spnego, GSS_C_INITIATE, &cred,
                                 NULL, NULL));
    if (_i == 1) {
        move_cred(&cred);
    }
    ck_ntlm_is_refused(cred, _i == 0 ? GSS_S_NO_CRED : GSS_S_UNAUTHORIZED);
    (void)gss_release_cred(&minor, &cred);
}

/* The mechglue's form of a mechanism's token of a credential. */
static void append_part(struct buf *out, gss_OID_desc mech, struct bytes token)
{
    buf_append_u32be(out, mech.length);
    buf_append(out, bytes_of(mech.elements, mech.length));
    buf_append_u32be(out, (uint32_t)token.n);
    buf_append(out, token);
}

static void append_glue_token(struct buf *out, struct bytes token)
{
    append_part(out, MECH_OID_SPNEGO, token);
}

/* With the NTLM line alone, the credential of the built-in SPNEGO has an NTLM element.
 * With both lines, this element becomes our NTLM part, and the settings apply to it. */
TEST_TIMES(exported_by_the_builtin_spnego, 2)
{
    gss_cred_id_t cred;
    gss_buffer_desc element = GSS_C_EMPTY_BUFFER;
    BUF_AUTO out = BUF_INIT;
    OM_uint32 minor;

    place_begin(LINES_BOTH, _i == 0 ? "" : " fallback = never\n");
    place_users(":" BOB ":" BOB_PASSWORD "\n", 0600);
    cred = cred_password(NTLM, BOB, BOB_PASSWORD);
    ck_complete(gss_export_cred(&minor, cred, &element));
    (void)gss_release_cred(&minor, &cred);
    append_glue_token(&out, bytes_of(element.value, element.length));
    (void)gss_release_buffer(&minor, &element);
    gss_buffer_desc token = {out.n, out.p};
    ck_complete(gss_import_cred(&minor, &token, &cred));
    if (_i == 0) {
        ck_assert_str_eq(login_arrives(SPNEGO, cred), BOB);
        return;
    }
    ck_ntlm_is_refused(cred, GSS_S_UNAUTHORIZED);
    (void)gss_release_cred(&minor, &cred);
}

/* Makes a credential's token whose part of this kind contains a credential's token, and
 * so on, to this depth. */
static void nest(enum glue_cred_kind kind, unsigned depth, struct buf *out)
{
    CRED_AUTO *cred = calloc(1, sizeof(*cred));

    ck_assert_ptr_nonnull(cred);
    cred->usage = GSS_C_INITIATE;
    ck_ok(name_new_user(bytes_str("alice"), bytes_str("AD"), &cred->name));
    for (unsigned i = 0; i < depth; i++) {
        struct cred_glue_tokens parts = {0};
        BUF_AUTO part = BUF_INIT;
        BUF_AUTO token = BUF_INIT;

        if (out->n > 0 && kind == GLUE_CRED_BUILTIN) {
            append_glue_token(&part, buf_bytes(out));
        } else {
            buf_append(&part, buf_bytes(out));
        }
        parts.of[kind] = buf_bytes(&part);
        ck_ok(cred_token_encode(cred, &parts, &token));
        buf_cleanup(out);
        append_glue_token(out, buf_bytes(&token));
    }
    ck_ok(buf_status(out));
}

static OM_uint32 import_nested(enum glue_cred_kind kind, unsigned depth)
{
    gss_cred_id_t cred = GSS_C_NO_CREDENTIAL;
    BUF_AUTO out = BUF_INIT;
    OM_uint32 minor;
    OM_uint32 unused;

    place_begin(LINES_BOTH, "");
    nest(kind, depth, &out);
    gss_buffer_desc token = {out.n, out.p};
    OM_uint32 major = gss_import_cred(&minor, &token, &cred);
    ck_assert(GSS_ERROR(major) == 0 || (minor != 0 && cred == GSS_C_NO_CREDENTIAL));
    (void)gss_release_cred(&unused, &cred);
    return major;
}

/* The parts of a hostile token are not followed. */
TEST_TIMES(tokens_in_tokens, 2)
{
    static const unsigned depths[] = {2, 5, 500};
    const enum glue_cred_kind kind = _i == 0 ? GLUE_CRED_BUILTIN : GLUE_CRED_KRB5;

    for (size_t i = 0; i < N(depths); i++) {
        ck_assert_uint_eq(import_nested(kind, depths[i]), GSS_S_DEFECTIVE_TOKEN);
        ck_complete(import_nested(kind, 1));
    }
}

/* If another mechanism refuses its part, the status is that of this mechanism. */
TEST(a_part_is_junk)
{
    struct bytes junk = hex("00000009 2a864886f712010202 00000004 6a756e6b");
    gss_cred_id_t cred = GSS_C_NO_CREDENTIAL;
    char sentence[1024];
    BUF_AUTO out = BUF_INIT;
    OM_uint32 minor;

    place_begin(LINES_BOTH, "");
    buf_append(&out, junk);
    nest(GLUE_CRED_BUILTIN, 1, &out);
    gss_buffer_desc token = {out.n, out.p};
    ck_assert_uint_eq(gss_import_cred(&minor, &token, &cred), GSS_S_DEFECTIVE_TOKEN);
    status_sentence(minor, SPNEGO, sentence);
    ck_assert_str_eq(sentence, "Success"); /* Kerberos returns only its major */
}

/* Without SPNEGO's line the built-in SPNEGO cannot be reached, but a token may have its
 * part. */
TEST(a_part_of_spnego_without_its_line)
{
    struct bytes junk = hex("00000009 2a864886f712010202 00000004 6a756e6b");
    gss_cred_id_t cred = GSS_C_NO_CREDENTIAL;
    BUF_AUTO out = BUF_INIT;
    BUF_AUTO whole = BUF_INIT;
    OM_uint32 minor;

    place_begin(LINES_NTLM, "");
    buf_append(&out, junk);
    nest(GLUE_CRED_BUILTIN, 1, &out);
    append_part(&whole, MECH_OID_NTLM, bytes_of(out.p + 14, out.n - 14)); /* its token */
    gss_buffer_desc token = {whole.n, whole.p};
    ck_assert_uint_eq(gss_import_cred(&minor, &token, &cred), GSS_S_DEFECTIVE_TOKEN);
    ck_assert_uint_ne(minor, 0);
}
