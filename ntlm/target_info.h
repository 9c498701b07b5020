/* SPDX-License-Identifier: ISC */
/* TargetInfo as it travels: what the server offers, what the client makes of it, and
 * whether it came back ([MS-NLMP] 2.2.2.1, 3.1.5.1.2, 3.2.5.1.1). */
#ifndef NTLM_TARGET_INFO_H
#define NTLM_TARGET_INFO_H

#include "ntlm/avpair.h"
#include "ntlm/session.h"

/* struct target_info_names: who the server is; UTF-8 views; empty DNS names are left out.
 */
struct target_info_names {
    struct bytes nb_domain;
    struct bytes nb_computer;
    struct bytes dns_domain;
    struct bytes dns_computer;
};

/* target_info_offer: appends NbDomain, NbComputer, DnsDomain, DnsComputer, Timestamp,
 * EOL. ERR_UTF8; what goes wrong in writing sticks to out. */
MUST_USE enum err target_info_offer(struct buf *out,
                                    const struct target_info_names *names,
                                    uint64_t timestamp_filetime);

/* struct target_info_answer: what the client adds. bindings may be NULL (none); an empty
 * target_name is left out. */
struct target_info_answer {
    bool mic; /* MsvAvFlags 0x2: AUTHENTICATE carries a MIC */
    const struct ntlm_bindings *bindings;
    struct bytes target_name_utf16;
};

/*
 * target_info_answer: appends the offered pairs byte for byte and in order, then ours,
 * then EOL. Flags, ChannelBindings and TargetName speak for the client alone: the
 * server's are replaced where they stand or left out, so that none appears twice and
 * nobody but our caller says which channel and which service were meant. Errors stick to
 * out.
 */
void target_info_answer(struct buf *out, const struct avpair_list *offered,
                        const struct target_info_answer *answer);

/* target_info_check: every pair of sent stands in returned exactly once and unchanged;
 * others may stand beside them. ERR_NTLM_TARGET_INFO, with the pair in the detail. */
MUST_USE enum err target_info_check(const struct avpair_list *sent,
                                    const struct avpair_list *returned);

#endif
