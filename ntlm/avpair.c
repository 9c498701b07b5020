/* SPDX-License-Identifier: ISC */
/* AV pairs: decode and encode ([MS-NLMP] 2.2.2.1). */
/*
 *  0         2         4                 (repeated)     EOL
 * +---------+---------+-----------------+------ ~ ------+---------+---------+
 * | AvId    | AvLen   | Value           |               | 0       | 0       |
 * +---------+---------+-----------------+------ ~ ------+---------+---------+
 *
 * The pairs may be in any order, and unknown kinds are allowed. MsvAvEOL ends the list.
 */
#include "ntlm/avpair.h"

#include "base/reader.h"

/* Whether the next pair of a list may be this one. Flags, Timestamp, ChannelBindings and
 * TargetName may be there once only, because no rule says which of two would count. */
static bool is_allowed(const struct avpair_list *list, const struct avpair *pair)
{
    const size_t len = pair->value.n;

    if (pair->id == AV_EOL) {
        return len == 0;
    }
    if (list->n == AVPAIR_MAX) {
        return false;
    }
    switch (pair->id) {
    case AV_FLAGS:
        return len == 4 && !list->has_flags;
    case AV_TIMESTAMP:
        return len == 8 && !list->has_timestamp;
    case AV_CHANNEL_BINDINGS:
        return len == 16 && !list->has_bindings;
    case AV_TARGET_NAME:
        return len % 2 == 0 && !list->has_target_name;
    case AV_NB_COMPUTER:
    case AV_NB_DOMAIN:
    case AV_DNS_COMPUTER:
    case AV_DNS_DOMAIN:
    case AV_DNS_TREE:
        return len % 2 == 0; /* UTF-16 */
    default:
        return true;
    }
}

static void add_pair(struct avpair_list *list, struct avpair pair)
{
    struct reader value = reader_of(pair.value);

    list->pairs[list->n++] = pair;
    switch (pair.id) {
    case AV_FLAGS:
        list->has_flags = true;
        list->flags = reader_u32le(&value);
        break;
    case AV_TIMESTAMP:
        list->has_timestamp = true;
        list->timestamp_filetime = reader_u64le(&value);
        break;
    case AV_CHANNEL_BINDINGS:
        list->has_bindings = true;
        list->bindings = pair.value;
        break;
    case AV_TARGET_NAME:
        list->has_target_name = true;
        list->target_name = pair.value;
        break;
    default:
        break;
    }
}

/* Reads the next pair into a list, unless it is the EOL. After an error, the list is as
 * before. */
static struct avpair read_pair(struct reader *r, struct avpair_list *list)
{
    struct avpair pair = {.id = reader_u16le(r)};

    pair.value = reader_consume(r, reader_u16le(r));
    reader_check(r, is_allowed(list, &pair), ERR_NTLM_AVPAIR);
    if (reader_status(r) == ERR_OK) {
        list->raw_len = reader_at(r);
        if (pair.id != AV_EOL) {
            add_pair(list, pair);
        }
    }
    return pair;
}

enum err avpair_decode_until(struct bytes in, struct avpair_list *out_list)
{
    struct reader r = reader_of(in);
    struct avpair pair;

    *out_list = (struct avpair_list){0};
    do {
        pair = read_pair(&r, out_list);
    } while (reader_status(&r) == ERR_OK && pair.id != AV_EOL);
    return reader_status(&r) == ERR_OK ? ERR_OK : ERR_NTLM_AVPAIR;
}

enum err avpair_decode(struct bytes in, struct avpair_list *out_list)
{
    enum err e = avpair_decode_until(in, out_list);

    if (e != ERR_OK) {
        *out_list = (struct avpair_list){0};
    }
    return e;
}

void avpair_append(struct buf *out, uint16_t id, struct bytes value)
{
    if (value.n > UINT16_MAX) {
        buf_fail(out, ERR_TOO_LARGE);
        return;
    }
    buf_append_u16le(out, id);
    buf_append_u16le(out, (uint16_t)value.n);
    buf_append(out, value);
}

void avpair_append_u32(struct buf *out, uint16_t id, uint32_t value)
{
    buf_append_u16le(out, id);
    buf_append_u16le(out, 4);
    buf_append_u32le(out, value);
}

void avpair_append_u64(struct buf *out, uint16_t id, uint64_t value)
{
    buf_append_u16le(out, id);
    buf_append_u16le(out, 8);
    buf_append_u64le(out, value);
}

void avpair_append_eol(struct buf *out)
{
    buf_append_u32le(out, 0);
}
