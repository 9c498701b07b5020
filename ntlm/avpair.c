/* SPDX-License-Identifier: ISC */
/* AV pairs: decode and encode ([MS-NLMP] 2.2.2.1). */
/*
 *  0         2         4                 (repeated)     EOL
 * +---------+---------+-----------------+------ ~ ------+---------+---------+
 * | AvId    | AvLen   | Value           |               | 0       | 0       |
 * +---------+---------+-----------------+------ ~ ------+---------+---------+
 *
 * Any order but for MsvAvEOL, which ends the list; unknown kinds are kept.
 */
#include "ntlm/avpair.h"

/* One pair; *in stays where it was on an error. */
static enum err get_pair(struct bytes *in, struct avpair *out_pair)
{
    struct bytes rest = *in;
    uint16_t len;

    if (bytes_get_u16le(&rest, &out_pair->id) != ERR_OK ||
        bytes_get_u16le(&rest, &len) != ERR_OK ||
        bytes_take(&rest, len, &out_pair->value) != ERR_OK) {
        return ERR_NTLM_AVPAIR;
    }
    *in = rest;
    return ERR_OK;
}

/* Whether a value of this kind can be so long. */
static bool len_fits(const struct avpair *pair)
{
    switch (pair->id) {
    case AV_EOL:
        return pair->value.n == 0;
    case AV_FLAGS:
        return pair->value.n == 4;
    case AV_TIMESTAMP:
        return pair->value.n == 8;
    case AV_CHANNEL_BINDINGS:
        return pair->value.n == 16;
    case AV_NB_COMPUTER:
    case AV_NB_DOMAIN:
    case AV_DNS_COMPUTER:
    case AV_DNS_DOMAIN:
    case AV_DNS_TREE:
    case AV_TARGET_NAME:
        return pair->value.n % 2 == 0; /* UTF-16 */
    default:
        return true;
    }
}

/* The four kinds whose meaning would depend on which of two counts: once only. */
static bool *seen(struct avpair_list *list, uint16_t id)
{
    switch (id) {
    case AV_FLAGS:
        return &list->has_flags;
    case AV_TIMESTAMP:
        return &list->has_timestamp;
    case AV_CHANNEL_BINDINGS:
        return &list->has_bindings;
    case AV_TARGET_NAME:
        return &list->has_target_name;
    default:
        return NULL;
    }
}

/* Keeps the value of one of the four; its length is right. */
static enum err keep_value(struct avpair_list *list, struct avpair pair)
{
    switch (pair.id) {
    case AV_FLAGS:
        return bytes_get_u32le(&pair.value, &list->flags);
    case AV_TIMESTAMP:
        return bytes_get_u64le(&pair.value, &list->timestamp_filetime);
    case AV_CHANNEL_BINDINGS:
        list->bindings = pair.value;
        return ERR_OK;
    case AV_TARGET_NAME:
        list->target_name = pair.value;
        return ERR_OK;
    default:
        return ERR_OK;
    }
}

static enum err add_pair(struct avpair_list *list, struct avpair pair)
{
    bool *was_seen = seen(list, pair.id);

    if (list->n == AVPAIR_MAX || !len_fits(&pair) || (was_seen != NULL && *was_seen)) {
        return ERR_NTLM_AVPAIR;
    }
    if (was_seen != NULL) {
        *was_seen = true;
    }
    list->pairs[list->n++] = pair;
    return keep_value(list, pair);
}

enum err avpair_decode_until(struct bytes in, struct avpair_list *out_list)
{
    const size_t whole_len = in.n;
    struct avpair pair;

    *out_list = (struct avpair_list){0};
    while (get_pair(&in, &pair) == ERR_OK) {
        if (pair.id == AV_EOL && len_fits(&pair)) {
            out_list->raw_len = whole_len - in.n;
            return ERR_OK;
        }
        if (pair.id == AV_EOL || add_pair(out_list, pair) != ERR_OK) {
            return ERR_NTLM_AVPAIR;
        }
        out_list->raw_len = whole_len - in.n;
    }
    return ERR_NTLM_AVPAIR;
}

enum err avpair_decode(struct bytes in, struct avpair_list *out_list)
{
    enum err e = avpair_decode_until(in, out_list);

    if (e != ERR_OK) {
        *out_list = (struct avpair_list){0};
    }
    return e;
}

bool avpair_find(const struct avpair_list *list, uint16_t id, struct bytes *out_value)
{
    *out_value = (struct bytes){NULL, 0};
    for (size_t i = 0; i < list->n; i++) {
        if (list->pairs[i].id == id) {
            *out_value = list->pairs[i].value;
            return true;
        }
    }
    return false;
}

void avpair_put(struct buf *out, uint16_t id, struct bytes value)
{
    if (value.n > UINT16_MAX) {
        buf_fail(out, ERR_TOO_LARGE);
        return;
    }
    buf_put_u16le(out, id);
    buf_put_u16le(out, (uint16_t)value.n);
    buf_put(out, value);
}

void avpair_put_u32(struct buf *out, uint16_t id, uint32_t value)
{
    buf_put_u16le(out, id);
    buf_put_u16le(out, 4);
    buf_put_u32le(out, value);
}

void avpair_put_u64(struct buf *out, uint16_t id, uint64_t value)
{
    buf_put_u16le(out, id);
    buf_put_u16le(out, 8);
    buf_put_u64le(out, value);
}

void avpair_put_eol(struct buf *out)
{
    buf_put_u32le(out, 0);
}
