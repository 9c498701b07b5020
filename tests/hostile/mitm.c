/* SPDX-License-Identifier: ISC */
/* A man in the middle that changes NTLM messages in place. */
#include "tests/hostile/mitm.h"
#include "base/reader.h"

#include "ntlm/message.h"
#include "tests/lib/patch.h"

#include <string.h>

static const size_t flags_at[] = {0, NEGOTIATE_FLAGS_AT, CHALLENGE_FLAGS_AT,
                                  AUTHENTICATE_FLAGS_AT};

static size_t where(const struct buf *message)
{
    uint32_t type = message_type(buf_bytes(message));

    ck_assert_uint_ge(type, 1);
    ck_assert_uint_le(type, 3);
    return flags_at[type];
}

uint32_t mitm_flags(const struct buf *message)
{
    struct reader r = reader_of(buf_bytes(message));
    uint32_t flags;

    (void)reader_consume(&r, where(message));
    flags = reader_u32le(&r);
    ck_ok(reader_status(&r));
    return flags;
}

void mitm_clear(struct buf *message, uint32_t bits)
{
    patch_u32le(message, where(message), mitm_flags(message) & ~bits);
}

void mitm_set(struct buf *message, uint32_t bits)
{
    patch_u32le(message, where(message), mitm_flags(message) | bits);
}

size_t mitm_find(const struct buf *message, struct bytes wanted)
{
    const uint8_t *at = memmem(message->p, message->n, wanted.p, wanted.n);

    ck_assert_ptr_nonnull(at);
    return (size_t)(at - message->p);
}

static void edit_raw(struct mitm *mitm, unsigned leg, struct buf *token)
{
    mitm->edit[leg](mitm, token);
    ck_ok(buf_status(token));
}

static void edit_init(struct mitm *mitm, struct buf *token)
{
    struct negtoken_init init = read_init(token);
    BUF_AUTO message = BUF_INIT;
    BUF_AUTO changed = BUF_INIT;

    forged_set(&message, init.token);
    edit_raw(mitm, LEG_NEGOTIATE, &message);
    init.token = buf_bytes(&message);
    negtoken_init_encode(&changed, &init);
    forged_set(token, buf_bytes(&changed));
}

/* Only a token that holds a message is changed. */
static void edit_resp(struct mitm *mitm, unsigned leg, struct buf *token)
{
    struct negtoken_resp resp = read_resp(token);
    BUF_AUTO message = BUF_INIT;
    BUF_AUTO changed = BUF_INIT;

    if (!resp.has_token) {
        return;
    }
    forged_set(&message, resp.token);
    edit_raw(mitm, leg, &message);
    resp.token = buf_bytes(&message);
    negtoken_resp_encode(&changed, &resp);
    forged_set(token, buf_bytes(&changed));
}

static void tamper(struct login *l, unsigned leg, struct buf *token)
{
    struct mitm *mitm = (struct mitm *)(uintptr_t)l->arg;

    if (leg >= N_LEGS || mitm->edit[leg] == NULL) {
        return;
    }
    if (mitm->form != FORM_SPNEGO) {
        edit_raw(mitm, leg, token);
    } else if (leg == LEG_NEGOTIATE) {
        edit_init(mitm, token);
    } else {
        edit_resp(mitm, leg, token);
    }
}

void mitm_between(struct mitm *mitm, struct login *l)
{
    l->tamper = tamper;
    l->arg = mitm;
}

void mitm_login(struct mitm *mitm, struct login *l)
{
    login_begin(l, form_mech(mitm->form), ALICE, ALICE_PASSWORD, SEAL_FLAGS);
    mitm_between(mitm, l);
    login_run(l);
}

void mitm_refused(const struct login *l, OM_uint32 major, const char *says)
{
    ck_failed(&l->acceptor, major, says);
    ck_assert(l->acceptor.source == GSS_C_NO_NAME);
    ck_assert(!login_is_done(l));
}
