/* SPDX-License-Identifier: ISC */
/* Channel bindings as NTLM carries them. */
#include "mech/bindings.h"

#include <string.h>

static bool is_malformed(const gss_buffer_desc *b)
{
    return b->length > UINT32_MAX || (b->length > 0 && b->value == NULL);
}

enum err bindings_check(gss_channel_bindings_t bindings)
{
    return bindings != GSS_C_NO_CHANNEL_BINDINGS &&
                   (is_malformed(&bindings->initiator_address) ||
                    is_malformed(&bindings->acceptor_address) ||
                    is_malformed(&bindings->application_data))
               ? ERR_ARGUMENT
               : ERR_OK;
}

static void append_buffer(struct buf *out, const gss_buffer_desc *b)
{
    buf_append_u32le(out, (uint32_t)b->length);
    buf_append(out, bytes_of(b->value, b->length));
}

enum err bindings_hash(gss_channel_bindings_t bindings, struct ntlm_bindings *out)
{
    BUF_AUTO flat = BUF_INIT;
    struct ntlm_key md5;
    struct bytes part;
    enum err e;

    *out = (struct ntlm_bindings){0};
    if (bindings == GSS_C_NO_CHANNEL_BINDINGS) {
        return ERR_OK;
    }
    buf_append_u32le(&flat, bindings->initiator_addrtype);
    append_buffer(&flat, &bindings->initiator_address);
    buf_append_u32le(&flat, bindings->acceptor_addrtype);
    append_buffer(&flat, &bindings->acceptor_address);
    append_buffer(&flat, &bindings->application_data);
    if ((e = buf_status(&flat)) != ERR_OK) {
        return e;
    }
    part = buf_bytes(&flat);
    if ((e = crypto_md5(&part, 1, &md5)) != ERR_OK) {
        return e;
    }
    memcpy(out->md5, md5.b, sizeof(out->md5));
    out->present = true;
    return ERR_OK;
}
