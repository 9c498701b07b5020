/* SPDX-License-Identifier: ISC */
/* SPNEGO tokens as a readable tree. */
#include "tools/print/negtoken_text.h"

#include "asn1/negtoken.h"
#include "asn1/oid_text.h"
#include "base/text.h"

#include <stdarg.h>

#define INDENT_STEP  2
#define NTLM_MIC_LEN 16 /* a longer one may hold anything, and is not shown */

struct printer {
    struct buf *out;
    struct bytes token;
    unsigned indent;
    const struct text_nested *nested;
    enum err nested_err; /* the first fault that nested found */
    size_t nested_fault_offset;
};

static const char *const state_names[] = {
    [NEG_ACCEPT_COMPLETED] = "accept-completed",
    [NEG_ACCEPT_INCOMPLETE] = "accept-incomplete",
    [NEG_REJECT] = "reject",
    [NEG_REQUEST_MIC] = "request-mic",
};

/* line: appends a line, indented by depth steps. line_oid: appends a line that ends with
 * an OID. */
static void line(struct printer *p, unsigned depth, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

static void append_indent(struct printer *p, unsigned depth)
{
    buf_printf(p->out, "%*s", (int)(p->indent + depth * INDENT_STEP), "");
}

static void line(struct printer *p, unsigned depth, const char *format, ...)
{
    va_list args;

    append_indent(p, depth);
    va_start(args, format);
    buf_vprintf(p->out, format, args);
    va_end(args);
    buf_append_u8(p->out, '\n');
}

static void line_oid(struct printer *p, unsigned depth, const char *label,
                     struct bytes body)
{
    append_indent(p, depth);
    buf_append_text(p->out, label);
    oid_text(p->out, body);
    buf_append_u8(p->out, '\n');
}

static const char *plural(size_t n)
{
    return n == 1 ? "" : "s";
}

/* Prints the mechanism's token, if the caller has a printer for it. */
static void print_nested(struct printer *p, unsigned depth, struct bytes token)
{
    size_t offset = 0;
    enum err e;

    if (p->nested == NULL || token.n == 0) {
        return;
    }
    e = p->nested->print(p->out, token, p->indent + depth * INDENT_STEP, &offset);
    if (e != ERR_OK && p->nested_err == ERR_OK) {
        p->nested_err = e;
        p->nested_fault_offset = bytes_offset(p->token, token) + offset;
    }
}

static void print_token(struct printer *p, const char *label, struct bytes token)
{
    line(p, 1, "%s: %zu byte%s", label, token.n, plural(token.n));
    print_nested(p, 2, token);
}

/* Prints a MIC. One of NTLM is shown as hex, because its version, checksum and sequence
 * number are worth reading. */
static void print_mic(struct printer *p, struct bytes mic)
{
    BUF_AUTO text = BUF_INIT;

    if (mic.n != NTLM_MIC_LEN) {
        line(p, 1, "mechListMIC: %zu byte%s", mic.n, plural(mic.n));
        return;
    }
    text_hex(&text, mic);
    line(p, 1, "mechListMIC: %zu bytes, %s", mic.n, buf_cstr(&text));
}

static void print_mech_types(struct printer *p, const struct negtoken_init *init)
{
    line(p, 1, "mechTypes: %zu mechanism%s, %zu bytes for mechListMIC to sign",
         init->n_mechs, plural(init->n_mechs), init->mech_types_der.n);
    for (size_t i = 0; i < init->n_mechs; i++) {
        line_oid(p, 2, "", init->mechs[i]);
    }
}

static void print_hints(struct printer *p, const struct negtoken_init *init)
{
    struct text_escaped name;

    line(p, 1, "negHints");
    if (init->has_hint_name) {
        line(p, 2, "hintName: \"%s\"", text_escaped(&name, init->hint_name));
    }
}

static enum err print_init(struct printer *p, struct der_fault *out_fault)
{
    struct negtoken_init init;
    enum err e = negtoken_init_inspect(p->token, &init, out_fault);

    line(p, 0, "SPNEGO %s in a GSS-API frame: %zu bytes",
         init.has_hints ? "NegTokenInit2" : "NegTokenInit", p->token.n);
    if (init.mech_types_der.n > 0) {
        print_mech_types(p, &init);
    }
    if (init.has_req_flags) {
        line(p, 1, "reqFlags: ignored by every implementation");
    }
    if (init.has_token) {
        print_token(p, "mechToken", init.token);
    }
    if (init.has_hints) {
        print_hints(p, &init);
    }
    if (init.has_mic) {
        print_mic(p, init.mic);
    }
    return e;
}

static enum err print_resp(struct printer *p, struct der_fault *out_fault)
{
    struct negtoken_resp resp;
    enum err e = negtoken_resp_inspect(p->token, &resp, out_fault);

    line(p, 0, "SPNEGO NegTokenResp: %zu bytes", p->token.n);
    if (resp.has_state) {
        line(p, 1, "negState: %s", state_names[resp.state]);
    }
    if (resp.has_mech) {
        line_oid(p, 1, "supportedMech: ", resp.mech);
    }
    if (resp.has_token) {
        print_token(p, "responseToken", resp.token);
    }
    if (resp.has_mic) {
        print_mic(p, resp.mic);
    }
    return e;
}

static enum err print_any(struct printer *p, struct der_fault *out_fault)
{
    if (p->token.n == 0) {
        return ERR_TRUNCATED;
    }
    if (negtoken_is_resp(p->token)) {
        return print_resp(p, out_fault);
    }
    if (!negtoken_is_init(p->token)) {
        return ERR_TOKEN_UNKNOWN;
    }
    return print_init(p, out_fault);
}

static void print_fault(struct printer *p, enum err e, const struct der_fault *fault)
{
    if (fault->n_missing > 0) {
        line(p, 0, "fault at byte %zu: %zu byte%s missing at the end", fault->offset,
             fault->n_missing, fault->n_missing == 1 ? " is" : "s are");
        return;
    }
    line(p, 0, "fault at byte %zu: %s", fault->offset, err_sentence(e));
}

enum err negtoken_text(struct buf *out, struct bytes token, unsigned indent,
                       const struct text_nested *nested, size_t *out_fault_offset)
{
    struct printer p = {.out = out, .token = token, .indent = indent, .nested = nested};
    struct der_fault fault = {0, 0};
    enum err e = print_any(&p, &fault);

    if (e != ERR_OK) {
        print_fault(&p, e, &fault);
    } else if (p.nested_err != ERR_OK) {
        e = p.nested_err;
        fault.offset = p.nested_fault_offset;
        line(&p, 0, "fault at byte %zu: in the mechanism's token, as shown there",
             fault.offset);
    }
    *out_fault_offset = fault.offset;
    return e;
}
