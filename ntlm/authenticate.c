/* SPDX-License-Identifier: ISC */
/* AUTHENTICATE_MESSAGE: decode and encode ([MS-NLMP] 2.2.1.3). */
/*
 *  0             8     12           20           28           36         44
 * +-------------+-----+------------+------------+------------+----------+-------------+
 * | "NTLMSSP\0" | 3   | LmResponse | NtResponse | DomainName | UserName | Workstation |
 * +-------------+-----+------------+------------+------------+----------+-------------+
 *  52                           60      64        72         88
 * +----------------------------+-------+---------+----------+---------+
 * | EncryptedRandomSessionKey  | Flags | Version | MIC (16) | payload |
 * +----------------------------+-------+---------+----------+---------+
 *
 * The header ends where the payload begins:
 *   88 and more   Version at 64, MIC at 72
 *   80 to 87      MIC at 64 (peers that leave out the Version)
 *   72 to 79      Version at 64
 *   64 to 71      neither
 *   52 to 63      neither, and no session key and no flags (before NTLM had them)
 */
#include "ntlm/authenticate.h"

#include "ntlm/flags.h"

#define FLAGS_END     64
#define VERSION_END   72
#define VERSION_LEN   8
#define MIC_ALONE_END 80 /* of a MIC without a Version before it */
#define MIC_END       88
#define MIC_LEN       16

enum { LM_RESPONSE, NT_RESPONSE, DOMAIN, USER, WORKSTATION, SESSION_KEY, N_FIELDS };
#define N_BASE_FIELDS SESSION_KEY

/* Reads Version and MIC, as far as the header has room for them. A Version counts only if
 * its flag is set. */
static void read_tail(struct reader *r, size_t header_end, struct ntlm_authenticate *a)
{
    bool mic_alone = header_end >= MIC_ALONE_END && header_end < MIC_END;

    if (header_end >= VERSION_END && !mic_alone) {
        struct bytes version = reader_consume(r, VERSION_LEN);

        a->has_version = (a->flags & NTLM_VERSION) != 0;
        a->version = a->has_version ? version : bytes_of(NULL, 0);
    }
    if (header_end >= MIC_ALONE_END) {
        a->has_mic = true;
        a->mic_offset = reader_at(r);
        a->mic = reader_consume(r, MIC_LEN);
    }
}

enum err authenticate_decode(struct bytes in, struct ntlm_authenticate *out_authenticate)
{
    struct reader r = message_open(in, NTLM_AUTHENTICATE);
    struct ntlm_authenticate a = {0};
    struct message_field fields[N_FIELDS] = {0};
    bool unicode;

    for (size_t i = 0; i < N_BASE_FIELDS; i++) {
        fields[i] = message_field(&r);
    }
    if (message_lowest_offset(fields, N_BASE_FIELDS, in.n) >= FLAGS_END) {
        fields[SESSION_KEY] = message_field(&r);
        a.flags = reader_u32le(&r);
    }
    reader_fail(&r, message_check_fields(fields, N_FIELDS, reader_at(&r)));
    a.lm_response = fields[LM_RESPONSE].value;
    a.nt_response = fields[NT_RESPONSE].value;
    a.domain = fields[DOMAIN].value;
    a.user = fields[USER].value;
    a.workstation = fields[WORKSTATION].value;
    a.session_key = fields[SESSION_KEY].value;
    unicode = (a.flags & NTLM_UNICODE) != 0;
    reader_check(&r, message_name_fits(a.domain, unicode), ERR_TOO_LARGE);
    reader_check(&r, message_name_fits(a.user, unicode), ERR_TOO_LARGE);
    read_tail(&r, message_lowest_offset(fields, N_FIELDS, in.n), &a);
    *out_authenticate = reader_status(&r) == ERR_OK ? a : (struct ntlm_authenticate){0};
    return reader_status(&r);
}

void authenticate_encode(struct buf *out, const struct ntlm_authenticate *authenticate)
{
    const struct ntlm_authenticate *a = authenticate;
    size_t names = MIC_END;
    size_t responses = names + a->domain.n + a->user.n + a->workstation.n;

    message_append_header(out, NTLM_AUTHENTICATE);
    message_append_field(out, a->lm_response, &responses);
    message_append_field(out, a->nt_response, &responses);
    message_append_field(out, a->domain, &names);
    message_append_field(out, a->user, &names);
    message_append_field(out, a->workstation, &names);
    message_append_field(out, a->session_key, &responses);
    buf_append_u32le(out, a->flags | NTLM_VERSION);
    buf_append(out, NTLM_OUR_VERSION);
    if (!a->has_mic) {
        buf_append_zeros(out, MIC_LEN);
    } else if (a->mic.n != MIC_LEN) {
        buf_fail(out, ERR_INTERNAL);
    } else {
        buf_append(out, a->mic);
    }
    /* the payload, in the order of Windows: names, responses, key */
    buf_append(out, a->domain);
    buf_append(out, a->user);
    buf_append(out, a->workstation);
    buf_append(out, a->lm_response);
    buf_append(out, a->nt_response);
    buf_append(out, a->session_key);
}
