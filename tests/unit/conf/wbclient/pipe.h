/* SPDX-License-Identifier: ISC */
/* The sockets of a winbindd that does not exist, in the place of conf/winbind/pipe.c. */
#ifndef TESTS_UNIT_CONF_WBCLIENT_PIPE_H
#define TESTS_UNIT_CONF_WBCLIENT_PIPE_H

#include "conf/winbind/pipe.h"

/* What the functions of conf/winbind/pipe.h say. At first: right, known, open. */
struct fake_pipe {
    enum winbind_pipe_right right;
    bool is_known;
    unsigned number; /* another number is another winbindd */
    bool is_open;
    bool is_full;
    bool is_refused; /* the folder belongs to another user */
};
extern struct fake_pipe fake_pipe;

#endif
