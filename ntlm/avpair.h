/* SPDX-License-Identifier: ISC */
/* AV pairs: the list of typed values in TargetInfo ([MS-NLMP] 2.2.2.1). */
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
 * struct avpair_list: a decoded list; views into its bytes. raw_len: the length of the
 * list with its EOL. The four kinds that may be there once only have their values here
 * too.
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
    struct bytes bindings; /* 16 bytes; to the caller, zeros mean none */
    bool has_target_name;
    struct bytes target_name; /* UTF-16LE */
};

/*
 * avpair_decode: the list at the front of in, up to and including its EOL. raw_len tells
 * the caller where the bytes after it begin. ERR_NTLM_AVPAIR: a list without an EOL, an
 * EOL with a length, a length that does not fit the kind (Flags 4, Timestamp 8,
 * ChannelBindings 16, text even), one of the four kinds repeated, more than AVPAIR_MAX
 * pairs.
 */
MUST_USE enum err avpair_decode(struct bytes in, struct avpair_list *out_list);

/*
 * avpair_decode_until: the same for the printer. After an error, out_list holds the pairs
 * before the faulty one, and raw_len is where in the input the faulty pair begins.
 */
MUST_USE enum err avpair_decode_until(struct bytes in, struct avpair_list *out_list);

/* avpair_append*: append one pair. ERR_TOO_LARGE sticks for a value of more than 65535
 * bytes. */
void avpair_append(struct buf *out, uint16_t id, struct bytes value);
void avpair_append_u32(struct buf *out, uint16_t id, uint32_t value);
void avpair_append_u64(struct buf *out, uint16_t id, uint64_t value);
void avpair_append_eol(struct buf *out);

#endif
