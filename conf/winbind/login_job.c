/* SPDX-License-Identifier: ISC */
/* One login that winbindd is asked about: WBC_AUTH_USER_LEVEL_RESPONSE. */
#include "conf/winbind/login_job.h"

#include "conf/winbind/sids.h"
#include "conf/winbind/status.h"

#include "base/secret.h"
#include "ntlm/utf16.h"

#include <stdlib.h>
#include <string.h>

/* [MS-NRPC] 2.2.1.4.15: machine accounts may log in (0x820), and a user who would be
 * refused does not become a guest instead (0x10). */
#define PARAMETER_CONTROL 0x830

void winbind_account_cleanup(struct winbind_account *account)
{
    ntlm_key_wipe(&account->session_base_key);
    buf_cleanup(&account->user);
    buf_cleanup(&account->domain);
    buf_cleanup(&account->sids);
    account->guest = false;
}

static void wipe(struct winbind_job *job)
{
    struct login_job *login = (struct login_job *)(void *)job;

    winbind_account_cleanup(&login->account);
    buf_cleanup(&login->nt_response);
    secret_wipe(login, sizeof(*login));
}

/* A name of winbindd's: not empty, UTF-8, and not longer than what it takes itself. */
static wbcErr append_name(struct buf *out, const char *name)
{
    const size_t n = name != NULL ? strnlen(name, WINBIND_TEXT_MAX + 1) : 0;
    size_t n_units;

    if (n == 0 || n > WINBIND_TEXT_MAX ||
        utf16_units(bytes_of(name, n), &n_units) != ERR_OK) {
        return WBC_ERR_INVALID_RESPONSE;
    }
    buf_append(out, bytes_of(name, n));
    return buf_status(out) == ERR_OK ? WBC_ERR_SUCCESS : WBC_ERR_NO_MEMORY;
}

static wbcErr copy_account(struct winbind_account *out,
                           const struct wbcAuthUserInfo *info)
{
    wbcErr answer = append_name(&out->user, info->account_name);

    if (answer == WBC_ERR_SUCCESS) {
        answer = append_name(&out->domain, info->domain_name);
    }
    if (answer == WBC_ERR_SUCCESS) {
        answer = winbind_sids_append(&out->sids, info->sids, info->num_sids);
    }
    memcpy(out->session_base_key.b, info->user_session_key,
           sizeof(out->session_base_key.b));
    out->guest = (info->user_flags & WBC_AUTH_USER_INFO_GUEST) != 0;
    /* Everybody knows a key of zeros. Only a guest's may be one: it protects nothing. */
    if (answer == WBC_ERR_SUCCESS && !out->guest &&
        ntlm_key_is_zero(&out->session_base_key)) {
        answer = WBC_ERR_INVALID_RESPONSE;
    }
    return answer;
}

static struct wbcAuthUserParams parameters(struct login_job *login)
{
    struct wbcAuthUserParams p = {
        .account_name = login->user,
        .domain_name = login->domain,
        .workstation_name = login->workstation,
        .parameter_control = PARAMETER_CONTROL,
        .level = WBC_AUTH_USER_LEVEL_RESPONSE,
    };

    memcpy(p.password.response.challenge, login->server_challenge, NTLM_CHALLENGE_LEN);
    p.password.response.nt_data = login->nt_response.p;
    p.password.response.nt_length = (uint32_t)login->nt_response.n;
    return p;
}

static wbcErr ask(struct winbind_job *job, const struct winbind_library *library,
                  struct wbcContext *ctx)
{
    struct login_job *login = (struct login_job *)(void *)job;
    struct wbcAuthUserParams params = parameters(login);
    struct wbcAuthUserInfo *info = NULL;
    struct wbcAuthErrorInfo *error = NULL;
    wbcErr answer = library->CtxAuthenticateUserEx(ctx, &params, &info, &error);

    winbind_account_cleanup(&login->account);
    winbind_status_set(&login->status, error);
    if (answer == WBC_ERR_SUCCESS) {
        answer =
            info != NULL ? copy_account(&login->account, info) : WBC_ERR_INVALID_RESPONSE;
    }
    if (info != NULL) {
        secret_wipe(info->user_session_key, sizeof(info->user_session_key));
        secret_wipe(info->lm_session_key, sizeof(info->lm_session_key)); /* its half */
    }
    library->FreeMemory(info);
    library->FreeMemory(error);
    return answer;
}

static void copy_text(char out[WINBIND_TEXT_MAX + 1], struct bytes text)
{
    memset(out, 0, WINBIND_TEXT_MAX + 1);
    if (text.n > 0) {
        memcpy(out, text.p, text.n);
    }
}

enum err winbind_login_job(const struct winbind_query *query, struct login_job **out)
{
    struct login_job *login;

    *out = calloc(1, sizeof(**out));
    if ((login = *out) == NULL) {
        return ERR_NO_MEMORY;
    }
    login->job = (struct winbind_job){.run = ask, .wipe = wipe};
    copy_text(login->user, query->user);
    copy_text(login->domain, query->domain);
    copy_text(login->workstation, query->workstation);
    memcpy(login->server_challenge, query->server_challenge, NTLM_CHALLENGE_LEN);
    return buf_dup(&login->nt_response, query->nt_response);
}
