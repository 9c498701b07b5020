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

#define BASE_END    52
#define FLAGS_END   64
#define VERSION_AT  64
#define VERSION_END 72
#define MIC_LEN     16

enum { LM_RESPONSE, NT_RESPONSE, DOMAIN, USER, WORKSTATION, SESSION_KEY, N_FIELDS };
#define N_BASE_FIELDS SESSION_KEY

/* The five fields that every form has. */
static enum err get_base(struct bytes whole, struct bytes *in,
                         struct message_field fields[N_FIELDS])
{
    for (size_t i = 0; i < N_BASE_FIELDS; i++) {
        enum err e = message_get_field(whole, in, &fields[i]);

        if (e != ERR_OK) {
            return e;
        }
    }
    return ERR_OK;
}

/* Session key and flags, if the header goes so far; then checks all fields. */
static enum err get_session_key(struct bytes whole, struct bytes *in,
                                struct message_field fields[N_FIELDS],
                                uint32_t *out_flags)
{
    enum err e;

    if (message_lowest_offset(fields, N_BASE_FIELDS, whole.n) < FLAGS_END) {
        return message_check_fields(fields, N_BASE_FIELDS, BASE_END);
    }
    if ((e = message_get_field(whole, in, &fields[SESSION_KEY])) != ERR_OK ||
        (e = bytes_get_u32le(in, out_flags)) != ERR_OK) {
        return e;
    }
    return message_check_fields(fields, N_FIELDS, FLAGS_END);
}

static void set_fields(struct ntlm_authenticate *a,
                       const struct message_field fields[N_FIELDS])
{
    a->lm_response = fields[LM_RESPONSE].value;
    a->nt_response = fields[NT_RESPONSE].value;
    a->domain = fields[DOMAIN].value;
    a->user = fields[USER].value;
    a->workstation = fields[WORKSTATION].value;
    a->session_key = fields[SESSION_KEY].value;
}

/* Where the MIC begins in a header that ends here; 0 if it has none. */
static size_t mic_offset(size_t header_end)
{
    if (header_end >= AUTHENTICATE_MIC_AT + MIC_LEN) {
        return AUTHENTICATE_MIC_AT;
    }
    return header_end >= FLAGS_END + MIC_LEN ? FLAGS_END : 0;
}

/* Version and MIC, as far as the header has room for them. */
static enum err set_tail(struct ntlm_authenticate *a, struct bytes whole,
                         size_t header_end)
{
    enum err e = ERR_OK;

    a->mic_offset = mic_offset(header_end);
    a->has_mic = a->mic_offset != 0;
    a->has_version = (a->flags & NTLM_VERSION) != 0 && header_end >= VERSION_END &&
                     a->mic_offset != VERSION_AT;
    if (a->has_mic) {
        e = bytes_slice(whole, a->mic_offset, MIC_LEN, &a->mic);
    }
    if (e == ERR_OK && a->has_version) {
        e = bytes_slice(whole, VERSION_AT, VERSION_END - VERSION_AT, &a->version);
    }
    return e;
}

static bool names_fit(const struct ntlm_authenticate *a)
{
    bool unicode = (a->flags & NTLM_UNICODE) != 0;

    return message_name_fits(a->domain, unicode) && message_name_fits(a->user, unicode);
}

enum err authenticate_decode(struct bytes in, struct ntlm_authenticate *out_authenticate)
{
    struct bytes whole = in;
    struct ntlm_authenticate a = {0};
    struct message_field fields[N_FIELDS] = {0};
    enum err e = message_open(&in, NTLM_AUTHENTICATE);

    *out_authenticate = a;
    if (e != ERR_OK) {
        return e;
    }
    e = get_base(whole, &in, fields);
    if (e != ERR_OK) {
        return e;
    }
    e = get_session_key(whole, &in, fields, &a.flags);
    if (e != ERR_OK) {
        return e;
    }
    set_fields(&a, fields);
    if (!names_fit(&a)) {
        return ERR_TOO_LARGE;
    }
    e = set_tail(&a, whole, message_lowest_offset(fields, N_FIELDS, whole.n));
    if (e == ERR_OK) {
        *out_authenticate = a;
    }
    return e;
}

/* The payload as Windows orders it: the names, then the responses, then the key. */
static void put_payload(struct buf *out, const struct ntlm_authenticate *a)
{
    buf_put(out, a->domain);
    buf_put(out, a->user);
    buf_put(out, a->workstation);
    buf_put(out, a->lm_response);
    buf_put(out, a->nt_response);
    buf_put(out, a->session_key);
}

static void put_mic(struct buf *out, const struct ntlm_authenticate *a)
{
    if (!a->has_mic) {
        buf_put_zeros(out, MIC_LEN);
        return;
    }
    if (a->mic.n != MIC_LEN) {
        buf_fail(out, ERR_INTERNAL);
        return;
    }
    buf_put(out, a->mic);
}

void authenticate_encode(struct buf *out, const struct ntlm_authenticate *authenticate)
{
    const struct ntlm_authenticate *a = authenticate;
    size_t names = AUTHENTICATE_MIC_AT + MIC_LEN;
    size_t responses = names + a->domain.n + a->user.n + a->workstation.n;

    message_put_header(out, NTLM_AUTHENTICATE);
    message_put_field(out, a->lm_response, &responses);
    message_put_field(out, a->nt_response, &responses);
    message_put_field(out, a->domain, &names);
    message_put_field(out, a->user, &names);
    message_put_field(out, a->workstation, &names);
    message_put_field(out, a->session_key, &responses);
    buf_put_u32le(out, a->flags | NTLM_VERSION);
    buf_put(out, NTLM_OUR_VERSION);
    put_mic(out, a);
    put_payload(out, a);
}
