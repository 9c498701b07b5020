/* SPDX-License-Identifier: ISC */
/* Shows the tokens in a trace. */
#include "tools/trace_token.h"

#include "asn1/negtoken.h"
#include "asn1/oid_text.h"
#include "base/text.h"
#include "ntlm/message.h"
#include "tools/print/token_text.h"
#include "tools/token_input.h"

#include <inttypes.h>
#include <string.h>

#define FILLER 0xff

/* struct label: a title and a colon, followed by parts with commas between them. */
struct label {
    struct buf *out;
    const char *separator;
};

static void append_part(struct label *label, const char *part)
{
    buf_append_text(label->out, label->separator);
    buf_append_text(label->out, part);
    label->separator = ", ";
}

static void append_title(struct label *label, const char *title)
{
    buf_append_text(label->out, title);
    label->separator = ": ";
}

static void append_ntlm(struct label *label, struct bytes message)
{
    static const char *const names[] = {
        [NTLM_NEGOTIATE] = "NTLM NEGOTIATE",
        [NTLM_CHALLENGE] = "NTLM CHALLENGE",
        [NTLM_AUTHENTICATE] = "NTLM AUTHENTICATE",
    };
    const uint32_t type = message_type(message);
    const bool is_known = type >= NTLM_NEGOTIATE && type <= NTLM_AUTHENTICATE &&
                          message.n <= NTLM_MESSAGE_MAX;

    append_part(label, is_known ? names[type] : "NTLM message");
}

static void append_framed(struct label *label, struct bytes mech, struct bytes inner)
{
    BUF_AUTO oid = BUF_INIT;

    if (bytes_equal(mech, OID_KRB5) || bytes_equal(mech, OID_MS_KRB5)) {
        append_part(label, "Kerberos");
        return;
    }
    oid_text(&oid, mech);
    append_part(label, buf_cstr(&oid));
    if (bytes_equal(mech, OID_NTLM)) {
        append_ntlm(label, inner);
    }
}

static void append_inner(struct label *label, struct bytes token)
{
    struct bytes mech;
    struct bytes inner;

    if (token.n == 0) {
        return;
    }
    if (message_has_signature(token)) {
        append_ntlm(label, token);
    } else if (negtoken_frame_decode(token, &mech, &inner) == ERR_OK) {
        append_framed(label, mech, inner);
    } else if (bytes_has_prefix(token, bytes_str("\x6e"))) {
        append_part(label, "Kerberos");
    } else if (!negtoken_is_init(token)) {
        append_part(label, "a token of unknown kind");
    }
}

/* Appends the parts of a NegTokenInit, up to a fault. */
static void append_init(struct label *label, struct bytes token)
{
    struct negtoken_init init;
    struct der_fault unused;
    enum err e = negtoken_init_inspect(token, &init, &unused);

    (void)e;
    append_title(label, init.has_hints ? "NegTokenInit2" : "NegTokenInit");
    append_inner(label, init.token);
    if (init.has_hints) {
        append_part(label, "hints");
    }
    if (init.has_mic) {
        append_part(label, "mechListMIC");
    }
}

static void append_resp(struct label *label, struct bytes token)
{
    static const char *const states[] = {
        [NEG_ACCEPT_COMPLETED] = "accept-completed",
        [NEG_ACCEPT_INCOMPLETE] = "accept-incomplete",
        [NEG_REJECT] = "reject",
        [NEG_REQUEST_MIC] = "request-mic",
    };
    struct negtoken_resp resp;
    struct der_fault unused;
    enum err e = negtoken_resp_inspect(token, &resp, &unused);

    (void)e;
    append_title(label, "NegTokenResp");
    if (resp.has_state) {
        append_part(label, states[resp.state]);
    }
    append_inner(label, resp.token);
    if (resp.has_mic) {
        append_part(label, "mechListMIC");
    }
}

static bool is_spnego_frame(struct bytes token)
{
    struct bytes mech;
    struct bytes inner;

    return negtoken_is_init(token) &&
           (negtoken_frame_decode(token, &mech, &inner) != ERR_OK ||
            bytes_equal(mech, OID_SPNEGO));
}

void trace_token_label(struct buf *out, struct bytes token)
{
    struct label label = {.out = out, .separator = ""};

    if (negtoken_is_resp(token)) {
        append_resp(&label, token);
    } else if (is_spnego_frame(token)) {
        append_init(&label, token);
    } else {
        append_inner(&label, token);
    }
}

/* Reads a place, written as "offset+length". */
static bool read_place(struct bytes text, uint64_t *out_offset, uint64_t *out_len)
{
    struct bytes offset;
    struct bytes len;

    return bytes_split(text, '+', &offset, &len) &&
           trace_number_parse(offset, out_offset) && trace_number_parse(len, out_len);
}

static void fill(struct buf *token, struct bytes places)
{
    struct bytes place;
    struct bytes part;
    uint64_t offset;
    uint64_t len;

    while (places.n > 0) {
        (void)bytes_split(places, ',', &place, &places);
        if (read_place(place, &offset, &len) && offset <= token->n && len <= token->n &&
            bytes_slice(buf_bytes(token), (size_t)offset, (size_t)len, &part) == ERR_OK) {
            memset(token->p + offset, FILLER, part.n);
        }
    }
}

bool trace_token_bytes(const struct trace_event *event, struct buf *out)
{
    struct bytes token = trace_event_raw(event, "token");

    if (token.n == 0) {
        token = trace_event_raw(event, "raw");
    }
    if (token.n == 0 || !token_input_hex(token, out) || buf_status(out) != ERR_OK) {
        buf_cleanup(out);
        return false;
    }
    fill(out, trace_event_raw(event, "zeroed"));
    return true;
}

/* Appends the fault of a token whose bytes are not in the trace. */
static void append_fault(const struct trace_event *event, struct buf *tree,
                         struct buf *label)
{
    const bool is_unknown = trace_event_is(event, "fault", err_name(ERR_TOKEN_UNKNOWN));
    const uint64_t n = trace_event_number(event, "bytes");

    buf_append_text(label, is_unknown ? "a token of unknown kind"
                                      : "a token that cannot be decoded");
    buf_printf(tree, "%s, %" PRIu64 " byte%s\n",
               is_unknown ? "token of unknown kind" : "a token that cannot be decoded", n,
               n == 1 ? "" : "s");
    if (!is_unknown) {
        buf_append_text(tree, "  fault: ");
        trace_event_get(event, "fault-text", tree);
        buf_append_text(tree, "\n");
    }
    buf_append_text(tree, "  bytes: only with GSS_NEGOTIATE_TRACE_RAW=1\n");
}

void trace_token_text(const struct trace_event *event, struct buf *tree,
                      struct buf *label)
{
    struct bytes raw = trace_event_raw(event, "raw");
    BUF_AUTO token = BUF_INIT;
    size_t unused;

    if (!trace_token_bytes(event, &token)) {
        append_fault(event, tree, label);
        return;
    }
    (void)token_text(tree, buf_bytes(&token), &unused);
    trace_token_label(label, buf_bytes(&token));
    if (raw.n > 0) {
        buf_append_text(tree, "  bytes: ");
        text_hex(tree, buf_bytes(&token));
        buf_append_text(tree, "\n");
    }
}
