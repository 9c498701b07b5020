/* SPDX-License-Identifier: ISC */
/* Prints any token of a login as a readable tree. */
#include "tools/print/token_text.h"

#include "asn1/negtoken.h"
#include "asn1/oid_text.h"
#include "ntlm/message.h"
#include "tools/print/negtoken_text.h"
#include "tools/print/ntlm_text.h"

static void append_indent(struct buf *out, unsigned indent)
{
    buf_printf(out, "%*s", (int)indent, "");
}

static bool begins_with(struct bytes token, uint8_t byte)
{
    return bytes_has_prefix(token, bytes_of(&byte, 1));
}

/* Prints a token in a frame of RFC 2743 3.1. Only NTLM's contents are decoded. */
static enum err print_framed(struct buf *out, struct bytes token, unsigned indent,
                             size_t *out_fault_offset)
{
    struct bytes mech;
    struct bytes inner;
    enum err e = negtoken_frame_decode(token, &mech, &inner);

    if (e != ERR_OK) {
        append_indent(out, indent);
        buf_printf(out, "a malformed GSS frame, %zu bytes\n", token.n);
        return e;
    }
    append_indent(out, indent);
    buf_append_text(out, "GSS frame of ");
    oid_text(out, mech);
    buf_printf(out, ", %zu bytes inside\n", inner.n);
    if (!bytes_equal(mech, OID_NTLM)) {
        return ERR_OK;
    }
    e = ntlm_text(out, inner, indent + 2, false, out_fault_offset);
    *out_fault_offset += token.n - inner.n;
    return e;
}

static void print_named(struct buf *out, struct bytes token, unsigned indent,
                        const char *name)
{
    append_indent(out, indent);
    buf_printf(out, "%s, %zu byte%s\n", name, token.n, token.n == 1 ? "" : "s");
}

/* Prints a mechToken of SPNEGO. One of an unknown kind is not a fault. */
static enum err print_inner(struct buf *out, struct bytes token, unsigned indent,
                            size_t *out_fault_offset)
{
    *out_fault_offset = 0;
    if (message_has_signature(token)) {
        return ntlm_text(out, token, indent, false, out_fault_offset);
    }
    if (begins_with(token, 0x60)) {
        return print_framed(out, token, indent, out_fault_offset);
    }
    print_named(out, token, indent,
                begins_with(token, 0x6e) ? "Kerberos AP-REQ" : "token of unknown kind");
    return ERR_OK;
}

static const struct text_nested nested = {print_inner};

static bool is_other_frame(struct bytes token)
{
    struct bytes mech;
    struct bytes inner;

    return negtoken_frame_decode(token, &mech, &inner) == ERR_OK &&
           !bytes_equal(mech, OID_SPNEGO);
}

enum err token_text(struct buf *out, struct bytes token, size_t *out_fault_offset)
{
    *out_fault_offset = 0;
    if (message_has_signature(token)) {
        return ntlm_text(out, token, 0, false, out_fault_offset);
    }
    if (is_other_frame(token)) {
        return print_framed(out, token, 0, out_fault_offset);
    }
    if (negtoken_is_init(token) || negtoken_is_resp(token)) {
        return negtoken_text(out, token, 0, &nested, out_fault_offset);
    }
    if (begins_with(token, 0x6e)) {
        print_named(out, token, 0, "Kerberos AP-REQ without a frame");
        return ERR_OK;
    }
    print_named(out, token, 0, "token of unknown kind");
    return ERR_TOKEN_UNKNOWN;
}
