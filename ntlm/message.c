/* SPDX-License-Identifier: ISC */
/* What the three messages have in common ([MS-NLMP] 2.2). */
/*
 *  0               8           12
 * +---------------+-----------+------------------------------+---------+
 * | "NTLMSSP\0"   | type (LE) | the message's own header     | payload |
 * +---------------+-----------+------------------------------+---------+
 *
 * A field of the header (2.2.1), little-endian; Offset counts from the message's start:
 *  0         2         4             8
 * +---------+---------+-------------+
 * | Len     | MaxLen  | Offset      |
 * +---------+---------+-------------+
 */
#include "ntlm/message.h"

#include "ntlm/utf16.h"

const struct bytes NTLM_SIGNATURE = {(const uint8_t *)"NTLMSSP", 8};

const struct bytes NTLM_OUR_VERSION = {(const uint8_t *)"\x0a\0\0\0\0\0\0\x0f", 8};

bool message_has_signature(struct bytes in)
{
    return bytes_has_prefix(in, NTLM_SIGNATURE);
}

uint32_t message_type(struct bytes in)
{
    struct bytes signature;
    uint32_t type = 0;

    if (!message_has_signature(in) ||
        bytes_take(&in, NTLM_SIGNATURE.n, &signature) != ERR_OK ||
        bytes_get_u32le(&in, &type) != ERR_OK) {
        return 0;
    }
    return type;
}

enum err message_open(struct bytes *in, enum ntlm_message_type type)
{
    struct bytes rest = *in;
    struct bytes signature;
    uint32_t found;

    if (rest.n > NTLM_MESSAGE_MAX) {
        return ERR_TOO_LARGE;
    }
    if (bytes_take(&rest, NTLM_SIGNATURE.n, &signature) != ERR_OK) {
        return ERR_TRUNCATED;
    }
    if (!bytes_equal(signature, NTLM_SIGNATURE)) {
        return ERR_NTLM_SIGNATURE;
    }
    if (bytes_get_u32le(&rest, &found) != ERR_OK) {
        return ERR_TRUNCATED;
    }
    if (found != (uint32_t)type) {
        return ERR_NTLM_TYPE;
    }
    *in = rest;
    return ERR_OK;
}

enum err message_get_field(struct bytes whole, struct bytes *in,
                           struct message_field *out_field)
{
    struct bytes header;
    uint16_t len;
    uint16_t max_len;
    uint32_t offset;

    *out_field = (struct message_field){{NULL, 0}, 0};
    if (bytes_take(in, MESSAGE_FIELD_LEN, &header) != ERR_OK ||
        bytes_get_u16le(&header, &len) != ERR_OK ||
        bytes_get_u16le(&header, &max_len) != ERR_OK ||
        bytes_get_u32le(&header, &offset) != ERR_OK) {
        return ERR_TRUNCATED;
    }
    if (len == 0) {
        return ERR_OK;
    }
    if (bytes_slice(whole, offset, len, &out_field->value) != ERR_OK) {
        return ERR_NTLM_FIELD;
    }
    out_field->offset = offset;
    return ERR_OK;
}

static bool overlap(const struct message_field *a, const struct message_field *b)
{
    return a->offset < b->offset + b->value.n && b->offset < a->offset + a->value.n;
}

enum err message_check_fields(const struct message_field *fields, size_t n_fields,
                              size_t header_len)
{
    for (size_t i = 0; i < n_fields; i++) {
        if (fields[i].value.n == 0) {
            continue;
        }
        if (fields[i].offset < header_len) {
            return ERR_NTLM_FIELD;
        }
        for (size_t j = 0; j < i; j++) {
            if (fields[j].value.n > 0 && overlap(&fields[i], &fields[j])) {
                return ERR_NTLM_FIELD;
            }
        }
    }
    return ERR_OK;
}

size_t message_lowest_offset(const struct message_field *fields, size_t n_fields,
                             size_t message_len)
{
    size_t lowest = message_len;

    for (size_t i = 0; i < n_fields; i++) {
        if (fields[i].value.n > 0 && fields[i].offset < lowest) {
            lowest = fields[i].offset;
        }
    }
    return lowest;
}

enum err message_name_check(struct bytes name)
{
    BUF_AUTO utf16 = BUF_INIT;
    enum err e = utf16_from_utf8(&utf16, name);

    if (e != ERR_OK || message_name_fits(buf_bytes(&utf16), true)) {
        return e;
    }
    return err_note(ERR_NAME_LENGTH, "%zu characters of UTF-16", utf16.n / 2);
}

bool message_name_fits(struct bytes name, bool unicode)
{
    return name.n <= (unicode ? NTLM_NAME_MAX_LEN : NTLM_NAME_MAX_LEN / 2);
}

void message_put_header(struct buf *out, enum ntlm_message_type type)
{
    buf_put(out, NTLM_SIGNATURE);
    buf_put_u32le(out, (uint32_t)type);
}

void message_put_field(struct buf *out, struct bytes value, size_t *payload_offset)
{
    if (value.n > UINT16_MAX || *payload_offset > UINT32_MAX) {
        buf_fail(out, ERR_TOO_LARGE);
        return;
    }
    buf_put_u16le(out, (uint16_t)value.n);
    buf_put_u16le(out, (uint16_t)value.n);
    buf_put_u32le(out, (uint32_t)*payload_offset);
    *payload_offset += value.n;
}
