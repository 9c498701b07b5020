/* SPDX-License-Identifier: ISC */
/* The sockets of a winbindd that does not exist. A program that links this file gets
 * these functions, and not those of conf/winbind/pipe.c. */
#include "tests/unit/conf/wbclient/pipe.h"

#include <stddef.h>

struct fake_pipe fake_pipe = {WINBIND_PIPE_RIGHT, true, 1, true, false, false};

enum winbind_pipe_right winbind_pipe_right(const char **out_folder)
{
    if (out_folder != NULL) {
        *out_folder = "/privileged";
    }
    return fake_pipe.right;
}

struct winbind_pipe_id winbind_pipe_id(void)
{
    return (struct winbind_pipe_id){.is_known = fake_pipe.is_known,
                                    .ino = fake_pipe.number};
}

bool winbind_pipe_same(const struct winbind_pipe_id *a, const struct winbind_pipe_id *b)
{
    return a->is_known && b->is_known && a->ino == b->ino;
}

const char *winbind_pipe_refused_folder(void)
{
    return fake_pipe.is_refused ? "/public" : NULL;
}

bool winbind_pipe_is_open(bool *out_is_full)
{
    *out_is_full = fake_pipe.is_full;
    return fake_pipe.is_open;
}
