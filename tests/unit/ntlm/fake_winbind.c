/* SPDX-License-Identifier: ISC */
/* A prover that answers as winbind does, or with one fault. */
#include "tests/unit/ntlm/fake_winbind.h"

#include "ntlm/authenticate.h"
#include "ntlm/challenge.h"
#include "ntlm/negotiate.h"

#include <string.h>

#define SINGLE_HOST                                                                      \
    "08003000 30000000 00000000 0000000000000000"                                        \
    "0101010101010101010101010101010101010101010101010101010101010101"
#define NO_BINDINGS "0a001000 00000000000000000000000000000000"
#define EOL         "00000000"

static void append_avs(const struct fake_winbind *w,
                       const struct ntlm_challenge *challenge, struct buf *out)
{
    struct avpair_list given;

    ck_ok(avpair_decode(challenge->target_info, &given));
    for (size_t i = 0; i < given.n && !w->drops_avs; i++) {
        avpair_append(out, given.pairs[i].id, given.pairs[i].value);
    }
    buf_append(out, hex(w->own_avs));
    avpair_append_eol(out);
}

/* The forged message carries a key of zeros, encrypted; this decrypts it. */
static void find_key(const struct fake_winbind *w, const struct ntlm_challenge *challenge,
                     struct bytes authenticate, struct buf *out)
{
    struct ntlm_authenticate message;
    struct ntlm_key zero = {{0}};
    struct ntlm_key base;
    struct ntlm_key key;

    ck_ok(authenticate_decode(authenticate, &message));
    ck_ok(kdf_ntlmv2_check(&w->p->nt_hash, message.user, message.domain,
                           challenge->server_challenge, message.nt_response, &base));
    key = base;
    if (message.session_key.n == sizeof(zero.b)) {
        ck_ok(kdf_rc4(&base, &zero, &key));
    }
    buf_append(out, bytes_of(key.b, sizeof(key.b)));
    buf_append_zeros(out, 16);
}

static enum err prove(const void *self, const struct prover_query *query,
                      struct prover_answer *out)
{
    struct fake_winbind *w = (struct fake_winbind *)(uintptr_t)self;
    struct peers forger = {.nt_hash = w->p->nt_hash};
    struct ntlm_negotiate negotiate;
    struct ntlm_challenge challenge;
    BUF_AUTO avs = BUF_INIT;

    w->n_asked++;
    if (w->result != ERR_OK) {
        return w->result;
    }
    ck_bytes(query->user, bytes_str("alice"));
    ck_bytes(query->domain, bytes_str("AD"));
    buf_append(&w->negotiate, query->negotiate);
    buf_append(&w->challenge, query->challenge);
    buf_append(&forger.negotiate, query->negotiate);
    buf_append(&forger.challenge, query->challenge);
    ck_ok(negotiate_decode(query->negotiate, &negotiate));
    ck_ok(challenge_decode(query->challenge, &challenge));
    append_avs(w, &challenge, &avs);
    uint32_t flags = (negotiate.flags & challenge.flags & ~w->flags_off) | w->flags_on;
    bool carries_key = ntlm_flags_exchange_key(flags) != w->wrong_key_len;
    struct forgery forgery = {
        .user = w->user,
        .target_info = buf_bytes(&avs),
        .flags = flags,
        .mic = !w->no_mic,
        .session_key_len = carries_key ? 16 : 0,
    };
    peers_forge(&forger, &forgery);
    find_key(w, &challenge, buf_bytes(&forger.authenticate), &out->exported_session_key);
    out->exported_session_key.n = w->session_key_len;
    buf_move(&out->authenticate, &forger.authenticate);
    peers_free(&forger);
    if (w->spoil != NULL) {
        w->spoil(out);
    }
    return ERR_OK;
}

void fake_winbind_init(struct fake_winbind *winbind, struct peers *p)
{
    *winbind = (struct fake_winbind){
        .p = p,
        .own_avs = SINGLE_HOST NO_BINDINGS,
        .session_key_len = 16,
    };
    p->client_params.nt_hash = (struct ntlm_key){{0}};
    p->client_params.prover = (struct prover){prove, winbind};
}

void fake_winbind_free(struct fake_winbind *winbind)
{
    buf_cleanup(&winbind->negotiate);
    buf_cleanup(&winbind->challenge);
}
