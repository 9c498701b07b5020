/* SPDX-License-Identifier: ISC */
/* The table of what is done with an established context. */
#include "tests/kerberos/after.h"
#include "tests/lib/table.h"

#include <string.h>

static const struct {
    const char *word;
    void (*run)(struct endpoint *endpoint);
    bool in_all;
} rows[] = {
    {"inquire", after_inquire, true},
    {"names", after_names, true},
    {"oids", after_oids, true},
    {"wrap", after_wrap, true},
    {"mic", after_mic, true},
    {"limit", after_limit, true},
    {"aead", after_aead, true},
    {"prf", after_prf, true},
    {"iov", after_iov, true},
    {"stream", after_stream, true},
    {"miciov", after_mic_iov, true},
    {"iovbad", after_iov_bad, true},
    {"order", after_order, true},
    {"damage", after_damage, true},
    {"deleg", after_deleg, false},
    {"store", after_store, false},
    {"dce", after_dce, false},
    {"export", after_export, false},
    {"handover", after_hand_over, false},
    {"ctxtoken", after_context_token, false},
    {"lucid", after_lucid, false},
};

static void run_word(struct endpoint *endpoint, const char *word)
{
    bool known = false;
    for (size_t i = 0; i < N(rows); i++) {
        bool all = strcmp(word, "all") == 0 && rows[i].in_all;
        if (all || strcmp(word, rows[i].word) == 0) {
            known = true;
            rows[i].run(endpoint);
        }
    }
    if (!known) {
        say("unknown", "%s", word);
    }
}

void after_run(struct endpoint *endpoint)
{
    char copy[200], *rest = NULL;
    snprintf(copy, sizeof(copy), "%s", option("then") == NULL ? "" : option("then"));
    for (char *word = strtok_r(copy, "+", &rest); word != NULL;
         word = strtok_r(NULL, "+", &rest)) {
        run_word(endpoint, word);
    }
}
