/* SPDX-License-Identifier: ISC */
/* Which process this is, without a system call. */
#ifndef BASE_PROCESS_H
#define BASE_PROCESS_H

#include <sys/types.h>

/*
 * process_id: getpid(), from a page of memory that the kernel empties in a forked child,
 * however the child was made (madvise(2), MADV_WIPEONFORK, Linux 4.14). A handler of
 * fork() does the same in emulators that ignore the advice. Where there is no such page,
 * each call asks the kernel. A child that shares the memory of its parent (vfork) gets
 * the parent's number.
 */
pid_t process_id(void);

#endif
