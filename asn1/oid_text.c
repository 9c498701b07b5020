/* SPDX-License-Identifier: ISC */
/* OIDs as text. */
#include "asn1/oid_text.h"

#include "asn1/der.h"
#include "base/text.h"

#include <inttypes.h>

#define OID_SHOWN_MAX 64 /* bytes of an OID's body that is shown in numbers */
#define HEX_SHOWN_MAX 32 /* bytes of an OID's body that is shown in hex */

static const struct {
    const char *dotted;
    const char *name;
} oid_names[] = {
    {"1.3.6.1.5.5.2", "SPNEGO"},
    {"1.2.840.113554.1.2.2", "Kerberos"},
    {"1.2.840.48018.1.2.2", "Kerberos, Microsoft's OID"},
    {"1.2.840.113554.1.2.2.3", "Kerberos user-to-user"},
    {"1.3.6.1.4.1.311.2.2.10", "NTLM"},
    {"1.3.6.1.4.1.311.2.2.30", "NegoEx"},
    {"1.3.6.1.5.2.5", "IAKERB"},
    {"1.3.6.1.5.2.7", "PKU2U"},
};

static const char *oid_name(struct bytes dotted)
{
    for (size_t i = 0; i < sizeof(oid_names) / sizeof(oid_names[0]); i++) {
        if (bytes_equal(dotted, bytes_str(oid_names[i].dotted))) {
            return oid_names[i].name;
        }
    }
    return NULL;
}

/* One subidentifier; the first holds two numbers (X.690 8.19.4). */
static void append_arc(struct buf *out, uint64_t arc, bool is_first)
{
    uint64_t root = arc < 80 ? arc / 40 : 2;

    if (is_first) {
        buf_printf(out, "%" PRIu64 ".%" PRIu64, root, arc - root * 40);
        return;
    }
    buf_printf(out, ".%" PRIu64, arc);
}

/* The numbers of a valid body; false for a number of more than 64 bits. */
static bool append_dotted(struct buf *out, struct bytes body)
{
    uint64_t arc = 0;
    bool is_first = true;

    for (size_t i = 0; i < body.n; i++) {
        if (arc >> (64 - 7) != 0) {
            return false;
        }
        arc = arc << 7 | (body.p[i] & 0x7f);
        if ((body.p[i] & 0x80) == 0) {
            append_arc(out, arc, is_first);
            arc = 0;
            is_first = false;
        }
    }
    return true;
}

static void append_oid_hex(struct buf *out, struct bytes body)
{
    bool is_long = body.n > HEX_SHOWN_MAX;

    if (body.n == 0) {
        buf_append_text(out, "an empty OID");
        return;
    }
    buf_append_text(out, "OID ");
    text_hex(out, bytes_of(body.p, is_long ? HEX_SHOWN_MAX : body.n));
    buf_printf(out, "%s (%zu bytes)", is_long ? "..." : "", body.n);
}

void oid_text(struct buf *out, struct bytes oid_body)
{
    BUF_AUTO dotted = BUF_INIT;
    const char *name;

    if (oid_body.n > OID_SHOWN_MAX || !der_oid_is_valid(oid_body) ||
        !append_dotted(&dotted, oid_body)) {
        append_oid_hex(out, oid_body);
        return;
    }
    buf_append(out, buf_bytes(&dotted));
    name = oid_name(buf_bytes(&dotted));
    if (name != NULL) {
        buf_printf(out, " (%s)", name);
    }
    buf_fail(out, buf_status(&dotted));
}
