/* SPDX-License-Identifier: ISC */
/* The calls that libsmb2 makes for a login: a credential for SPNEGO with the user's name,
 * the mechanism that the program allows, and the session key afterwards. */
#include "tests/exchange/builtin_fault.h"
#include "tests/exchange/peer.h"

#include <string.h>

#define SMB2_FLAGS                                                                       \
    ((OM_uint32)(GSS_C_SEQUENCE_FLAG | GSS_C_MUTUAL_FLAG | GSS_C_REPLAY_FLAG))
#define KEY_LEN 16

enum allowed { EVERY_MECH, NTLM_ALONE, KERBEROS_ALONE };
static const struct row {
    const char *name;
    const char *user;
    enum lines lines;
    enum allowed allowed;
} rows[] = {
    {"both lines", "alice", LINES_BOTH, EVERY_MECH},
    {"both lines, NTLM alone", "alice", LINES_BOTH, NTLM_ALONE},
    {"both lines, with the domain", "AD\\alice", LINES_BOTH, NTLM_ALONE},
    {"both lines, at the domain", "alice@AD", LINES_BOTH, NTLM_ALONE},
    {"the NTLM line", "alice", LINES_NTLM, EVERY_MECH},
    {"the NTLM line, NTLM alone", "alice", LINES_NTLM, NTLM_ALONE},
    {"the NTLM line, with the domain", "AD\\alice", LINES_NTLM, NTLM_ALONE},
    {"both lines, Kerberos alone", "alice", LINES_BOTH, KERBEROS_ALONE},
    {"the NTLM line, Kerberos alone", "alice", LINES_NTLM, KERBEROS_ALONE},
};

static gss_cred_id_t cred_of(const struct row *row)
{
    gss_name_t name = name_of(row->user, GSS_C_NT_USER_NAME);
    gss_OID_set_desc mechs = {1, SPNEGO};
    gss_OID_set_desc allowed = {1, row->allowed == NTLM_ALONE ? NTLM : KRB5};
    gss_cred_id_t cred = GSS_C_NO_CREDENTIAL;
    OM_uint32 minor;

    ck_complete(
        gss_acquire_cred(&minor, name, 0, &mechs, GSS_C_INITIATE, &cred, NULL, NULL));
    ck_complete(gss_release_name(&minor, &name));
    if (row->allowed != EVERY_MECH) {
        ck_complete(gss_set_neg_mechs(&minor, cred, &allowed));
    }
    return cred;
}

static void key_of(struct peer *p, uint8_t out[KEY_LEN])
{
    gss_buffer_set_t set = GSS_C_NO_BUFFER_SET;
    OM_uint32 minor;

    ck_complete(gss_inquire_sec_context_by_oid(&minor, p->context,
                                               GSS_C_INQ_SSPI_SESSION_KEY, &set));
    ck_assert(set != GSS_C_NO_BUFFER_SET && set->count >= 1);
    ck_assert_uint_eq(set->elements[0].length, KEY_LEN);
    memcpy(out, set->elements[0].value, KEY_LEN);
    (void)gss_release_buffer_set(&minor, &set);
}

TEST_NAMED(client, rows, name)
{
    struct login l = login_of(SPNEGO, "cifs@server.test", SMB2_FLAGS);
    uint8_t keys[2][KEY_LEN];

    place_begin(row->lines, "");
    place_credential("AD:alice:" ALICE_PASSWORD "\n", 0600);
    l.initiator.cred = cred_of(row);
    login_run(&l);
    if (row->allowed == KERBEROS_ALONE) {
        ck_assert(GSS_ERROR(l.initiator.major));
        ck_assert_ptr_ne(strstr(l.initiator.sentence, BUILTIN_SAYS), NULL);
        ck_assert_uint_eq(l.initiator.token.n, 0);
        login_end(&l);
        return;
    }
    skip_builtin_fault(&l);
    ck_assert_msg(login_is_done(&l), "%s%s", l.initiator.sentence, l.acceptor.sentence);
    ck_assert_str_eq(display(l.acceptor.source), ALICE);
    key_of(&l.initiator, keys[0]);
    key_of(&l.acceptor, keys[1]);
    ck_assert_mem_eq(keys[0], keys[1], KEY_LEN);
    login_end(&l);
}
