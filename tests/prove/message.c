/* SPDX-License-Identifier: ISC */
/* Proofs of ntlm/message: a field lies in its message, and no two fields share a byte. */
/*
 * Bounds: message_field and overlap: the message has any length (any_bytes).
 * message_check_fields and message_lowest_offset: a message as long as message_open
 * allows, and at most MAX_FIELDS fields, as many as AUTHENTICATE has; the other messages
 * have two.
 */
#include "tests/prove/prove.h"

#include "base/bytes.c"
#include "base/reader.c"
#include "ntlm/message.c"

#define MAX_FIELDS 6

/* The field is what its header says, and a view into the message; or it is empty. The
 * header is an object of its own: wherever it lies in the message, it is read alike. */
PROVE(message_field, 5)
{
    const struct bytes whole = any_bytes();
    uint8_t h[MESSAGE_FIELD_LEN + 1];
    size_t n = any_size_below(sizeof(h) + 1);
    struct reader r = {whole, {h, n}, ERR_OK};
    size_t len = (size_t)(h[0] | h[1] << 8);
    size_t offset = h[4] | h[5] << 8 | h[6] << 16 | (size_t)h[7] << 24;
    struct message_field field = message_field(&r);

    if (n < MESSAGE_FIELD_LEN) {
        prove(reader_status(&r) == ERR_TRUNCATED);
        prove(is_nothing(field.value) && field.offset == 0);
        return;
    }
    prove(r.rest.p == h + MESSAGE_FIELD_LEN);
    if (len == 0 || offset > whole.n || len > whole.n - offset) {
        prove(reader_status(&r) == (len == 0 ? ERR_OK : ERR_NTLM_FIELD));
        prove(is_nothing(field.value) && field.offset == 0);
        return;
    }
    prove(reader_status(&r) == ERR_OK);
    prove(field.offset == offset && is_view(field.value, whole, offset, len));
    prove(__CPROVER_r_ok(field.value.p, len));
}

/* A field as message_field gives it for a message of this length. */
static struct message_field any_field(size_t message_len)
{
    struct message_field field = {{NULL, nondet_u16()}, nondet_size()};

    given(field.offset <= message_len && field.value.n <= message_len - field.offset);
    given(field.value.n > 0 || field.offset == 0);
    return field;
}

static bool is_in(const struct message_field *field, size_t at)
{
    return at >= field->offset && at - field->offset < field->value.n;
}

/* Two fields overlap if and only if there is a byte in both. If there is one, the first
 * byte of one of the two is such a byte. */
PROVE(message_overlap, 1)
{
    size_t message_len = nondet_size();
    struct message_field a = any_field(message_len);
    struct message_field b = any_field(message_len);
    size_t at = nondet_size(); /* any byte */

    if (overlap(&a, &b)) {
        prove(is_in(&a, b.offset) || is_in(&b, a.offset));
    } else {
        prove(!is_in(&a, at) || !is_in(&b, at));
    }
}

/* If the fields are accepted, no byte is in two of them, or in one of them and in the
 * header. */
PROVE(message_check_fields, 7)
{
    struct message_field fields[MAX_FIELDS];
    size_t header_len = nondet_size();
    size_t n = any_size_below(MAX_FIELDS + 1);
    size_t at = nondet_size(); /* any byte */
    size_t n_owners = at < header_len ? 1 : 0;

    for (size_t i = 0; i < MAX_FIELDS; i++) {
        fields[i] = any_field(NTLM_MESSAGE_MAX);
        n_owners += i < n && is_in(&fields[i], at) ? 1 : 0;
    }
    if (message_check_fields(fields, n, header_len) == ERR_OK) {
        prove(n_owners <= 1);
    }
}

/* Up to three fields that share no byte, and none with the header, are accepted. */
PROVE(message_accept_fields, 4)
{
    struct message_field fields[3];
    size_t header_len = nondet_size();
    size_t n = any_size_below(4);

    for (size_t i = 0; i < 3; i++) {
        fields[i] = any_field(NTLM_MESSAGE_MAX);
        given(fields[i].value.n == 0 || fields[i].offset >= header_len);
        for (size_t j = 0; j < i; j++) {
            given(fields[i].value.n == 0 || !is_in(&fields[j], fields[i].offset));
            given(fields[j].value.n == 0 || !is_in(&fields[i], fields[j].offset));
        }
    }
    prove(message_check_fields(fields, n, header_len) == ERR_OK);
}

/* The lowest offset of a field that is not empty; without one, the message's length. */
PROVE(message_lowest_offset, 7)
{
    struct message_field fields[MAX_FIELDS];
    size_t message_len = any_size_below(NTLM_MESSAGE_MAX + 1);
    size_t n = any_size_below(MAX_FIELDS + 1);
    size_t lowest;
    bool is_one = false;

    for (size_t i = 0; i < MAX_FIELDS; i++) {
        fields[i] = any_field(message_len);
    }
    lowest = message_lowest_offset(fields, n, message_len);
    for (size_t i = 0; i < n; i++) {
        prove(fields[i].value.n == 0 || lowest <= fields[i].offset);
        is_one = is_one || (fields[i].value.n > 0 && fields[i].offset == lowest);
    }
    prove(is_one || lowest == message_len);
}
