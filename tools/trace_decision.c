/* SPDX-License-Identifier: ISC */
/* The decisions in a trace as sentences. */
#include "tools/trace_decision.h"

/*
 * struct sentence: the text for an event with this verdict. {key} stands for the key's
 * value. If the text has no {reason}, the event's reason is appended after a colon.
 * against_krb5: the decision is a reason why Kerberos was not used; only for the
 * mechanism only_of, unless that is NULL.
 */
static const struct sentence {
    const char *event;
    const char *verdict;
    const char *text;
    bool against_krb5;
    const char *only_of;
} sentences[] = {
    {"route", "ours", "gss-negotiate takes the exchange", false, NULL},
    {"route", "builtin", "the built-in SPNEGO takes the exchange", false, NULL},
    {"route", "krb5", "Kerberos without SPNEGO takes the exchange", false, NULL},
    {"ntlm", "kept-out", "the settings keep {mechanism} out", false, NULL},
    {"ntlm", "no-user", "{mechanism} has no user for this target", false, NULL},
    {"credential", "stored", "the credential is stored in {to}", false, NULL},
    {"credential", "chosen", "{user} is the user for this target", false, NULL},
    {"credential", "kdc-not-asked", "no KDC is asked for the password", false, NULL},
    {"credential", "password-refused", "{mechanism} cannot use the password", false,
     NULL},
    {"credential", "none", "{mechanism} has none", false, NULL},
    {"credential", "none-else", "the other mechanisms have none", false, NULL},
    {"offer", "offers", "offers {mechanisms}", false, NULL},
    {"offer", "left-out", "{mechanism} is left out", true, "Kerberos"},
    {"offer", "withheld", "{mechanism} is withheld, because {first} has made its token",
     false, NULL},
    {"withheld", "unfinished",
     "the program ends the exchange before it is complete, and {mechanism} was not "
     "offered ({reason})",
     false, NULL},
    {"withheld", "failed",
     "the exchange fails, and {mechanism} was not offered ({reason})", false, NULL},
    {"choice", "takes", "chooses {mechanism}, number {position} in the client's list",
     true, "NTLM"},
    {"choice", "server-takes", "the server chooses {mechanism}", true, "NTLM"},
    {"choice", "token-fails", "the mechanism's token fails", true, NULL},
    {"fallback", "tried", "{mechanism} fails ({minor}); the next mechanism is tried",
     true, "Kerberos"},
    {"fallback", "not-tried",
     "{mechanism} fails ({minor}); the next mechanism is not tried", true, "Kerberos"},
    {"mic", "required", "mechListMICs are required", false, NULL},
    {"mic", "dropped", "mechListMICs are not required after all", false, NULL},
    {"mic", "made", "our mechListMIC is made", false, NULL},
    {"mic", "verified", "the peer's mechListMIC is valid", false, NULL},
    {"audit", "lost", "a line is lost", false, NULL},
    {"audit", "suppressed", "a line is suppressed", false, NULL},
};

static const struct sentence *find(const struct trace_event *event)
{
    for (size_t i = 0; i < sizeof(sentences) / sizeof(sentences[0]); i++) {
        if (bytes_equal(event->name, bytes_str(sentences[i].event)) &&
            trace_event_is(event, "verdict", sentences[i].verdict)) {
            return &sentences[i];
        }
    }
    return NULL;
}

/* Appends the text with the values of its keys. Returns whether the reason is among
 * them. */
static bool append_text(struct buf *out, const char *text,
                        const struct trace_event *event)
{
    struct bytes rest = bytes_str(text);
    struct bytes key;
    bool has_reason = false;

    while (rest.n > 0) {
        bool has_key = bytes_split(rest, '{', &key, &rest);

        buf_append(out, key);
        if (has_key) {
            BUF_AUTO name = BUF_INIT;

            (void)bytes_split(rest, '}', &key, &rest);
            buf_append(&name, key);
            trace_event_get(event, buf_cstr(&name), out);
            has_reason = has_reason || bytes_equal(key, bytes_str("reason"));
        }
    }
    return has_reason;
}

bool trace_decision_text(struct buf *out, const struct trace_event *event)
{
    const struct sentence *sentence = find(event);
    bool is_found = bytes_equal(event->name, bytes_str("credential")) &&
                    trace_event_is(event, "verdict", "found");

    if (is_found || trace_event_raw(event, "verdict").n == 0) {
        return false;
    }
    if (!append_text(out, sentence == NULL ? "{verdict}" : sentence->text, event) &&
        trace_event_raw(event, "reason").n > 0) {
        buf_append_text(out, ": ");
        trace_event_get(event, "reason", out);
    }
    return true;
}

bool trace_decision_is_against_krb5(const struct trace_event *event)
{
    const struct sentence *sentence = find(event);

    return sentence != NULL && sentence->against_krb5 &&
           (sentence->only_of == NULL ||
            trace_event_is(event, "mechanism", sentence->only_of));
}
