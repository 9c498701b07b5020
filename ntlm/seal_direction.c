/* SPDX-License-Identifier: ISC */
/* The keys and the RC4 stream of one direction of a context. */
#include "ntlm/seal_direction.h"

#include "base/secret.h"
#include "ntlm/flags.h"

#include <endian.h>
#include <stdlib.h>

enum err direction_make_keys(struct direction *d, enum gss_role producer, uint32_t flags,
                             const struct ntlm_key *exported)
{
    KEY_AUTO sign_key;
    enum err e;

    if (d->has_keys) {
        return ERR_OK;
    }
    e = kdf_sign_key(producer, exported, &sign_key);
    if (e == ERR_OK) {
        e = kdf_seal_key(producer, flags, exported, &d->seal_key);
    }
    if (e == ERR_OK) {
        e = crypto_hmac_key(&d->hmac, &sign_key);
    }
    d->has_keys = e == ERR_OK;
    return e;
}

void direction_wipe_stream(struct crypto_rc4 *stream)
{
    secret_wipe(stream, sizeof(*stream));
}

enum err direction_begin_stream(struct direction *d)
{
    enum err e;

    if (d->stream != NULL) {
        return ERR_OK;
    }
    d->stream = malloc(sizeof(*d->stream));
    if (d->stream == NULL) {
        return ERR_NO_MEMORY;
    }
    e = crypto_rc4_key(d->stream, d->seal_key.key.b, d->seal_key.len);
    if (e != ERR_OK) {
        direction_reset(d);
    }
    return e;
}

static enum err stream_of_datagram(const struct direction *d, struct crypto_rc4 *out)
{
    const uint32_t sequence = htole32(d->sequence);
    const struct bytes parts[] = {bytes_of(d->seal_key.key.b, d->seal_key.len),
                                  bytes_of(&sequence, sizeof(sequence))};
    KEY_AUTO key;
    enum err e = crypto_md5(parts, 2, &key);

    return e != ERR_OK ? e : crypto_rc4_key(out, key.b, sizeof(key.b));
}

enum err direction_copy_stream(struct direction *d, uint32_t flags,
                               struct crypto_rc4 *out)
{
    enum err e;

    if ((flags & NTLM_DATAGRAM) != 0) {
        return stream_of_datagram(d, out);
    }
    e = direction_begin_stream(d);
    if (e == ERR_OK) {
        *out = *d->stream;
    }
    return e;
}

void direction_set_stream(struct direction *d, const struct crypto_rc4 *stream)
{
    *d->stream = *stream;
}

void direction_reset(struct direction *d)
{
    if (d->stream != NULL) {
        direction_wipe_stream(d->stream);
        free(d->stream);
        d->stream = NULL;
    }
}
