/* SPDX-License-Identifier: ISC */
/* A file in memory with a path, for code that reads files. */
#ifndef TESTS_FUZZ_MEMFILE_H
#define TESTS_FUZZ_MEMFILE_H

#include "base/bytes.h"

/* struct memfile: initialise it with zeros. The file exists until the process ends, has
 * mode 0600 and a path under /proc. memfile_set: makes it on first use, and replaces its
 * contents. */
struct memfile {
    bool is_there;
    int fd;
    char path[64];
};
void memfile_set(struct memfile *file, struct bytes contents);

#endif
