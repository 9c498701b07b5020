/* SPDX-License-Identifier: ISC */
/* Every call on a context: a call that may not succeed is refused with its reason, and
 * none crashes. */
#include "tests/exchange/context_calls.h"

#include "mech/oid.h"

#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

/* Whether the call is wrong in this state, whatever its other arguments are. */
static bool is_out_of_place(const struct state *state, enum context_call_kind kind)
{
    switch (kind) {
    case NEEDS_ESTABLISHED:
        return state->condition != IS_ESTABLISHED;
    case LEG_OF_INITIATOR:
        return !state->initiator || state->condition != IS_HALF_OPEN;
    case LEG_OF_ACCEPTOR:
        return state->initiator || state->condition != IS_HALF_OPEN;
    default:
        return false;
    }
}

static void check_call(const struct state *state, struct peer *peer, size_t i)
{
    OM_uint32 minor = 0;
    OM_uint32 major = context_calls[i].run(&minor, peer);
    char sentence[1024];

    if (!is_out_of_place(state, context_calls[i].kind) ||
        (context_calls[i].by == NOT_NTLMS && peer->mech == NTLM)) {
        ck_assert_msg(context_calls[i].kind != ENDS_IT || major == GSS_S_COMPLETE,
                      "%s: %#x", context_calls[i].name, major);
        return;
    }
    ck_assert_msg(GSS_ERROR(major) != 0, "%s: COMPLETE", context_calls[i].name);
    if (context_calls[i].by != REASON_IS_LOST) {
        status_sentence(minor, peer->mech, sentence);
        ck_assert_msg(minor != 0 && sentence[0] != '\0', "%s: %#x, no reason",
                      context_calls[i].name, major);
    }
}

static void check_name(const char *what, gss_name_t name, bool wanted)
{
    OM_uint32 minor;

    ck_assert_msg((name != GSS_C_NO_NAME) == wanted, "%s: %s", what,
                  wanted ? "NULL" : "not NULL");
    if (name != GSS_C_NO_NAME) {
        ck_assert_uint_gt(strlen(display(name)), 0);
        (void)gss_release_name(&minor, &name);
    }
}

/* Checks each output of gss_inquire_context. */
static void check_inquiry(const struct state *state, const struct peer *peer)
{
    gss_name_t source = GSS_C_NO_NAME;
    gss_name_t target = GSS_C_NO_NAME;
    gss_OID mech = GSS_C_NO_OID;
    OM_uint32 lifetime = 77;
    OM_uint32 flags = 0;
    OM_uint32 minor = 0;
    int local = -1;
    int open = -1;
    bool established = state->condition == IS_ESTABLISHED;
    OM_uint32 major = gss_inquire_context(&minor, peer->context, &source, &target,
                                          &lifetime, &mech, &flags, &local, &open);

    if (state->answer == TELLS_NOTHING) {
        ck_assert_msg(GSS_ERROR(major) != 0 && minor != 0, "%#x, minor %u", major, minor);
        return;
    }
    ck_complete(major);
    ck_assert_ptr_ne(mech, GSS_C_NO_OID);
    ck_assert_ptr_ne(mech->elements, NULL);
    ck_assert(!established || !oid_equal(mech, SPNEGO));
    ck_assert_int_eq(local, state->initiator);
    ck_assert_int_eq(open, established);
    check_name("source", source, state->answer == TELLS_BOTH);
    check_name("target", target, state->answer != TELLS_NO_NAMES);
}

void check_calls(const struct state *state, struct peer *peer)
{
    for (size_t i = 0; i <= n_context_calls; i++) {
        int status = -1;
        pid_t pid = fork();

        ck_assert_int_ge(pid, 0);
        if (pid == 0) {
            if (i < n_context_calls) {
                check_call(state, peer, i);
            } else {
                check_inquiry(state, peer);
            }
            _exit(0);
        }
        ck_assert_int_eq(waitpid(pid, &status, 0), pid);
        ck_assert_msg(status == 0, "%s, %s: %s %d", state->name,
                      i < n_context_calls ? context_calls[i].name : "inquire_context",
                      WIFSIGNALED(status) ? "signal" : "status",
                      WIFSIGNALED(status) ? WTERMSIG(status) : WEXITSTATUS(status));
    }
}

void check_refusals(const struct state *state, struct peer *peer)
{
    for (size_t i = 0; i < n_context_calls; i++) {
        if (is_out_of_place(state, context_calls[i].kind)) {
            check_call(state, peer, i);
        }
    }
    check_inquiry(state, peer);
}

struct peer *initiator_asked(struct login *l)
{
    peer_initiate(&l->initiator, NOTHING);
    ck_major(&l->initiator, GSS_S_CONTINUE_NEEDED);
    return &l->initiator;
}

struct peer *initiator_hinted(struct login *l)
{
    BUF_AUTO hints = BUF_INIT;

    (void)acceptor_hinted(l);
    buf_move(&hints, &l->acceptor.token);
    peer_initiate(&l->initiator, buf_bytes(&hints));
    ck_major(&l->initiator, GSS_S_CONTINUE_NEEDED);
    return &l->initiator;
}

struct peer *initiator_failed(struct login *l)
{
    (void)initiator_asked(l);
    peer_initiate(&l->initiator, bytes_str("garbage"));
    ck_assert(GSS_ERROR(l->initiator.major) != 0);
    return &l->initiator;
}

struct peer *acceptor_hinted(struct login *l)
{
    peer_accept(&l->acceptor, NOTHING);
    ck_major(&l->acceptor, GSS_S_CONTINUE_NEEDED);
    return &l->acceptor;
}

struct peer *acceptor_hinted_by_default(struct login *l)
{
    (void)gss_release_cred(&l->acceptor.minor, &l->acceptor.cred);
    return acceptor_hinted(l);
}
