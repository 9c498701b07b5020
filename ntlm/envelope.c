/* SPDX-License-Identifier: ISC */
/* What the tokens of exported objects have in common. */
#include "ntlm/envelope.h"

#include "base/secret.h"
#include "ntlm/crypto.h"

void envelope_put_field(struct buf *out, struct bytes field)
{
    if (field.n > UINT32_MAX) {
        buf_fail(out, ERR_TOO_LARGE);
        return;
    }
    buf_put_u32be(out, (uint32_t)field.n);
    buf_put(out, field);
}

enum err envelope_get_field(struct bytes *in, struct bytes *out)
{
    uint32_t n;
    enum err e = bytes_get_u32be(in, &n);

    return e != ERR_OK ? e : bytes_take(in, n, out);
}

enum err envelope_close(struct buf *token)
{
    struct bytes body = buf_bytes(token);
    KEY_AUTO sum;
    enum err e = buf_status(token);

    if (e != ERR_OK || (e = crypto_md5(&body, 1, &sum)) != ERR_OK) {
        return e;
    }
    buf_put(token, bytes_of(sum.b, sizeof(sum.b)));
    return buf_status(token);
}

enum err envelope_open(struct bytes token, struct bytes *out_body)
{
    struct bytes rest = token;
    KEY_AUTO sum;
    enum err e;

    *out_body = bytes_of(NULL, 0);
    if (token.n < ENVELOPE_CHECKSUM_LEN) {
        return err_note(ERR_EXPORTED, "it ends too early");
    }
    if ((e = bytes_take(&rest, token.n - ENVELOPE_CHECKSUM_LEN, out_body)) != ERR_OK ||
        (e = crypto_md5(out_body, 1, &sum)) != ERR_OK) {
        return e;
    }
    return secret_equal(sum.b, rest.p, ENVELOPE_CHECKSUM_LEN)
               ? ERR_OK
               : err_note(ERR_EXPORTED, "its checksum is wrong");
}
