/* SPDX-License-Identifier: ISC */
/* Calls of the glue for whom our NTLM does not exist. */
#include "mech/passthrough/ntlm_suppress.h"

static _Thread_local bool is_hidden;

bool hidden_begin(void)
{
    bool before = is_hidden;

    is_hidden = true;
    return before;
}

void hidden_end(const bool *before)
{
    is_hidden = *before;
}

bool hidden_is(void)
{
    return is_hidden;
}
