/* SPDX-License-Identifier: ISC */
/* The question that tells winbindd's names, and that it is there. */
#include "conf/winbind/question.h"

#include "base/process.h"
#include "conf/winbind/pipe.h"
#include "conf/winbind/pool.h"
#include "conf/winbind/status.h"
#include "ntlm/utf16.h"

#include <stdlib.h>
#include <string.h>

/* After this time a question without an answer no longer prevents another one. */
#define LOST_MS 30000

/* All of this is under winbind_lock. */
static struct {
    struct cached_names names;
    struct winbind_pipe_id pipe;
    uint64_t answered_at_ms;
} cache;

/* asker: the process that asks, or 0. In a forked child, the question of the parent does
 * not exist. number: of the last question; the reply to an older one is no reply to
 * it. */
static struct {
    pid_t asker;
    uint64_t asked_at_ms;
    unsigned number;
    struct reply last;
} question;

struct names_job {
    struct winbind_job job;
    unsigned number;
    struct winbind_pipe_id pipe;
    struct cached_names names;
};

/* Threads that wait in share() find that the question has ended. */
static void end_question(unsigned number, struct reply reply)
{
    winbind_lock();
    if (question.number == number) {
        question.asker = 0;
        question.last = reply;
    }
    winbind_unlock();
}

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

/* Runs in the thread. Its caller may have stopped waiting. */
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
    if (answer == WBC_ERR_SUCCESS) {
        winbind_lock();
        cache.names = asked->names;
        cache.pipe = asked->pipe;
        cache.answered_at_ms = winbind_clock_ms();
        winbind_unlock();
    }
    end_question(asked->number, (struct reply){WINBIND_ANSWERED, answer});
    return answer;
}

/* The pipe is looked at before winbindd is asked: if it is started again meanwhile, the
 * next caller asks again. */
static struct reply ask(unsigned number, uint64_t deadline_ms)
{
    struct names_job *asked = calloc(1, sizeof(*asked));
    WINBIND_JOB_AUTO *job = (struct winbind_job *)asked;
    struct reply reply = {WINBIND_NO_MEMORY, WBC_ERR_SUCCESS};

    if (asked != NULL) {
        asked->job = (struct winbind_job){.run = ask_names};
        asked->number = number;
        asked->pipe = winbind_pipe_id();
        reply.outcome = winbind_call(&job, deadline_ms);
        reply.answer = job != NULL ? job->answer : WBC_ERR_SUCCESS;
    }
    if (reply.outcome != WINBIND_LATE) { /* then the thread ends it */
        end_question(number, reply);
    }
    return reply;
}

/* Waits for the reply to another thread's question. */
static struct reply share(unsigned number, uint64_t deadline_ms)
{
    struct reply reply = {WINBIND_LATE, WBC_ERR_SUCCESS};
    bool has_ended = false;

    while (!has_ended && winbind_clock_ms() < deadline_ms) {
        winbind_sleep_until(winbind_clock_ms() + 1);
        winbind_lock();
        has_ended = question.number != number || question.asker != process_id();
        if (has_ended) {
            reply = question.last;
        }
        winbind_unlock();
    }
    return reply;
}

/* Whether this thread is to ask the question of this number. If not, another one asks it,
 * since *out_asked_at_ms. */
static bool become_asker(unsigned *out_number, uint64_t *out_asked_at_ms)
{
    const uint64_t now = winbind_clock_ms();
    bool is_asker;

    winbind_lock();
    is_asker = question.asker != process_id() || now - question.asked_at_ms > LOST_MS;
    if (is_asker) {
        question.asker = process_id();
        question.asked_at_ms = now;
        question.number++;
    }
    *out_number = question.number;
    *out_asked_at_ms = question.asked_at_ms;
    winbind_unlock();
    return is_asker;
}

struct reply question_ask(uint64_t deadline_ms, uint64_t patience_ms)
{
    unsigned number;
    uint64_t asked_at;
    const bool is_asker = become_asker(&number, &asked_at);
    const uint64_t end =
        asked_at + patience_ms < deadline_ms ? asked_at + patience_ms : deadline_ms;

    return is_asker ? ask(number, end) : share(number, end);
}

enum err question_err(struct reply reply, unsigned timeout_s)
{
    if (reply.outcome == WINBIND_ANSWERED) {
        if (reply.answer == WBC_ERR_SUCCESS) {
            return ERR_OK;
        }
        if (reply.answer == WBC_ERR_WINBIND_NOT_AVAILABLE) {
            return winbind_absent(ERR_AUTHORITY_UNAVAILABLE);
        }
    }
    return winbind_call_failed(reply.outcome, reply.answer, timeout_s);
}

uint64_t question_look(uint64_t now_ms, struct cached_names *out, bool *out_is_current)
{
    const struct winbind_pipe_id pipe = winbind_pipe_id();
    uint64_t age = UINT64_MAX;

    winbind_lock();
    *out = cache.names;
    if (cache.names.netbios_name[0] != '\0') {
        age = now_ms > cache.answered_at_ms ? now_ms - cache.answered_at_ms : 0;
    }
    *out_is_current = winbind_pipe_same(&pipe, &cache.pipe);
    winbind_unlock();
    return age;
}

void question_reset(bool is_sound)
{
    if (!is_sound) { /* the names may be half written */
        memset(&cache, 0, sizeof(cache));
    }
}
