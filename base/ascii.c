/* SPDX-License-Identifier: ISC */
/* ASCII characters, whatever the locale of the process is. */
#include "base/ascii.h"

bool ascii_is_decimal(struct bytes text)
{
    for (size_t i = 0; i < text.n; i++) {
        if (text.p[i] < '0' || text.p[i] > '9') {
            return false;
        }
    }
    return text.n > 0;
}

bool ascii_has_control(struct bytes text)
{
    bool found = false;

    /* without an early end, so that the compiler uses vector instructions */
    for (size_t i = 0; i < text.n; i++) {
        found |= text.p[i] < ' ' || text.p[i] == 0x7f;
    }
    return found;
}
