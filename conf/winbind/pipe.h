/* SPDX-License-Identifier: ISC */
/* The sockets of winbindd: whether they are there, and whether this process may use them.
 */
#ifndef CONF_WINBIND_PIPE_H
#define CONF_WINBIND_PIPE_H

#include <stdbool.h>
#include <sys/types.h>

/* Where the sockets are is compiled into Samba, and libwbclient does not tell it. These
 * functions know the usual folders; elsewhere they do not know, and winbindd is asked. */

/* winbind_pipe_right: whether this process may connect to the privileged pipe, by which
 * logins are checked. *out_folder, which may be NULL: its folder, static, or NULL. */
enum winbind_pipe_right {
    WINBIND_PIPE_UNKNOWN,
    WINBIND_PIPE_RIGHT,
    WINBIND_PIPE_NO_RIGHT
};
enum winbind_pipe_right winbind_pipe_right(const char **out_folder);

/* struct winbind_pipe_id: which winbindd it is: each makes its socket anew when it
 * starts. winbind_pipe_same: false if either is not known. */
struct winbind_pipe_id {
    bool is_known;
    dev_t dev;
    ino_t ino;
    long long ctime_s;
    long ctime_ns;
};
struct winbind_pipe_id winbind_pipe_id(void);
bool winbind_pipe_same(const struct winbind_pipe_id *a, const struct winbind_pipe_id *b);

/* winbind_pipe_refused_folder: the folder of the public pipe, static, if libwbclient
 * refuses it because it belongs neither to root nor to the process's user; otherwise
 * NULL. In a user namespace without root, root's folder belongs to nobody. */
const char *winbind_pipe_refused_folder(void);

/* winbind_pipe_is_open: whether a process accepts connections to the public pipe; asks
 * the kernel, and does not wait. *out_is_full: it accepts no more of them now. */
bool winbind_pipe_is_open(bool *out_is_full);

#endif
