/* SPDX-License-Identifier: ISC */
/* Every error has a name and a sentence for a user; details belong to their error. */
#include "base/err.h"

#include "base/failure.h"
#include "tests/lib/harness.h"

#include <pthread.h>
#include <stdbool.h>
#include <string.h>

#define NOTE_MAX 511

/* The linker replaces every strdup of this program by this function (--wrap). */
char *__real_strdup(const char *text);
char *__wrap_strdup(const char *text);
static bool strdup_fails;

char *__wrap_strdup(const char *text)
{
    return strdup_fails ? NULL : __real_strdup(text);
}

/* Programs know these numbers, so the number of an error must never change. */
TEST(numbers_stay)
{
    ck_assert_int_eq(ERR_NO_SESSION_KEY, 0x16);
    ck_assert_int_eq(ERR_ACCOUNT_EXPIRED, 35);
    ck_assert_int_eq(ERR_PASSWORD_EXPIRED, 36);
    ck_assert_int_eq(ERR_NTLM_LEVEL, 37);
    ck_assert_int_eq(ERR_AUTHORITY_UNAVAILABLE, 61);
    ck_assert_int_eq(ERR_SETTING, 62);
    ck_assert_int_eq(ERR_OPTION_VALUE, 85);
}

TEST(every_error_has_a_name)
{
    for (int e = 0; e < ERR_COUNT; e++) {
        const char *name = err_name((enum err)e);

        ck_assert_msg(strcmp(name, "ERR_UNKNOWN") != 0, "number %d has no name", e);
        ck_assert_msg(strncmp(name, "ERR_", 4) == 0, "%s", name);
        for (int other = 0; other < e; other++) {
            ck_assert_str_ne(name, err_name((enum err)other));
        }
    }
}

TEST(every_error_has_its_own_sentence)
{
    for (int e = 0; e < ERR_COUNT; e++) {
        const char *sentence = err_sentence((enum err)e);

        ck_assert_ptr_nonnull(sentence);
        for (int other = 0; other < e; other++) {
            ck_assert_str_ne(sentence, err_sentence((enum err)other));
        }
    }
}

/* gss_display_status appends text to a sentence, so it has no full stop and no
 * newline. */
TEST(sentences_are_well_formed)
{
    for (int e = 0; e < ERR_COUNT; e++) {
        const char *s = err_sentence((enum err)e);
        size_t n = strlen(s);

        ck_assert_msg(n > 0 && n < 250, "%s: %s", err_name((enum err)e), s);
        ck_assert_msg(s[n - 1] != '.' && s[n - 1] != ' ', "%s", s);
        ck_assert_msg(strchr(s, '\n') == NULL && strstr(s, "  ") == NULL, "%s", s);
        for (size_t i = 0; i < n; i++) {
            ck_assert_msg(s[i] >= ' ' && s[i] <= '~', "%s", s);
        }
    }
}

TEST(unknown_numbers_are_answered)
{
    ck_assert_str_eq(err_name(ERR_COUNT), "ERR_UNKNOWN");
    ck_assert_str_eq(err_name((enum err) - 1), "ERR_UNKNOWN");
    ck_assert_ptr_nonnull(err_sentence((enum err)12345));
}

TEST(note_belongs_to_its_error)
{
    ck_assert_str_eq(err_note_get(ERR_SETTING), "");
    ck_err(err_note(ERR_SETTING, "%s: %d", "file", 7), ERR_SETTING);
    ck_assert_str_eq(err_note_get(ERR_SETTING), "file: 7");
    ck_assert_str_eq(err_note_get(ERR_LOGIN), "");
    (void)err_note(ERR_LOGIN, "other");
    ck_assert_str_eq(err_note_get(ERR_SETTING), "");
    err_note_clear();
    ck_assert_str_eq(err_note_get(ERR_LOGIN), "");
    ck_assert_str_eq(err_note_get(ERR_OK), "");
}

TEST(note_may_quote_the_last_one)
{
    (void)err_note(ERR_FILE_SYNTAX, "line %d", 3);
    (void)err_note(ERR_SETTING, "file: %s", err_note_get(ERR_FILE_SYNTAX));
    ck_assert_str_eq(err_note_get(ERR_SETTING), "file: line 3");
}

TEST(note_is_cut_between_characters)
{
    char text[2 * NOTE_MAX];

    for (size_t i = 0; i < sizeof(text) - 2; i += 2) {
        memcpy(text + i, "\xc3\xa4", 2);
    }
    text[sizeof(text) - 2] = '\0';
    (void)err_note(ERR_NAME, "%s", text); /* 255 characters are 510 bytes */
    ck_assert_uint_eq(strlen(err_note_get(ERR_NAME)), 510);
    (void)err_note(ERR_NAME, "x%s", text);
    ck_assert_uint_eq(strlen(err_note_get(ERR_NAME)), 511);
    memset(text, 'a', sizeof(text) - 2);
    (void)err_note(ERR_NAME, "%s", text);
    ck_assert_uint_eq(strlen(err_note_get(ERR_NAME)), NOTE_MAX);
}

static void *note_elsewhere(void *seen)
{
    *(bool *)seen = err_note_get(ERR_NAME)[0] != '\0';
    (void)err_note(ERR_NAME, "theirs");
    return NULL;
}

TEST(note_belongs_to_its_thread)
{
    pthread_t thread;
    bool seen = true;

    (void)err_note(ERR_NAME, "ours");
    ck_assert_int_eq(pthread_create(&thread, NULL, note_elsewhere, &seen), 0);
    ck_assert_int_eq(pthread_join(thread, NULL), 0);
    ck_assert(!seen);
    ck_assert_str_eq(err_note_get(ERR_NAME), "ours");
}

TEST(failure_has_its_own_detail_only)
{
    struct failure failure;

    (void)err_note(ERR_NAME, "noted");
    failure = failure_of(ERR_LOGIN);
    ck_assert_int_eq(failure.code, ERR_LOGIN);
    ck_assert_str_eq(failure.detail, "");
    failure = failure_of(ERR_NAME);
    (void)err_note(ERR_LOGIN, "another");
    ck_err(failure_raise(&failure), ERR_NAME);
    ck_assert_str_eq(err_note_get(ERR_NAME), "noted");
    ck_assert_str_eq(err_note_get(ERR_LOGIN), "");
}

static void fail_and_discard(void)
{
    FAILURE_AUTO saved = *failure_last();
    const struct failure other = {.code = ERR_GLUE, .major = 7 << 16, .minor = 5};

    (void)failure_raise(&other);
    (void)err_note(ERR_LOGIN, "discarded");
}

TEST(failure_is_restored_at_the_end_of_a_block)
{
    (void)err_note(ERR_NAME, "noted");
    fail_and_discard();
    ck_assert_str_eq(err_note_get(ERR_NAME), "noted");
    err_note_clear();
    fail_and_discard();
    ck_assert_str_eq(err_note_get(ERR_LOGIN), "");
    ck_assert_uint_eq(failure_of(ERR_GLUE).major, 0);
}

/* An error that is noted afterwards does not change another mechanism's status. */
TEST(failure_of_another_mechanism_stays)
{
    struct failure failure = {
        .code = ERR_GLUE, .major = 7 << 16, .minor = 5, .later = "NTLM: failed"};

    (void)failure_raise(&failure);
    (void)err_note(ERR_NAME, "noted");
    ck_assert_uint_eq(failure_of(ERR_NAME).major, 0);
    failure = failure_of(ERR_NAME);
    (void)failure_raise(&failure);
    failure = failure_of(ERR_GLUE);
    ck_assert_uint_eq(failure.major, 7 << 16);
    ck_assert_uint_eq(failure.minor, 5);
    ck_assert_str_eq(failure.later, "NTLM: failed");
    ck_assert_str_eq(failure.detail, "");
}

static enum err fail_with_all(void)
{
    const struct failure failure = {.code = ERR_GLUE,
                                    .detail = "detail",
                                    .major = 7 << 16,
                                    .minor = 5,
                                    .later = "NTLM: failed"};

    return failure_raise(&failure);
}

TEST(saved_failure_keeps_its_texts)
{
    struct saved_failure saved = {.code = ERR_OK};
    struct failure failure;

    failure_save(&saved, fail_with_all());
    (void)err_note(ERR_NAME, "another");
    failure = failure_of_saved(&saved);
    ck_assert_int_eq(failure.code, ERR_GLUE);
    ck_assert_str_eq(failure.detail, "detail");
    ck_assert_uint_eq(failure.major, 7 << 16);
    ck_assert_uint_eq(failure.minor, 5);
    ck_assert_str_eq(failure.later, "NTLM: failed");
    ck_assert_str_eq(err_note_get(ERR_NAME), "another");
    ck_err(failure_raise_saved(&saved), ERR_GLUE);
    ck_assert_str_eq(err_note_get(ERR_GLUE), "detail");
    failure_save(&saved, ERR_LOGIN); /* which has no texts: the old ones are freed */
    ck_assert_int_eq(saved.code, ERR_LOGIN);
    ck_assert_ptr_null(saved.detail);
    ck_assert_ptr_null(saved.later);
    saved_failure_cleanup(&saved);
    ck_assert_int_eq(saved.code, ERR_OK);
}

/* Each context has one or two of them. */
TEST(saved_failure_is_small)
{
    ck_assert_uint_le(sizeof(struct saved_failure),
                      2 * sizeof(uint64_t) + 2 * sizeof(char *));
}

TEST(saved_failure_without_memory_keeps_the_code)
{
    struct saved_failure saved = {.code = ERR_OK};

    strdup_fails = true;
    failure_save(&saved, fail_with_all());
    strdup_fails = false;
    ck_err(failure_raise_saved(&saved), ERR_GLUE);
    ck_assert_str_eq(err_note_get(ERR_GLUE), "");
    ck_assert_str_eq(failure_last()->later, "");
    ck_assert_uint_eq(failure_last()->major, 7 << 16);
    saved_failure_cleanup(&saved);
}
