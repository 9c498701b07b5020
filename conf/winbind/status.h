/* SPDX-License-Identifier: ISC */
/* What winbindd's answers mean. */
#ifndef CONF_WINBIND_STATUS_H
#define CONF_WINBIND_STATUS_H

#include "conf/winbind/call.h"

#define WINBIND_STATUS_NO_MEMORY            0xc0000017u
#define WINBIND_STATUS_NO_LOGON_SERVERS     0xc000005eu
#define WINBIND_STATUS_NO_SUCH_USER         0xc0000064u
#define WINBIND_STATUS_REQUEST_NOT_ACCEPTED 0xc00000d0u

/* winbind_status_set: copies what the library says of an error, which may be NULL. */
void winbind_status_set(struct winbind_status *out, const struct wbcAuthErrorInfo *error);

/* winbind_status_err: the error of an NT status that refuses a login ([MS-ERREF] 2.3.1).
 */
enum err winbind_status_err(uint32_t nt_status);

/* winbind_status_is_no_dc: whether it says that there is no domain controller to ask,
 * or no connection to one. */
bool winbind_status_is_no_dc(uint32_t nt_status);

/* winbind_call_failed: the error of a call that got no answer or a wrong one, with its
 * detail. answer: of a call that is WINBIND_ANSWERED. It may ask winbindd whether it is
 * there. */
enum err winbind_call_failed(enum winbind_outcome outcome, wbcErr answer,
                             unsigned timeout_s);

/* winbind_absent: e with the reason why winbindd does not answer its public pipe.
 * winbind_no_right: e with the sentence about the privileged pipe in a folder. */
enum err winbind_absent(enum err e);
enum err winbind_no_right(enum err e, const char *folder);

#endif
