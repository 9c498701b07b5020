/* SPDX-License-Identifier: ISC */
/* What the three messages have in common: header, fields, version ([MS-NLMP] 2.2). */
#ifndef NTLM_MESSAGE_H
#define NTLM_MESSAGE_H

#include "base/buf.h"

#define NTLM_MESSAGE_MAX  ((size_t)64 * 1024)
#define NTLM_NAME_MAX_LEN ((size_t)512) /* user or domain: 256 UTF-16 units */

#define MESSAGE_FIELD_LEN 8 /* bytes of a field's header */

enum ntlm_message_type { NTLM_NEGOTIATE = 1, NTLM_CHALLENGE = 2, NTLM_AUTHENTICATE = 3 };

/* The 8 bytes "NTLMSSP\0". */
extern const struct bytes NTLM_SIGNATURE;

/* Our VERSION (2.2.2.10): 10.0 build 0, NTLM revision 15; 8 bytes. */
extern const struct bytes NTLM_OUR_VERSION;

/* message_has_signature: whether this begins as an NTLM message does. */
bool message_has_signature(struct bytes in);

/* message_type: the type of a message with a signature, 0 if there is none to read. */
uint32_t message_type(struct bytes in);

/* message_open: checks size, signature and type, and leaves *in behind them. Errors:
 * ERR_TOO_LARGE, ERR_TRUNCATED, ERR_NTLM_SIGNATURE, ERR_NTLM_TYPE. */
MUST_USE enum err message_open(struct bytes *in, enum ntlm_message_type type);

/*
 * struct message_field: a {Len, MaxLen, Offset} header and the bytes it points to.
 * message_get_field: reads the next header from *in and slices whole by it; MaxLen is
 * ignored; an empty field may point anywhere. ERR_TRUNCATED, ERR_NTLM_FIELD.
 */
struct message_field {
    struct bytes value;
    size_t offset; /* of value in the message; meaningful if value.n > 0 */
};
MUST_USE enum err message_get_field(struct bytes whole, struct bytes *in,
                                    struct message_field *out_field);

/* message_check_fields: no field begins before header_len, none overlaps another.
 * ERR_NTLM_FIELD. */
MUST_USE enum err message_check_fields(const struct message_field *fields,
                                       size_t n_fields, size_t header_len);

/* message_lowest_offset: of the non-empty fields; message_len if all are empty. */
size_t message_lowest_offset(const struct message_field *fields, size_t n_fields,
                             size_t message_len);

/* message_name_fits: a user or domain of at most 256 characters as sent:
 * NTLM_NAME_MAX_LEN bytes of UTF-16, half of that in OEM. */
bool message_name_fits(struct bytes name, bool unicode);

/* message_name_check: whether a user or domain, in UTF-8, can be sent. ERR_UTF8;
 * ERR_NAME_LENGTH with the length in the detail. */
MUST_USE enum err message_name_check(struct bytes name);

/* message_put_header: signature and type. message_put_field: a header whose bytes follow
 * in the payload: *payload_offset is where, and moves on by value.n. ERR_TOO_LARGE sticks
 * if Len or Offset does not hold the number. */
void message_put_header(struct buf *out, enum ntlm_message_type type);
void message_put_field(struct buf *out, struct bytes value, size_t *payload_offset);

#endif
