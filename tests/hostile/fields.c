/* SPDX-License-Identifier: ISC */
/* The header of each field of the three messages points to a wrong place: to the end,
 * behind it, into the message's own header, or into another field. */
#include "tests/hostile/context_state.h"

#include "tests/lib/patch.h"
#include "tests/unit/ntlm/fields.h"

/* What an offset is counted from. */
enum from { BEGIN, END, NEIGHBOUR, ITSELF };

/* Lengths: one that ends a byte beyond the message's end; that of the whole message. */
#define BEYOND 0x10000
#define WHOLE  0x10001

/* Wrong places of a field that is not empty. */
static const struct placement {
    uint32_t len; /* 0: the field's own length */
    enum from from;
    uint32_t offset;
} misplaced[] = {
    {1, BEGIN, 0},
    {1, BEGIN, 1},
    {1, BEGIN, 11},
    {0, BEGIN, 0},
    {0, BEGIN, 1},
    {1, END, 0},
    {1, END, 1},
    {1, BEGIN, 0xffff},
    {1, BEGIN, 0xffffffff},
    {0, END, 0},
    {0, END, 1},
    {0, BEGIN, 0xffff},
    {0, BEGIN, 0x80000000},
    {0, BEGIN, 0xffffffff},
    {0xffff, BEGIN, 0},
    {0xffff, BEGIN, 1},
    {0xffff, END, 0},
    {0xffff, END, 1},
    {0xffff, BEGIN, 0xffff},
    {0xffff, BEGIN, 0xffff0001}, /* offset + len wraps to 0 */
    {0xffff, BEGIN, 0xffffffff},
    {1, NEIGHBOUR, 0},
    {0, NEIGHBOUR, 0},
    {BEYOND, ITSELF, 0},
    {WHOLE, ITSELF, 0},
    {WHOLE, BEGIN, 0},
    {WHOLE, BEGIN, 1},
    {0xffff, ITSELF, 0},
};

/* The field keeps its place, but only its first byte. */
static const struct placement one_byte = {1, ITSELF, 0};

/* An empty field may point anywhere. */
static const struct placement empty[] = {
    {0, BEGIN, 0},      {0, BEGIN, 1},          {0, END, 0},       {0, END, 1},
    {0, BEGIN, 0xffff}, {0, BEGIN, 0xffffffff}, {0, NEIGHBOUR, 0},
};

/* struct field: a header of a message, another one over whose bytes it is laid, and the
 * letters (context_state.h) for a field that is empty and for one of a single byte. */
struct field {
    const char *name;
    size_t at;
    size_t neighbour;
    char if_empty;
    char if_one;
};

static void append_field(struct buf *message, const struct field *f,
                         const struct placement *to, uint16_t len)
{
    uint32_t begins[] = {[BEGIN] = 0,
                         [END] = (uint32_t)message->n,
                         [NEIGHBOUR] =
                             (uint32_t)place_at(buf_bytes(message), f->neighbour).offset,
                         [ITSELF] = (uint32_t)place_at(buf_bytes(message), f->at).offset};

    patch_u16le(message, f->at, len);
    patch_u32le(message, f->at + 4, begins[to->from] + to->offset);
    ck_ok(buf_status(message));
}

/* Sends a message whose field has this offset and length; returns the letter. */
typedef char (*send_placed)(enum form form, const struct field *f,
                            const struct placement *to, bool is_empty);

static uint16_t len_of(const struct buf *message, const struct field *f,
                       const struct placement *to, bool is_empty)
{
    const uint64_t was = place_at(buf_bytes(message), f->at).len;
    const uint64_t offset = place_at(buf_bytes(message), f->at).offset;

    ck_assert_uint_gt(was, 0);
    if (is_empty) {
        return 0;
    }
    switch (to->len) {
    case 0:
        return (uint16_t)was;
    case BEYOND:
        return (uint16_t)(message->n - offset + 1);
    case WHOLE:
        return (uint16_t)message->n;
    default:
        return (uint16_t)to->len;
    }
}

static void check_field(enum form form, const struct field *f, send_placed send)
{
    char one = send(form, f, &one_byte, false);

    ck_assert_msg(one == f->if_one, "%s, one byte: %c", f->name, one);
    for (int i = 0; i < N(misplaced); i++) {
        char got = send(form, f, &misplaced[i], false);

        ck_assert_msg(got == 'D', "%s of %#x at %d+%#x: %c", f->name, misplaced[i].len,
                      misplaced[i].from, misplaced[i].offset, got);
    }
    for (int i = 0; i < N(empty); i++) {
        char got = send(form, f, &empty[i], true);

        ck_assert_msg(got == f->if_empty, "%s, empty, at %d+%#x: %c", f->name,
                      empty[i].from, empty[i].offset, got);
    }
}

/* A NEGOTIATE with both names, and the flags that announce them. */
#define NEGOTIATE                                                                        \
    "4e544c4d53535000 01000000 35b288e2 0300 0300 28000000 0300 0300 2b000000"           \
    "0a0000000000000f 444f4d 575331"
static const struct field of_negotiate[] = {{"DomainName", 16, 24, '.', '.'},
                                            {"Workstation", 24, 16, '.', '.'}};

static char send_negotiate(enum form form, const struct field *f,
                           const struct placement *to, bool is_empty)
{
    BUF_AUTO message = BUF_INIT;
    BUF_AUTO token = BUF_INIT;
    struct login l;
    char letter;

    forged_set(&message, hex(NEGOTIATE));
    append_field(&message, f, to, len_of(&message, f, to, is_empty));
    login_begin(&l, form_mech(form), ALICE, ALICE_PASSWORD, SEAL_FLAGS);
    form_first(form, buf_bytes(&message), &token);
    peer_accept(&l.acceptor, buf_bytes(&token));
    letter = state_letter(l.acceptor.major);
    ck_assert(letter == '.' || (l.acceptor.context == GSS_C_NO_CONTEXT &&
                                l.acceptor.minor != 0 && l.acceptor.sentence[0] != 0));
    login_end(&l);
    return letter;
}

TEST_TABLE(negotiate, of_negotiate)
{
    place_begin(LINES_BOTH, "");
    for (int form = 0; form < N_FORMS; form++) {
        check_field((enum form)form, row, send_negotiate);
    }
    login_good(NTLM);
}

/* A client accepts a CHALLENGE with an empty TargetInfo; its AUTHENTICATE then has no
 * MIC. */
static const struct field of_challenge[] = {{"TargetName", 12, 40, '.', '.'},
                                            {"TargetInfo", 40, 12, '.', 'D'}};

static char send_challenge(enum form form, const struct field *f,
                           const struct placement *to, bool is_empty)
{
    BUF_AUTO name = BUF_INIT;
    BUF_AUTO info = BUF_INIT;
    BUF_AUTO message = BUF_INIT;

    forged_text(&name, "SERVER");
    forged_target_info(&info);
    forged_challenge(&message, FORGED_FLAGS, buf_bytes(&name), buf_bytes(&info));
    append_field(&message, f, to, len_of(&message, f, to, is_empty));
    return form_hear(form, buf_bytes(&message));
}

TEST_TABLE(challenge, of_challenge)
{
    place_begin(LINES_BOTH, "");
    for (int form = 0; form <= FORM_SPNEGO; form++) {
        check_field((enum form)form, row, send_challenge);
    }
    login_good(NTLM);
}

/* The MIC of each message is right, so that only the field can be the reason of the
 * refusal. */
static const struct field of_authenticate[] = {
    {"LmChallengeResponse", 12, 20, '.', 'D'},
    {"NtChallengeResponse", 20, 12, 'U', 'D'}, /* then the LM response is the only one */
    {"DomainName", 28, 36, 'F', 'D'},
    {"UserName", 36, 28, 'F', 'D'},
    {"Workstation", 44, 36, '.', 'D'},
    {"EncryptedRandomSessionKey", 52, 20, 'D', 'D'},
};

static char send_authenticate(enum form form, const struct field *f,
                              const struct placement *to, bool is_empty)
{
    struct login l;
    struct forged_client h;
    char letter;

    form_begin(form, &l, &h);
    forged_prove(&h);
    forged_write(&h);
    append_field(&h.message, f, to, len_of(&h.message, f, to, is_empty));
    forged_sign(&h);
    letter = form_judge(form, &l, &h);
    forged_end(&h);
    login_end(&l);
    return letter;
}

TEST_TABLE(authenticate, of_authenticate)
{
    place_begin(LINES_BOTH, "");
    for (int form = 0; form < N_FORMS; form++) {
        check_field((enum form)form, row, send_authenticate);
    }
    login_good(NTLM);
}

/* The unchanged messages are accepted, so the tables above test nothing but the field. */
TEST(handwritten_messages_are_accepted)
{
    place_begin(LINES_BOTH, "");
    for (int form = 0; form < N_FORMS; form++) {
        struct login l;
        struct forged_client h;

        form_begin((enum form)form, &l, &h);
        forged_prove(&h);
        forged_write(&h);
        ck_assert_int_eq(form_judge((enum form)form, &l, &h), '.');
        ck_major(&l.acceptor, GSS_S_COMPLETE);
        ck_assert_str_eq(display(l.acceptor.source), ALICE);
        forged_end(&h);
        login_end(&l);
    }
}
