/* SPDX-License-Identifier: ISC */
/* The machine's names as winbindd has them, and whether winbindd is there. */
#include "conf/winbind/pipe.h"
#include "conf/winbind/question.h"
#include "conf/winbind/status.h"

/* How long winbindd's last answer counts: for FRESH_MS winbindd is not asked again; for
 * GRACE_MS it may leave a question without an answer, because it may be starting
 * again. */
#define FRESH_MS 1000
#define GRACE_MS 5000
/* The longest wait for an answer that winbindd has in its memory. */
#define PATIENCE_MS 1000

static enum err copy_names(struct winbind_names *out, const struct cached_names *names)
{
    buf_append_text(&out->netbios_name, names->netbios_name);
    buf_append_text(&out->netbios_domain, names->netbios_domain);
    buf_append_text(&out->dns_domain, names->dns_domain);
    out->separator = names->separator;
    return buf_status(&out->netbios_name) != ERR_OK ||
                   buf_status(&out->netbios_domain) != ERR_OK ||
                   buf_status(&out->dns_domain) != ERR_OK
               ? ERR_NO_MEMORY
               : ERR_OK;
}

/* The names are missing only in the first calls of a process, which wait as long as a
 * login. Once a question has waited so long, no other call waits for its answer. */
enum err winbind_names(unsigned timeout_s, struct winbind_names *out)
{
    WINBIND_UNCANCELLED_AUTO cancel_state = winbind_cancel_disable();
    const uint64_t now = winbind_clock_ms();
    const uint64_t timeout = (uint64_t)timeout_s * 1000;
    struct cached_names names;
    bool is_current;
    const uint64_t age = question_look(now, &names, &is_current);

    if (age == UINT64_MAX || (!is_current && age >= FRESH_MS)) {
        const bool is_first = age == UINT64_MAX && timeout > PATIENCE_MS;
        const struct reply reply =
            question_ask(now + timeout, is_first ? timeout : PATIENCE_MS);

        if (question_look(now, &names, &is_current) == UINT64_MAX) {
            const enum err e = question_err(reply, timeout_s);

            return e != ERR_OK ? e : ERR_INTERNAL;
        }
    }
    return copy_names(out, &names);
}

/* Whether a winbindd that gave no answer is there nevertheless: it answered a moment ago,
 * and may be starting again; or it accepts connections, and is busy. */
static bool is_there(uint64_t age, struct reply reply)
{
    const bool is_busy = reply.outcome == WINBIND_LATE ||
                         reply.outcome == WINBIND_CLOSED ||
                         reply.outcome == WINBIND_QUEUED;
    bool is_full;

    return age < GRACE_MS || (is_busy && winbind_pipe_is_open(&is_full));
}

enum err winbind_usable(unsigned timeout_s)
{
    WINBIND_UNCANCELLED_AUTO cancel_state = winbind_cancel_disable();
    const uint64_t now = winbind_clock_ms();
    struct cached_names names;
    const char *folder;
    bool is_current;
    const uint64_t age = question_look(now, &names, &is_current);
    enum err e = ERR_OK;

    if (age >= FRESH_MS) {
        const struct reply reply =
            question_ask(now + (uint64_t)timeout_s * 1000, PATIENCE_MS);

        e = question_err(reply, PATIENCE_MS / 1000);
        if (e == ERR_AUTHORITY_UNAVAILABLE && is_there(age, reply)) {
            e = ERR_OK;
        }
    }
    if (e == ERR_OK && winbind_pipe_right(&folder) == WINBIND_PIPE_NO_RIGHT) {
        e = winbind_no_right(ERR_NO_AUTHORITY, folder);
    }
    /* To an application that asks for a credential, an authority that does not answer is
     * none. */
    return e == ERR_AUTHORITY_UNAVAILABLE
               ? err_note(ERR_NO_AUTHORITY, "%s", err_note_get(e))
               : e;
}

void winbind_names_cleanup(struct winbind_names *names)
{
    buf_cleanup(&names->netbios_name);
    buf_cleanup(&names->netbios_domain);
    buf_cleanup(&names->dns_domain);
}
