/* SPDX-License-Identifier: ISC */
/* Every kind of token in every state of a context: tokens that come out of order, and
 * malformed ones. */
#include "tests/hostile/context_state.h"

#include <string.h>

/* Makes the token of a row from its text. */
typedef void (*make_token)(const char *text, struct buf *out);

static void from_hex(const char *text, struct buf *out)
{
    forged_set(out, hex(text));
}

static void from_text(const char *text, struct buf *out)
{
    forged_set(out, bytes_str(text));
}

#define NEGOTIATE "4e544c4d53535000 01000000 358288e2"

/* A valid NEGOTIATE that is one byte too long. */
static void too_large_ntlm(const char *text, struct buf *out)
{
    from_hex(text, out);
    buf_append_zeros(out, (64 << 10) + 1 - out->n);
    ck_ok(buf_status(out));
}

/* An element that is longer than SPNEGO allows. */
static void too_large(uint8_t tag, struct buf *out)
{
    size_t opened;

    buf_cleanup(out);
    opened = der_open(out, tag);
    der_append(out, DER_OID, OID_SPNEGO);
    buf_append_zeros(out, NEGTOKEN_MAX_LEN);
    der_close(out, opened);
    ck_ok(buf_status(out));
}

static void too_large_init(const char *text, struct buf *out)
{
    (void)text;
    too_large(DER_APPLICATION_0, out);
}

static void too_large_resp(const char *text, struct buf *out)
{
    (void)text;
    too_large(DER_CONTEXT_0 + 1, out);
}

static void framed(const char *text, struct buf *out)
{
    form_first(FORM_FRAMED, hex(text), out);
}

static void in_init(const char *text, struct buf *out)
{
    form_first(FORM_SPNEGO, hex(text), out);
}

/* A list without NTLM. Without a credential of the application the built-in SPNEGO
 * answers it, with one our SPNEGO; there are no Kerberos keys. */
static void list_alone(const char *text, struct buf *out)
{
    write_init(out, hex(text), NOTHING);
}

static void in_resp(const char *text, struct buf *out)
{
    write_resp(out, NEG_ACCEPT_INCOMPLETE, OID_NTLM, hex(text), NOTHING);
}

static void in_client_resp(const char *text, struct buf *out)
{
    write_resp(out, NO_STATE, NOTHING, hex(text), NOTHING);
}

/* A valid CHALLENGE. */
static void challenge(const char *text, struct buf *out)
{
    BUF_AUTO info = BUF_INIT;

    (void)text;
    forged_target_info(&info);
    forged_challenge(out, FORGED_FLAGS, NOTHING, buf_bytes(&info));
}

static void challenge_in_resp(const char *text, struct buf *out)
{
    BUF_AUTO message = BUF_INIT;

    challenge(text, &message);
    form_reply(FORM_SPNEGO, buf_bytes(&message), out);
}

/* A well-formed AUTHENTICATE for a CHALLENGE that the acceptor has not sent. */
static void authenticate(const char *text, struct buf *out)
{
    BUF_AUTO asked = BUF_INIT;
    struct forged_client h;

    challenge(text, &asked);
    forged_begin(&h, hex(NEGOTIATE), buf_bytes(&asked));
    forged_prove(&h);
    forged_write(&h);
    forged_set(out, buf_bytes(&h.message));
    forged_end(&h);
}

static void authenticate_in_resp(const char *text, struct buf *out)
{
    BUF_AUTO message = BUF_INIT;

    authenticate(text, &message);
    form_second(FORM_SPNEGO, buf_bytes(&message), NOTHING, out);
}

#define HEADER "4e544c4d53535000"

/*
 * The columns are the states. Raw acceptor: first, second, done, failed; SPNEGO acceptor:
 * first, after hints, second, waits for the MIC, done, failed; raw initiator: first,
 * second, done, failed; SPNEGO initiator: first, reply, last reply, done, failed.
 */
static const struct row {
    const char *what;
    make_token make;
    const char *text;
    const char *answers;
} rows[] = {
    {"nothing", from_hex, "", "DDDX ..DDDX .DDX .DDDX"},
    {"a zero byte", from_hex, "00", "DDDX DDDDDX DDDX DDDDX"},
    {"text", from_text, "GET / HTTP/1.1", "DDDX DDDDDX DDDX DDDDX"},
    {"a signature cut short", from_hex, "4e544c4d535350", "DDDX DDDDDX DDDX DDDDX"},
    {"a signature alone", from_hex, HEADER, "DDDX DDDDDX DDDX DDDDX"},
    {"a message without type", from_hex, HEADER "010000", "DDDX DDDDDX DDDX DDDDX"},
    {"type 0", from_hex, HEADER "00000000", "DDDX DDDDDX DDDX DDDDX"},
    {"type 4", from_hex, HEADER "04000000", "DDDX DDDDDX DDDX DDDDX"},
    {"NEGOTIATE", from_hex, NEGOTIATE, ".DDX ..DDDX DDDX DDDDX"},
    {"NEGOTIATE without flags", from_hex, HEADER "01000000", "DDDX DDDDDX DDDX DDDDX"},
    {"NEGOTIATE of 64 KiB and a byte", too_large_ntlm, NEGOTIATE,
     "DDDX DDDDDX DDDX DDDDX"},
    {"CHALLENGE", challenge, NULL, "DDDX DDDDDX D.DX DDDDX"},
    {"AUTHENTICATE", authenticate, NULL, "DFDX DDDDDX DDDX DDDDX"},
    {"framed NEGOTIATE", framed, NEGOTIATE, ".DDX ..DDDX DDDX DDDDX"},
    {"a frame with nothing", framed, "", "DDDX DDDDDX DDDX DDDDX"},
    {"a frame with text", framed, "0000", "DDDX DDDDDX DDDX DDDDX"},
    {"NegTokenInit", in_init, NEGOTIATE, "DDDX ..DDDX DDDX .DDDX"},
    {"NegTokenInit with type 3", in_init, HEADER "03000000", "DDDX DDDDDX DDDX .DDDX"},
    {"NegTokenInit with an empty token", in_init, "", "DDDX DDDDDX DDDX .DDDX"},
    {"NegTokenInit over 1 MiB", too_large_init, NULL, "DDDX DDDDDX DDDX DDDDX"},
    {"NegTokenResp with NEGOTIATE", in_resp, NEGOTIATE, "DDDX DDDDDX DDDX DDDDX"},
    {"NegTokenResp with text", in_resp, "00", "DDDX DDDDDX DDDX DDDDX"},
    {"NegTokenResp with CHALLENGE", challenge_in_resp, NULL, "DDDX DDDDDX DDDX D.DDX"},
    {"NegTokenResp with AUTHENTICATE", authenticate_in_resp, NULL,
     "DDDX DDFDDX DDDX DDDDX"},
    {"NegTokenResp over 1 MiB", too_large_resp, NULL, "DDDX DDDDDX DDDX DDDDX"},
    /* after the AUTHENTICATE and a mechListMIC a server may complete the login without a
     * mechListMIC */
    {"accept-completed", from_hex, "a1073005a0030a0100", "DDDX DDDDDX DDDX DD.DX"},
    {"accept-incomplete", from_hex, "a1073005a0030a0101", "DDDX DDDDDX DDDX DDDDX"},
    {"reject", from_hex, "a1073005a0030a0102", "DDDX DDFFDX DDDX DFFDX"},
    {"request-mic", from_hex, "a1073005a0030a0103", "DDDX DDDDDX DDDX DDDDX"},
    {"negState 4", from_hex, "a1073005a0030a0104", "DDDX DDDDDX DDDX DDDDX"},
    {"an empty NegTokenResp", from_hex, "a1023000", "DDDX DDDDDX DDDX DDDDX"},
    {"NegTokenResp without its sequence", from_hex, "a100", "DDDX DDDDDX DDDX DDDDX"},
    {"a client's NegTokenResp with text", in_client_resp, "00", "DDDX DDDDDX DDDX DDDDX"},
    {"an AP-REQ's beginning", from_hex, "6e820010", "MDDX KKDDDX DDDX DDDDX"},
    {"a Kerberos frame", from_hex, "600e 06092a864886f712010202 0100ff",
     "MDDX KKDDDX DDDX DDDDX"},
    {"Kerberos alone in the list", list_alone, "300b 06092a864886f712010202",
     "DDDX KMDDDX DDDX .DDDX"},
    {"an unknown mechanism alone", list_alone, "3005 06032a0304",
     "DDDX KMDDDX DDDX .DDDX"},
    {"another mechanism's frame", from_hex, "6007 06032a0304 0000",
     "DDDX DDDDDX DDDX DDDDX"},
};

TEST_TABLE(each_token_at_each_state, rows)
{
    BUF_AUTO token = BUF_INIT;

    place_begin(LINES_BOTH, "");
    row->make(row->text, &token);
    state_check_row(row->what, buf_bytes(&token), row->answers);
    login_good(NTLM);
    login_good(SPNEGO);
}
