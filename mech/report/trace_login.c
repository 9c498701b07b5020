/* SPDX-License-Identifier: ISC */
/* Writes credentials and logins by NTLM to the trace. */
#include "mech/report/trace_login.h"

#include "mech/report/trace.h"

#include <inttypes.h>

static void append_name(struct buf *line, const struct buf *domain,
                        const struct buf *user)
{
    BUF_AUTO name = BUF_INIT;

    if (domain->n > 0) {
        buf_append(&name, buf_bytes(domain));
        buf_append_text(&name, "\\");
    }
    buf_append(&name, buf_bytes(user));
    trace_append(line, "user", buf_bytes(&name));
}

static void trace_choice(const struct credential_choice *choice, const char *verdict)
{
    BUF_AUTO line = BUF_INIT;

    trace_decision(&line, "credential", verdict);
    trace_append_text(&line, "role", "initiator");
    append_name(&line, &choice->credential.domain, &choice->credential.user);
    trace_append(&line, "from", buf_bytes(&choice->from));
    if (choice->patterns.n > 0) {
        trace_append(&line, "for", buf_bytes(&choice->patterns));
    }
    trace_write(&line);
}

void trace_users_found(const struct credential_list *users)
{
    for (size_t i = 0; trace_is_on() && i < users->n; i++) {
        trace_choice(&users->choices[i], "found");
    }
}

void trace_user_chosen(const struct credential_list *users,
                       const struct credential_choice *choice)
{
    if (trace_is_on() && users->n > 1) {
        trace_choice(choice, "chosen");
    }
}

void trace_users(const char *name, const char *unusable)
{
    BUF_AUTO line = BUF_INIT;

    if (!trace_is_on()) {
        return;
    }
    trace_decision(&line, "credential", "found");
    trace_append_text(&line, "role", "acceptor");
    trace_append_text(&line, "from", name);
    if (unusable[0] != '\0') {
        trace_append_text(&line, "unusable", unusable);
    }
    trace_write(&line);
}

static const char *yes_no(bool is)
{
    return is ? "yes" : "no";
}

void trace_login(const struct ntlm_session *session)
{
    BUF_AUTO line = BUF_INIT;
    const char *kind = session->anonymous ? "anonymous"
                       : session->guest   ? "guest"
                                          : "user";
    const char *protection = !ntlm_session_protects(session)     ? "none"
                             : (session->flags & NTLM_SEAL) != 0 ? "seal"
                                                                 : "sign";

    if (!trace_is_on()) {
        return;
    }
    trace_line(&line, "login");
    trace_append_text(&line, "role",
                      session->role == ROLE_INITIATOR ? "initiator" : "acceptor");
    trace_append_text(&line, "as", kind);
    append_name(&line, &session->domain, &session->user);
    trace_append(&line, "workstation", buf_bytes(&session->workstation));
    trace_append(&line, "target", buf_bytes(&session->target_name));
    trace_append_text(&line, "protection", protection);
    trace_append_text(&line, "mic", yes_no(session->mic_flag));
    trace_append_text(&line, "bound", yes_no(session->bound));
    buf_printf(&line, " flags=0x%08" PRIx32, session->flags);
    trace_write(&line);
}
