/* SPDX-License-Identifier: ISC */
/* The machine's names as winbindd has them, and whether winbindd is there. */
#include "conf/winbind_call.h"
#include "conf/winbind_pipe.h"
#include "conf/winbind_pool.h"
#include "conf/winbind_status.h"

#include "ntlm/utf16.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

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

/* struct reply: how a question ended. */
struct reply {
    enum winbind_outcome outcome;
    wbcErr answer; /* of WINBIND_ANSWERED */
};

/* Whether a thread of this process asks; and how its question ended. Under winbind_lock.
 * In a forked child, the thread that asked in the parent does not exist. */
static struct {
    pid_t asker;
    unsigned n_replies;
    struct reply last;
} question;

/* Asks winbindd, and fills the cache. The pipe is looked at first: if winbindd is started
 * again meanwhile, the next caller asks again. */
static struct reply ask(uint64_t deadline_ms)
{
    const struct winbind_pipe_id pipe = winbind_pipe_id();
    struct names_job *asked = calloc(1, sizeof(*asked));
    struct winbind_job *job = (struct winbind_job *)asked;
    struct reply reply = {WINBIND_NO_MEMORY, WBC_ERR_SUCCESS};

    if (asked == NULL) {
        return reply;
    }
    asked->job = (struct winbind_job){.run = ask_names, .free = free_names};
    reply.outcome = winbind_call(&job, deadline_ms);
    if (reply.outcome == WINBIND_ANSWERED &&
        (reply.answer = job->answer) == WBC_ERR_SUCCESS) {
        winbind_lock();
        cache.names = asked->names;
        cache.pipe = pipe;
        cache.answered_at_ms = winbind_clock_ms();
        winbind_unlock();
    }
    winbind_job_free(job);
    return reply;
}

/* Waits for the reply to another thread's question. */
static struct reply share(unsigned n_replies, uint64_t deadline_ms)
{
    struct reply reply = {WINBIND_LATE, WBC_ERR_SUCCESS};
    bool has_ended = false;

    while (!has_ended && winbind_clock_ms() < deadline_ms) {
        winbind_sleep_until(winbind_clock_ms() + 1);
        winbind_lock();
        if (question.n_replies != n_replies) {
            reply = question.last;
            has_ended = true;
        }
        winbind_unlock();
    }
    return reply;
}

/* Whether this thread is to ask; if not, another one does, and *out_n_replies becomes
 * another number when that one's question has ended. */
static bool become_asker(unsigned *out_n_replies)
{
    bool is_asker;

    winbind_lock();
    *out_n_replies = question.n_replies;
    if ((is_asker = question.asker != getpid())) {
        question.asker = getpid();
    }
    winbind_unlock();
    return is_asker;
}

/* Asks, or waits for the thread that asks already: many threads that make a connection at
 * once would wait for each other. */
static struct reply ask_or_share(uint64_t deadline_ms)
{
    struct reply reply = {WINBIND_LATE, WBC_ERR_SUCCESS};
    unsigned n_replies;

    while (!become_asker(&n_replies)) {
        reply = share(n_replies, deadline_ms);
        if (reply.outcome != WINBIND_LATE || winbind_clock_ms() >= deadline_ms) {
            return reply;
        } /* otherwise the other thread had less time */
    }
    reply = ask(deadline_ms);
    winbind_lock();
    question.asker = 0;
    question.n_replies++;
    question.last = reply;
    winbind_unlock();
    return reply;
}

static enum err err_of(struct reply reply, unsigned timeout_s)
{
    if (reply.outcome != WINBIND_ANSWERED ||
        reply.answer != WBC_ERR_WINBIND_NOT_AVAILABLE) {
        return reply.outcome == WINBIND_ANSWERED && reply.answer == WBC_ERR_SUCCESS
                   ? ERR_OK
                   : winbind_call_failed(reply.outcome, reply.answer, timeout_s);
    }
    return winbind_absent(ERR_AUTHORITY_UNAVAILABLE);
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

/* The names are missing only in the first call of a process; that one may wait as a login
 * does. */
static uint64_t ask_deadline(uint64_t now, unsigned timeout_s, bool is_first)
{
    const uint64_t wanted = (uint64_t)timeout_s * 1000;

    return now + (is_first || wanted < ASK_MS ? wanted : ASK_MS);
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
        const struct reply reply =
            ask_or_share(ask_deadline(now, timeout_s, age == UINT64_MAX));

        if (look(now, &names, &is_current) == UINT64_MAX) {
            e = err_of(reply, timeout_s);
        }
    }
    if (e != ERR_OK) {
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

/* Whether a winbindd that was not asked with success is there nevertheless: it answered a
 * moment ago, and may be starting again; or it accepts connections, and is busy. */
static bool is_there(uint64_t age, struct reply reply)
{
    bool is_full;

    return age < GRACE_MS ||
           ((reply.outcome == WINBIND_LATE || reply.outcome == WINBIND_CLOSED ||
             reply.outcome == WINBIND_QUEUED) &&
            winbind_pipe_is_open(&is_full));
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
        const struct reply reply = ask_or_share(ask_deadline(now, timeout_s, false));

        e = err_of(reply, ASK_MS / 1000);
        if (e == ERR_AUTHORITY_UNAVAILABLE && is_there(age, reply)) {
            e = ERR_OK;
        }
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
