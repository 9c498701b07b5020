/* SPDX-License-Identifier: ISC */
/* The acceptor's check of AUTHENTICATE ([MS-NLMP] 3.2.5.1.2). */
#include "ntlm/verify.h"

#include "base/ascii.h"
#include "base/secret.h"
#include "base/text.h"
#include "ntlm/challenge.h"
#include "ntlm/mic.h"
#include "ntlm/target_info.h"
#include "ntlm/unverified_identity.h"
#include "ntlm/utf16.h"

#include <string.h>

/* struct verify: the check of one AUTHENTICATE. Later steps use what earlier ones found.
 */
struct verify {
    const struct verify_input *input;
    struct ntlm_challenge challenge; /* our own, decoded */
    struct identity identity;
    struct authority_answer answer;
    struct ntlm_session session;
};

static void verify_cleanup(struct verify *v)
{
    identity_cleanup(&v->identity);
    authority_answer_cleanup(&v->answer);
    ntlm_session_cleanup(&v->session);
}

static enum err read_messages(struct verify *v)
{
    enum err e = challenge_decode(v->input->challenge, &v->challenge);

    return e != ERR_OK ? e : identity_read(&v->identity, v->input->authenticate);
}

/* The flags that both sides set are in force. Our CHALLENGE grants SIGN and SEAL only
 * with extended session security. A client that sets them without it is refused. */
static enum err check_flags(struct verify *v)
{
    uint32_t flags = v->challenge.flags & v->identity.message.flags;

    if ((flags & (NTLM_SIGN | NTLM_SEAL)) != 0 && (flags & NTLM_ESS) == 0) {
        return err_note(ERR_NTLM_FLAGS, "AUTHENTICATE flags 0x%08x",
                        v->identity.message.flags);
    }
    v->session.flags = flags;
    return ERR_OK;
}

/* An anonymous client has no name (3.2.5.1.2). */
static enum err check_anonymous(struct verify *v)
{
    if (!v->identity.anonymous) {
        return ERR_OK;
    }
    if (!v->input->params->allow_anonymous) {
        return ERR_ANONYMOUS;
    }
    if (v->identity.message.user.n != 0) {
        return ERR_NTLM_RESPONSE;
    }
    v->session.anonymous = true;
    return ERR_OK;
}

static enum err check_proof(struct verify *v)
{
    const struct ntlm_server_params *params = v->input->params;
    struct text_escaped user;
    struct text_escaped domain;
    struct authority_query query = {
        .user_utf16 = buf_bytes(&v->identity.user_utf16),
        .domain_utf16 = buf_bytes(&v->identity.domain_utf16),
        .user = buf_bytes(&v->identity.user),
        .domain = buf_bytes(&v->identity.domain),
        .workstation = buf_bytes(&v->identity.workstation),
        .computer_name = params->netbios_name,
        .nt_response = v->identity.message.nt_response,
    };

    if (v->session.anonymous) {
        return ERR_OK;
    }
    memcpy(query.server_challenge, v->challenge.server_challenge, NTLM_CHALLENGE_LEN);
    enum err e = params->authority.verify(params->authority.self, &query, &v->answer);
    if (e != ERR_LOGIN) {
        return e;
    }
    /* One detail for every ERR_LOGIN: a more precise one could distinguish an unknown
     * user from a wrong password. */
    return err_note(ERR_LOGIN, "user \"%s\", domain \"%s\"",
                    text_escaped(&user, buf_bytes(&v->identity.user)),
                    text_escaped(&domain, buf_bytes(&v->identity.domain)));
}

static enum err check_guest(struct verify *v)
{
    struct text_escaped user;

    if (!v->answer.guest) {
        return ERR_OK;
    }
    if (!v->input->params->allow_guest) {
        return err_note(ERR_GUEST, "user \"%s\"",
                        text_escaped(&user, buf_bytes(&v->identity.user)));
    }
    v->session.guest = true;
    return ERR_OK;
}

/* Decrypts the key that AUTHENTICATE carries. It is encrypted with the KeyExchangeKey,
 * which in NTLMv2 is the SessionBaseKey (3.4.5.1). */
static enum err read_carried_key(const struct verify *v, struct ntlm_key *out)
{
    struct reader sent = reader_of(v->identity.message.session_key);
    KEY_AUTO encrypted = {{0}};

    *out = (struct ntlm_key){{0}};
    reader_copy(&sent, encrypted.b, sizeof(encrypted.b));
    if (reader_end(&sent, ERR_NTLM_SESSION_KEY) != ERR_OK) {
        return err_note(ERR_NTLM_SESSION_KEY, "%zu bytes", sent.whole.n);
    }
    return kdf_rc4(&v->answer.session_base_key, &encrypted, out);
}

/* An anonymous client and a guest share no key with us. */
static enum err read_session_key(struct verify *v)
{
    if (v->session.anonymous || v->session.guest) {
        v->session.flags &= ~(uint32_t)(NTLM_SIGN | NTLM_SEAL | NTLM_KEY_EXCH);
        return ERR_OK;
    }
    if (!ntlm_flags_exchange_key(v->session.flags)) {
        v->session.exported_session_key = v->answer.session_base_key;
        return ERR_OK;
    }
    return read_carried_key(v, &v->session.exported_session_key);
}

static enum err compare_mic(const struct verify *v, const struct ntlm_key *key)
{
    const struct bytes sent = v->identity.message.mic;
    KEY_AUTO mic = {{0}};
    enum err e =
        mic_compute(key, v->input->negotiate, v->input->challenge, v->input->authenticate,
                    v->identity.message.mic_offset, &mic);

    if (e != ERR_OK) {
        return e;
    }
    return sent.n == sizeof(mic.b) && secret_equal(sent.p, mic.b, sizeof(mic.b))
               ? ERR_OK
               : ERR_NTLM_MIC_BAD;
}

/* KEY_EXCH without SIGN and SEAL carries no key (3.1.5.1.2). Samba and gss-ntlmssp carry
 * one, and use it. The client makes the MIC with the key that it uses, so we try the MIC
 * with each of the two keys. */
static enum err check_mic_and_key(struct verify *v)
{
    enum err e = compare_mic(v, &v->session.exported_session_key);
    KEY_AUTO carried = {{0}};

    if (e != ERR_NTLM_MIC_BAD || (v->session.flags & NTLM_KEY_EXCH) == 0 ||
        ntlm_flags_exchange_key(v->session.flags) ||
        read_carried_key(v, &carried) != ERR_OK) {
        return e;
    }
    if ((e = compare_mic(v, &carried)) == ERR_OK) {
        v->session.exported_session_key = carried;
    }
    return e;
}

/* The AV pairs say whether there is a MIC. The NTProofStr covers them, so an attacker
 * cannot remove the MIC. The MIC of a guest cannot be checked without a shared key. */
static enum err check_mic(struct verify *v)
{
    v->session.mic_flag = (v->identity.avs.flags & AV_FLAG_MIC) != 0;
    if (!v->session.mic_flag) {
        return v->input->params->require_mic ? ERR_MIC_REQUIRED : ERR_OK;
    }
    if (!v->identity.message.has_mic) {
        return ERR_NTLM_MIC_MISSING;
    }
    return v->session.guest ? ERR_OK : check_mic_and_key(v);
}

/* The client must have received our AV pairs unchanged: an attacker who removes the
 * Timestamp keeps the client from sending a MIC. */
static enum err check_target_info(struct verify *v)
{
    struct avpair_list sent;

    if (v->session.anonymous) {
        return ERR_OK;
    }
    enum err e = avpair_decode(v->challenge.target_info, &sent);
    return e != ERR_OK ? e : target_info_check(&sent, &v->identity.avs);
}

static enum err check_age(struct verify *v)
{
    uint64_t age_ms = v->input->challenge_age_ms;
    unsigned lifetime_s = v->input->params->challenge_lifetime_s;

    if (age_ms <= (uint64_t)lifetime_s * 1000) {
        return ERR_OK;
    }
    return err_note(ERR_CHALLENGE_EXPIRED, "%llu s old, %u s allowed",
                    (unsigned long long)(age_ms / 1000), lifetime_s);
}

/* A value of zeros means that the client had no bindings (2.2.2.1). Nothing proves the
 * bindings of a guest, so they do not bind the session. */
static enum err check_bindings(struct verify *v)
{
    const struct ntlm_bindings *ours = v->input->bindings;
    enum ntlm_bindings_policy policy = v->input->params->bindings_policy;

    if (policy == NTLM_BINDINGS_IGNORE || ours == NULL || !ours->present) {
        return ERR_OK;
    }
    if (!v->identity.avs.has_bindings || bytes_is_zero(v->identity.avs.bindings)) {
        return policy == NTLM_BINDINGS_REQUIRE ? ERR_BINDINGS_MISSING : ERR_OK;
    }
    if (!bytes_equal(v->identity.avs.bindings, bytes_of(ours->md5, sizeof(ours->md5)))) {
        return ERR_BINDINGS;
    }
    v->session.bound = !v->session.guest;
    return ERR_OK;
}

/* struct spn: the parts of a target name. port is empty if the name has none. */
struct spn {
    struct bytes service;
    struct bytes host; /* without its last dot */
    struct bytes port;
};

/* Reads service/host or service/host:80. An IPv6 literal ends with its bracket. */
static struct spn read_spn(struct bytes name)
{
    struct spn spn;
    struct bytes host;
    struct bytes port;

    (void)bytes_split(name, '/', &spn.service, &spn.host);
    spn.port = bytes_of(NULL, 0);
    if (bytes_split_last(spn.host, ':', &host, &port) && ascii_is_decimal(port) &&
        (!bytes_has(host, ':') || bytes_has_suffix(host, bytes_str("]")))) {
        spn.host = host;
        spn.port = port;
    }
    if (spn.host.n > 1 && bytes_has_suffix(spn.host, bytes_str("."))) {
        spn.host.n--;
    }
    return spn;
}

/* Whether a setting allows this name. A pattern has a star for any service; a pattern
 * without a port allows any port. */
static bool target_is_allowed(const struct ntlm_server_params *params, struct bytes text)
{
    const struct spn name = read_spn(text);

    for (size_t i = 0; i < params->n_target_names; i++) {
        const struct spn pattern = read_spn(params->target_names[i]);

        if ((bytes_equal(pattern.service, bytes_str("*")) ||
             bytes_equal_nocase(name.service, pattern.service)) &&
            bytes_equal_nocase(name.host, pattern.host) &&
            (pattern.port.n == 0 || bytes_equal(name.port, pattern.port))) {
            return true;
        }
    }
    return false;
}

static enum err check_target_name(struct verify *v)
{
    const struct ntlm_server_params *params = v->input->params;
    struct buf *name = &v->session.target_name;
    struct text_escaped shown;
    enum err e;

    if (v->identity.avs.has_target_name &&
        (e = utf16_to_utf8(name, v->identity.avs.target_name)) != ERR_OK) {
        return e;
    }
    if ((e = buf_status(name)) != ERR_OK) {
        return e;
    }
    if (params->n_target_names == 0 || target_is_allowed(params, buf_bytes(name))) {
        return ERR_OK;
    }
    return err_note(ERR_TARGET_NAME, "the client meant \"%s\"",
                    text_escaped(&shown, buf_bytes(name)));
}

/* The session has the names that the authority gave, not those that the client sent. A
 * builder that ran out of memory looks like an empty name, so the status of each is
 * checked. */
static enum err take_answer(struct verify *v)
{
    struct buf *answered[] = {&v->answer.user, &v->answer.domain, &v->answer.sids};

    for (size_t i = 0; i < sizeof(answered) / sizeof(answered[0]); i++) {
        enum err e = buf_status(answered[i]);
        if (e != ERR_OK) {
            return e;
        }
    }
    buf_move(&v->session.user, &v->answer.user);
    buf_move(&v->session.domain, &v->answer.domain);
    buf_move(&v->session.sids, &v->answer.sids);
    buf_move(&v->session.workstation, &v->identity.workstation);
    return ERR_OK;
}

/* First the form of the message, then the proof of the password, then the fields that can
 * be trusted only after that proof. */
static enum err (*const CHECKS[])(struct verify *v) = {
    read_messages, check_flags,      check_anonymous,   check_proof,
    check_guest,   read_session_key, check_mic,         check_target_info,
    check_age,     check_bindings,   check_target_name, take_answer,
};

/* Fills out_identity with what the refused client said, for the audit. The target name is
 * read here, because the checks may not have reached it; one that cannot be read is left
 * out. */
static void set_identity(struct verify *v, struct ntlm_session *out_identity)
{
    BUF_AUTO target_name = BUF_INIT;

    out_identity->anonymous = v->identity.anonymous;
    buf_move(&out_identity->user, &v->identity.user);
    buf_move(&out_identity->domain, &v->identity.domain);
    buf_move(&out_identity->workstation, &v->identity.workstation);
    buf_move(&out_identity->status, &v->answer.status);
    if (v->identity.avs.has_target_name &&
        utf16_to_utf8(&target_name, v->identity.avs.target_name) == ERR_OK) {
        buf_move(&out_identity->target_name, &target_name);
    }
}

enum err verify_authenticate(const struct verify_input *input,
                             struct ntlm_session *out_session,
                             struct ntlm_session *out_identity)
{
    __attribute__((cleanup(verify_cleanup))) struct verify v = {
        .input = input,
        .answer = AUTHORITY_ANSWER_INIT,
        .session = {.role = ROLE_ACCEPTOR},
    };

    for (size_t i = 0; i < sizeof(CHECKS) / sizeof(CHECKS[0]); i++) {
        enum err e = CHECKS[i](&v);
        if (e != ERR_OK) {
            set_identity(&v, out_identity);
            return e;
        }
    }
    *out_session = v.session;
    secret_wipe(&v.session, sizeof(v.session)); /* out_session owns it now */
    return ERR_OK;
}
