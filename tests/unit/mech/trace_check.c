/* SPDX-License-Identifier: ISC */
/* What the tests of the trace share. */
#include "tests/unit/mech/trace_check.h"

#include "mech/report/trace_version.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define HEAD TRACE_HEAD TRACE_VERSION "\n"

const char *trace_path(const char *name)
{
    static char paths[8][512];
    static unsigned next;
    char *path = paths[next++ % 8];

    (void)snprintf(path, sizeof(paths[0]), "%s/%s", temp_dir(), name);
    return path;
}

void trace_read(const char *path, struct buf *out)
{
    uint8_t block[4096];
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t got;

    ck_assert_msg(fd >= 0, "%s: %s", path, strerror(errno));
    while ((got = read(fd, block, sizeof(block))) > 0) {
        buf_append(out, bytes_of(block, (size_t)got));
    }
    (void)close(fd);
    ck_ok(buf_status(out));
}

void trace_note(const char *text)
{
    trace_decide("test", "noted", "text", text);
}

const char *trace_only_line(const char *path)
{
    static char text[8192];
    BUF_AUTO all = BUF_INIT;
    char *line;

    trace_read(path, &all);
    (void)snprintf(text, sizeof(text), "%s", buf_cstr(&all));
    ck_assert_ptr_eq(strstr(text, HEAD), text);
    line = text + strlen(HEAD);
    ck_assert_uint_eq(strlen(HEAD) + strcspn(line, "\n") + 1, all.n);
    line = strchr(line, ' ');
    ck_assert_ptr_nonnull(line);
    return line + 1;
}
