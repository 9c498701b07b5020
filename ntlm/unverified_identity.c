/* SPDX-License-Identifier: ISC */
/* Who the sender of an AUTHENTICATE says it is. */
#include "ntlm/unverified_identity.h"

#include "ntlm/flags.h"
#include "ntlm/kdf.h"
#include "ntlm/utf16.h"

/* NTLMv2_RESPONSE (2.2.2.8): NTProofStr, then NTLMv2_CLIENT_CHALLENGE (2.2.2.7):
 * RespType, HiRespType and 26 more bytes before its AV pairs. */
#define BLOB_HEADER_LEN ((size_t)28)

void identity_cleanup(struct identity *identity)
{
    buf_cleanup(&identity->user_utf16);
    buf_cleanup(&identity->domain_utf16);
    buf_cleanup(&identity->user);
    buf_cleanup(&identity->domain);
    buf_cleanup(&identity->workstation);
}

/* Reads a text of the message, and gives both forms of it. */
static enum err read_text(const struct identity *identity, struct bytes raw,
                          struct buf *utf16, struct buf *utf8)
{
    enum err e = ERR_OK;

    if ((identity->message.flags & NTLM_UNICODE) != 0) {
        buf_append(utf16, raw);
    } else if (bytes_is_ascii(raw)) {
        e = utf16_from_utf8(utf16, raw);
    } else {
        /* No code page of OEM texts is known to both sides. Only ASCII is certain. */
        e = err_note(ERR_NTLM_CHARSET, "a name in an OEM message is not ASCII");
    }
    if (e != ERR_OK || (e = buf_status(utf16)) != ERR_OK) {
        return e;
    }
    if ((e = utf16_to_utf8(utf8, buf_bytes(utf16))) != ERR_OK) {
        buf_cleanup(utf8); /* a part of a name could name another user */
        return e;
    }
    return buf_status(utf8);
}

static enum err read_names(struct identity *identity)
{
    BUF_AUTO workstation_utf16 = BUF_INIT;
    enum err e;

    if ((e = read_text(identity, identity->message.user, &identity->user_utf16,
                       &identity->user)) != ERR_OK) {
        return e;
    }
    if ((e = read_text(identity, identity->message.domain, &identity->domain_utf16,
                       &identity->domain)) != ERR_OK) {
        return e;
    }
    return read_text(identity, identity->message.workstation, &workstation_utf16,
                     &identity->workstation);
}

/* Checks the lengths of the responses. An anonymous client sends no NT response, and an
 * LM response that is empty or Z(1) (3.2.5.1.2). */
static enum err check_responses(struct identity *identity)
{
    struct bytes lm = identity->message.lm_response;
    size_t nt_len = identity->message.nt_response.n;

    if (nt_len == NTLM_V1_RESPONSE_LEN || (nt_len == 0 && lm.n == NTLM_V1_RESPONSE_LEN)) {
        return ERR_NTLM_LEVEL;
    }
    if (nt_len == 0) {
        identity->anonymous = lm.n == 0 || (lm.n == 1 && lm.p[0] == 0);
        return identity->anonymous ? ERR_OK : ERR_NTLM_RESPONSE;
    }
    if (nt_len < NTLM_V2_RESPONSE_MIN || (lm.n != 0 && lm.n != NTLM_V1_RESPONSE_LEN)) {
        return ERR_NTLM_RESPONSE;
    }
    return ERR_OK;
}

/* NTLMv2_CLIENT_CHALLENGE (2.2.2.7): RespType 1, HiRespType 1. Padding may follow the EOL
 * of its AV pairs. */
static enum err read_blob(struct identity *identity)
{
    struct reader r = reader_of(identity->message.nt_response);
    struct bytes header;

    if (identity->anonymous) {
        return ERR_OK;
    }
    (void)reader_consume(&r, NTLM_PROOF_LEN);
    header = reader_consume(&r, BLOB_HEADER_LEN);
    if (reader_status(&r) != ERR_OK) {
        return reader_status(&r);
    }
    if (header.p[0] != 1 || header.p[1] != 1) {
        return err_note(ERR_NTLM_RESPONSE, "response type %u/%u", header.p[0],
                        header.p[1]);
    }
    return avpair_decode(r.rest, &identity->avs);
}

enum err identity_read(struct identity *identity, struct bytes message)
{
    enum err e;

    if ((e = authenticate_decode(message, &identity->message)) != ERR_OK) {
        return e;
    }
    if ((identity->message.flags & (NTLM_UNICODE | NTLM_OEM)) == 0) {
        return err_note(ERR_NTLM_CHARSET, "AUTHENTICATE flags 0x%08x",
                        identity->message.flags);
    }
    if ((e = read_names(identity)) != ERR_OK) {
        return e;
    }
    if ((e = check_responses(identity)) != ERR_OK) {
        return e;
    }
    return read_blob(identity);
}
