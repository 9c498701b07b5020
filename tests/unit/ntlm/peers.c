/* SPDX-License-Identifier: ISC */
/* What the tests of the NTLM exchange share: a client, a server, one user, forgeries. */
#include "tests/unit/ntlm/peers.h"

#include "base/secret.h"
#include "ntlm/authenticate.h"
#include "ntlm/challenge.h"
#include "ntlm/mic.h"
#include "ntlm/utf16.h"

#include <string.h>

/* Checks the response with the hash of the account, or with a dummy hash for an unknown
 * user. */
static enum err verify(void *self, const struct authority_query *query,
                       struct authority_answer *out)
{
    struct peers *p = self;
    struct ntlm_key dummy = {{1}};
    bool known = bytes_equal_nocase(query->user, bytes_str("alice"));

    p->n_asked++;
    enum err e = kdf_ntlmv2_check(known ? &p->nt_hash : &dummy, query->user_utf16,
                                  query->domain_utf16, query->server_challenge,
                                  query->nt_response, &out->session_base_key);
    if (e != ERR_OK || p->account != ERR_OK) {
        buf_append(&out->status, query->workstation);
        return e != ERR_OK ? e : p->account;
    }
    if (!known) {
        return ERR_LOGIN;
    }
    buf_append_text(&out->user, "Alice");
    buf_append_text(&out->domain, "AD");
    buf_append_text(&out->sids, "S-1-5-21-1\n");
    out->guest = p->guest;
    if (p->name_lost) {
        buf_fail(&out->user, ERR_NO_MEMORY);
    }
    return ERR_OK;
}

void peers_init(struct peers *p)
{
    *p = (struct peers){0};
    ck_ok(kdf_nt_hash(bytes_str("Secret1"), &p->nt_hash));
    p->client_params = (struct ntlm_client_params){
        .user = bytes_str("alice"),
        .domain = bytes_str("AD"),
        .workstation = bytes_str("WS1"),
        .target_name = bytes_str("HTTP/www.example.com"),
        .nt_hash = p->nt_hash,
    };
    p->server_params = (struct ntlm_server_params){
        .netbios_name = bytes_str("WWW"),
        .netbios_domain = bytes_str("AD"),
        .dns_name = bytes_str("www.example.com"),
        .dns_domain = bytes_str("example.com"),
        .authority = {.verify = verify, .self = p},
        .challenge_lifetime_s = 120,
    };
}

void peers_free(struct peers *p)
{
    ntlm_client_free(p->client);
    ntlm_server_free(p->server);
    buf_cleanup(&p->negotiate);
    buf_cleanup(&p->challenge);
    buf_cleanup(&p->authenticate);
    p->client = NULL;
    p->server = NULL;
}

void peers_begin(struct peers *p)
{
    peers_free(p);
    ck_ok(ntlm_client_new(&p->client_params, &p->client));
    ck_ok(ntlm_server_new(&p->server_params, &p->server));
    ck_ok(ntlm_client_step(p->client, bytes_of("", 0), NULL, &p->negotiate));
    ck_ok(ntlm_server_step(p->server, buf_bytes(&p->negotiate), NULL, &p->challenge));
}

void peers_reply(struct peers *p)
{
    buf_cleanup(&p->authenticate);
    ck_ok(ntlm_client_step(p->client, buf_bytes(&p->challenge), &p->client_bindings,
                           &p->authenticate));
}

enum err peers_accept(struct peers *p)
{
    BUF_AUTO out = BUF_INIT;
    enum err e = ntlm_server_step(p->server, buf_bytes(&p->authenticate),
                                  &p->server_bindings, &out);

    ck_assert_uint_eq(out.n, 0);
    ck_assert(ntlm_server_is_done(p->server) == (e == ERR_OK));
    ck_assert((ntlm_server_session(p->server) != NULL) == (e == ERR_OK));
    return e;
}

enum err peers_login(struct peers *p)
{
    peers_begin(p);
    peers_reply(p);
    return peers_accept(p);
}

void peers_agree(const struct peers *p)
{
    const struct ntlm_session *i = ntlm_client_session(p->client);
    const struct ntlm_session *a = ntlm_server_session(p->server);

    ck_assert_ptr_nonnull(i);
    ck_assert_ptr_nonnull(a);
    ck_assert_uint_eq(i->flags & ~(uint32_t)NTLM_VERSION,
                      a->flags & ~(uint32_t)(NTLM_VERSION | NTLM_TARGET_INFO));
    ck_assert_int_eq(i->mic_flag, a->mic_flag);
    ck_assert(secret_equal(&i->exported_session_key, &a->exported_session_key,
                           sizeof(i->exported_session_key)));
}

void peers_sent(const struct peers *p, struct avpair_list *out)
{
    struct ntlm_challenge challenge;

    ck_ok(challenge_decode(buf_bytes(&p->challenge), &challenge));
    ck_ok(avpair_decode(challenge.target_info, out));
}

/* Makes an NTLMv2_RESPONSE with these AV pairs. */
static void forge_response(const struct peers *p, const struct forgery *forgery,
                           struct bytes user, struct bytes domain,
                           struct buf *out_response, struct ntlm_key *out_base_key)
{
    static const uint8_t client_challenge[NTLM_CHALLENGE_LEN] = {7, 7, 7};
    struct ntlm_challenge challenge;
    struct ntlm_key ntowfv2;
    struct ntlm_key proof;
    BUF_AUTO blob = BUF_INIT;

    ck_ok(challenge_decode(buf_bytes(&p->challenge), &challenge));
    ck_ok(kdf_ntowfv2(&p->nt_hash, user, domain, &ntowfv2));
    kdf_ntlmv2_blob(&blob, 1, client_challenge, forgery->target_info);
    if (forgery->response_type != 0) {
        buf_set(&blob, 0, bytes_of(&forgery->response_type, 1));
    }
    ck_ok(kdf_nt_proof(&ntowfv2, challenge.server_challenge, buf_bytes(&blob), &proof,
                       out_base_key));
    buf_append(out_response, bytes_of(proof.b, sizeof(proof.b)));
    buf_append(out_response, buf_bytes(&blob));
    ck_ok(buf_status(out_response));
}

static void forge_mic(struct peers *p, const struct ntlm_key *base_key,
                      const struct forgery *forgery)
{
    struct ntlm_key zero = {{0}};
    struct ntlm_key exported = *base_key;
    struct ntlm_key mic;

    if (forgery->session_key_len == sizeof(zero.b)) {
        ck_ok(kdf_rc4(base_key, &zero, &exported));
    }
    ck_ok(mic_compute(&exported, buf_bytes(&p->negotiate), buf_bytes(&p->challenge),
                      buf_bytes(&p->authenticate), AUTHENTICATE_MIC_AT, &mic));
    buf_set(&p->authenticate, AUTHENTICATE_MIC_AT, bytes_of(mic.b, sizeof(mic.b)));
}

void peers_forge(struct peers *p, const struct forgery *forgery)
{
    static const uint8_t zeros[64];
    const char *name = forgery->user == NULL ? "alice" : forgery->user;
    struct ntlm_challenge challenge;
    struct ntlm_key base_key;
    BUF_AUTO user = BUF_INIT;
    BUF_AUTO domain = BUF_INIT;
    BUF_AUTO response = BUF_INIT;

    ck_ok(challenge_decode(buf_bytes(&p->challenge), &challenge));
    ck_ok(utf16_from_utf8(&user, bytes_str(name)));
    ck_ok(utf16_from_utf8(&domain, bytes_str("AD")));
    forge_response(p, forgery, buf_bytes(&user), buf_bytes(&domain), &response,
                   &base_key);
    struct ntlm_authenticate message = {
        .lm_response = bytes_of(zeros, NTLM_V1_RESPONSE_LEN),
        .nt_response = buf_bytes(&response),
        .domain = buf_bytes(&domain),
        .user = buf_bytes(&user),
        .session_key = bytes_of(zeros, forgery->session_key_len),
        .flags = forgery->flags == 0 ? challenge.flags : forgery->flags,
    };
    buf_cleanup(&p->authenticate);
    authenticate_encode(&p->authenticate, &message);
    ck_ok(buf_status(&p->authenticate));
    if (forgery->mic) {
        forge_mic(p, &base_key, forgery);
    }
}
