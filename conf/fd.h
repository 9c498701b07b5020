/* SPDX-License-Identifier: ISC */
/* Descriptors that close themselves. */
#ifndef CONF_FD_H
#define CONF_FD_H

/* fd_close: closes the descriptor unless it is negative, and makes it -1. */
void fd_close(int *fd);

/* FD_AUTO: a local that is closed at the end of its scope. */
#define FD_AUTO __attribute__((cleanup(fd_close))) int

#endif
