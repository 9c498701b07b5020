/* SPDX-License-Identifier: ISC */
/* The outcome of a login under some settings, as one line of text. */
#include "tests/exchange/outcome.h"

#include "mech/oid.h"
#include "tests/exchange/builtin_fault.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct {
    OM_uint32 major;
    const char *name;
} majors[] = {
    {GSS_S_UNAUTHORIZED, "UNAUTHORIZED"}, {GSS_S_NO_CRED, "NO_CRED"},
    {GSS_S_FAILURE, "FAILURE"},           {GSS_S_BAD_MECH, "BAD_MECH"},
    {GSS_S_BAD_BINDINGS, "BAD_BINDINGS"}, {GSS_S_UNAVAILABLE, "UNAVAILABLE"},
    {GSS_S_BAD_NAME, "BAD_NAME"},         {GSS_S_DEFECTIVE_TOKEN, "DEFECTIVE_TOKEN"},
};

static const char *major_name(OM_uint32 major)
{
    static char digits[16];

    for (size_t i = 0; i < N(majors); i++) {
        if (majors[i].major == major) {
            return majors[i].name;
        }
    }
    (void)snprintf(digits, sizeof(digits), "%#x", major);
    return digits;
}

static char outcome[2048];

/* Replaces a file's path by a word wherever the text has it. */
static void shorten(char *text, const char *path, const char *word)
{
    char *at;

    while (path != NULL && (at = strstr(text, path)) != NULL) {
        char *behind = at + strlen(path);

        memcpy(at, word, strlen(word));
        memmove(at + strlen(word), behind, strlen(behind) + 1);
    }
}

const char *failure_text(const char *who, OM_uint32 major, const char *sentence)
{
    static char text[1536];

    (void)snprintf(text, sizeof(text), "%s: %s: %s", who, major_name(major), sentence);
    shorten(text, place_path("negotiate.conf"), "CONF");
    shorten(text, getenv("KRB5CCNAME"), "CCACHE");
    return text;
}

/* struct run: the state of a login, and the number of NTLM tokens that were sent. */
struct run {
    const struct play *play;
    struct login login;
    unsigned sent;
    unsigned answered;
};

static const char *say_failure(const struct run *run, const char *who, OM_uint32 major,
                               const char *sentence)
{
    (void)snprintf(outcome, sizeof(outcome), "%u+%u %s", run->sent, run->answered,
                   failure_text(who, major, sentence));
    return outcome;
}

static void use_settings(const char *settings)
{
    place_settings(settings == NULL ? "" : settings);
}

static unsigned count_ntlm(const struct peer *p)
{
    return p->token.n > 0 && memmem(p->token.p, p->token.n, "NTLMSSP", 8) != NULL;
}

static bool initiates(struct run *run)
{
    struct login *l = &run->login;

    use_settings(run->play->initiator);
    peer_initiate(&l->initiator, buf_bytes(&l->acceptor.token));
    run->sent += count_ntlm(&l->initiator);
    return !GSS_ERROR(l->initiator.major) && l->initiator.token.n > 0;
}

static bool accepts(struct run *run)
{
    struct login *l = &run->login;

    use_settings(run->play->acceptor);
    peer_accept(&l->acceptor, buf_bytes(&l->initiator.token));
    run->answered += count_ntlm(&l->acceptor);
    return !GSS_ERROR(l->acceptor.major) && l->acceptor.token.n > 0;
}

static const char *exchange(struct run *run)
{
    const struct peer *initiator = &run->login.initiator;
    const struct peer *acceptor = &run->login.acceptor;
    bool done;

    while (initiates(run) && accepts(run)) {
    }
    if (GSS_ERROR(acceptor->major)) {
        return say_failure(run, "acceptor", acceptor->major, acceptor->sentence);
    }
    done = login_is_done(&run->login) || builtin_fault(&run->login);
    if (!done && GSS_ERROR(initiator->major)) {
        return say_failure(run, "initiator", initiator->major, initiator->sentence);
    }
    (void)snprintf(outcome, sizeof(outcome), "%u+%u %s", run->sent, run->answered,
                   done ? "done" : "stands still");
    return outcome;
}

/* Acquires the initiator's credential; returns NULL, or the text of the failure. */
static const char *acquire_initiator(struct run *run, gss_OID mech)
{
    struct peer *p = &run->login.initiator;
    OM_uint32 major =
        cred_with_password(mech, ALICE, ALICE_PASSWORD, &p->cred, &p->minor);

    status_sentence(p->minor, mech, p->sentence);
    return major == GSS_S_COMPLETE
               ? NULL
               : say_failure(run, "initiator acquires", major, p->sentence);
}

static const char *acquire_acceptor(struct run *run, gss_OID mech)
{
    struct peer *p = &run->login.acceptor;
    gss_OID_set_desc only = {1, mech};
    OM_uint32 major = gss_acquire_cred(&p->minor, GSS_C_NO_NAME, 0, &only, GSS_C_ACCEPT,
                                       &p->cred, NULL, NULL);

    status_sentence(p->minor, mech, p->sentence);
    return major == GSS_S_COMPLETE
               ? NULL
               : say_failure(run, "acceptor acquires", major, p->sentence);
}

static const char *acquire(struct run *run, gss_OID mech)
{
    bool saved = run->play->whose == CRED_KEPT;
    const char *failure = NULL;

    if (run->play->whose != CRED_DEFAULT) {
        use_settings(saved ? NULL : run->play->initiator);
        failure = acquire_initiator(run, mech);
    }
    if (failure == NULL && run->play->whose != CRED_DEFAULT) {
        use_settings(saved ? NULL : run->play->acceptor);
        failure = acquire_acceptor(run, mech);
    }
    if (failure == NULL && run->play->no_ci) {
        cred_option(&run->login.initiator.cred, OPTION_NO_CI_FLAGS, bytes_of(NULL, 0));
    }
    return failure;
}

void play_begin(enum form form)
{
    place_begin(form == FORM_BUILTIN ? LINES_NTLM : LINES_BOTH, "");
    place_credential("AD:alice:" ALICE_PASSWORD "\n", 0600);
}

const char *play_outcome(const struct play *play)
{
    gss_OID mech = play->form == FORM_RAW ? NTLM : SPNEGO;
    struct run run = {.play = play};
    struct login *l = &run.login;
    const char *failure;

    l->initiator.mech = l->acceptor.mech = mech;
    l->initiator.asked = play->asked;
    l->initiator.bindings = play->initiator_bindings;
    l->acceptor.bindings = play->acceptor_bindings;
    l->initiator.target = name_of(play->target == NULL ? "http@server" : play->target,
                                  GSS_C_NT_HOSTBASED_SERVICE);
    failure = acquire(&run, mech);
    if (failure == NULL) {
        (void)exchange(&run);
    }
    login_end(l);
    return outcome;
}
