/* SPDX-License-Identifier: ISC */
/* The parts that all three messages have: header, fields, version ([MS-NLMP] 2.2). */
#ifndef NTLM_MESSAGE_H
#define NTLM_MESSAGE_H

#include "base/buf.h"
#include "base/reader.h"

#define NTLM_MESSAGE_MAX  ((size_t)64 * 1024)
#define NTLM_NAME_MAX_LEN ((size_t)512) /* user or domain: 256 UTF-16 units */

#define MESSAGE_FIELD_LEN 8 /* bytes of a field's header */

enum ntlm_message_type { NTLM_NEGOTIATE = 1, NTLM_CHALLENGE = 2, NTLM_AUTHENTICATE = 3 };

/* The 8 bytes "NTLMSSP\0". */
extern const struct bytes NTLM_SIGNATURE;

/* Our VERSION (2.2.2.10): 10.0 build 0, NTLM revision 15; 8 bytes. */
extern const struct bytes NTLM_OUR_VERSION;

/* message_has_signature: whether these bytes begin as an NTLM message does. */
bool message_has_signature(struct bytes in);

/* message_type: the type of a message; 0 if its signature is wrong or its type is cut
 * off. */
uint32_t message_type(struct bytes in);

/* message_open: a reader that starts after the signature and the type of a message.
 * Errors stick to it: ERR_TOO_LARGE, ERR_TRUNCATED, ERR_NTLM_SIGNATURE, ERR_NTLM_TYPE. */
struct reader message_open(struct bytes whole, enum ntlm_message_type type);

/*
 * struct message_field: a {Len, MaxLen, Offset} header and the bytes it points to.
 * message_field: reads the next header of r and slices the whole message by it. MaxLen is
 * ignored; an empty field may point anywhere. ERR_TRUNCATED and ERR_NTLM_FIELD stick to
 * r; the field is empty then.
 */
struct message_field {
    struct bytes value;
    size_t offset; /* of value in the message; meaningful if value.n > 0 */
};
struct message_field message_field(struct reader *r);

/* message_check_fields: no field begins before header_len, and no two fields overlap.
 * ERR_NTLM_FIELD. */
MUST_USE enum err message_check_fields(const struct message_field *fields,
                                       size_t n_fields, size_t header_len);

/* message_lowest_offset: the lowest offset of a non-empty field; message_len if all
 * fields are empty. */
size_t message_lowest_offset(const struct message_field *fields, size_t n_fields,
                             size_t message_len);

/* message_name_fits: whether a user or domain, as a peer sent it, has at most 256
 * characters: NTLM_NAME_MAX_LEN bytes of UTF-16, or half as many of OEM. */
bool message_name_fits(struct bytes name, bool unicode);

/* message_name_check: whether we can send this user or domain, which is UTF-8. ERR_UTF8;
 * ERR_NAME_LENGTH, with the length in the detail. */
MUST_USE enum err message_name_check(struct bytes name);

/* message_append_header: appends signature and type. message_append_field: appends the
 * header of a field. Its bytes follow in the payload, at *payload_offset, which moves on
 * by value.n. ERR_TOO_LARGE sticks if Len cannot hold value.n, or Offset the offset. */
void message_append_header(struct buf *out, enum ntlm_message_type type);
void message_append_field(struct buf *out, struct bytes value, size_t *payload_offset);

#endif
