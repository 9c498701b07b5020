/* SPDX-License-Identifier: ISC */
/* The SIDs of an account, as text. */
#include "conf/winbind/sids.h"

#include <inttypes.h>
#include <string.h>

/* Windows puts at most 1015 groups in an access token. */
#define SIDS_MAX 4096

static bool is_repeated(const struct wbcSidWithAttr *sids, size_t i)
{
    const struct wbcDomainSid *sid = &sids[i].sid;
    const size_t n = sid->num_auths * sizeof(sid->sub_auths[0]);

    for (size_t k = 0; k < i; k++) {
        if (sids[k].sid.num_auths == sid->num_auths &&
            memcmp(sids[k].sid.id_auth, sid->id_auth, sizeof(sid->id_auth)) == 0 &&
            memcmp(sids[k].sid.sub_auths, sid->sub_auths, n) == 0) {
            return true;
        }
    }
    return false;
}

/* S-1-AUTHORITY-SUB-...; an authority of 2^32 and more is written in hex. */
static void append_one(struct buf *out, const struct wbcDomainSid *sid)
{
    uint64_t authority = 0;

    for (size_t i = 0; i < sizeof(sid->id_auth); i++) {
        authority = authority << 8 | sid->id_auth[i];
    }
    buf_printf(out, authority >> 32 != 0 ? "S-1-0x%" PRIx64 : "S-1-%" PRIu64, authority);
    for (size_t i = 0; i < sid->num_auths; i++) {
        buf_printf(out, "-%" PRIu32, sid->sub_auths[i]);
    }
    buf_append_text(out, "\n");
}

wbcErr winbind_sids_append(struct buf *out, const struct wbcSidWithAttr *sids,
                           size_t n_sids)
{
    if (n_sids > SIDS_MAX || (sids == NULL && n_sids > 0)) {
        return WBC_ERR_INVALID_RESPONSE;
    }
    for (size_t i = 0; i < n_sids; i++) {
        const struct wbcDomainSid *sid = &sids[i].sid;

        if (sid->sid_rev_num != 1 || sid->num_auths > WBC_MAXSUBAUTHS) {
            return WBC_ERR_INVALID_RESPONSE;
        }
        if ((sids[i].attributes & WBC_SID_ATTR_GROUP_USEFOR_DENY_ONLY) == 0 &&
            !is_repeated(sids, i)) {
            append_one(out, sid);
        }
    }
    return buf_status(out) == ERR_OK ? WBC_ERR_SUCCESS : WBC_ERR_NO_MEMORY;
}
