/* SPDX-License-Identifier: ISC */
/* The edits of a genuine token on its way. */
#include "tests/fuzz/token_edit.h"
#include "base/reader.h"

#include "asn1/negtoken.h"
#include "ntlm/message.h"
#include "tests/fuzz/fuzz.h"
#include "tests/fuzz/mutate.h"
#include "tests/fuzz/mutate_der.h"

#define ROOM      EDIT_SPLICE_MAX
#define MAX_EDITS 8

struct one {
    uint8_t kind;
    uint16_t a;
    uint8_t b;
};

struct bytes token_ntlm(struct bytes token)
{
    uint8_t room[ROOM];
    struct edit copy = {room, 0, sizeof(room)};
    struct bytes found;

    if (message_has_signature(token) || !edit_splice(&copy, 0, 0, token) ||
        !mutate_der_find(&copy, NTLM_SIGNATURE, &found)) {
        return token;
    }
    return bytes_of(token.p + (found.p - room), found.n);
}

/* Replaces the token by the one that was built, unless building failed or the block is
 * too small. */
static void become(struct edit *edit, const struct buf *built)
{
    if (buf_status(built) == ERR_OK && built->n <= edit->max) {
        (void)edit_splice(edit, 0, edit->n, buf_bytes(built));
    }
}

static void flip(struct edit *edit, const struct one *one)
{
    if (edit->n > 0) {
        edit->p[one->a % edit->n] ^= one->b;
    }
}

static void cut(struct edit *edit, const struct one *one)
{
    edit->n = one->a < edit->n ? one->a : edit->n;
}

static void extend(struct edit *edit, const struct one *one)
{
    static const uint8_t zeros[256];

    (void)edit_splice(edit, edit->n, 0, bytes_of(zeros, one->b));
}

static void mutate(struct edit *edit, const struct one *one)
{
    struct chance chance = {one->a | (uint32_t)one->b << 16};

    if (edit->n > 0) {
        mutate_token(edit, &chance);
    }
}

static void change_resp(struct negtoken_resp *resp, const struct one *one)
{
    const struct bytes mechs[] = {OID_NTLM,   OID_KRB5,   OID_MS_KRB5, OID_SPNEGO,
                                  OID_NEGOEX, OID_NEGOEX, OID_NTLM,    OID_KRB5};

    if ((one->b & TOKEN_RESP_STATE) != 0) {
        resp->has_state = true;
        resp->state = (enum neg_state)(one->a & 3);
    }
    if ((one->b & TOKEN_RESP_MECH) != 0) {
        resp->has_mech = true;
        resp->mech = mechs[one->a >> 2 & 7];
    }
    if ((one->b & TOKEN_RESP_ECHO) != 0) {
        resp->has_mic = true;
        resp->mic = resp->has_token ? resp->token : bytes_str("no MIC");
    }
    if ((one->b & TOKEN_RESP_NO_BYTES) != 0) {
        resp->has_token = true;
        resp->token = bytes_of(NULL, 0);
    }
    resp->has_state = resp->has_state && (one->b & TOKEN_RESP_NO_STATE) == 0;
    resp->has_mech = resp->has_mech && (one->b & TOKEN_RESP_NO_MECH) == 0;
    resp->has_token = resp->has_token && (one->b & TOKEN_RESP_NO_TOKEN) == 0;
    resp->has_mic = resp->has_mic && (one->b & TOKEN_RESP_NO_MIC) == 0;
}

static void edit_resp(struct edit *edit, const struct one *one)
{
    BUF_AUTO built = BUF_INIT;
    struct negtoken_resp resp;

    if (negtoken_resp_decode(edit_bytes(edit), &resp) == ERR_OK) {
        change_resp(&resp, one);
        negtoken_resp_encode(&built, &resp);
        become(edit, &built);
    }
}

/* Changes the list as the bits say; returns its new length. */
static size_t change_list(const struct negtoken_init *init, uint8_t bits,
                          struct bytes mechs[NEGTOKEN_MAX_MECHS])
{
    size_t from = (bits & TOKEN_INIT_NOT_FIRST) != 0 ? 1 : 0;
    size_t to = (bits & TOKEN_INIT_FIRST) != 0 ? from + 1 : init->n_mechs;
    size_t n = 0;

    if ((bits & TOKEN_INIT_NEGOEX) != 0) {
        mechs[n++] = OID_NEGOEX;
    }
    for (size_t i = from; i < to && i < init->n_mechs && n < NEGTOKEN_MAX_MECHS; i++) {
        size_t which = (bits & TOKEN_INIT_REVERSED) != 0 ? init->n_mechs - 1 - i : i;
        bool spelled =
            (bits & TOKEN_INIT_MS_KRB5) != 0 && bytes_equal(init->mechs[which], OID_KRB5);

        mechs[n++] = spelled ? OID_MS_KRB5 : init->mechs[which];
    }
    return n;
}

static void edit_init(struct edit *edit, const struct one *one)
{
    BUF_AUTO list = BUF_INIT;
    BUF_AUTO built = BUF_INIT;
    struct negtoken_init init;
    struct bytes mechs[NEGTOKEN_MAX_MECHS];

    if (negtoken_init_decode(edit_bytes(edit), &init) != ERR_OK) {
        return;
    }
    negtoken_mech_types_encode(&list, mechs, change_list(&init, one->b, mechs));
    if (buf_status(&list) != ERR_OK) {
        return;
    }
    init.mech_types_der = buf_bytes(&list);
    init.has_token = init.has_token && (one->b & TOKEN_INIT_NO_TOKEN) == 0;
    init.has_hints = init.has_hints || (one->b & TOKEN_INIT_HINTS) != 0;
    if ((one->b & TOKEN_INIT_MIC) != 0) {
        init.has_mic = true;
        init.mic = bytes_str("sixteen bytes MIC");
    }
    negtoken_init_encode(&built, &init);
    become(edit, &built);
}

/* Appends a message in a frame with NTLM's OID (RFC 2743 3.1). */
static void append_frame(struct buf *out, struct bytes message)
{
    size_t at = der_open(out, DER_APPLICATION_0);

    der_append(out, DER_OID, OID_NTLM);
    buf_append(out, message);
    der_close(out, at);
}

static void append_framed(struct buf *out, enum token_frame frame, struct bytes message)
{
    BUF_AUTO list = BUF_INIT;
    struct negtoken_init init = {.has_token = true, .token = message};
    struct negtoken_resp resp = {.has_token = true, .token = message};

    switch (frame) {
    case TOKEN_FRAME_INIT:
        negtoken_mech_types_encode(&list, &OID_NTLM, 1);
        init.mech_types_der = buf_bytes(&list);
        negtoken_init_encode(out, &init);
        break;
    case TOKEN_FRAME_RESP:
        negtoken_resp_encode(out, &resp);
        break;
    case TOKEN_FRAME_GENERIC:
        append_frame(out, message);
        break;
    default:
        buf_append(out, message);
    }
}

static void reframe(struct edit *edit, const struct one *one)
{
    BUF_AUTO built = BUF_INIT;

    append_framed(&built, (enum token_frame)(one->b % TOKEN_FRAMES),
                  token_ntlm(edit_bytes(edit)));
    become(edit, &built);
}

static void flip_flag(struct edit *edit, const struct one *one)
{
    struct bytes message = token_ntlm(edit_bytes(edit));
    static const size_t flags_at[] = {0, 12, 20, 60};
    uint32_t type = message_type(message);

    if (type >= NTLM_NEGOTIATE && type <= NTLM_AUTHENTICATE) {
        size_t at = bytes_offset(edit_bytes(edit), message) + flags_at[type];

        edit_set_le(edit, at, 4, edit_get_le(edit, at, 4) ^ UINT32_C(1) << (one->a % 32));
    }
}

static bool next_edit(struct reader *in, struct one *out)
{
    out->kind = reader_u8(in);
    out->a = reader_u16le(in);
    out->b = reader_u8(in);
    return reader_status(in) == ERR_OK;
}

void token_edit(struct buf *out, struct bytes token, struct bytes edits)
{
    static void (*const apply[TOKEN_EDITS])(struct edit * edit, const struct one *one) = {
        [TOKEN_FLIP] = flip,     [TOKEN_CUT] = cut,         [TOKEN_EXTEND] = extend,
        [TOKEN_MUTATE] = mutate, [TOKEN_RESP] = edit_resp,  [TOKEN_INIT] = edit_init,
        [TOKEN_FRAME] = reframe, [TOKEN_FLAGS] = flip_flag,
    };
    uint8_t room[ROOM];
    struct edit edit = {room, 0, sizeof(room)};
    struct one one;
    struct reader r = reader_of(edits);

    (void)edit_splice(&edit, 0, 0, token);
    for (size_t n = 0; n < MAX_EDITS && next_edit(&r, &one); n++) {
        apply[one.kind % TOKEN_EDITS](&edit, &one);
    }
    buf_append(out, edit_bytes(&edit));
    FUZZ_MUST(buf_status(out) == ERR_OK);
}
