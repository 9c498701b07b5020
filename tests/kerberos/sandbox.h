/* SPDX-License-Identifier: ISC */
/* A host process that the kernel kills if it starts a thread, a process or a program. */
#ifndef TESTS_KERBEROS_SANDBOX_H
#define TESTS_KERBEROS_SANDBOX_H

#include <linux/audit.h>
#include <stdbool.h>
#include <sys/syscall.h>

/* The kernel's number for this processor; 0: it is not known here. */
#if defined(__x86_64__)
#define SANDBOX_ARCH AUDIT_ARCH_X86_64
#elif defined(__aarch64__)
#define SANDBOX_ARCH AUDIT_ARCH_AARCH64
#else
#define SANDBOX_ARCH 0
#endif

/* x86 has system calls that newer processors do not have. */
#ifndef SYS_fork
#define SYS_fork (-1)
#endif
#ifndef SYS_vfork
#define SYS_vfork (-1)
#endif

/*
 * sandbox_enter: from now on the kernel kills this process with SIGSYS if it calls clone,
 * clone3, fork, vfork, execve or execveat. It cannot be undone, and children inherit it.
 * False where the kernel or the processor has no such filter.
 */
bool sandbox_enter(void);

/* sandbox_run: runs body in a child process that has entered the sandbox. The child then
 * ends without cleaning up, because a leak checker would start a thread. Returns its wait
 * status. */
int sandbox_run(void (*body)(void));

#endif
