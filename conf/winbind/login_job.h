/* SPDX-License-Identifier: ISC */
/* One login that winbindd is asked about. */
#ifndef CONF_WINBIND_LOGIN_JOB_H
#define CONF_WINBIND_LOGIN_JOB_H

#include "conf/winbind/call.h"

/* struct login_job: a query, copied; and the answer: the account if the job's answer is
 * WBC_ERR_SUCCESS, the status if it is WBC_ERR_AUTH_ERROR. */
struct login_job {
    struct winbind_job job;
    char user[WINBIND_TEXT_MAX + 1];
    char domain[WINBIND_TEXT_MAX + 1];
    char workstation[WINBIND_TEXT_MAX + 1];
    uint8_t server_challenge[NTLM_CHALLENGE_LEN];
    struct buf nt_response;
    struct winbind_account account;
    struct winbind_status status;
};

/* winbind_login_job: makes a job, without its lane, of texts that have no NUL and at most
 * WINBIND_TEXT_MAX bytes. After an error too, the caller frees the job.
 * ERR_NO_MEMORY. */
MUST_USE enum err winbind_login_job(const struct winbind_query *query,
                                    struct login_job **out);

#endif
