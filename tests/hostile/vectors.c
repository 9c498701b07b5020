/* SPDX-License-Identifier: ISC */
/* Captured and constructed tokens at every state: what is malformed is refused at each,
 * what is a good peer's harms none. */
#include "tests/hostile/stage.h"

#include <string.h>

/* The columns are the stages, as in states.c: no state takes any of them. */
#define REFUSED "DDDX DDDDDX DDDX DDDDX"

START_TEST(malformed_vectors_are_refused)
{
    const char *file = "spnego-malformed.json";
    const char *id;
    size_t n = 0;

    place_begin(LINES_BOTH, "");
    while ((id = vector_id(file, n)) != NULL) {
        stage_check_row(id, vector(file, id), REFUSED);
        n++;
    }
    ck_assert_uint_gt(n, 10);
    login_good(SPNEGO);
}
END_TEST

static const char *const files[] = {
    "spnego-malformed.json",
    "spnego-tokens.json",
    "raw-first-tokens.json",
    "windows-spnego-observed.json",
};
#define N_FILES ((int)(sizeof(files) / sizeof(files[0])))

static void feed_everywhere(struct bytes token)
{
    for (int stage = 0; stage < N_STAGES; stage++) {
        struct login l;

        stage_reach((enum stage)stage, &l);
        (void)stage_feed((enum stage)stage, &l, token);
        login_end(&l);
    }
}

/* Whatever the answer is, it is one: stage_feed checks what any must be. */
START_TEST(every_vector_is_answered_at_each_state)
{
    const char *file = files[_i];
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
END_TEST

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
#define N_CUT ((int)(sizeof(cut) / sizeof(cut[0])))

START_TEST(cut_vectors_are_answered_at_each_state)
{
    struct bytes token = vector(cut[_i].file, cut[_i].id);

    place_begin(LINES_BOTH, "");
    mutate_truncate(token, feed_mutant, NULL);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("vectors");
    TCase *tcase = tcase_create("all");

    tcase_set_timeout(tcase, 60);
    tcase_add_test(tcase, malformed_vectors_are_refused);
    tcase_add_loop_test(tcase, every_vector_is_answered_at_each_state, 0, N_FILES);
    tcase_add_loop_test(tcase, cut_vectors_are_answered_at_each_state, 0, N_CUT);
    suite_add_tcase(suite, tcase);
    return harness_run(suite);
}
