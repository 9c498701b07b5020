/* SPDX-License-Identifier: ISC */
/* Attributes of a user's name: the groups of a user whom a domain authenticated. */
#include "mech/name_attribute.h"

size_t name_attribute_names(const struct mech_name *name,
                            struct bytes out[NAME_ATTRIBUTES])
{
    if (name->sids.n == 0) {
        return 0;
    }
    out[0] = bytes_str(NAME_ATTRIBUTE_SID);
    out[1] = bytes_str(NAME_ATTRIBUTE_PLAIN_SID);
    out[2] = bytes_str(NAME_ATTRIBUTE_SIDS);
    return NAME_ATTRIBUTES;
}

/* *more is the offset of the value's line, so that many groups are read in one walk. */
static enum err get_sid(struct bytes sids, int *more, struct buf *out)
{
    const size_t at = *more > 0 ? (size_t)*more : 0;
    struct bytes rest;
    struct bytes sid;

    if (*more < NAME_ATTRIBUTE_FIRST || at >= sids.n ||
        (at > 0 && sids.p[at - 1] != '\n') ||
        bytes_slice(sids, at, sids.n - at, &rest) != ERR_OK) {
        return ERR_UNSUPPORTED;
    }
    (void)bytes_split(rest, '\n', &sid, &rest);
    buf_append(out, sid);
    *more = rest.n > 0 ? (int)bytes_offset(sids, rest) : 0;
    return buf_status(out);
}

static enum err get_sids(struct bytes sids, int *more, struct buf *out)
{
    struct bytes sid;

    if (*more > 0) {
        return ERR_UNSUPPORTED;
    }
    while (sids.n > 0) {
        (void)bytes_split(sids, '\n', &sid, &sids);
        buf_append_text(out, out->n > 0 ? "," : "");
        buf_append(out, sid);
    }
    *more = 0;
    return buf_status(out);
}

enum err name_attribute_get(const struct mech_name *name, struct bytes attribute,
                            int *more, struct buf *out)
{
    const struct bytes sids = buf_bytes(&name->sids);

    if (sids.n > 0 && (bytes_equal(attribute, bytes_str(NAME_ATTRIBUTE_SID)) ||
                       bytes_equal(attribute, bytes_str(NAME_ATTRIBUTE_PLAIN_SID)))) {
        return get_sid(sids, more, out);
    }
    if (sids.n > 0 && bytes_equal(attribute, bytes_str(NAME_ATTRIBUTE_SIDS))) {
        return get_sids(sids, more, out);
    }
    return ERR_UNSUPPORTED;
}
