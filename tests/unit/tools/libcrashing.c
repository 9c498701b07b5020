/* SPDX-License-Identifier: ISC */
/* A mechanism module that does not survive being loaded. */
#include <signal.h>

static void __attribute__((constructor)) crash(void)
{
    (void)raise(SIGSEGV);
}
