/* SPDX-License-Identifier: ISC */
/* How much memory an acceptor needs for a client that sends one token and no other. */
#include "tests/hostile/forged_client.h"

#include "ntlm/message.h"
#include "ntlm/negotiate.h"

#include <malloc.h>

#define N_CONTEXTS 24

/* The most memory that one half-open context may have: for a NEGOTIATE of 4 KiB, a list
 * of 64 mechanisms of 128 bytes each, and what every context has. */
#define HELD_MAX ((size_t)20 * 1024)

#define N_MECHS  64
#define OID_LEN  128

/* A valid NEGOTIATE with zeros behind it, up to this length. */
static void write_negotiate(size_t n, struct buf *out)
{
    negotiate_encode(out, FORGED_FLAGS);
    buf_append_zeros(out, n - out->n);
}

/* The longest list that is accepted: NTLM is the first or the last mechanism, all others
 * are unknown. */
static void write_list(bool ntlm_is_first, struct buf *out)
{
    static uint8_t oids[N_MECHS][OID_LEN];
    struct bytes mechs[N_MECHS];

    for (size_t i = 0; i < N_MECHS; i++) {
        for (size_t j = 0; j < OID_LEN; j++) {
            oids[i][j] = 1;
        }
        oids[i][0] = (uint8_t)i;
        mechs[i] = bytes_of(oids[i], OID_LEN);
    }
    mechs[ntlm_is_first ? 0 : N_MECHS - 1] = OID_NTLM;
    list_of(out, mechs, N_MECHS);
}

static size_t held(void)
{
    struct mallinfo2 info = mallinfo2();

    return info.uordblks + info.hblkhd;
}

/* Sends a first token to many contexts; returns the memory that each of them has
 * afterwards. */
static size_t hold(gss_OID mech, struct bytes token, OM_uint32 wanted)
{
    struct peer peers[N_CONTEXTS] = {{0}};
    gss_cred_id_t cred = cred_acceptor(mech);
    OM_uint32 minor;
    size_t before = 0;
    size_t after;

    for (int i = -1; i < N_CONTEXTS; i++) { /* -1: loads what all contexts share */
        struct peer warm = {.cred = cred};
        struct peer *p = i < 0 ? &warm : &peers[i];

        if (i == 0) {
            before = held();
        }
        p->cred = cred;
        peer_accept(p, token);
        ck_major(p, wanted);
        buf_cleanup(&p->token);
        if (i < 0) {
            p->cred = GSS_C_NO_CREDENTIAL;
            peer_cleanup(p);
        }
    }
    after = held();
    for (int i = 0; i < N_CONTEXTS; i++) {
        peers[i].cred = GSS_C_NO_CREDENTIAL;
        peer_cleanup(&peers[i]);
    }
    (void)gss_release_cred(&minor, &cred);
    return after > before ? (after - before) / N_CONTEXTS : 0;
}

TEST_TIMES(the_longest_negotiate, N_FORMS)
{
    enum form form = (enum form)_i;
    BUF_AUTO negotiate = BUF_INIT;
    BUF_AUTO token = BUF_INIT;
    size_t n;

    place_begin(LINES_BOTH, "");
    write_negotiate(NTLM_NEGOTIATE_MAX, &negotiate);
    form_first(form, buf_bytes(&negotiate), &token);
    n = hold(form_mech(form), buf_bytes(&token), GSS_S_CONTINUE_NEEDED);
    ck_assert_uint_gt(n, NTLM_NEGOTIATE_MAX); /* the context has a copy of NEGOTIATE */
    ck_assert_uint_lt(n, HELD_MAX);
}

static const size_t too_long[] = {NTLM_NEGOTIATE_MAX + 1, 60000, NTLM_MESSAGE_MAX};

TEST_TIMES(a_longer_one_is_refused, N_FORMS *N(too_long))
{
    enum form form = (enum form)(_i % N_FORMS);
    BUF_AUTO negotiate = BUF_INIT;
    BUF_AUTO token = BUF_INIT;
    struct peer p = {0};

    place_begin(LINES_BOTH, "");
    write_negotiate(too_long[_i / N_FORMS], &negotiate);
    form_first(form, buf_bytes(&negotiate), &token);
    p.cred = cred_acceptor(form_mech(form));
    peer_accept(&p, buf_bytes(&token));
    ck_failed(&p, GSS_S_DEFECTIVE_TOKEN, "4096 are accepted");
    peer_cleanup(&p);
}

/* The longest list, with NTLM's token or with nearly 1 MiB for an unknown mechanism. */
TEST_TIMES(the_longest_list, 2)
{
    bool ntlm_is_first = _i == 0;
    BUF_AUTO list = BUF_INIT;
    BUF_AUTO mech_token = BUF_INIT;
    BUF_AUTO token = BUF_INIT;

    place_begin(LINES_BOTH, "");
    write_list(ntlm_is_first, &list);
    if (ntlm_is_first) {
        write_negotiate(NTLM_NEGOTIATE_MAX, &mech_token);
    } else {
        buf_append_zeros(&mech_token, 1000 * 1000);
    }
    write_init(&token, buf_bytes(&list), buf_bytes(&mech_token));
    ck_assert_uint_lt(hold(SPNEGO, buf_bytes(&token), GSS_S_CONTINUE_NEEDED), HELD_MAX);
}

/* An empty first token asks for hints. */
TEST(hints)
{
    place_begin(LINES_BOTH, "");
    ck_assert_uint_lt(hold(SPNEGO, NOTHING, GSS_S_CONTINUE_NEEDED), HELD_MAX);
}
