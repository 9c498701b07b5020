/* SPDX-License-Identifier: ISC */
/* A host that may start nothing: a thread, a process or a program ends it at once. */
#ifndef TESTS_KERBEROS_SANDBOX_H
#define TESTS_KERBEROS_SANDBOX_H

#include <linux/audit.h>
#include <stdbool.h>
#include <sys/syscall.h>

/* What the kernel calls this processor; 0: it is not known here. */
#if defined(__x86_64__)
#define SANDBOX_ARCH AUDIT_ARCH_X86_64
#elif defined(__aarch64__)
#define SANDBOX_ARCH AUDIT_ARCH_AARCH64
#else
#define SANDBOX_ARCH 0
#endif

/* x86 has system calls that newer processors have not. */
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

/* sandbox_run: runs body in a child of its own that has entered, then ends without
 * cleaning up (a leak checker would start a thread). Returns its wait status. */
int sandbox_run(void (*body)(void));

#endif
