/* SPDX-License-Identifier: ISC */
/* CHALLENGE_MESSAGE: decode and encode ([MS-NLMP] 2.2.1.2). */
/*
 *  0             8     12           20      24                32         40
 * +-------------+-----+------------+-------+-----------------+----------+
 * | "NTLMSSP\0" | 2   | TargetName | Flags | ServerChallenge | Reserved |
 * +-------------+-----+------------+-------+-----------------+----------+
 *  40           48        56
 * +------------+---------+---------+
 * | TargetInfo | Version | payload |
 * +------------+---------+---------+
 *
 * The header ends where the payload begins: at 32 or 40 (without TargetInfo), at 48
 * (without Version) or at 56.
 */
#include "ntlm/challenge.h"

#include "ntlm/flags.h"

#define RESERVED_LEN    8
#define TARGET_INFO_END 48
#define VERSION_END     56
#define VERSION_LEN     8

enum { TARGET_NAME, TARGET_INFO, N_FIELDS };

enum err challenge_decode(struct bytes in, struct ntlm_challenge *out_challenge)
{
    struct reader r = message_open(in, NTLM_CHALLENGE);
    struct ntlm_challenge c = {0};
    struct message_field fields[N_FIELDS] = {0};

    fields[TARGET_NAME] = message_field(&r);
    c.flags = reader_u32le(&r);
    reader_copy(&r, c.server_challenge, sizeof(c.server_challenge));
    if (message_lowest_offset(fields, 1, in.n) >= TARGET_INFO_END) {
        (void)reader_consume(&r, RESERVED_LEN);
        fields[TARGET_INFO] = message_field(&r);
    }
    reader_fail(&r, message_check_fields(fields, N_FIELDS, reader_at(&r)));
    c.target_name = fields[TARGET_NAME].value;
    c.target_info = fields[TARGET_INFO].value;
    c.has_version = (c.flags & NTLM_VERSION) != 0 &&
                    message_lowest_offset(fields, N_FIELDS, in.n) >= VERSION_END;
    if (c.has_version) {
        c.version = reader_consume(&r, VERSION_LEN);
    }
    *out_challenge = reader_status(&r) == ERR_OK ? c : (struct ntlm_challenge){0};
    return reader_status(&r);
}

void challenge_encode(struct buf *out, const struct ntlm_challenge *challenge)
{
    size_t payload = VERSION_END;

    message_append_header(out, NTLM_CHALLENGE);
    message_append_field(out, challenge->target_name, &payload);
    buf_append_u32le(out, challenge->flags | NTLM_VERSION);
    buf_append(out, bytes_of(challenge->server_challenge, NTLM_CHALLENGE_LEN));
    buf_append_zeros(out, RESERVED_LEN);
    message_append_field(out, challenge->target_info, &payload);
    buf_append(out, NTLM_OUR_VERSION);
    buf_append(out, challenge->target_name);
    buf_append(out, challenge->target_info);
}
