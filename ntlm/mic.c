/* SPDX-License-Identifier: ISC */
/* The MIC over the three messages. */
#include "ntlm/mic.h"

#include "base/reader.h"

enum err mic_compute(const struct ntlm_key *exported_session_key, struct bytes negotiate,
                     struct bytes challenge, struct bytes authenticate, size_t mic_offset,
                     struct ntlm_key *out_mic)
{
    static const uint8_t zeros[sizeof(out_mic->b)];
    struct reader r = reader_of(authenticate);
    struct bytes before = reader_consume(&r, mic_offset);

    (void)reader_consume(&r, sizeof(zeros));
    *out_mic = (struct ntlm_key){{0}};
    if (reader_status(&r) != ERR_OK) {
        return ERR_INTERNAL;
    }
    const struct bytes parts[] = {
        negotiate, challenge, before, bytes_of(zeros, sizeof(zeros)), r.rest,
    };
    return crypto_hmac_md5(exported_session_key, parts, sizeof(parts) / sizeof(*parts),
                           out_mic);
}
