/* SPDX-License-Identifier: ISC */
/* Every state that a context can be in when a token comes, on either side. */
#include "tests/hostile/context_state.h"

#include "mech/api/gssi.h"

#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct {
    const char *name;
    bool initiator;
    bool spnego;
} states[N_STATES] = {
    [ACCEPT_RAW_FIRST] = {"acceptor, raw, first token", false, false},
    [ACCEPT_RAW_SECOND] = {"acceptor, raw, second token", false, false},
    [ACCEPT_RAW_DONE] = {"acceptor, raw, established", false, false},
    [ACCEPT_RAW_FAILED] = {"acceptor, raw, failed", false, false},
    [ACCEPT_SPNEGO_FIRST] = {"acceptor, SPNEGO, first token", false, true},
    [ACCEPT_HINTED] = {"acceptor, SPNEGO, after hints", false, true},
    [ACCEPT_SPNEGO_SECOND] = {"acceptor, SPNEGO, second token", false, true},
    [ACCEPT_SPNEGO_MIC] = {"acceptor, SPNEGO, waits for the MIC", false, true},
    [ACCEPT_SPNEGO_DONE] = {"acceptor, SPNEGO, established", false, true},
    [ACCEPT_SPNEGO_FAILED] = {"acceptor, SPNEGO, failed", false, true},
    [INIT_RAW_FIRST] = {"initiator, raw, first call", true, false},
    [INIT_RAW_SECOND] = {"initiator, raw, second call", true, false},
    [INIT_RAW_DONE] = {"initiator, raw, established", true, false},
    [INIT_RAW_FAILED] = {"initiator, raw, failed", true, false},
    [INIT_SPNEGO_FIRST] = {"initiator, SPNEGO, first call", true, true},
    [INIT_SPNEGO_REPLY] = {"initiator, SPNEGO, first reply", true, true},
    [INIT_SPNEGO_NEXT] = {"initiator, SPNEGO, last reply", true, true},
    [INIT_SPNEGO_DONE] = {"initiator, SPNEGO, established", true, true},
    [INIT_SPNEGO_FAILED] = {"initiator, SPNEGO, failed", true, true},
};

static bool is_first(enum context_state state)
{
    return state == ACCEPT_RAW_FIRST || state == ACCEPT_SPNEGO_FIRST ||
           state == INIT_RAW_FIRST || state == INIT_SPNEGO_FIRST;
}

static bool is_done(enum context_state state)
{
    return state == ACCEPT_RAW_DONE || state == ACCEPT_SPNEGO_DONE ||
           state == INIT_RAW_DONE || state == INIT_SPNEGO_DONE;
}

const char *state_name(enum context_state state)
{
    return states[state].name;
}

struct peer *state_peer(enum context_state state, struct login *l)
{
    return states[state].initiator ? &l->initiator : &l->acceptor;
}

static void pass(struct login *l, bool to_acceptor)
{
    if (to_acceptor) {
        peer_accept(&l->acceptor, buf_bytes(&l->initiator.token));
    } else {
        peer_initiate(&l->initiator, buf_bytes(&l->acceptor.token));
    }
}

static void pass_n(struct login *l, unsigned n)
{
    for (unsigned leg = 1; leg <= n; leg++) {
        pass(l, leg % 2 == 1);
    }
}

static void break_off(enum context_state state, struct login *l)
{
    pass_n(l, states[state].initiator ? 1 : 2);
    if (states[state].initiator) {
        peer_initiate(&l->initiator, bytes_str("rubbish"));
    } else {
        peer_accept(&l->acceptor, bytes_str("rubbish"));
    }
    ck_major(state_peer(state, l), GSS_S_DEFECTIVE_TOKEN);
}

static void drop_mic(struct login *l)
{
    struct negtoken_resp resp;
    BUF_AUTO token = BUF_INIT;

    pass_n(l, 2);
    resp = read_resp(&l->initiator.token);
    write_resp(&token, NO_STATE, NOTHING, resp.token, NOTHING);
    peer_accept(&l->acceptor, buf_bytes(&token));
    ck_major(&l->acceptor, GSS_S_CONTINUE_NEEDED);
}

void state_reach(enum context_state state, struct login *l)
{
    login_begin(l, states[state].spnego ? SPNEGO : NTLM, ALICE, ALICE_PASSWORD,
                SEAL_FLAGS);
    if (state == INIT_RAW_FIRST || state == INIT_SPNEGO_FIRST) {
        return;
    }
    peer_initiate(&l->initiator, NOTHING);
    switch (state) {
    case ACCEPT_HINTED:
        peer_accept(&l->acceptor, NOTHING);
        break;
    case ACCEPT_RAW_SECOND:
    case ACCEPT_SPNEGO_SECOND:
        pass_n(l, 1);
        break;
    case ACCEPT_SPNEGO_MIC:
        drop_mic(l);
        break;
    case INIT_SPNEGO_NEXT:
        pass_n(l, 2);
        break;
    case ACCEPT_RAW_FAILED:
    case ACCEPT_SPNEGO_FAILED:
    case INIT_RAW_FAILED:
    case INIT_SPNEGO_FAILED:
        break_off(state, l);
        break;
    case ACCEPT_RAW_DONE:
    case INIT_RAW_DONE:
        pass_n(l, 3);
        break;
    case ACCEPT_SPNEGO_DONE:
    case INIT_SPNEGO_DONE:
        pass_n(l, 4);
        break;
    default:
        break;
    }
    ck_assert(!is_done(state) || login_is_done(l));
}

static uintptr_t entry(const char *name)
{
    static void *handle;
    void *found;

    if (handle == NULL) {
        handle = dlopen(getenv("GSSNEG_MODULE"), RTLD_NOW | RTLD_LOCAL);
        ck_assert_msg(handle != NULL, "%s", dlerror());
    }
    found = dlsym(handle, name);
    ck_assert_msg(found != NULL, "no entry %s", name);
    return (uintptr_t)found;
}

/* The sentence of a minor status that comes from the module and that the mechglue has not
 * mapped. */
static void entry_sentence(struct peer *p)
{
    __typeof__(gss_display_status) *display_status =
        (__typeof__(gss_display_status) *)entry(p->mech == SPNEGO ? "gssi_display_status"
                                                                  : "gss_display_status");
    gss_buffer_desc text = GSS_C_EMPTY_BUFFER;
    OM_uint32 more = 0;
    OM_uint32 minor;

    p->sentence[0] = '\0';
    if (display_status(&minor, p->minor, GSS_C_MECH_CODE, p->mech, &more, &text) ==
        GSS_S_COMPLETE) {
        (void)snprintf(p->sentence, sizeof(p->sentence), "%.*s", (int)text.length,
                       (char *)text.value);
    }
    (void)gss_release_buffer(&minor, &text);
}

/* Calls the module's own accept function for a new context, and deletes the context. */
static void accept_by_entry(struct peer *p, struct bytes token)
{
    bool spnego = p->mech == SPNEGO;
    __typeof__(gss_accept_sec_context) *accept =
        (__typeof__(gss_accept_sec_context) *)entry(spnego ? "gssi_accept_sec_context"
                                                           : "gss_accept_sec_context");
    __typeof__(gss_delete_sec_context) *delete =
        (__typeof__(gss_delete_sec_context) *)entry("gss_delete_sec_context");
    gss_buffer_desc in = buffer_of(token);
    gss_buffer_desc out = GSS_C_EMPTY_BUFFER;
    gss_ctx_id_t context = GSS_C_NO_CONTEXT;
    OM_uint32 minor;

    p->major = accept(&p->minor, &context, GSS_C_NO_CREDENTIAL, &in, NULL, NULL, NULL,
                      &out, NULL, NULL, NULL);
    entry_sentence(p);
    buffer_take(&out, &p->token);
    ck_assert_msg(!GSS_ERROR(p->major) || context == GSS_C_NO_CONTEXT,
                  "%#x (%s) left a context", p->major, p->sentence);
    (void)delete (&minor, &context, GSS_C_NO_BUFFER);
}

/* The mechglue may answer the token without calling the module; then only that it leaves
 * no context is checked. Afterwards the module's own function is called. */
static void accept_first(struct peer *p, struct bytes token)
{
    peer_accept(p, token);
    ck_assert(!GSS_ERROR(p->major) || p->context == GSS_C_NO_CONTEXT);
    (void)gss_delete_sec_context(&p->minor, &p->context, GSS_C_NO_BUFFER);
    accept_by_entry(p, token);
}

static void feed(enum context_state state, struct login *l, struct bytes token)
{
    if (states[state].initiator) {
        peer_initiate(&l->initiator, token);
    } else if (is_first(state)) {
        accept_first(&l->acceptor, token);
    } else {
        peer_accept(&l->acceptor, token);
    }
}

char state_letter(OM_uint32 major)
{
    static const struct {
        char letter;
        OM_uint32 major;
    } letters[] = {
        {'D', GSS_S_DEFECTIVE_TOKEN}, {'S', GSS_S_BAD_SIG},
        {'X', GSS_S_NO_CONTEXT},      {'F', GSS_S_FAILURE},
        {'M', GSS_S_BAD_MECH},        {'K', GSS_S_NO_CRED},
        {'U', GSS_S_UNAUTHORIZED},    {'.', GSS_S_CONTINUE_NEEDED},
        {'.', GSS_S_COMPLETE},
    };

    for (size_t i = 0; i < N(letters); i++) {
        if (letters[i].major == major) {
            return letters[i].letter;
        }
    }
    return '?';
}

/* A failed context refuses every token. */
static void check_closed(enum context_state state, struct login *l)
{
    struct peer *p = state_peer(state, l);

    if (p->context == GSS_C_NO_CONTEXT) {
        return;
    }
    feed(state, l, bytes_str("more"));
    ck_failed(p, GSS_S_NO_CONTEXT, "failed earlier");
}

/* The module passes a list without NTLM to the built-in SPNEGO, and returns its answer
 * unchanged. */
static bool is_passthrough(struct bytes token)
{
    struct negtoken_init init;
    bool has_ntlm = false;

    if (negtoken_init_decode(token, &init) != ERR_OK) {
        return false;
    }
    for (size_t i = 0; i < init.n_mechs; i++) {
        has_ntlm = has_ntlm || bytes_equal(init.mechs[i], OID_NTLM);
    }
    return !has_ntlm;
}

static void check_error(enum context_state state, struct login *l)
{
    struct peer *p = state_peer(state, l);

    ck_assert(p->source == GSS_C_NO_NAME);
    if (is_done(state)) {
        protect_both_ways(l);
    } else if (is_first(state)) {
        ck_assert(p->context == GSS_C_NO_CONTEXT);
    } else {
        check_closed(state, l);
    }
}

static void check_told(enum context_state state, const struct peer *p)
{
    ck_assert_msg(p->minor != 0 && strlen(p->sentence) > 10, "%s: %#x with minor %u (%s)",
                  state_name(state), p->major, p->minor, p->sentence);
}

char state_feed(enum context_state state, struct login *l, struct bytes token)
{
    struct peer *p = state_peer(state, l);
    char letter;

    feed(state, l, token);
    letter = state_letter(p->major);
    if (GSS_ERROR(p->major)) {
        if (!is_passthrough(token)) {
            check_told(state, p);
        }
        check_error(state, l);
    }
    return letter;
}

void state_check_row(const char *what, struct bytes token, const char *answers)
{
    char got[N_STATES + 1] = {0};
    char want[N_STATES + 1] = {0};
    size_t n = 0;

    for (const char *p = answers; *p != '\0' && n < N_STATES; p++) {
        if (*p != ' ') {
            want[n++] = *p;
        }
    }
    for (int state = 0; state < N_STATES; state++) {
        struct login l;

        state_reach((enum context_state)state, &l);
        got[state] = state_feed((enum context_state)state, &l, token);
        login_end(&l);
    }
    ck_assert_msg(strcmp(got, want) == 0, "%s: %.4s %.6s %.4s %.5s, not %s", what, got,
                  got + ACCEPT_SPNEGO_FIRST, got + INIT_RAW_FIRST,
                  got + INIT_SPNEGO_FIRST, answers);
}
