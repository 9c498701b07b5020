/* SPDX-License-Identifier: ISC */
/* gss-negotiate try: prints the decisions that the module writes to the trace. */
#include "tools/try_why.h"

#include "tools/trace_decision.h"

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

static void print_decision(const char *line)
{
    struct trace_event event;
    BUF_AUTO text = BUF_INIT;

    if (trace_event_parse(bytes_of(line, strcspn(line, "\n")), &event) &&
        !bytes_equal(event.name, bytes_str("audit")) &&
        trace_decision_text(&text, &event)) {
        if (trace_event_raw(&event, "error").n > 0) {
            buf_append_text(&text, ": ");
            trace_event_get(&event, "error", &text);
        }
        printf("  %s\n", buf_cstr(&text));
    }
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
        print_decision(line);
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
