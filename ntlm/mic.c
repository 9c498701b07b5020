/* SPDX-License-Identifier: ISC */
/* The MIC over the three messages. */
#include "ntlm/mic.h"

enum err mic_compute(const struct ntlm_key *exported_session_key, struct bytes negotiate,
                     struct bytes challenge, struct bytes authenticate, size_t mic_offset,
                     struct ntlm_key *out_mic)
{
    static const uint8_t zeros[sizeof(out_mic->b)];
    struct bytes rest = authenticate;
    struct bytes before;
    struct bytes mic;

    *out_mic = (struct ntlm_key){{0}};
    if (bytes_take(&rest, mic_offset, &before) != ERR_OK ||
        bytes_take(&rest, sizeof(zeros), &mic) != ERR_OK) {
        return ERR_INTERNAL;
    }
    const struct bytes parts[] = {
        negotiate, challenge, before, bytes_of(zeros, sizeof(zeros)), rest,
    };
    return crypto_hmac_md5(exported_session_key, parts, sizeof(parts) / sizeof(*parts),
                           out_mic);
}
