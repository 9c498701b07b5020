/* SPDX-License-Identifier: ISC */
/* A mechanism module that crashes while it is loaded. */
#include <stdlib.h>

static void __attribute__((constructor)) crash(void)
{
    abort();
}
