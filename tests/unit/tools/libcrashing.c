/* SPDX-License-Identifier: ISC */
/* A mechanism module that does not survive being loaded. */
#include <stdlib.h>

static void __attribute__((constructor)) crash(void)
{
    abort();
}
