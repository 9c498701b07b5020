/* SPDX-License-Identifier: ISC */
/* The machine's names as winbindd has them, and whether winbindd is there. */
#include "conf/winbind_call.h"
#include "conf/winbind_pipe.h"
#include "conf/winbind_pool.h"
#include "conf/winbind_status.h"

#include "ntlm/utf16.h"

#include <stdlib.h>
#include <string.h>

/* How long winbindd's last answer proves that it is there: without asking again; and
 * although it does not answer now, because it may be starting again. */
#define FRESH_MS 1000
#define GRACE_MS 5000
/* The longest wait for an answer that winbindd has in its memory. */
#define ASK_MS 1000

struct cached_names {
    char netbios_name[WINBIND_TEXT_MAX + 1];
    char netbios_domain[WINBIND_TEXT_MAX + 1];
    char dns_domain[WINBIND_TEXT_MAX + 1];
    char separator;
};

/* The cache, under winbind_lock. A NetBIOS name is never empty: "" is an empty cache. */
static struct {
    struct cached_names names;
    struct winbind_pipe_id pipe;
    uint64_t answered_at_ms;
} cache;

struct names_job {
    struct winbind_job job;
    struct cached_names names;
};

/* winbindd's texts are UTF-8, and not longer than the library's own. */
static bool copy_text(char out[WINBIND_TEXT_MAX + 1], const char *text)
{
    const size_t n = text != NULL ? strnlen(text, WINBIND_TEXT_MAX + 1) : 0;
    size_t n_units;

    memset(out, 0, WINBIND_TEXT_MAX + 1);
    if (n > WINBIND_TEXT_MAX || utf16_units(bytes_of(text, n), &n_units) != ERR_OK) {
        return false;
    }
    for (size_t i = 0; i < n; i++) {
        out[i] = text[i];
    }
    return true;
}

static bool copy_names(struct cached_names *out,
                       const struct wbcInterfaceDetails *details)
{
    out->separator = details->winbind_separator;
    return copy_text(out->netbios_name, details->netbios_name) &&
           copy_text(out->netbios_domain, details->netbios_domain) &&
           copy_text(out->dns_domain, details->dns_domain) &&
           out->netbios_name[0] != '\0' && out->netbios_domain[0] != '\0';
}

static wbcErr ask_names(struct winbind_job *job, const struct winbind_library *library,
                        struct wbcContext *ctx)
{
    struct names_job *asked = (struct names_job *)(void *)job;
    struct wbcInterfaceDetails *details = NULL;
    wbcErr answer = library->CtxInterfaceDetails(ctx, &details);

    if (answer == WBC_ERR_SUCCESS &&
        (details == NULL || !copy_names(&asked->names, details))) {
        answer = WBC_ERR_INVALID_RESPONSE;
    }
    library->FreeMemory(details);
    return answer;
}

static void free_names(struct winbind_job *job)
{
    free(job);
}

/* Asks winbindd, and fills the cache. The pipe is looked at first: if winbindd is started
 * again meanwhile, the next caller asks again. */
static enum err ask(uint64_t deadline_ms, struct cached_names *out)
{
    const struct winbind_pipe_id pipe = winbind_pipe_id();
    struct names_job *asked = calloc(1, sizeof(*asked));
    struct winbind_job *job = (struct winbind_job *)asked;
    enum winbind_outcome outcome;
    wbcErr answer = WBC_ERR_SUCCESS;

    if (asked == NULL) {
        return ERR_NO_MEMORY;
    }
    asked->job = (struct winbind_job){.run = ask_names, .free = free_names};
    outcome = winbind_call(&job, deadline_ms);
    if (outcome == WINBIND_ANSWERED && (answer = job->answer) == WBC_ERR_SUCCESS) {
        *out = asked->names;
        winbind_lock();
        cache.names = asked->names;
        cache.pipe = pipe;
        cache.answered_at_ms = winbind_clock_ms();
        winbind_unlock();
    }
    winbind_job_free(job);
    if (outcome == WINBIND_ANSWERED && answer == WBC_ERR_WINBIND_NOT_AVAILABLE) {
        return winbind_absent(ERR_AUTHORITY_UNAVAILABLE);
    }
    return outcome == WINBIND_ANSWERED && answer == WBC_ERR_SUCCESS
               ? ERR_OK
               : winbind_call_failed(outcome, answer, ASK_MS / 1000);
}

/* Copies the cache. Returns the age of winbindd's last answer, or UINT64_MAX if the cache
 * is empty. *out_is_current: it is the winbindd that runs now, as far as can be seen. */
static uint64_t look(uint64_t now, struct cached_names *out, bool *out_is_current)
{
    const struct winbind_pipe_id pipe = winbind_pipe_id();
    uint64_t age = UINT64_MAX;

    winbind_lock();
    *out = cache.names;
    if (cache.names.netbios_name[0] != '\0') {
        age = now > cache.answered_at_ms ? now - cache.answered_at_ms : 0;
    }
    *out_is_current = winbind_pipe_same(&pipe, &cache.pipe);
    winbind_unlock();
    return age;
}

static uint64_t ask_deadline(uint64_t now, unsigned timeout_s)
{
    const uint64_t wanted = (uint64_t)timeout_s * 1000;

    return now + (wanted < ASK_MS ? wanted : ASK_MS);
}

enum err winbind_names(unsigned timeout_s, struct winbind_names *out)
{
    WINBIND_UNCANCELLED;
    const uint64_t now = winbind_clock_ms();
    struct cached_names names;
    bool is_current;
    const uint64_t age = look(now, &names, &is_current);
    enum err e = ERR_OK;

    if (age == UINT64_MAX || (!is_current && age >= FRESH_MS)) {
        e = ask(ask_deadline(now, timeout_s), &names);
    }
    if (e != ERR_OK && age == UINT64_MAX) {
        return e;
    }
    buf_append_text(&out->netbios_name, names.netbios_name);
    buf_append_text(&out->netbios_domain, names.netbios_domain);
    buf_append_text(&out->dns_domain, names.dns_domain);
    out->separator = names.separator;
    return buf_status(&out->netbios_name) != ERR_OK ||
                   buf_status(&out->netbios_domain) != ERR_OK ||
                   buf_status(&out->dns_domain) != ERR_OK
               ? ERR_NO_MEMORY
               : ERR_OK;
}

/* The application asks whether there is an authority: whatever prevents it is its
 * absence. */
static enum err as_absence(enum err e)
{
    return e == ERR_AUTHORITY_UNAVAILABLE
               ? err_note(ERR_NO_AUTHORITY, "%s", err_note_get(e))
               : e;
}

enum err winbind_usable(unsigned timeout_s)
{
    WINBIND_UNCANCELLED;
    const uint64_t now = winbind_clock_ms();
    struct cached_names names;
    const char *folder;
    bool is_current;
    const uint64_t age = look(now, &names, &is_current);
    enum err e = ERR_OK;

    if (age >= FRESH_MS) {
        e = ask(ask_deadline(now, timeout_s), &names);
    }
    if (e == ERR_AUTHORITY_UNAVAILABLE && age < GRACE_MS) {
        e = ERR_OK;
    }
    if (e == ERR_OK && winbind_pipe_right(&folder) == WINBIND_PIPE_NO_RIGHT) {
        e = winbind_no_right(ERR_NO_AUTHORITY, folder);
    }
    return as_absence(e);
}

void winbind_names_cleanup(struct winbind_names *names)
{
    buf_cleanup(&names->netbios_name);
    buf_cleanup(&names->netbios_domain);
    buf_cleanup(&names->dns_domain);
}
