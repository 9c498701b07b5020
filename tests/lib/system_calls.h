/* SPDX-License-Identifier: ISC */
/* The numbers of system calls that have another name on some machines. */
#ifndef TESTS_LIB_SYSTEM_CALLS_H
#define TESTS_LIB_SYSTEM_CALLS_H

#include <sys/syscall.h>

#ifdef SYS_newfstatat
#define TEST_SYS_FSTATAT SYS_newfstatat
#else
#define TEST_SYS_FSTATAT SYS_fstatat64 /* 32 bits */
#endif

#endif
