/* SPDX-License-Identifier: ISC */
/* A trace that the module writes for a test. */
#include "tests/trace/tracefile.h"

#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

const char *tracefile_begin(void)
{
    const char *path = place_path("trace");

    (void)unlink(path);
    ck_assert_int_eq(setenv("GSS_NEGOTIATE_TRACE", path, 1), 0);
    return path;
}

const char *tracefile_read(void)
{
    static struct buf all;
    uint8_t block[4096];
    int fd = open(place_path("trace"), O_RDONLY | O_CLOEXEC);
    ssize_t got;

    buf_cleanup(&all);
    while (fd >= 0 && (got = read(fd, block, sizeof(block))) > 0) {
        buf_append(&all, bytes_of(block, (size_t)got));
    }
    (void)close(fd);
    ck_ok(buf_status(&all));
    return buf_cstr(&all);
}
