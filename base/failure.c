/* SPDX-License-Identifier: ISC */
/* What failed, as a value; and the last failure of each thread. */
#include "base/failure.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* gss_display_status gets only a number, so each thread keeps what failed last. */
static _Thread_local struct failure last_failure;

/* The length of the n bytes of text without an incomplete UTF-8 character at the end. */
static size_t whole_characters(const char *text, size_t n)
{
    size_t last = n - 1;
    size_t len = 1; /* of the last character, in UTF-8 */
    unsigned char first;

    while (last > 0 && ((unsigned char)text[last] & 0xc0) == 0x80) {
        last--;
    }
    first = (unsigned char)text[last];
    if (first >= 0xc0) {
        len = first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
    }
    return len > n - last ? last : n;
}

enum err(err_note)(enum err e, const char *format, ...)
{
    char text[ERR_NOTE_SIZE]; /* the arguments may point into last_failure.detail */
    va_list args;
    int n;

    va_start(args, format);
    n = vsnprintf(text, sizeof(text), format, args);
    va_end(args);
    if (n < 0) {
        text[0] = '\0';
    }
    if (n >= ERR_NOTE_SIZE) {
        text[whole_characters(text, ERR_NOTE_SIZE - 1)] = '\0';
    }
    memcpy(last_failure.detail, text, sizeof(text));
    last_failure.code = e;
    return e;
}

void err_note_clear(void)
{
    last_failure.code = ERR_OK;
    last_failure.detail[0] = '\0';
}

const char *err_note_get(enum err e)
{
    return e != ERR_OK && last_failure.code == e ? last_failure.detail : "";
}

struct failure *failure_last(void)
{
    return &last_failure;
}

struct failure failure_of(enum err e)
{
    struct failure failure = {.code = e};

    memcpy(failure.detail, err_note_get(e), strlen(err_note_get(e)));
    if (e == ERR_GLUE) {
        failure.major = last_failure.major;
        failure.minor = last_failure.minor;
        memcpy(failure.later, last_failure.later, sizeof(failure.later));
    }
    return failure;
}

enum err failure_raise(const struct failure *failure)
{
    last_failure.code = failure->code;
    memcpy(last_failure.detail, failure->detail, sizeof(last_failure.detail));
    if (failure->code == ERR_GLUE) {
        last_failure.major = failure->major;
        last_failure.minor = failure->minor;
        memcpy(last_failure.later, failure->later, sizeof(last_failure.later));
    }
    return failure->code;
}

static char *copy_text(const char *text)
{
    return text[0] == '\0' ? NULL : strdup(text);
}

static void restore_text(char out[ERR_NOTE_SIZE], const char *saved)
{
    if (saved != NULL) {
        memcpy(out, saved, strlen(saved) + 1);
    }
}

void failure_save(struct saved_failure *saved, enum err e)
{
    const struct failure failure = failure_of(e);

    saved_failure_cleanup(saved);
    saved->code = e;
    saved->major = failure.major;
    saved->minor = failure.minor;
    saved->detail = copy_text(failure.detail);
    saved->later = copy_text(failure.later);
}

struct failure failure_of_saved(const struct saved_failure *saved)
{
    struct failure failure = {
        .code = saved->code, .major = saved->major, .minor = saved->minor};

    restore_text(failure.detail, saved->detail);
    restore_text(failure.later, saved->later);
    return failure;
}

enum err failure_raise_saved(const struct saved_failure *saved)
{
    const struct failure failure = failure_of_saved(saved);

    return failure_raise(&failure);
}

void saved_failure_cleanup(struct saved_failure *saved)
{
    free(saved->detail);
    free(saved->later);
    *saved = (struct saved_failure){.code = ERR_OK};
}
