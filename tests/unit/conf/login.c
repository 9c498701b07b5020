/* SPDX-License-Identifier: ISC */
/* Makes a client's NTLMv2 response into the query that an authority gets. */
#include "tests/unit/conf/login.h"

#include "conf/userfile.h"
#include "ntlm/utf16.h"

#include <string.h>

static const uint8_t challenge[NTLM_CHALLENGE_LEN] = {1, 2, 3, 4, 5, 6, 7, 8};
static const uint8_t client_challenge[NTLM_CHALLENGE_LEN] = {8, 7, 6, 5, 4, 3, 2, 1};
static const uint8_t no_avs[4]; /* MsvAvEOL */

static enum err respond(struct login *login, const char *password)
{
    BUF_AUTO blob = BUF_INIT;
    KEY_AUTO hash;
    KEY_AUTO ntowfv2;
    KEY_AUTO proof;
    KEY_AUTO session;
    enum err e;

    kdf_ntlmv2_blob(&blob, 0x01d0000000000000, client_challenge,
                    bytes_of(no_avs, sizeof(no_avs)));
    if ((e = kdf_nt_hash(bytes_str(password), &hash)) != ERR_OK) {
        return e;
    }
    e = kdf_ntowfv2(&hash, buf_bytes(&login->user_utf16), buf_bytes(&login->domain_utf16),
                    &ntowfv2);
    if (e != ERR_OK) {
        return e;
    }
    e = kdf_nt_proof(&ntowfv2, challenge, buf_bytes(&blob), &proof, &session);
    if (e != ERR_OK) {
        return e;
    }
    buf_append(&login->nt_response, bytes_of(proof.b, sizeof(proof.b)));
    buf_append(&login->nt_response, buf_bytes(&blob));
    return buf_status(&login->nt_response);
}

enum err login_make(struct login *out, const char *domain, const char *user,
                    const char *password)
{
    enum err e;

    *out = (struct login){.user_utf16 = BUF_INIT};
    if ((e = utf16_from_utf8(&out->user_utf16, bytes_str(user))) != ERR_OK) {
        return e;
    }
    if ((e = utf16_from_utf8(&out->domain_utf16, bytes_str(domain))) != ERR_OK) {
        return e;
    }
    if ((e = respond(out, password)) != ERR_OK) {
        return e;
    }
    out->query = (struct authority_query){
        .user_utf16 = buf_bytes(&out->user_utf16),
        .domain_utf16 = buf_bytes(&out->domain_utf16),
        .user = bytes_str(user),
        .domain = bytes_str(domain),
        .computer_name = bytes_str("WS1"),
        .nt_response = buf_bytes(&out->nt_response),
    };
    memcpy(out->query.server_challenge, challenge, sizeof(challenge));
    return ERR_OK;
}

void login_cleanup(struct login *login)
{
    buf_cleanup(&login->user_utf16);
    buf_cleanup(&login->domain_utf16);
    buf_cleanup(&login->nt_response);
}

enum err login_verify(const char *path, const struct login *login,
                      struct authority_answer *out)
{
    struct authority authority;
    enum err e;

    *out = (struct authority_answer)AUTHORITY_ANSWER_INIT;
    if ((e = userfile_authority(path, &authority)) != ERR_OK) {
        return e;
    }
    e = authority.verify(authority.self, &login->query, out);
    authority_cleanup(&authority);
    return e;
}

enum err login_try(const char *path, const char *domain, const char *user,
                   const char *password)
{
    struct authority_answer answer = AUTHORITY_ANSWER_INIT;
    LOGIN_AUTO login;
    enum err e = login_make(&login, domain, user, password);

    if (e == ERR_OK) {
        e = login_verify(path, &login, &answer);
    }
    authority_answer_cleanup(&answer);
    return e;
}

enum err login_usable(const char *path)
{
    AUTHORITY_AUTO authority = {0};
    BUF_AUTO unusable = BUF_INIT;
    enum err e = userfile_authority(path, &authority);

    return e != ERR_OK ? e : authority.usable(authority.self, &unusable);
}
