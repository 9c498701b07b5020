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
    struct reader r = reader_of(in);

    if (!bytes_equal(reader_consume(&r, NTLM_SIGNATURE.n), NTLM_SIGNATURE)) {
        return 0;
    }
    return reader_u32le(&r);
}

struct reader message_open(struct bytes whole, enum ntlm_message_type type)
{
    struct reader r = reader_of(whole);

    reader_check(&r, whole.n <= NTLM_MESSAGE_MAX, ERR_TOO_LARGE);
    reader_check(&r, bytes_equal(reader_consume(&r, NTLM_SIGNATURE.n), NTLM_SIGNATURE),
                 ERR_NTLM_SIGNATURE);
    reader_check(&r, reader_u32le(&r) == (uint32_t)type, ERR_NTLM_TYPE);
    return r;
}

struct message_field message_field(struct reader *r)
{
    struct message_field field = {{NULL, 0}, 0};
    struct reader header = reader_of(reader_consume(r, MESSAGE_FIELD_LEN));
    size_t len = reader_u16le(&header);
    size_t offset;

    (void)reader_u16le(&header); /* MaxLen */
    offset = reader_u32le(&header);
    if (len > 0 && bytes_slice(r->whole, offset, len, &field.value) != ERR_OK) {
        reader_fail(r, ERR_NTLM_FIELD);
    }
    field.offset = field.value.n > 0 ? offset : 0;
    return field;
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
    size_t n_units;
    enum err e = utf16_units(name, &n_units);

    if (e != ERR_OK || n_units <= NTLM_NAME_MAX_LEN / 2) {
        return e;
    }
    return err_note(ERR_NAME_LENGTH, "%zu characters of UTF-16", n_units);
}

bool message_name_fits(struct bytes name, bool unicode)
{
    return name.n <= (unicode ? NTLM_NAME_MAX_LEN : NTLM_NAME_MAX_LEN / 2);
}

void message_append_header(struct buf *out, enum ntlm_message_type type)
{
    buf_append(out, NTLM_SIGNATURE);
    buf_append_u32le(out, (uint32_t)type);
}

void message_append_field(struct buf *out, struct bytes value, size_t *payload_offset)
{
    if (value.n > UINT16_MAX || *payload_offset > UINT32_MAX) {
        buf_fail(out, ERR_TOO_LARGE);
        return;
    }
    buf_append_u16le(out, (uint16_t)value.n);
    buf_append_u16le(out, (uint16_t)value.n);
    buf_append_u32le(out, (uint32_t)*payload_offset);
    *payload_offset += value.n;
}
