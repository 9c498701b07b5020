/* SPDX-License-Identifier: ISC */
/* Seeds for NTLM messages, AV pairs and SPNEGO tokens. */
#include "asn1/negtoken.h"
#include "ntlm/authenticate.h"
#include "ntlm/avpair.h"
#include "ntlm/challenge.h"
#include "ntlm/kdf.h"
#include "ntlm/negotiate.h"
#include "ntlm/target_info.h"
#include "ntlm/utf16.h"
#include "tests/fuzz/fuzz.h"
#include "tests/fuzz/seeds.h"
#include "tests/lib/patch.h"

#include <string.h>

#define FLAGS                                                                            \
    ((uint32_t)(NTLM_UNICODE | NTLM_REQUEST_TARGET | NTLM_SIGN | NTLM_SEAL | NTLM_NTLM | \
                NTLM_ALWAYS_SIGN | NTLM_ESS | NTLM_128 | NTLM_56 | NTLM_KEY_EXCH))

static void append_target_info(struct buf *out)
{
    const struct target_info_names names = {bytes_str("AD"), bytes_str("WWW"),
                                            bytes_str("example.com"),
                                            bytes_str("www.example.com")};

    FUZZ_MUST(target_info_offer(out, &names, UINT64_C(0x01d9000000000000)) == ERR_OK);
}

static void append_text(struct buf *out, const char *text, bool unicode)
{
    if (unicode) {
        FUZZ_MUST(utf16_from_utf8(out, bytes_str(text)) == ERR_OK);
    } else {
        buf_append_text(out, text);
    }
}

static void append_challenge(struct buf *out, bool unicode)
{
    BUF_AUTO name = BUF_INIT;
    BUF_AUTO info = BUF_INIT;
    struct ntlm_challenge challenge = {
        .flags = unicode ? FLAGS | NTLM_TARGET_INFO | NTLM_TARGET_TYPE_DOMAIN
                         : NTLM_OEM | NTLM_NTLM | NTLM_ESS,
        .server_challenge = {1, 2, 3, 4, 5, 6, 7, 8},
    };

    append_text(&name, "AD", unicode);
    if (unicode) {
        append_target_info(&info);
    }
    challenge.target_name = buf_bytes(&name);
    challenge.target_info = buf_bytes(&info);
    challenge_encode(out, &challenge);
}

static void append_response(struct buf *out)
{
    static const uint8_t client_challenge[NTLM_CHALLENGE_LEN] = {7, 7, 7};
    BUF_AUTO info = BUF_INIT;

    append_target_info(&info);
    buf_append_zeros(out, NTLM_PROOF_LEN);
    kdf_ntlmv2_blob(out, 1, client_challenge, buf_bytes(&info));
}

/* kind 2: NTLMv2; 1: NTLMv1; 0: anonymous. */
static void append_authenticate(struct buf *out, int kind, bool unicode)
{
    static const uint8_t zeros[NTLM_V1_RESPONSE_LEN];
    BUF_AUTO user = BUF_INIT;
    BUF_AUTO domain = BUF_INIT;
    BUF_AUTO response = BUF_INIT;
    struct ntlm_authenticate message = {
        .lm_response = bytes_of(zeros, kind == 0 ? 1 : NTLM_V1_RESPONSE_LEN),
        .session_key = bytes_of(zeros, kind == 2 ? 16 : 0),
        .flags = (unicode ? FLAGS : NTLM_OEM | NTLM_NTLM) |
                 (uint32_t)(kind == 0 ? NTLM_ANONYMOUS : 0),
    };

    if (kind > 0) {
        append_text(&user, "alice", unicode);
        append_text(&domain, "AD", unicode);
        buf_append_zeros(&response, kind == 1 ? NTLM_V1_RESPONSE_LEN : 0);
    }
    if (kind == 2) {
        append_response(&response);
    }
    message.user = buf_bytes(&user);
    message.domain = buf_bytes(&domain);
    message.workstation = buf_bytes(&domain);
    message.nt_response = buf_bytes(&response);
    authenticate_encode(out, &message);
}

static void messages(void)
{
    struct buf b = BUF_INIT;

    negotiate_encode(&b, FLAGS);
    seeds_write("ntlm", "negotiate-short", bytes_of(b.p, 16));
    seeds_write_buf("ntlm", "negotiate", &b);
    negotiate_encode(&b, NTLM_OEM | NTLM_OEM_DOMAIN_SUPPLIED |
                             NTLM_OEM_WORKSTATION_SUPPLIED | NTLM_NTLM);
    buf_append_text(&b, "ADWS1");
    patch_u16le(&b, 16, 2);
    patch_u32le(&b, 20, 40);
    patch_u16le(&b, 24, 3);
    patch_u32le(&b, 28, 42);
    seeds_write_buf("ntlm", "negotiate-oem", &b);
    append_challenge(&b, true);
    seeds_write_buf("ntlm", "challenge", &b);
    append_challenge(&b, false);
    seeds_write_buf("ntlm", "challenge-oem", &b);
    append_authenticate(&b, 2, true);
    seeds_write_buf("ntlm", "authenticate", &b);
    append_authenticate(&b, 1, true);
    seeds_write_buf("ntlm", "authenticate-v1", &b);
    append_authenticate(&b, 0, true);
    seeds_write_buf("ntlm", "authenticate-anonymous", &b);
    append_authenticate(&b, 2, false);
    seeds_write_buf("ntlm", "authenticate-oem", &b);
}

static void append_all_pairs(struct buf *out)
{
    static const uint8_t zeros[48];

    avpair_append(out, AV_NB_DOMAIN, bytes_of("A\0D\0", 4));
    avpair_append(out, AV_NB_COMPUTER, bytes_of("W\0", 2));
    avpair_append(out, AV_DNS_TREE, bytes_of("t\0", 2));
    avpair_append_u32(out, AV_FLAGS, AV_FLAG_MIC);
    avpair_append_u64(out, AV_TIMESTAMP, 1);
    avpair_append(out, AV_SINGLE_HOST, bytes_of(zeros, sizeof(zeros)));
    avpair_append(out, AV_TARGET_NAME, bytes_of("H\0/\0w\0", 6));
    avpair_append(out, AV_CHANNEL_BINDINGS, bytes_of(zeros, 16));
    avpair_append(out, 0x1234, bytes_of(zeros, 3));
    avpair_append_eol(out);
}

static void pairs(void)
{
    struct buf b = BUF_INIT;

    append_target_info(&b);
    seeds_write_buf("avpair", "offered", &b);
    append_all_pairs(&b);
    seeds_write_buf("avpair", "all", &b);
    avpair_append_eol(&b);
    seeds_write_buf("avpair", "end", &b);
    for (size_t i = 0; i < AVPAIR_MAX; i++) {
        avpair_append(&b, AV_DNS_TREE, bytes_of("t\0", 2));
    }
    avpair_append_eol(&b);
    seeds_write_buf("avpair", "most", &b);
}

static void write_init(const char *name, struct negtoken_init init,
                       const struct bytes *mechs, size_t n)
{
    BUF_AUTO list = BUF_INIT;
    struct buf b = BUF_INIT;

    negtoken_mech_types_encode(&list, mechs, n);
    init.mech_types_der = buf_bytes(&list);
    negtoken_init_encode(&b, &init);
    seeds_write_buf("negtoken", name, &b);
}

static void inits(void)
{
    const struct bytes mechs[] = {OID_MS_KRB5, OID_KRB5, OID_NEGOEX, OID_NTLM};
    BUF_AUTO message = BUF_INIT;
    struct negtoken_init init = {.has_token = true, .has_mic = true};

    negotiate_encode(&message, FLAGS);
    init.token = buf_bytes(&message);
    init.mic = bytes_str("0123456789abcdef");
    write_init("init", init, mechs, 4);
    write_init("init-ntlm",
               (struct negtoken_init){.has_token = true, .token = init.token}, &OID_NTLM,
               1);
    write_init("init-list", (struct negtoken_init){0}, mechs, 4);
    init = (struct negtoken_init){.has_hints = true, .has_hint_name = true};
    init.hint_name = NEG_HINT_NAME;
    write_init("init2-hints", init, mechs, 4);
    init.has_mic = true;
    init.mic = bytes_str("MIC");
    write_init("init2-mic", init, mechs, 2);
}

/* A NegTokenInit with reqFlags, which this module reads and never writes. */
static void init_with_flags(void)
{
    static const uint8_t bits[] = {1, 0x40};
    struct buf b = BUF_INIT;
    size_t frame = der_open(&b, DER_APPLICATION_0);

    der_append(&b, DER_OID, OID_SPNEGO);
    size_t choice = der_open(&b, DER_CONTEXT_0);
    size_t sequence = der_open(&b, DER_SEQUENCE);
    size_t field = der_open(&b, DER_CONTEXT_0);
    negtoken_mech_types_encode(&b, &OID_NTLM, 1);
    der_close(&b, field);
    der_append_field(&b, 1, DER_BIT_STRING, bytes_of(bits, sizeof(bits)));
    der_close(&b, sequence);
    der_close(&b, choice);
    der_close(&b, frame);
    seeds_write_buf("negtoken", "init-flags", &b);
}

static void write_resp(const char *name, const struct negtoken_resp *resp)
{
    struct buf b = BUF_INIT;

    negtoken_resp_encode(&b, resp);
    seeds_write_buf("negtoken", name, &b);
}

static void resps(void)
{
    BUF_AUTO message = BUF_INIT;
    struct negtoken_resp resp = {.has_token = true};

    append_challenge(&message, true);
    resp.token = buf_bytes(&message);
    write_resp("resp-token", &resp);
    resp.has_state = true;
    resp.state = NEG_ACCEPT_INCOMPLETE;
    resp.has_mech = true;
    resp.mech = OID_NTLM;
    write_resp("resp-first", &resp);
    resp.has_mic = true;
    resp.mic = bytes_str("0123456789abcdef");
    write_resp("resp-all", &resp);
    resp = (struct negtoken_resp){.has_state = true, .state = NEG_REJECT};
    write_resp("resp-reject", &resp);
    resp = (struct negtoken_resp){0};
    write_resp("resp-empty", &resp);
}

static void frames(void)
{
    const struct bytes mechs[] = {OID_NTLM, OID_KRB5};
    struct buf b = BUF_INIT;

    for (size_t i = 0; i < 2; i++) {
        size_t at = der_open(&b, DER_APPLICATION_0);

        der_append(&b, DER_OID, mechs[i]);
        negotiate_encode(&b, FLAGS);
        der_close(&b, at);
        seeds_write_buf("negtoken", i == 0 ? "frame-ntlm" : "frame-krb5", &b);
    }
}

void seeds_tokens(void)
{
    messages();
    pairs();
    inits();
    init_with_flags();
    resps();
    frames();
}
