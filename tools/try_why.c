/* SPDX-License-Identifier: ISC */
/* gss-negotiate try: the mechanism's decisions, as it traces them. */
#include "tools/try_why.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static char path[] = "/tmp/gss-negotiate-try-XXXXXX";
static FILE *trace;

void try_why_begin(void)
{
    int fd;

    if (getenv("GSS_NEGOTIATE_TRACE") != NULL || (fd = mkstemp(path)) < 0) {
        return;
    }
    trace = fdopen(fd, "r");
    if (trace != NULL) {
        setenv("GSS_NEGOTIATE_TRACE", path, 1);
    }
}

/* The value of a key, quoted or not, without its escapes of quotes; before it the text.
 */
static void print_value(const char *line, const char *before, const char *key)
{
    const char *at = strstr(line, key);

    if (at == NULL) {
        return;
    }
    fputs(before, stdout);
    at += strlen(key);
    if (*at != '"') {
        printf("%.*s", (int)strcspn(at, " \n"), at);
        return;
    }
    for (at++; *at != '"' && *at != '\0'; at++) {
        at += at[0] == '\\' && at[1] != '\0' && strchr("\\'\"", at[1]) != NULL;
        putchar(*at);
    }
}

static void print_decision(const char *line)
{
    fputs("  ", stdout);
    print_value(line, "", " what=");
    print_value(line, ": ", " why=");
    putchar('\n');
}

void try_why_print(void)
{
    char *line = NULL;
    size_t size = 0;

    if (trace == NULL) {
        return;
    }
    clearerr(trace);
    while (getline(&line, &size, trace) > 0) {
        if (strstr(line, " decide about=") != NULL &&
            strstr(line, " decide about=audit ") == NULL) {
            print_decision(line);
        }
    }
    free(line);
}

void try_why_end(void)
{
    if (trace != NULL) {
        (void)fclose(trace);
        (void)unlink(path);
        trace = NULL;
    }
}
