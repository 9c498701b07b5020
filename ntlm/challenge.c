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
 * The header may end at 32 or 40 (no TargetInfo), at 48 (no Version) or at 56: it ends
 * where the payload begins.
 */
#include "ntlm/challenge.h"

#include "ntlm/flags.h"

#define BASE_END        32
#define TARGET_INFO_END 48
#define VERSION_AT      48
#define VERSION_END     56

enum { TARGET_NAME, TARGET_INFO, N_FIELDS };

/* From TargetName to ServerChallenge. */
static enum err get_base(struct bytes whole, struct bytes *in, struct ntlm_challenge *c,
                         struct message_field *out_target_name)
{
    enum err e = message_get_field(whole, in, out_target_name);

    if (e != ERR_OK) {
        return e;
    }
    e = bytes_get_u32le(in, &c->flags);
    if (e != ERR_OK) {
        return e;
    }
    return bytes_copy(in, c->server_challenge, sizeof(c->server_challenge));
}

/* TargetInfo, if the header goes so far; then checks both fields. */
static enum err get_target_info(struct bytes whole, struct bytes *in,
                                struct message_field fields[N_FIELDS])
{
    struct bytes reserved;
    enum err e;

    if (message_lowest_offset(fields, 1, whole.n) < TARGET_INFO_END) {
        return message_check_fields(fields, 1, BASE_END);
    }
    if ((e = bytes_take(in, 8, &reserved)) != ERR_OK ||
        (e = message_get_field(whole, in, &fields[TARGET_INFO])) != ERR_OK) {
        return e;
    }
    return message_check_fields(fields, N_FIELDS, TARGET_INFO_END);
}

enum err challenge_decode(struct bytes in, struct ntlm_challenge *out_challenge)
{
    struct bytes whole = in;
    struct ntlm_challenge c = {0};
    struct message_field fields[N_FIELDS] = {0};
    enum err e = message_open(&in, NTLM_CHALLENGE);

    *out_challenge = c;
    if (e != ERR_OK) {
        return e;
    }
    e = get_base(whole, &in, &c, &fields[TARGET_NAME]);
    if (e != ERR_OK) {
        return e;
    }
    e = get_target_info(whole, &in, fields);
    if (e != ERR_OK) {
        return e;
    }
    c.target_name = fields[TARGET_NAME].value;
    c.target_info = fields[TARGET_INFO].value;
    c.has_version = (c.flags & NTLM_VERSION) != 0 &&
                    message_lowest_offset(fields, N_FIELDS, whole.n) >= VERSION_END;
    if (c.has_version) {
        e = bytes_slice(whole, VERSION_AT, VERSION_END - VERSION_AT, &c.version);
    }
    *out_challenge = c;
    return e;
}

void challenge_encode(struct buf *out, const struct ntlm_challenge *challenge)
{
    size_t payload = VERSION_END;

    message_put_header(out, NTLM_CHALLENGE);
    message_put_field(out, challenge->target_name, &payload);
    buf_put_u32le(out, challenge->flags | NTLM_VERSION);
    buf_put(out, bytes_of(challenge->server_challenge, NTLM_CHALLENGE_LEN));
    buf_put_zeros(out, 8);
    message_put_field(out, challenge->target_info, &payload);
    buf_put(out, NTLM_OUR_VERSION);
    buf_put(out, challenge->target_name);
    buf_put(out, challenge->target_info);
}
