/* SPDX-License-Identifier: ISC */
/* Descriptors that close themselves. */
#include "conf/fd.h"

#include <unistd.h>

void fd_close(int *fd)
{
    if (*fd >= 0) {
        (void)close(*fd);
    }
    *fd = -1;
}
