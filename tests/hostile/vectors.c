/* SPDX-License-Identifier: ISC */
/* Captured and constructed tokens at every state: what is malformed is refused at each,
 * what is a good peer's harms none. */
#include "tests/hostile/context_state.h"

#include <string.h>

/* The columns are the states, as in states.c: no state takes any of them. */
#define REFUSED "DDDX DDDDDX DDDX DDDDX"

TEST(malformed_vectors_are_refused)
{
    const char *file = "spnego-malformed.json";
    const char *id;
    size_t n = 0;

    place_begin(LINES_BOTH, "");
    while ((id = vector_id(file, n)) != NULL) {
        state_check_row(id, vector(file, id), REFUSED);
        n++;
    }
    ck_assert_uint_gt(n, 10);
    login_good(SPNEGO);
}

static const char *const files[] = {
    "spnego-malformed.json",
    "spnego-tokens.json",
    "raw-first-tokens.json",
    "windows-spnego-observed.json",
};

static void feed_everywhere(struct bytes token)
{
    for (int state = 0; state < N_STATES; state++) {
        struct login l;

        state_reach((enum context_state)state, &l);
        (void)state_feed((enum context_state)state, &l, token);
        login_end(&l);
    }
}

/* Whatever the answer is, it is one: state_feed checks what any must be. */
TEST_TABLE(every_vector_is_answered_at_each_state, files)
{
    const char *file = *row;
    const char *id;
    size_t n = 0;

    place_begin(LINES_BOTH, "");
    while ((id = vector_id(file, n)) != NULL) {
        feed_everywhere(vector(file, id));
        n++;
    }
    ck_assert_uint_gt(n, 2);
    login_good(NTLM);
    login_good(SPNEGO);
}

static void feed_mutant(struct bytes mutant, void *arg)
{
    (void)arg;
    feed_everywhere(mutant);
}

/* One of each kind, cut at every byte. */
static const struct {
    const char *file;
    const char *id;
} cut[] = {
    {"spnego-tokens.json", "init_hints_as_f3"},
    {"spnego-tokens.json", "init_reqflags"},
    {"spnego-tokens.json", "resp_incomplete_ntlm_challenge"},
    {"raw-first-tokens.json", "ntlm_in_initial_context_token"},
    {"windows-spnego-observed.json", "ws2025_incomplete_mic"},
};

TEST_TABLE(cut_vectors_are_answered_at_each_state, cut)
{
    struct bytes token = vector(row->file, row->id);

    place_begin(LINES_BOTH, "");
    mutate_truncate(token, feed_mutant, NULL);
}
