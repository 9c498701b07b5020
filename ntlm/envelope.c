/* SPDX-License-Identifier: ISC */
/* The parts that the tokens of exported objects have in common. */
#include "ntlm/envelope.h"

#include "base/secret.h"
#include "ntlm/crypto.h"

#define CHECKSUM_LEN ((size_t)16)

void envelope_append_field(struct buf *out, struct bytes field)
{
    if (field.n > UINT32_MAX) {
        buf_fail(out, ERR_TOO_LARGE);
        return;
    }
    buf_append_u32be(out, (uint32_t)field.n);
    buf_append(out, field);
}

struct bytes envelope_field(struct reader *r)
{
    return reader_consume(r, reader_u32be(r));
}

enum err envelope_close(struct buf *token)
{
    struct bytes body = buf_bytes(token);
    KEY_AUTO sum;
    enum err e = buf_status(token);

    if (e != ERR_OK || (e = crypto_md5(&body, 1, &sum)) != ERR_OK) {
        return e;
    }
    buf_append(token, bytes_of(sum.b, sizeof(sum.b)));
    return buf_status(token);
}

struct reader envelope_open(struct bytes token)
{
    struct reader whole = reader_of(token);
    const size_t len = token.n < CHECKSUM_LEN ? 0 : token.n - CHECKSUM_LEN;
    struct bytes body = reader_consume(&whole, len);
    struct bytes sent = reader_consume(&whole, CHECKSUM_LEN);
    struct reader r = reader_of(body);
    KEY_AUTO sum;

    if (reader_status(&whole) != ERR_OK) {
        reader_fail(&r, err_note(ERR_EXPORTED, "it ends too early"));
        return r;
    }
    reader_fail(&r, crypto_md5(&body, 1, &sum));
    if (reader_status(&r) == ERR_OK && !secret_equal(sum.b, sent.p, sent.n)) {
        reader_fail(&r, err_note(ERR_EXPORTED, "its checksum is wrong"));
    }
    return r;
}
