/* SPDX-License-Identifier: ISC */
/* A file in memory with a path. */
#include "tests/fuzz/memfile.h"

#include "tests/fuzz/fuzz.h"

#include <stdio.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

static void make(struct memfile *file)
{
    file->fd = memfd_create("fuzz", MFD_CLOEXEC);
    FUZZ_MUST(file->fd >= 0 && fchmod(file->fd, 0600) == 0);
    (void)snprintf(file->path, sizeof(file->path), "/proc/self/fd/%d", file->fd);
    file->is_there = true;
}

void memfile_set(struct memfile *file, struct bytes contents)
{
    if (!file->is_there) {
        make(file);
    }
    FUZZ_MUST(ftruncate(file->fd, 0) == 0);
    FUZZ_MUST(contents.n == 0 ||
              pwrite(file->fd, contents.p, contents.n, 0) == (ssize_t)contents.n);
}
