/* SPDX-License-Identifier: ISC */
/* KEY_EXCH without SIGN and SEAL: by [MS-NLMP] 3.1.5.1.2 the KeyExchangeKey is the
 * session key, and the message has no EncryptedRandomSessionKey. Samba and gss-ntlmssp
 * send one all the same, and use it. */
#include "tests/hostile/context_state.h"

#include <string.h>

enum key { NO_KEY, KEY_EXCHANGE_KEY, CARRIED_KEY };

/* {key of the MIC, bytes of EncryptedRandomSessionKey, whether the AV flags announce a
 * MIC}: the acceptor's letter (context_state.h), and the session key that it reports. */
static const struct {
    enum key mic;
    size_t carried_len;
    bool has_mic;
    char letter;
    enum key reported;
} rows[] = {
    {KEY_EXCHANGE_KEY, 0, true, '.', KEY_EXCHANGE_KEY},
    {KEY_EXCHANGE_KEY, 16, true, '.', KEY_EXCHANGE_KEY},
    {CARRIED_KEY, 16, true, '.', CARRIED_KEY},
    {CARRIED_KEY, 15, true, 'D', NO_KEY},
    {CARRIED_KEY, 0, true, 'D', NO_KEY},
    {NO_KEY, 16, true, 'D', NO_KEY},
    {NO_KEY, 0, true, 'D', NO_KEY},
    {KEY_EXCHANGE_KEY, 16, false, '.', KEY_EXCHANGE_KEY},
    {CARRIED_KEY, 16, false, '.', KEY_EXCHANGE_KEY},
    {KEY_EXCHANGE_KEY, 0, false, '.', KEY_EXCHANGE_KEY},
};

static void write_message(struct forged_client *h, int row)
{
    const struct ntlm_key keys[] = {[NO_KEY] = {{1, 2, 3}},
                                    [KEY_EXCHANGE_KEY] = h->base,
                                    [CARRIED_KEY] = h->exported};
    BUF_AUTO carried = BUF_INIT;

    forged_set(&carried, bytes_of(h->session_key.p, rows[row].carried_len));
    forged_set(&h->session_key, buf_bytes(&carried));
    h->exported = keys[rows[row].mic];
    forged_write(h);
}

static void check_reported(const struct peer *acceptor, const struct ntlm_key *key)
{
    static char oid[] = "\x2a\x86\x48\x86\xf7\x12\x01\x02\x02\x05\x05";
    gss_OID_desc session_key = {sizeof(oid) - 1, oid};
    gss_buffer_set_t set = GSS_C_NO_BUFFER_SET;
    OM_uint32 minor;

    ck_complete(
        gss_inquire_sec_context_by_oid(&minor, acceptor->context, &session_key, &set));
    ck_bytes(bytes_of(set->elements[0].value, set->elements[0].length),
             bytes_of(key->b, sizeof(key->b)));
    (void)gss_release_buffer_set(&minor, &set);
}

TEST_TABLE(the_mic_determines_the_session_key, rows)
{
    place_begin(LINES_BOTH, "");
    for (int form = 0; form <= FORM_SPNEGO; form++) {
        struct login l;
        struct forged_client h;

        form_begin((enum form)form, &l, &h);
        h.flags &= ~(uint32_t)(NTLM_SIGN | NTLM_SEAL);
        ck_assert_uint_ne(h.flags & NTLM_KEY_EXCH, 0);
        if (!row->has_mic) {
            forged_pairs(h.challenge, &h.target_info);
            avpair_append_eol(&h.target_info);
        }
        forged_prove(&h);
        const struct ntlm_key carried = h.exported;
        write_message(&h, _i);
        ck_assert_int_eq(form_judge((enum form)form, &l, &h), row->letter);
        if (row->reported != NO_KEY) {
            check_reported(&l.acceptor,
                           row->reported == CARRIED_KEY ? &carried : &h.base);
        }
        forged_end(&h);
        login_end(&l);
    }
}
