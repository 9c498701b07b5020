/* SPDX-License-Identifier: ISC */
/* The SIDs of an account, as text. */
#ifndef CONF_WINBIND_SIDS_H
#define CONF_WINBIND_SIDS_H

#include "base/buf.h"
#include "conf/winbind/library.h"

/* winbind_sids_append: appends the SIDs ([MS-DTYP] 2.4.2.1), one a line, in their order
 * and without repetition. Leaves out groups that only deny. WBC_ERR_INVALID_RESPONSE for
 * a malformed SID, or more SIDs than a domain gives; WBC_ERR_NO_MEMORY. */
MUST_USE wbcErr winbind_sids_append(struct buf *out, const struct wbcSidWithAttr *sids,
                                    size_t n_sids);

#endif
