/* SPDX-License-Identifier: ISC */
/* Logins with a password that winbindd has saved: wbcCredentialCache. */
#include "conf/winbind/call.h"
#include "conf/winbind/status.h"

#include "base/secret.h"

#include <stdlib.h>
#include <string.h>

/* A message of NTLM is shorter (ntlm/message.h). */
#define MESSAGE_MAX 65536

struct cached_job {
    struct winbind_job job;
    char user[WINBIND_TEXT_MAX + 1];
    char domain[WINBIND_TEXT_MAX + 1];
    struct buf negotiate;
    struct buf challenge;
    struct winbind_cached_answer result;
};

void winbind_cached_answer_cleanup(struct winbind_cached_answer *answer)
{
    buf_cleanup(&answer->authenticate);
    ntlm_key_wipe(&answer->session_key);
    answer->new_spnego = false;
}

static void wipe(struct winbind_job *job)
{
    struct cached_job *cached = (struct cached_job *)(void *)job;

    winbind_cached_answer_cleanup(&cached->result);
    buf_cleanup(&cached->negotiate);
    buf_cleanup(&cached->challenge);
}

static struct wbcNamedBlob named(const char *name, const struct buf *contents)
{
    return (struct wbcNamedBlob){.name = name,
                                 .blob = {.data = contents->p, .length = contents->n}};
}

static bool is_named(const struct wbcNamedBlob *blob, const char *name)
{
    return blob->name != NULL && strcmp(blob->name, name) == 0;
}

static wbcErr copy_blob(struct winbind_cached_answer *out,
                        const struct wbcNamedBlob *named_blob)
{
    const struct wbcBlob *blob = &named_blob->blob;

    if (is_named(named_blob, "auth_blob") && blob->length <= MESSAGE_MAX) {
        buf_cleanup(&out->authenticate);
        buf_append(&out->authenticate, bytes_of(blob->data, blob->length));
        return buf_status(&out->authenticate) == ERR_OK ? WBC_ERR_SUCCESS
                                                        : WBC_ERR_NO_MEMORY;
    }
    if (is_named(named_blob, "session_key") &&
        blob->length == sizeof(out->session_key.b)) {
        memcpy(out->session_key.b, blob->data, blob->length);
        return WBC_ERR_SUCCESS;
    }
    if (is_named(named_blob, "new_spnego")) {
        out->new_spnego = blob->length > 0 && blob->data[0] != 0;
    }
    return WBC_ERR_SUCCESS;
}

/* Copies the blobs, and wipes them. */
static wbcErr move_blobs(struct winbind_cached_answer *out,
                         struct wbcCredentialCacheInfo *info)
{
    wbcErr answer = WBC_ERR_SUCCESS;

    for (size_t i = 0; info != NULL && i < info->num_blobs; i++) {
        struct wbcNamedBlob *blob = &info->blobs[i];

        if (answer == WBC_ERR_SUCCESS && blob->blob.data != NULL) {
            answer = copy_blob(out, blob);
        }
        secret_wipe(blob->blob.data, blob->blob.data != NULL ? blob->blob.length : 0);
    }
    if (answer == WBC_ERR_SUCCESS &&
        (out->authenticate.n == 0 || ntlm_key_is_zero(&out->session_key))) {
        answer = WBC_ERR_INVALID_RESPONSE;
    }
    return answer;
}

static wbcErr ask(struct winbind_job *job, const struct winbind_library *library,
                  struct wbcContext *ctx)
{
    struct cached_job *cached = (struct cached_job *)(void *)job;
    struct wbcNamedBlob blobs[] = {named("challenge_blob", &cached->challenge),
                                   named("negotiate_blob", &cached->negotiate)};
    const bool is_probe = cached->challenge.n == 0;
    struct wbcCredentialCacheParams params = {
        .account_name = cached->user,
        .domain_name = cached->domain,
        .level = WBC_CREDENTIAL_CACHE_LEVEL_NTLMSSP,
        .num_blobs = is_probe ? 0 : sizeof(blobs) / sizeof(blobs[0]),
        .blobs = is_probe ? NULL : blobs,
    };
    struct wbcCredentialCacheInfo *info = NULL;
    struct wbcAuthErrorInfo *error = NULL;
    wbcErr answer = library->CtxCredentialCache(ctx, &params, &info, &error);

    winbind_cached_answer_cleanup(&cached->result);
    if (answer == WBC_ERR_SUCCESS && !is_probe) {
        answer = move_blobs(&cached->result, info);
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

static bool can_be_saved(struct bytes text)
{
    return text.n <= WINBIND_TEXT_MAX && !bytes_has(text, '\0');
}

/* After an error too, *out is the caller's. */
static enum err cached_new(const struct winbind_cached_query *query,
                           struct cached_job **out)
{
    struct cached_job *cached;
    enum err e;

    *out = calloc(1, sizeof(**out));
    if ((cached = *out) == NULL) {
        return ERR_NO_MEMORY;
    }
    cached->job =
        (struct winbind_job){.run = ask, .wipe = wipe, .lane = WINBIND_LANE_LOCAL};
    copy_text(cached->user, query->user);
    copy_text(cached->domain, query->domain);
    if ((e = buf_dup(&cached->negotiate, query->negotiate)) == ERR_OK) {
        e = buf_dup(&cached->challenge, query->challenge);
    }
    return e;
}

/* winbindd has no password of the user, or the saved one cannot be used: either way the
 * initiator has no credential here. libwbclient returns WBC_ERR_DOMAIN_NOT_FOUND for
 * whatever winbindd refuses. */
static bool is_absent(wbcErr answer)
{
    return answer == WBC_ERR_DOMAIN_NOT_FOUND || answer == WBC_ERR_AUTH_ERROR ||
           answer == WBC_ERR_UNKNOWN_USER || answer == WBC_ERR_INVALID_PARAM ||
           answer == WBC_ERR_NOT_IMPLEMENTED;
}

/* One question; ERR_OK: *out is winbindd's answer. */
static enum err ask_winbind(const struct winbind_cached_query *query,
                            uint64_t deadline_ms, unsigned timeout_s,
                            struct winbind_cached_answer *out)
{
    struct cached_job *cached;
    enum err e = cached_new(query, &cached);
    WINBIND_JOB_AUTO *job = (struct winbind_job *)cached;
    enum winbind_outcome outcome;

    if (e != ERR_OK) {
        return e;
    }
    /* A probe comes with every new credential; it waits for no restart of winbindd. */
    outcome = query->challenge.n == 0 ? winbind_call(&job, deadline_ms)
                                      : winbind_call_retrying(&job, deadline_ms);
    if (outcome != WINBIND_ANSWERED) {
        return winbind_call_failed(outcome, WBC_ERR_SUCCESS, timeout_s);
    }
    if (job->answer == WBC_ERR_SUCCESS) {
        *out = cached->result;
        cached->result = (struct winbind_cached_answer)WINBIND_CACHED_ANSWER_INIT;
        return ERR_OK;
    }
    if (is_absent(job->answer)) {
        return ERR_NO_CRED;
    }
    return job->answer == WBC_ERR_WINBIND_NOT_AVAILABLE
               ? winbind_absent(ERR_AUTHORITY_UNAVAILABLE) /* the public pipe suffices */
               : winbind_call_failed(outcome, job->answer, timeout_s);
}

enum err winbind_cached_login(const struct winbind_cached_query *query,
                              unsigned timeout_s, struct winbind_cached_answer *out)
{
    WINBIND_UNCANCELLED_AUTO cancel_state = winbind_cancel_disable();
    const uint64_t deadline = winbind_clock_ms() + (uint64_t)timeout_s * 1000;

    if (query->user.n == 0 || !can_be_saved(query->user) ||
        !can_be_saved(query->domain)) {
        return ERR_NO_CRED;
    }
    return ask_winbind(query, deadline, timeout_s, out);
}
