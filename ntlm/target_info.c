/* SPDX-License-Identifier: ISC */
/* TargetInfo: what the server offers, the client answers, and the server checks
 * ([MS-NLMP] 2.2.2.1). */
#include "ntlm/target_info.h"

#include "ntlm/utf16.h"

static enum err append_text(struct buf *out, uint16_t id, struct bytes utf8)
{
    BUF_AUTO utf16 = BUF_INIT;
    enum err e = utf16_from_utf8(&utf16, utf8);

    if (e != ERR_OK) {
        return e;
    }
    avpair_append(out, id, buf_bytes(&utf16));
    return ERR_OK;
}

static enum err append_optional_text(struct buf *out, uint16_t id, struct bytes utf8)
{
    return utf8.n == 0 ? ERR_OK : append_text(out, id, utf8);
}

enum err target_info_offer(struct buf *out, const struct target_info_names *names,
                           uint64_t timestamp_filetime)
{
    enum err e;

    if ((e = append_text(out, AV_NB_DOMAIN, names->nb_domain)) != ERR_OK) {
        return e;
    }
    if ((e = append_text(out, AV_NB_COMPUTER, names->nb_computer)) != ERR_OK) {
        return e;
    }
    if ((e = append_optional_text(out, AV_DNS_DOMAIN, names->dns_domain)) != ERR_OK) {
        return e;
    }
    if ((e = append_optional_text(out, AV_DNS_COMPUTER, names->dns_computer)) != ERR_OK) {
        return e;
    }
    avpair_append_u64(out, AV_TIMESTAMP, timestamp_filetime);
    avpair_append_eol(out);
    return ERR_OK;
}

/* Appends a pair of the server as it is, unless its kind is for the client to set. */
static void append_offered(struct buf *out, const struct avpair *pair, uint32_t flags)
{
    switch (pair->id) {
    case AV_CHANNEL_BINDINGS:
    case AV_TARGET_NAME:
        return;
    case AV_FLAGS:
        avpair_append_u32(out, AV_FLAGS, flags);
        return;
    default:
        avpair_append(out, pair->id, pair->value);
    }
}

void target_info_answer(struct buf *out, const struct avpair_list *offered,
                        const struct target_info_answer *answer)
{
    /* MIC is set only if we send one. UNTRUSTED_SPN is cleared, because our caller gave
     * the target name. The server's other bits stay. */
    const uint32_t ours = AV_FLAG_MIC | AV_FLAG_UNTRUSTED_SPN;
    const uint32_t flags = (offered->flags & ~ours) | (answer->mic ? AV_FLAG_MIC : 0u);

    for (size_t i = 0; i < offered->n; i++) {
        append_offered(out, &offered->pairs[i], flags);
    }
    if (!offered->has_flags && flags != 0) {
        avpair_append_u32(out, AV_FLAGS, flags);
    }
    if (answer->bindings != NULL && answer->bindings->present) {
        avpair_append(out, AV_CHANNEL_BINDINGS,
                      bytes_of(answer->bindings->md5, sizeof(answer->bindings->md5)));
    }
    if (answer->target_name_utf16.n > 0) {
        avpair_append(out, AV_TARGET_NAME, answer->target_name_utf16);
    }
    avpair_append_eol(out);
}

static bool stands_once(const struct avpair_list *list, const struct avpair *wanted)
{
    size_t n_found = 0;

    for (size_t i = 0; i < list->n; i++) {
        if (list->pairs[i].id != wanted->id) {
            continue;
        }
        if (!bytes_equal(list->pairs[i].value, wanted->value)) {
            return false;
        }
        n_found++;
    }
    return n_found == 1;
}

enum err target_info_check(const struct avpair_list *sent,
                           const struct avpair_list *returned)
{
    for (size_t i = 0; i < sent->n; i++) {
        if (!stands_once(returned, &sent->pairs[i])) {
            return err_note(ERR_NTLM_TARGET_INFO, "AV pair %u", sent->pairs[i].id);
        }
    }
    return ERR_OK;
}
