/* SPDX-License-Identifier: ISC */
/* Suppresses NTLM during nested calls of the mechglue. */
#include "mech/passthrough/ntlm_suppress.h"

static _Thread_local bool is_suppressed;

bool ntlm_suppress_begin(void)
{
    bool before = is_suppressed;

    is_suppressed = true;
    return before;
}

void ntlm_suppress_end(const bool *before)
{
    is_suppressed = *before;
}

bool ntlm_is_suppressed(void)
{
    return is_suppressed;
}
