/* SPDX-License-Identifier: ISC */
/* Flips a bit of each byte that is sent: no such login completes at both ends. Kerberos'
 * first token is left out: if it is damaged, the acceptor asks for NTLM, and the
 * mechListMIC cannot distinguish that from a missing key. */
#include "mech/oid.h"
#include "tests/kerberos/sequence.h"

#include <string.h>

/* struct row: a leg, and whether its negState may have another value: request-mic or
 * accept-incomplete, and the last one beside a MIC. */
static const struct row {
    const char *name;
    enum keys keys;
    OM_uint32 asked;
    unsigned leg;
    bool has_free_state;
} rows[] = {
    {"flips: the AP-REP", RIGHT_KEYS, MUTUAL_FLAGS, 2, false},
    {"flips: the AP-REP in DCE style", RIGHT_KEYS, DCE_FLAGS, 2, true},
    {"flips: the third token in DCE style", RIGHT_KEYS, DCE_FLAGS, 3, false},
    {"flips: the last reply in DCE style", RIGHT_KEYS, DCE_FLAGS, 4, false},
    {"flips: request-mic", WRONG_KEYS, MUTUAL_FLAGS, 2, true},
    {"flips: NEGOTIATE", WRONG_KEYS, MUTUAL_FLAGS, 3, false},
    {"flips: CHALLENGE", WRONG_KEYS, MUTUAL_FLAGS, 4, false},
    {"flips: AUTHENTICATE and MIC", WRONG_KEYS, MUTUAL_FLAGS, 5, false},
    {"flips: accept-completed and MIC", WRONG_KEYS, MUTUAL_FLAGS, 6, true},
};

/* struct flip: the byte and the leg; n is the number of bytes of that token. */
struct flip {
    const struct row *row;
    size_t at;
    size_t n;
    size_t state_at; /* the offset of negState; SIZE_MAX if there is none */
};

/* The offset of the byte after the headers of Resp, SEQUENCE, [0] and ENUMERATED. */
static size_t find_state(const struct buf *token, const struct negtoken_resp *resp)
{
    static const uint8_t field[] = {0xa0, 0x03, 0x0a, 0x01};
    const uint8_t *found = memmem(token->p, token->n, field, sizeof(field));

    ck_assert(!resp->has_state || found != NULL);
    return resp->has_state ? (size_t)(found - token->p) + sizeof(field) : SIZE_MAX;
}

static void tamper(struct login *l, unsigned leg, struct buf *token)
{
    struct flip *flip = (struct flip *)(uintptr_t)l->arg;
    struct negtoken_resp resp;

    if (leg != flip->row->leg) {
        return;
    }
    resp = read_resp(token);
    flip->state_at = find_state(token, &resp);
    flip->n = flip->row->keys == RIGHT_KEYS && resp.has_token
                  ? bytes_offset(buf_bytes(token), resp.token)
                  : token->n;
    if (flip->at < flip->n) {
        token->p[flip->at] ^= (uint8_t)(1u << ((flip->at + 1) % 8));
    }
}

/* Makes one login with this byte changed; false if there is no such byte. */
static bool log_in(const struct row *row, struct flip *flip, bool *completed)
{
    struct login l;

    sequence_login(&l, row->keys, row->asked);
    l.tamper = tamper;
    l.arg = flip;
    login_run(&l);
    *completed = login_is_done(&l);
    login_end(&l);
    return flip->at < flip->n;
}

TEST_NAMED(flips, rows, name)
{
    struct flip flip = {row, 0, 0, SIZE_MAX};
    bool completed;

    while (log_in(row, &flip, &completed)) {
        ck_assert_msg(!completed || (row->has_free_state && flip.at == flip.state_at),
                      "completed with byte %zu changed", flip.at);
        flip.at++;
    }
    ck_assert_msg(completed, "did not complete with nothing changed");
    ck_assert_uint_gt(flip.at, 4);
}
