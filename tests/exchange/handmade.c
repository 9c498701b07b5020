/* SPDX-License-Identifier: ISC */
/* Makes tokens of SPNEGO by hand, around a raw NTLM context of the module. */
#include "tests/exchange/handmade.h"

#include "mech/oid.h"

void list_of(struct buf *out, const struct bytes *mechs, size_t n)
{
    buf_cleanup(out);
    negtoken_mech_types_encode(out, mechs, n);
    ck_ok(buf_status(out));
}

void write_init(struct buf *out, struct bytes list, struct bytes token)
{
    struct negtoken_init init = {0};

    init.mech_types_der = list;
    init.has_token = token.p != NULL;
    init.token = token;
    buf_cleanup(out);
    negtoken_init_encode(out, &init);
    ck_ok(buf_status(out));
}

void write_resp(struct buf *out, int state, struct bytes mech, struct bytes token,
                struct bytes mic)
{
    struct negtoken_resp resp = {0};

    resp.has_state = state != NO_STATE;
    resp.state = state == NO_STATE ? NEG_ACCEPT_COMPLETED : (enum neg_state)state;
    resp.has_mech = mech.p != NULL;
    resp.mech = mech;
    resp.has_token = token.p != NULL;
    resp.token = token;
    resp.has_mic = mic.p != NULL;
    resp.mic = mic;
    buf_cleanup(out);
    negtoken_resp_encode(out, &resp);
    ck_ok(buf_status(out));
}

struct negtoken_init read_init(const struct buf *token)
{
    struct negtoken_init init;

    ck_ok(negtoken_init_decode(buf_bytes(token), &init));
    return init;
}

struct negtoken_resp read_resp(const struct buf *token)
{
    struct negtoken_resp resp;

    ck_ok(negtoken_resp_decode(buf_bytes(token), &resp));
    return resp;
}

static void restore(struct peer *raw, uint32_t verifying)
{
    (void)set_option(raw, OPTION_RESET_CRYPTO, bytes_of(&verifying, sizeof(verifying)));
    ck_major(raw, GSS_S_COMPLETE);
}

void sign_list(struct peer *raw, struct bytes list, struct buf *mic)
{
    (void)get_mic(raw, list, mic);
    ck_major(raw, GSS_S_COMPLETE);
    restore(raw, 0);
}

void check_list(struct peer *raw, struct bytes list, struct bytes mic)
{
    (void)verify_mic(raw, list, mic);
    ck_major(raw, GSS_S_COMPLETE);
    restore(raw, 1);
}
