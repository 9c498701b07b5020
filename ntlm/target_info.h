/* SPDX-License-Identifier: ISC */
/* TargetInfo: the server makes it, the client completes and returns it, and the server
 * checks it ([MS-NLMP] 2.2.2.1, 3.1.5.1.2, 3.2.5.1.1). */
#ifndef NTLM_TARGET_INFO_H
#define NTLM_TARGET_INFO_H

#include "ntlm/avpair.h"
#include "ntlm/session.h"

/* struct target_info_names: the names of the server; UTF-8 views. An empty DNS name is
 * left out. */
struct target_info_names {
    struct bytes nb_domain;
    struct bytes nb_computer;
    struct bytes dns_domain;
    struct bytes dns_computer;
};

/* target_info_offer: appends NbDomain, NbComputer, DnsDomain, DnsComputer, Timestamp,
 * EOL. ERR_UTF8; errors of writing stick to out. */
MUST_USE enum err target_info_offer(struct buf *out,
                                    const struct target_info_names *names,
                                    uint64_t timestamp_filetime);

/* struct target_info_answer: what the client adds. bindings may be NULL (none). An empty
 * target_name is left out. */
struct target_info_answer {
    bool mic; /* MsvAvFlags 0x2: AUTHENTICATE carries a MIC */
    const struct ntlm_bindings *bindings;
    struct bytes target_name_utf16;
};

/*
 * target_info_answer: appends the offered pairs unchanged and in order, then ours, then
 * EOL. Only the client may set Flags, ChannelBindings and TargetName: it replaces the
 * server's Flags in their place and leaves the server's other two out. So none of them
 * appears twice, and only our caller decides for which channel and which service the
 * login is. Errors stick to out.
 */
void target_info_answer(struct buf *out, const struct avpair_list *offered,
                        const struct target_info_answer *answer);

/* target_info_check: returned must have every pair of sent exactly once and unchanged; it
 * may have other pairs. ERR_NTLM_TARGET_INFO, with the pair in the detail. */
MUST_USE enum err target_info_check(const struct avpair_list *sent,
                                    const struct avpair_list *returned);

#endif
