/* SPDX-License-Identifier: ISC */
/* AV pairs: the typed list that TargetInfo is ([MS-NLMP] 2.2.2.1). */
#ifndef NTLM_AVPAIR_H
#define NTLM_AVPAIR_H

#include "base/buf.h"

#define AVPAIR_MAX 64 /* pairs of one list, EOL not counted */

enum avpair_id {
    AV_EOL = 0,
    AV_NB_COMPUTER = 1,
    AV_NB_DOMAIN = 2,
    AV_DNS_COMPUTER = 3,
    AV_DNS_DOMAIN = 4,
    AV_DNS_TREE = 5,
    AV_FLAGS = 6,
    AV_TIMESTAMP = 7,
    AV_SINGLE_HOST = 8,
    AV_TARGET_NAME = 9,
    AV_CHANNEL_BINDINGS = 10,
};

/* MsvAvFlags. */
enum avpair_flag {
    AV_FLAG_CONSTRAINED = 0x1,
    AV_FLAG_MIC = 0x2,
    AV_FLAG_UNTRUSTED_SPN = 0x4,
};

struct avpair {
    uint16_t id;
    struct bytes value;
};

/*
 * struct avpair_list: a decoded list, views into its bytes. raw_len: the list's length
 * with its EOL. Of the four kinds that may stand once only, the values.
 */
struct avpair_list {
    struct avpair pairs[AVPAIR_MAX];
    size_t n;
    size_t raw_len;
    bool has_flags;
    uint32_t flags;
    bool has_timestamp;
    uint64_t timestamp_filetime;
    bool has_bindings;
    struct bytes bindings; /* 16 bytes; all zero counts as none by the caller */
    bool has_target_name;
    struct bytes target_name; /* UTF-16LE */
};

/*
 * avpair_decode: the list at the front of in, up to and with its EOL; what follows is the
 * caller's (raw_len). Errors: ERR_NTLM_AVPAIR: no EOL, an EOL with a length, lengths that
 * do not fit the kind (Flags 4, Timestamp 8, ChannelBindings 16, text even), one of the
 * four twice, more than AVPAIR_MAX.
 */
MUST_USE enum err avpair_decode(struct bytes in, struct avpair_list *out_list);

/*
 * avpair_decode_until: as avpair_decode, but out_list also holds what came before a
 * fault, and raw_len then is where in the input the faulty pair begins. For the printer.
 */
MUST_USE enum err avpair_decode_until(struct bytes in, struct avpair_list *out_list);

/* avpair_find: the first pair of this kind; false if there is none. */
bool avpair_find(const struct avpair_list *list, uint16_t id, struct bytes *out_value);

/* avpair_put*: append one pair. A value over 65535 bytes: ERR_TOO_LARGE sticks. */
void avpair_put(struct buf *out, uint16_t id, struct bytes value);
void avpair_put_u32(struct buf *out, uint16_t id, uint32_t value);
void avpair_put_u64(struct buf *out, uint16_t id, uint64_t value);
void avpair_put_eol(struct buf *out);

#endif
